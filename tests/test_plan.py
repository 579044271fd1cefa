"""The plan: who stays, in which order, and where shards end."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field, replace

import pyarrow as pa
import pytest

from corpuskit.codes import Code, Severity
from corpuskit.config.parts import SHARD_BYTES
from corpuskit.identity import article_id, digest, text_key
from corpuskit.index import index_schema, key_fields, temporal_date
from corpuskit.leaves import Leaves
from corpuskit.model import Duplicate, Exclusion, Rejection
from corpuskit.plan import Plan, PlanRules, make_plan
from corpuskit.schema import Field, FieldType, Schema

LONG = "a text that is longer than thirty-two characters"
BY_PATH = PlanRules(("path",))
BY_DATE = PlanRules(("date", "path"))
SCHEMA = Schema(
    "demo",
    (
        Field("date", FieldType.DATETIME, ("date",)),
        Field("url", FieldType.STRING, ("url",), unique=True),
        Field("isbn", FieldType.INTEGER, ("isbn",), unique=True),
    ),
)
KEYS = ("date", "url", "isbn")


@dataclass(frozen=True)
class Row:
    """An index row; a row of its own text unless one is given."""

    path: str
    id: str = ""
    text: str = ""
    date: int | None = None
    url: str | None = None
    isbn: int | None = None
    size: int = 100
    at: tuple[int, int] = field(default=(0, 0), compare=False)


def _digest(path: str) -> str:
    return digest(f"source of {path}".encode())


def _leaves(rows: Iterable[Row]) -> Leaves:
    paths = sorted((row.path for row in rows), key=str.encode)
    return Leaves.of((path, _digest(path)) for path in paths)


def _index(rows: Iterable[Row], leaves: Leaves) -> pa.Table:
    places = {path: place for place, (path, _) in enumerate(leaves)}
    cells = []
    for row in rows:
        text = row.text or f"{row.path}: {LONG}"
        text = "" if row.text == "nothing" else text
        cells.append(
            {
                "place": places[row.path],
                "id": row.id or article_id(row.path),
                "row_sha256": f"row of {row.path}",
                "text_key": text_key(text),
                "n_chars": len(text),
                "size": row.size,
                "pack": row.at[0],
                "row": row.at[1],
                **{f"key:{name}": getattr(row, name) for name in KEYS},
            }
        )
    return pa.Table.from_pylist(cells, index_schema(SCHEMA, KEYS))


def _plan(rules: PlanRules, *rows: Row) -> Plan:
    leaves = _leaves(rows)
    return make_plan(_index(rows, leaves), leaves, rules)


def _kept(plan: Plan) -> list[str]:
    digests: list[str] = plan.kept["row_sha256"].to_pylist()
    return [row_sha256.removeprefix("row of ") for row_sha256 in digests]


def _shards(plan: Plan) -> list[list[tuple[int, int]]]:
    """The (pack, row) of each shard's rows."""
    return [
        list(zip(rows["pack"].to_pylist(), rows["row"].to_pylist(), strict=True))
        for rows in plan.shards()
    ]


def _said(plan: Plan) -> list[tuple[Code, str | None]]:
    return [(d.code, d.path) for d in plan.diagnostics]


def test_rows_are_sorted_by_the_bytes_of_their_paths() -> None:
    paths = ["Z", "a", "a-b", "a/b", "a0", "z", "é", "ﬀ", "😀"]
    assert _kept(_plan(BY_PATH, *map(Row, reversed(paths)))) == paths


def test_nulls_come_first_and_paths_decide_between_equals() -> None:
    rows = [Row("d", date=2), Row("c", date=1), Row("b"), Row("a", date=2), Row("e", date=-1)]
    assert _kept(_plan(BY_DATE, *rows)) == ["b", "e", "c", "a", "d"]


def test_path_breaks_ties_even_if_the_order_does_not_name_it() -> None:
    rules = PlanRules(("date",))
    assert _kept(_plan(rules, Row("b", date=1), Row("a", date=1), Row("c"))) == ["c", "a", "b"]


def test_a_plan_of_nothing_is_empty() -> None:
    assert _plan(BY_PATH) == Plan()


def test_the_same_text_is_kept_once_and_that_is_the_first() -> None:
    plan = _plan(BY_DATE, Row("a", text=LONG, date=2), Row("b", text=LONG, date=1))
    assert _kept(plan) == ["b"]
    assert plan.duplicates == [
        Duplicate("a", _digest("a"), article_id("a"), article_id("b"), "b", "same text")
    ]
    assert plan.diagnostics == []


@pytest.mark.parametrize(
    ("length", "kept", "said"),
    [(31, ["a", "b"], [(Code.SHORT_DUPLICATE, "b")]), (32, ["a"], [])],
)
def test_a_short_text_is_kept_as_often_as_it_is_there(
    length: int, kept: list[str], said: list[tuple[Code, str]]
) -> None:
    text = "é" * length
    plan = _plan(BY_PATH, Row("a", text=text), Row("b", text=text))
    assert _kept(plan) == kept
    assert _said(plan) == said


