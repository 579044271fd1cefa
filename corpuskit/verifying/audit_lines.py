"""The lines of a release's audit: each what it should be, and in its place."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, get_args

from corpuskit.codes import Code, Severity
from corpuskit.disk.plain_files import open_plain
from corpuskit.identity import article_id
from corpuskit.manifest import Json
from corpuskit.model import ExclusionReason, HowDuplicate
from corpuskit.redaction import in_words
from corpuskit.strict_json import Node, parse
from corpuskit.verifying.findings import Findings, clipped
from corpuskit.withdrawals import WITHDRAWN, Withdrawn, withdrawn_entry

DIAGNOSTICS = "audit/diagnostics.jsonl"
REJECTED = "audit/rejected.jsonl"
DUPLICATES = "audit/duplicates.jsonl"
EXCLUDED = "audit/excluded.jsonl"
AUDIT_FILES = (DIAGNOSTICS, REJECTED, DUPLICATES, EXCLUDED)
"""Those that every release has; `WITHDRAWN` is there when anything was withdrawn."""

Members: TypeAlias = Mapping[str, Json]
_Key: TypeAlias = tuple[object, ...]

_LONGEST_LINE = 2**20
"""Bytes; a line quotes a path, 200 characters of a value and a sentence or two."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_LABEL = re.compile(r"[a-z0-9]{1,20}(-[a-z0-9]{1,20}){0,5}")
_CODE = re.compile(r"CK[0-9]{3}")
_KEYS = {
    DIAGNOSTICS: (
        *("code", "name", "severity", "path", "line", "column", "field", "message", "help"),
        *("value", "source_sha256"),
    ),
    REJECTED: ("path", "source_sha256", "id", "codes"),
    DUPLICATES: ("path", "source_sha256", "id", "kept_id", "kept_path", "how"),
    EXCLUDED: ("path", "source_sha256", "id", "reason"),
    WITHDRAWN: ("id", "text_sha256", "reason"),
}
_OF_SOURCES = frozenset(code for code in Code if code < "CK6")
_REASONS = frozenset(get_args(ExclusionReason))
_WITHDRAWN = "withdrawn"
_HOW = frozenset(get_args(HowDuplicate))
_SIMILARITY = "similarity"

_OF_ARTICLES = frozenset({Code.NOT_UNIQUE, *(c for c in Code if c.startswith("CK32"))})
"""What rejects a whole article. Of one there is the id that its schema's field gives it; what is
rejected for anything else is known by its path."""


