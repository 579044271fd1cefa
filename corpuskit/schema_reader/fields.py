"""One field descriptor of a schema → `Field`.

The keys are Table Schema's (https://datapackage.org/standard/table-schema/#field) and those of
`x-corpuskit`. Keys that only describe are accepted. Keys that would change how values are read, and
that are not followed, are errors: whoever wrote them believes that they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from unicodedata import category

from corpuskit.codes import Code, Severity
from corpuskit.dates import DEFAULT_FORMATS, check_format
from corpuskit.entries import clipped
from corpuskit.model import Value
from corpuskit.schema import OWN_COLUMNS, Field, FieldType, NestedLists
from corpuskit.schema_reader.constraints import CONSTRAINTS, read_constraints
from corpuskit.schema_reader.entry import SchemaEntry

EXTENSION = "x-corpuskit"

Members = Mapping[str, SchemaEntry]

_HONOURED = (
    *("name", "type", "format", "title", "description", "itemType", "constraints"),
    EXTENSION,
)
_DESCRIPTIVE = ("example", "rdfType")

_BOOLEAN_WORDS = "write true or false, yes or no, on or off, 1 or 0"
# The one value that asks for what is done anyway, if there is one, and what to do instead.
_REFUSED: Mapping[str, tuple[Value, str]] = {
    "missingValues": ([""], "leave values out, or write null, where there is none"),
    "categories": (None, "list the values in `constraints.enum`"),
    "categoriesOrdered": (None, "leave it out"),
    "delimiter": (None, "write lists as YAML lists; a text is a list of one"),
    "decimalChar": (".", "write numbers with a point"),
    "groupChar": (None, "write numbers without separators"),
    "bareNumber": ("true", "write bare numbers, or use the type string"),
    "trueValues": (None, _BOOLEAN_WORDS),
    "falseValues": (None, _BOOLEAN_WORDS),
}
_FLAGS = ("required", "unique")
_EXTENSION_KEYS = ("from", "formats", "timezone", "severity", "warn", "message", "unique", "items")

_TEMPORAL = (FieldType.DATE, FieldType.DATETIME)
_ITEM_TYPES = (
    *(FieldType.STRING, FieldType.INTEGER, FieldType.NUMBER, FieldType.BOOLEAN),
    *_TEMPORAL,
)
_NESTED: Mapping[str, NestedLists] = {"flatten": "flatten", "keep": "keep"}
_RESERVED = {name.casefold() for name in OWN_COLUMNS}


def read_field(entry: SchemaEntry) -> Field | None:
    """Read one item of `fields`; None when it has no usable name."""
    members = known_members(entry, _HONOURED, (*_DESCRIPTIVE, *_REFUSED))
    refuse(members, _REFUSED)
    if "name" not in members:
        if isinstance(entry.value, Mapping):
            entry.invalid("a field needs a `name`")
        return None
    name = members["name"].text()
    if name is None or not _is_name(members["name"], name):
        return None
    kind = _type(members)
    if kind is None:  # nothing can be said of its constraints and formats
        return Field(name, FieldType.ANY, (name,))
    return _compiled(name, kind, members)


def _compiled(name: str, kind: FieldType, members: Members) -> Field:
    stated = within(members, "constraints", (*_FLAGS, *CONSTRAINTS))
    extension = within(members, EXTENSION, _EXTENSION_KEYS)
    item_type = _item_type(members, kind)
    temporal = (item_type or kind) in _TEMPORAL
    return Field(
        name=name,
        type=kind,
        sources=_sources(extension, name),
        item_type=item_type,
        required="required" in stated and stated["required"].boolean() is True,
        unique=_unique(stated, extension, kind),
        constraints=read_constraints({k: v for k, v in stated.items() if k not in _FLAGS}, kind),
        warn=read_constraints(within(extension, "warn", CONSTRAINTS), kind),
        formats=_formats(members, extension, temporal=temporal),
        timezone=_timezone(extension, temporal=temporal),
        severity=_severity(extension),
        message=_line(extension, "message"),
        title=_line(members, "title"),
        description=_line(members, "description"),
        items=_nested(extension, item_type),
    )


def known_members(
    entry: SchemaEntry, known: tuple[str, ...], also: tuple[str, ...]
) -> dict[str, SchemaEntry]:
    """The members with known keys; `x-` keys of other tools are let through, likely typos not."""
    if not isinstance(entry.value, Mapping):
        return entry.members(known)
    own = {key: value for key, value in entry.value.items() if not _is_foreign(entry, key)}
    return replace(entry, value=own).members(known, also)


def within(members: Members, key: str, known: tuple[str, ...]) -> dict[str, SchemaEntry]:
    """The members of the mapping at `key`, none if there is no such key."""
    return members[key].members(known) if key in members else {}


def _is_foreign(entry: SchemaEntry, key: str) -> bool:
    is_extension = key.startswith("x-") and key != EXTENSION
    return is_extension and entry.findings.suggest(key, (EXTENSION,)) is None


def refuse(members: Members, refused: Mapping[str, tuple[Value, str]]) -> None:
    """Note each key that is not followed, unless its value asks for what is done anyway."""
    for key, entry in members.items():
        if key in refused and (entry.value is None or entry.value != refused[key][0]):
            entry.invalid(f"`{key}` is not followed", refused[key][1], at_key=True)


def _is_name(entry: SchemaEntry, name: str) -> bool:
    if not name.strip():
        entry.invalid("a column's name cannot be empty or blank")
    elif any(category(c) in {"Cc", "Zl", "Zp"} for c in name):
        entry.invalid("a column's name cannot hold control characters or line breaks")
    elif name != name.strip():
        entry.invalid("a column's name cannot begin or end with white space")
    elif name.casefold() in _RESERVED:
        entry.invalid(
            f"`{name}` is the name of a column that corpuskit makes itself",
            f"call it `source_{name}` and read it with `{EXTENSION}: {{from: {name}}}`",
            code=Code.RESERVED_NAME,
        )
    else:
        return True
    return False


def _type(members: Members) -> FieldType | None:
    """The field's type: `any` when nothing is said, None when what is said is none."""
    if "type" not in members:
        return FieldType.ANY
    kind = members["type"].choice([str(t) for t in FieldType])
    return None if kind is None else FieldType(kind)


