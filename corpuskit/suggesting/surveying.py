"""What runs in a worker for `corpuskit suggest`: what recurs in articles, and what selectors take.

Each survey reads and parses its sources anew, so that nothing of them has to be kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from corpuskit.parse_rules import BatchRules
from corpuskit.sources.reading import Numbered
from corpuskit.suggesting.bodies import Body, bodies
from corpuskit.suggesting.boilerplate import Drop, Weight, label_of, without
from corpuskit.suggesting.groups import ArticleGroups
from corpuskit.suggesting.recurring import Tally, address_key, label_key, line_key
from corpuskit.suggesting.rules import MOST_OF_A_LINE
from corpuskit.text import Extraction

MOST_CHARACTERS = 2_000_000
"""That are read of one article for all selectors: 0.6 s, at some 0.3 µs a character. An article of
20 000 characters can have a hundred of the selectors that are weighed."""


@dataclass(frozen=True, slots=True)
class SurveyRules:
    """How articles are read and grouped, and what is dropped of them.

    Attributes:
        width: counters a group.
        drops: the selectors that were chosen so far, on top of the rules.
        recurring: keys of the lines and addresses that may be lost; those of labels do no harm.
        only: by group the keys and selectors that alone are counted, if not all are.
    """

    batch: BatchRules
    groups: ArticleGroups
    width: int
    drops: tuple[Drop, ...] = ()
    recurring: frozenset[int] = frozenset()
    only: Mapping[int, frozenset[int | str]] | None = None


@dataclass(slots=True)
class Group:
    """What was counted in the articles of one group, in each of them once."""

    articles: int
    lines: Tally[int]
    selectors: Tally[str]

    @classmethod
    def of(cls, width: int) -> Group:
        """No articles."""
        return cls(0, Tally(width), Tally(max(1, width // 4)))


@dataclass(slots=True)
class Survey:
    """What was counted in some articles, by group; `culprits` are drops that take too much.

    `characters` are those of all texts, and `dropped` how many of them the drops take; `changed`
    is in how many articles they take any.
    """

    groups: dict[int, Group] = field(default_factory=dict)
    culprits: set[Drop] = field(default_factory=set)
    characters: int = 0
    dropped: int = 0
    changed: int = 0

    def merge(self, other: Survey) -> None:
        """Count what another survey counted in other articles."""
        for number, group in other.groups.items():
            if number not in self.groups:
                self.groups[number] = group
                continue
            own = self.groups[number]
            own.articles += group.articles
            own.lines.merge(group.lines)
            own.selectors.merge(group.selectors)
        self.culprits |= other.culprits
        self.characters += other.characters
        self.dropped += other.dropped
        self.changed += other.changed


class Example(NamedTuple):
    """A line that recurs, in the first article that has it, by its place in the corpus."""

    place: int
    path: str
    line: str


@dataclass(slots=True)
class Weighing:
    """What selectors take of some articles, by selector and group.

    `examples` are lines that recur, by group and key.
    """

    weights: dict[str, dict[int, Weight]] = field(default_factory=dict)
    examples: dict[tuple[int, int], Example] = field(default_factory=dict)

    def merge(self, other: Weighing) -> None:
        """Note what another weighing found in other articles."""
        for selector, weights in other.weights.items():
            own = self.weights.setdefault(selector, {})
            for group, weight in weights.items():
                own.setdefault(group, Weight()).merge(weight)
        for key, example in other.examples.items():
            _keep_first(self.examples, key, example)


def _keep_first(
    examples: dict[tuple[int, int], Example], key: tuple[int, int], example: Example
) -> None:
    examples[key] = min(examples.get(key, example), example)


def survey_batch(rules: SurveyRules, batch: Sequence[Numbered]) -> Survey:
    """Count what recurs in some articles without what is dropped, and hold it to what they say."""
    survey = Survey()
    for body in bodies(rules.batch, rules.groups, batch):
        drops = [drop for drop in rules.drops if drop.holds_in(body.group)]
        selected = [drop.selector for drop in drops]
        extraction = body.extracted(selected)
        if extraction is None:
            continue
        if drops:
            _check(survey, body, drops, extraction, rules.recurring)
        else:
            survey.characters += len(extraction.text)
        group = survey.groups.setdefault(body.group, Group.of(rules.width))
        group.articles += 1
        keys, selectors = _keys(extraction), body.selectors(selected)
        if rules.only is not None:
            only = rules.only.get(body.group, frozenset())
            keys = [key for key in keys if key in only]
            selectors = [selector for selector in selectors if selector in only]
        group.lines.add(keys)
        group.selectors.add(selectors)
    return survey


def weigh_batch(
    rules: SurveyRules, candidates: Sequence[str], batch: Sequence[Numbered]
) -> Weighing:
    """Drop each of some selectors, by itself, from some articles, and see what goes.

    One that was seen to take what it must not is not looked at any further in this batch: what it
    takes besides is of no interest. Nor is one that an article is too long to be read for once
    more: what it takes of that nobody knows.
    """
    weighing = Weighing()
    for body in bodies(rules.batch, rules.groups, batch):
        selected = [drop.selector for drop in rules.drops if drop.holds_in(body.group)]
        before = body.extracted(selected)
        if before is None:
            continue
        for line in lines_of(before):
            label = label_of(line)
            for key, said in ((line_key(line), line), (label_key(label), label)):
                if key in rules.recurring:
                    example = Example(body.place, body.path, said[:MOST_OF_A_LINE])
                    _keep_first(weighing.examples, (body.group, key), example)
        there = {*body.selectors(selected)}
        budget = MOST_CHARACTERS // (len(body.text) + 1)
        for number, selector in enumerate(filter(there.__contains__, candidates)):
            weights = weighing.weights.setdefault(selector, {})
            weight = weights.setdefault(body.group, Weight())
            if number >= budget:
                weight.is_plain = weight.is_labelled = False
            elif weight.is_plain or weight.is_labelled:
                after = body.extracted([*selected, selector], [selector])
                texts = after.captured[selector] if after else ()
                _weigh(weight, before, after, texts, rules.recurring)
    return weighing


def _check(
    survey: Survey,
    body: Body,
    drops: Sequence[Drop],
    after: Extraction,
    recurring: frozenset[int],
) -> None:
    """Hold an article without what is dropped against the article as it is.

    Two selectors, each of which does no harm, can do some together: what stood between two lines
    is gone, and they become one. The first that does so is a culprit.
    """
    before = body.extracted([])
    if before is None:
        return
    labelled = [drop.selector for drop in drops if drop.label]
    own = _captured(body.extracted([], labelled)) if labelled else frozenset()
    survey.characters += len(before.text)
    survey.dropped += len(before.text) - len(after.text)
    survey.changed += before.text != after.text
    if _gone(before, after, recurring, own) is not None:
        return
    selected = [drop.selector for drop in drops]
    for number, drop in enumerate(drops, 1):
        partly = body.extracted(selected[:number])
        if partly is None or _gone(before, partly, recurring, own) is None:
            survey.culprits.add(drop)
            return


def _weigh(
    weight: Weight,
    before: Extraction,
    after: Extraction | None,
    texts: Sequence[str],
    recurring: frozenset[int],
) -> None:
    if after is None:
        weight.is_plain = weight.is_labelled = False
        return
    for text in texts:
        weight.spellings.add(text, len(text), len(text))
    plain = _gone(before, after, recurring, frozenset())
    own = frozenset(texts)
    gone = _gone(before, after, recurring, own) if plain is None else plain
    weight.is_plain = weight.is_plain and plain is not None
    is_apart = gone is not None and not any("\n" in text for text in texts)
    is_alike = not texts or bool(weight.spellings.label)
    # A field has one value: of several elements in one article all but the first would be lost.
    weight.is_labelled = weight.is_labelled and is_apart and is_alike and len(texts) <= 1
    if gone is not None and (gone[0] or gone[1]):
        lines, addresses = gone
        keys = recurring.intersection(map(line_key, lines))
        weight.note(keys, addresses, sum(map(len, lines)))


def _gone(
    before: Extraction, after: Extraction, recurring: frozenset[int], own: frozenset[str]
) -> tuple[list[str], int] | None:
    """The lines and how many addresses `after` lacks; None if there are some that may not go."""
    gone = without(
        lines_of(before), lines_of(after), lambda line: line in own or line_key(line) in recurring
    )
    if gone is None:
        return None
    addresses = Counter(_addresses(before)) - Counter(_addresses(after))
    if any(address_key(address) not in recurring for address in addresses):
        return None
    return gone, sum(addresses.values())


def _captured(extraction: Extraction | None) -> frozenset[str]:
    texts = extraction.captured.values() if extraction else ()
    return frozenset(text for found in texts for text in found)


def _keys(extraction: Extraction) -> list[int]:
    """The keys of the lines, of their labels and of the addresses of an article, each once."""
    lines = dict.fromkeys(lines_of(extraction))
    keys = [line_key(line) for line in lines]
    keys += [label_key(label) for label in dict.fromkeys(map(label_of, lines)) if label]
    return keys + [address_key(address) for address in dict.fromkeys(_addresses(extraction))]


def lines_of(extraction: Extraction) -> list[str]:
    """The lines of a text; there is no empty one but between those of code."""
    return [line for line in extraction.text.split("\n") if line]


def _addresses(extraction: Extraction) -> list[str]:
    return [*extraction.links, *extraction.images]
