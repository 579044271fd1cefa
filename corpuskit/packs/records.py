"""Records: what parsing made of each source, one narrow Arrow row each, whatever its path is.

A record follows from a source's bytes and the rules alone, so that the cache can keep it. `path`,
`id`, `row_sha256` and `size` are those under the path that it was parsed at; where the source lies
elsewhere by now they are made anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import pyarrow as pa

from corpuskit.article_rows import Rows
from corpuskit.codes import Code, Severity
from corpuskit.index import KEY_PREFIX, MINHASH, index_schema
from corpuskit.leaves import BLOB, SHA256
from corpuskit.model import Diagnostic, Place
from corpuskit.schema import Schema

Outcome: TypeAlias = Literal["row", "rejected", "draft", "unpublished", "password"]
"""What became of a source: a row, a rejection, or why it is left out."""

ROW: Final = "row"
REJECTED: Final = "rejected"


def record_schema(schema: Schema, keys: tuple[str, ...], *, signed: bool) -> pa.Schema:
    """The columns of the plan's index but `place`, null where there is no row, and all sources'.

    `outcome` is an `Outcome`, `bytes` the length of the source, `blob` its git blob id if that was
    asked for, `diagnostics` JSON of what parsing found, null for nothing, `naive_dates` JSON of how
    many times named no zone, by the zone they were read in.
    """
    return pa.schema(
        [
            ("path", pa.string()),
            ("source_sha256", SHA256),
            *index_schema(schema, keys, signed=signed).remove(0),
            ("bytes", pa.int64()),
            ("blob", BLOB),
            ("outcome", pa.string()),
            ("diagnostics", pa.string()),
            ("naive_dates", pa.string()),
        ]
    )


def dump_diagnostics(found: Sequence[Diagnostic]) -> str | None:
    """JSON of diagnostics without their path; None for none."""
    if not found:
        return None
    return json.dumps([_members(d) for d in found], ensure_ascii=False, separators=(",", ":"))


def load_diagnostics(dumped: str, path: str, source_sha256: str | None) -> list[Diagnostic]:
    """What `dump_diagnostics` was given, of the source that now lies at `path`."""
    return [
        Diagnostic(
            Code(code),
            message,
            Place(*place) if place else None,
            field,
            value,
            advice,
            Severity(severity),
            path,
            source_sha256,
        )
        for code, message, place, field, value, advice, severity in json.loads(dumped)
    ]


def _members(d: Diagnostic) -> list[object]:
    place = [d.place.line, d.place.column, d.place.length] if d.place else None
    return [str(d.code), d.message, place, d.field, d.value, d.help, str(d.severity)]


def with_pack(records: pa.Table, place: int) -> pa.Table:
    """`records` of which those of rows are in the pack at `place`."""
    at = records.schema.get_field_index("pack")
    field = records.schema.field(at)
    return records.set_column(at, field, pa.repeat(pa.scalar(place, field.type), len(records)))


class RecordMaker:
    """Makes the records of batches under one schema, one choice of keys."""

    def __init__(self, schema: Schema, keys: tuple[str, ...], *, signed: bool = False) -> None:
        self._schema = record_schema(schema, keys, signed=signed)
        self._keys = keys

    def of_rows(
        self,
        rows: Rows,
        sizes: Sequence[int],
        blobs: Sequence[str],
        found: Sequence[str | None],
        naive_dates: Sequence[str | None],
    ) -> pa.Table:
        """Records of rows, numbered from 0; the other sequences are per row."""
        count = len(rows.sizes)
        columns = rows.columns
        made: dict[str, Sequence[object]] = {
            **{name: columns[name] for name in ("path", "id", "row_sha256")},
            "source_sha256": _from_hex(columns["source_sha256"]),
            "text_key": rows.text_keys,
            "n_chars": columns["n_chars"],
            "size": rows.sizes,
            "pack": [0] * count,
            "row": range(count),
            **{KEY_PREFIX + name: columns[name] for name in self._keys},
            MINHASH: rows.signatures,
            "bytes": sizes,
            "blob": _from_hex(blobs),
            "outcome": [ROW] * count,
            "diagnostics": found,
            "naive_dates": naive_dates,
        }
        return self._table(made)

    def of_others(self, entries: Sequence[Other]) -> pa.Table:
        """Records of sources that are no rows."""
        columns: dict[str, Sequence[object]]
        columns = dict(zip(Other._fields, zip(*entries, strict=True), strict=True))
        for name in ("source_sha256", "blob"):
            columns[name] = _from_hex(columns[name])
        empty = [None] * len(entries)
        return self._table({f.name: columns.get(f.name, empty) for f in self._schema})

    def _table(self, columns: Mapping[str, Sequence[object]]) -> pa.Table:
        arrays = [pa.array(columns[f.name], f.type) for f in self._schema]
        return pa.Table.from_arrays(arrays, schema=self._schema)


def _from_hex(digests: Iterable[Any]) -> list[bytes | None]:
    return [bytes.fromhex(digest) or None for digest in digests]


class Other(NamedTuple):
    """A source that is no row; the names are those of the records' columns."""

    path: str
    source_sha256: str
    bytes: int
    blob: str
    outcome: str
    diagnostics: str | None = None
