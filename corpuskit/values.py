"""Front matter values typed by the schema: strings in, cells and diagnostics out."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

from corpuskit.codes import Code, Severity
from corpuskit.dates import DEFAULT_FORMATS, DateFault, DateProblem, DateReader
from corpuskit.front_matter import FrontMatter
from corpuskit.front_matter.fences import Spelling
from corpuskit.front_matter.tree import KeyPath
from corpuskit.model import Cell, Diagnostic, Place, Value, diagnose
from corpuskit.schema import Field, FieldType, Schema

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}\Z")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?\Z")
_INT64 = range(-(2**63), 2**63)
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
_PLACEHOLDER = re.compile(r"\s*(?:\{\{.*\}\}|\{%.*%\}|<%.*%>)\s*\Z")
_DAY = 86_400_000_000

_DATE_CODES = {
    DateFault.UNREADABLE: Code.UNREADABLE_DATE,
    DateFault.IMPOSSIBLE: Code.IMPOSSIBLE_DATE,
    DateFault.NONEXISTENT: Code.IMPOSSIBLE_DATE,
    DateFault.AMBIGUOUS: Code.AMBIGUOUS_DATE,
    DateFault.UNKNOWN_ZONE: Code.UNKNOWN_ZONE,
}

SECRET_KEY = re.compile(r"(?i)pass(?:word|wd|phrase)?\Z|secret|token\Z|api[_-]?key|credential")
MAYBE_SECRET = re.compile(r"(?i)pass|secret|token|api|credential")
"""Found in the JSON of whatever holds a key that SECRET_KEY finds."""

MASK = "***"


@dataclass(slots=True)
class Typed:
    """The cells of one article in the schema's field order, and what was wrong with them.

    `naive_dates` counts spellings that named no zone.
    """

    cells: list[Cell] = field(default_factory=list)
    places: dict[str, Place | Callable[[], Place | None]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    naive_dates: int = 0


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Why a value is none of its field's type."""

    code: Code
    message: str
    help: str | None = None


class FieldsReader:
    """Types front matter by one schema; made once a build."""

    def __init__(self, schema: Schema, timezone: str) -> None:
        """Take the schema, and the zone for dates of fields that name none themselves."""
        self.schema = schema
        self._readers = [_FieldReader(f, f.timezone or timezone) for f in schema.fields]
        self._known = frozenset(s.split(".")[0] for f in schema.fields for s in f.sources)

    def read(self, front: FrontMatter, captured: Mapping[str, list[str]]) -> Typed:
        """Type the values of `front`; a captured value fills a field that it leaves out."""
        typed = Typed()
        missing: list[Field] = []
        for reader in self._readers:
            typed.cells.append(reader.read(front, captured, typed, missing))
        if missing:
            typed.diagnostics += _missing(front, missing)
        if self.schema.unknown != "keep":
            typed.diagnostics += self._unknown(front)
        return typed

    def _unknown(self, front: FrontMatter) -> list[Diagnostic]:
        found = []
        policy = self.schema.unknown
        for key in front.values:
            if key in self._known:
                continue
            close = _closest(key, self._known)
            if policy == "suggest" and (close is None or close in front.values):
                continue
            found.append(
                diagnose(
                    Code.UNKNOWN_KEY,
                    f"no field reads the key `{key}`",
                    front.key_place((key,)),
                    help=f"did you mean `{close}`?" if close else None,
                    severity=Severity.ERROR if policy == "reject" else None,
                )
            )
        return found


@lru_cache(maxsize=4096)
def _closest(key: str, known: frozenset[str]) -> str | None:
    close = get_close_matches(key.lower(), sorted(known), n=1, cutoff=0.82)
    return close[0] if close and len(key) > 3 else None


def _missing(front: FrontMatter, missing: list[Field]) -> list[Diagnostic]:
    if front.spelling is Spelling.NONE:
        names = ", ".join(f.name for f in missing)
        severities = [f.severity for f in missing]
        return [
            diagnose(
                Code.NO_FRONT_MATTER,
                f"no front matter, and the schema requires: {names}",
                Place(1, 1),
                help="begin the file with `---`, one `key: value` a line, and `---`",
                severity=Severity.ERROR if Severity.ERROR in severities else severities[0],
            )
        ]
    return [
        diagnose(
            Code.MISSING_FIELD,
            f.message or f"`{f.name}` is missing{_looked_for(f)}",
            front.opening(),
            field=f.name,
            help=f"add a line `{f.sources[0]}: …`",
            severity=f.severity,
        )
        for f in missing
    ]


