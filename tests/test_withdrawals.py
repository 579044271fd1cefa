"""The list of withdrawals, and what a release keeps of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpuskit.codes import Code
from corpuskit.strict_json import JsonError
from corpuskit.withdrawals import (
    MAX_LINE_CHARS,
    Reading,
    Withdrawal,
    Withdrawn,
    read_list,
    read_withdrawn,
)

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)
REASONS = st.none() | st.from_regex(r"[a-zäöü][a-zäöü ,.]{0,30}[a-zäöü]", fullmatch=True)


def read(text: str) -> tuple[Withdrawal, ...]:
    entries, faults = read_list(text, "withdrawn.txt")
    assert faults == ()
    return entries


@pytest.mark.parametrize(
    ("line", "readings"),
    [
        ("a.md", [("a.md", None)]),
        ("a.md # why", [("a.md", "why")]),
        ("a.md  # why # not", [("a.md", "why # not")]),
        ("a.md\twhy", [("a.md", "why")]),
        ("a b.md  why not", [("a b.md", "why not")]),
        ("a.md #", [("a.md", None)]),
        ("a.md why not", [("a.md why not", None), ("a.md", "why not")]),
        ("a#b.md", [("a#b.md", None)]),
        ("a.md #tag", [("a.md #tag", None), ("a.md", "tag")]),
        ('"a  # b.md" why', [("a  # b.md", "why")]),
        (r'"two\nlines.md"', [("two\nlines.md", None)]),
        ("雾 里.md　# 无", [("雾 里.md　# 无", None), ("雾", "里.md　# 无")]),
    ],
)
def test_a_line_is_a_name_and_a_reason(line: str, readings: list[Reading]) -> None:
    (entry,) = read(f"\n  {line} \n")
    assert entry == Withdrawal(2, 3, tuple(Reading(*reading) for reading in readings))


def test_an_exclamation_mark_takes_back() -> None:
    assert read("!a.md\n") == (Withdrawal(1, 2, (Reading("a.md", None),), restores=True),)


@given(st.lists(st.tuples(NAMES, REASONS), max_size=5, unique_by=lambda entry: entry[0]))
def test_a_name_in_quotes_may_have_anything_in_it(entries: list[tuple[str, str | None]]) -> None:
    """A list that a program writes with JSON is read as it was meant."""
    lines = [json.dumps(name) + (f" # {reason}" if reason else "") for name, reason in entries]
    found = read("".join(f"{line}\r\n" for line in lines))
    assert [entry.readings for entry in found] == [(Reading(*entry),) for entry in entries]


@given(
    st.text(st.characters(codec="utf-8")) | st.lists(st.sampled_from('!# \t"\\a\n')).map("".join)
)
@example("!")
@example('"' * 5)
def test_any_text_is_read_or_faulted_at_a_place_in_it(text: str) -> None:
    entries, faults = read_list(text, "withdrawn.txt")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for line, column in [
        *((entry.line, entry.column) for entry in entries),
        *((fault.place.line, fault.place.column) for fault in faults if fault.place),
    ]:
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
    assert {(fault.code, fault.path) for fault in faults} <= {
        (Code.WITHDRAWALS_SYNTAX, "withdrawn.txt")
    }
    assert all(reading.named for entry in entries for reading in entry.readings)


def test_a_line_without_end_is_a_fault() -> None:
    _, (fault,) = read_list("a.md\n" + "x" * (MAX_LINE_CHARS + 1), "w.txt")
    assert (fault.code, fault.place and fault.place.line) == (Code.WITHDRAWALS_SYNTAX, 2)


@given(st.lists(st.tuples(NAMES, st.none() | st.just("0" * 64), REASONS)))
def test_what_is_kept_is_read_back(entries: list[tuple[str, str | None, str | None]]) -> None:
    kept = [Withdrawn(*entry) for entry in entries]
    lines = [json.dumps(entry.as_json(), ensure_ascii=False) for entry in kept]
    assert read_withdrawn("".join(f"{line}\n" for line in lines).encode()) == kept


@pytest.mark.parametrize(
    "line",
    ["", "[]", "{", '{"id": "a"}', '{"id": "a", "reason": null, "text_sha256": "0", "path": ""}'],
)
def test_what_is_no_entry_is_refused(line: str) -> None:
    with pytest.raises(JsonError):
        read_withdrawn(f"{line}\n".encode())
