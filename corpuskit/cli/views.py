"""What is shown of a release, as values that every report prints in its own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpuskit import Release
    from corpuskit.manifest import Manifest

_TELLING = ("date", "title", "language", "n_chars", "text")
"""The columns that say what a row is about; those that a release has are shown."""


@dataclass(frozen=True, slots=True)
class Overview:
    """A release and its first rows, with the columns in `names` alone."""

    path: Path | str
    manifest: Manifest
    names: tuple[str, ...]
    rows: Sequence[dict[str, object]]

    @classmethod
    def of(cls, release: Release, rows: int) -> Overview:
        """Read the first `rows` rows."""
        names = tuple(name for name in _TELLING if name in release.columns)
        sample = list(islice(release.iter_rows(names), rows))
        return cls(release.place, release.manifest, names, sample)
