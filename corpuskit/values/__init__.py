"""Front matter values typed by the schema: strings in, cells and diagnostics out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter

from corpuskit.codes import Code, Severity
from corpuskit.front_matter import PAGE_NOTE, FrontMatter
from corpuskit.front_matter.fences import Spelling
from corpuskit.front_matter.tree import KeyPath
from corpuskit.masking import MASK, is_secret, is_secret_field, masked
from corpuskit.model import Cell, Diagnostic, Place, Value, diagnose
from corpuskit.schema import Field, FieldType, Schema
from corpuskit.values.cells import FieldReader, Wrong
from corpuskit.values.keys import Given, KeyReader, closest, meant

_BLANK = re.compile(r"[\s\u200b-\u200d\u2060\ufeff\u00ad]+\Z")


@dataclass(slots=True)
class Typed:
    """The cells of one article in the schema's field order, and what was wrong with them.

    `paths` says under which key each field that front matter gives was found.
    `naive_dates` counts spellings that named no zone, by the zone they were read in.
    """

    front: FrontMatter
    cells: list[Cell]
    paths: Mapping[str, KeyPath]
    diagnostics: list[Diagnostic] = field(default_factory=list)
    naive_dates: dict[str, int] = field(default_factory=dict)

    def places(self) -> dict[str, Place]:
        """Where the values of the fields that front matter gives stand, by the field's name."""
        found = {name: self.front.place(path) for name, path in self.paths.items()}
        return {name: place for name, place in found.items() if place is not None}

    def odd(self, field: Field, wrong: Wrong, value: Value, path: KeyPath | None) -> None:
        """Note what does not cost the field its value, as a warning."""
        self.report(field, wrong, value, path, Severity.WARNING)

    def naive_date(self, zone: str) -> None:
        """Count a time without a zone, read in `zone`."""
        self.naive_dates[zone] = self.naive_dates.get(zone, 0) + 1

    def report(
        self,
        field: Field,
        wrong: Wrong,
        value: Value,
        path: KeyPath | None,
        severity: Severity | None = None,
    ) -> None:
        """Note what is wrong with a field's value, which stands at `path`."""
        place = None if path is None else self.front.place(path)
        said = masked(value)
        shown = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        message, advice = field.message or wrong.message, wrong.help
        if is_secret_field(field) or is_secret(path or ()):
            # Messages quote what they are about.
            shown = MASK
            message, advice = field.message or f"`{field.name}` has a value that is wrong", None
        self.diagnostics.append(
            diagnose(
                wrong.code,
                message,
                place or self.front.opening(),
                field=field.name,
                value=shown,
                help=advice,
                severity=severity or field.severity,
            )
        )


class FieldsReader:
    """Types front matter by one schema; made once a build."""

    def __init__(self, schema: Schema, timezone: str) -> None:
        """Take the schema, and the zone for dates of fields that name none themselves."""
        self.schema = schema
        self._readers = [FieldReader(f, f.timezone or timezone) for f in schema.fields]
        self._keys = KeyReader(schema)

    def read(self, front: FrontMatter, captured: Mapping[str, list[str]]) -> Typed:
        """Type the values of `front`; a captured value fills a field that it leaves out."""
        keys = self._keys.read(front.values)
        typed = Typed(front, [None] * len(self._readers), keys.paths)
        filled = self._filled(keys.absent, captured) if captured else {}
        given: Iterable[Given] = keys.given
        if filled:
            given = sorted([*keys.given, *(Given(nth) for nth in filled)], key=itemgetter(0))
        for nth, path, key in given:
            if key is not None:
                value = front.values[key]
            else:
                value = filled[nth] if path is None else _at(front.values, path)
            cell = self._readers[nth].certain(value)
            typed.cells[nth] = (
                _cell(self._readers[nth], value, path, typed) if cell is None else cell
            )
        if keys.required:
            missing = [self.schema.fields[nth] for nth in keys.required if nth not in filled]
            typed.diagnostics += _missing(front, missing) if missing else []
        if keys.unread:
            of_page = (*front.from_page, PAGE_NOTE) if front.from_page else ()
            typed.diagnostics += [
                self._unread(front, *unread) for unread in keys.unread if unread[0] not in of_page
            ]
        return typed

    def _filled(self, absent: Iterable[int], captured: Mapping[str, list[str]]) -> dict[int, Value]:
        """What was captured for fields that are absent, by their numbers."""
        filled: dict[int, Value] = {}
        for nth in absent:
            field = self.schema.fields[nth]
            if found := captured.get(field.name):
                filled[nth] = [*found] if field.type is FieldType.LIST else found[0]
        return filled

    def _unread(self, front: FrontMatter, key: str, close: str | None) -> Diagnostic:
        return diagnose(
            Code.UNKNOWN_KEY,
            f"no field reads the key `{key}`",
            front.key_place((key,)),
            help=f"did you mean `{close}`?" if close else None,
            severity=Severity.ERROR if self.schema.unknown == "reject" else None,
        )


