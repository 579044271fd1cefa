"""The corpus schema as a value: what `schemas/*.yaml` say once they are read.

A schema document is a Frictionless Table Schema (Data Package v2) with one extension key,
`x-corpuskit`. `schema_reader` turns a document into a `Schema` or into CK6xx diagnostics;
`constraints` compiles it to pandera, `rows` to Arrow, `documents` to `schema.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from corpuskit.codes import Code, Severity


class FieldType(StrEnum):
    """The Table Schema types that a column can have; `object` and `array` become JSON text."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    LIST = "list"
    OBJECT = "object"
    ARRAY = "array"
    ANY = "any"


UnknownKeys = Literal["keep", "suggest", "warn", "reject"]

NestedLists = Literal["flatten", "keep"]


@dataclass(frozen=True, slots=True)
class Constraints:
    """What a present value must satisfy; lengths count characters, or items of a list.

    `pattern` is a Python regex that the whole value must match, as if it began with `^` and ended
    with `$`. `minimum` and `maximum` are in the field's own unit: UTC microseconds for a datetime,
    days since 1970-01-01 for a date, floats for a number.
    """

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    enum: tuple[str | int | float | bool, ...] | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None

    def __bool__(self) -> bool:
        """Whether anything is constrained."""
        return self != Constraints()


@dataclass(frozen=True, slots=True)
class Rule:
    """One of the constraints: its key in a schema document, what can have it, its breach's code."""

    key: str
    types: frozenset[FieldType]
    code: Code


_LENGTHS = frozenset({FieldType.STRING, FieldType.LIST})
_RANGES = frozenset({FieldType.INTEGER, FieldType.NUMBER, FieldType.DATE, FieldType.DATETIME})
_ENUMS = frozenset({FieldType.STRING, FieldType.INTEGER, FieldType.NUMBER, FieldType.BOOLEAN})

RULES: Mapping[str, Rule] = {
    "min_length": Rule("minLength", _LENGTHS, Code.TOO_SHORT),
    "max_length": Rule("maxLength", _LENGTHS, Code.TOO_LONG),
    "pattern": Rule("pattern", frozenset({FieldType.STRING}), Code.PATTERN_MISMATCH),
    "enum": Rule("enum", _ENUMS, Code.NOT_IN_ENUM),
    "minimum": Rule("minimum", _RANGES, Code.BELOW_MINIMUM),
    "maximum": Rule("maximum", _RANGES, Code.ABOVE_MAXIMUM),
}
"""By attribute of `Constraints`, all of which are here."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column that the schema names.

    `sources` are the front matter keys (dotted paths reach into mappings) of which the first
    present one wins. `item_type` is set for lists. `items` says what becomes of a list inside a
    list: its items take its place (`flatten`), or it is one item, its parts joined by ` / `
    (`keep`); where the schema says nothing they are flattened with a warning. `warn` holds
    constraints whose breach is a warning. `unique` means across the corpus. `formats` and
    `timezone` are for dates; without a zone of its own a field has the configured one.
    """

    name: str
    type: FieldType
    sources: tuple[str, ...]
    item_type: FieldType | None = None
    required: bool = False
    unique: bool = False
    constraints: Constraints = Constraints()
    warn: Constraints = Constraints()
    formats: tuple[str, ...] = ()
    timezone: str | None = None
    severity: Severity = Severity.ERROR
    message: str | None = None
    title: str | None = None
    description: str | None = None
    items: NestedLists | None = None


@dataclass(frozen=True, slots=True)
class BodyRules:
    """What the extracted text must satisfy; 0 characters let an article be without any."""

    min_chars: int = 1


@dataclass(frozen=True, slots=True)
class Schema:
    """A corpus schema: the fields in column order, and the rules of the corpus.

    `id_field` names the field that identifies an article (None: its path does). `order` names
    the columns that rows are sorted by before their path.
    """

    name: str
    fields: tuple[Field, ...]
    body: BodyRules = field(default_factory=BodyRules)
    unknown: UnknownKeys = "suggest"
    id_field: str | None = None
    order: tuple[str, ...] = ()
    title: str | None = None
    description: str | None = None

    def field(self, name: str) -> Field | None:
        """The field called `name`, if there is one."""
        return next((f for f in self.fields if f.name == name), None)


OWN_COLUMNS = (
    "id",
    "path",
    "text",
    "body",
    "format",
    "language",
    "language_score",
    "language_source",
    "n_chars",
    "links",
    "link_texts",
    "images",
    "front_matter",
    "encoding",
    "source_sha256",
    "row_sha256",
)
"""The columns that corpuskit makes itself: reserved names in a schema."""
