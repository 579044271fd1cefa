"""The lines that diagnostics point at, read again from their files."""

from __future__ import annotations

import os

from corpuskit.decode import decode
from corpuskit.lines import LineIndex
from corpuskit.masking import may_show_secret
from corpuskit.model import Diagnostic
from corpuskit.parse_rules import MAX_SOURCE_BYTES
from corpuskit.sources.read import read_source

_MOST_ABOVE = 100
"""Lines of a value above one of its own."""


class SourceLines:
    """Reads a file once for all the diagnostics about it that follow each other."""

    def __init__(self) -> None:
        self._path: str | None = None
        self._lines: LineIndex | None = None

    def of(self, diagnostic: Diagnostic) -> str | None:
        """The line of the diagnostic's place; None when it has none or cannot be read now.

        Lines of secrets are not shown, for what is printed may be in a log that others read.
        """
        if diagnostic.path is None or diagnostic.place is None:
            return None
        if diagnostic.path != self._path:
            self._path, self._lines = diagnostic.path, _read(diagnostic.path)
        number = diagnostic.place.line
        if self._lines is None or number > len(self._lines):
            return None
        return None if _is_secret(self._lines, number) else self._lines.line(number)


def _is_secret(lines: LineIndex, number: int) -> bool:
    """Whether a secret may stand in a line: after its key, or below it and indented."""
    line = lines.line(number)
    if may_show_secret(line):
        return True
    depth = _depth(line)
    for above in range(number - 1, max(0, number - _MOST_ABOVE), -1):
        line = lines.line(above)
        if not line.strip() or _depth(line) >= depth:
            continue
        if may_show_secret(line):
            return True
        depth = _depth(line)
        if depth == 0:
            break
    return False


def _depth(line: str) -> int:
    """How far a line is indented; the items of a list may stand right below its key."""
    bare = line.lstrip()
    return 2 * (len(line) - len(bare)) + bare.startswith("- ")


def _read(path: str) -> LineIndex | None:
    # Where the locale is not UTF-8, paths of diagnostics are not what the file system is asked for.
    location = os.fsdecode(path.encode("utf-8", "surrogateescape"))
    data = read_source(location, MAX_SOURCE_BYTES)
    if isinstance(data, Diagnostic):
        return None
    decoded = decode(data)
    return None if isinstance(decoded, Diagnostic) else LineIndex(decoded.text)
