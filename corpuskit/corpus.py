"""What all sources came to, gathered from their records and from what could not be read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.columns import joined
from corpuskit.identity import article_id
from corpuskit.leaves import Leaves
from corpuskit.model import Diagnostic, Exclusion, ExclusionReason, Rejection
from corpuskit.packs import Pack
from corpuskit.packs.records import REJECTED, ROW, load_diagnostics

_AT_ONCE = 16
_MANY = 16_384
"""Records that are worth those steps by themselves, and too many to be copied before."""


@dataclass(slots=True)
class ParsedCorpus:
    """What all sources came to; diagnostics are in the order of the sources.

    `leaves` are all of them, `blobs` their git blob ids if those were asked for, null otherwise,
    `looks` what files looked like when they were read, if nobody looked before.
    `index` has a row for each article, which says in which of the `packs` the article is.
    """

    index: pa.Table
    leaves: Leaves
    packs: list[Pack] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    naive_dates: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    blobs: pa.FixedSizeBinaryArray | None = None
    looks: pa.Table | None = None

    def let_go_of_index(self) -> pa.Table:
        """The index, of which the corpus keeps nothing: it is the largest of all columns."""
        index, self.index = self.index, self.index.schema.empty_table()
        return index


class CorpusGathering:
    """A corpus to which sources are added, in any order; each ends in one place."""

    def __init__(self, index_schema: pa.Schema) -> None:
        self._corpus = ParsedCorpus(index_schema.empty_table(), Leaves.of(()))
        self._index = [self._corpus.index]
        self._records: list[pa.Table] = []
        self._told: dict[int, list[Diagnostic]] = {}

    def reject(self, place: int, path: str, sha256: str, fault: Diagnostic) -> None:
        """Note a source that could not be read or parsed; `sha256` is empty if that is unknown."""
        known = sha256 or None
        self._corpus.rejections.append(Rejection(path, known, article_id(path), (fault.code,)))
        self._told[place] = [fault.at(path, known)]

    def exclude(self, path: str, sha256: str, reason: ExclusionReason) -> None:
        """Note a source that is left out."""
        self._corpus.exclusions.append(Exclusion(path, sha256, article_id(path), reason))

    def add(self, records: pa.Table) -> None:
        """Note sources with records, which have a column `place` besides their own."""
        if len(records) >= _MANY:
            self._sort_out(records)
            return
        self._records.append(records)
        # Some batches at a time: for each, these steps have a fixed cost of 3 ms.
        if len(self._records) == _AT_ONCE:
            self._sort_out_noted()

    def _sort_out_noted(self) -> None:
        if self._records:
            self._sort_out(pa.concat_tables(self._records).combine_chunks())
            self._records = []

    def _sort_out(self, records: pa.Table) -> None:
        """Put records where they belong."""
        outcome = records["outcome"]
        told = records.filter(pc.is_valid(records["diagnostics"]))
        columns = ("place", "path", "source_sha256", "diagnostics", "outcome", "id")
        for place, path, digest, dumped, how, own_id in _tuples(told, columns):
            self._told[place] = found = load_diagnostics(dumped, path, digest.hex())
            if how == REJECTED:
                codes = tuple(d.code for d in found if d.is_error)
                self._corpus.rejections.append(
                    Rejection(path, digest.hex(), own_id or article_id(path), codes)
                )
        others = records.filter(pc.invert(pc.is_in(outcome, value_set=pa.array([ROW, REJECTED]))))
        for path, digest, how in _tuples(others, ("path", "source_sha256", "outcome")):
            self.exclude(path, digest.hex(), how)
        are_rows = pc.equal(outcome, ROW)
        self._count_dates(records["naive_dates"].filter(are_rows))
        self._index.append(records.select(self._corpus.index.schema.names).filter(are_rows))

    def _count_dates(self, dumped: pa.ChunkedArray) -> None:
        for pair in pc.value_counts(dumped.drop_null()).to_pylist():
            for zone, times in json.loads(pair["values"]).items():
                self._corpus.naive_dates[zone] += times * pair["counts"]

    def corpus(self, leaves: Leaves, packs: Sequence[Pack]) -> ParsedCorpus:
        """All of it; the rows of the index lie in `packs`."""
        self._sort_out_noted()
        corpus = self._corpus
        corpus.index = joined(self._index)
        corpus.leaves = leaves
        corpus.packs = list(packs)
        corpus.diagnostics = [d for _, found in sorted(self._told.items()) for d in found]
        ends = corpus.index.num_rows + len(corpus.rejections) + len(corpus.exclusions)
        assert ends == len(leaves), f"{len(leaves)} sources came to {ends}"
        return corpus


def _tuples(table: pa.Table, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name].to_pylist() for name in names), strict=True)
