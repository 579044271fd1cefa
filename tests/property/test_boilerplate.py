"""Which lines may go, and which selectors are chosen, held against the plain way to say it."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.suggesting.boilerplate import Drop, Spellings, Weight, choose, without

LINES = st.lists(st.sampled_from("abcde"), max_size=7)


@given(LINES, LINES, st.sets(st.sampled_from("abcde")))
def test_lines_are_gone_if_some_way_to_leave_out_lines_that_may_go_gives_the_new_ones(
    old: list[str], new: list[str], may_go: set[str]
) -> None:
    gone = without(old, new, may_go.__contains__)
    ways = [
        [line for place, line in enumerate(old) if place not in kept]
        for kept in combinations(range(len(old)), min(len(new), len(old)))
        if [old[place] for place in kept] == new
    ]
    allowed = [way for way in ways if may_go.issuperset(way)]
    assert (gone is not None) == bool(allowed)
    if gone is not None:
        assert Counter(gone) == Counter(old) - Counter(new)


@given(
    st.lists(
        st.sampled_from(["By: A", "By: B", "By: A", "Bye", "By 3: C", "来源：某报"]), max_size=5
    )
)
def test_a_label_is_what_stands_before_the_first_colon_of_all(texts: list[str]) -> None:
    found, again = Spellings(), Spellings()
    for text in texts:
        found.add(text, len(text), len(text))
    for text in reversed(texts):
        again.add(text, len(text), len(text))
    assert found == again
    common = {text.partition("：")[0] if "：" in text else text.partition(":")[0] for text in texts}
    has_label = len(common) == 1 and not common & {"Bye", "By 3"}
    assert bool(found.label) == has_label
    assert found.differ == (len(set(texts)) > 1)


WEIGHTS = st.builds(
    Weight,
    articles=st.integers(1, 9),
    lines=st.dictionaries(st.integers(0, 4), st.integers(1, 9), max_size=4),
    addresses=st.integers(0, 2),
    is_plain=st.booleans(),
    is_labelled=st.just(value=False),
)
ALL_WEIGHTS = st.dictionaries(
    st.sampled_from([".a", ".b", "#c", ".d.e", "p.f"]),
    st.dictionaries(st.integers(0, 2), WEIGHTS, min_size=1),
)
RECURRING = st.fixed_dictionaries(
    {g: st.dictionaries(st.integers(0, 4), st.integers(1, 9)) for g in range(3)}
)
LEAST = {0: 3, 1: 3, 2: 3}


@given(ALL_WEIGHTS, RECURRING)
def test_what_is_chosen_is_safe_and_takes_something_and_nothing_safe_is_left_that_would(
    weights: dict[str, dict[int, Weight]], recurring: dict[int, dict[int, int]]
) -> None:
    chosen = choose(weights, recurring, LEAST, [1, 2])
    left = {g: Counter(lines) for g, lines in recurring.items()}
    for drop in chosen:
        own = {g: w for g, w in weights[drop.selector].items() if drop.holds_in(g)}
        assert all(weight.is_plain for weight in own.values())
        assert any(weight.articles >= LEAST[g] for g, weight in own.items())
        before = sum(map(Counter.total, left.values()))
        for g, weight in own.items():
            left[g] -= Counter(weight.lines)
        assert sum(map(Counter.total, left.values())) < before
    for selector, by_group in weights.items():
        if Drop(selector) in chosen or not all(w.is_plain for w in by_group.values()):
            continue
        if any(w.articles >= LEAST[g] for g, w in by_group.items()):
            assert not any(left[g].keys() & w.lines.keys() for g, w in by_group.items())


@given(ALL_WEIGHTS, RECURRING)
def test_the_order_in_which_selectors_come_decides_nothing(
    weights: dict[str, dict[int, Weight]], recurring: dict[int, dict[int, int]]
) -> None:
    turned = {s: dict(reversed(w.items())) for s, w in reversed(weights.items())}
    assert choose(turned, recurring, LEAST, [1, 2]) == choose(weights, recurring, LEAST, [1, 2])
