"""The line of a source with carets below it."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from corpuskit.cli.excerpt import excerpt


def test_carets_stand_below_the_place() -> None:
    assert excerpt("title: again", 1, 5, 80) == ("title: again", "^^^^^")
    assert excerpt("date: 2024-02-31", 7, 10, 80) == ("date: 2024-02-31", "      ^^^^^^^^^^")


def test_a_wide_character_has_two_carets_and_pushes_them_by_two() -> None:
    text, carets = excerpt("标题: 港口 again", 5, 2, 80)
    assert text == "标题: 港口 again"
    assert carets == "      ^^^^"


def test_a_tab_is_shown_as_spaces_that_the_carets_count() -> None:
    assert excerpt("\tkey: x", 2, 3, 80) == ("    key: x", "    ^^^")


def test_control_characters_are_shown_and_counted_as_escapes() -> None:
    assert excerpt("a\x1b[2Jb", 2, 1, 80) == (r"a\x1b[2Jb", " ^^^^")


def test_a_place_after_the_last_character_has_one_caret() -> None:
    assert excerpt("title:", 7, 1, 80) == ("title:", "      ^")
    assert excerpt("", 1, 1, 80) == ("", "^")


def test_a_long_line_is_cut_on_both_sides_of_the_place() -> None:
    text, carets = excerpt("x" * 500_000 + "HERE" + "y" * 500_000, 500_001, 4, 40)
    assert text.startswith("…x")
    assert text.endswith("y…")
    assert cell_len(text) <= 40
    assert text[carets.index("^") : carets.rindex("^") + 1] == "HERE"


def test_a_place_near_the_end_uses_the_room_that_is_not_needed_after_it() -> None:
    text, carets = excerpt("x" * 100 + "END", 101, 3, 40)
    assert text == "…" + "x" * 36 + "END"
    assert carets == " " * 37 + "^^^"


def test_a_place_longer_than_the_line_is_cut() -> None:
    text, carets = excerpt("value " * 100, 1, 600, 40)
    assert text == "value value value value v…"
    assert carets == "^" * 26


@pytest.mark.parametrize("column", [1, 500_000, 1_000_000])
def test_the_place_is_in_the_excerpt_of_a_line_of_a_million_characters(column: int) -> None:
    line = "a" * (column - 1) + "#" + "a" * (1_000_000 - column)
    text, carets = excerpt(line, column, 1, 60)
    assert text[carets.index("^")] == "#"
