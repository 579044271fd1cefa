"""The `constraints` and `x-corpuskit.warn` of a schema's field → `Constraints`.

Table Schema's rules for each type are in
https://datapackage.org/standard/table-schema/#field-constraints. A constraint that we cannot hold
a column to is an error: whoever wrote it believes that it is checked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping

from corpuskit.dates import DAY, DateProblem, DateReader
from corpuskit.entries import clipped
from corpuskit.schema import RULES, Constraints, FieldType
from corpuskit.schema_reader.entry import SchemaEntry

_FITS: Mapping[str, Collection[FieldType]] = {
    **{rule.key: rule.types for rule in RULES.values()},
    "exclusiveMinimum": RULES["minimum"].types,
    "exclusiveMaximum": RULES["maximum"].types,
    "jsonSchema": (),
}
CONSTRAINTS = tuple(_FITS)
"""The keys that can be in `constraints` besides `required` and `unique`."""

_INT64 = range(-(2**63), 2**63)
_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_BOUND_DATES = DateReader(("iso8601",), "UTC")
_Scalar = str | int | float | bool


def read_constraints(members: Mapping[str, SchemaEntry], kind: FieldType) -> Constraints:
    """Compile the constraints among `members` for a column of type `kind`."""
    fitting = {name: entry for name, entry in members.items() if _fits(name, entry, kind)}
    minimum = _tightest(fitting, "minimum", "exclusiveMinimum", kind)
    maximum = _tightest(fitting, "maximum", "exclusiveMaximum", kind)
    min_length, max_length = _length(fitting, "minLength"), _length(fitting, "maxLength")
    if minimum is not None and maximum is not None and minimum > maximum:
        bound = fitting.get("maximum") or fitting["exclusiveMaximum"]
        bound.invalid("no value can be both above the minimum and below the maximum")
    if min_length is not None and max_length is not None and min_length > max_length:
        fitting["maxLength"].invalid("`maxLength` is less than `minLength`")
    return Constraints(
        min_length=min_length,
        max_length=max_length,
        pattern=fitting["pattern"].regex() if "pattern" in fitting else None,
        enum=_enum(fitting["enum"], kind) if "enum" in fitting else None,
        minimum=minimum,
        maximum=maximum,
    )


def _fits(name: str, entry: SchemaEntry, kind: FieldType) -> bool:
    types = _FITS.get(name)
    if types is None or kind in types:
        return types is not None
    known = ", ".join(t for t in FieldType if t in types)
    entry.invalid(
        f"`{name}` is not checked for the type `{kind}`",
        f"it is for: {known}" if known else "leave it out",
        at_key=True,
    )
    return False


def _length(members: Mapping[str, SchemaEntry], name: str) -> int | None:
    return members[name].count() if name in members else None


def _tightest(
    members: Mapping[str, SchemaEntry], inclusive: str, exclusive: str, kind: FieldType
) -> int | float | None:
    """The bound that both keys together come to; an exclusive one moves to the next value."""
    upward = inclusive == "minimum"
    bounds = []
    if inclusive in members:
        bounds.append(_bound(members[inclusive], kind))
    if exclusive in members:
        bound = _bound(members[exclusive], kind)
        if isinstance(bound, float):
            bound = math.nextafter(bound, math.inf if upward else -math.inf)
        elif bound is not None:
            bound += 1 if upward else -1
        bounds.append(bound)
    found = [bound for bound in bounds if bound is not None]
    return (max(found) if upward else min(found)) if found else None


def _bound(entry: SchemaEntry, kind: FieldType) -> int | float | None:
    match kind:
        case FieldType.DATE | FieldType.DATETIME:
            return _date_bound(entry, kind)
        case FieldType.INTEGER:
            return _integer(entry)
        case _:
            return _number(entry)


def _date_bound(entry: SchemaEntry, kind: FieldType) -> int | None:
    text = entry.text()
    if text is None:
        return None
    read = _BOUND_DATES.read(text)
    if isinstance(read, DateProblem):
        entry.invalid(f"{entry.name} is no ISO 8601 date: {read.message}", read.help)
    elif kind is FieldType.DATE and not read.date_only:
        entry.invalid(f"{entry.name} bounds days and names a time of day", "write 2021-03-04")
    elif not read.date_only and not read.zoned:
        entry.invalid(f"{entry.name} names no zone", f"write `{text}Z` if it is in UTC")
    else:
        return read.micros // DAY if kind is FieldType.DATE else read.micros
    return None


def _integer(entry: SchemaEntry) -> int | None:
    text = entry.text()
    if text is None:
        return None
    if not _INTEGER.fullmatch(text) or int(text) not in _INT64:
        entry.unfit("a whole number of 64 bits")
        return None
    return int(text)


def _number(entry: SchemaEntry) -> float | None:
    text = entry.text()
    if text is None:
        return None
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(number):
        entry.unfit("a finite decimal number such as `-1.5` or `2e3`")
        return None
    return number


def _enum(entry: SchemaEntry, kind: FieldType) -> tuple[_Scalar, ...]:
    values: dict[_Scalar, None] = {}
    for item in entry.items():
        value = _enum_value(item, kind)
        if value is not None and value in values:
            item.invalid(f"`{clipped(str(value))}` is in `enum` twice")
        elif value is not None:
            values[value] = None
    if entry.value == []:
        entry.invalid("`enum` is empty, so that no value could ever be right")
    return tuple(values)


def _enum_value(item: SchemaEntry, kind: FieldType) -> _Scalar | None:
    match kind:
        case FieldType.INTEGER:
            return _integer(item)
        case FieldType.NUMBER:
            return _number(item)
        case FieldType.BOOLEAN:
            return item.boolean()
        case _:
            return item.text()
