"""What is hidden of front matter, whatever its shape: all that stands below a secret's key."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.masking import MASK, holds_secret, is_secret_key, masked
from corpuskit.model import Value

KEYS = st.sampled_from(["title", "tokens", "author", "password", "api-key", "my_secret", "Token"])
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.none() | st.sampled_from(["", "password", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=10,
)
PLAIN_KEYS = KEYS.filter(lambda key: not is_secret_key(key))


def _keys(value: Value) -> Iterator[str]:
    """Every key in a value, however deep; written apart from the walk that is tested."""
    pending = [value]
    while pending:
        match pending.pop():
            case dict(entries):
                yield from entries
                pending += entries.values()
            case list(items):
                pending += items
            case _:
                pass


@given(VALUES)
def test_a_value_holds_a_secret_when_a_key_in_it_is_that_of_one(value: Value) -> None:
    assert holds_secret(value) == any(is_secret_key(key) for key in _keys(value))


@given(VALUES, st.lists(PLAIN_KEYS | st.none(), max_size=4))
def test_a_secret_is_found_however_deep(value: Value, way: list[str | None]) -> None:
    held: Value = {"password": value}
    for key in way:
        held = [value, held] if key is None else {"aside": None, key: held}
    assert holds_secret(held)


@given(VALUES)
def test_what_holds_no_secret_is_masked_to_itself(value: Value) -> None:
    if not holds_secret(value):
        assert masked(value) == value


@given(VALUES)
def test_nothing_but_masks_and_nulls_is_left_of_secrets(value: Value) -> None:
    pending = [masked(value)]
    while pending:
        match pending.pop():
            case dict(entries):
                hidden = [item for key, item in entries.items() if is_secret_key(key)]
                assert all(item in (None, MASK) for item in hidden)
                pending += entries.values()
            case list(items):
                pending += items
            case _:
                pass
