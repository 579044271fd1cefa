"""What a capture takes from the elements and comments that it looks at."""

from __future__ import annotations

import re
from itertools import islice

from corpuskit.text.layout import on_one_line
from corpuskit.text.normalise import without_separators
from corpuskit.text_rules import Capture

MAX_TAKEN = 20_000_000
"""Characters of elements that captures look at, markup included: elements that are nested are taken
with all that is in them, each time. So many take 0.1 s as one text in a hundred elements, and 1.3 s
and 40 MB as 21 000 short paragraphs in these."""


MAX_VALUES = 100_000
"""Of all captures of one article: pairs of characters in what may be taken would be a gigabyte."""


class TakenTooMuch(Exception):  # noqa: N818 - control flow of this package, never seen outside
    """Captures look at more than `MAX_TAKEN`."""


class Taken:
    """How many characters captures looked at so far."""

    def __init__(self) -> None:
        self._characters = 0

    def add(self, characters: int) -> None:
        """Note an element of so many.

        Raises:
            TakenTooMuch: it is too much.
        """
        self._characters += characters
        if self._characters > MAX_TAKEN:
            raise TakenTooMuch


class CaptureReader:
    """A capture with its patterns compiled; both parsers find elements by its attributes."""

    __slots__ = (
        *("_all", "_patterns", "attribute", "comment", "field", "inner", "selector"),
        "where",
    )

    def __init__(self, capture: Capture) -> None:
        """Take a capture, the selectors and patterns of which were checked."""
        self.field = capture.field
        self.selector = capture.selector
        self.inner = capture.inner
        self.attribute = capture.attribute
        self.comment = capture.comment
        self.where = None if capture.where is None else re.compile(capture.where)
        self._patterns = [re.compile(pattern) for pattern in capture.patterns]
        self._all = capture.all

    def admits(self, text: str) -> bool:
        """Whether an element with this text is looked at."""
        return self.where is None or self.where.search(text) is not None

    def values(self, text: str) -> list[str]:
        """The values in a text that was taken, none of them empty, up to one more than the cap."""
        if not self._patterns:
            return [text] if text else []
        for pattern in self._patterns:
            found = pattern.finditer(text) if self._all else filter(None, [pattern.search(text)])
            some = islice(found, MAX_VALUES + 1)
            values = [(match[1] if pattern.groups else match[0]) or "" for match in some]
            if values := [value for value in values if value]:
                return values
        return []


def on_a_line(value: str) -> str:
    """An attribute's value in the form that texts have."""
    return on_one_line(without_separators(value))
