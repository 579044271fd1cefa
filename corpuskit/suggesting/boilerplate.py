"""Which selectors drop what recurs and nothing else; pure, on what surveys of a corpus counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from corpuskit.suggesting.selectors import rank

_LABEL = re.compile(r"\D{1,20}?[:：]")
"""What stands before a value: a few characters without digits, up to the first colon."""
_LONGEST_LABELLED = 100
"""Characters of a line that is a label and its value; what is longer is a sentence."""


def label_of(line: str) -> str:
    """What a line of a label and a value begins with, "" if it is none."""
    found = _LABEL.match(line) if len(line) <= _LONGEST_LABELLED else None
    value = line[found.end() :].strip() if found else ""
    return found[0] if found and value and not value.startswith("//") else ""


class Drop(NamedTuple):
    """A selector that is to be dropped.

    Attributes:
        selector: CSS.
        group: the group of articles that it is for, None for all.
        label: what the lines that it drops begin with, if they differ after that and are to be
            captured; "" if they recur as they are.
    """

    selector: str
    group: int | None = None
    label: str = ""

    def holds_in(self, group: int) -> bool:
        """Whether it is for the articles of a group."""
        return self.group is None or self.group == group


def without(
    old: Sequence[str], new: Sequence[str], may_go: Callable[[str], bool]
) -> list[str] | None:
    """The lines of `old` that are not in `new`; None if that takes one that may not go.

    Nor may a line come, change or move. Equal lines are alike in whether they may go: so it is
    enough to match each line with the first that fits.
    """
    gone, at = [], 0
    for line in old:
        if at < len(new) and new[at] == line:
            at += 1
        elif may_go(line):
            gone.append(line)
        else:
            return None
    return gone if at == len(new) else None


@dataclass(slots=True)
class Spellings:
    """What is alike in the texts of the elements that a selector matches.

    Attributes:
        start: what all of them begin with, None before the first.
        shortest, longest: characters.
    """

    start: str | None = None
    shortest: int = 0
    longest: int = 0

    def add(self, start: str, shortest: int, longest: int) -> None:
        """Note one text, or what is alike in several."""
        if self.start is None:
            self.start, self.shortest, self.longest = start, shortest, longest
            return
        self.start = _common(self.start, start)
        self.shortest, self.longest = min(self.shortest, shortest), max(self.longest, longest)

    @property
    def label(self) -> str:
        """What stands before a value in each of them, or "" if there is no such thing."""
        found = _LABEL.match(self.start or "")
        return found[0] if found and self.longest <= _LONGEST_LABELLED else ""

    @property
    def differ(self) -> bool:
        """Whether they are not all the same."""
        return self.start is not None and len(self.start) < self.longest


def _common(one: str, other: str) -> str:
    most = min(len(one), len(other))
    differing = (n for n in range(most) if one[n] != other[n])
    return one[: next(differing, most)]


@dataclass(slots=True)
class Weight:
    """What dropping one selector does to the articles of one group.

    Attributes:
        articles: how many lose something.
        lines: how many of them lose each recurring line, by its key.
        addresses: how many addresses of links and images go.
        characters: of the lines that go.
        is_plain: whether nothing goes but what recurs, in any article.
        is_labelled: whether nothing goes but that and the lines that the elements are.
        spellings: of those elements.
    """

    articles: int = 0
    lines: dict[int, int] = field(default_factory=dict)
    addresses: int = 0
    characters: int = 0
    is_plain: bool = True
    is_labelled: bool = True
    spellings: Spellings = field(default_factory=Spellings)

    def note(self, lines: Iterable[int], addresses: int, characters: int) -> None:
        """Note what goes of one article."""
        self.articles += 1
        self.addresses += addresses
        self.characters += characters
        for line in lines:
            self.lines[line] = self.lines.get(line, 0) + 1

    def merge(self, other: Weight) -> None:
        """Note what another weighing found in other articles of the group."""
        self.articles += other.articles
        self.addresses += other.addresses
        self.characters += other.characters
        self.is_plain = self.is_plain and other.is_plain
        self.is_labelled = self.is_labelled and other.is_labelled
        for line, count in other.lines.items():
            self.lines[line] = self.lines.get(line, 0) + count
        alike = other.spellings
        if alike.start is not None:
            self.spellings.add(alike.start, alike.shortest, alike.longest)


Weights = Mapping[str, Mapping[int, Weight]]
"""By selector and group; there is no weight where no element matches."""


def choose(
    weights: Weights,
    recurring: Mapping[int, Mapping[int, int]],
    least: Mapping[int, int],
    nameable: Collection[int],
) -> list[Drop]:
    """The selectors to drop, those first that take most.

    Args:
        weights: of all selectors that may be chosen.
        recurring: by group how many articles have each line that recurs in it.
        least: by group in how many articles a selector has to do something.
        nameable: the groups that rules can be made for.

    Returns:
        Selectors that take nothing but what recurs; then, for each label, one that takes the lines
        that begin so.
    """
    usable = [
        drop
        for selector in sorted(weights)
        for drop in _scopes(selector, weights[selector], nameable)
        if _is_frequent(weights[selector], least, drop)
    ]
    plain = _covering([drop for drop in usable if not drop.label], weights, recurring)
    return [*plain, *_labelled([drop for drop in usable if drop.label], weights)]


def is_safe(weights: Iterable[Weight]) -> bool:
    """Whether a selector takes nothing, in any group, but what recurs or stands after a label."""
    return _in_all(list(weights)) is not None


def _in_all(weights: Sequence[Weight]) -> str | None:
    """The label of a selector that is safe in some groups, "" without one; None if it is not."""
    if all(weight.is_plain for weight in weights):
        return ""
    alike = Spellings()
    for weight in weights:
        if weight.spellings.start is not None:
            alike.add(weight.spellings.start, weight.spellings.shortest, weight.spellings.longest)
    is_labelled = all(weight.is_labelled for weight in weights)
    return alike.label or None if is_labelled and alike.differ else None


def _scopes(selector: str, weights: Mapping[int, Weight], nameable: Collection[int]) -> list[Drop]:
    """A selector for all articles if that is safe, else for those groups in which it is."""
    label = _in_all(list(weights.values()))
    if label is not None:
        return [Drop(selector, None, label)]
    own = [(group, _in_all([weight])) for group, weight in sorted(weights.items())]
    return [Drop(selector, g, label) for g, label in own if g in nameable and label is not None]


def _is_frequent(weights: Mapping[int, Weight], least: Mapping[int, int], drop: Drop) -> bool:
    return any(drop.holds_in(g) and w.articles >= least[g] for g, w in weights.items())


def _covering(
    drops: list[Drop], weights: Weights, recurring: Mapping[int, Mapping[int, int]]
) -> list[Drop]:
    """Of selectors that are safe, few that take all that any of them take.

    The best is taken first, again and again. What one gains only becomes less, so that one whose
    gain is still what it was when it was the best of all is that.
    """
    left = {g: dict(lines) for g, lines in recurring.items()}
    chosen: list[Drop] = []
    waiting = [(_worse(_gain(drop, weights, left), drop), drop) for drop in drops]
    heapify(waiting)
    while waiting:
        known, best = heappop(waiting)
        gain = _gain(best, weights, left)
        if not gain[0]:
            continue
        if (now := _worse(gain, best)) != known:
            heappush(waiting, (now, best))
            continue
        chosen.append(best)
        for group, weight in weights[best.selector].items():
            if best.holds_in(group):
                for line, count in weight.lines.items():
                    still = left.get(group, {})
                    if line in still:
                        still[line] = max(0, still[line] - count)
    return chosen


def _gain(drop: Drop, weights: Weights, left: Mapping[int, Mapping[int, int]]) -> tuple[int, int]:
    """How many recurring lines that are left it takes, and how many addresses."""
    lines = addresses = 0
    for group, weight in weights[drop.selector].items():
        if drop.holds_in(group):
            still = left.get(group, {})
            lines += sum(min(n, still.get(line, 0)) for line, n in weight.lines.items())
            addresses += weight.addresses
    return lines, addresses


def _worse(gain: tuple[int, int], drop: Drop) -> tuple[object, ...]:
    group = -1 if drop.group is None else drop.group
    return -gain[0], -gain[1], *rank(drop.selector), group


def _labelled(drops: list[Drop], weights: Weights) -> list[Drop]:
    best: dict[tuple[str, int | None], tuple[tuple[object, ...], Drop]] = {}
    for drop in drops:
        own = [w for g, w in weights[drop.selector].items() if drop.holds_in(g)]
        gain = sum(w.articles for w in own), sum(w.addresses for w in own)
        key = (drop.label, drop.group)
        best[key] = min(best.get(key, (_worse(gain, drop), drop)), (_worse(gain, drop), drop))
    return [drop for _, drop in sorted(best.values())]
