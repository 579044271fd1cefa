"""Version numbers of releases: what the next one is, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from corpuskit.errors import UsageError

Bump: TypeAlias = Literal["major", "minor", "patch"]
BUMPS: tuple[Bump, ...] = ("major", "minor", "patch")
"""From the one that says most to the one that says least."""
SchemaVerdict: TypeAlias = Literal["identical", "compatible", "breaking"]

_VERSION = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\Z")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A semantic version without pre-release or build parts; ordered by number."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> Version | None:
        """The version that `text` spells, or None."""
        found = _VERSION.match(text)
        return cls(*map(int, found.groups())) if found else None

    def next(self, bump: Bump) -> Version:
        """The version after this one."""
        match bump:
            case "major":
                return Version(self.major + 1, 0, 0)
            case "minor":
                return Version(self.major, self.minor + 1, 0)
            case "patch":
                return Version(self.major, self.minor, self.patch + 1)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


FIRST = Version(1, 0, 0)

LATEST = "latest"
_WANTED = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.(?:0|[1-9][0-9]{0,8})){0,2}\Z")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Versions that somebody asked for: all of `latest`, those of `1` or `1.2`, or one, `1.2.0`."""

    parts: tuple[int, ...] = ()

    @classmethod
    def stated(cls, text: str) -> Wanted:
        """What `text` asks for.

        Raises:
            UsageError: it is neither `latest` nor one to three numbers.
        """
        if text == LATEST:
            return cls()
        if not _WANTED.match(text):
            raise UsageError(f"{text!r} is no version; write 1.2.0, 1.2, 1 or {LATEST}")
        return cls(tuple(map(int, text.split("."))))

    def newest(self, there: Sequence[Version]) -> Version | None:
        """The newest of these that is asked for, if there is one."""
        return max(filter(self._is_meant, there), default=None)

    def _is_meant(self, version: Version) -> bool:
        return (version.major, version.minor, version.patch)[: len(self.parts)] == self.parts

    def __str__(self) -> str:
        return ".".join(map(str, self.parts)) or LATEST


def stated_version(text: str) -> Version:
    """The version that a user asked for.

    Raises:
        UsageError: it is not three numbers.
    """
    version = Version.parse(text)
    if version is None:
        raise UsageError(f"{text!r} is no version; write three numbers, such as 1.2.0")
    return version


def schema_verdict(old: dict[str, str], new: dict[str, str]) -> SchemaVerdict:
    """Compare columns (name → Arrow type): may code that reads the old ones read the new?"""
    if list(old.items()) == list(new.items()):
        return "identical"
    return "compatible" if all(new.get(name) == kind for name, kind in old.items()) else "breaking"


def bump_for(verdict: SchemaVerdict, *, rows_differ: bool, parts_differ: bool = False) -> Bump:
    """Major when a reader's code can break, minor when rows or columns differ, else patch.

    Code breaks by columns, or by rows that are in other splits or subsets than they were.
    """
    if verdict == "breaking" or parts_differ:
        return "major"
    return "minor" if rows_differ or verdict == "compatible" else "patch"
