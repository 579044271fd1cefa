"""What was measured, and how it is kept as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.chunks import Difference


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one contender: seconds by the clock and of all processors, bytes at the peak.

    `phases` are the seconds of a build's stages, where it was asked for them.
    """

    seconds: float
    processor: float
    peak: int
    rows: int
    phases: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measured:
    """All runs on a corpus of `articles` files and `size` bytes: contender → runs, by round."""

    articles: int
    size: int
    runs: Mapping[str, Sequence[Run]]


@dataclass(frozen=True, slots=True)
class Results:
    """A whole measurement: what it ran on, what was measured, what each change made new."""

    machine: Mapping[str, str]
    measured: Sequence[Measured]
    new_bytes: Mapping[str, Difference]


def save(results: Results, path: Path) -> None:
    """Write them as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(results), indent=1, ensure_ascii=False)
    path.write_text(f"{text}\n", "utf-8")


def load(path: Path) -> Results:
    """Read what `save` wrote."""
    found = json.loads(path.read_text("utf-8"))
    return Results(
        machine=found["machine"],
        measured=[
            Measured(
                one["articles"],
                one["size"],
                {name: [Run(**run) for run in runs] for name, runs in one["runs"].items()},
            )
            for one in found["measured"]
        ],
        new_bytes={name: Difference(**bytes_) for name, bytes_ in found["new_bytes"].items()},
    )
