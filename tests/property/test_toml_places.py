"""What holds for every TOML document: each value stands where its place says."""

from __future__ import annotations

import tomllib

import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.toml_places import KeyPath, toml_places

_TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
_SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.datetimes(),
    st.dates(),
    st.times(),
    _TEXTS,
)
_VALUES = st.recursive(
    _SCALARS,
    lambda values: st.lists(values, max_size=4) | st.dictionaries(_TEXTS, values, max_size=4),
    max_leaves=12,
)
_DOCUMENTS = st.dictionaries(_TEXTS, _VALUES, max_size=5)
_PIECES = [
    "a",
    ".",
    " = ",
    "=",
    "[",
    "]",
    "{",
    "}",
    ",",
    '"',
    "'",
    '"""',
    "'''",
    "\\",
    "#",
    "\n",
    "1",
]


def _leaves(value: object, path: KeyPath) -> list[tuple[KeyPath, object]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in _leaves(item, (*path, key))]
    if isinstance(value, list):
        return [leaf for i, item in enumerate(value) for leaf in _leaves(item, (*path, i))]
    return [(path, value)]


@given(_DOCUMENTS, st.booleans())
def test_every_value_reads_the_same_from_its_place(
    document: dict[str, object], multiline: bool
) -> None:
    text = tomli_w.dumps(document, multiline_strings=multiline)
    values = tomllib.loads(text)
    places = toml_places(text)
    for path, value in _leaves(values, ()):
        assert tomllib.loads(f"x = {text[slice(*places[path].value)]}")["x"] == value


@given(_DOCUMENTS)
def test_every_key_reads_the_same_from_its_place(document: dict[str, object]) -> None:
    text = tomli_w.dumps(document)
    for path, place in toml_places(text).items():
        if isinstance(path[-1], str):
            assert tomllib.loads(f"{text[slice(*place.key)]} = 0") == {path[-1]: 0}


@given(st.one_of(st.text(), st.lists(st.sampled_from(_PIECES)).map("".join)))
def test_any_text_is_scanned_and_every_span_lies_in_it(text: str) -> None:
    for place in toml_places(text).values():
        for start, end in place:
            assert 0 <= start <= end <= len(text)
