"""The Merkle root of a build's sources, made while something else goes on."""

from __future__ import annotations

from collections.abc import Callable

from corpuskit.executors import Submits, meanwhile
from corpuskit.identity import merkle_root, root_of_parts
from corpuskit.leaves import Leaves

_PART = 1 << 16
"""Leaves that one worker hashes at a time: some 9 MB to send, and 0.1 s."""


class SourceRoot:
    """The root of the sources as they were when they were read last."""

    def __init__(self, executor: Submits) -> None:
        """Take what runs it: workers that are idle."""
        self._executor = executor
        self._leaves: Leaves | None = None
        self._parts: list[Callable[[], str]] = []

    def begin(self, leaves: Leaves) -> None:
        """Begin with these, for now; what was begun before may be for nothing."""
        if self._leaves is not None and _same(leaves, self._leaves):
            return
        self._leaves = leaves
        parts = [leaves.part(start, _PART) for start in range(0, len(leaves), _PART)]
        self._parts = [meanwhile(self._executor, merkle_root, part) for part in parts]

    def value(self) -> str:
        """The root of those that were begun with last, in hexadecimal."""
        assert self._leaves is not None, "it has begun"
        return root_of_parts(part() for part in self._parts)


def _same(one: Leaves, other: Leaves) -> bool:
    return bool(one.sha256.equals(other.sha256) and one.paths.equals(other.paths))
