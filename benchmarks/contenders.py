"""Who is measured: corpuskit after several kinds of change, and what it is held against."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from benchmarks.chunks import Difference, difference
from benchmarks.edits import Corpus
from benchmarks.measure import Contender, FailedRunError

SHARE = 0.01
WORKERS = 2
FEW = 5

_HERE = Path(__file__).resolve().parent
_SETTLING_SECONDS = 3.0
"""A file that changed less than 2.5 s before it is read is read again by the next build."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a corpus is measured; `peers` is a Python with pandas and perhaps datatrove."""

    corpus: Corpus
    folder: Path
    peers: Path | None

    @property
    def src(self) -> str:
        """The sources, as commands are told."""
        return str(self.corpus.root)


class Kept:
    """A release with its cache, which every change starts from and which is made good after it."""

    def __init__(self, ground: Ground) -> None:
        """Build it, when the sources are old enough for all of it to be kept."""
        self._corpus = ground.corpus
        self._folder = ground.folder
        cache, out = str(ground.folder / "cache"), str(ground.folder / "kept")
        self.command = _build(ground, out, "--cache-dir", cache)
        time.sleep(_SETTLING_SECONDS)
        self._base = self._built("published")

    @contextmanager
    def changed(self, change: AbstractContextManager[None]) -> Iterator[Sequence[str]]:
        """The command that builds what a change makes of the corpus."""
        try:
            with change:
                yield self.command
        finally:
            for version in self._versions():
                shutil.rmtree(version)
        time.sleep(_SETTLING_SECONDS)
        self._built("unchanged")

    def new_bytes(self, change: AbstractContextManager[None]) -> Difference:
        """What is new in the release after a change."""
        with self.changed(change):
            return difference(self._base, self._built("published"))

    def _built(self, status: str) -> Path:
        printed = subprocess.run(  # noqa: S603 - our own command
            self.command, cwd=self._folder, capture_output=True, text=True, check=True
        ).stdout
        found = json.loads(printed)
        if found["status"] != status:
            raise FailedRunError(f"a build is {found['status']}, not {status}:\n{printed}")
        return Path(found["path"])

    def _versions(self) -> list[Path]:
        """The versions after the first."""
        beside = self._base.parent.glob("*/manifest.json")
        return sorted(path.parent for path in beside if path.parent != self._base)


def field(ground: Ground, kept: Kept, *, whole: bool) -> list[Contender]:
    """All contenders on a corpus; not those that take minutes, unless it is `whole`."""
    corpus, cache = ground.corpus, str(ground.folder / "empty-cache")
    last = corpus.newest(SHARE)

    def newest(turn: int) -> AbstractContextManager[Sequence[str]]:
        return kept.changed(corpus.edited(last, f"N{turn}"))

    def at_random(turn: int) -> AbstractContextManager[Sequence[str]]:
        numbers = corpus.picked(corpus.part(SHARE), turn)
        return kept.changed(corpus.edited(numbers, f"R{turn}"))

    def appended(turn: int) -> AbstractContextManager[Sequence[str]]:
        return kept.changed(corpus.appended(SHARE, turn))

    def cached(out: str) -> Sequence[str]:
        return _build(ground, out, "--cache-dir", cache)

    return [
        Contender("stat walk", lambda _: nullcontext(_script(sys.executable, "walk", ground.src))),
        Contender("floor", _scripted(ground, Path(sys.executable), "floor")),
        *(_slow(ground) if whole else ()),
        build_of(ground, "build, no cache"),
        Contender("build, empty cache", _afresh(ground, cached), "published"),
        Contender("nothing changed", lambda _: nullcontext(kept.command), "unchanged"),
        Contender("newest 1 % edited", newest, "published"),
        Contender("random 1 % edited", at_random, "published"),
        Contender("1 % appended", appended, "published"),
    ]


def build_of(ground: Ground, name: str, *options: str) -> Contender:
    """A build without a cache."""
    built = _afresh(ground, lambda out: _build(ground, out, "--no-cache", *options))
    return Contender(name, built, "published")


def new_bytes(corpus: Corpus, kept: Kept) -> dict[str, Difference]:
    """What two changes make new in a release."""
    # Turns that no round has had: those are in the cache, and articles differ by turn.
    return {
        "1 % appended": kept.new_bytes(corpus.appended(SHARE, 1000)),
        f"{FEW} random articles edited": kept.new_bytes(
            corpus.edited(corpus.picked(min(FEW, len(corpus.paths)), 1000), "F")
        ),
    }


def _slow(ground: Ground) -> Iterator[Contender]:
    yield Contender("phases", _scripted(ground, Path(sys.executable), "phases"), "published")
    yield build_of(ground, "build, near duplicates", "--config", str(_HERE / "near.toml"))
    for name, script, needs in (
        ("naive script", "naive", "pandas"),
        ("datatrove", "peer", "datatrove"),
    ):
        if ground.peers is not None and _has(ground.peers, needs):
            yield Contender(name, _scripted(ground, ground.peers, script))


def _has(python: Path, package: str) -> bool:
    code = f"import sys; from importlib.util import find_spec; sys.exit(not find_spec({package!r}))"
    return subprocess.run([python, "-c", code], check=False).returncode == 0  # noqa: S603


def _scripted(
    ground: Ground, python: Path, name: str
) -> Callable[[int], AbstractContextManager[Sequence[str]]]:
    return _afresh(ground, lambda out: _script(str(python), name, ground.src, out))


def _script(python: str, name: str, *arguments: str) -> list[str]:
    # By its path: a script has the folder that it is in on its path, and not the one it runs in.
    return [python, str(_HERE / f"{name}.py"), *arguments]


def _build(ground: Ground, out: str, *options: str) -> list[str]:
    command = [sys.executable, "-m", "corpuskit", "build", ground.src, "--out", out, "--json"]
    return [*command, "--quiet", "--workers", str(WORKERS), *options]


def _afresh(
    ground: Ground, command: Callable[[str], Sequence[str]]
) -> Callable[[int], AbstractContextManager[Sequence[str]]]:
    """Turns that write to a folder of their own and use a cache of their own, both empty."""

    @contextmanager
    def turn(_: int) -> Iterator[Sequence[str]]:
        with _room(ground.folder / "out") as out, _room(ground.folder / "empty-cache"):
            yield command(str(out / "of-this-turn"))

    return turn


@contextmanager
def _room(path: Path) -> Iterator[Path]:
    path.mkdir()
    try:
        yield path
    finally:
        shutil.rmtree(path)
