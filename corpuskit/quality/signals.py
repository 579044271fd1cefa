"""All signals of one text, by name, in the order of their columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from functools import cached_property
from itertools import chain

from corpuskit.model import Cell
from corpuskit.quality.characters import count_kinds
from corpuskit.quality.lines import count_lines, lines_of
from corpuskit.quality.private import Found, count_private, find_private
from corpuskit.quality.repetition import repeated, run_shares
from corpuskit.quality.rules import GROUPS, signals_of
from corpuskit.quality.scripts import count_scripts, main_script, second_language
from corpuskit.quality.words import words_of

PARAGRAPH = 20
"""Words from which a line is a paragraph: headings, items, captions and cells have fewer."""

_DECIMALS = 4
"""Of shares and means: what further ones say depends on how the machine adds."""


class _Text:
    """A text, and what several groups need of it."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def tally(self) -> Mapping[str, int]:
        return Counter(self.text)

    @cached_property
    def lines(self) -> list[str]:
        return lines_of(self.text)

    @cached_property
    def words_by_line(self) -> list[list[str]]:
        return list(map(words_of, self.lines))

    @cached_property
    def words(self) -> list[str]:
        # No word goes on in the next line.
        return list(chain.from_iterable(self.words_by_line))

    @cached_property
    def paragraphs(self) -> list[str]:
        pairs = zip(self.lines, self.words_by_line, strict=True)
        return [line for line, words in pairs if len(words) >= PARAGRAPH]


def signals(
    text: str, groups: Collection[str], found: Collection[Found] | None = None
) -> dict[str, Cell]:
    """The signals of some groups.

    Shares and means are rounded to 4 decimals. Of a text without words or lines there are counts of
    0, and nulls for all else.

    Args:
        text: in its canonical form.
        groups: names in `GROUPS`.
        found: the private data in it, if that is known: of a masked text, what was there before.
    """
    looked = _Text(text)
    return {
        name: cell
        for group in GROUPS
        if group in groups
        for name, cell in _of(group, looked, found)
    }


def _of(group: str, looked: _Text, found: Collection[Found] | None) -> Collection[tuple[str, Cell]]:
    match group:
        case "counts":
            cells = _counts(looked)
        case "shares":
            cells = _shares(looked)
        case "lines":
            cells = _lines(looked)
        case "repetition":
            cells = _repetition(looked)
        case "script":
            cells = _script(looked)
        case _:
            known = find_private(looked.text) if found is None else found
            cells = list(count_private(known).values())
    return list(zip((signal.name for signal in signals_of((group,))), cells, strict=True))


def _counts(looked: _Text) -> list[Cell]:
    return [len(looked.words), len(looked.lines), len(looked.paragraphs)]


def _shares(looked: _Text) -> list[Cell]:
    counted, whole = count_kinds(looked.tally), len(looked.text)
    return [
        _share(counted.get(kind, 0), whole)
        for kind in ("cjk", "letters", "digits", "punctuation", "symbols", "space")
    ]


def _lines(looked: _Text) -> list[Cell]:
    whole = len(looked.lines)
    return [_share(part, whole) for part in count_lines(looked.lines)]


def _repetition(looked: _Text) -> list[Cell]:
    if not looked.words:
        return [None] * len(GROUPS["repetition"])
    return [
        _share(repeated(looked.lines), len(looked.lines)),
        _share(repeated(looked.paragraphs), len(looked.paragraphs)) or 0.0,
        *(round(share, _DECIMALS) for share in run_shares(looked.words).values()),
    ]


def _script(looked: _Text) -> list[Cell]:
    counted = count_scripts(looked.words)
    script = main_script(counted, looked.text)
    if script is None:
        return [None] * len(GROUPS["script"])
    second = second_language(looked.lines, counted)
    if second is None:
        return [script, False, None, None]
    return [script, True, second.language, round(second.share, _DECIMALS)]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, _DECIMALS) if whole else None
