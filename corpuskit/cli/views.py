"""What is shown of a release, as values that every report prints in its own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from corpuskit.model import Diagnostic
from corpuskit.versions import Version

if TYPE_CHECKING:
    from corpuskit import Release
    from corpuskit.manifest import Manifest
    from corpuskit.verifying import VersionResult

_TELLING = ("date", "title", "language", "n_chars", "text")
"""The columns that say what a row is about; those that a release has are shown."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying `path` found; when all holds, the release there, a dataset's latest.

    `results` are those of its versions; `around` counts the findings that are of none of them.
    """

    path: Path
    findings: tuple[Diagnostic, ...]
    release: Release | None
    results: tuple[VersionResult, ...] = ()
    around: int = 0

    @property
    def files(self) -> int:
        """How many files the release has; without one, how many are below `path`."""
        folder = self.path if self.release is None else self.release.path
        return sum(1 for entry in folder.rglob("*") if entry.is_file())

    @property
    def is_dataset(self) -> bool:
        """Whether `path` is the folder of versions, and not of one."""
        return [result.path for result in self.results] != [self.path]

    @property
    def versions(self) -> int | None:
        """How many versions hold, when `path` is a dataset's."""
        if self.release is None or self.release.path.samefile(self.path):
            return None
        return sum(1 for entry in self.path.iterdir() if Version.parse(entry.name))


@dataclass(frozen=True, slots=True)
class Overview:
    """A release and its first rows, with the columns in `names` alone."""

    path: Path
    manifest: Manifest
    names: tuple[str, ...]
    rows: Sequence[dict[str, object]]

    @classmethod
    def of(cls, release: Release, rows: int) -> Overview:
        """Read the first `rows` rows."""
        names = tuple(name for name in _TELLING if name in release.columns)
        sample = list(islice(release.iter_rows(names), rows))
        return cls(release.path, release.manifest, names, sample)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rejected source, its codes, and the first error that was found in it."""

    path: str
    codes: tuple[str, ...]
    first: Diagnostic | None


def refusals(release: Release) -> list[Refusal]:
    """The rejected sources of a release, in the order of their paths."""
    first: dict[str | None, Diagnostic] = {}
    for diagnostic in release.diagnostics():
        if diagnostic.is_error:
            first.setdefault(diagnostic.path, diagnostic)
    return [
        Refusal(str(line["path"]), _codes(line["codes"]), first.get(str(line["path"])))
        for line in release.rejected
    ]


def _codes(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
