"""Parquet in and out: the one module that imports pyarrow.parquet.

Bytes depend on the rows of a shard and on pyarrow's version, never on how work was divided: row
groups are cut by row offset within the shard.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpuskit import article_licences
from corpuskit.columns import in_memory
from corpuskit.executors import mark
from corpuskit.identity import digest
from corpuskit.manifest import FileEntry
from corpuskit.packs import Pack, take_rows

ROW_GROUP_ROWS = 4096
ROW_GROUP_BYTES = 64 * 1024**2
"""Of the long columns; more than shards of the usual size hold. Readers have to take a row group as
a whole, and 100 MB are what they are told to expect."""

ShardFile: TypeAlias = "Path | Callable[[], pa.NativeFile]"
"""A shard to read: its path, or what opens it where it is not on this machine."""

_READ_AT_ONCE = 2
"""Files of which some columns are read at once."""

_COUNTED = ("language", "format", "encoding", article_licences.COLUMN)

# No minimum and maximum of columns that nobody filters by: they would repeat whole articles.
_LONG = ("text", "body", "front_matter")
_NO_STATISTICS = frozenset(_LONG)

# A dictionary of values that are there once each is looked up in, and larger than they are.
_NO_DICTIONARY = _NO_STATISTICS | {"id", "path", "source_sha256", "row_sha256"}

_CHUNKING = {"min_chunk_size": 32768, "max_chunk_size": 131072}
"""Content-defined page cuts. For a version that appends 1 % to 7 976 articles and edits five, 5.3 %
of the bytes are new; 9.4 % with pyarrow's defaults, 26 % without."""


@dataclass(frozen=True, slots=True)
class ShardJob:
    """One shard to write, and where to.

    `path` is that in the release, below `folder`. `rows` are (place in `packs`, row) in order;
    `paths` and `pairs`, the (id, row_sha256), are theirs, for packs have none.
    """

    number: int
    path: str
    rows: Sequence[tuple[int, int]]
    paths: Sequence[str]
    pairs: Sequence[tuple[str, str]]
    folder: str


@dataclass(slots=True)
class ShardFigures:
    """What is counted of one shard; `first_date` and `last_date` are as the column stores them."""

    rows: int = 0
    characters: int = 0
    first_date: int | None = None
    last_date: int | None = None
    values: dict[str, Counter[str]] = field(default_factory=dict)
    non_null: Counter[str] = field(default_factory=Counter)


def write_shards(
    packs: Mapping[int, Pack], omitted: Collection[str], jobs: Sequence[ShardJob]
) -> list[tuple[FileEntry, ShardFigures]]:
    """Gather the rows of each job from the packs of a build, and write its shard.

    The `omitted` columns are left out.

    Raises:
        DamagedPackError: a pack of the cache is gone, or is not what was written.
    """
    written = []
    for place, job in enumerate(jobs):
        mark(place)
        rows = _identified(take_rows(packs, job.rows), job)
        names = [name for name in rows.schema.names if name not in omitted]
        written.append(_write(job, rows.select(names)))
    return written


def _identified(rows: pa.Table, job: ShardJob) -> pa.Table:
    ids, digests = zip(*job.pairs, strict=True)
    for name, values in (("path", job.paths), ("id", ids), ("row_sha256", digests)):
        at = rows.schema.get_field_index(name)
        rows = rows.set_column(at, rows.schema.field(at), [pa.array(values, pa.string())])
    return rows


def _write(job: ShardJob, table: pa.Table) -> tuple[FileEntry, ShardFigures]:
    path = Path(job.folder) / job.path
    write_table(table, path)
    data = path.read_bytes()
    entry = FileEntry(job.path, len(data), digest(data), table.num_rows)
    return entry, _figures(table)


def encoded(table: pa.Table) -> bytes:
    """The bytes of the shard that has these rows, which must be of its very schema."""
    sink = pa.BufferOutputStream()
    write_table(table, sink)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def claims(shard: Path | bytes) -> dict[str, object]:
    """What a Parquet file says of its rows before any is read, by what it says it of.

    Readers believe it: they pass over row groups in which it says that there is nothing for them.

    Raises:
        OSError, pa.ArrowException: the file is no readable Parquet.
    """
    file = pa.BufferReader(shard) if isinstance(shard, bytes) else shard
    with pq.ParquetFile(file) as opened:
        said = opened.metadata
        groups = [said.row_group(number) for number in range(said.num_row_groups)]
        found: dict[str, object] = {"rows": said.num_rows, "metadata": [*(said.metadata or ())]}
        found["row groups"] = [(group.num_rows, group.sorting_columns) for group in groups]
        for number, group in enumerate(groups):
            for column in map(group.column, range(group.num_columns)):
                name = f"statistics of `{column.path_in_schema}` in row group {number}"
                found[name] = _claimed(column)
    return found


def _claimed(column: pq.ColumnChunkMetaData) -> tuple[object, ...]:
    stated = column.statistics
    if stated is None:
        return (column.num_values,)
    ends = (stated.min_raw, stated.max_raw) if stated.has_min_max else ()
    return (column.num_values, stated.null_count if stated.has_null_count else None, *ends)


