"""What all sources came to: how each read, joined with the records of what was parsed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.article_rows import Identity
from corpuskit.batch import Reading
from corpuskit.identity import article_id
from corpuskit.model import Diagnostic, Exclusion, Rejection, Source
from corpuskit.packs import Pack
from corpuskit.records import REJECTED, ROW, load_diagnostics

Identify = Callable[[Sequence[tuple[int, int, str]]], list[Identity]]
"""Gives the identities of rows whose sources have moved: (pack, row, path)."""


@dataclass(slots=True)
class ParsedCorpus:
    """What all sources came to, in the order of their paths.

    `leaves` are (path, SHA-256) of every source; the digest of one that could not be read is
    empty. `blobs` are the git blob ids of the others, if those were asked for. `index` has a row
    for each article, which says in which of the `packs` the article is.
    """

    index: pa.Table
    packs: list[Pack] = field(default_factory=list)
    leaves: list[tuple[str, str]] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    bytes: int = 0
    naive_dates: Counter[str] = field(default_factory=Counter)
    blobs: list[str] = field(default_factory=list)


def assemble(
    sources: Sequence[Source],
    reading: Reading,
    left_out: Sequence[int],
    records: pa.Table,
    index_schema: pa.Schema,
    identify: Identify | None,
) -> ParsedCorpus:
    """Join sources with records.

    Args:
        sources: All of them, in order.
        reading: How each of them read.
        left_out: The places of those that no record is asked for.
        records: Of all the others that could be read; more do no harm.
        index_schema: The columns of the index.
        identify: For rows that were parsed at another path; without it they keep the identity
            that they had there.
    """
    corpus = ParsedCorpus(
        index_schema.empty_table(),
        leaves=[(s.path, d) for s, d in zip(sources, reading.digests, strict=True)],
        bytes=sum(reading.sizes),
        blobs=[blob for blob, d in zip(reading.blobs, reading.digests, strict=True) if d],
    )
    for place, fault in reading.faults.items():
        _reject(corpus, sources[place].path, reading.digests[place], fault)
    for place in left_out:
        path, sha256 = corpus.leaves[place]
        corpus.exclusions.append(Exclusion(path, sha256, article_id(path), "drafts-folder"))
    apart = {*reading.faults, *left_out}
    wanted = [leaf for place, leaf in enumerate(corpus.leaves) if place not in apart]
    joined, moved = _join(wanted, records)
    _collect(corpus, joined)
    rows = pc.equal(joined["outcome"], ROW)
    corpus.index = joined.select(index_schema.names).filter(rows)
    if identify is not None:
        corpus.index = _identified(corpus.index, moved.filter(rows), identify)
    return corpus


def _reject(corpus: ParsedCorpus, path: str, sha256: str, fault: Diagnostic) -> None:
    known = sha256 or None
    corpus.rejections.append(Rejection(path, known, article_id(path), (fault.code,)))
    corpus.diagnostics.append(fault.at(path, known))


def _join(wanted: Sequence[tuple[str, str]], records: pa.Table) -> tuple[pa.Table, pa.Array]:
    """The record of each (path, SHA-256), at that path; and which of them were made at another."""
    paths = pa.array([path for path, _ in wanted], pa.string())
    digests = pa.array([sha256 for _, sha256 in wanted], pa.string())
    records = records.combine_chunks()
    made_at = records["path"].combine_chunks()
    found = pc.index_in(digests, value_set=records["source_sha256"])
    assert found.null_count == 0, "a source has neither a record nor a fault"
    moved = pc.not_equal(made_at.take(found), paths)
    if pc.any(moved).as_py():
        # Of equal bytes at several paths, each has the record that was made at its own if there is.
        both = pc.binary_join_element_wise(records["source_sha256"], made_at, " ")
        wanted_both = pc.binary_join_element_wise(digests, paths, " ")
        found = pc.coalesce(pc.index_in(wanted_both, value_set=both), found)
        moved = pc.not_equal(made_at.take(found), paths)
    joined = records.take(found)
    at = joined.schema.get_field_index("path")
    return joined.set_column(at, joined.schema.field(at), paths), moved


def _collect(corpus: ParsedCorpus, joined: pa.Table) -> None:
    """Add rejections, exclusions, diagnostics and naive dates of joined records."""
    outcome = joined["outcome"]
    told = joined.filter(pc.is_valid(joined["diagnostics"]))
    columns = ("path", "source_sha256", "diagnostics", "outcome", "id")
    for path, sha256, dumped, how, own_id in _tuples(told, columns):
        found = load_diagnostics(dumped, path, sha256)
        corpus.diagnostics += found
        if how == REJECTED:
            codes = tuple(d.code for d in found if d.is_error)
            corpus.rejections.append(Rejection(path, sha256, own_id or article_id(path), codes))
    others = joined.filter(pc.invert(pc.is_in(outcome, value_set=pa.array([ROW, REJECTED]))))
    for path, sha256, how in _tuples(others, ("path", "source_sha256", "outcome")):
        corpus.exclusions.append(Exclusion(path, sha256, article_id(path), how))
    counted = pc.value_counts(joined["naive_dates"].filter(pc.equal(outcome, ROW)))
    for pair in counted.to_pylist():
        for zone, times in json.loads(pair["values"] or "{}").items():
            corpus.naive_dates[zone] += times * pair["counts"]


def _tuples(table: pa.Table, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name].to_pylist() for name in names), strict=True)


def _identified(index: pa.Table, moved: pa.Array, identify: Identify) -> pa.Table:
    """`index` with the identities that its rows have where their sources lie now."""
    places = pc.indices_nonzero(moved)
    if not len(places):
        return index
    rows = index.take(places).select(["pack", "row", "path"])
    own = identify(list(zip(*(column.to_pylist() for column in rows.columns), strict=True)))
    for name, values in zip(("id", "row_sha256", "size"), zip(*own, strict=True), strict=True):
        at = index.schema.get_field_index(name)
        column = index.column(at).combine_chunks()
        column = pc.replace_with_mask(column, moved.combine_chunks(), pa.array(values, column.type))
        index = index.set_column(at, index.schema.field(at), column)
    return index
