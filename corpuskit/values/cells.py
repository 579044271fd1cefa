"""One field's values: a front matter value in, a cell of the field's type out, or what is wrong."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from corpuskit.codes import Code
from corpuskit.dates import DAY, DEFAULT_FORMATS, DateFault, DateProblem, DateReader
from corpuskit.front_matter.tree import KeyPath
from corpuskit.masking import masked
from corpuskit.model import Cell, Value
from corpuskit.schema import Field, FieldType

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}\Z")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?\Z")
_INT64 = range(-(2**63), 2**63)
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
_PLACEHOLDER = re.compile(r"\s*(?:\{\{.*\}\}|\{%.*%\}|<%.*%>)\s*\Z")
_LEVELS = " / "

_DATE_CODES = {
    DateFault.UNREADABLE: Code.UNREADABLE_DATE,
    DateFault.IMPOSSIBLE: Code.IMPOSSIBLE_DATE,
    DateFault.NONEXISTENT: Code.IMPOSSIBLE_DATE,
    DateFault.AMBIGUOUS: Code.AMBIGUOUS_DATE,
    DateFault.UNKNOWN_ZONE: Code.UNKNOWN_ZONE,
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a value is none of its field's type, or what is odd about one that is.

    `path` is that of the item of a list that is wrong.
    """

    code: Code
    message: str
    help: str | None = None
    path: KeyPath | None = None


class Notes(Protocol):
    """Hears what does not cost the field its value."""

    def odd(self, field: Field, wrong: Wrong, value: Value, path: KeyPath | None) -> None:
        """`value`, which stands at `path`, was read all the same."""
        ...

    def naive_date(self, zone: str) -> None:
        """A time without a zone was read in `zone`."""
        ...


