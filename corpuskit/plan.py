"""The plan: what becomes of every article, in which order, and in which shard it is.

Pure, and on the index alone. The order of decisions is the order of rows, so the outcome depends
on nothing but the articles: same text first, then nearly the same, then same id, then values that
must be unique. Only rows that share one of these with another are decided one by one, and where
near duplicates are looked for, those whose texts look alike.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.codes import Code
from corpuskit.config.near import NEAR_DUPLICATE, NearRules
from corpuskit.identity import article_id
from corpuskit.index import KEY_PREFIX
from corpuskit.leaves import Leaves
from corpuskit.masking import MASK
from corpuskit.model import Diagnostic, Duplicate, Exclusion, Rejection, diagnose
from corpuskit.near.bands import look_alike
from corpuskit.near.neighbours import Neighbours, Texts
from corpuskit.near.rows import NOT_NEAR, NearRows, too_long
from corpuskit.parts.parting import Parting, Shard, part_rows

_AT_ONCE = 16_384

KEPT = pa.schema(
    [
        ("place", pa.int32()),
        ("id", pa.string()),
        ("row_sha256", pa.string()),
        ("pack", pa.int32()),
        ("row", pa.int32()),
    ]
)
"""What is kept of the index, a row for each row of the release."""


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
    near: NearRules | None = None
    future: int | None = None
    unique: tuple[str, ...] = ()
    secret: frozenset[str] = frozenset()
    parts: Parting = field(default_factory=Parting)


@dataclass(slots=True)
class Plan:
    """The outcome: `kept` are the rows in order, `cuts` the shards that they are in.

    For as long as `PlanRules.future` is in `span`, from its first end up to but not including its
    second, the outcome is the same; None is no bound.
    """

    kept: pa.Table = field(default_factory=KEPT.empty_table)
    cuts: list[Shard] = field(default_factory=list)
    span: tuple[int | None, int | None] = (None, None)
    duplicates: list[Duplicate] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many articles become rows."""
        count: int = self.kept.num_rows
        return count

    def shards(self) -> Iterator[pa.Table]:
        """The rows of each shard."""
        start = 0
        for cut in self.cuts:
            yield self.kept.slice(start, cut.end - start)
            start = cut.end


class _Row(NamedTuple):
    # A tuple, which costs a third of a frozen dataclass.
    id: str
    text_key: bytes
    n_chars: int
    path: str
    sha256: str


def _no_texts(_rows: Sequence[tuple[int, int]]) -> Sequence[str]:
    raise AssertionError("texts are needed to look for near duplicates")


def make_plan(
    index: pa.Table,
    leaves: Leaves,
    rules: PlanRules,
    before: pa.Table | None = None,
    texts: Texts = _no_texts,
) -> Plan:
    """Decide what becomes of every article of `index`.

    Order: the columns of `rules.order`, nulls first, strings by their UTF-8 bytes, then the path.

    Args:
        index: Of the columns of `index_schema`, in any order.
        leaves: All sources, in the order of their paths.
        rules: What else counts.
        before: The splits of the version before; see `splits.split_rows`.
        texts: Gives the texts of rows; only where near duplicates are looked for.
    """
    plan = Plan()
    index = index.take(_order(index, rules.order))
    if rules.future is not None:
        index = _without_future(index, rules.future, leaves, plan)
    index = _without_repeats(index, leaves, rules, plan, texts)
    index, plan.cuts, found = part_rows(index, leaves, rules.parts, before)
    plan.diagnostics += found
    plan.kept = index.select(KEPT.names)
    plan.duplicates.sort(key=lambda d: d.path.encode())
    plan.rejections.sort(key=lambda r: r.path.encode())
    plan.exclusions.sort(key=lambda e: (e.path or "").encode())
    return plan


def _order(index: pa.Table, order: Sequence[str]) -> pa.Array:
    # Sources are numbered in the order of their paths.
    names = ["place" if name == "path" else KEY_PREFIX + name for name in (*order, "path")]
    keys = [(name, "ascending", "at_start") for name in dict.fromkeys(names)]
    return pc.sort_indices(index, sort_keys=keys)


def _without_future(index: pa.Table, future: int, leaves: Leaves, plan: Plan) -> pa.Table:
    """`index` without what is dated after `future`."""
    dates = index[KEY_PREFIX + "date"]
    later = pc.fill_null(pc.greater(dates, future), False)  # noqa: FBT003
    left_out = index.filter(later)
    plan.span = (
        pc.max(dates.filter(pc.invert(later))).as_py(),
        pc.min(dates.filter(later)).as_py(),
    )
    if not left_out.num_rows:
        return index
    places, ids = left_out["place"].combine_chunks(), left_out["id"].to_pylist()
    for path, sha256, own_id in zip(
        leaves.paths_at(places), leaves.digests_at(places), ids, strict=True
    ):
        plan.exclusions.append(Exclusion(path, sha256, own_id, "future"))
    return index.filter(pc.invert(later))


