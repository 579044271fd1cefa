"""One field descriptor of a schema → `Field`.

The keys are Table Schema's (https://datapackage.org/standard/table-schema/#field) and those of
`x-corpuskit`. Keys that only describe are accepted; keys that would change how values are read,
and that we do not follow, are errors rather than promises that nobody keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import category

from corpuskit.codes import Code, Severity
from corpuskit.constraint_reader import CONSTRAINTS, read_constraints
from corpuskit.dates import DEFAULT_FORMATS, DateReader, check_format
from corpuskit.entries import clipped
from corpuskit.model import Value
from corpuskit.schema import OWN_COLUMNS, Constraints, Field, FieldType, NestedLists
from corpuskit.schema_entry import SchemaEntry

EXTENSION = "x-corpuskit"

_HONOURED = (
    *("name", "type", "format", "title", "description", "itemType", "constraints"),
    EXTENSION,
)
_DESCRIPTIVE = ("example", "rdfType")

# What would be read otherwise than the schema says, the one value that changes nothing, and a way.
_REFUSED: Mapping[str, tuple[Value, str]] = {
    "missingValues": ([""], "write values that mean nothing as null or leave the key out"),
    "categories": (None, "list the values in `constraints.enum`"),
    "categoriesOrdered": (None, "leave it out"),
    "delimiter": (None, "write lists as YAML lists; a text is a list of one"),
    "decimalChar": (".", "write numbers with a point"),
    "groupChar": (None, "write numbers without separators"),
    "bareNumber": ("true", "write bare numbers, or use the type string"),
    "trueValues": (None, "write true or false, yes or no, on or off, 1 or 0"),
    "falseValues": (None, "write true or false, yes or no, on or off, 1 or 0"),
}
_KNOWN = (*_HONOURED, *_DESCRIPTIVE, *_REFUSED)

_EXTENSION_KEYS = (
    *("from", "formats", "timezone", "severity", "warn", "message", "unique", "items"),
)
_TEMPORAL = (FieldType.DATE, FieldType.DATETIME)
_ITEM_TYPES = (
    FieldType.STRING,
    FieldType.INTEGER,
    FieldType.NUMBER,
    FieldType.BOOLEAN,
    FieldType.DATE,
    FieldType.DATETIME,
)
_NESTED: Mapping[str, NestedLists] = {"flatten": "flatten", "keep": "keep"}
_RESERVED = frozenset(OWN_COLUMNS)


def read_field(entry: SchemaEntry) -> Field | None:
    """Read one item of `fields`; None when it has no usable name."""
    members = known_members(entry, _KNOWN)
    refuse(members, _REFUSED)
    name = _name(entry, members)
    if name is None:
        return None
    kind = _type(members)
    stated = members["constraints"].members(("required", "unique", *CONSTRAINTS)) if (
        "constraints" in members
    ) else {}
    extension = members[EXTENSION].members(_EXTENSION_KEYS) if EXTENSION in members else {}
    item_type = _item_type(members, kind)
    dates = _Dates.read(members, extension, item_type or kind)
    return Field(
        name=name,
        type=kind,
        sources=_sources(extension, name),
        item_type=item_type,
        required="required" in stated and stated["required"].boolean() is True,
        unique=_unique(stated, extension, kind),
        constraints=read_constraints(_without_flags(stated), kind),
        warn=_warn(extension, kind),
        formats=dates.formats,
        timezone=dates.timezone,
        severity=_severity(extension),
        message=extension["message"].line() if "message" in extension else None,
        title=members["title"].line() if "title" in members else None,
        description=members["description"].line() if "description" in members else None,
        items=_nested(extension, item_type),
    )


def known_members(entry: SchemaEntry, known: tuple[str, ...]) -> dict[str, SchemaEntry]:
    """The members with known keys; other tools' `x-` keys are let through, likely typos are not."""
    if not isinstance(entry.value, Mapping):
        return entry.members(known)
    foreign = {
        key
        for key in entry.value
        if key.startswith("x-") and entry.findings.suggest(key, (EXTENSION,)) is None
    }
    members = entry.members((*known, *sorted(foreign)))
    return {key: member for key, member in members.items() if key not in foreign}


def refuse(
    members: Mapping[str, SchemaEntry], refused: Mapping[str, tuple[Value, str]]
) -> None:
    """Note each key that is not followed, unless its value asks for what is done anyway."""
    for key, entry in members.items():
        if key in refused and (entry.value is None or entry.value != refused[key][0]):
            entry.invalid(f"`{key}` is not followed", refused[key][1], at_key=True)
