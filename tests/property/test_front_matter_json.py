"""Front matter as JSON: what a faster writer gives against what `json` gives."""

from __future__ import annotations

import json

from hypothesis import example, given
from hypothesis import strategies as st

from corpuskit.masking import masked
from corpuskit.model import Value
from corpuskit.parse import front_matter_json

TEXTS = st.text(st.characters(), max_size=12) | st.text(
    st.sampled_from(
        'a"\\/\b\f\n\r\t\0\x1b\x1f\x7f\x80\x85\xa0\u2028\u2029\ufeff\ufffe\uffff雾😀\ud800\udfff'
    )
)
KEYS = TEXTS | st.sampled_from(["title", "password", "token"])
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.none() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=10,
)


def nested(depth: int) -> Value:
    """A list inside a list, and so on."""
    value: Value = "x"
    for _ in range(depth):
        value = [value]
    return value


@given(st.dictionaries(KEYS, VALUES, max_size=4))
@example({"a": "\ud800"})
@example({"\udfff": "a"})
@example({"a": nested(32)})
@example({"a": nested(300)})
def test_front_matter_is_written_as_json_writes_it(values: dict[str, Value]) -> None:
    written = json.dumps(masked(values), ensure_ascii=False, separators=(",", ":"))
    assert front_matter_json(values) == written
