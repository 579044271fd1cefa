"""Progress on stderr: a bar on a terminal, a line now and then elsewhere, nothing when quiet."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from corpuskit.cli.output import is_capable_terminal, note, wants_colour
from corpuskit.progress import Progress, Stage

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

EVERY_SECONDS = 5.0
"""Between two lines; a run that ends before the first of them prints none."""

_SLOWEST_SHOWN = 50_000
"""Bytes a second; less would read `0.0 MB/s`, as it does while workers still import."""

_WORDS: dict[Stage, tuple[str, str]] = {
    "discover": ("finding files", "files"),
    "parse": ("reading", "files"),
    "plan": ("ordering", "rows"),
    "write": ("writing", "rows"),
    "publish": ("publishing", "files"),
}


class StageProgress(Progress):
    """Counts what is done of the stage that a run is at; subclasses show it.

    `size` is in bytes, `now` in seconds. The first stage is there before it is announced, so that
    an early Ctrl-C has one to name.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.current: Stage = "discover"
        self._keeps = False
        self._now = now
        self._restart(None)

    def stage(self, name: Stage, total: int | None = None) -> None:
        """Count anew."""
        self.current = name
        self._restart(total)
        self.changed()

    def advance(self, count: int, size: int) -> None:
        """Count on."""
        self.done += count
        self.size += size
        self.changed()

    def keeping(self) -> None:
        """Remember it."""
        self._keeps = True

    def changed(self) -> None:
        """Called after every change."""

    @property
    def doing(self) -> str:
        """What the stage does, for people."""
        return _WORDS[self.current][0]

    @property
    def figures(self) -> str:
        """`1,204 of 7,976 files, 45.1 MB/s, 0:12 left`, as far as it is known."""
        if self.total is None:
            return ""
        parts = [f"{self.done:,} of {self.total:,} {_WORDS[self.current][1]}"]
        seconds = self._now() - self._began
        if seconds and self.size / seconds >= _SLOWEST_SHOWN:
            parts.append(f"{self.size / seconds / 1e6:.1f} MB/s")
        if self.done and seconds:
            parts.append(f"{duration((self.total - self.done) * seconds / self.done)} left")
        return ", ".join(parts)

    @property
    def cached(self) -> str:
        """`61 %` or `all`: how much later builds need not parse again; "" where that is nothing."""
        if not self._keeps or self.current == "discover":
            return ""
        if self.current != "parse" or self.done == self.total:
            return "all"
        # Rounded down: what is not kept is not promised.
        percent = 100 * self.done // self.total if self.total else 0
        return f"{percent} %" if percent else ""

    def _restart(self, total: int | None) -> None:
        self.total, self.done, self.size = total, 0, 0
        self._began = self._now()


class LineProgress(StageProgress):
    """Says a line at the first event after each `every` seconds."""

    def __init__(
        self,
        say: Callable[[str], None] = note,
        now: Callable[[], float] = time.monotonic,
        every: float = EVERY_SECONDS,
    ) -> None:
        super().__init__(now)
        self._say, self._every, self._said = say, every, now()

    def changed(self) -> None:
        """Say a line if it is time for one."""
        if self._now() - self._said >= self._every:
            self._said = self._now()
            self._say(": ".join(filter(None, (self.doing, self.figures))))


class BarProgress(StageProgress):
    """One bar, of the stage that runs."""

    def __init__(self, bars: Bars) -> None:
        super().__init__()
        self._bars = bars
        self._task = bars.add_task(self.doing, total=None, figures="")

    def stage(self, name: Stage, total: int | None = None) -> None:
        """Begin the bar anew; it pulses while the total is unknown."""
        self._bars.reset(self._task, total=total)
        super().stage(name, total)

    def changed(self) -> None:
        """Move the bar."""
        self._bars.update(
            self._task, completed=self.done, description=self.doing, figures=self.figures
        )


@contextmanager
def progress_on_stderr(*, quiet: bool) -> Iterator[StageProgress]:
    """Show progress as stderr allows it, until the run ends."""
    if quiet:
        yield StageProgress()
    elif is_capable_terminal(sys.stderr):
        with _bars() as bars:
            yield BarProgress(bars)
    else:
        yield LineProgress()


def duration(seconds: float) -> str:
    """`0:07`, `12:30`, `3:00:00`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _bars() -> Bars:
    from rich.console import Console  # noqa: PLC0415 - rich takes 0.1 s, for a terminal alone
    from rich.progress import BarColumn, TextColumn  # noqa: PLC0415
    from rich.progress import Progress as Bars  # noqa: PLC0415

    return Bars(
        TextColumn("{task.description:<13}"),
        BarColumn(),
        TextColumn("{task.fields[figures]}"),
        console=Console(stderr=True, no_color=not wants_colour(sys.stderr)),
        transient=True,
    )
