"""Front matter values typed by the schema: strings in, cells and diagnostics out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import TypeAlias

from corpuskit.codes import Code, Severity
from corpuskit.field_values import FieldReader, Wrong
from corpuskit.front_matter import FrontMatter
from corpuskit.front_matter.fences import Spelling
from corpuskit.front_matter.tree import KeyPath
from corpuskit.language import KEYS as LANGUAGE_KEYS
from corpuskit.masking import MASK, is_secret, is_secret_field, masked
from corpuskit.model import Cell, Diagnostic, Place, Value, diagnose
from corpuskit.schema import Field, FieldType, Schema

_READ_WITHOUT_A_FIELD = frozenset({*LANGUAGE_KEYS, "draft", "password", "published", "status"})
"""Keys that say in which language an article is, or whether it is public: known to any schema."""

_BLANK = re.compile(r"[\s\u200b-\u200d\u2060\ufeff\u00ad]+\Z")


@dataclass(slots=True)
class Typed:
    """The cells of one article in the schema's field order, and what was wrong with them.

    `paths` says under which key each field that front matter gives was found.
    `naive_dates` counts spellings that named no zone, by the zone they were read in.
    """

    front: FrontMatter
    cells: list[Cell] = field(default_factory=list)
    paths: dict[str, KeyPath] = field(default_factory=dict)
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


_Key: TypeAlias = tuple[str, KeyPath, KeyPath | None]
"""A key that a field reads: as it is written, its path, and the path that its dots spell."""


def _key(source: str) -> _Key:
    return source, (source,), tuple(source.split(".")) if "." in source else None


class FieldsReader:
    """Types front matter by one schema; made once a build."""

    def __init__(self, schema: Schema, timezone: str) -> None:
        """Take the schema, and the zone for dates of fields that name none themselves."""
        self.schema = schema
        self._readers = [
            (FieldReader(f, f.timezone or timezone), [_key(source) for source in f.sources])
            for f in schema.fields
        ]
        self._known = frozenset(s.split(".")[0] for f in schema.fields for s in f.sources)

    def read(self, front: FrontMatter, captured: Mapping[str, list[str]]) -> Typed:
        """Type the values of `front`; a captured value fills a field that it leaves out."""
        typed = Typed(front)
        missing: list[Field] = []
        for reader, sources in self._readers:
            path, value = _find(front.values, sources)
            if path is None:
                found = captured.get(reader.field.name)
                if not found:
                    typed.cells.append(None)
                    if reader.field.required:
                        missing.append(reader.field)
                    continue
                value = [*found] if reader.field.type is FieldType.LIST else found[0]
            typed.cells.append(_cell(reader, value, path, typed))
        if missing:
            typed.diagnostics += _missing(front, missing)
        if self.schema.unknown != "keep":
            typed.diagnostics += self._unknown(front)
        return typed

    def _unknown(self, front: FrontMatter) -> list[Diagnostic]:
        found = []
        policy = self.schema.unknown
        for key in front.values:
            if key in self._known or key in _READ_WITHOUT_A_FIELD:
                continue
            close = _closest(key, self._known)
            if policy == "suggest" and (close is None or close in front.values):
                continue
            if policy != "reject" and self._is_told_as_missing(front, key):
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

    def _is_told_as_missing(self, front: FrontMatter, key: str) -> bool:
        """Whether the diagnostic of a required field names `key` as what was probably meant."""
        return any(
            field.required
            and front.values.keys().isdisjoint({s.split(".")[0] for s in field.sources})
            and _meant(front, field) == key
            for field in self.schema.fields
        )


def _find(values: Mapping[str, Value], sources: list[_Key]) -> tuple[KeyPath | None, Value]:
    """The first of a field's keys that is there, and its value; dots reach into mappings."""
    for source, literal, nested in sources:
        if source in values:
            return literal, values[source]
        if nested is not None and nested[0] in values:
            found: Value = dict(values)
            for part in nested:
                if not isinstance(found, dict) or part not in found:
                    break
                found = found[part]
            else:
                return nested, found
    return None, None


def _cell(reader: FieldReader, value: Value, path: KeyPath | None, typed: Typed) -> Cell:
    """The cell of a value that is there; without one, why not goes to `typed`."""
    field = reader.field
    if path is not None:
        typed.paths[field.name] = path
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


def _absence(name: str, value: Value) -> Wrong | None:
    """In which way a value that is there says nothing."""
    if value:
        if isinstance(value, str) and not value[0].isalnum() and _BLANK.match(value):
            return Wrong(Code.BLANK_VALUE, f"`{name}` is blank", "give it a value")
        return None
    if value is None:
        return Wrong(Code.NULL_VALUE, f"`{name}` is null", "give it a value")
    what = "is empty" if isinstance(value, str) else "has no items"
    return Wrong(Code.EMPTY_VALUE, f"`{name}` {what}", "give it a value")


@lru_cache(maxsize=4096)
def _closest(key: str, known: frozenset[str]) -> str | None:
    close = get_close_matches(key.lower(), sorted(known), n=1, cutoff=0.82)
    return close[0] if close and len(key) > 3 else None


def _meant(front: FrontMatter, missing: Field) -> str | None:
    """The key that was probably meant for a field that no key gives: `Title` for `title`."""
    sources = frozenset(missing.sources)
    return next((key for key in front.values if _closest(key, sources)), None)


def _missing(front: FrontMatter, missing: list[Field]) -> list[Diagnostic]:
    if front.spelling is Spelling.NONE:
        names = ", ".join(f.name for f in missing)
        severities = [f.severity for f in missing]
        return [
            diagnose(
                Code.NO_FRONT_MATTER,
                f"no front matter, and the schema requires: {names}",
                Place(1, 1),
                help="begin the file with `---`, one `key: value` a line, and `---`; HTML pages "
                "without it: `--schema any`, with `[[text.capture]]` for their titles",
                severity=Severity.ERROR if Severity.ERROR in severities else severities[0],
            )
        ]
    return [_missing_key(front, f) for f in missing]


def _missing_key(front: FrontMatter, f: Field) -> Diagnostic:
    """At the key that was probably meant, else where a line would have to be added."""
    meant = _meant(front, f)
    why, help_ = _looked_for(f), f"add a line `{f.sources[0]}: …`"
    if meant is not None:
        why = f"; `{meant}` is another key"
        help_ = f"did you mean `{_closest(meant, frozenset(f.sources))}`?"
    return diagnose(
        Code.MISSING_FIELD,
        f.message or f"`{f.name}` is missing{why}",
        (meant and front.key_place((meant,))) or front.opening(),
        field=f.name,
        help=help_,
        severity=f.severity,
    )


def _looked_for(f: Field) -> str:
    return "" if f.sources == (f.name,) else f" (none of the keys {', '.join(f.sources)})"