def _without_repeats(
    index: pa.Table, leaves: Leaves, rules: PlanRules, plan: Plan, texts: Texts
) -> pa.Table:
    """`index` without rows that repeat what a row before them has."""
    shared = pc.or_(_is_shared(index["text_key"]), _is_shared(index["id"]))
    for name in rules.unique:
        shared = pc.or_(shared, _is_shared(index[KEY_PREFIX + name]))
    if rules.near is not None:
        shared = pc.or_(shared, look_alike(index, rules.duplicate_min_chars, rules.near))
    numbers = pc.indices_nonzero(shared)
    if rules.near is None and not len(numbers):
        return index
    judge = _Judge(plan, rules, _near(index.take(numbers), leaves, rules, texts))
    kept: list[bool] = []
    for start in range(0, len(numbers), _AT_ONCE):
        contested = index.take(numbers.slice(start, _AT_ONCE))
        kept += map(judge.keeps, _rows(contested, leaves), _uniques(contested, rules))
    keep = pc.replace_with_mask(
        pc.invert(shared).combine_chunks(), shared.combine_chunks(), pa.array(kept, pa.bool_())
    )
    if judge.near is not None:
        index = judge.near.grouped(index, shared)
        plan.diagnostics += judge.near.said_of_crowded(judge.crowded)
        plan.diagnostics += too_long(index.filter(keep), leaves)
    return index.filter(keep)


def _near(contested: pa.Table, leaves: Leaves, rules: PlanRules, texts: Texts) -> NearRows | None:
    if rules.near is None:
        return None
    neighbours = Neighbours(contested, rules.duplicate_min_chars, rules.near, texts)
    return NearRows(neighbours, contested, leaves, groups=NEAR_DUPLICATE in rules.parts.groups)


def _rows(index: pa.Table, leaves: Leaves) -> Iterator[_Row]:
    places = index["place"].combine_chunks()
    columns = (index[name].to_pylist() for name in ("id", "text_key", "n_chars"))
    return map(_Row, *columns, leaves.paths_at(places), leaves.digests_at(places))


def _uniques(index: pa.Table, rules: PlanRules) -> Iterator[tuple[str | None, ...]]:
    """Of each row, its values of the fields that must be unique."""
    values = [index[KEY_PREFIX + name].to_pylist() for name in rules.unique]
    return zip(*values, strict=True) if values else iter([()] * len(index))


def _is_shared(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Which values occur more than once; null is no value."""
    if pa.types.is_floating(column.type):
        column = pc.add(column, 0.0)  # two zeros are one value
    counted = pc.value_counts(column.drop_null())
    several = counted.field("values").filter(pc.greater(counted.field("counts"), 1))
    return pc.is_in(column, value_set=several)


class _Judge:
    """Decides row by row, remembering what was kept."""

    def __init__(self, plan: Plan, rules: PlanRules, near: NearRows | None) -> None:
        self.plan = plan
        self.rules = rules
        self.near = near
        self.judged = 0
        self.texts: dict[bytes, _Row] = {}
        self.ids: dict[str, _Row] = {}
        self.values: list[dict[object, _Row]] = [{} for _ in rules.unique]
        self.crowded = array("i")

    def keeps(self, row: _Row, uniques: Sequence[str | None]) -> bool:
        """Whether `row` stays; what becomes of it otherwise is noted in the plan."""
        number, self.judged = self.judged, self.judged + 1
        kept = self.texts.get(row.text_key)
        if kept is not None and self._repeats_text(row, kept):
            return False
        near = self.near.verdict(number) if self.near is not None else NOT_NEAR
        # Where the same text is kept as well, that has been said.
        if kept is None:
            self.plan.diagnostics += near.said
            if near.crowded:
                self.crowded.append(number)
        if near.duplicate is not None:
            self.plan.duplicates.append(near.duplicate)
            return False
        fault = self._repeats_id(row) if row.id in self.ids else None
        if uniques and fault is None:
            fault = self._repeats_value(uniques)
        if fault is not None:
            self.plan.diagnostics.append(fault.at(row.path, row.sha256))
            own_id = article_id(row.path) if fault.code is Code.DUPLICATE_ID else row.id
            self.plan.rejections.append(Rejection(row.path, row.sha256, own_id, (fault.code,)))
            return False
        if kept is None:
            self.texts[row.text_key] = row
        self.ids[row.id] = row
        if self.near is not None:
            self.near.keep(number, near)
        for seen, value in zip(self.values, uniques, strict=True):
            if value is not None:
                seen[value] = row
        return True

    def _repeats_text(self, row: _Row, kept: _Row) -> bool:
        """Note that the text is that of another row; returns whether that drops this one."""
        long_enough = row.n_chars >= self.rules.duplicate_min_chars
        if long_enough and self.rules.exact_duplicates:
            self.plan.duplicates.append(Duplicate(row.path, row.sha256, row.id, kept.id, kept.path))
            return True
        if row.n_chars:
            code = Code.DUPLICATE_TEXT if long_enough else Code.SHORT_DUPLICATE
            said = diagnose(code, f"the same text as {kept.path}")
            self.plan.diagnostics.append(said.at(row.path, row.sha256))
        return False

    def _repeats_id(self, row: _Row) -> Diagnostic:
        return diagnose(
            Code.DUPLICATE_ID,
            f"the id `{row.id}` belongs to {self.ids[row.id].path}",
            value=row.id,
            help="give one of the two another id",
        )

    def _repeats_value(self, uniques: Sequence[str | None]) -> Diagnostic | None:
        for name, seen, value in zip(self.rules.unique, self.values, uniques, strict=True):
            if value is not None and value in seen:
                return diagnose(
                    Code.NOT_UNIQUE,
                    f"`{name}` must be unique, and {seen[value].path} has the same",
                    field=name,
                    value=MASK if name in self.rules.secret else str(value),
                    help="correct one of the two",
                )
        return None