def test_where_duplicates_stay_they_are_only_said() -> None:
    rules = PlanRules(("path",), exact_duplicates=False)
    plan = _plan(rules, Row("a", text=LONG), Row("b", text=LONG), Row("c", text=LONG))
    assert _kept(plan) == ["a", "b", "c"]
    assert plan.duplicates == []
    assert _said(plan) == [(Code.DUPLICATE_TEXT, "b"), (Code.DUPLICATE_TEXT, "c")]
    assert {d.message for d in plan.diagnostics} == {"the same text as a"}
    assert {d.severity for d in plan.diagnostics} == {Severity.INFO}
    assert [d.source_sha256 for d in plan.diagnostics] == [_digest("b"), _digest("c")]


def test_articles_without_text_are_no_duplicates_of_each_other() -> None:
    plan = _plan(BY_PATH, Row("a", text="nothing"), Row("b", text="nothing"))
    assert _kept(plan) == ["a", "b"]
    assert plan.diagnostics == []


def test_of_two_articles_with_one_id_the_first_is_kept() -> None:
    plan = _plan(BY_PATH, Row("b", id="x"), Row("a", id="x"))
    assert _kept(plan) == ["a"]
    assert plan.rejections == [
        Rejection("b", _digest("b"), article_id("b"), (Code.DUPLICATE_ID,)),
    ]
    said = plan.diagnostics[0]
    assert (said.code, said.path, said.value, said.is_error) == (Code.DUPLICATE_ID, "b", "x", True)
    assert "belongs to a" in said.message


def test_the_same_text_counts_before_the_same_id() -> None:
    """A copy of an article, id and all, is a duplicate and no fault."""
    plan = _plan(BY_PATH, Row("a", id="x", text=LONG), Row("b", id="x", text=LONG))
    assert [d.path for d in plan.duplicates] == ["b"]
    assert plan.rejections == []


def test_a_value_that_must_be_unique_is_kept_once() -> None:
    rules = PlanRules(("path",), unique=("url", "isbn"))
    rows = [
        *(Row("a", url="u", isbn=1), Row("b", url="v", isbn=1), Row("c", url="u", isbn=2)),
        *(Row("d", isbn=2), Row("e"), Row("f")),
    ]
    plan = _plan(rules, *rows)
    assert _kept(plan) == ["a", "d", "e", "f"]
    assert [(d.path, d.field, d.value) for d in plan.diagnostics] == [
        ("b", "isbn", "1"),
        ("c", "url", "u"),
    ]
    assert [r.codes for r in plan.rejections] == [(Code.NOT_UNIQUE,)] * 2
    assert [r.id for r in plan.rejections] == [article_id("b"), article_id("c")]


def test_the_same_id_counts_before_a_value_that_must_be_unique() -> None:
    rules = PlanRules(("path",), unique=("url",))
    plan = _plan(rules, Row("a", id="x", url="u"), Row("b", id="x", url="u"))
    assert _said(plan) == [(Code.DUPLICATE_ID, "b")]


@pytest.mark.parametrize(
    "gone",
    [
        Row("b", id="x", text=LONG, url="w"),
        Row("b", text=LONG, url="u"),
    ],
    ids=["same id", "same value"],
)
def test_what_is_rejected_takes_nothing_from_what_comes_later(gone: Row) -> None:
    rules = PlanRules(("path",), unique=("url",))
    later = Row("c", id=gone.id and "y", text=LONG, url="w")
    assert _kept(_plan(rules, Row("a", id="x", url="u"), gone, later)) == ["a", "c"]


def test_a_duplicate_takes_nothing_from_what_comes_later() -> None:
    rules = PlanRules(("path",), unique=("url",))
    rows = [Row("a", text=LONG), Row("b", id="x", text=LONG, url="u"), Row("c", id="x", url="u")]
    assert _kept(_plan(rules, *rows)) == ["a", "c"]


def test_what_is_not_published_yet_is_left_out_and_takes_nothing() -> None:
    rules = PlanRules(("path",), future=10, unique=("url",))
    rows = [
        *(Row("a", id="x", text=LONG, url="u", date=11), Row("b", id="x", text=LONG, url="u")),
        Row("c", date=10),
    ]
    plan = _plan(rules, *rows)
    assert _kept(plan) == ["b", "c"]
    assert plan.exclusions == [Exclusion("a", _digest("a"), "x", "future")]
    assert plan.diagnostics == []


def test_without_a_limit_the_future_is_published() -> None:
    assert _kept(_plan(BY_DATE, Row("a", date=2**62))) == ["a"]


def test_what_is_no_row_is_listed_by_path_whatever_the_order() -> None:
    rules = PlanRules(("date", "path"), future=10)
    rows = [
        *(Row("0", id="x", text=LONG, date=-9), Row("b", id="x", date=1), Row("a", id="x", date=2)),
        *(Row("d", text=LONG, date=1), Row("c", text=LONG, date=2)),
        *(Row("f", date=11), Row("e", date=12)),
    ]
    plan = _plan(rules, *rows)
    assert [r.path for r in plan.rejections] == ["a", "b"]
    assert [d.path for d in plan.duplicates] == ["c", "d"]
    assert [e.path for e in plan.exclusions] == ["e", "f"]


