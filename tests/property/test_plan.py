"""What holds for every index: a naive reference decides the same, and cuts are local."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.codes import Code
from corpuskit.config.parts import SHARD_BYTES
from corpuskit.identity import article_id, digest, text_key
from corpuskit.index import KEY_PREFIX, index_schema
from corpuskit.leaves import Leaves
from corpuskit.plan import Plan, PlanRules, make_plan
from corpuskit.schema import Field, FieldType, Schema

Key = str | int | float | bool | None

SCHEMA = Schema(
    "demo",
    (
        Field("date", FieldType.DATETIME, ("date",)),
        Field("title", FieldType.STRING, ("title",)),
        Field("score", FieldType.NUMBER, ("score",)),
        Field("pinned", FieldType.BOOLEAN, ("pinned",)),
        Field("url", FieldType.STRING, ("url",), unique=True),
    ),
)
KEYS = tuple(f.name for f in SCHEMA.fields)
# Neighbours in one order and not in another: case, marks, astral characters, NUL, numbers as text.
WORDS = st.sampled_from(["", "\0", "10", "9", "A", "a", "aa", "e\u0301", "é", "z", "ﬀ", "😀"])
TEXTS = ("", "short", "just as short", "x" * 32, "long enough to be a duplicate, that is")


@dataclass(frozen=True)
class Row:
    """What the plan knows of an article; `number` stands for all that it only passes on."""

    path: str
    id: str
    text: str
    size: int
    number: int
    keys: tuple[Key, ...]

    def key(self, name: str) -> Key:
        """The cell of the column `name`."""
        return self.path if name == "path" else self.keys[KEYS.index(name)]


def _planned(rows: list[Row], rules: PlanRules) -> Plan:
    paths = sorted((row.path for row in rows), key=str.encode)
    leaves = Leaves.of((path, digest(path.encode())) for path in paths)
    return make_plan(_index(rows, paths), leaves, rules)


def _index(rows: list[Row], paths: list[str]) -> pa.Table:
    cells = [
        {
            "place": paths.index(row.path),
            "id": row.id,
            "row_sha256": f"row {row.number}",
            "text_key": text_key(row.text),
            "n_chars": len(row.text),
            "size": row.size,
            "pack": row.number // 3,
            "row": row.number % 3,
            **{KEY_PREFIX + name: row.key(name) for name in KEYS},
        }
        for row in rows
    ]
    return pa.Table.from_pylist(cells, index_schema(SCHEMA, KEYS))


def _kept(plan: Plan) -> list[int]:
    digests: list[str] = plan.kept["row_sha256"].to_pylist()
    return [int(row_sha256.removeprefix("row ")) for row_sha256 in digests]


@st.composite
def _corpora(draw: st.DrawFn) -> list[Row]:
    paths = draw(st.lists(st.text(st.characters(codec="utf-8"), max_size=3), unique=True))
    optional: list[st.SearchStrategy[Key]] = [
        st.integers(-2, 3),
        WORDS,
        st.sampled_from([-1.5, 0.0, 5e-324, 1e300]),
        st.booleans(),
        WORDS,
    ]
    return [
        Row(
            path,
            draw(st.sampled_from(["i", "j", "k"]) | st.just(article_id(path))),
            draw(st.sampled_from(TEXTS)),
            draw(st.integers(1, SHARD_BYTES)),
            number,
            tuple(draw(st.none() | values) for values in optional),
        )
        for number, path in enumerate(paths)
    ]


RULES = st.builds(
    PlanRules,
    order=st.permutations(["date", "title", "score", "pinned"]).flatmap(
        lambda names: st.integers(0, 4).map(lambda n: (*names[:n], "path"))
    ),
    exact_duplicates=st.booleans(),
    duplicate_min_chars=st.sampled_from([1, 32, 33]),
    future=st.none() | st.integers(-1, 3),
    unique=st.sampled_from([(), ("url",), ("url", "pinned")]),
)


def _sort_key(row: Row, order: tuple[str, ...]) -> tuple[tuple[bool, object], ...]:
    values = [row.key(name) for name in (*order, "path")]
    return tuple(
        (value is not None, value.encode() if isinstance(value, str) else value or 0)
        for value in values
    )


def _in_order(rows: list[Row], order: tuple[str, ...]) -> list[Row]:
    return sorted(rows, key=lambda row: _sort_key(row, order))


@dataclass
class Decided:
    """What becomes of each article, by number: kept, or gone with what and for which."""

    kept: list[Row]
    gone: dict[int, tuple[object, ...]]
    said: list[tuple[int, Code]]


def _decide(rows: list[Row], rules: PlanRules) -> Decided:
    """The rules as one would tell them, one article against all that are kept."""
    out = Decided([], {}, [])
    for row in _in_order(rows, rules.order):
        date = row.key("date")
        if rules.future is not None and isinstance(date, int) and date > rules.future:
            out.gone[row.number] = ("future",)
            continue
        twins = [k for k in out.kept if k.text == row.text]
        is_long = len(row.text) >= rules.duplicate_min_chars
        if twins and is_long and rules.exact_duplicates:
            out.gone[row.number] = ("duplicate", twins[0].path)
            continue
        if twins and row.text:
            out.said.append((row.number, Code.DUPLICATE_TEXT if is_long else Code.SHORT_DUPLICATE))
        code = _clash(row, out.kept, rules)
        if code is not None:
            out.said.append((row.number, code))
            out.gone[row.number] = ("rejected", code)
            continue
        out.kept.append(row)
    return out


def _clash(row: Row, kept: list[Row], rules: PlanRules) -> Code | None:
    if any(k.id == row.id for k in kept):
        return Code.DUPLICATE_ID
    for name in rules.unique:
        if any(row.key(name) is not None and row.key(name) == k.key(name) for k in kept):
            return Code.NOT_UNIQUE
    return None


@given(_corpora(), RULES)
def test_a_naive_reference_decides_the_same(rows: list[Row], rules: PlanRules) -> None:
    plan = _planned(rows, rules)
    expected = _decide(rows, rules)
    numbers = {row.path: row.number for row in rows}
    gone: dict[int, tuple[object, ...]] = {
        numbers[e.path or ""]: (e.reason,) for e in plan.exclusions
    }
    gone |= {numbers[d.path]: ("duplicate", d.kept_path) for d in plan.duplicates}
    gone |= {numbers[r.path]: ("rejected", *r.codes) for r in plan.rejections}
    assert _kept(plan) == [row.number for row in expected.kept]
    assert gone == expected.gone
    assert [(numbers[d.path or ""], d.code) for d in plan.diagnostics] == expected.said


@settings(max_examples=50)
@given(_corpora(), RULES)
def test_rows_are_in_the_order_that_python_sorts_them_in(rows: list[Row], rules: PlanRules) -> None:
    kept = [rows[number] for number in _kept(_planned(rows, rules))]
    assert kept == _in_order(kept, rules.order)


@settings(max_examples=50)
@given(_corpora(), RULES, st.randoms(use_true_random=False))
def test_the_order_of_the_index_changes_nothing(
    rows: list[Row], rules: PlanRules, random: Random
) -> None:
    mixed = random.sample(rows, len(rows))
    assert _planned(mixed, rules) == _planned(rows, rules)


@st.composite
def _streams(draw: st.DrawFn, front: str = "") -> list[Row]:
    """Rows with ids, texts and paths of their own, in order."""
    count = draw(st.integers(0, 40))
    salt = draw(st.integers(0, 10**6))
    sizes = st.integers(1, 3 * SHARD_BYTES) | st.integers(1, SHARD_BYTES // 4)
    drawn = draw(st.lists(sizes, min_size=count, max_size=count))
    return [
        Row(f"{front}{n:03d}", f"{front}{salt}.{n}", f"{front}{n}", size, n, (None,) * len(KEYS))
        for n, size in enumerate(drawn)
    ]


BY_PATH = PlanRules(("path",))


def _shards(rows: list[Row]) -> list[list[str]]:
    numbered = [Row(r.path, r.id, r.text, r.size, n, r.keys) for n, r in enumerate(rows)]
    return [shard["id"].to_pylist() for shard in _planned(numbered, BY_PATH).shards()]


@given(_streams())
def test_shards_divide_the_rows_in_their_order(rows: list[Row]) -> None:
    shards = _shards(rows)
    assert [row_id for shard in shards for row_id in shard] == [row.id for row in rows]
    assert all(shards)


@given(_streams())
def test_every_shard_but_the_last_has_at_least_a_quarter_and_none_more_than_four_times(
    rows: list[Row],
) -> None:
    sizes = {row.id: row.size for row in rows}
    weights = [[sizes[row_id] for row_id in shard] for shard in _shards(rows)]
    assert all(sum(shard) >= SHARD_BYTES / 4 for shard in weights[:-1])
    # A shard is closed by the row that fills it, so it can be larger by less than that row.
    assert all(sum(shard[:-1]) < SHARD_BYTES * 4 for shard in weights)


@settings(max_examples=50)
@given(_streams())
def test_what_comes_after_a_cut_does_not_depend_on_what_comes_before(rows: list[Row]) -> None:
    shards = _shards(rows)
    starts = [0]
    for shard in shards:
        starts.append(starts[-1] + len(shard))
    for number, start in enumerate(starts[:-1]):
        assert _shards(rows[start:]) == shards[number:]


@settings(max_examples=50)
@given(_streams(front="a"), _streams(front="b"))
def test_after_the_first_common_cut_all_cuts_are_common(front: list[Row], rows: list[Row]) -> None:
    before = _shards(rows)
    after = _shards([*front, *rows])
    ends_before = [shard[-1] for shard in before]
    ends_after = [shard[-1] for shard in after]
    common = [row_id for row_id in ends_before if row_id in set(ends_after)]
    # The last row ends a shard in both, so there always is one.
    first = common[0] if rows else None
    if first is not None:
        position = ends_before.index(first), ends_after.index(first)
        assert before[position[0] + 1 :] == after[position[1] + 1 :]


@settings(max_examples=50)
@given(_streams())
def test_rows_at_the_end_move_no_earlier_cut(rows: list[Row]) -> None:
    whole = _shards(rows)
    for length in range(0, len(rows), 7):
        part = _shards(rows[:length])
        assert part[:-1] == whole[: max(len(part) - 1, 0)]
