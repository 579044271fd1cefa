"""The Arrow schema of a release and batches of its rows; fixed by the corpus schema alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from corpuskit.codes import Severity
from corpuskit.config.omission import published
from corpuskit.manifest import Column
from corpuskit.model import Cell
from corpuskit.quality.rules import SIGNALS
from corpuskit.schema import Field, FieldType, Schema

_ARROW = {
    FieldType.STRING: pa.string(),
    FieldType.INTEGER: pa.int64(),
    FieldType.NUMBER: pa.float64(),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.DATE: pa.date32(),
    FieldType.DATETIME: pa.timestamp("us", tz="UTC"),
    FieldType.OBJECT: pa.string(),
    FieldType.ARRAY: pa.string(),
    FieldType.ANY: pa.string(),
}

_STORAGE = {pa.date32(): pa.int32(), pa.timestamp("us", tz="UTC"): pa.int64()}
"""What cells hold for these types: days and microseconds as plain integers."""

_OWN: dict[str, tuple[str, pa.DataType, str]] = {
    "id": ("string", pa.string(), "32 hexadecimal digits, or the schema's id field"),
    "path": ("string", pa.string(), "POSIX path of the source, relative to the root"),
    "text": ("string", pa.string(), "plain text of the body, white space normalised"),
    "body": ("string", pa.string(), "the body's exact characters, markup and all"),
    "format": ("string", pa.string(), "html, markdown or text; found from the body"),
    "language": ("string", pa.string(), "BCP 47 tag"),
    "language_score": ("number", pa.float64(), "certainty of a detected language, 0 to 1"),
    "language_source": ("string", pa.string(), "front matter, configuration or detected"),
    "n_chars": ("integer", pa.int64(), "characters (code points) of the text"),
    "links": ("list<string>", pa.list_(pa.string()), "link targets, in document order"),
    "link_texts": (
        "list<string>",
        pa.list_(pa.string()),
        "the text of each link, in the order of the links",
    ),
    "images": ("list<string>", pa.list_(pa.string()), "image addresses, in document order"),
    "front_matter": ("string", pa.string(), "JSON of the whole front matter, as written"),
    "encoding": ("string", pa.string(), "codec that gives the source's bytes back"),
    "source_sha256": ("string", pa.string(), "SHA-256 of the source's bytes"),
    "row_sha256": ("string", pa.string(), "SHA-256 of the row's canonical JSON"),
}
_BEFORE_FIELDS = ("id", "path")
_NEVER_NULL = {
    *(frozenset(_OWN) - {"language", "language_score", "language_source"}),
    *(signal.name for signal in SIGNALS.values() if signal.kind == "integer"),
}


def storage_type(arrow: pa.DataType) -> pa.DataType:
    """The Arrow type of what cells hold for `arrow`, to which it can be cast."""
    if pa.types.is_list(arrow):
        return pa.list_(storage_type(arrow.value_type))
    return _STORAGE.get(arrow, arrow)


def field_type(field: Field) -> pa.DataType:
    """The Arrow type of one schema field."""
    if field.type is FieldType.LIST:
        return pa.list_(_ARROW[field.item_type or FieldType.STRING])
    return _ARROW[field.type]


def field_kind(field: Field) -> str:
    """The field's type as the row hash names it: `string`, `datetime`, `list<string>`, …."""
    if field.type is FieldType.LIST:
        return f"list<{field.item_type or FieldType.STRING}>"
    return str(field.type)


def _own(signals: tuple[str, ...]) -> dict[str, tuple[str, pa.DataType, str]]:
    """The columns that corpuskit makes: of `signals`, those of quality follow on `n_chars`."""
    own: dict[str, tuple[str, pa.DataType, str]] = {}
    for name, entry in _OWN.items():
        own[name] = entry
        if name == "n_chars":
            known = (SIGNALS[signal] for signal in signals)
            own |= {s.name: (s.kind, _ARROW[FieldType(s.kind)], s.says) for s in known}
    return own


def arrow_schema(schema: Schema, signals: tuple[str, ...] = ()) -> pa.Schema:
    """The release's Arrow schema: `id`, `path`, the schema's fields, then the other columns."""
    own = {name: pa.field(name, entry[1]) for name, entry in _own(signals).items()}
    before = [own.pop(name) for name in _BEFORE_FIELDS]
    return pa.schema(
        [*before, *(pa.field(f.name, field_type(f)) for f in schema.fields), *own.values()]
    )


def column_kinds(schema: Schema, signals: tuple[str, ...] = ()) -> dict[str, str]:
    """Every column's type as the row hash names it, in column order."""
    kinds = {name: entry[0] for name, entry in _own(signals).items()}
    before = {name: kinds.pop(name) for name in _BEFORE_FIELDS}
    return {**before, **{f.name: field_kind(f) for f in schema.fields}, **kinds}


def columns(
    schema: Schema, omitted: tuple[str, ...] = (), signals: tuple[str, ...] = ()
) -> tuple[Column, ...]:
    """Every column that is published, as the manifest describes it, in column order.

    `signals` are the columns of quality that a configuration asks for, in their order.
    """
    kinds, own = published(column_kinds(schema, signals), omitted), _own(signals)
    return tuple(_column(schema, own, name, kind) for name, kind in kinds.items())


def _column(
    schema: Schema, owned: Mapping[str, tuple[str, pa.DataType, str]], name: str, kind: str
) -> Column:
    base, _, item = kind.partition("<")
    own = owned.get(name)
    field = schema.field(name)
    arrow = own[1] if own else field_type(field) if field else pa.string()
    return Column(
        name=name,
        type=base,
        arrow=_arrow_name(arrow),
        item_type=item.rstrip(">") or None,
        # A field whose faults only warn ships rows without it.
        required=field.required and field.severity is Severity.ERROR
        if field
        else name in _NEVER_NULL,
        title=field.title if field else None,
        description=field.description if field else own[2] if own else None,
    )


def _arrow_name(arrow: pa.DataType) -> str:
    return f"list<{arrow.value_type}>" if pa.types.is_list(arrow) else str(arrow)


def to_batch(rows: Mapping[str, Sequence[Cell]], schema: pa.Schema) -> pa.RecordBatch:
    """Pack columns of equal length into one record batch of `schema`."""
    arrays = [_array(rows[field.name], field.type) for field in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(values: Sequence[Cell], arrow: pa.DataType) -> pa.Array:
    storage = storage_type(arrow)
    array = pa.array(values, storage)
    return array if storage == arrow else array.cast(arrow)


def to_cells(batch: pa.RecordBatch) -> dict[str, list[Cell]]:
    """A batch's columns as cells: the inverse of `to_batch`."""
    return {
        name: _cells(column) for name, column in zip(batch.schema.names, batch.columns, strict=True)
    }


def _cells(column: pa.Array) -> list[Cell]:
    storage = storage_type(column.type)
    cells: list[Cell] = (column if storage == column.type else column.cast(storage)).to_pylist()
    return cells