def _item_type(members: Members, kind: FieldType) -> FieldType | None:
    entry = members.get("itemType")
    if kind is not FieldType.LIST:
        if entry is not None:
            entry.invalid(f"`itemType` is for lists, not for the type `{kind}`", at_key=True)
        return None
    stated = entry.choice([str(t) for t in _ITEM_TYPES]) if entry else None
    return FieldType(stated or FieldType.STRING)


def _sources(extension: Members, name: str) -> tuple[str, ...]:
    if "from" not in extension:
        return (name,)
    entry = extension["from"]
    if entry.value == []:
        entry.invalid("`from` names no key")
    found = [(item, item.line()) for item in entry.spread()]
    for item, source in found:
        if source and any(not part.strip() for part in source.split(".")):
            item.invalid(f"`{clipped(source)}` has an empty part between its dots")
    return tuple(source for _, source in found if source)


def _unique(stated: Members, extension: Members, kind: FieldType) -> bool:
    entries = [found["unique"] for found in (stated, extension) if "unique" in found]
    values = [entry.boolean() for entry in entries]
    if len(set(values)) > 1:
        entries[1].invalid("`unique` is both true and false")
    if any(values) and kind is FieldType.LIST:
        entries[0].invalid("`unique` is not checked for lists", at_key=True)
    return any(values)


def _formats(members: Members, extension: Members, *, temporal: bool) -> tuple[str, ...]:
    formats = _table_schema_format(members, temporal=temporal)
    entry = extension.get("formats")
    if entry is None:
        return formats or (DEFAULT_FORMATS if temporal else ())
    if not temporal:
        entry.invalid("`formats` is for dates and datetimes", at_key=True)
    elif formats:
        entry.invalid("`format` and `formats` both say how dates are written", at_key=True)
    if entry.value == []:
        entry.invalid("`formats` names no format")
    stated = [(item, item.line()) for item in entry.spread()]
    for item, fmt in stated:
        if fmt and (problem := check_format(fmt)):
            item.invalid(f'the format "{clipped(fmt)}" {problem}')
    return tuple(fmt for _, fmt in stated if fmt)


def _table_schema_format(members: Members, *, temporal: bool) -> tuple[str, ...]:
    """What `format` says of dates; of other types it can only be `default`."""
    entry = members.get("format")
    stated = entry.line() if entry else None
    if entry is None or stated is None or stated == "default":
        return ()
    if not temporal:
        entry.invalid(
            f"the format `{clipped(stated)}` is not checked",
            "leave it out; `constraints.pattern` checks how a text is written",
        )
        return ()
    fmt = stated.removeprefix("fmt:")  # how version 0 of the standard marked a pattern
    if problem := check_format(fmt):
        entry.invalid(
            f'the format "{clipped(fmt)}" {problem}',
            f"list what occurs in `{EXTENSION}.formats`" if fmt == "any" else None,
        )
    return (fmt,)


def _timezone(extension: Members, *, temporal: bool) -> str | None:
    if "timezone" not in extension:
        return None
    if not temporal:
        extension["timezone"].invalid("`timezone` is for dates and datetimes", at_key=True)
    return extension["timezone"].zone()


def _severity(extension: Members) -> Severity:
    stated = None
    if "severity" in extension:
        stated = extension["severity"].choice([str(s) for s in Severity])
    return Severity(stated or Severity.ERROR)


def _line(members: Members, key: str) -> str | None:
    return members[key].line() if key in members else None


def _nested(extension: Members, item_type: FieldType | None) -> NestedLists | None:
    if "items" not in extension:
        return None
    entry = extension["items"]
    if item_type is None:
        entry.invalid("`items` says what to do with lists in a list; this is no list", at_key=True)
        return None
    stated = entry.choice(tuple(_NESTED))
    if stated == "keep" and item_type is not FieldType.STRING:
        entry.invalid("`keep` joins the parts of a nested list as text, so needs itemType string")
    return None if stated is None else _NESTED[stated]
