"""schema.json: the release's columns as a Table Schema (Data Package v2).

https://datapackage.org/standard/table-schema/. What the standard, or frictionless reading
Parquet through pandas, cannot say of a column stands under `x-corpuskit`: its Arrow type, the
items of a list, and the rules that shipped rows may break or that no validator could check.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from corpuskit.codes import Severity
from corpuskit.manifest import Column, Json
from corpuskit.schema import Constraints, Field, FieldType, Schema
from corpuskit.strict_json import dumps

PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"

_CHECKED: Mapping[str, frozenset[str]] = {
    "string": frozenset({"unique", "minLength", "maxLength", "pattern", "enum"}),
    "integer": frozenset({"unique", "minimum", "maximum", "enum"}),
    "number": frozenset({"unique", "minimum", "maximum", "enum"}),
    "boolean": frozenset({"enum"}),
    "date": frozenset({"unique", "minimum", "maximum"}),
    "datetime": frozenset({"unique", "minimum", "maximum"}),
}
"""The rules that frictionless 5.21 checks, by type; it fails on others, and on lists' `unique`."""

_NULL_IS_A_VALUE = frozenset({"integer", "number", "datetime"})
"""pandas reads their nulls as NaN or NaT, which frictionless compares like values."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def render(schema: Schema, columns: Sequence[Column]) -> bytes:
    """schema.json for the columns of a release, of which `schema` names some."""
    document: dict[str, Json] = {
        "$schema": PROFILE,
        "fields": [_field(column, schema.field(column.name)) for column in columns],
        # The default, [""], would take an empty string for a null.
        "missingValues": [],
    }
    if any(column.name == "id" for column in columns):
        document["primaryKey"] = ["id"]
    if schema.title:
        document["title"] = schema.title
    if schema.description:
        document["description"] = schema.description
    document["x-corpuskit"] = {"schema": schema.name}
    return dumps(document)


def _field(column: Column, field: Field | None) -> Json:
    never_null = _never_null(column, field)
    declared = _declared_type(column, never_null=never_null)
    carried: dict[str, Json] = {"required": True} if never_null else {}
    noted: dict[str, Json] = {}
    if field is not None:
        checked, noted = _rules(field, declared, never_null=never_null)
        carried |= checked
    members: dict[str, Json] = {"name": column.name, "type": declared}
    if column.title:
        members["title"] = column.title
    if column.description:
        members["description"] = column.description
    if carried:
        members["constraints"] = carried
    members["x-corpuskit"] = _real_type(column) | noted
    return members


def _never_null(column: Column, field: Field | None) -> bool:
    return column.required and (field is None or field.severity is Severity.ERROR)


def _declared_type(column: Column, *, never_null: bool) -> str:
    """The type under which frictionless accepts the column's cells.

    A list comes to it as a NumPy array, which its `list` and `array` refuse; a null in an integer
    column makes the whole column float, and the null a NaN, which only `number` takes.
    """
    if column.type == FieldType.LIST:
        return "any"
    if column.type == FieldType.INTEGER and not never_null:
        return "number"
    return column.type


def _real_type(column: Column) -> dict[str, Json]:
    members: dict[str, Json] = {"type": column.type, "arrow": column.arrow}
    if column.item_type is not None:
        members["itemType"] = column.item_type
    return members


def _rules(
    field: Field, declared: str, *, never_null: bool
) -> tuple[dict[str, Json], dict[str, Json]]:
    """The constraints that validators can check, and the `x-corpuskit` keys of all other rules."""
    checkable = _CHECKED.get(declared, frozenset())
    if declared in _NULL_IS_A_VALUE and not never_null:
        checkable = frozenset()
    if field.severity is not Severity.ERROR:  # shipped rows may break the field's rules
        checkable = frozenset()
    rules = _constraints(field, field.constraints)
    if field.unique:
        rules["unique"] = True
    checked = {name: rule for name, rule in rules.items() if name in checkable}
    if "pattern" in checked and not _is_python_pattern(str(rules["pattern"])):
        del checked["pattern"]
    noted: dict[str, Json] = {}
    if unchecked := {name: rule for name, rule in rules.items() if name not in checked}:
        noted["constraints"] = unchecked
    if warned := _constraints(field, field.warn):
        noted["warn"] = warned
    return checked, noted


def _is_python_pattern(pattern: str) -> bool:
    """Whether frictionless can compile it, which it does between `^` and `$`."""
    try:
        re.compile(f"^{pattern}$")
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def _constraints(field: Field, rules: Constraints) -> dict[str, Json]:
    """`rules` under their names in the standard, times as they are written in text."""
    members: dict[str, Json] = {
        "minLength": rules.min_length,
        "maxLength": rules.max_length,
        "pattern": rules.pattern,
        "enum": None if rules.enum is None else [*rules.enum],
        "minimum": _written(field.type, rules.minimum),
        "maximum": _written(field.type, rules.maximum),
    }
    return {name: rule for name, rule in members.items() if rule is not None}


def _written(field_type: FieldType, bound: float | None) -> Json:
    if bound is None:
        return None
    match field_type:
        case FieldType.DATETIME:
            return _iso(_EPOCH + dt.timedelta(microseconds=int(bound)))
        case FieldType.DATE:
            return (_EPOCH + dt.timedelta(days=int(bound))).date().isoformat()
        case _:
            return bound


def _iso(moment: dt.datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
