"""`[dedup] near`: what is nearly the same text, and how many bytes an article that takes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import comb
from typing import Literal, NamedTuple

NearAction = Literal["report", "drop"]

NEAR_DUPLICATE = "near_duplicate"
"""What `[splits] group` calls it, where it is no field of the schema."""

LEAST_SHINGLES = 100
"""A text of fewer is compared with none: two weather reports of 90 characters of which three digits
differ share nine tenths of their shingles, and are two reports."""

MAX_CHARS = 1_000_000
"""A longer text is compared with none, for its shingles would take 8 MB and more."""

VALUES = 128
"""How many numbers a signature has, each a byte."""

LEAST_THRESHOLD = 0.5
"""Below it two texts are not nearly the same, and most pairs of a site would be compared."""

_MOST_MISSED = 0.001
_MOST_UNSAID = 0.01


class Bands(NamedTuple):
    """How the values of a signature are put together: `width` of them in each of so many bands.

    Texts that share a band are compared.
    """

    number: int
    width: int


@dataclass(frozen=True, slots=True)
class NearRules:
    """`[dedup] near`: the Jaccard index of two texts from which on they are near duplicates."""

    threshold: float = 0.85
    action: NearAction = "report"

    @property
    def least_agreeing(self) -> int:
        """How many values two texts agree in at least that may be near.

        Four standard deviations of so many tries below the threshold: 1 in 30,000 agrees in fewer.
        """
        spread = (VALUES * self.threshold * (1 - self.threshold)) ** 0.5
        return int(VALUES * self.threshold - 4 * spread)

    @property
    def bands(self) -> Bands:
        """The widest bands, so the fewest comparisons, that miss one in 1 000 at the threshold."""
        return next(
            bands
            for width in range(VALUES, 0, -1)
            if self.missed(bands := Bands(VALUES // width, width)) <= _MOST_MISSED
        )

    @property
    def least_shared(self) -> int:
        """How many bands 99 of 100 pairs at the threshold share at the least; one, or more."""
        number, width = self.bands
        share = self.threshold**width
        shares = [comb(number, n) * share**n * (1 - share) ** (number - n) for n in range(number)]
        fewer = accumulate(shares)
        return max(1, sum(1 for missed in fewer if missed <= _MOST_UNSAID))

    def missed(self, bands: Bands) -> float:
        """The share of pairs at the threshold without a band in common (Leskovec, MMDS 3.4)."""
        return float((1 - self.threshold**bands.width) ** bands.number)
