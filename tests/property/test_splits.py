"""Splits: who is where follows from the rows alone, and nobody changes sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.config.parts import TRAIN, PartRules, SplitRules, read_parts
from corpuskit.parts.splits import Split, split_of_id, split_rows

IDS = st.lists(st.text(min_size=1, max_size=6), unique=True, max_size=30)
DAYS = st.none() | st.integers(-800_000, 2_900_000)
SHARES = st.sampled_from([(), (("test", 0.3),), (("test", 0.2), ("validation", 0.5))])
STARTS = st.sampled_from(
    [(("test", "2020-01-01"),), (("test", "2020-01-01"), ("validation", "1969-12-31"))]
)
BY_ID = st.builds(SplitRules, shares=SHARES, salt=st.text(max_size=3))
BY_DATE = st.builds(
    SplitRules, shares=SHARES, by=st.just("date"), salt=st.text(max_size=3)
) | st.builds(SplitRules, starts=STARTS, by=st.just("date"))


def _split(
    ids: Sequence[str],
    rules: SplitRules,
    days: Sequence[int | None] | None = None,
    groups: Mapping[str, Sequence[str | None]] | None = None,
    before: Mapping[str, str] | None = None,
) -> Split:
    return split_rows(
        pa.chunked_array([ids], pa.string()),
        None if days is None else pa.chunked_array([days], pa.int64()),
        {name: pa.chunked_array([values], pa.string()) for name, values in (groups or {}).items()},
        rules,
        None
        if before is None
        else pa.table(
            [[*before], [*before.values()]],
            pa.schema([("id", pa.string()), ("split", pa.string())]),
        ),
    )


@given(IDS, BY_ID)
def test_the_split_of_a_row_is_that_of_its_id_whoever_is_there_besides(
    ids: list[str], rules: SplitRules
) -> None:
    assert _split(ids, rules).names == [split_of_id(row_id, rules) for row_id in ids]


@given(st.data(), BY_DATE)
def test_the_split_by_date_is_that_of_a_row_alone(data: st.DataObject, rules: SplitRules) -> None:
    ids = data.draw(IDS)
    days = data.draw(st.lists(DAYS, min_size=len(ids), max_size=len(ids)))
    alone = [_split([own], rules, [day]).names[0] for own, day in zip(ids, days, strict=True)]
    assert _split(ids, rules, days).names == alone


@given(BY_DATE.filter(lambda rules: bool(rules.shares)), DAYS.filter(lambda day: day is not None))
def test_all_rows_of_a_day_are_in_one_split(rules: SplitRules, day: int) -> None:
    assert len(set(_split(["a", "b", "c", "d"], rules, [day] * 4).names)) == 1


def test_a_day_is_in_the_split_that_began_last() -> None:
    rules = SplitRules(starts=(("test", "1970-01-11"), ("validation", "1970-01-06")), by="date")
    days = [None, -3, 4, 5, 9, 10, 900]
    found = _split([str(day) for day in days], rules, days).names
    assert found == [TRAIN, TRAIN, TRAIN, "validation", "validation", "test", "test"]


def test_shares_are_what_they_say() -> None:
    """Of 20 000 ids, within six standard deviations."""
    rules = SplitRules((("test", 0.05), ("validation", 0.1)))
    names = _split([str(number) for number in range(20_000)], rules).names
    assert abs(names.count("test") - 1000) < 190
    assert abs(names.count("validation") - 2000) < 260
    assert names.count(TRAIN) == 20_000 - names.count("test") - names.count("validation")


@given(st.data())
def test_rows_never_change_sides_and_new_ones_join_their_group(data: st.DataObject) -> None:
    rules = SplitRules((("test", 0.5),), group=("a", "b"))
    ids = data.draw(IDS)
    cells = st.lists(st.none() | st.sampled_from("xyz"), min_size=len(ids), max_size=len(ids))
    groups = {"a": data.draw(cells), "b": data.draw(cells)}
    known = {
        own: data.draw(st.sampled_from(["test", TRAIN])) for own in ids if data.draw(st.booleans())
    }
    found = _split(ids, rules, None, groups, known)
    together = _reachable(ids, [*groups.values()])
    for row, own in enumerate(ids):
        old = [other for other in together[row] if ids[other] in known]
        if own in known:
            assert found.names[row] == known[own]
        elif old:
            assert found.names[row] == known[ids[old[0]]]
        else:
            assert found.names[row] == split_of_id(ids[together[row][0]], rules)
    assert {row for row, _ in found.astray} == {
        row
        for row, own in enumerate(ids)
        if own in known
        and found.names[row] != next(known[ids[o]] for o in together[row] if ids[o] in known)
    }


def _reachable(ids: Sequence[str], columns: Sequence[Sequence[str | None]]) -> list[list[int]]:
    """Of each row, the rows of its group in order: by closure, the long way round."""
    groups = [{row} for row in range(len(ids))]
    changed = True
    while changed:
        changed = False
        for one, other in combinations(range(len(ids)), 2):
            linked = any(
                column[one] is not None and column[one] == column[other] for column in columns
            )
            if (linked or groups[one] & groups[other]) and groups[one] != groups[other]:
                groups[one] |= groups[other]
                groups[other] = groups[one]
                changed = True
    return [sorted(group) for group in groups]


@given(BY_ID | BY_DATE, st.none() | st.text(min_size=1), st.integers(1, 10**9))
def test_a_manifest_says_the_rules_so_that_they_can_be_read_back(
    splits: SplitRules, subsets: str | None, size: int
) -> None:
    rules = PartRules(splits if splits else SplitRules(), subsets, size)
    assert read_parts(dict(rules.as_json())) == rules


SAID = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["splits", "subsets", "shard_bytes", "test", "by", "salt", "group", "x"]
            ),
            inner,
        )
    ),
)


@given(SAID)
def test_whatever_a_manifest_says_is_read_as_rules_or_as_none(said: object) -> None:
    rules = read_parts(said)  # type: ignore[arg-type]
    assert rules is None or isinstance(rules, PartRules)
