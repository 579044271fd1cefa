"""Numbers and lists in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from corpuskit.codes import Code
from corpuskit.model import Diagnostic


def counted(number: int, noun: str) -> str:
    """`1 file`, `7,976 files`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def tally(diagnostics: Iterable[Diagnostic]) -> list[tuple[Code, int]]:
    """How many diagnostics there are by code, most frequent first, ties by code."""
    counts = Counter(diagnostic.code for diagnostic in diagnostics)
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
