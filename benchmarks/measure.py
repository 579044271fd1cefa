"""Running commands, in turn and in rounds, with an eye on the clock and on memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from benchmarks.results import Run

SAMPLE_SECONDS = 0.05

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to do the work.

    `turn` gets the number of the round, prepares it, gives the command and clears up afterwards;
    only the command is timed. `status` is what a build must say of itself.
    """

    name: str
    turn: Callable[[int], AbstractContextManager[Sequence[str]]]
    status: str | None = None


class FailedRunError(Exception):
    """A command did not do what is measured."""


def rounds(
    contenders: Sequence[Contender], count: int, folder: Path, tell: Callable[[str], None]
) -> dict[str, list[Run]]:
    """Run all once to warm up, then `count` times, every other round backwards.

    Args:
        contenders: Who takes part; their names differ.
        count: The rounds that count.
        folder: Where the commands run.
        tell: Hears a line a run.
    """
    runs: dict[str, list[Run]] = {contender.name: [] for contender in contenders}
    for number, backwards in order(count):
        for contender in reversed(contenders) if backwards else contenders:
            run = _take_turn(contender, number, folder)
            peak = run.peak / 1e6
            tell(f"  round {number}: {contender.name}: {run.seconds:.3f} s, {peak:.0f} MB")
            if number:
                runs[contender.name].append(run)
    return runs


def order(count: int) -> list[tuple[int, bool]]:
    """The rounds, and whether they go backwards; round 0 is the warm-up."""
    return [(number, number % 2 == 0 and number > 0) for number in range(count + 1)]


def run(command: Sequence[str], folder: Path, status: str | None = None) -> Run:
    """Run a command to its end.

    Raises:
        FailedRunError: it failed, or its status is another.
    """
    before = _processor_seconds()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        start = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - the commands are our own
            command,
            cwd=folder,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        with Sampler(process.pid) as sampler:
            printed, _ = process.communicate()
            seconds = time.perf_counter() - start
        errors.seek(0)
        if process.returncode:
            raise FailedRunError(f"{' '.join(command)}\n{errors.read()}{printed}")
    rows, phases, stated = understood(printed)
    if status not in (None, stated):
        raise FailedRunError(f"{' '.join(command)}\nis {stated}, not {status}:\n{printed}")
    # What a server of forks has started is in nobody's account of children; it was seen running.
    processor = max(_processor_seconds() - before, sampler.processor)
    return Run(seconds, processor, sampler.peak, rows, phases)


def understood(printed: str) -> tuple[int, dict[str, float], str | None]:
    """Rows, phases and status of what a command printed: JSON, or the rows as its last word."""
    if not printed.startswith("{"):
        return int(printed.rsplit(maxsplit=1)[-1]), {}, None
    found = json.loads(printed)
    return found["rows"], found.get("phases", {}), found.get("status")


class Sampler:
    """What a process and all below it are seen to use, every `SAMPLE_SECONDS`.

    `peak` is the most anonymous memory that they had at once, in bytes; pages that a forked child
    shares with its parent count for both.
    """

    def __init__(self, root: int) -> None:
        self.peak = 0
        self._root = root
        self._processor: dict[int, float] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def processor(self) -> float:
        """Processor seconds of each process when it was last seen, together."""
        return sum(self._processor.values())

    def _watch(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            anonymous = 0
            for pid in family(self._root):
                anonymous += resident(_read(_PROC / str(pid) / "status"))
                stat = _read(_PROC / str(pid) / "stat")
                self._processor[pid] = max(self._processor.get(pid, 0.0), processor_seconds(stat))
            self.peak = max(self.peak, anonymous)


def family(root: int) -> Iterator[int]:
    """The ids of a process and of all below it."""
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        for thread in _listed(_PROC / str(pid) / "task"):
            waiting += map(int, _read(thread / "children").split())


def resident(status: str) -> int:
    """The bytes of anonymous memory that a `/proc/PID/status` tells of; a zombie has none."""
    for line in status.splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    return 0


def processor_seconds(stat: str) -> float:
    """The processor seconds that a `/proc/PID/stat` tells of, without those of children."""
    # utime and stime are fields 14 and 15; the second may hold spaces, and parentheses of its own.
    fields = stat.rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def _take_turn(contender: Contender, number: int, folder: Path) -> Run:
    with contender.turn(number) as command:
        # What was written before is not to be written out on this command's time.
        os.sync()
        return run(command, folder, contender.status)


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _read(path: Path) -> str:
    """Text of a file in /proc; none when its process has ended meanwhile."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _environment() -> dict[str, str]:
    """Ours, with byte code kept: nobody imports without it but the first time."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
