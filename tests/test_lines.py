"""Offsets as lines and columns: three breaks count, and no span leaves its line."""

from __future__ import annotations

import pytest

from corpuskit.lines import LineIndex
from corpuskit.model import Place


@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n"])
def test_each_kind_of_break_starts_a_line(line_break: str) -> None:
    lines = LineIndex(f"one{line_break}two")
    assert len(lines) == 2
    assert lines.place(3 + len(line_break)) == Place(2, 1)
    assert (lines.line(1), lines.line(2)) == ("one", "two")


@pytest.mark.parametrize("other", ["\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"])
def test_nothing_else_ends_a_line(other: str) -> None:
    """`str.splitlines` would, and editors count otherwise."""
    lines = LineIndex(f"one{other}two\nthree")
    assert len(lines) == 2
    assert lines.place(4) == Place(1, 5)


def test_mixed_breaks_are_counted_once_each() -> None:
    lines = LineIndex("a\r\rb\n\r\nc\n\r")
    assert [lines.line(n) for n in range(1, len(lines) + 1)] == ["a", "", "b", "", "c", "", ""]


def test_columns_count_characters_whatever_their_width() -> None:
    assert LineIndex("新闻😀x").place(3, 4) == Place(1, 4)


def test_an_empty_text_is_one_empty_line() -> None:
    lines = LineIndex("")
    assert (len(lines), lines.line(1), lines.place(0)) == (1, "", Place(1, 1))


def test_the_end_of_a_text_that_ends_with_a_break_is_on_a_line_of_its_own() -> None:
    assert LineIndex("a\n").place(2) == Place(2, 1)


def test_a_span_over_several_lines_ends_with_its_first() -> None:
    assert LineIndex("title: >\r\n  long\r\n").place(0, 16) == Place(1, 1, 8)


@pytest.mark.parametrize(("start", "end"), [(2, 2), (2, 0), (3, None)])
def test_a_span_is_never_shorter_than_a_character(start: int, end: int | None) -> None:
    assert LineIndex("abc\n").place(start, end) == Place(1, start + 1, 1)


@pytest.mark.parametrize(("start", "column"), [(-5, 1), (99, 4)])
def test_an_offset_outside_is_moved_to_the_nearest_one_inside(start: int, column: int) -> None:
    assert LineIndex("abc").place(start, start + 1) == Place(1, column)


def test_the_break_after_a_line_belongs_to_it() -> None:
    lines = LineIndex("ab\r\ncd")
    assert lines.place(2) == Place(1, 3)
    assert lines.place(3) == Place(1, 4)
    assert lines.line_end(1) == 2
