"""The script that a text is in, and whether a part of it is in a language of another script."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple
from unicodedata import name as unicode_name

from corpuskit.language import KANA_SHARE, prose_language
from corpuskit.language.han import han_script
from corpuskit.quality.words import is_cjk, words_of

_NAMES: Mapping[str, str] = {
    "LATIN": "Latn",
    "CYRILLIC": "Cyrl",
    "GREEK": "Grek",
    "ARMENIAN": "Armn",
    "GEORGIAN": "Geor",
    "HEBREW": "Hebr",
    "ARABIC": "Arab",
    "SYRIAC": "Syrc",
    "THAANA": "Thaa",
    "DEVANAGARI": "Deva",
    "BENGALI": "Beng",
    "GURMUKHI": "Guru",
    "GUJARATI": "Gujr",
    "ORIYA": "Orya",
    "TAMIL": "Taml",
    "TELUGU": "Telu",
    "KANNADA": "Knda",
    "MALAYALAM": "Mlym",
    "SINHALA": "Sinh",
    "THAI": "Thai",
    "LAO": "Laoo",
    "TIBETAN": "Tibt",
    "MYANMAR": "Mymr",
    "KHMER": "Khmr",
    "MONGOLIAN": "Mong",
    "ETHIOPIC": "Ethi",
    "CHEROKEE": "Cher",
    "BOPOMOFO": "Bopo",
    "YI": "Yiii",
    "HANGUL": "Hang",
    "HIRAGANA": "Hira",
    "KATAKANA": "Kana",
    "KATAKANA-HIRAGANA": "Kana",
    "CJK": "Hani",
    "IDEOGRAPHIC": "Hani",
    "FULLWIDTH": "Latn",
}
"""With what the names of a script's letters begin, and its code."""

MIXED = 0.2
"""Share of the words from which another script's language is a second one of the text."""

_SAME: Mapping[str, tuple[str, ...]] = dict.fromkeys(("Hani", "Jpan"), ("Hani", "Jpan"))

_FEWEST = 40
"""Words below which a part says nothing of its language: captions, names, commands."""


_SENTENCE_END = re.compile(r"(?<=[。！？])|(?<=[.!?])\s")


class Second(NamedTuple):
    """A second language, and the share of the words that are in its script."""

    language: str
    share: float


@lru_cache(maxsize=65_536)
def script_of(char: str) -> str | None:
    """The ISO 15924 code of a letter's script; None of digits and of what has no script."""
    name = unicode_name(char, "").removeprefix("HALFWIDTH ")
    if char.isnumeric() and not is_cjk(char):
        return None
    return _NAMES.get(name.partition(" ")[0])


def count_scripts(words: Sequence[str]) -> dict[str, int]:
    """How many words are in each script; Han, kana and both together are `Hani` or `Jpan`."""
    counted: Counter[str] = Counter()
    for first, times in Counter(word[0] for word in words).items():
        script = script_of(first)
        if script is not None:
            counted[script] += times
    kana = counted.pop("Hira", 0) + counted.pop("Kana", 0)
    together = counted.pop("Hani", 0) + kana
    if together:
        counted["Jpan" if kana > KANA_SHARE * together else "Hani"] = together
    if hangul := counted.pop("Hang", 0):
        counted["Kore"] = hangul
    return counted


def main_script(counted: Mapping[str, int], text: str) -> str | None:
    """The script of most words of `text`; of Han which one, as `language.han` tells them apart."""
    if not counted:
        return None
    script = max(sorted(counted), key=counted.__getitem__)
    return han_script(text) if script == "Hani" else script


def second_language(lines: Sequence[str], counted: Mapping[str, int]) -> Second | None:
    """The language of the second most frequent script, if a part of the text is written in it.

    `counted` is what `count_scripts` says of the text. The sentences that are mainly in that script
    have to be prose of one language: code, names and links are none. Two languages of one script
    are not told apart.
    """
    total = sum(counted.values())
    ranked = sorted(counted, key=lambda script: (-counted[script], script))
    if len(ranked) < 2 or counted[ranked[1]] < MIXED * total:
        return None
    second = ranked[1]
    chosen, words = [], 0
    for sentence in chain.from_iterable(map(_SENTENCE_END.split, lines)):
        own = count_scripts(words_of(sentence))
        # A sentence of Japanese can do without kana.
        fitting = sum(own.get(script, 0) for script in _SAME.get(second, (second,)))
        if fitting * 2 > sum(own.values()):
            chosen.append(sentence)
            words += fitting
    if words < max(_FEWEST, MIXED * total):
        return None
    language = prose_language("\n".join(chosen), latin=second == "Latn")
    return None if language is None else Second(language, words / total)
