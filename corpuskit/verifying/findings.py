"""What verification found, each thing once, and of every code no more than anyone reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from corpuskit.codes import Code
from corpuskit.model import Diagnostic, Place, diagnose

SHOWN_PER_CODE = 20
"""A rewritten shard breaks thousands of rows, and twenty of them say as much."""

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Findings:
    """Collects diagnostics; `below` gives a view of the same collection for a folder in it."""

    prefix: str = ""
    _shown: list[Diagnostic] = field(default_factory=list)
    _counts: Counter[Code] = field(default_factory=Counter)
    _cut: dict[Code, str] = field(default_factory=dict)
    _folders: Counter[str] = field(default_factory=Counter)

    def below(self, folder: str) -> Findings:
        """The same findings, with paths that are relative to `folder`."""
        return replace(self, prefix=f"{self.prefix}{folder}/")

    def add(
        self,
        code: Code,
        path: str,
        message: str,
        line: int | None = None,
        help: str | None = None,  # noqa: A002 - the word users see
        details: Sequence[str] = (),
    ) -> None:
        """Note that something is wrong with the file at `path`; `line` counts from 1.

        What is beside the folder begins with `../`, and counts as the folder's.
        `details` are the parts of a message that says several things.
        """
        where = shown(_joined(self.prefix, path))
        self._counts[code] += 1
        self._folders[self.prefix] += 1
        if self._counts[code] > SHOWN_PER_CODE:
            self._cut.setdefault(code, where)
            return
        place = None if line is None else Place(line, 1)
        found = diagnose(code, message, place, help=help, path=where)
        self._shown.append(replace(found, details=tuple(details)))

    def absorb(self, other: Findings) -> None:
        """Add what was found elsewhere, such as in another process."""
        for found in other._shown:
            line = found.place.line if found.place else None
            self.add(found.code, found.path or "", found.message, line, found.help, found.details)
        for code, path in other._cut.items():
            self._cut.setdefault(code, self.prefix + path)
            more = other._counts[code] - SHOWN_PER_CODE
            self._counts[code] += more
            self._folders[self.prefix] += more

    @property
    def total(self) -> int:
        """How many there are so far, with those that will not be shown."""
        return self._counts.total()

    @property
    def own(self) -> int:
        """How many of them are of this folder, and not of one for which there is a view."""
        return self._folders[self.prefix]

    def close(self) -> tuple[Diagnostic, ...]:
        """All findings by path, then as they were found; last of a code, how many more it has."""
        ordered = sorted(self._shown, key=lambda d: d.path or "")
        for code, path in self._cut.items():
            more = self._counts[code] - SHOWN_PER_CODE
            ordered.append(diagnose(code, f"and {more} more of {code}, from here on", path=path))
        return tuple(ordered)


def _joined(folder: str, path: str) -> str:
    """`path` below a folder; beside it, if that is a part of what is verified."""
    if folder and path.startswith("../"):
        above = folder.rstrip("/").rpartition("/")[0]
        return f"{above}/{path[3:]}".lstrip("/")
    return folder + path


def shown(path: str) -> str:
    """`path` with what no terminal should get (control characters, bytes of no text) escaped."""
    if len(path) > _LONGEST_NAME:
        path = path[: _LONGEST_NAME - 1] + "…"
    return "".join(
        mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in path
    )


def clipped(text: str) -> str:
    """`text` for a message: on one line and not too long."""
    return shown(" ".join(text.split()))
