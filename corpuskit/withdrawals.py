"""What is withdrawn: the list that a person keeps of it, and what a release keeps.

The list is a text file, an entry a line: an id, a path or a URL, then why.

    # the author asked for it, 3 May
    news/2021/flood.md          # at the author's request
    https://example.org/a/17    court order 12 O 34/24
    "notes/a  # b.md"           # what has such marks in it stands in quotes, as in JSON
    !news/2021/flood.md         # taken back: it may be published again

An entry ends at a tab, at two blanks or before ` # `. Where there is none of them, the whole line
may be a path, or its first word an entry and the rest the reason: what is there decides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from corpuskit.codes import Code
from corpuskit.lines import LineIndex
from corpuskit.model import Diagnostic, Place, diagnose
from corpuskit.strict_json import Node, parse

MAX_LIST_BYTES = 16 * 2**20
"""Some hundred thousand entries."""

MAX_LINE_CHARS = 8192
"""Twice the longest path that Linux has."""

WITHDRAWN = "audit/withdrawn.jsonl"

URL = "url"
"""The field by which an article may be withdrawn, besides the one that holds ids."""

_BLANKS = " \t"
_END = re.compile(r"\t|  | #(?= |\Z)")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_JSON = json.JSONDecoder()


class Reading(NamedTuple):
    """One way to understand a line: what it names, and why that is withdrawn."""

    named: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A line of the list, at its place; counted from 1, in characters.

    Of its `readings` the first one counts that names anything. `restores` takes back what an
    earlier version withdrew.
    """

    line: int
    column: int
    readings: tuple[Reading, ...]
    restores: bool = False


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What a release keeps of a withdrawn article.

    `text_sha256` is that of its text, None where there is no text, or one so short that it could
    be guessed. An article that was edited has an entry for each of its texts.
    """

    id: str
    text_sha256: str | None
    reason: str | None

    def as_json(self) -> dict[str, str | None]:
        """The members of its line."""
        return {"id": self.id, "text_sha256": self.text_sha256, "reason": self.reason}

    @property
    def order(self) -> tuple[bytes, str]:
        """What entries are sorted by."""
        return self.id.encode(), self.text_sha256 or ""


def read_withdrawn(data: bytes) -> list[Withdrawn]:
    """The entries of an audit's `withdrawn.jsonl`.

    Raises:
        JsonError: it is none.
    """
    return [withdrawn_entry(Node(parse(line))) for line in data.splitlines()]


def withdrawn_entry(node: Node) -> Withdrawn:
    """The entry that a line is.

    Raises:
        JsonError: it is none.
    """
    members = node.members("id", "text_sha256", "reason")
    sha256 = members["text_sha256"].optional(lambda digest: digest.text(_SHA256))
    return Withdrawn(members["id"].text(), sha256, members["reason"].optional(Node.text))


def read_list(text: str, path: str) -> tuple[tuple[Withdrawal, ...], tuple[Diagnostic, ...]]:
    """The entries of a list, and what is wrong with it; `path` is what diagnostics call it."""
    lines, entries = LineIndex(text), []
    faults: list[Diagnostic] = []
    for number in range(1, len(lines) + 1):
        line = lines.line(number)
        if not line.strip(_BLANKS) or line.lstrip(_BLANKS).startswith("#"):
            continue
        read = _entry(number, line)
        if isinstance(read, Withdrawal):
            entries.append(read)
        else:
            faults.append(read.at(path))
    faults += (fault.at(path) for fault in _contradictions(entries))
    return tuple(entries), tuple(faults)


def _entry(number: int, line: str) -> Withdrawal | Diagnostic:
    start = len(line) - len(line.lstrip(_BLANKS))
    if len(line) > MAX_LINE_CHARS:
        return _fault(number, start, f"the line has more than {MAX_LINE_CHARS} characters")
    restores = line[start] == "!"
    if restores:
        start = len(line) - len(line[start + 1 :].lstrip(_BLANKS))
    rest = line[start:].rstrip(_BLANKS)
    if not rest or rest.startswith("#"):
        return _fault(number, start - 1, "`!` names nothing", "write what is taken back behind it")
    if rest.startswith('"'):
        return _quoted(number, start, rest, restores=restores)
    return Withdrawal(number, start + 1, _readings(rest), restores)


def _readings(rest: str) -> tuple[Reading, ...]:
    end = _END.search(rest)
    if end is not None:
        return (Reading(rest[: end.start()], _reason(rest[end.start() :])),)
    first, blank, others = rest.partition(" ")
    whole = (Reading(rest, None),)
    return (*whole, Reading(first, _reason(others))) if blank else whole


def _quoted(number: int, start: int, rest: str, *, restores: bool) -> Withdrawal | Diagnostic:
    try:
        named, end = _JSON.raw_decode(rest)
        named.encode()
    except ValueError:
        advice = r"end it with a quote; a quote in it is \", a backslash is \\"
        return _fault(number, start, "a name in quotes that is no JSON string", advice)
    if rest[end : end + 1].strip(_BLANKS):
        return _fault(number, start + end, "no blank behind the quote")
    if not named:
        return _fault(number, start, "nothing is named between the quotes")
    return Withdrawal(number, start + 1, (Reading(named, _reason(rest[end:])),), restores)


def _reason(text: str) -> str | None:
    return text.strip(_BLANKS).removeprefix("#").strip(_BLANKS) or None


def _contradictions(entries: Iterable[Withdrawal]) -> Iterable[Diagnostic]:
    """The entries that take back what another line withdraws."""
    first: dict[str, Withdrawal] = {}
    for entry in entries:
        before = first.setdefault(entry.readings[0].named, entry)
        if before.restores is not entry.restores:
            ways = ("takes it back", "withdraws it")
            said, other = ways if before.restores else ways[::-1]
            message = f"line {before.line} {said}, and this one {other}"
            yield _fault(entry.line, entry.column - 1, message, "delete one of the two")


def _fault(number: int, start: int, message: str, advice: str | None = None) -> Diagnostic:
    return diagnose(Code.WITHDRAWALS_SYNTAX, message, Place(number, start + 1), help=advice)
