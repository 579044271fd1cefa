"""Where the time of a build went, for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from corpuskit import Profile, StageProfile

_HEADS = ("stage", "s", "share", "a second", "MB/s", "µs a source")
_MILLISECONDS_BELOW = 10.0
"""Seconds of a build from which on hundredths are enough."""


def profiled(profile: Profile) -> Iterator[str]:
    """A table: a line a stage, and one of the whole."""
    rows = [_HEADS, *(_cells(profile, stage) for stage in (*profile.stages, profile.whole))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, (name, *figures) in enumerate(rows):
        aligned = (f"{cell:>{width}}" for cell, width in zip(figures, widths[1:], strict=True))
        line = "  ".join([f"    {name:<{widths[0]}}", *aligned]).rstrip()
        yield line if number else click.style(line, bold=True)


def _cells(profile: Profile, stage: StageProfile) -> tuple[str, ...]:
    digits = 3 if profile.whole.seconds < _MILLISECONDS_BELOW else 2
    return (
        stage.stage,
        f"{stage.seconds:.{digits}f}",
        f"{100 * profile.share(stage):.0f} %",
        f"{stage.per_second:,.0f} {stage.unit:<7}" if stage.per_second else "",
        _tenths(stage.bytes_per_second and stage.bytes_per_second / 1e6),
        _tenths(profile.microseconds_a_source(stage)),
    )


def _tenths(figure: float | None) -> str:
    return f"{figure:,.1f}" if figure is not None else ""
