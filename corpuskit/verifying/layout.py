"""What a manifest's columns ask of every shard, and whether they make sense."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from corpuskit.config.omission import NEEDED
from corpuskit.manifest import Column
from corpuskit.rows import column_kinds, field_kind, field_type
from corpuskit.schema import Field, FieldType, Schema

IDENTITY = tuple(NEEDED)
"""The columns by which a row is known and traced; never null, whatever a manifest says of them."""

_KINDS = column_kinds(Schema(name="", fields=()))
"""The columns that every release has, with the types that they must have."""


class LayoutError(ValueError):
    """Columns that no release of ours has; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The one Arrow schema of all shards, and every column's type as the row hash names it."""

    schema: pa.Schema
    kinds: dict[str, str]

    @classmethod
    def of(cls, columns: tuple[Column, ...]) -> Layout:
        """The layout that a manifest's columns describe.

        Raises:
            LayoutError: a type is unknown or two descriptions of it differ, a needed column is
                missing or of the wrong type.
        """
        fields = {column.name: _field(column) for column in columns}
        for name in IDENTITY:
            if name not in fields:
                raise LayoutError(f"expected a column `{name}`, found none")
        kinds = {name: field_kind(field) for name, field in fields.items()}
        for name, kind in _KINDS.items():
            if kinds.get(name, kind) != kind:
                raise LayoutError(f"column `{name}`: expected {kind}, found {kinds[name]}")
        types = [pa.field(name, field_type(field)) for name, field in fields.items()]
        return cls(pa.schema(types), kinds)

    def difference(self, found: pa.Schema) -> str | None:
        """The first thing in which a shard's schema differs, if one does.

        Metadata counts: pandas' would give a reader an index that other shards do not have.
        """
        if found.names != self.schema.names:
            return _name_difference(self.schema.names, found.names)
        for expected, other in zip(self.schema, found, strict=True):
            if not expected.equals(other):
                return f"column `{expected.name}`: expected {_said(expected)}, found {_said(other)}"
        if found.metadata or any(other.metadata for other in found):
            return "expected no metadata in the schema, found some"
        return None


def arrow_name(kind: pa.DataType) -> str:
    """A type's name as a manifest has it: that of a list does not name its items' field."""
    return f"list<{kind.value_type}>" if pa.types.is_list(kind) else str(kind)


def _field(column: Column) -> Field:
    known = {str(kind): kind for kind in FieldType}
    kind, item = known.get(column.type), known.get(column.item_type or "")
    if kind is None:
        raise LayoutError(f"column `{column.name}`: expected a known type, found `{column.type}`")
    takes_items = kind is FieldType.LIST
    if takes_items != (column.item_type is not None):
        raise LayoutError(f"column `{column.name}`: expected an item type for lists alone")
    if takes_items and (item is None or item is FieldType.LIST):
        raise LayoutError(
            f"column `{column.name}`: expected a known item type, found `{column.item_type}`"
        )
    field = Field(column.name, kind, (), item)
    arrow = arrow_name(field_type(field))
    if column.arrow != arrow:
        raise LayoutError(
            f"column `{column.name}`: expected the Arrow type {arrow}, found `{column.arrow}`"
        )
    return field


def _said(field: pa.Field) -> str:
    return arrow_name(field.type) + ("" if field.nullable else " not null")


def _name_difference(expected: list[str], found: list[str]) -> str:
    known, seen = set(expected), set(found)
    missing = [name for name in expected if name not in seen]
    if missing:
        return f"expected a column `{missing[0]}`, found none"
    extra = [name for name in found if name not in known]
    if extra:
        return f"expected no column `{extra[0]}`, found one"
    if len(found) > len(expected):
        return "expected every column once, found one twice"
    at = next(n for n, pair in enumerate(zip(expected, found, strict=True)) if pair[0] != pair[1])
    return f"column {at + 1}: expected `{expected[at]}`, found `{found[at]}`"
