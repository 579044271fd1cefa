"""The rows of shards whose bytes are as published: each on its own, and all together."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit import article_licences
from corpuskit.codes import Code
from corpuskit.dataset_names import MANIFEST
from corpuskit.dates import DAY, format_instant
from corpuskit.identity import RowHasher, article_id, content_digest
from corpuskit.manifest import FileEntry, Manifest, Stats
from corpuskit.model import Cell
from corpuskit.rows import to_cells
from corpuskit.shards import read_batches, read_schema
from corpuskit.verifying.findings import SHOWN_PER_CODE, Findings, clipped
from corpuskit.verifying.layout import IDENTITY, Layout
from corpuskit.verifying.own_bytes import OwnBytes
from corpuskit.verifying.own_columns import OwnColumns, OwnRules, check_texts
from corpuskit.verifying.promises import Breaches, Promise
from corpuskit.verifying.row_ids import IdOrigin
from corpuskit.verifying.row_order import disordered, ends, misplaced
from corpuskit.verifying.row_parts import Belonging

_TALLIES = {
    "languages": "language",
    "formats": "format",
    "encodings": "encoding",
    "licenses": article_licences.COLUMN,
}


@dataclass(slots=True)
class Rows:
    """What is remembered of all rows: some 250 bytes each, in Arrow, and sums.

    `identities` maps a shard's path to its rows' identity columns, `edges` to what its first and
    last row are sorted by, `texts` to 16 bytes of each text; dates are as stored.
    """

    identities: dict[str, pa.Table] = field(default_factory=dict)
    non_null: Counter[str] = field(default_factory=Counter)
    tallies: dict[str, Counter[str]] = field(default_factory=dict)
    characters: int = 0
    first_date: int | None = None
    last_date: int | None = None
    edges: dict[str, pa.Table] = field(default_factory=dict)
    ids: IdOrigin = field(default_factory=IdOrigin)
    breaches: Breaches = field(default_factory=Breaches)
    texts: dict[str, pa.Array] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """The number of rows."""
        return sum(table.num_rows for table in self.identities.values())

    def column(self, name: str) -> pa.ChunkedArray:
        """One identity column of all rows, in order."""
        chunks = [chunk for t in self.identities.values() for chunk in t.column(name).chunks]
        return pa.chunked_array(chunks, pa.string())

    def shards_with(self, name: str, value: str) -> list[str]:
        """The shards that have a value in an identity column, each as often as it has it."""
        return [
            path
            for path, table in self.identities.items()
            for _ in range(pc.sum(pc.equal(table[name], value)).as_py() or 0)
        ]


@dataclass(frozen=True, slots=True)
class ShardReading:
    """One shard to check on its own.

    `promises` is what schema.json says of its rows, `order` what they are sorted by, `ids` where
    their ids may come from, `own` what the columns may hold that every release has, `belonging`
    why they are in this shard, `written_alike` whether these very bytes would be written here.
    """

    root: Path
    entry: FileEntry
    layout: Layout
    promises: tuple[Promise, ...]
    order: tuple[str, ...]
    ids: IdOrigin
    own: OwnRules
    belonging: Belonging
    written_alike: bool = False


def read_shards(jobs: Sequence[ShardReading]) -> list[tuple[Rows | None, Findings]]:
    """Check shards, each on its own; there are no rows of one that cannot be read to its end."""
    readings = []
    for job in jobs:
        findings = Findings()
        readings.append((_read_shard(job, findings), findings))
    return readings


def _read_shard(job: ShardReading, findings: Findings) -> Rows | None:
    name, rows = job.entry.path, Rows(ids=job.ids)
    try:
        difference = job.layout.difference(read_schema(job.root / name))
        if difference is not None:
            findings.add(Code.SCHEMA_MISMATCH, name, difference)
            return None
        parts = list(_read_rows(job, rows, findings))
    except (OSError, ValueError, pa.ArrowException) as error:
        problem = f"expected Parquet, found what cannot be read: {clipped(str(error))}"
        findings.add(Code.UNREADABLE_SHARD, name, problem)
        return None
    kept = pa.Table.from_batches(parts, _kept_schema(job)).combine_chunks()
    rows.identities[name] = kept.select(IDENTITY)
    _check_order(kept.select(job.order), name, rows, findings)
    if rows.count != job.entry.rows:
        problem = f"expected {job.entry.rows} rows by manifest.json, found {rows.count}"
        findings.add(Code.ROW_COUNT_MISMATCH, name, problem)
    for column in sorted({p.column for p in job.promises if p.required} | set(IDENTITY)):
        if nulls := rows.count - rows.non_null[column]:
            problem = f"column `{column}`: expected no nulls, found {nulls}"
            findings.add(Code.SCHEMA_MISMATCH, name, problem)
    return rows


def _kept_schema(job: ShardReading) -> pa.Schema:
    return pa.schema([job.layout.schema.field(name) for name in _kept(job)])


def _kept(job: ShardReading) -> list[str]:
    return list(dict.fromkeys((*IDENTITY, *job.order)))


def _check_order(keys: pa.Table, name: str, rows: Rows, findings: Findings) -> None:
    if not keys.num_columns:
        return
    rows.edges[name] = ends(keys)
    wrong = misplaced(keys)
    if wrong is not None:
        place, row = (number + 1 for number in wrong)
        problem = (
            f"row {place}: expected row {row} here, in the order of "
            f"{_listed(keys.schema.names)}, found another"
        )
        findings.add(Code.METADATA_DISAGREES, name, problem)


def _listed(names: Sequence[str]) -> str:
    return clipped(", ".join(names))


def _read_rows(job: ShardReading, rows: Rows, findings: Findings) -> Iterator[pa.RecordBatch]:
    """Check every row of a shard and count it; yields the columns that are kept for later."""
    hasher, own, done = RowHasher(job.layout.kinds), OwnColumns(), 0
    held = OwnBytes(job.layout.schema)
    kept = _kept(job)
    for batch in read_batches(job.root / job.entry.path):
        cells = to_cells(batch)
        for code, row, problem in _row_faults(cells, hasher):
            findings.add(code, job.entry.path, f"{_where(cells, done, row)}: {problem}")
        for row, problem in job.belonging.faults(cells):
            said = f"{_where(cells, done, row)}: {problem}"
            findings.add(Code.METADATA_DISAGREES, job.entry.path, said)
        _count(batch, cells, rows)
        rows.ids = rows.ids.after(cells, job.entry.path, done)
        rows.breaches.count(job.promises, batch, cells, done, job.entry.path)
        own.count(job.own, batch, cells, done)
        held.hold(batch)
        done += batch.num_rows
        yield batch.select(kept)
    own.report(job.entry.path, findings)
    for problem in held.faults(job.root / job.entry.path, alike=job.written_alike):
        findings.add(Code.METADATA_DISAGREES, job.entry.path, problem)
    rows.texts[job.entry.path] = pa.array(own.keys, pa.binary(16))


def _where(cells: dict[str, list[Cell]], done: int, row: int) -> str:
    return f"row {done + row + 1} (id {clipped(str(cells['id'][row]))})"


def _row_faults(cells: dict[str, list[Cell]], hasher: RowHasher) -> Iterator[tuple[Code, int, str]]:
    names = tuple(cells)
    for number, values in enumerate(zip(*cells.values(), strict=True)):
        row = dict(zip(names, values, strict=True))
        try:
            found = hashlib.sha256(hasher.canonical(row)).hexdigest()
        except (AssertionError, TypeError, ValueError, OverflowError) as error:
            # A list with a null in it, or a date in no year that ISO 8601 can write.
            found = f"none, for its cells are not ours ({clipped(str(error)) or 'wrong type'})"
        if found != row["row_sha256"]:
            problem = f"row_sha256: expected {found} by its cells, found {row['row_sha256']}"
            yield Code.ROW_DIGEST_MISMATCH, number, problem
        text, stated = row.get("text"), row.get("n_chars")
        if isinstance(text, str) and isinstance(stated, int) and stated != len(text):
            problem = f"n_chars is {stated}, found {len(text)} characters of text"
            yield Code.METADATA_DISAGREES, number, problem


def _count(batch: pa.RecordBatch, cells: dict[str, list[Cell]], rows: Rows) -> None:
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        rows.non_null[name] += batch.num_rows - column.null_count
    for name in _TALLIES.values():
        values = [value for value in cells.get(name, ()) if isinstance(value, str)]
        rows.tallies.setdefault(name, Counter()).update(values)
    rows.characters += sum(n for n in cells.get("n_chars", ()) if isinstance(n, int))
    if "date" in cells and pa.types.is_temporal(batch.schema.field("date").type):
        scale = DAY if pa.types.is_date(batch.schema.field("date").type) else 1
        dates = [value * scale for value in cells["date"] if isinstance(value, int)]
        _widen(rows, dates)


def _widen(rows: Rows, dates: list[int]) -> None:
    if dates:
        first, last = min(dates), max(dates)
        rows.first_date = first if rows.first_date is None else min(first, rows.first_date)
        rows.last_date = last if rows.last_date is None else max(last, rows.last_date)


def join(parts: Sequence[Rows]) -> Rows:
    """The rows of all shards, in the order of `parts`."""
    whole = Rows(ids=parts[0].ids if parts else IdOrigin())
    for part in parts:
        whole.identities |= part.identities
        whole.edges |= part.edges
        whole.texts |= part.texts
        whole.ids = whole.ids.joined(part.ids)
        whole.breaches.add(part.breaches)
        whole.non_null.update(part.non_null)
        whole.characters += part.characters
        for name, tally in part.tallies.items():
            whole.tallies.setdefault(name, Counter()).update(tally)
        _widen(whole, [d for d in (part.first_date, part.last_date) if d is not None])
    return whole


def check_rows(manifest: Manifest, rows: Rows, findings: Findings) -> None:
    """Hold all rows of a release together against each other and against its manifest."""
    _check_ids(rows, findings)
    _check_origin(rows, findings)
    check_texts(rows.texts, rows.identities, findings)
    for before, after in disordered(rows.edges):
        problem = (
            f"row 1: expected it after the last row of {before} in the order of "
            f"{_listed(rows.edges[after].schema.names)}, found it to come before"
        )
        findings.add(Code.METADATA_DISAGREES, after, problem)
    pairs = zip(rows.column("id").to_pylist(), rows.column("row_sha256").to_pylist(), strict=True)
    found = content_digest(pairs)
    if found != manifest.content_sha256:
        findings.add(
            Code.CONTENT_DIGEST_MISMATCH,
            MANIFEST,
            f"content_sha256: expected {found} by the rows, found {manifest.content_sha256}",
        )
    for name, expected, stated in _stats(manifest.stats, rows):
        if expected != stated:
            findings.add(
                Code.METADATA_DISAGREES,
                MANIFEST,
                f"stats.{name}: expected {_said(expected)} by the rows, found {_said(stated)}",
            )


def repeated(values: pa.ChunkedArray) -> list[str]:
    """What is there more than once; no more of it than is shown."""
    counted = pc.value_counts(values)
    found = counted.filter(pc.greater(counted.field("counts"), 1)).field("values")
    shown: list[str] = found.slice(0, SHOWN_PER_CODE + 1).to_pylist()
    return shown


def _check_ids(rows: Rows, findings: Findings) -> None:
    for row_id in repeated(rows.column("id")):
        where = rows.shards_with("id", row_id)
        if len(where) > 1:
            findings.add(
                Code.REPEATED_ROW_ID,
                where[1],
                f"id {clipped(row_id)}: expected one row with it, found {len(where)}; "
                f"the first is in {where[0]}",
            )


def _check_origin(rows: Rows, findings: Findings) -> None:
    """Check that the ids are those of the paths, or the values of one field."""
    stray = rows.ids.stray
    if stray is not None and not rows.ids.fields:
        problem = (
            f"row {stray.row}: expected the id {article_id(stray.path)} of its path, "
            f"found {clipped(stray.id)}, and no field that holds the ids of all rows"
        )
        findings.add(Code.METADATA_DISAGREES, stray.shard, problem)


def _stats(stats: Stats, rows: Rows) -> Iterator[tuple[str, object, object]]:
    """Name, figure of the rows and figure of the manifest; a tally's zeros do not count."""
    yield "characters", rows.characters, stats.characters
    yield "first_date", _instant(rows.first_date), stats.first_date
    yield "last_date", _instant(rows.last_date), stats.last_date
    for name, stated in (
        ("languages", stats.languages),
        ("formats", stats.formats),
        ("encodings", stats.encodings),
    ):
        yield name, rows.tallies.get(_TALLIES[name], Counter()), Counter(stated)
    licences = article_licences.commonest(rows.tallies.get(_TALLIES["licenses"], {}))
    yield "licenses", Counter(licences), Counter(stats.licenses)
    yield "non_null", rows.non_null, Counter(stats.non_null)


def _instant(micros: int | None) -> str | None:
    try:
        return None if micros is None else format_instant(micros)
    except OverflowError:
        return "a date in no year from 1 to 9999"


def _said(figure: object) -> str:
    return clipped(str(dict(figure) if isinstance(figure, Counter) else figure))
