"""A corpus on disk that can be changed in the ways that are measured, and changed back."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import generate


@dataclass(frozen=True, slots=True)
class Corpus:
    """The first articles of a seed below `root`; `paths` are in the order of their numbers."""

    root: Path
    seed: int
    paths: tuple[Path, ...]
    size: int

    @contextmanager
    def edited(self, numbers: Iterable[int], mark: str) -> Iterator[None]:
        """Add a paragraph to those articles, and take it away again.

        `mark` is in the paragraph: text that was there before is in a cache.
        """
        before = {self.paths[n]: self.paths[n].read_bytes() for n in numbers}
        paragraph = f"\n<p>Correction {mark}: the harbour master is not amused.</p>\n".encode()
        try:
            for path, data in before.items():
                path.write_bytes(data + paragraph)
            yield
        finally:
            for path, data in before.items():
                path.write_bytes(data)

    @contextmanager
    def appended(self, share: float, turn: int) -> Iterator[None]:
        """Add articles newer than all others, other ones each turn, and take them away again."""
        count = self.part(share)
        first = len(self.paths) + turn * count
        paths = generate.write(self.root, self.seed, range(first, first + count), newer=True)
        try:
            yield
        finally:
            for path in paths:
                path.unlink()

    def newest(self, share: float) -> list[int]:
        """The numbers of the newest articles."""
        return generate.newest(self.seed, len(self.paths), share)

    def picked(self, count: int, turn: int) -> list[int]:
        """The numbers of some articles at random, others each turn."""
        chance = random.Random(f"{self.seed}/picked/{turn}")
        return chance.sample(range(len(self.paths)), count)

    def part(self, share: float) -> int:
        """How many articles a share is; at least one."""
        return max(1, round(len(self.paths) * share))


def make_corpus(root: Path, seed: int, count: int) -> Corpus:
    """Write a corpus of that many articles."""
    paths = generate.write_corpus(root, seed, count)
    return Corpus(root, seed, tuple(paths), sum(path.stat().st_size for path in paths))
