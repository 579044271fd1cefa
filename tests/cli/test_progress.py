"""Progress lines, on a clock that the test turns."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from corpuskit.cli.progress import BarProgress, LineProgress, duration


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        """Seconds since some moment."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_line_is_said_every_few_seconds(clock: Clock) -> None:
    said: list[str] = []
    progress = LineProgress(said.append, clock, every=5)
    progress.stage("parse", 1000)
    for _ in range(4):
        clock.seconds += 2
        progress.advance(100, 4_000_000)
    assert said == ["reading: 300 of 1,000 files, 2.0 MB/s, 0:14 left"]


def test_a_short_run_says_nothing(clock: Clock) -> None:
    said: list[str] = []
    progress = LineProgress(said.append, clock, every=5)
    progress.stage("discover")
    clock.seconds += 4
    progress.stage("parse", 10)
    progress.advance(10, 1000)
    assert said == []


def test_a_stage_of_unknown_size_is_named_alone(clock: Clock) -> None:
    said: list[str] = []
    progress = LineProgress(said.append, clock, every=5)
    clock.seconds += 6
    progress.stage("plan")
    assert said == ["ordering"]


def test_figures_begin_anew_with_a_stage(clock: Clock) -> None:
    said: list[str] = []
    progress = LineProgress(said.append, clock, every=5)
    progress.stage("parse", 10)
    progress.advance(10, 1000)
    progress.stage("write", 8)
    clock.seconds += 8
    progress.advance(4, 0)
    assert said == ["writing: 4 of 8 rows, 0:08 left"]


def test_a_bar_shows_the_stage_and_its_figures() -> None:
    screen = io.StringIO()
    console = Console(file=screen, width=120)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[figures]}"))
    bars = Progress(*columns, console=console, auto_refresh=False)
    progress = BarProgress(bars)
    progress.stage("parse", 2000)
    progress.advance(1500, 10)
    console.print(bars.get_renderable())
    assert "reading" in screen.getvalue()
    assert "1,500 of 2,000 files" in screen.getvalue()


def test_a_bar_begins_anew_with_a_stage() -> None:
    bars = Progress(console=Console(file=io.StringIO()), auto_refresh=False)
    progress = BarProgress(bars)
    progress.stage("parse", 2000)
    progress.advance(2000, 10)
    progress.stage("write", 7)
    (task,) = bars.tasks
    assert (task.completed, task.total, task.finished) == (0, 7, False)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "0:00"), (7, "0:07"), (750, "12:30"), (10800, "3:00:00")]
)
def test_durations_are_minutes_and_seconds(seconds: float, said: str) -> None:
    assert duration(seconds) == said
