"""A schema document → `Schema`, or everything that is wrong with it.

A schema is a Table Schema of Data Package v2 (https://datapackage.org/standard/table-schema/) in
YAML or JSON with one extension key, `x-corpuskit`. What it asks for is done or refused with a
diagnostic: no key is passed over in silence but those that only describe.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import PurePosixPath
from unicodedata import normalize

from corpuskit.codes import Code
from corpuskit.entries import Findings, clipped
from corpuskit.front_matter.tree import Fault, Tree
from corpuskit.front_matter.yaml_events import read_yaml
from corpuskit.lines import LineIndex
from corpuskit.model import Diagnostic, Value, diagnose
from corpuskit.schema import BodyRules, Field, FieldType, Schema, UnknownKeys
from corpuskit.schema_reader.entry import SchemaEntry
from corpuskit.schema_reader.fields import (
    EXTENSION,
    Members,
    known_members,
    read_field,
    refuse,
    within,
)

MAX_FIELDS = 1000
"""Columns, each of which costs every article; the largest of 56 corpora has 254 distinct keys."""

_HONOURED = ("name", "title", "description", "fields", "primaryKey", "uniqueKeys", EXTENSION)
_DESCRIPTIVE = (
    *("$schema", "homepage", "version", "created", "keywords", "licenses", "contributors"),
    *("sources", "image"),
)
_REFUSED: Mapping[str, tuple[Value, str]] = {
    "missingValues": ([""], "leave values out, or write null, where there is none"),
    "foreignKeys": ([], "leave it out"),
    "fieldsMatch": (None, f"`{EXTENSION}: {{unknown: …}}` says what keys of no field mean"),
}
_UNKNOWN: Mapping[str, UnknownKeys] = {
    "keep": "keep",
    "suggest": "suggest",
    "warn": "warn",
    "reject": "reject",
}
_PATH = "path"


def read_schema(text: str, path: str) -> Schema | tuple[Diagnostic, ...]:
    """Read a schema document.

    Args:
        text: YAML, or JSON as far as it is YAML: without escaped surrogate pairs.
        path: What diagnostics call the file; its stem is the name of a schema that has none.

    Returns:
        The schema, or its faults by line and column.
    """
    text = text.removeprefix("\ufeff")
    lines = LineIndex(text)
    tree = read_yaml(text)
    if isinstance(tree, Fault):
        place = lines.place(*tree.span)
        return (diagnose(Code.SCHEMA_SYNTAX, tree.message, place, help=tree.help, path=path),)
    findings = Findings(path, lines, tree)
    _check_yaml(tree, findings)
    schema = _read(SchemaEntry(tree.values, (), findings, tree), PurePosixPath(path).stem)
    return findings.in_order() or schema


def effective_order(schema: Schema) -> tuple[str, ...]:
    """The columns that rows are sorted by, the last of them `path`, which is unique."""
    order = schema.order
    if not order:
        date = schema.field("date")
        is_temporal = date is not None and date.type in (FieldType.DATE, FieldType.DATETIME)
        order = ("date",) if is_temporal else ()
    return (*(name for name in order if name != _PATH), _PATH)


def schema_digest(schema: Schema) -> str:
    """SHA-256 (hex) over canonical JSON of all that the schema says.

    What it does not say is left out, so that a rule that is new to the language changes no digest
    of a schema that does without it.
    """
    said = asdict(schema, dict_factory=_without_nulls)
    spelled = json.dumps(
        said, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(spelled.encode()).hexdigest()


def _without_nulls(members: list[tuple[str, object]]) -> dict[str, object]:
    return {name: value for name, value in members if value is not None}


def _check_yaml(tree: Tree, findings: Findings) -> None:
    """Note what YAML allows and a schema has no use for."""
    for keys, first, again in tree.repeated:
        line = findings.lines.place(*first).line
        findings.found.append(
            diagnose(
                Code.SCHEMA_SYNTAX,
                f"the key `{clipped(str(keys[-1]))}` is there twice, first on line {line}",
                findings.lines.place(*again),
                help="delete one of the two",
                path=findings.path,
            )
        )
    for tag, keys in tree.tagged:
        findings.add(
            Code.SCHEMA_SYNTAX, keys, f"the tag `{clipped(tag)}` means nothing here", "delete it"
        )


def _read(entry: SchemaEntry, default_name: str) -> Schema:
    members = known_members(entry, _HONOURED, (*_DESCRIPTIVE, *_REFUSED))
    refuse(members, _REFUSED)
    fields = _fields(entry, members)
    extension = within(members, EXTENSION, ("body", "unknown", "id", "order"))
    return Schema(
        name=_line(members, "name") or default_name or "schema",
        fields=_with_keys(fields, members),
        body=_body(extension),
        unknown=_unknown(extension),
        id_field=_id_field(extension, fields),
        order=_order(extension, fields),
        title=_line(members, "title"),
        description=_line(members, "description"),
    )


def _line(members: Members, key: str) -> str | None:
    return members[key].line() if key in members else None


def _fields(entry: SchemaEntry, members: Members) -> dict[str, Field]:
    if "fields" not in members:
        if isinstance(entry.value, Mapping):
            entry.invalid("a schema needs `fields`, a list with at least one field")
        return {}
    listed = members["fields"]
    items = listed.items()
    if listed.value == []:
        listed.invalid("a schema needs at least one field")
    if len(items) > MAX_FIELDS:
        listed.invalid(f"more than {MAX_FIELDS} fields")
    fields: dict[str, Field] = {}
    spellings: dict[str, str] = {}
    for item in items[:MAX_FIELDS]:
        found = read_field(item)
        if found is None:
            continue
        # DuckDB tells no case apart in column names, and people no normal forms.
        first = spellings.setdefault(normalize("NFC", found.name).casefold(), found.name)
        if found.name in fields:
            _repeated(item, f"there are two fields `{clipped(found.name)}`")
        elif first != found.name:
            _repeated(item, f"`{clipped(found.name)}` and `{clipped(first)}` look the same in SQL")
        fields.setdefault(found.name, found)
    return fields


def _repeated(item: SchemaEntry, message: str) -> None:
    help_ = "rename or delete one of the two"
    item.findings.add(Code.REPEATED_FIELD, (*item.keys, "name"), message, help_)


def _with_keys(fields: Mapping[str, Field], members: Members) -> tuple[Field, ...]:
    """The fields, made unique and required as `primaryKey` and `uniqueKeys` say."""
    keyed = dict(fields)
    for key in _unique_keys(members):
        field = _one_field(key, fields)
        if field is not None:
            keyed[field.name] = replace(keyed[field.name], unique=True)
    if "primaryKey" in members and members["primaryKey"].value != []:
        field = _one_field(members["primaryKey"], fields)
        if field is not None:
            keyed[field.name] = replace(keyed[field.name], unique=True, required=True)
    return tuple(keyed.values())


def _unique_keys(members: Members) -> list[SchemaEntry]:
    return members["uniqueKeys"].items() if "uniqueKeys" in members else []


def _one_field(entry: SchemaEntry, fields: Mapping[str, Field]) -> Field | None:
    """The field of a key of one column, as a text or a list of one."""
    entries = entry.spread()
    if len(entries) != 1:
        entry.invalid("a key of several columns is not checked", "name one column")
        return None
    field = _named(entries[0], fields)
    if field is not None and field.type is FieldType.LIST:
        entry.invalid("a list cannot be a key")
        return None
    return field


def _named(entry: SchemaEntry, fields: Mapping[str, Field]) -> Field | None:
    name = entry.text()
    if name is not None and name not in fields:
        help_ = entry.findings.suggest(name, fields) or f"fields: {clipped(', '.join(fields))}"
        entry.invalid(f"no field is called `{clipped(name)}`", help_, code=Code.UNKNOWN_FIELD)
    return fields.get(name or "")


def _body(extension: Members) -> BodyRules:
    members = within(extension, "body", ("minChars",))
    least = members["minChars"].count() if "minChars" in members else None
    return BodyRules() if least is None else BodyRules(least)


def _unknown(extension: Members) -> UnknownKeys:
    stated = extension["unknown"].choice(tuple(_UNKNOWN)) if "unknown" in extension else None
    return _UNKNOWN[stated or "suggest"]


def _id_field(extension: Members, fields: Mapping[str, Field]) -> str | None:
    entry = extension.get("id")
    field = _named(entry, fields) if entry else None
    if entry is None or field is None:
        return None
    if field.type is not FieldType.STRING:
        entry.invalid(f"an id must be a string; `{clipped(field.name)}` has the type {field.type}")
    return field.name


def _order(extension: Members, fields: Mapping[str, Field]) -> tuple[str, ...]:
    if "order" not in extension:
        return ()
    entry = extension["order"]
    order: list[str] = []
    for item in entry.spread():
        if _PATH in order:
            item.invalid("nothing is left to sort after `path`, which is unique")
        name = _PATH if item.value == _PATH else _sortable(item, fields)
        if name in order and name != _PATH:
            item.invalid(f"`{clipped(name)}` is in `order` twice")
        elif name is not None:
            order.append(name)
    if entry.value == []:
        entry.invalid("`order` names no column")
    return tuple(order)


def _sortable(item: SchemaEntry, fields: Mapping[str, Field]) -> str | None:
    field = _named(item, fields)
    if field is not None and field.type is FieldType.LIST:
        item.invalid("rows cannot be sorted by a list")
    return field.name if field else None
