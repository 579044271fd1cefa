"""Additions to TOML that is there: they say what was asked for, and leave the rest as it is."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.suggesting.toml_editing import with_items, with_table

TABLE = ("text",)


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        ("", '[text]\ndrop = [".a"]\n'),
        ("[site]\nlanguage = 'zh'", "[site]\nlanguage = 'zh'\n\n[text]\ndrop = [\".a\"]\n"),
        ("[text]", '[text]\ndrop = [".a"]\n'),
        ("[text] # ours\nkeep = []\n", '[text] # ours\ndrop = [".a"]\nkeep = []\n'),
        ("[text]\ndrop = []\n", '[text]\ndrop = [".a"]\n'),
        ("[text]\ndrop = '.b'\n", "[text]\ndrop = [\".a\", '.b']\n"),
        ("text.drop = ['.b',]\n", "text.drop = [\".a\", '.b',]\n"),
        (
            "[text]\ndrop = [ # why\n  '.b', # and why\n]\n",
            "[text]\ndrop = [\".a\",  # why\n  '.b', # and why\n]\n",
        ),
        (
            "[[text.for]]\npaths = ['a/']\n",
            "[[text.for]]\npaths = ['a/']\n\n[text]\ndrop = [\".a\"]\n",
        ),
    ],
)
def test_items_go_before_those_that_are_there(text: str, edited: str) -> None:
    assert with_items(text, TABLE, "drop", ['".a"']) == edited


def test_items_of_a_table_in_an_array_of_tables_go_into_that_one() -> None:
    text = "[[text.for]]\npaths = ['a']\n[[text.for]]\npaths = ['b']\n"
    edited = with_items(text, ("text", "for", 1), "drop", ['".a"'])
    assert edited == "[[text.for]]\npaths = ['a']\n[[text.for]]\ndrop = [\".a\"]\npaths = ['b']\n"


@pytest.mark.parametrize("text", ["text = {keep = []}\n", "text.keep = []\n", "text = 3\n"])
def test_where_there_is_no_place_for_them_nothing_is_made(text: str) -> None:
    assert with_items(text, TABLE, "drop", ['".a"']) is None


def test_a_table_that_cannot_stand_at_the_end_is_not_made() -> None:
    assert with_table("a = 1", "b", ["c = 2"]) == "a = 1\n\n[[b]]\nc = 2\n"
    assert with_table("b = []", "b", ["c = 2"]) is None


KEYS = st.sampled_from(["drop", "keep", "for"])
VALUES = st.sampled_from(["[]", "['.x']", "[ '.x', # y\n '.z' ]", "'.x'", '"""\n.x"""', "3", "{}"])


@given(
    st.lists(st.tuples(KEYS, VALUES), max_size=3, unique_by=lambda pair: pair[0]),
    st.sampled_from(["[text]\n{}", "[site]\n[text]\n{}[dedup]\n", "{}", "[[text.for]]\n{}"]),
)
def test_what_comes_out_says_what_was_there_and_what_was_added_or_is_nothing(
    pairs: list[tuple[str, str]], form: str
) -> None:
    text = form.format("".join(f"{key} = {value}\n" for key, value in pairs))
    edited = with_items(text, TABLE, "drop", ['".a"', "'.b'"])
    if edited is not None:
        before, after = tomllib.loads(text), tomllib.loads(edited)
        old = before.get("text", {}).get("drop", [])
        assert after["text"].pop("drop") == [".a", ".b", *(old if type(old) is list else [old])]
        before.setdefault("text", {}).pop("drop", None)
        assert after == before


def test_a_table_that_would_say_something_else_is_none() -> None:
    assert with_table("[a]\n[[a.b]]\nc = 1\n", "a.b", ["c = 2"]) is not None
    assert with_table("[a]\nb = 1\n", "a.b", ["c = 2"]) is None
    assert with_table("a = 1\n", "a.b", ["c = 2"]) is None
    nested = with_table("", "a.b", ["c = 2", "", "[[a.b.d]]", "e = 3"])
    assert nested is not None
    assert tomllib.loads(nested) == {"a": {"b": [{"c": 2, "d": [{"e": 3}]}]}}
