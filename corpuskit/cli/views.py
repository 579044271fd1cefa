"""What is shown of a release, as values that every report prints in its own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from corpuskit.codes import Code
from corpuskit.model import Diagnostic

if TYPE_CHECKING:
    from corpuskit import RejectedSource, Release
    from corpuskit.manifest import Manifest

T = TypeVar("T")

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


def by_code(rejections: Sequence[RejectedSource]) -> list[tuple[str, list[RejectedSource]]]:
    """The sources that were rejected for each code, the commonest code first; one may have many."""
    found: dict[str, list[RejectedSource]] = {}
    for rejection in rejections:
        for code in rejection.codes:
            found.setdefault(code, []).append(rejection)
    return _commonest_first(found)


def of_each_code(warnings: Sequence[Diagnostic]) -> list[tuple[str, list[Diagnostic]]]:
    """What was found for each code, the commonest code first."""
    found: dict[str, list[Diagnostic]] = {}
    for warning in warnings:
        found.setdefault(str(warning.code), []).append(warning)
    return _commonest_first(found)


def _commonest_first(found: Mapping[str, list[T]]) -> list[tuple[str, list[T]]]:
    return sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))


def name_of(code: str) -> str:
    """The name of a code, which another corpuskit may have made."""
    return Code(code).label if code in set(Code) else "unknown"