@dataclass(frozen=True, slots=True)
class OtherIds:
    """The (file, path, id) of lines whose id is not that of their path.

    `of_a_field` may be the values of a field that ids come from; `wrong` ones cannot be.
    """

    of_a_field: list[tuple[str, str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DiagnosticLines:
    """What the diagnostics say: how many there are by code, and of which (path, SHA-256).

    `errors` are the codes of errors by path, in their order; `milder` counts all others that are
    about a field, by field and code.
    """

    codes: Counter[str] = field(default_factory=Counter)
    sources: list[tuple[str, str]] = field(default_factory=list)
    errors: dict[str, dict[str, None]] = field(default_factory=dict)
    milder: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class AuditLines:
    """What the audit's lines say, all of them together.

    `exact` says that the corpuskit that wrote them is this one. Of a redacted audit, `fields` are
    the only ones that diagnostics may name. `counts` are of lines, by file.
    `sources` maps the files of what is no row to their (path, SHA-256). `rejected_for` has the
    codes of rejected paths, `kept_rows` the (id, path) of the rows that duplicates are duplicates
    of, `similarities` those of near duplicates. `withdrawn` is what is kept of withdrawn articles,
    `withdrawn_sources` the ids of sources that were left out for it.
    """

    exact: bool = False
    fields: frozenset[str] | None = None
    counts: Counter[str] = field(default_factory=Counter)
    sources: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    rejected_for: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kept_rows: list[tuple[str, str]] = field(default_factory=list)
    similarities: list[float] = field(default_factory=list)
    other_ids: OtherIds = field(default_factory=OtherIds)
    diagnostics: DiagnosticLines = field(default_factory=DiagnosticLines)
    withdrawn: list[Withdrawn] = field(default_factory=list)
    withdrawn_sources: list[str] = field(default_factory=list)


def read_audit(
    root: Path,
    findings: Findings,
    *,
    exact: bool,
    withdrawn: bool = False,
    fields: frozenset[str] | None = None,
) -> AuditLines | None:
    """Read the files; None if any of their lines is not what it should be.

    `withdrawn` says whether there is one of withdrawn articles. `exact` asks that lines are as this
    corpuskit writes them. Those of another may have codes, reasons, keys and an order of
    diagnostics that are not known here. `fields` asks that nothing in them quotes a source, whoever
    wrote them, but for these names.
    """
    audit = AuditLines(exact, fields)
    before = findings.total
    for name, take in (
        (REJECTED, _take_rejection),
        (DUPLICATES, _take_duplicate),
        (EXCLUDED, _take_exclusion),
        (DIAGNOSTICS, _take_diagnostic),
        *([(WITHDRAWN, _take_withdrawn)] if withdrawn else []),
    ):
        _read_file(root, name, take, audit, findings)
    return audit if findings.total == before else None


def _read_file(
    root: Path,
    name: str,
    take: Callable[[AuditLines, Members], _Key],
    audit: AuditLines,
    findings: Findings,
) -> None:
    """Read one file, whose lines are sorted by what `take` gives of each."""
    last: _Key = ()
    try:
        for number, line in enumerate(_lines(root / name), start=1):
            try:
                members = _members(line, name, exact=audit.exact)
                if audit.fields is not None:
                    _check_redacted(members, name, audit.fields)
                last = _in_order(last, take(audit, members))
            except ValueError as error:
                problem = f"expected a line of the audit, found {clipped(str(error))}"
                findings.add(Code.AUDIT_DISAGREES, name, problem, line=number)
            audit.counts[name] += 1
    except OSError as error:
        findings.add(Code.AUDIT_DISAGREES, name, f"cannot be read: {error.strerror}")


def _check_redacted(members: Members, name: str, fields: frozenset[str]) -> None:
    """Check that a line of a redacted audit has no room for a word of a source.

    Raises:
        ValueError: it has; what it is stays unsaid.
    """
    unknown = sorted(members.keys() - set(_keys(name, members)))
    if unknown:
        raise ValueError(f"a key `{unknown[0]}`, which a redacted audit does not have")
    if name != DIAGNOSTICS:
        path = members.get("path")
        # What is withdrawn has no other name, and its id is all that is kept of it.
        if path is not None and members.get("id") not in (None, article_id(str(path))):
            raise ValueError("an `id` that is not of its path, in a redacted audit")
        return
    for key in ("value", "help"):
        if members.get(key) is not None:
            raise ValueError(f"a `{key}` in a redacted audit")
    label = members.get("name")
    if not isinstance(label, str) or not _LABEL.fullmatch(label):
        raise ValueError("a `name` that is none of a code, in a redacted audit")
    if members.get("message") != in_words(label):
        raise ValueError("a `message` that is not the name of its code, in a redacted audit")
    if members.get("field") not in (None, *fields):
        raise ValueError("a `field` that is no column, in a redacted audit")


def _in_order(last: _Key, key: _Key) -> _Key:
    if key < last:
        raise ValueError("one that belongs before the line above it")
    return key


def _lines(path: Path) -> Iterator[bytes]:
    with open_plain(path) as file:
        while line := file.readline(_LONGEST_LINE + 1):
            yield line
            if len(line) > _LONGEST_LINE:
                return


def _members(line: bytes, name: str, *, exact: bool) -> Members:
    if len(line) > _LONGEST_LINE:
        raise ValueError(f"more than {_LONGEST_LINE} bytes without an end")
    if not line.endswith(b"\n"):
        raise ValueError("no newline at its end")
    value = parse(line)
    if not isinstance(value, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - bad data is one kind of error here
    if exact:
        keys = _keys(name, value)
        unknown = sorted(value.keys() - set(keys))
        lacking = [key for key in keys if key not in value]
        if unknown or lacking:
            raise ValueError(f"no `{lacking[0]}`" if lacking else f"an unknown key `{unknown[0]}`")
        if line != _written(value):
            raise ValueError("keys in another order, or other white space or escapes")
    return value


def _keys(name: str, members: Members) -> tuple[str, ...]:
    """The keys of a line: only what is nearly the same has a similarity."""
    is_near = name == DUPLICATES and members.get("how") == "near"
    return (*_KEYS[name], _SIMILARITY) if is_near else _KEYS[name]


def _written(value: Json) -> bytes:
    written = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{written}\n".encode()


def _text(members: Members, name: str, pattern: re.Pattern[str] | None = None) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"no `{name}`")
    if pattern is not None and not pattern.fullmatch(value):
        raise ValueError(f"`{name}` {value}")
    return value


def _one_of(audit: AuditLines, members: Members, name: str, known: frozenset[str]) -> str:
    """A word of our own; another corpuskit may have more of them."""
    value = _text(members, name)
    if audit.exact and value not in known:
        raise ValueError(f"`{name}` {value}")
    return value


def _code(audit: AuditLines, members: Members, name: str) -> str:
    _text(members, name, _CODE)
    return _one_of(audit, members, name, _OF_SOURCES)


def _source(members: Members, *, nullable: bool) -> tuple[str, str]:
    path = _text(members, "path")
    # That of a folder which cannot be listed ends with its slash.
    if "\0" in path or not {"", ".", ".."}.isdisjoint(path.removesuffix("/").split("/")):
        raise ValueError(f"`path` {path}")
    if nullable and "source_sha256" in members and members["source_sha256"] is None:
        return path, ""
    return path, _text(members, "source_sha256", _SHA256)


def _note_source(
    audit: AuditLines, file: str, source: tuple[str, str], members: Members, *, by_path: bool
) -> _Key:
    """Note a source that is no row; whether its id has to be its path's. Gives its place."""
    path = source[0]
    audit.sources.setdefault(file, []).append(source)
    if audit.fields is not None and members.get("id") is None:
        return (path.encode(),)
    own_id = _text(members, "id")
    if own_id != article_id(path):
        ids = audit.other_ids
        odd = ids.wrong if by_path and audit.exact else ids.of_a_field
        odd.append((file, path, own_id))
    return (path.encode(),)


def _take_rejection(audit: AuditLines, members: Members) -> _Key:
    source = _source(members, nullable=True)
    codes = members.get("codes")
    if not isinstance(codes, list) or not codes:
        raise ValueError("no `codes`")
    listed = tuple(_code(audit, {"codes": code}, "codes") for code in codes)
    audit.rejected_for[source[0]] = listed
    return _note_source(audit, REJECTED, source, members, by_path=_OF_ARTICLES.isdisjoint(listed))


def _take_duplicate(audit: AuditLines, members: Members) -> _Key:
    source = _source(members, nullable=False)
    if _one_of(audit, members, "how", _HOW) == "near":
        audit.similarities.append(_similarity(members))
    kept = (_text(members, "kept_id"), _text(members, "kept_path"))
    audit.kept_rows.append(kept)
    return _note_source(audit, DUPLICATES, source, members, by_path=False)


def _similarity(members: Members) -> float:
    value = members.get(_SIMILARITY)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"`{_SIMILARITY}` that is no number from 0 to 1")
    return float(value)


def _take_exclusion(audit: AuditLines, members: Members) -> _Key:
    reason = _one_of(audit, members, "reason", _REASONS)
    if reason == _WITHDRAWN:
        return _take_withdrawn_source(audit, members)
    source = _source(members, nullable=False)
    # Only what is left out for its date has been read as far as to have another id.
    return _note_source(audit, EXCLUDED, source, members, by_path=reason != "future")


def _take_withdrawn_source(audit: AuditLines, members: Members) -> _Key:
    """A source of which its id is all that may be said; it comes before those with a path."""
    for name in ("path", "source_sha256"):
        if members.get(name) is not None:
            raise ValueError(f"`{name}` of what is withdrawn")
    audit.withdrawn_sources.append(own_id := _text(members, "id"))
    return b"", own_id


def _take_withdrawn(audit: AuditLines, members: Members) -> _Key:
    entry = withdrawn_entry(Node(dict(members)))
    if audit.withdrawn and entry == audit.withdrawn[-1]:
        raise ValueError("the line above it once more")
    audit.withdrawn.append(entry)
    return entry.order


def _take_diagnostic(audit: AuditLines, members: Members) -> _Key:
    source = _source(members, nullable=True)
    code = _code(audit, members, "code")
    if _text(members, "severity") not in set(Severity):
        raise ValueError(f"`severity` {members['severity']}")
    message = _text(members, "message")
    place = _place(members)
    if audit.exact and members["name"] != Code(code).label:
        raise ValueError(f"`name` {members['name']} of {code}")
    about, *_ = (_optional(members, name) for name in ("field", "value", "help"))
    seen = audit.diagnostics
    seen.codes[code] += 1
    if members["severity"] == Severity.ERROR:
        seen.errors.setdefault(source[0], {})[code] = None
    elif about is not None:
        seen.milder[about, code] += 1
    if not seen.sources or seen.sources[-1] != source:  # sorted by path: one entry a source
        seen.sources.append(source)
    own = (*place, code, message) if audit.exact else ()
    return (source[0].encode(), *own)


def _place(members: Members) -> tuple[int, int]:
    """Line and column, from 1; zeros of what is about no place."""
    line, column = members.get("line"), members.get("column")
    if line is None and column is None:
        return 0, 0
    if type(line) is not int or type(column) is not int or line < 1 or column < 1:
        raise ValueError(f"`line` {line} and `column` {column}")
    return line, column


def _optional(members: Members, name: str) -> str | None:
    value = members.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"`{name}` that is no text")
    return value
