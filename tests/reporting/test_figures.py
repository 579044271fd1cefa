"""The figures of a report: how values are counted, and classed."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.codes import Code
from corpuskit.model import Duplicate, Exclusion, diagnose
from corpuskit.reporting import figures as report_figures
from corpuskit.reporting.figures import (
    LENGTH_EDGES,
    Bar,
    CodeTally,
    Tally,
    duplicate_groups,
    exclusions_by_reason,
    folders,
    length_class,
    lengths,
    over_time,
)

months = st.dictionaries(
    st.integers(min_value=12, max_value=12 * 9999), st.integers(min_value=1, max_value=1000)
)


@given(months)
def test_over_time_every_row_is_in_one_bar(found: dict[int, int]) -> None:
    bars, _ = over_time(found)
    assert sum(bar.count for bar in bars) == sum(found.values())


@given(months)
def test_over_time_there_are_no_two_bars_of_a_label_and_no_more_than_fit(
    found: dict[int, int],
) -> None:
    bars, unit = over_time(found)
    labels = [bar.label for bar in bars]
    assert labels == sorted(set(labels))
    assert len(bars) <= (101 if unit == "century" else 48)


@pytest.mark.parametrize(
    ("first", "last", "unit", "labels"),
    [
        (2024 * 12, 2024 * 12 + 1, "month", ["2024-01", "2024-02"]),
        (2020 * 12, 2024 * 12, "year", ["2020", "2021", "2022", "2023", "2024"]),
        (1951 * 12, 2008 * 12, "decade", ["1950s", "1960s", "1970s", "1980s", "1990s", "2000s"]),
    ],
)
def test_over_time_a_bar_is_the_smallest_span_by_which_there_are_few(
    first: int, last: int, unit: str, labels: list[str]
) -> None:
    bars, found = over_time({first: 1, last: 2})
    assert (found, [bar.label for bar in bars]) == (unit, labels)


def test_without_dates_there_are_no_bars() -> None:
    assert over_time({})[0] == ()


@given(st.lists(st.integers(min_value=0, max_value=10**9)))
def test_lengths_every_row_is_in_the_class_that_it_belongs_to(found: list[int]) -> None:
    classes = Counter(map(length_class, found))
    for n_chars in found:
        place = length_class(n_chars)
        assert LENGTH_EDGES[place] <= n_chars < [*LENGTH_EDGES, float("inf")][place + 1]
    bars = lengths([classes[place] for place in range(len(LENGTH_EDGES))])
    assert sum(bar.count for bar in bars) == len(found)
    assert not bars or (bars[0].count and bars[-1].count)


def test_lengths_are_labelled_by_their_bounds() -> None:
    every = lengths([1] * len(LENGTH_EDGES))
    labels = [bar.label for bar in every]
    assert labels[:3] == ["0", "1–10", "10–20"]
    assert labels[-3:] == ["1M–2M", "2M–5M", "5M+"]
    assert "500–1k" in labels


@given(st.lists(st.tuples(st.text(), st.integers(min_value=1, max_value=9))))
def test_a_ranking_does_not_depend_on_the_order_in_which_values_came(
    values: list[tuple[str, int]],
) -> None:
    forward, backward = Tally(), Tally()
    forward.add(values)
    backward.add(reversed(values))
    assert forward.ranking("x", 1) == backward.ranking("x", 1)
    assert forward.ranking("x", 1).values == len({value for value, _ in values})


def test_a_tally_of_very_many_values_says_that_it_is_not_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(report_figures, "MOST_VALUES", 2)
    tally = Tally()
    tally.add([("a", 1), ("b", 1), ("c", 5), ("a", 1)])
    assert tally.ranking("x", 8) == report_figures.Ranking(
        "x", (Bar("a", 2), Bar("b", 1)), values=2, rows=8, partial=True
    )


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ({"news/2024": 2, "news/2023": 1, "": 1}, [("news", 3), ("(top folder)", 1)]),
        ({"posts/news": 1, "posts/art": 2}, [("posts/art", 2), ("posts/news", 1)]),
        ({"posts": 1}, [("posts", 1)]),
    ],
)
def test_folders_are_the_first_ones_that_tell_articles_apart(
    paths: dict[str, int], expected: list[tuple[str, int]]
) -> None:
    found = folders(Tally(Counter(paths)))
    assert [(bar.label, bar.count) for bar in found.top] == expected


def test_duplicates_are_grouped_by_what_was_kept() -> None:
    found = [Duplicate(f"{n}.md", "0", None, "k", "b" if n > 1 else "a") for n in range(5)]
    groups, number = duplicate_groups(found)
    assert [(g.kept_path, g.count, g.paths) for g in groups] == [
        ("b", 3, ("2.md", "3.md", "4.md")),
        ("a", 2, ("0.md", "1.md")),
    ]
    assert number == 2


def test_of_duplicates_those_are_counted_that_are_only_nearly_the_same() -> None:
    found = [
        Duplicate("1.md", "0", None, "k", "a", "near", 0.9),
        Duplicate("2.md", "0", None, "k", "a"),
    ]
    ((group,), _) = duplicate_groups(found)
    assert (group.count, group.near) == (2, 1)


def test_examples_of_a_code_are_of_different_sources() -> None:
    tally = CodeTally()
    for path in ("a.md", "a.md", "b.md", "b.md", "c.md", "d.md"):
        tally.counts["CK301"] += 1
        tally.show(diagnose(Code.MISSING_FIELD, "m", path=path))
    (found,) = tally.figures()
    assert [one.path for one in found.examples] == ["a.md", "b.md", "c.md"]


def test_what_was_withdrawn_is_counted_and_not_named() -> None:
    (found,) = exclusions_by_reason([Exclusion(None, None, "i", "withdrawn")] * 2)
    assert (found.reason, found.count, found.paths) == ("withdrawn", 2, ())
