"""Rows come back from a release as they went in, through every engine that reads it."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.manifest import (
    Description,
    FileEntry,
    Manifest,
    SourcesSummary,
    Stats,
)
from corpuskit.model import Cell, Counts
from corpuskit.parts.folders import Part
from corpuskit.releases.release import Release
from corpuskit.rows import arrow_schema, columns, to_batch, to_cells
from corpuskit.schema import Field, FieldType, Schema
from corpuskit.shards import read_batches, write_table

Row = dict[str, Cell]

# Any text that is UTF-8; NUL too, which some readers take for an end.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
INTEGER = st.integers(-(2**63), 2**63 - 1)
NUMBER = st.floats(allow_nan=False)
# The years 1 to 9999, as in Python; pandas' own times of nanoseconds would end in 2262.
INSTANT = st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999)
DAY = st.integers(-719_162, 2_932_896)

KINDS: dict[FieldType, st.SearchStrategy[str | int | float | bool]] = {
    FieldType.STRING: TEXT,
    FieldType.INTEGER: INTEGER,
    FieldType.NUMBER: NUMBER,
    FieldType.BOOLEAN: st.booleans(),
    FieldType.DATE: DAY,
    FieldType.DATETIME: INSTANT,
}
SCHEMA = Schema(
    "any",
    (
        *(Field(f"one_{kind}", kind, ()) for kind in KINDS),
        *(Field(f"many_{kind}", FieldType.LIST, (), kind) for kind in KINDS),
    ),
)
OWN: dict[str, st.SearchStrategy[Cell]] = {
    "n_chars": INTEGER,
    "language_score": st.none() | NUMBER,
    "links": st.lists(TEXT, max_size=3),
    "link_texts": st.lists(TEXT, max_size=3),
    "images": st.lists(TEXT, max_size=3),
}
ARROW = arrow_schema(SCHEMA)


def cells(name: str) -> st.SearchStrategy[Cell]:
    for kind, values in KINDS.items():
        if name == f"one_{kind}":
            return st.none() | values
        if name == f"many_{kind}":
            return st.one_of(st.none(), st.lists(values, max_size=3))
    return OWN.get(name, TEXT)


ROWS = st.lists(st.fixed_dictionaries({name: cells(name) for name in ARROW.names}), max_size=6)


@contextmanager
def released(shards: list[list[Row]]) -> Iterator[Release]:
    """The rows of some shards as a release, as far as reading its rows needs one."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "data").mkdir()
        for number, rows in enumerate(shards):
            batch = to_batch({name: [row[name] for row in rows] for name in ARROW.names}, ARROW)
            write_table(pa.Table.from_batches([batch]), root / Part().shard(number))
        count = sum(map(len, shards))
        manifest = Manifest(
            description=Description("any"),
            version="1.0.0",
            created="2026-01-01T00:00:00Z",
            generator={},
            schema_sha256="",
            columns=columns(SCHEMA),
            config={},
            config_sha256="",
            sources=SourcesSummary(count, 0, ""),
            counts=Counts(count, count, 0, 0, 0),
            codes={},
            naive_dates={},
            stats=Stats(0, None, None, {}, {}, {}, {}),
            content_sha256="",
            files=tuple(FileEntry(Part().shard(n), 0, "", len(s)) for n, s in enumerate(shards)),
        )
        yield Release(root, manifest)


def as_python(row: Row) -> dict[str, object]:
    """A row with its days and microseconds as Python's own dates and times."""
    return {name: _as_python(cell, name.partition("_")[2]) for name, cell in row.items()}


def _as_python(cell: object, kind: str) -> object:
    if isinstance(cell, list):
        return [_as_python(item, kind) for item in cell]
    if cell is None or kind not in {"date", "datetime"}:
        return cell
    assert isinstance(cell, int)
    if kind == "date":
        return dt.date(1970, 1, 1) + dt.timedelta(days=cell)
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=cell)


@settings(max_examples=50)
@given(st.lists(ROWS, min_size=1, max_size=3))
def test_every_engine_gives_the_rows_that_went_in(shards: list[list[Row]]) -> None:
    expected = [as_python(row) for rows in shards for row in rows]
    with released(shards) as release:
        assert release.to_arrow().to_pylist() == expected
        assert list(release.iter_rows()) == expected
        assert release.to_polars().to_dicts() == expected
        assert release.scan().collect().to_dicts() == expected
        assert _of_pandas(release.to_pandas()) == expected
        # DuckDB promises no order, but one thread reads these few rows in theirs.
        assert release.sql("SELECT * FROM articles").to_arrow_table().to_pylist() == expected


def _of_pandas(frame: pd.DataFrame) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pa.Table.from_pandas(frame, preserve_index=False).to_pylist()
    return rows


@settings(max_examples=50)
@given(ROWS)
def test_a_shard_gives_the_cells_that_went_in(rows: list[Row]) -> None:
    with released([rows]) as release:
        read = [to_cells(batch) for batch in read_batches(release.path / Part().shard(0))]
    found = [
        dict(zip(part, values, strict=True))
        for part in read
        for values in zip(*part.values(), strict=True)
    ]
    assert found == rows
