"""A batch: sources parsed and checked together, as a fragment of rows and an index of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import pyarrow as pa

from corpuskit.constraints import Breach, ConstraintChecker
from corpuskit.fragments import write_fragment
from corpuskit.git import blob_id
from corpuskit.identity import RowHasher, article_id, text_key
from corpuskit.index import KEY_PREFIX, index_schema
from corpuskit.masking import MASK, is_secret_field
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
from corpuskit.parse import Parser, ParseRules, diagnostic_order
from corpuskit.read import read_source
from corpuskit.rows import arrow_schema, column_kinds, to_batch


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
        self.secret_fields = frozenset(f.name for f in schema.fields if is_secret_field(f))


@lru_cache(maxsize=4)
def _compile(rules: BatchRules) -> _Compiled:
    return _Compiled(rules)


def warm_up(rules: BatchRules) -> None:
    """Import and compile everything that the first batch would have to."""
    _compile(rules)


class Batch:
    """The state of one batch; one use."""

    def __init__(self, rules: BatchRules, fragment: int) -> None:
        self.rules = rules
        self.fragment = fragment
        self.compiled = _compile(rules)
        self.kept: list[_Kept] = []
        self.result = BatchResult(index=None)

    def take(
        self,
        group: Sequence[tuple[Source, bytes | Diagnostic]],
        began: Callable[[int], None] = lambda _place: None,
    ) -> None:
        """Parse some sources with what could be read of them; `began` hears which one is next."""
        hidden = [not self.rules.parse.drafts and _in_drafts(source.path) for source, _ in group]
        wanted = [
            (place, data)
            for place, (_, data) in enumerate(group)
            if isinstance(data, bytes) and not hidden[place]
        ]
        parsed = dict(
            zip(
                [place for place, _ in wanted],
                self.compiled.parser.parse_all(
                    [data for _, data in wanted], lambda nth: began(wanted[nth][0])
                ),
                strict=True,
            )
        )
        for place, (source, data) in enumerate(group):
            if isinstance(data, Diagnostic):
                self._reject(source.path, None, (data,))
            else:
                outcome = parsed.get(place) or Parsed(None, (), "drafts-folder")
                self._settle(source, data, outcome)

    def _settle(self, source: Source, data: bytes, parsed: Parsed) -> None:
        sha256 = hashlib.sha256(data).hexdigest()
        self.result.bytes += len(data)
        if self.rules.blob_ids:
            self.result.blobs.append(blob_id(data))
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
        self.result.index = self._index(rows, sizes, keys)
        if len(good) < len(self.kept):
            chosen = pa.array(good, pa.int64())
            table = table.take(chosen)
            self.result.index = _renumbered(self.result.index.take(chosen))
        order = {path: n for n, (path, _) in enumerate(self.result.leaves)}
        self.result.diagnostics.sort(key=lambda d: order[d.path or ""])
        self.result.rejections.sort(key=lambda r: order[r.path])
        if scratch is not None and good:
            write_fragment(scratch, self.fragment, table)
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
        breached: dict[int, list[Breach]] = {}
        for breach in self.compiled.checker.check(table):
            breached.setdefault(breach.row, []).append(breach)
        found = {row: self._diagnosed(row, breaches) for row, breaches in breached.items()}
        good = []
        ids = table.column("id")
        for row, kept in enumerate(self.kept):
            both = kept.diagnostics
            if row in found:
                both = tuple(sorted((*both, *found[row]), key=diagnostic_order))
            if any(d.is_error for d in both):
                self._reject(kept.path, kept.source_sha256, both, ids[row].as_py())
            else:
                good.append(row)
                self._note(kept.path, kept.source_sha256, both)
                self.result.naive_dates.update(kept.article.naive_dates)
        return good

    def _diagnosed(self, row: int, breaches: list[Breach]) -> list[Diagnostic]:
        """The breaches of one row, at their places in its source, which is read once more."""
        kept = self.kept[row]
        data = read_source(kept.source.location, self.rules.parse.max_bytes)
        same = isinstance(data, bytes) and hashlib.sha256(data).hexdigest() == kept.source_sha256
        places = self.compiled.parser.places(data) if same and isinstance(data, bytes) else {}
        return [
            diagnose(
                breach.code,
                breach.message,
                places.get(breach.field, Place(1, 1)),
                field=breach.field,
                value=MASK if breach.field in self.compiled.secret_fields else breach.value,
                severity=breach.severity,
            )
            for breach in breaches
        ]

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
