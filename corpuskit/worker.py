"""One batch of sources, from bytes to a fragment of rows: what runs in parallel.

A fragment is an Arrow IPC file in the build's scratch folder, in the release's Arrow schema. What
comes back is small: an index row an article, and what was rejected, excluded or found odd.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import pyarrow as pa

from corpuskit.constraints import Breach, ConstraintChecker
from corpuskit.executors import mark
from corpuskit.git import blob_id
from corpuskit.identity import RowHasher, article_id, text_key
from corpuskit.index import KEY_PREFIX, index_schema
from corpuskit.model import (
    Article,
    Cell,
    Diagnostic,
    Exclusion,
    Parsed,
    Place,
    Rejection,
    Source,
    diagnose,
)
from corpuskit.parse import Parser, ParseRules
from corpuskit.read import read_source
from corpuskit.rows import arrow_schema, column_kinds, to_batch

_READ_AHEAD = 64
_READ_AHEAD_BYTES = 4 * 1024 * 1024
MAX_FRAGMENT_BYTES = 32 * 1024 * 1024
"""Source bytes after which a fragment is closed: what bounds a worker's memory."""


@dataclass(frozen=True, slots=True)
class BatchRules:
    """What a worker needs to know; equal rules share one compiled parser a process."""

    parse: ParseRules
    keys: tuple[str, ...] = ()
    blob_ids: bool = False


@dataclass(slots=True)
class BatchResult:
    """What one batch of sources came to.

    `leaves` are (path, SHA-256) of every source in the batch, in its order; the digest of one
    that could not be read is empty. `blobs` are their git blob ids, if those were asked for.
    """

    index: pa.RecordBatch
    leaves: list[tuple[str, str]] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    bytes: int = 0
    naive_dates: Counter[str] = field(default_factory=Counter)
    blobs: list[str] = field(default_factory=list)


def process_batch(
    rules: BatchRules, scratch: str | None, batch: Sequence[tuple[int, Source]]
) -> list[BatchResult]:
    """Read, parse and validate numbered sources; write the articles as fragments to `scratch`.

    A fragment is named after its first source's number, and closed early when its sources get
    large. Without `scratch` nothing is written.
    """
    results = []
    work: _Batch | None = None
    for step, (number, source), data in _read_ahead(batch, rules.parse.max_bytes):
        mark(step)
        if work is None:
            work = _Batch(rules, fragment=number)
        work.take(source, data)
        if work.result.bytes >= MAX_FRAGMENT_BYTES:
            results.append(work.finish(scratch))
            work = None
    mark(len(batch))
    if work is not None:
        results.append(work.finish(scratch))
    return results


def fragment_path(scratch: str, fragment: int) -> str:
    """Where the fragment of that number is."""
    return os.path.join(scratch, f"{fragment:09d}.arrow")  # noqa: PTH118 - a str for Arrow


def _write_fragment(path: str, rows: pa.RecordBatch) -> None:
    # Uncompressed: the shard writer maps fragments and picks rows from them without a copy.
    with pa.OSFile(path, "wb") as file, pa.ipc.new_file(file, rows.schema) as writer:
        writer.write_batch(rows)


def _read_ahead(
    batch: Sequence[tuple[int, Source]], cap: int
) -> Iterator[tuple[int, tuple[int, Source], bytes | Diagnostic]]:
    """Each source of a batch with its place in it, and its bytes or why there are none.

    Some are read at a time: alternating system calls with parsing cost 85 µs an article, a third
    of its parsing, which groups of 16 and more do not.
    """
    held: list[tuple[int, tuple[int, Source], bytes | Diagnostic]] = []
    size = 0
    for step, entry in enumerate(batch):
        source = entry[1]
        data = source.fault or read_source(source.location, cap)
        held.append((step, entry, data))
        size += len(data) if isinstance(data, bytes) else 0
        if len(held) == _READ_AHEAD or size >= _READ_AHEAD_BYTES:
            yield from held
            held, size = [], 0
    yield from held