def _looked_for(f: Field) -> str:
    return "" if f.sources == (f.name,) else f" (none of the keys {', '.join(f.sources)})"


class _FieldReader:
    """Types one field's values."""

    def __init__(self, f: Field, timezone: str) -> None:
        self.field = f
        self.sources = [(source, tuple(source.split("."))) for source in f.sources]
        self.dates = DateReader(f.formats or DEFAULT_FORMATS, timezone)

    def read(
        self,
        front: FrontMatter,
        captured: Mapping[str, list[str]],
        typed: Typed,
        missing: list[Field],
    ) -> Cell:
        """The field's cell; faults and places go to `typed`, an absent key to `missing`."""
        path, value = self._find(front.values)
        if path is None:
            found = captured.get(self.field.name) if captured else None
            if not found:
                if self.field.required:
                    missing.append(self.field)
                return None
            value = list(found) if self.field.type is FieldType.LIST else found[0]
        else:
            typed.places[self.field.name] = lambda: front.place(path)
        fault = self._absence(value)
        if fault is None:
            converted = self._convert(value, typed, front, path)
            if not isinstance(converted, _Wrong):
                return converted
            fault = converted
        elif not self.field.required:
            return [] if self.field.type is FieldType.LIST else None
        self._report(fault, value, front, path, typed)
        return None

    def _find(self, values: Mapping[str, Value]) -> tuple[KeyPath | None, Value]:
        """The first of the field's keys that is there, and its value."""
        for source, path in self.sources:
            if source in values:
                return (source,), values[source]
            if len(path) > 1 and path[0] in values:
                found: Value = dict(values)
                for part in path:
                    if not isinstance(found, dict) or part not in found:
                        break
                    found = found[part]
                else:
                    return path, found
        return None, None

    def _absence(self, value: Value) -> _Wrong | None:
        name = self.field.name
        if value is None:
            return _Wrong(Code.NULL_VALUE, f"`{name}` is null", "give it a value")
        if isinstance(value, str):
            if not value:
                return _Wrong(Code.EMPTY_VALUE, f"`{name}` is empty", "give it a value")
            if value.isspace():
                return _Wrong(Code.BLANK_VALUE, f"`{name}` is blank", "give it a value")
        elif not value:
            return _Wrong(Code.EMPTY_VALUE, f"`{name}` has no items", "give it a value")
        return None

    def _convert(
        self, value: Value, typed: Typed, front: FrontMatter, path: KeyPath | None
    ) -> Cell | _Wrong:
        kind = self.field.type
        if kind is FieldType.LIST:
            return self._list(value, typed, front, path)
        if kind in (FieldType.ANY, FieldType.OBJECT, FieldType.ARRAY):
            return _as_json(value, kind)
        if not isinstance(value, str):
            what = "a list" if isinstance(value, list) else "a mapping"
            return _Wrong(Code.WRONG_TYPE, f"`{self.field.name}` is {what}, not {_a(kind)}")
        if _PLACEHOLDER.match(value):
            return _Wrong(
                Code.TEMPLATE_FILE,
                f"`{self.field.name}` is a template's placeholder",
                "exclude the scaffold folder, e.g. --exclude 'scaffolds/'",
            )
        return self._scalar(kind, value, typed, front, path)

    def _scalar(
        self, kind: FieldType, value: str, typed: Typed, front: FrontMatter, path: KeyPath | None
    ) -> Cell | _Wrong:
        if kind is FieldType.STRING:
            return value
        if kind in (FieldType.DATE, FieldType.DATETIME):
            return self._instant(kind, value, typed, front, path)
        cell = _PLAIN[kind](value.strip())
        if cell is None:
            return _Wrong(Code.WRONG_TYPE, f"`{self.field.name}` is not {_a(kind)}")
        return cell

    def _instant(
        self, kind: FieldType, value: str, typed: Typed, front: FrontMatter, path: KeyPath | None
    ) -> Cell | _Wrong:
        read = self.dates.read(value)
        if isinstance(read, DateProblem):
            return _Wrong(_DATE_CODES[read.fault], read.message, read.help)
        if not read.zoned and not read.date_only:
            typed.naive_dates += 1
        if read.weekday_wrong:
            wrong = _Wrong(Code.WRONG_WEEKDAY, f"`{value[:60]}` is not that day of the week")
            self._report(wrong, value, front, path, typed, Severity.WARNING)
        return read.micros // _DAY if kind is FieldType.DATE else read.micros

    def _list(
        self, value: Value, typed: Typed, front: FrontMatter, path: KeyPath | None
    ) -> Cell | _Wrong:
        items = value if isinstance(value, list) else [value]
        kind = self.field.item_type or FieldType.STRING
        cells: list[Cell] = []
        nested = False
        for index, item in enumerate(items):
            place = None if path is None or items is not value else (*path, index)
            for leaf in _leaves(item):
                nested = nested or isinstance(item, list)
                if leaf is None or (isinstance(leaf, str) and not leaf.strip()):
                    empty = _Wrong(Code.EMPTY_ITEM, f"`{self.field.name}` has an empty item")
                    self._report(empty, "", front, place, typed, Severity.WARNING)
                    continue
                if not isinstance(leaf, str):
                    return _Wrong(Code.WRONG_TYPE, f"an item of `{self.field.name}` is a mapping")
                cell = self._scalar(kind, leaf, typed, front, place)
                if isinstance(cell, _Wrong):
                    return cell
                cells.append(cell)
        if nested:
            flat = _Wrong(
                Code.NESTED_LIST,
                f"`{self.field.name}` has lists in its list; read as one flat list",
                "write one list",
            )
            self._report(flat, "", front, path, typed, Severity.WARNING)
        return cells  # type: ignore[return-value]  # one scalar type throughout, by `kind`

    def _report(
        self,
        fault: _Wrong,
        value: Value,
        front: FrontMatter,
        path: KeyPath | None,
        typed: Typed,
        severity: Severity | None = None,
    ) -> None:
        place = front.opening() if path is None else front.place(path) or front.opening()
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if SECRET_KEY.search(self.field.name):
            shown = MASK
        typed.diagnostics.append(
            diagnose(
                fault.code,
                self.field.message or fault.message,
                place,
                field=self.field.name,
                value=shown,
                help=fault.help,
                severity=severity or self.field.severity,
            )
        )


