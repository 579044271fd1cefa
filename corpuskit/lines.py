"""Offsets into a text as lines and columns."""

from __future__ import annotations

import re
from bisect import bisect_right

from corpuskit.model import Place

BREAK = re.compile(r"\r\n|\n|\r")


class LineIndex:
    """Where the lines of one text start; LF, CRLF and CR end a line, nothing else does."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(found.end() for found in BREAK.finditer(text))]

    def place(self, start: int, end: int | None = None) -> Place:
        """The place of `text[start:end]`; what goes on after its first line is left out."""
        start = max(0, min(start, len(self.text)))
        line = bisect_right(self.starts, start)
        stop = self.line_end(line)
        end = start + 1 if end is None else end
        length = max(1, min(end, stop) - start)
        return Place(line, start - self.starts[line - 1] + 1, length)

    def line_end(self, line: int) -> int:
        """The offset after the last character of the 1-based `line`, its break left out."""
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        start = self.starts[line - 1]
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return end

    def line(self, number: int) -> str:
        """The 1-based line, without its break."""
        return self.text[self.starts[number - 1] : self.line_end(number)]

    def __len__(self) -> int:
        return len(self.starts)
