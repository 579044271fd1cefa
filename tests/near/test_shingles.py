"""Shingles: what two texts have in common, and what does not count."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.near.shingles import LENGTH, distinct, jaccard, shingles

TEXTS = st.text("abc雾海 \n\U0001f600", max_size=40)


def _pieces(text: str) -> list[str]:
    packed = "".join(text.split())
    return [packed[n : n + LENGTH] for n in range(len(packed) - LENGTH + 1)]


def _numbered(values: list[object]) -> list[int]:
    first: dict[object, int] = {}
    return [first.setdefault(value, len(first)) for value in values]


@given(st.lists(TEXTS, max_size=6))
def test_shingles_are_equal_where_five_characters_are(texts: list[str]) -> None:
    found = [hashed for text in shingles(texts) for hashed in text.to_pylist()]
    assert _numbered(found) == _numbered([piece for text in texts for piece in _pieces(text)])


@given(TEXTS, TEXTS)
def test_the_index_is_that_of_the_sets_of_five_characters(one: str, other: str) -> None:
    ours, theirs = set(_pieces(one)), set(_pieces(other))
    expected = len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0
    assert jaccard(distinct(one), distinct(other)) == expected


def test_another_line_width_or_indent_is_no_edit() -> None:
    assert distinct("四号线的第一班船推迟到七点").equals(distinct("四号线的第一班\n  船推迟到七点"))


def test_case_and_punctuation_are_part_of_a_text() -> None:
    assert not distinct("The ferry.").equals(distinct("the ferry!"))


def test_hashes_are_what_they_have_always_been() -> None:
    """Which texts are compared depends on them, and so does what a release is."""
    found = [text.to_pylist() for text in shingles(["雾中的灯塔", "ferry"])]
    assert found == [[6075281440291594023], [13862789801367942833]]