def write_table(table: pa.Table, path: Path | pa.BufferOutputStream) -> None:
    """Write one Parquet file as every shard is written."""
    with_statistics = [name for name in table.schema.names if name not in _NO_STATISTICS]
    with_dictionary = [name for name in table.schema.names if name not in _NO_DICTIONARY]
    with pq.ParquetWriter(
        path,
        table.schema,
        compression="zstd",
        use_dictionary=with_dictionary,
        write_statistics=with_statistics,
        write_page_index=True,
        use_content_defined_chunking=_CHUNKING,
        store_schema=True,
    ) as writer:
        for rows in row_groups(table, ROW_GROUP_BYTES):
            writer.write_table(rows, row_group_size=ROW_GROUP_ROWS)


def row_groups(table: pa.Table, most: int) -> Iterator[pa.Table]:
    """The rows in slices whose long columns have at most `most` bytes, or that are one row.

    A slice may be cut further by its rows, ROW_GROUP_ROWS at a time.
    """
    if table.nbytes <= most:
        yield table
        return
    long = [
        pc.binary_length(table[name]).to_pylist() for name in _LONG if name in table.schema.names
    ]
    start = filled = 0
    for row, sizes in enumerate(zip(*long, strict=True)):
        size = sum(length or 0 for length in sizes)
        if row > start and filled + size > most:
            yield table.slice(start, row - start)
            start, filled = row, 0
        filled += size
    yield table.slice(start)


def _figures(table: pa.Table) -> ShardFigures:
    figures = ShardFigures(table.num_rows)
    if "n_chars" in table.schema.names:
        figures.characters = pc.sum(table["n_chars"]).as_py() or 0
    for name in table.schema.names:
        figures.non_null[name] = table.num_rows - table[name].null_count
    for name in _counted(table.schema):
        pairs = pc.value_counts(table[name].drop_null()).to_pylist()
        figures.values[name] = Counter({pair["values"]: pair["counts"] for pair in pairs})
    if "date" in table.schema.names and pa.types.is_temporal(table["date"].type):
        stored = pa.int32() if pa.types.is_date32(table["date"].type) else pa.int64()
        ends = pc.min_max(table["date"].cast(stored)).as_py()
        figures.first_date, figures.last_date = ends["min"], ends["max"]
    return figures


def _counted(schema: pa.Schema) -> list[str]:
    there = [name for name in _COUNTED if name in schema.names]
    return [name for name in there if pa.types.is_string(schema.field(name).type)]


def rows_digest(ids: pa.ChunkedArray, digests: pa.ChunkedArray, sources: bytes | memoryview) -> str:
    """A digest of rows in their order: equal for shards of equal rows.

    Args:
        ids: Of the rows.
        digests: Their row_sha256.
        sources: Their source_sha256 in bytes, one after the other.
    """
    hashed = hashlib.sha256(sources)
    for column in (ids, digests):
        # Without the lengths, two lists could be one text.
        for held in (pc.binary_length(column), column):
            for values in in_memory(held):
                hashed.update(values)
    return hashed.hexdigest()


def rows_in(path: Path) -> tuple[str, ShardFigures] | None:
    """The `rows_digest` and the figures of a shard; None if it cannot be read."""
    try:
        # The others are never null, and long.
        there = pq.read_schema(path).names
        names = [name for name in there if name not in _NO_STATISTICS]
        table = pq.read_table(path, columns=names, partitioning=None)
    except (OSError, pa.ArrowException):
        return None
    figures = _figures(table)
    figures.non_null.update(dict.fromkeys(_NO_STATISTICS.intersection(there), table.num_rows))
    sources = bytes.fromhex("".join(table["source_sha256"].to_pylist()))
    return rows_digest(table["id"], table["row_sha256"], sources), figures


def read_columns(files: Sequence[ShardFile], schema: pa.Schema) -> pa.Table:
    """Some columns of every row of some shards, in order.

    Raises:
        OSError, pa.ArrowException: a file is no readable Parquet with these columns.
    """
    with ThreadPoolExecutor(_READ_AT_ONCE) as threads:
        tables = list(threads.map(partial(_read_columns, schema=schema), files))
        return pa.concat_tables([schema.empty_table(), *tables])


def _read_columns(file: ShardFile, schema: pa.Schema) -> pa.Table:
    with _opened(file) as opened:
        table = pq.read_table(opened, columns=schema.names, partitioning=None, use_threads=False)
    return table.cast(schema)


def read_batches(
    shard: ShardFile, columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """One shard's record batches, in order.

    Raises:
        OSError, pa.ArrowException: the file is no readable Parquet.
    """
    with _opened(shard) as opened, pq.ParquetFile(opened, pre_buffer=True) as file:
        yield from file.iter_batches(batch_size=1024, columns=columns)


def read_schema(shard: ShardFile) -> pa.Schema:
    """A shard's Arrow schema.

    Raises:
        OSError, pa.ArrowException: the file is no readable Parquet.
    """
    with _opened(shard) as opened, pq.ParquetFile(opened) as file:
        return file.schema_arrow


@contextmanager
def _opened(shard: ShardFile) -> Iterator[Path | pa.NativeFile]:
    if not callable(shard):
        yield shard
        return
    with shard() as file:
        yield file
