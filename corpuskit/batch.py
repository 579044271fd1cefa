"""A batch: sources parsed and checked together, as a pack of rows and a record of each source."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import pyarrow as pa

from corpuskit.article_rows import Located, RowMaker, Rows
from corpuskit.breaches import BreachFinder
from corpuskit.git import blob_id
from corpuskit.identity import article_id, digest
from corpuskit.model import Article, Diagnostic, Parsed, Source
from corpuskit.packs import Pack, PackFolder, write_pack
from corpuskit.parse import Parser, ParseRules, diagnostic_order
from corpuskit.records import REJECTED, Other, RecordMaker, dump_diagnostics
from corpuskit.stored_rows import store


@dataclass(frozen=True, slots=True)
class BatchRules:
    """What a worker needs to know; equal rules share one compiled parser a process."""

    parse: ParseRules
    keys: tuple[str, ...] = ()
    blob_ids: bool = False


@dataclass(slots=True)
class Reading:
    """What is known of sources without parsing them, in their order.

    A digest is empty where there are no bytes; why, is in `faults`, by the source's place. `blobs`
    are the ids that git would give them, empty unless they were asked for.
    """

    digests: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    blobs: list[str] = field(default_factory=list)
    faults: dict[int, Diagnostic] = field(default_factory=dict)

    @classmethod
    def nothing_yet(cls, count: int) -> Reading:
        """What is known of `count` sources before any is read."""
        return cls([""] * count, [0] * count, [""] * count)

    def put(self, places: Sequence[int], reading: Reading) -> None:
        """Note how the sources at `places` read."""
        for nth, place in enumerate(places):
            self.digests[place] = reading.digests[nth]
            self.sizes[place] = reading.sizes[nth]
            self.blobs[place] = reading.blobs[nth]
            if nth in reading.faults:
                self.faults[place] = reading.faults[nth]
            else:
                self.faults.pop(place, None)

    def add(self, data: bytes | Diagnostic, *, blob_ids: bool) -> str:
        """Note the next source; returns its digest."""
        if isinstance(data, Diagnostic):
            self.faults[len(self.digests)] = data
            data, sha256 = b"", ""
        else:
            sha256 = hashlib.sha256(data).hexdigest()
        self.digests.append(sha256)
        self.sizes.append(len(data))
        self.blobs.append(blob_id(data) if blob_ids and sha256 else "")
        return sha256


@dataclass(slots=True)
class BatchResult:
    """What some sources came to: how they read, a record of each that was parsed, their rows.

    The records are in no order; their column `row` counts in `pack`, None if there is no row.
    `name` is that of equal results.
    """

    name: str
    reading: Reading
    records: pa.Table
    pack: Pack | None


class Parse(NamedTuple):
    """A source that was parsed."""

    source: Source
    source_sha256: str
    size: int
    parsed: Parsed


class _Compiled:
    """What is made once for equal rules."""

    def __init__(self, rules: BatchRules) -> None:
        schema = rules.parse.schema
        self.parser = Parser(rules.parse)
        self.breaches = BreachFinder(schema, self.parser)
        self.rows = RowMaker(schema)
        self.records = RecordMaker(schema, rules.keys)


@lru_cache(maxsize=4)
def _compile(rules: BatchRules) -> _Compiled:
    return _Compiled(rules)


def warm_up(rules: BatchRules) -> None:
    """Import and compile everything that the first batch would have to."""
    _compile(rules)


def row_maker(rules: BatchRules) -> RowMaker:
    """What makes rows under these rules."""
    return _compile(rules).rows


class Batch:
    """The state of one batch; one use.

    Attributes:
        kept: the articles that nothing stands against so far, in the order of their sources.
    """

    def __init__(self, rules: BatchRules) -> None:
        self.rules = rules
        self.reading = Reading()
        self.kept: list[Parse] = []
        self._others: list[Parse] = []
        self._compiled = _compile(rules)

    def take(
        self,
        group: Sequence[tuple[Source, bytes | Diagnostic]],
        began: Callable[[int], None] = lambda _place: None,
    ) -> None:
        """Parse some sources with what could be read of them; `began` hears which one is next."""
        digests = [self.reading.add(data, blob_ids=self.rules.blob_ids) for _, data in group]
        wanted = [
            (place, data)
            for place, (source, data) in enumerate(group)
            if isinstance(data, bytes) and not is_left_out(source.path, self.rules.parse)
        ]
        outcomes = self._compiled.parser.parse_all(
            [data for _, data in wanted], lambda nth: began(wanted[nth][0])
        )
        for (place, data), parsed in zip(wanted, outcomes, strict=True):
            settled = self.kept if parsed.article is not None else self._others
            settled.append(Parse(group[place][0], digests[place], len(data), parsed))

    def finish(self, folder: PackFolder | None) -> BatchResult:
        """Check the constraints, write the rows that break none, and make the records."""
        located = [Located(p.source.path, p.source_sha256, _article(p)) for p in self.kept]
        rows = self._compiled.rows.rows(located)
        found = self._compiled.breaches.find(rows.columns, lambda row: self.kept[row].source)
        noted = [_in_order(p.parsed.diagnostics, found.get(row)) for row, p in enumerate(self.kept)]
        bad = {row for row in found if any(d.is_error for d in noted[row])}
        good = [row for row in range(len(self.kept)) if row not in bad]
        others = [_other(p) for p in self._others]
        others += [_broken(self.kept[row], rows, row, noted[row]) for row in sorted(bad)]
        records = pa.concat_tables([self._row_records(rows, good, noted), *self._records(others)])
        pack, name = None, self._name()
        if folder is not None and good:
            stored = store(rows.columns)
            if bad:
                stored = stored.take(pa.array(good, pa.int64()))
            pack = write_pack(folder, name, stored, self._compiled.rows.schema)
        return BatchResult(name, self.reading, records, pack)

    def _row_records(
        self, rows: Rows, good: list[int], noted: Sequence[Sequence[Diagnostic]]
    ) -> pa.Table:
        return self._compiled.records.of_rows(
            rows,
            good,
            [p.size for p in self.kept],
            [dump_diagnostics(found) for found in noted],
            [_dump_counts(_article(p).naive_dates) for p in self.kept],
        )

    def _records(self, others: list[Other]) -> list[pa.Table]:
        return [self._compiled.records.of_others(others)] if others else []

    def _name(self) -> str:
        """A digest of what was parsed, and where it lay."""
        named = [f"{p.source_sha256} {p.source.path}" for p in (*self.kept, *self._others)]
        return digest("\n".join(named).encode())[:32]


def _article(parse: Parse) -> Article:
    assert parse.parsed.article is not None
    return parse.parsed.article


def _in_order(
    parsed: tuple[Diagnostic, ...], breaches: list[Diagnostic] | None
) -> Sequence[Diagnostic]:
    return sorted((*parsed, *breaches), key=diagnostic_order) if breaches else parsed


def _other(parse: Parse) -> Other:
    """Of a source that parsing rejected or left out."""
    outcome = parse.parsed.exclusion or REJECTED
    found = dump_diagnostics(parse.parsed.diagnostics)
    return Other(parse.source.path, parse.source_sha256, parse.size, outcome, None, found)


def _broken(parse: Parse, rows: Rows, row: int, found: Sequence[Diagnostic]) -> Other:
    """Of a source whose row breaks a constraint; it keeps the id that a field names."""
    own_id: str | None = str(rows.columns["id"][row])
    if own_id == article_id(parse.source.path):
        own_id = None
    dumped = dump_diagnostics(found)
    return Other(parse.source.path, parse.source_sha256, parse.size, REJECTED, own_id, dumped)


def _dump_counts(counts: Mapping[str, int]) -> str | None:
    return _dump_pairs(tuple(sorted(counts.items()))) if counts else None


@lru_cache(maxsize=64)
def _dump_pairs(pairs: tuple[tuple[str, int], ...]) -> str:
    # A corpus has few zones, and one or two dates an article.
    return json.dumps(dict(pairs))


def is_left_out(path: str, rules: ParseRules) -> bool:
    """Whether a source is no article because of the folder that it is in."""
    return not rules.drafts and "_drafts/" in path and "_drafts" in path.split("/")
