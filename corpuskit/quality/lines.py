"""What the lines of a text are like. In canonical text each block is a line."""

from __future__ import annotations

from typing import NamedTuple

ELLIPSES = ("…", "...", "。。。", "⋯")
BULLETS = ("-", "*", "•", "·", "●", "○", "▪", "▫", "■", "□", "◆", "◇", "◦", "‣", "–", "➢", "★", "※")
SENTENCE_ENDS = tuple(".!?…。！？．｡؟۔।։⋯")
_CLOSERS = "\"'”’»)]）】」』》〉〗］＂＇"
"""What closes a quotation or a bracket after the end of its last sentence."""


class Lines(NamedTuple):
    """How many lines are so; `chars` are the characters of all of them."""

    chars: int
    ellipses: int
    bullets: int
    sentence_ends: int


def lines_of(text: str) -> list[str]:
    """The lines of a text that are not blank, without white space around them."""
    return [line for line in map(str.strip, text.split("\n")) if line]


def count_lines(lines: list[str]) -> Lines:
    """What `lines_of` a text are like."""
    chars = ellipses = bullets = ends = 0
    for line in lines:
        chars += len(line)
        bullets += line.startswith(BULLETS)
        ellipses += line.endswith(ELLIPSES)
        ends += line.endswith(SENTENCE_ENDS) or line.rstrip(_CLOSERS).endswith(SENTENCE_ENDS)
    return Lines(chars, ellipses, bullets, ends)
