"""The search for selectors that drop what recurs in a corpus, and nothing else.

A corpus is surveyed in passes, each over all its sources, until nothing more is found: what recurs;
what each selector that recurs would take; then what recurs without those that were chosen, held
against every article as it was. No pass keeps an article.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias, TypeVar

from corpuskit.executors import Poison, map_batches
from corpuskit.parse_rules import BatchRules
from corpuskit.progress import Progress
from corpuskit.sources.reading import Numbered
from corpuskit.sources.table import SourceBatch, Sources
from corpuskit.suggesting.boilerplate import Drop, Weight, choose, is_safe
from corpuskit.suggesting.groups import groups_of
from corpuskit.suggesting.measuring import Measured, measure_batch
from corpuskit.suggesting.selectors import parts
from corpuskit.suggesting.surveying import (
    Example,
    Survey,
    SurveyRules,
    Weighing,
    survey_batch,
    weigh_batch,
)

R = TypeVar("R", Survey, Weighing, Measured)

Examples: TypeAlias = dict[tuple[int, int], Example]
"""By group and key of a line."""

_COUNTERS = 2**18
"""Of lines, of all groups together: some 70 MB if every one is in use."""
_MOST_CANDIDATES = 128
"""Selectors that are weighed, those that are in most articles; each takes some 50 µs an article."""
_MOST_ROUNDS = 4
"""Of choosing; the second finds what was hidden by what the first one drops, or nothing."""
_SMALLEST_BATCH = 4
_LARGEST_BATCH = 256


@dataclass(frozen=True, slots=True)
class Least:
    """From how many articles of a group on something recurs."""

    share: float
    articles: int

    def of(self, articles: int, bound: int) -> int:
        """That number; `bound` is by how much counts can be wrong, and what is below is unknown."""
        # 10 % of 30 is 3.0000000000000004.
        return max(math.ceil(self.share * articles - 1e-9), self.articles, bound + 1)


@dataclass(frozen=True, slots=True)
class Recurring:
    """What recurs: counts by group and key of lines and addresses, by group and selector."""

    survey: Survey
    least: Mapping[int, int]
    lines: Mapping[int, Mapping[int, int]]
    selectors: Mapping[int, Mapping[str, int]]

    @property
    def keys(self) -> frozenset[int]:
        """Of all lines and addresses: what recurs in one group is no article's own in another."""
        return frozenset(key for lines in self.lines.values() for key in lines)

    def candidates(self) -> list[str]:
        """The selectors that are in most articles, the most frequent first."""
        counts: dict[str, int] = {}
        for selectors in self.selectors.values():
            for selector, count in selectors.items():
                counts[selector] = counts.get(selector, 0) + count
        return sorted(counts, key=lambda s: (-counts[s], len(parts(s)), s))[:_MOST_CANDIDATES]


