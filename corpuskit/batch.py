"""A batch: sources parsed and checked together, as a pack of rows and a record of each source."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import pyarrow as pa

from corpuskit.article_rows import Located, RowMaker, Rows, joined
from corpuskit.constraints.breaches import BreachFinder
from corpuskit.constraints.verdicts import Verdicts, dump_verdicts
from corpuskit.identity import digest
from corpuskit.model import Article, Parsed, Source
from corpuskit.packs import Pack, PackFolder, row_count, take_rows, write_pack
from corpuskit.packs.records import REJECTED, Other, RecordMaker, dump_diagnostics
from corpuskit.packs.rows import store
from corpuskit.parse_rules import BatchRules, is_left_out
from corpuskit.path_parser import PathParser
from corpuskit.rows import to_cells
from corpuskit.sources.reading import Read, Reading


@dataclass(slots=True)
class BatchResult:
    """What some sources came to: how they read, a record of each that was parsed, their rows.

    The records are in no order; their column `row` counts in `pack`, None if there is no row.
    `verdicts` say which rows break a constraint. `name` is that of equal results.
    """

    name: str
    reading: Reading
    records: pa.Table
    verdicts: Verdicts
    pack: Pack | None


class Parse(NamedTuple):
    """A source that was parsed; `number` is its place in its batch."""

    number: int
    source: Source
    source_sha256: str
    blob: str
    size: int
    parsed: Parsed


class _Compiled:
    """What is made once for equal rules."""

    def __init__(self, rules: BatchRules) -> None:
        schema = rules.parse.schema
        self.parser = PathParser(rules)
        self.breaches = BreachFinder(schema, self.parser.general)
        signals = rules.parse.quality.columns
        self.rows = RowMaker(schema, rules.omitted, signals, signed=rules.signed)
        self.records = RecordMaker(schema, rules.keys, signed=rules.signed)


@lru_cache(maxsize=4)
def _compile(rules: BatchRules) -> _Compiled:
    return _Compiled(rules)


def warm_up(rules: BatchRules) -> None:
    """Import and compile everything that the first batch would have to."""
    _compile(rules)


def row_maker(rules: BatchRules) -> RowMaker:
    """What makes rows under these rules."""
    return _compile(rules).rows


def judge_pack(
    rules: BatchRules, pack: Pack, sources: Mapping[int, Source]
) -> tuple[Verdicts, bool]:
    """The verdicts on the rows of a pack, and whether all of them are there.

    Of rows that break a constraint and are not in `sources` there is none.
    """
    rows = take_rows({0: pack}, [(0, row) for row in range(row_count(pack))])
    names = [field.name for field in rules.parse.schema.fields]
    cells = to_cells(rows.select([*names, "source_sha256"]))
    found = _compile(rules).breaches.find(cells, sources.get)
    return dump_verdicts({row: f for row, f in found.items() if row in sources}), (
        found.keys() <= sources.keys()
    )


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
        self._rows: list[Rows] = []
        self._compiled = _compile(rules)

    def take(
        self,
        group: Sequence[Read],
        began: Callable[[int], None] = lambda _number: None,
        start: int = 0,
    ) -> None:
        """Parse some sources with what could be read of them; `began` hears which one is next.

        It is told its number: its place in the batch, in which `start` is that of the first.

        Rows are made of a group at once: at the end of a batch its texts would have to come from
        memory again, which takes 2 µs an article.
        """
        first, kept = len(self.reading.digests), len(self.kept)
        for _, look, data in group:
            self.reading.add(look, data, blob_ids=self.rules.blob_ids)
        wanted = [
            (place, data)
            for place, (source, _, data) in enumerate(group)
            if isinstance(data, bytes) and not is_left_out(source.path, self.rules.parse)
        ]
        outcomes = self._compiled.parser.parse_all(
            [group[place].source for place, _ in wanted],
            [data for _, data in wanted],
            began,
            [start + place for place, _ in wanted],
        )
        for (place, data), parsed in zip(wanted, outcomes, strict=True):
            settled = self.kept if parsed.article is not None else self._others
            digests = self.reading.digests[first + place], self.reading.blobs[first + place]
            settled.append(Parse(start + place, group[place][0], *digests, len(data), parsed))
        self._rows.append(self._compiled.rows.rows([_located(p) for p in self.kept[kept:]]))

    def numbers(self) -> list[int]:
        """The places in the batch of the sources that its records are of, in their order."""
        return [parse.number for parse in (*self.kept, *self._others)]

    def finish(self, folder: PackFolder | None) -> BatchResult:
        """Write the rows, make the records, and check the constraints."""
        rows = joined(self._rows)
        found = self._compiled.breaches.find(rows.columns, lambda row: self.kept[row].source)
        others = [_other(p) for p in self._others]
        records = pa.concat_tables([self._row_records(rows), *self._records(others)])
        pack, name = None, self._name()
        if folder is not None and self.kept:
            pack = write_pack(folder, name, store(rows.columns), self._compiled.rows.schema)
        return BatchResult(name, self.reading, records, dump_verdicts(found), pack)

    def _row_records(self, rows: Rows) -> pa.Table:
        return self._compiled.records.of_rows(
            rows,
            [p.size for p in self.kept],
            [p.blob for p in self.kept],
            [dump_diagnostics(p.parsed.diagnostics) for p in self.kept],
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


def _located(parse: Parse) -> Located:
    return Located(parse.source.path, parse.source_sha256, _article(parse))


def _other(parse: Parse) -> Other:
    """Of a source that parsing rejected or left out."""
    outcome = parse.parsed.exclusion or REJECTED
    found = dump_diagnostics(parse.parsed.diagnostics)
    return Other(parse.source.path, parse.source_sha256, parse.size, parse.blob, outcome, found)


def _dump_counts(counts: Mapping[str, int]) -> str | None:
    return _dump_pairs(tuple(sorted(counts.items()))) if counts else None


@lru_cache(maxsize=64)
def _dump_pairs(pairs: tuple[tuple[str, int], ...]) -> str:
    # A corpus has few zones, and one or two dates an article.
    return json.dumps(dict(pairs))
