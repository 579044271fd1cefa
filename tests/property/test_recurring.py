"""Counting in bounded memory, held against counting everything."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.suggesting.recurring import Tally, address_key, line_key

THINGS = st.lists(st.integers(0, 30), max_size=200)


@st.composite
def tallied(draw: st.DrawFn) -> tuple[list[int], Tally[int]]:
    """Things, and a tally of them that was made of parts, in the order of a tree of merges."""
    things = draw(THINGS)
    width = draw(st.integers(1, 12))
    cuts = sorted(draw(st.lists(st.integers(0, len(things)), max_size=6)))
    parts = [things[a:b] for a, b in zip([0, *cuts], [*cuts, len(things)], strict=True)]
    tallies = []
    for part in draw(st.permutations(parts)):
        tally = Tally[int](width)
        tally.add(part)
        tallies.append(tally)
    while len(tallies) > 1:
        one = tallies.pop(draw(st.integers(0, len(tallies) - 1)))
        tallies[draw(st.integers(0, len(tallies) - 1))].merge(one)
    return things, tallies[0]


@given(tallied())
def test_a_count_is_too_low_by_no_more_than_the_error_and_that_by_no_more_than_the_bound(
    found: tuple[list[int], Tally[int]],
) -> None:
    things, tally = found
    counts = dict(tally.at_least(1))
    assert tally.total == len(things)
    assert tally.error <= tally.bound
    for thing, true in Counter(things).items():
        assert true - tally.error <= counts.get(thing, 0) <= true


@given(tallied(), st.integers(1, 50))
def test_what_is_frequent_is_never_missed(found: tuple[list[int], Tally[int]], least: int) -> None:
    things, tally = found
    least = max(least, tally.bound + 1)
    frequent = {thing for thing, count in Counter(things).items() if count >= least}
    assert frequent <= {thing for thing, _ in tally.at_least(least)}


@given(tallied())
def test_there_are_never_more_than_twice_as_many_counters_as_its_width(
    found: tuple[list[int], Tally[int]],
) -> None:
    _, tally = found
    assert len(dict(tally.at_least(1))) <= 2 * tally.width


@given(THINGS)
def test_counts_are_exact_while_every_different_thing_has_a_counter(things: list[int]) -> None:
    tally = Tally[int](31)
    tally.add(things)
    assert tally.error == 0
    assert dict(tally.at_least(1)) == Counter(things)


def test_a_line_and_an_address_of_the_same_characters_have_different_keys() -> None:
    assert line_key("https://example.org/") != address_key("https://example.org/")