class Search:
    """One search through one corpus."""

    def __init__(
        self,
        sources: Sources,
        rules: BatchRules,
        least: Least,
        executor: Executor,
        workers: int,
        progress: Progress,
    ) -> None:
        self.places: Sequence[int] = range(len(sources))
        self.sources = sources
        self.least = least
        self.executor = executor
        self.workers = workers
        self.progress = progress
        self.groups = groups_of(sources.each_path, rules.parse.text.by_path, least.articles)
        self.rules = SurveyRules(rules, self.groups, _COUNTERS // len(self.groups))
        self.found: dict[Drop, tuple[dict[int, Weight], Examples]] = {}
        self.examples: Examples = {}

    def search(self) -> tuple[Recurring, tuple[Drop, ...]]:
        """The selectors to drop, and what recurs without them."""
        recurring = first = self._recurring()
        refused: set[str] = set()
        drops: tuple[Drop, ...] = ()
        rounds = 0
        while rounds < _MOST_ROUNDS:
            rounds += 1
            candidates = [s for s in recurring.candidates() if s not in refused]
            if not recurring.keys and not candidates:
                break
            more = self._chosen(recurring, first.keys, candidates)
            if not more:
                break
            drops = (*drops, *more)
            while True:
                self.rules = replace(self.rules, drops=drops, recurring=first.keys)
                recurring = self._recurring()
                if not recurring.survey.culprits:
                    break
                refused |= {drop.selector for drop in recurring.survey.culprits}
                drops = tuple(drop for drop in drops if drop.selector not in refused)
        return recurring, drops

    def measured(self, recurring: Recurring, lines: Sequence[tuple[int, int]]) -> Measured:
        """What selectors of some lines, by group and key, would take besides these."""
        candidates = [s for s in recurring.candidates() if len(parts(s)) == 1]
        if not lines or not candidates:
            return Measured()
        keys = {group: frozenset(k for g, k in lines if g == group) for group, _ in lines}
        rules = replace(self.rules, recurring=recurring.keys)
        return self._pass(partial(measure_batch, rules, candidates, keys), Measured())

    def _recurring(self) -> Recurring:
        survey = self._pass(partial(survey_batch, self.rules), Survey())
        least = {
            number: self.least.of(group.articles, max(group.lines.bound, group.selectors.bound))
            for number, group in survey.groups.items()
        }
        if any(g.lines.error or g.selectors.error for g in survey.groups.values()):
            # Counts were too many for the counters: once more, those that may be frequent alone.
            exact = replace(
                self.rules,
                only={
                    number: frozenset(
                        [key for key, _ in group.lines.at_least(least[number])]
                        + [key for key, _ in group.selectors.at_least(least[number])]
                    )
                    for number, group in survey.groups.items()
                },
            )
            survey = self._pass(partial(survey_batch, exact), Survey())
        return Recurring(
            survey,
            least,
            {n: dict(g.lines.at_least(least[n])) for n, g in survey.groups.items()},
            {n: dict(g.selectors.at_least(least[n])) for n, g in survey.groups.items()},
        )

    def _chosen(
        self, recurring: Recurring, keys: frozenset[int], candidates: Sequence[str]
    ) -> list[Drop]:
        rules = replace(self.rules, recurring=keys)
        simple = [s for s in candidates if len(parts(s)) == 1]
        weighing = self._pass(partial(weigh_batch, rules, simple), Weighing())
        self.examples |= weighing.examples
        # Two parts are of use where neither would do alone.
        settled = {s for s, weights in weighing.weights.items() if is_safe(weights.values())}
        others = [s for s in candidates if s not in simple]
        compound = [s for s in others if settled.isdisjoint(parts(s))]
        if compound:
            weighing.merge(self._pass(partial(weigh_batch, rules, compound), Weighing()))
        nameable = range(1, len(self.groups))
        chosen = choose(weighing.weights, recurring.lines, recurring.least, nameable)
        for drop in chosen:
            self.found[drop] = weighing.weights[drop.selector], weighing.examples
        return chosen

    def _pass(self, work: Callable[[Sequence[Numbered]], R], whole: R) -> R:
        """Do something with all sources, and bring together what comes back."""
        self.progress.stage("parse", len(self.places))
        lost: list[int] = []
        for done in map_batches(self.executor, work, self._batches(), window=2 * self.workers):
            if isinstance(done, Poison):
                lost.append(done.item[0])
                self.progress.advance(1, 0)
            else:
                batch, part = done
                whole.merge(part)
                self.progress.advance(len(batch), 0)
        if lost:
            self.places = [place for place in self.places if place not in lost]
        return whole

    def _batches(self) -> Iterator[Sequence[Numbered]]:
        even = len(self.places) // (self.workers * 4) + 1
        size = min(max(even, _SMALLEST_BATCH), _LARGEST_BATCH)
        for start in range(0, len(self.places), size):
            yield SourceBatch(self.sources, self.places[start : start + size])