def _at(values: Value, path: KeyPath) -> Value:
    for part in path:
        assert isinstance(values, dict)
        values = values[part]  # type: ignore[index]  # no field's path has the number of an item
    return values


def _cell(reader: FieldReader, value: Value, path: KeyPath | None, typed: Typed) -> Cell:
    """The cell of a value that is there; without one, why not goes to `typed`."""
    field = reader.field
    wrong = _absence(field.name, value)
    if wrong is None:
        cell = reader.read(value, path, typed)
        if not isinstance(cell, Wrong):
            return cell
        wrong = cell
    elif not field.required:
        return [] if field.type is FieldType.LIST else None
    typed.report(field, wrong, value, wrong.path or path)
    return None


def is_blank(text: str) -> bool:
    """Whether there is nothing to see in a text that is not empty."""
    return not text[0].isalnum() and _BLANK.match(text) is not None


def _absence(name: str, value: Value) -> Wrong | None:
    """In which way a value that is there says nothing."""
    if value:
        if isinstance(value, str) and is_blank(value):
            return Wrong(Code.BLANK_VALUE, f"`{name}` is blank", "give it a value")
        return None
    if value is None:
        return Wrong(Code.NULL_VALUE, f"`{name}` is null", "give it a value")
    what = "is empty" if isinstance(value, str) else "has no items"
    return Wrong(Code.EMPTY_VALUE, f"`{name}` {what}", "give it a value")


def _missing(front: FrontMatter, missing: list[Field]) -> list[Diagnostic]:
    if front.from_page is not None:
        return [_missing_in_page(front, f) for f in missing]
    if front.spelling is Spelling.NONE:
        names = ", ".join(f.name for f in missing)
        severities = [f.severity for f in missing]
        return [
            diagnose(
                Code.NO_FRONT_MATTER,
                f"no front matter, and the schema requires: {names}",
                Place(1, 1),
                help="begin the file with `---`, one `key: value` a line, and `---`; whole HTML "
                'pages, which say it in their head: `mode = "article"` under [text]',
                severity=Severity.ERROR if Severity.ERROR in severities else severities[0],
            )
        ]
    return [_missing_key(front, f) for f in missing]


def _missing_in_page(front: FrontMatter, f: Field) -> Diagnostic:
    """At the front matter, if there is any, else at the beginning of the file."""
    return diagnose(
        Code.MISSING_FIELD,
        f.message or f"`{f.name}` is missing: neither front matter nor the page's metadata has it",
        front.opening(),
        field=f.name,
        help="`from` of the field reads any element, as in `meta.NAME` or `json-ld.KEY`",
        severity=f.severity,
    )


def _missing_key(front: FrontMatter, f: Field) -> Diagnostic:
    """At the key that was probably meant, else where a line would have to be added."""
    key = meant(front.values, f)
    why, help_ = _looked_for(f), f"add a line `{f.sources[0]}: …`"
    if key is not None:
        why = f"; `{key}` is another key"
        help_ = f"did you mean `{closest(key, frozenset(f.sources))}`?"
    return diagnose(
        Code.MISSING_FIELD,
        f.message or f"`{f.name}` is missing{why}",
        (key and front.key_place((key,))) or front.opening(),
        field=f.name,
        help=help_,
        severity=f.severity,
    )


def _looked_for(f: Field) -> str:
    return "" if f.sources == (f.name,) else f" (none of the keys {', '.join(f.sources)})"
