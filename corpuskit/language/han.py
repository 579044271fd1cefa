"""Which of the scripts that Han characters stand in a text is in, told by those that others lack.

The national standards are the tables: GB 2312 holds the simplified forms, Big5 the traditional
ones, JIS X 0208 the Japanese ones; of the last two the first level has the common ones. What two of
them have says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal, TypeAlias

HanScript: TypeAlias = Literal["Hans", "Hant", "Jpan", "Hani"]
"""ISO 15924 codes: simplified, traditional, Japanese; `Hani` is any, where nothing is certain."""

_FEWEST = 2
"""Characters that tell, which a text has at least: one may be a name. With it, of 12 000 texts of 6
to 30 characters in each of simplified Chinese and the traditional one of Taiwan and Hong Kong none
got the other script (without it 3 in 1 000 of the shortest); of 30 characters, 998 in 1 000 have so
many, of 20, 98 in 100, of 10, 8 in 10. The texts were words of a dictionary by their frequency."""

_AHEAD = 2
"""Times as many as of the others, or a text is in several."""

_FEWEST_JAPANESE, _JAPANESE_SHARE = 3, 0.25
"""How many tell Japanese, and their share of the more frequent Chinese ones, among which are what
Japanese simplified like Chinese (国) or not at all (車): 図 and 駅 are in no Chinese text but in
names. Of texts of frequent kanji words, without any kana, 97 in 100 with 200 characters are
Japanese by that, and 6 in 10 with 30."""

_TRADITIONAL_TOO = frozenset("着户温脱税悦卧")
"""Forms that Big5 has not, and Hong Kong's standard has."""

_CHINESE_TOO = frozenset("裏衆説閲鋭鈎峯啓")
"""Forms that neither GB 2312 nor Big5 has, and that Hong Kong and printers of classics use."""

_BIG5_TRAILS = (range(0x40, 0x7F), range(0xA1, 0xFF))
_SHIFT_JIS_TRAILS = (range(0x40, 0x7F), range(0x80, 0xFD))

_PEEK = 64
"""Characters, taken evenly from a text, that decide if enough of them are of one script alone."""
_ENOUGH = 12
"""Of such: if a third of what tells were of the other, one of 130 texts would show none of it."""


def han_script(text: str) -> HanScript:
    """The script of a text whose Han characters have little kana among them.

    Texts that quote another script have more of their own. What has both Chinese ones, neither
    twice as often as the other, is `Hani`, and so is what has none of the characters that tell.
    """
    if len(text) > 4 * _PEEK:
        peek = text[:: len(text) // _PEEK]
        for script, only, others in _alone():
            if others.search(peek) is None and only.match(peek):
                return script
    simplified, traditional, japanese = _count(text)
    if japanese >= max(_FEWEST_JAPANESE, _JAPANESE_SHARE * max(simplified, traditional)):
        return "Jpan"
    if simplified >= max(_FEWEST, _AHEAD * (traditional + japanese)):
        return "Hans"
    if traditional >= max(_FEWEST, _AHEAD * (simplified + japanese)):
        return "Hant"
    return "Hani"


@cache
def _alone() -> tuple[tuple[HanScript, re.Pattern[str], re.Pattern[str]], ...]:
    """Of each Chinese script a pattern for texts with enough of it, and one for what others have.

    To find that there is enough takes a third of the time of counting.
    """
    simplified, traditional, japanese = map("".join, map(sorted, _tables()))
    return (
        ("Hans", _enough(simplified), re.compile(f"[{traditional}{japanese}]")),
        ("Hant", _enough(traditional), re.compile(f"[{simplified}{japanese}]")),
    )


def _enough(own: str) -> re.Pattern[str]:
    return re.compile(f"(?:[^{own}]*+[{own}]){{{_ENOUGH}}}")


def _count(text: str) -> list[int]:
    return [len(pattern.findall(text)) for pattern in _patterns()]


@cache
def _patterns() -> list[re.Pattern[str]]:
    return [re.compile(f"[{''.join(sorted(table))}]") for table in _tables()]


def _tables() -> tuple[frozenset[str], ...]:
    return simplified_only(), traditional_only(), japanese_only()


@cache
def simplified_only() -> frozenset[str]:
    """The characters that GB 2312 has and no traditional text."""
    return _gb2312() - _big5() - _TRADITIONAL_TOO


@cache
def traditional_only() -> frozenset[str]:
    """The characters of Big5's first level that GB 2312 has not."""
    return _of_codec("big5", range(0xA4, 0xC7), _BIG5_TRAILS) - _gb2312()


@cache
def japanese_only() -> frozenset[str]:
    """The kanji of JIS X 0208's first level that no Chinese text has."""
    kanji = _of_codec("shift_jis", range(0x88, 0x98), _SHIFT_JIS_TRAILS)
    kanji |= _of_codec("shift_jis", range(0x98, 0x99), [range(0x40, 0x73)])
    return kanji - _gb2312() - _big5() - _CHINESE_TOO


@cache
def _gb2312() -> frozenset[str]:
    return _of_codec("gb2312", range(0xB0, 0xF8), [range(0xA1, 0xFF)])


@cache
def _big5() -> frozenset[str]:
    return _of_codec("big5", range(0xA4, 0xFA), _BIG5_TRAILS)


def _of_codec(codec: str, leads: range, trails: Sequence[range]) -> frozenset[str]:
    """The Han characters whose two bytes are in these ranges."""
    pairs = bytes(b for lead in leads for part in trails for trail in part for b in (lead, trail))
    return frozenset(re.findall("[\u4e00-\u9fff]", pairs.decode(codec, "ignore")))