class FieldReader:
    """Types the values of one field; made once a build."""

    def __init__(self, field: Field, timezone: str) -> None:
        """Take the field, and the zone for its dates that name none."""
        self.field = field
        self.timezone = timezone
        self._dates = DateReader(field.formats or DEFAULT_FORMATS, timezone)
        self._is_instant = field.type in (FieldType.DATE, FieldType.DATETIME)
        self._is_text = field.type is FieldType.STRING
        self._is_texts = field.type is FieldType.LIST and field.item_type in (
            None,
            FieldType.STRING,
        )

    def certain(self, value: Value) -> Cell:
        """The cell of text that ends in a letter or digit, as most does; None for any other value.

        It is neither blank nor a placeholder, so that there is nothing else to say of it.
        """
        if isinstance(value, str):
            if not value[-1:].isalnum():
                return None
            return value if self._is_text else [value] if self._is_texts else None
        if self._is_texts and isinstance(value, list):
            texts = [text for text in value if isinstance(text, str) and text[-1:].isalnum()]
            return texts if texts and len(texts) == len(value) else None
        return None

    def read(self, value: Value, path: KeyPath | None, notes: Notes) -> Cell | Wrong:
        """The cell of a value that is there; `path` is where it stands, None for a captured one."""
        kind = self.field.type
        # What ends in a letter or digit is no placeholder.
        if self._is_instant and isinstance(value, str) and value[-1:].isalnum():
            return self._instant(kind, value, path, notes)
        if kind is FieldType.LIST:
            return self._list(value, path, notes)
        if kind in (FieldType.ANY, FieldType.OBJECT, FieldType.ARRAY):
            return self._json(value, kind)
        if not isinstance(value, str):
            what = "a list" if isinstance(value, list) else "a mapping"
            return Wrong(Code.WRONG_TYPE, f"`{self.field.name}` is {what}, not {_a(kind)}")
        return self._scalar(kind, value, path, notes)

    def _scalar(
        self, kind: FieldType, value: str, path: KeyPath | None, notes: Notes
    ) -> Cell | Wrong:
        if ("}}" in value or "%}" in value or "%>" in value) and _PLACEHOLDER.match(value):
            return Wrong(
                Code.TEMPLATE_FILE,
                f"`{self.field.name}` is a template's placeholder",
                "exclude the scaffold folder, e.g. --exclude 'scaffolds/'",
            )
        if kind is FieldType.STRING:
            return value
        if kind in (FieldType.DATE, FieldType.DATETIME):
            return self._instant(kind, value, path, notes)
        cell = _PLAIN[kind](value.strip())
        if cell is None:
            return Wrong(Code.WRONG_TYPE, f"`{self.field.name}` is not {_a(kind)}")
        return cell

    def _instant(
        self, kind: FieldType, value: str, path: KeyPath | None, notes: Notes
    ) -> Cell | Wrong:
        read = self._dates.read(value)
        if isinstance(read, DateProblem):
            return Wrong(_DATE_CODES[read.fault], read.message, read.help)
        if not read.zoned and not read.date_only:
            notes.naive_date(self.timezone)
        if read.weekday_wrong:
            wrong = Wrong(Code.WRONG_WEEKDAY, f"`{value[:60]}` is not that day of the week")
            notes.odd(self.field, wrong, value, path)
        return read.micros // DAY if kind is FieldType.DATE else read.micros

    def _list(self, value: Value, path: KeyPath | None, notes: Notes) -> Cell | Wrong:
        kind = self.field.item_type or FieldType.STRING
        cells: list[Cell] = []
        for leaf, place in self._leaves(value, path, notes):
            if isinstance(leaf, dict):
                message = f"an item of `{self.field.name}` is a mapping"
                return Wrong(Code.WRONG_TYPE, message, path=place)
            if not isinstance(leaf, str) or not leaf.strip():
                empty = Wrong(Code.EMPTY_ITEM, f"`{self.field.name}` has an empty item")
                notes.odd(self.field, empty, "", place)
                continue
            cell = self._scalar(kind, leaf, place, notes)
            if isinstance(cell, Wrong):
                return replace(cell, path=place)
            cells.append(cell)
        return cells  # type: ignore[return-value]  # one scalar type throughout, by `kind`

    def _leaves(
        self, value: Value, path: KeyPath | None, notes: Notes
    ) -> list[tuple[Value, KeyPath | None]]:
        """The items and their places; lists among them are handled as the field says."""
        if not isinstance(value, list):
            return [(value, path)]
        places = [None if path is None else (*path, index) for index in range(len(value))]
        if not any(isinstance(item, list) for item in value):
            return list(zip(value, places, strict=True))
        if self.field.items is None:
            flat = "has a list inside its list; read as one flat list"
            wrong = Wrong(Code.NESTED_LIST, f"`{self.field.name}` {flat}", "write one list")
            notes.odd(self.field, wrong, "", path)
        leaves: list[tuple[Value, KeyPath | None]] = []
        for item, place in zip(value, places, strict=True):
            parts = _flat(item)
            if self.field.items == "keep" and all(isinstance(part, str) for part in parts):
                parts = [_LEVELS.join(map(str, parts))]
            leaves += [(part, place) for part in parts]
        return leaves

    def _json(self, value: Value, kind: FieldType) -> Cell | Wrong:
        wanted = {FieldType.OBJECT: dict, FieldType.ARRAY: list}.get(kind)
        if wanted is not None and not isinstance(value, wanted):
            return Wrong(Code.WRONG_TYPE, f"`{self.field.name}` is not {_a(kind)}")
        return json.dumps(masked(value), ensure_ascii=False, separators=(",", ":"))


def _flat(item: Value) -> list[Value]:
    """`item`, or the leaves of a list in order; nesting is capped by the readers."""
    if not isinstance(item, list):
        return [item]
    return [leaf for part in item for leaf in _flat(part)]


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
    return isinstance(value, str) and _boolean(value.strip()) is True


def is_false(value: Value) -> bool:
    """Whether a front matter value is some spelling of false."""
    return isinstance(value, str) and _boolean(value.strip()) is False


def _a(kind: FieldType) -> str:
    return f"an {kind}" if kind[0] in "aio" else f"a {kind}"
