"""Where the time of a run went, stage by stage."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from corpuskit.progress import Progress, Stage

Phase: TypeAlias = Literal["start", "whole"] | Stage
"""A stage, what comes before the first of them, or all of it."""


@dataclass(frozen=True, slots=True)
class StageProfile:
    """What a phase took.

    `count` is how many sources came through it, of `write` how many rows, and 0 where nobody
    counts. `bytes` are those of the sources that were read and parsed, and not of those that a
    cache knew.
    """

    stage: Phase
    seconds: float = 0.0
    count: int = 0
    bytes: int = 0

    @property
    def unit(self) -> Literal["sources", "rows"]:
        """What is counted."""
        return "rows" if self.stage == "write" else "sources"

    @property
    def per_second(self) -> float | None:
        """Sources or rows a second; None where none are counted."""
        return _ratio(self.count, self.seconds)

    @property
    def bytes_per_second(self) -> float | None:
        """Bytes of sources a second; None where none are read."""
        return _ratio(self.bytes, self.seconds)


@dataclass(frozen=True, slots=True)
class Profile:
    """Where the time went: the phases in the order in which they began, and how many sources.

    A build that has to begin again, for its cache was damaged, has each stage once, with the time
    of all its turns.
    """

    stages: tuple[StageProfile, ...]
    sources: int

    @property
    def whole(self) -> StageProfile:
        """All phases together, as one."""
        return StageProfile(
            "whole",
            sum(stage.seconds for stage in self.stages),
            self.sources,
            sum(stage.bytes for stage in self.stages),
        )

    def share(self, stage: StageProfile) -> float:
        """The part of the whole time that a phase took, from 0 to 1."""
        return _ratio(stage.seconds, self.whole.seconds) or 0.0

    def microseconds_a_source(self, stage: StageProfile) -> float | None:
        """What a phase took for each source; None of the start, which no source makes longer."""
        return None if stage.stage == "start" else _ratio(1e6 * stage.seconds, self.sources)


@dataclass(slots=True)
class _Turn:
    """A phase that has begun, and what has come through it so far."""

    stage: Phase
    began: float
    count: int = 0
    size: int = 0


class Profiler(Progress):
    """Takes the time of one run's stages, and passes all that it hears on.

    The start is counted from when this is made.
    """

    def __init__(
        self, heard_by: Progress | None = None, now: Callable[[], float] = time.perf_counter
    ) -> None:
        """Begin with the start; `now` is in seconds."""
        self._heard_by = heard_by or Progress()
        self._now = now
        self._turns = [_Turn("start", now())]
        self._ended: float | None = None

    def stage(self, name: Stage, total: int | None = None) -> None:
        """Note when it begins."""
        self._turns.append(_Turn(name, self._now()))
        self._heard_by.stage(name, total)

    def advance(self, count: int, size: int) -> None:
        """Add to what came through the stage."""
        turn = self._turns[-1]
        turn.count += count
        turn.size += size
        self._heard_by.advance(count, size)

    def keeping(self) -> None:
        """Pass it on."""
        self._heard_by.keeping()

    def end(self) -> None:
        """Note when the run was over."""
        self._ended = self._now()
        self._heard_by.end()

    @property
    def profile(self) -> Profile:
        """Where the time went until the end of the run, or until now if it has not ended."""
        until = self._now() if self._ended is None else self._ended
        ends = [*(turn.began for turn in self._turns[1:]), until]
        stages: dict[Phase, StageProfile] = {}
        for turn, end in zip(self._turns, ends, strict=True):
            so_far = stages.get(turn.stage, StageProfile(turn.stage))
            stages[turn.stage] = StageProfile(
                turn.stage,
                so_far.seconds + end - turn.began,
                so_far.count + turn.count,
                so_far.bytes + turn.size,
            )
        found = (turn.count for turn in reversed(self._turns) if turn.stage == "discover")
        return Profile(tuple(stages.values()), next(found, 0))


def _ratio(over: float, under: float) -> float | None:
    """Nothing of nothing, and of what was too quick for the clock."""
    return over / under if over and under else None