@dataclass(frozen=True, slots=True)
class _Kept:
    """An article that nothing stands against so far."""

    source: Source
    source_sha256: str
    article: Article
    diagnostics: tuple[Diagnostic, ...]

    @property
    def path(self) -> str:
        return self.source.path


class _Compiled:
    """What is made once for equal rules."""

    def __init__(self, rules: BatchRules) -> None:
        schema = rules.parse.schema
        self.parser = Parser(rules.parse)
        self.checker = ConstraintChecker(schema)
        self.arrow = arrow_schema(schema)
        self.index = index_schema(schema, rules.keys)
        self.hasher = RowHasher(column_kinds(schema))
        self.fields = tuple(f.name for f in schema.fields)


@lru_cache(maxsize=4)
def _compile(rules: BatchRules) -> _Compiled:
    return _Compiled(rules)


def warm_up(rules: BatchRules) -> None:
    """Import and compile everything that the first batch would have to."""
    _compile(rules)


class _Batch:
    """The state of one batch; one use."""

    def __init__(self, rules: BatchRules, fragment: int) -> None:
        self.rules = rules
        self.fragment = fragment
        self.compiled = _compile(rules)
        self.kept: list[_Kept] = []
        self.result = BatchResult(index=None)

    def take(self, source: Source, data: bytes | Diagnostic) -> None:
        """Parse one source, of which `data` could be read."""
        if isinstance(data, Diagnostic):
            self._reject(source.path, None, (data,))
            return
        sha256 = hashlib.sha256(data).hexdigest()
        self.result.bytes += len(data)
        if self.rules.blob_ids:
            self.result.blobs.append(blob_id(data))
        if _in_drafts(source.path) and not self.rules.parse.drafts:
            parsed = Parsed(None, (), "drafts-folder")
        else:
            parsed = self.compiled.parser.parse(data)
        if parsed.exclusion is not None:
            own_id = article_id(source.path)
            self.result.leaves.append((source.path, sha256))
            self.result.exclusions.append(Exclusion(source.path, sha256, own_id, parsed.exclusion))
        elif parsed.article is None:
            self._reject(source.path, sha256, parsed.diagnostics)
        else:
            self.result.leaves.append((source.path, sha256))
            self.kept.append(_Kept(source, sha256, parsed.article, parsed.diagnostics))

    def finish(self, scratch: str | None) -> BatchResult:
        """Check the constraints, drop what breaks one, write the rest and index it."""
        rows, sizes, keys = self._columns()
        table = to_batch(rows, self.compiled.arrow)
        good = self._constrain(table)
        for kept in good:
            self._note(
                self.kept[kept].path, self.kept[kept].source_sha256, self.kept[kept].diagnostics
            )
            self.result.naive_dates.update(self.kept[kept].article.naive_dates)
        self.result.index = self._index(rows, sizes, keys)
        if len(good) < len(self.kept):
            chosen = pa.array(good, pa.int64())
            table = table.take(chosen)
            self.result.index = _renumbered(self.result.index.take(chosen))
        order = {path: n for n, (path, _) in enumerate(self.result.leaves)}
        self.result.diagnostics.sort(key=lambda d: order[d.path or ""])
        self.result.rejections.sort(key=lambda r: order[r.path])
        if scratch is not None and good:
            _write_fragment(fragment_path(scratch, self.fragment), table)
        return self.result

    def _reject(
        self, path: str, sha256: str | None, diagnostics: tuple[Diagnostic, ...], own_id: str = ""
    ) -> None:
        if not own_id:
            self.result.leaves.append((path, sha256 or ""))
        codes = tuple(d.code for d in diagnostics if d.is_error)
        self.result.rejections.append(Rejection(path, sha256, own_id or article_id(path), codes))
        self._note(path, sha256, diagnostics)

    def _note(self, path: str, sha256: str | None, found: tuple[Diagnostic, ...]) -> None:
        self.result.diagnostics += [d.at(path, sha256) for d in found]

    def _columns(self) -> tuple[dict[str, list[Cell]], list[int], list[bytes]]:
        """The rows as columns, each row's canonical size and each text's key."""
        columns: dict[str, list[Cell]] = {name: [] for name in self.compiled.arrow.names}
        sizes, keys = [], []
        for kept in self.kept:
            row = self._row(kept)
            canonical = self.compiled.hasher.canonical(row)
            row["row_sha256"] = hashlib.sha256(canonical).hexdigest()
            for name, cell in row.items():
                columns[name].append(cell)
            sizes.append(len(canonical))
            keys.append(text_key(kept.article.text))
        return columns, sizes, keys

    def _row(self, kept: _Kept) -> dict[str, Cell]:
        article = kept.article
        row: dict[str, Cell] = dict(zip(self.compiled.fields, article.cells, strict=True))
        named = self.rules.parse.schema.id_field
        own_id = row[named] if named is not None else None
        row |= {
            "id": own_id if isinstance(own_id, str) else article_id(kept.path),
            "path": kept.path,
            "text": article.text,
            "body": article.body,
            "format": article.format,
            "language": article.language,
            "language_score": article.language_score,
            "language_source": article.language_source,
            "n_chars": len(article.text),
            "links": article.links,
            "link_texts": article.link_texts,
            "images": article.images,
            "front_matter": article.front_matter,
            "encoding": article.encoding,
            "source_sha256": kept.source_sha256,
        }
        return row

    def _constrain(self, table: pa.RecordBatch) -> list[int]:
        """The rows of `table` that break no constraint; the others are rejected."""
        found: dict[int, list[Diagnostic]] = {}
        for breach in self.compiled.checker.check(table):
            found.setdefault(breach.row, []).append(self._breach(breach))
        good = []
        ids = table.column("id")
        for row, kept in enumerate(self.kept):
            breaches = found.get(row, [])
            if any(d.is_error for d in breaches):
                both = (*kept.diagnostics, *breaches)
                self._reject(kept.path, kept.source_sha256, both, ids[row].as_py())
                continue
            good.append(row)
            if breaches:
                self._note(kept.path, kept.source_sha256, tuple(breaches))
        return good

    def _breach(self, breach: Breach) -> Diagnostic:
        kept = self.kept[breach.row]
        data = read_source(kept.source.location, self.rules.parse.max_bytes)
        same = isinstance(data, bytes) and hashlib.sha256(data).hexdigest() == kept.source_sha256
        places = self.compiled.parser.places(data) if same and isinstance(data, bytes) else {}
        return diagnose(
            breach.code,
            breach.message,
            places.get(breach.field, Place(1, 1)),
            field=breach.field,
            value=breach.value,
            severity=breach.severity,
        )

    def _index(
        self, rows: dict[str, list[Cell]], sizes: list[int], keys: list[bytes]
    ) -> pa.RecordBatch:
        count = len(self.kept)
        columns: dict[str, Sequence[object]] = {
            **{name: rows[name] for name in ("path", "id", "source_sha256", "row_sha256")},
            "text_key": keys,
            "n_chars": rows["n_chars"],
            "size": sizes,
            "fragment": [self.fragment] * count,
            "row": range(count),
            **{KEY_PREFIX + name: rows[name] for name in self.rules.keys},
        }
        arrays = [pa.array(columns[f.name], f.type) for f in self.compiled.index]
        return pa.RecordBatch.from_arrays(arrays, schema=self.compiled.index)


def _renumbered(index: pa.RecordBatch) -> pa.RecordBatch:
    """`index` with `row` counting from 0 again, as the filtered fragment does."""
    at = index.schema.get_field_index("row")
    return index.set_column(at, "row", pa.array(range(index.num_rows), pa.int64()))


def _in_drafts(path: str) -> bool:
    return "_drafts/" in path and "_drafts" in path.split("/")
