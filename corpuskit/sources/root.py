"""The Merkle root of a build's sources, made while something else goes on."""

from __future__ import annotations

from collections.abc import Callable

from corpuskit.executors import Submits, meanwhile
from corpuskit.identity import merkle_root
from corpuskit.leaves import Leaves

_MOST_LEAVES_SENT = 250_000
"""Some 35 MB; there are three copies of that while they are sent."""


class SourceRoot:
    """The root of the sources as they were when they were read last."""

    def __init__(self, executor: Submits) -> None:
        """Take what runs it: a worker that is idle, if it is not too much to send."""
        self._executor = executor
        self._leaves: Leaves | None = None
        self._root: Callable[[], str] | None = None

    def begin(self, leaves: Leaves) -> None:
        """Begin with these, for now; what was begun before may be for nothing."""
        if self._leaves is not None and _same(leaves, self._leaves):
            return
        self._leaves = leaves
        if len(leaves) > _MOST_LEAVES_SENT:
            self._root = lambda: merkle_root(leaves)
        else:
            self._root = meanwhile(self._executor, merkle_root, leaves)

    def value(self) -> str:
        """The root of those that were begun with last, in hexadecimal."""
        assert self._root is not None, "it has begun"
        return self._root()


def _same(one: Leaves, other: Leaves) -> bool:
    return bool(one.sha256.equals(other.sha256) and one.paths.equals(other.paths))