def _leaves(item: Value) -> list[Value]:
    """`item`, or the leaves of a nested list in order; nesting is capped by the readers."""
    if not isinstance(item, list):
        return [item]
    return [leaf for part in item for leaf in _leaves(part)]


def _as_json(value: Value, kind: FieldType) -> Cell | _Wrong:
    if kind is FieldType.OBJECT and not isinstance(value, dict):
        return _Wrong(Code.WRONG_TYPE, "not a mapping")
    if kind is FieldType.ARRAY and not isinstance(value, list):
        return _Wrong(Code.WRONG_TYPE, "not a list")
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _integer(value: str) -> int | None:
    if not _INTEGER.match(value) or int(value) not in _INT64:
        return None
    return int(value)


def _number(value: str) -> float | None:
    if not _NUMBER.match(value):
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def _boolean(value: str) -> bool | None:
    lowered = value.lower()
    return True if lowered in _TRUE else False if lowered in _FALSE else None


_PLAIN: dict[FieldType, Callable[[str], Cell]] = {
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: _boolean,
}


def is_true(value: Value) -> bool:
    """Whether a front matter value is some spelling of true."""
    return isinstance(value, str) and value.strip().lower() in _TRUE


def is_false(value: Value) -> bool:
    """Whether a front matter value is some spelling of false."""
    return isinstance(value, str) and value.strip().lower() in _FALSE


def masked(value: Value) -> Value:
    """`value` with a mask in place of what stands under keys that look like secrets."""
    if isinstance(value, list):
        return [masked(item) for item in value]
    if isinstance(value, dict):
        return {
            key: MASK if item is not None and SECRET_KEY.search(key) else masked(item)
            for key, item in value.items()
        }
    return value


def _a(kind: FieldType) -> str:
    return f"an {kind}" if kind in (FieldType.INTEGER, FieldType.ANY) else f"a {kind}"
