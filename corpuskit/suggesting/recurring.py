"""How often things recur, counted in bounded memory: what is frequent is never missed.

Misra and Gries, "Finding repeated elements" (1982), in the form that merges: Agarwal et al.,
"Mergeable summaries" (PODS 2012). Which counters are left depends on the order in which things
come, what the counts are good for does not: see `Tally.bound`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Tally(Generic[T]):
    """Counts of things, of the most frequent ones at least.

    Attributes:
        width: how many counters are kept; twice as many are there at most.
        total: how many things were counted.
        error: by how much a count may be too low, never more than `bound`; 0 while every
            different thing has its counter.
    """

    __slots__ = ("_counts", "error", "total", "width")

    def __init__(self, width: int) -> None:
        """Begin with nothing; `width` is at least 1."""
        self.width = width
        self.total = 0
        self.error = 0
        self._counts: dict[T, int] = {}

    @property
    def bound(self) -> int:
        """The most by which a count can be too low, whatever the order things came in.

        What was counted more often than this has a counter.
        """
        return self.total // (self.width + 1)

    def add(self, things: Iterable[T]) -> None:
        """Count each of some things once."""
        counts, limit = self._counts, 2 * self.width
        for thing in things:
            self.total += 1
            counts[thing] = counts.get(thing, 0) + 1
            if len(counts) > limit:
                self._shrink()
                counts = self._counts

    def merge(self, other: Tally[T]) -> None:
        """Count all that another tally of the same width counted."""
        self.total += other.total
        self.error += other.error
        for thing, count in other._counts.items():
            self._counts[thing] = self._counts.get(thing, 0) + count
        if len(self._counts) > 2 * self.width:
            self._shrink()

    def at_least(self, least: int) -> Iterator[tuple[T, int]]:
        """The things that may have been counted so often, with what is known of their counts.

        All that were are there, if `least` is above `bound`. In no order.
        """
        floor = least - self.error
        return ((thing, count) for thing, count in self._counts.items() if count >= floor)

    def _shrink(self) -> None:
        """Take as much from each counter as leaves no more than `width` of them."""
        cut = sorted(self._counts.values(), reverse=True)[self.width]
        self._counts = {thing: n - cut for thing, n in self._counts.items() if n > cut}
        self.error += cut


def says_something(line: str) -> bool:
    """Whether a line is more than the brackets and rules that code and tables are full of."""
    return any(char.isalnum() for char in line)


def line_key(line: str) -> int:
    """64 bits that stand for a line of text."""
    return _digest(line, b"line")


def label_key(label: str) -> int:
    """64 bits that stand for what lines of text begin with."""
    return _digest(label, b"label")


def address_key(address: str) -> int:
    """64 bits that stand for the address of a link or an image."""
    return _digest(address, b"address")


def _digest(text: str, person: bytes) -> int:
    hashed = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8, person=person)
    return int.from_bytes(hashed.digest(), "big")