def test_kept_rows_and_shards_name_the_rows_in_order() -> None:
    plan = _plan(BY_PATH, Row("b", id="y", at=(0, 7)), Row("a", id="x", at=(3, 1)))
    assert plan.kept.select(["place", "id", "row_sha256"]).to_pylist() == [
        {"place": 0, "id": "x", "row_sha256": "row of a"},
        {"place": 1, "id": "y", "row_sha256": "row of b"},
    ]
    assert _shards(plan) == [[(3, 1), (0, 7)]]
    assert plan.rows == 2


def test_an_index_of_many_batches_is_one_index() -> None:
    rows = [Row(f"{n:05d}", at=(0, n)) for n in range(11_000)]
    leaves = _leaves(rows)
    index = pa.concat_tables(_index(rows[n::7], leaves) for n in range(7))
    plan = make_plan(index, leaves, BY_PATH)
    assert [row for shard in _shards(plan) for _, row in shard] == list(range(11_000))


def _sized(count: int, size: int, start: str = "") -> list[Row]:
    return [Row(f"{start}{n:06d}", size=size, at=(0, n)) for n in range(count)]


def _weights(plan: Plan, sizes: Sequence[int]) -> list[int]:
    return [sum(sizes[row] for _, row in shard) for shard in _shards(plan)]


@pytest.mark.parametrize("size", [40_000, 400_000])
def test_shards_have_the_promised_mean_whatever_the_articles_lengths(size: int) -> None:
    count = 300 * SHARD_BYTES // size
    plan = _plan(BY_PATH, *_sized(count, size))
    full = _weights(plan, [size] * count)[:-1]
    assert 0.9 < sum(full) / len(full) / SHARD_BYTES < 1.1


def test_a_row_larger_than_a_shard_may_be_fills_one_alone() -> None:
    rows = [replace(row, size=5 * SHARD_BYTES) for row in _sized(4, 0)]
    assert [len(shard) for shard in _shards(_plan(BY_PATH, *rows))] == [1, 1, 1, 1]


def test_a_cut_is_forced_after_four_times_the_mean() -> None:
    """Ids are chosen whose hashes never cut."""
    size = SHARD_BYTES // 64
    share = size / (SHARD_BYTES * 3 // 4)
    ids = (f"{n}" for n in range(100_000))
    never = (i for i in ids if int(article_id(i)[:16], 16) / 2**64 > 2 * share)
    rows = [replace(row, id=next(never)) for row in _sized(600, size)]
    assert [len(shard) for shard in _shards(_plan(BY_PATH, *rows))] == [256, 256, 88]


def test_no_cut_is_made_before_a_quarter_of_the_mean() -> None:
    """Ids are chosen whose hashes always cut."""
    size = SHARD_BYTES // 64
    ids = (f"{n}" for n in range(1_000_000))
    always = (i for i in ids if int(article_id(i)[:16], 16) / 2**64 < size / SHARD_BYTES)
    rows = [replace(row, id=next(always)) for row in _sized(40, size)]
    assert [len(shard) for shard in _shards(_plan(BY_PATH, *rows))] == [16, 16, 8]


def test_cuts_do_not_depend_on_where_a_row_was_parsed() -> None:
    rows = _sized(2_000, 20_000)
    moved = [replace(row, at=(row.at[1], 0)) for row in rows]
    lengths = [len(shard) for shard in _shards(_plan(BY_PATH, *rows))]
    assert lengths == [len(shard) for shard in _shards(_plan(BY_PATH, *moved))]
    assert len(lengths) > 5


def test_an_article_at_the_front_moves_few_cuts() -> None:
    rows = _sized(6_000, 20_000)
    before = _shards(_plan(BY_PATH, *rows))
    after = _shards(_plan(BY_PATH, Row("", id="new", size=1_500_000, at=(9, 9)), *rows))
    assert after != before
    assert after[-10:] == before[-10:]


def test_articles_at_the_end_leave_all_but_the_last_shard_alone() -> None:
    rows = _sized(2_000, 20_000)
    before = _shards(_plan(BY_PATH, *rows))
    after = _shards(_plan(BY_PATH, *rows, *_sized(300, 20_000, start="~")))
    assert after[: len(before) - 1] == before[:-1]


def test_the_order_of_the_index_changes_nothing() -> None:
    rows = [
        Row(f"{n}", id=f"{n % 30}", text=LONG * (n % 7 + 1), date=n % 5 or None) for n in range(60)
    ]
    mixed = random.Random(1).sample(rows, len(rows))
    assert astuple(_plan(BY_DATE, *mixed)) == astuple(_plan(BY_DATE, *rows))


def test_the_index_holds_what_the_plan_sorts_by_looks_at_and_keeps_unique() -> None:
    assert key_fields(SCHEMA, ("isbn", "path")) == ("isbn", "url", "date")
    undated = Schema("x", (Field("date", FieldType.STRING, ("date",)),))
    assert key_fields(undated, ("path",)) == ()
    assert temporal_date(undated) is None
    assert temporal_date(SCHEMA) is FieldType.DATETIME
