"""The plan: what becomes of every article, in which order, and where one shard ends.

Pure, and on the index alone. The order of decisions is the order of rows, so the outcome depends
on nothing but the articles: same text first, then same id, then values that must be unique.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.codes import Code
from corpuskit.identity import article_id
from corpuskit.index import KEY_PREFIX
from corpuskit.masking import MASK
from corpuskit.model import Diagnostic, Duplicate, Exclusion, Rejection, diagnose

SHARD_BYTES = 4 * 1024 * 1024
"""Mean size of a shard, in bytes of its rows' canonical JSON."""

_LEAST = SHARD_BYTES // 4
_MOST = SHARD_BYTES * 4
_ID_HASHES = 2**64


@dataclass(frozen=True, slots=True)
class PlanRules:
    """What planning depends on besides the index.

    `future` is the instant after which a row's `date` is not published yet, in the unit of that
    column; None publishes all. `unique` names fields whose values may occur once, `secret` those
    whose values are not shown.
    """

    order: tuple[str, ...]
    exact_duplicates: bool = True
    duplicate_min_chars: int = 32
    future: int | None = None
    unique: tuple[str, ...] = ()
    secret: frozenset[str] = frozenset()


@dataclass(slots=True)
class Plan:
    """The outcome. `shards` hold (pack, row) pairs; rows of all shards together are in order.

    `pairs` are the (id, row_sha256) of the rows; `paths` and `digests` are those of their sources,
    in the same order.
    """

    shards: list[list[tuple[int, int]]] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many articles become rows."""
        return len(self.pairs)


class _Row(NamedTuple):
    # A tuple, which costs a third of a frozen dataclass: there is one for every article.
    path: str
    id: str
    source_sha256: str
    row_sha256: str
    text_key: bytes
    n_chars: int
    size: int
    pack: int
    row: int


def make_plan(index: pa.Table, rules: PlanRules) -> Plan:
    """Decide what becomes of every article of `index`.

    Order: the columns of `rules.order`, nulls first, strings by their UTF-8 bytes, then the path.
    """
    plan = Plan()
    index = index.take(_order(index, rules.order))
    judge = _Judge(plan, rules)
    cutter = _Cutter(plan)
    for row, date, uniques in _rows(index, rules):
        if judge.keeps(row, date, uniques):
            cutter.add(row)
            plan.pairs.append((row.id, row.row_sha256))
            plan.paths.append(row.path)
            plan.digests.append(row.source_sha256)
    plan.duplicates.sort(key=lambda d: d.path.encode())
    plan.rejections.sort(key=lambda r: r.path.encode())
    plan.exclusions.sort(key=lambda e: e.path.encode())
    return plan


def _order(index: pa.Table, order: Sequence[str]) -> pa.Array:
    names = [name if name == "path" else KEY_PREFIX + name for name in (*order, "path")]
    keys = [(name, "ascending", "at_start") for name in dict.fromkeys(names)]
    return pc.sort_indices(index, sort_keys=keys)


def _rows(
    index: pa.Table, rules: PlanRules
) -> Iterator[tuple[_Row, int | None, Sequence[str | None]]]:
    for batch in index.to_batches(max_chunksize=10_000):
        columns = [batch.column(name).to_pylist() for name in _Row._fields]
        count = batch.num_rows
        dated = rules.future is not None
        dates = batch.column(KEY_PREFIX + "date").to_pylist() if dated else [None] * count
        uniques = [batch.column(KEY_PREFIX + name).to_pylist() for name in rules.unique]
        values = zip(*uniques, strict=True) if uniques else [()] * count
        for cells, date, value in zip(zip(*columns, strict=True), dates, values, strict=True):
            yield _Row(*cells), date, value


class _Judge:
    """Decides row by row, remembering what was kept."""

    def __init__(self, plan: Plan, rules: PlanRules) -> None:
        self.plan = plan
        self.rules = rules
        self.texts: dict[bytes, tuple[str, str]] = {}
        self.ids: dict[str, str] = {}
        self.values: list[dict[object, str]] = [{} for _ in rules.unique]

    def keeps(self, row: _Row, date: int | None, uniques: Sequence[str | None]) -> bool:
        """Whether `row` stays; what becomes of it otherwise is noted in the plan."""
        if self.rules.future is not None and date is not None and date > self.rules.future:
            self.plan.exclusions.append(Exclusion(row.path, row.source_sha256, row.id, "future"))
            return False
        kept = self.texts.get(row.text_key)
        if kept is not None and self._repeats_text(row, *kept):
            return False
        fault = self._repeats_id(row) if row.id in self.ids else None
        if uniques and fault is None:
            fault = self._repeats_value(uniques)
        if fault is not None:
            self.plan.diagnostics.append(fault.at(row.path, row.source_sha256))
            own_id = article_id(row.path) if fault.code is Code.DUPLICATE_ID else row.id
            self.plan.rejections.append(
                Rejection(row.path, row.source_sha256, own_id, (fault.code,))
            )
            return False
        if kept is None:
            self.texts[row.text_key] = (row.id, row.path)
        self.ids[row.id] = row.path
        for seen, value in zip(self.values, uniques, strict=True):
            if value is not None:
                seen[value] = row.path
        return True

    def _repeats_text(self, row: _Row, kept_id: str, kept_path: str) -> bool:
        """Note that the text is that of another row; returns whether that drops this one."""
        long_enough = row.n_chars >= self.rules.duplicate_min_chars
        drops = self.rules.exact_duplicates and long_enough
        if drops:
            self.plan.duplicates.append(
                Duplicate(row.path, row.source_sha256, row.id, kept_id, kept_path)
            )
        if row.n_chars:
            code = Code.DUPLICATE_TEXT if long_enough else Code.SHORT_DUPLICATE
            said = diagnose(code, f"the same text as {kept_path}")
            self.plan.diagnostics.append(said.at(row.path, row.source_sha256))
        return drops

    def _repeats_id(self, row: _Row) -> Diagnostic:
        return diagnose(
            Code.DUPLICATE_ID,
            f"the id `{row.id}` belongs to {self.ids[row.id]}",
            value=row.id,
            help="give one of the two another id",
        )

    def _repeats_value(self, uniques: Sequence[str | None]) -> Diagnostic | None:
        for name, seen, value in zip(self.rules.unique, self.values, uniques, strict=True):
            if value is not None and value in seen:
                return diagnose(
                    Code.NOT_UNIQUE,
                    f"`{name}` must be unique, and {seen[value]} has the same",
                    field=name,
                    value=MASK if name in self.rules.secret else str(value),
                    help="correct one of the two",
                )
        return None


class _Cutter:
    """Cuts the rows into shards where ids say so, so that an append leaves earlier cuts alone.

    A shard ends after a row whose id hash is small against the row's own size, which makes cuts
    SHARD_BYTES apart on average and moves none when other rows come or go. Hashes are not looked
    at before a quarter of that, and four times of it forces a cut.
    """

    def __init__(self, plan: Plan) -> None:
        self.shards = plan.shards
        self.filled = _MOST

    def add(self, row: _Row) -> None:
        """Put the next row into the open shard, or into a new one."""
        if self.filled >= _MOST:
            self.shards.append([])
            self.filled = 0
        self.shards[-1].append((row.pack, row.row))
        self.filled += row.size
        if self.filled >= _LEAST and _id_hash(row.id) < _share(row.size):
            self.filled = _MOST


def _share(size: int) -> int:
    """The share of all id hashes that end a shard after a row of `size` bytes."""
    return _ID_HASHES * size // (SHARD_BYTES - _LEAST)


def _id_hash(row_id: str) -> int:
    return int(article_id(row_id)[:16], 16)
