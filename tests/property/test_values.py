"""Values typed by the short ways against the same values typed by the long ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.front_matter import read_front_matter
from corpuskit.model import Value
from corpuskit.schema import Field, FieldType, Schema, UnknownKeys
from corpuskit.values import Typed, _absence
from corpuskit.values.cells import FieldReader, Wrong
from corpuskit.values.keys import KeyReader

TEXTS = st.text(max_size=8) | st.text(st.sampled_from("a1雾é٣²\u0301 {}%<>-\n\u200b\u3000\ufeff。"))
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.none() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=1),
    max_leaves=5,
)
READERS = [
    FieldReader(Field("k", kind, ("k",), item_type), "UTC")
    for kind in FieldType
    for item_type in (None, *((FieldType.STRING, FieldType.INTEGER) if kind == "list" else ()))
]


@given(st.sampled_from(READERS), VALUES)
def test_a_value_that_is_certain_is_read_alike_and_nothing_is_said_of_it(
    reader: FieldReader, value: Value
) -> None:
    certain = reader.certain(value)
    if certain is not None:
        typed = Typed(read_front_matter(""), [], {})
        assert _absence("k", value) is None
        assert reader.read(value, ("k",), typed) == certain
        assert (typed.diagnostics, typed.naive_dates) == ([], {})


@given(TEXTS, st.sampled_from("a1雾é٣²"))
def test_text_that_ends_in_a_letter_or_digit_is_certain(start: str, last: str) -> None:
    text = start + last
    found = [reader.certain(text) for reader in READERS if reader.field.type is FieldType.STRING]
    assert found == [text]


@given(TEXTS.filter(lambda text: text[-1:].isalnum()))
def test_a_placeholder_ends_in_no_letter_or_digit(text: str) -> None:
    for kind in (FieldType.STRING, FieldType.DATE, FieldType.DATETIME):
        field = Field("k", kind, ("k",))
        found = FieldReader(field, "UTC").read(text, None, Typed(read_front_matter(""), [], {}))
        assert not (isinstance(found, Wrong) and "placeholder" in found.message)


KEYS = st.sampled_from(["title", "Title", "titel", "date", "a", "a.b", "b", "c", "lang", "draft"])
MAPPINGS = st.dictionaries(
    KEYS, st.sampled_from(["x", None, ["x"], {"b": "x"}, {"b": {"c": "x"}}]), max_size=6
)
FIELDS = (
    Field("title", FieldType.STRING, ("title", "c"), required=True),
    Field("b", FieldType.STRING, ("a.b", "b", "a.b.c")),
    Field("date", FieldType.STRING, ("date",)),
)


@pytest.mark.parametrize("unknown", ["keep", "suggest", "warn", "reject"])
@given(st.lists(MAPPINGS, min_size=1, max_size=4))
def test_the_keys_of_articles_read_one_after_the_other_are_those_of_each_alone(
    unknown: UnknownKeys, articles: list[dict[str, Value]]
) -> None:
    for fields in (FIELDS, FIELDS[::2]):
        schema = Schema("demo", fields, unknown=unknown)
        reader = KeyReader(schema)
        for values in articles:
            assert reader.read(values) == KeyReader(schema)._read(values)
