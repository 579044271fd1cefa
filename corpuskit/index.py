"""The plan's index: one narrow Arrow row an article, so that planning holds no article."""

from __future__ import annotations

import pyarrow as pa

from corpuskit.config.near import VALUES
from corpuskit.schema import Field, FieldType, Schema

KEY_PREFIX = "key:"
"""Columns that hold a value of the row to sort by, or to be unique: `key:date`, `key:url`."""

MINHASH = "minhash"
"""The column of a text's signature, there if near duplicates are looked for."""

_TYPES = {
    FieldType.INTEGER: pa.int64(),
    FieldType.NUMBER: pa.float64(),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.DATE: pa.int64(),
    FieldType.DATETIME: pa.int64(),
}


def key_fields(
    schema: Schema, order: tuple[str, ...], also: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The fields whose values the plan needs: to order rows, to see the future, to be unique.

    And those of `also` that there are.
    """
    wanted = [name for name in order if schema.field(name)]
    wanted += [f.name for f in schema.fields if f.unique or f.name in also]
    if temporal_date(schema) is not None:
        wanted.append("date")
    return tuple(dict.fromkeys(wanted))


def temporal_date(schema: Schema) -> FieldType | None:
    """The type of the field `date` if it is a date or a datetime."""
    found = schema.field("date")
    if found is not None and found.type in (FieldType.DATE, FieldType.DATETIME):
        return found.type
    return None


def index_schema(schema: Schema, keys: tuple[str, ...], *, signed: bool = False) -> pa.Schema:
    """The index's columns.

    `place` is that of the source; `text_key` is equal for equal texts; `size` is the row's
    canonical JSON in bytes; `pack` and `row` say where the row is; each `key:` column holds the
    cells of one field, or of the column `language`; `MINHASH` is null for what is not compared.
    """
    fields = {f.name: f for f in schema.fields}
    return pa.schema(
        [
            ("place", pa.int32()),
            ("id", pa.string()),
            ("row_sha256", pa.string()),
            ("text_key", pa.binary(16)),
            ("n_chars", pa.int64()),
            ("size", pa.int64()),
            ("pack", pa.int32()),
            ("row", pa.int32()),
            *((KEY_PREFIX + name, _type(fields.get(name))) for name in keys),
            *([(MINHASH, pa.binary(VALUES))] if signed else []),
        ]
    )


def _type(field: Field | None) -> pa.DataType:
    return pa.string() if field is None else _TYPES.get(field.type, pa.string())
