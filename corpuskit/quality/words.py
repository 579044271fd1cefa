"""What a word is: a Han, kana or Hangul character, or a run of letters and digits of other scripts.

It is what `corpuskit.language` weighs scripts by. Combining marks are parts of the run that they
stand in, so that a word is one whether its accents are composed or not.
"""

from __future__ import annotations

import re

HAN = (
    "\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U000323af"
)
KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
HANGUL = "\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uffa1-\uffdc"
CJK = HAN + KANA + HANGUL
"""Parts of character classes; CJK's punctuation is in none of them."""

_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0963\u0971-\u0dff\u0e31-\u0e4e\u0eb1-\u0ece\u0f71-\u0f87\u102b-\u103e\u17b4-\u17d3"
    "\u1dc0-\u1dff\u200c\u200d\u20d0-\u20f0"
)
"""Where marks stand, and the joiners, which spell words in Persian and Indic scripts."""

_LETTER = rf"[^\W_{CJK}]"
_RUN = rf"{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*"
_WORD = re.compile(rf"[{CJK}]|{_RUN}")
_ONE = re.compile(rf"[{CJK}]")


def words_of(text: str) -> list[str]:
    """The words of a text, in their order."""
    return _WORD.findall(text)


def is_cjk(char: str) -> bool:
    """Whether a character is a word of its own."""
    return _ONE.match(char) is not None
