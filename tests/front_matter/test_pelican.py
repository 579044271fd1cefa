"""Pelican's header lines."""

from __future__ import annotations

import pytest

from corpuskit.codes import Code
from corpuskit.front_matter.pelican import read_pelican
from corpuskit.front_matter.tree import Fault, Tree


def _tree(text: str) -> Tree:
    read = read_pelican(text)
    assert isinstance(read, Tree), read
    return read


def test_keys_are_lower_case_and_values_are_stripped() -> None:
    assert _tree("Title:  A: b \t\nDATE:\nmy-Key 2.x : 新\n").values == {
        "title": "A: b",
        "date": "",
        "my-key 2.x": "新",
    }


@pytest.mark.parametrize(
    ("line", "items"),
    [
        ("Tags: a, b,c ,", ["a", "b", "c"]),
        ("Tags: a", ["a"]),
        ("Tags:", []),
        ("Tags: a; b", ["a; b"]),
        ("Keywords: a, b", ["a", "b"]),
        ("Authors: Doe, Jane; Roe, Rick", ["Doe, Jane", "Roe, Rick"]),
        ("Authors: Jane Doe, Rick Roe", ["Jane Doe", "Rick Roe"]),
    ],
)
def test_lists_are_split_as_pelican_does(line: str, items: list[str]) -> None:
    values = _tree(line).values
    assert isinstance(values, dict)
    assert list(values.values()) == [items]


def test_author_and_category_are_one_text() -> None:
    assert _tree("Author: Doe, Jane\nCategory: a, b").values == {
        "author": "Doe, Jane",
        "category": "a, b",
    }


def test_an_indented_line_goes_on_with_the_value_above() -> None:
    assert _tree("Summary: a\n    b: c  \n\td\nTitle: e").values == {
        "summary": "a\nb: c\nd",
        "title": "e",
    }


@pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"])
def test_values_and_keys_have_their_place(eol: str) -> None:
    text = eol.join(["Title: 新", "Date : 2021-03-04"])
    tree = _tree(text)
    spans = [tree.key_span(("date",)), tree.span(("date",)), tree.span(("title",))]
    assert [text[slice(*span)] for span in spans if span] == ["Date", "2021-03-04", "新"]


def test_a_repeated_key_keeps_its_first_value() -> None:
    tree = _tree("Title: a\nTITLE: b")
    assert tree.values == {"title": "a"}
    assert tree.repeated == [(("title",), (0, 5), (9, 14))]


def test_a_line_without_a_key_is_a_fault_where_it_stands() -> None:
    read = read_pelican("Title: a\n# b\nDate: c")
    assert isinstance(read, Fault)
    assert (read.code, read.span) == (Code.FRONT_MATTER_SYNTAX, (9, 12))


@pytest.mark.parametrize("other", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_only_line_breaks_end_a_line(other: str) -> None:
    assert _tree(f"Title: a{other}Tags: b\nDate: c").values == {
        "title": f"a{other}Tags: b",
        "date": "c",
    }


def test_an_empty_header_has_no_values() -> None:
    assert _tree("").values == {}
