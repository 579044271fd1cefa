"""How alike two texts are: F1 of their runs of five characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from statistics import fmean

GRAM = 5


def f1(text: str, other: str) -> float:
    """The F1 of the runs of `GRAM` characters, each as often as it occurs; 1 for two empty texts.

    It is the harmonic mean of the shares of either text's runs that the other has.
    """
    left, right = _grams(text), _grams(other)
    return 2 * (left & right).total() / (left.total() + right.total())


def _grams(text: str) -> Counter[str]:
    return Counter(text[i : i + GRAM] for i in range(max(1, len(text) - GRAM + 1)))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that should be one, and the name of what they were made of."""

    name: str
    text: str
    other: str

    def difference(self) -> str:
        """The lines in which they differ."""
        lines = (self.text.split("\n"), self.other.split("\n"))
        return "\n".join([*unified_diff(*lines, lineterm="", n=0)][2:])


@dataclass(frozen=True, slots=True)
class Likeness:
    """What was found of some pairs: `least` is the F1 of the worst of them."""

    pairs: int
    mean: float
    least: float
    differing: int
    worst: Sequence[Pair]


def likeness(pairs: Sequence[Pair], shown: int) -> Likeness:
    """How alike n ≥ 1 pairs are, with those that differ most, at most `shown` of them."""
    scores = [f1(pair.text, pair.other) for pair in pairs]
    ranked = sorted(range(len(pairs)), key=lambda i: scores[i])
    differing = [i for i in ranked if pairs[i].text != pairs[i].other]
    return Likeness(
        len(pairs),
        fmean(scores),
        min(scores),
        len(differing),
        [pairs[i] for i in differing[:shown]],
    )
