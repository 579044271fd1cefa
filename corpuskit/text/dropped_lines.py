"""Lines of a text that a rule names: what no selector can be for, as in Markdown."""

from __future__ import annotations

from corpuskit.text.layout import on_one_line


class DroppedLines:
    """Lines to leave out, wherever in a text they stand; how wide their white space is, is nothing.

    Attributes:
        whole: lines as they are.
        beginning: what lines begin with, whatever follows; a blank at its end is a blank.
    """

    def __init__(self, whole: tuple[str, ...], beginning: tuple[str, ...]) -> None:
        self.whole = frozenset(map(on_one_line, whole))
        self.beginning = tuple(map(_beginning, beginning))

    def __bool__(self) -> bool:
        return bool(self.whole or self.beginning)

    def without(self, text: str) -> str:
        """Return `text`, in canonical form, without these lines, and in canonical form."""
        lines = text.split("\n")
        kept = [line for line in lines if not self._names(on_one_line(line))]
        return text if len(kept) == len(lines) else "\n".join(kept).strip()

    def _names(self, line: str) -> bool:
        return line in self.whole or line.startswith(self.beginning)


def _beginning(text: str) -> str:
    return on_one_line(text) + (" " if text[-1:].isspace() else "")
