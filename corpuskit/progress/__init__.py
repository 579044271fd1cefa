"""How a build tells what it is at; the library is silent, the command line is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

Stage: TypeAlias = Literal["discover", "parse", "plan", "write", "publish"]

Advance: TypeAlias = Callable[[int, int], None]
"""Called with how many more are done since the last call, and their bytes where some are read."""


class Progress:
    """Hears of a build's stages; this one ignores them, subclasses show them."""

    def stage(self, name: Stage, total: int | None = None) -> None:
        """A stage begins; `total` is its number of sources or rows, where that is known."""

    def advance(self, count: int, size: int) -> None:
        """`count` more of the stage's total are done, of `size` bytes where bytes are read."""

    def keeping(self) -> None:
        """From now on, what the stage `parse` has done is kept for later builds."""

    def end(self) -> None:
        """The run is over, however it ended; not called where an exception ends it."""
