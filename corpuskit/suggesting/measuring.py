"""What runs in a worker to say why a line that recurs has no rule: what selectors would lose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from corpuskit.sources.reading import Numbered
from corpuskit.suggesting.bodies import bodies
from corpuskit.suggesting.recurring import line_key
from corpuskit.suggesting.surveying import MOST_CHARACTERS, SurveyRules


class Loss(NamedTuple):
    """In how many articles a selector matches lines that do not recur, and their characters."""

    articles: int = 0
    characters: int = 0


@dataclass(slots=True)
class Measured:
    """What selectors match that does not recur, and what does.

    `holders` tell by group and key of a line how many articles have it in elements of a selector.
    """

    losses: dict[str, Loss] = field(default_factory=dict)
    holders: dict[tuple[int, int], Counter[str]] = field(default_factory=dict)

    def merge(self, other: Measured) -> None:
        """Note what was measured in other articles."""
        for selector, loss in other.losses.items():
            self.add(selector, loss)
        for key, counts in other.holders.items():
            self.holders.setdefault(key, Counter()).update(counts)

    def add(self, selector: str, loss: Loss) -> None:
        """Note what a selector matches in some articles."""
        articles, characters = self.losses.get(selector, Loss())
        self.losses[selector] = Loss(articles + loss.articles, characters + loss.characters)

    def nearest(self, group: int, key: int, least: int) -> tuple[str, Loss] | None:
        """Of the selectors with a line in at least so many articles, that which loses least."""
        counts = self.holders.get((group, key), Counter[str]())
        found = sorted(
            (self.losses[s].characters, -count, s) for s, count in counts.items() if count >= least
        )
        return (found[0][2], self.losses[found[0][2]]) if found else None


def measure_batch(
    rules: SurveyRules,
    candidates: Sequence[str],
    keys: Mapping[int, frozenset[int]],
    batch: Sequence[Numbered],
) -> Measured:
    """See what the elements of some selectors say, and which have the lines with some keys."""
    measured = Measured()
    for body in bodies(rules.batch, rules.groups, batch):
        selected = [drop.selector for drop in rules.drops if drop.holds_in(body.group)]
        there = {*body.selectors(selected)}
        budget = MOST_CHARACTERS // (len(body.text) + 1)
        looked_at = [selector for selector in candidates if selector in there][:budget]
        extraction = body.extracted(selected, looked_at) if looked_at else None
        wanted = keys.get(body.group, frozenset())
        for selector, texts in (extraction.captured if extraction else {}).items():
            lines = [(line_key(line), line) for text in texts for line in text.split("\n") if line]
            own = sum(len(line) for key, line in lines if key not in rules.recurring)
            measured.add(selector, Loss(int(own > 0), own))
            for key in {key for key, _ in lines} & wanted:
                measured.holders.setdefault((body.group, key), Counter())[selector] += 1
    return measured
