"""Diagnostics for people."""

from __future__ import annotations

import click

from corpuskit.cli.diagnostic_text import in_full, in_one_line
from corpuskit.codes import Code
from corpuskit.model import Diagnostic, Place, diagnose


def plain(diagnostic: Diagnostic, line: str | None = None, width: int = 80) -> list[str]:
    return [click.unstyle(shown) for shown in in_full(diagnostic, line, width)]


def test_an_error_begins_with_its_place_and_code() -> None:
    fault = diagnose(Code.DUPLICATE_KEY, "`title` again", Place(3, 1, 5), path="posts/港.md")
    assert click.unstyle(in_one_line(fault)) == "posts/港.md:3:1: CK204 `title` again"


def test_a_warning_says_that_it_is_one() -> None:
    fault = diagnose(Code.TAB_INDENT, "a tab", Place(3, 1), path="a.md")
    assert click.unstyle(in_one_line(fault)) == "a.md:3:1: CK215 [warning] a tab"


def test_the_line_the_carets_and_the_help_follow() -> None:
    fault = diagnose(Code.IMPOSSIBLE_DATE, "no such day", Place(12, 7, 10), path="a.md", help="fix")
    assert plain(fault, "date: 2018-02-31") == [
        "a.md:12:7: CK311 no such day",
        "12 | date: 2018-02-31",
        "   |       ^^^^^^^^^^",
        "  help: fix",
    ]


def test_a_diagnostic_without_a_readable_line_has_no_excerpt() -> None:
    fault = diagnose(Code.DAMAGED_UTF8, "damaged", Place(12, 7), path="a.md")
    assert plain(fault) == ["a.md:12:7: CK107 damaged", "  help: corpuskit rule CK107"]


def test_nothing_of_the_corpus_steers_the_terminal() -> None:
    fault = diagnose(
        Code.WRONG_TYPE, "\x1b]0;owned\x07", Place(1, 1), path="\x1b[2J\n.md", help="\u202e"
    )
    assert plain(fault, "\x9b31m") == [
        r"\x1b[2J\n.md:1:1: CK305 \x1b]0;owned\x07",
        r"1 | \x9b31m",
        "  | ^^^^",
        r"  help: \u202e",
    ]


def test_an_excerpt_fits_the_terminal() -> None:
    fault = diagnose(Code.WRONG_TYPE, "wrong", Place(100, 500, 3), path="a.md")
    assert max(len(line) for line in plain(fault, "x" * 1000, 60)) == 60
