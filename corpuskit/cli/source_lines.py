"""The lines that diagnostics point at, read again from their files."""

from __future__ import annotations

import os

from corpuskit.decode import decode
from corpuskit.lines import LineIndex
from corpuskit.model import Diagnostic
from corpuskit.parse_rules import MAX_SOURCE_BYTES
from corpuskit.read import read_source


class SourceLines:
    """Reads a file once for all the diagnostics about it that follow each other."""

    def __init__(self) -> None:
        self._path: str | None = None
        self._lines: LineIndex | None = None

    def of(self, diagnostic: Diagnostic) -> str | None:
        """The line of the diagnostic's place; None when it has none or cannot be read now."""
        if diagnostic.path is None or diagnostic.place is None:
            return None
        if diagnostic.path != self._path:
            self._path, self._lines = diagnostic.path, _read(diagnostic.path)
        number = diagnostic.place.line
        if self._lines is None or number > len(self._lines):
            return None
        return self._lines.line(number)


def _read(path: str) -> LineIndex | None:
    # Where the locale is not UTF-8, paths of diagnostics are not what the file system is asked for.
    location = os.fsdecode(path.encode("utf-8", "surrogateescape"))
    data = read_source(location, MAX_SOURCE_BYTES)
    if isinstance(data, Diagnostic):
        return None
    decoded = decode(data)
    return None if isinstance(decoded, Diagnostic) else LineIndex(decoded.text)
