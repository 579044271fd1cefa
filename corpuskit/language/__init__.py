"""The language of a text: what front matter says, else what detection finds.

Script comes first: an n-gram profile knows too few of the thousands of Han characters and Hangul
syllables for a short text, and takes an article with a block of code for English.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from resiliparse.parse.lang import detect_fast

from corpuskit.language.han import HanScript, han_script

_BCP_47 = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}\Z")
_SAMPLE = 2000
"""Characters that detection reads; more did not change a verdict on 3 500 posts."""

_CUTOFF = 1200
"""The library's rank above which its verdicts are usually false."""

_FEWEST_LETTERS = 20
"""Of 519 English sentences with 15 to 19 letters the library places 14."""

_SHORT = 60
"""Letters below which a profile must lead the next one by `_LEAD` ranks. Of 4 800 English sentences
with 20 to 60 letters that halves the false verdicts (596 to 264) and costs a tenth of the right."""
_LEAD = 10

_LONG = 300
"""Letters from which a profile is held against the text with its template tags: on 470 pages of
Hexo's site dropping them turned three verdicts, all for the worse."""

_FEWEST_CHARACTERS = 4
"""Of Han, kana or Hangul: less is a name."""

_FAIR = 0.15
"""Share of the words below which another script is no more than a quotation."""

_LONG_WORD = 64
"""Latin letters for one of another script, above which that one has no fair share."""

_PROSE = 0.65
"""Score from which the Latin part of a mixed text is sentences; code reaches 0.6, TeX 0.63."""
_PROSE_FACTOR = 2.7
"""A short part has lower scores: 19 of 20 pieces of English prose with 80 to 2 000 letters reach
1 - 2.7 / cube root of the letters, and a third of Python code, comments and all."""

KANA_SHARE = 0.25
"""Of a Japanese text's characters; 0.5 is the least of 45 pages, 0.16 the most of Chinese posts."""

_CHINESE: Mapping[HanScript, str]
_CHINESE = {"Hans": "zh-Hans", "Hant": "zh-Hant", "Jpan": "ja", "Hani": "zh"}
"""The language of Han characters with little kana among them."""

KEYS = ("lang", "language", "locale")

_TEMPLATE = re.compile(r"\{%[^{}]*%\}|\{\{[^{}]*\}\}")
_NOT_LATIN = re.compile("[\u0370-\u1dff\u2e80-\uffff]+")
_RUNS = {
    b"C": re.compile("[\u0400-\u04ff]{2,}"),
    b"G": re.compile("[\u0370-\u03ff]{3,}"),  # α and Σ stand in formulas
    b"E": re.compile("[\u0590-\u05ff]{2,}"),
    b"A": re.compile("[\u0600-\u06ff]{2,}"),
    b"I": re.compile("[\u0900-\u0eff]{2,}"),
}
"""Words of the scripts that have letters, by the mark that `_MARKS` puts for these."""

_THAI = re.compile("[\u0e01-\u0e5b]+")
_SEVERAL = {b"G": ["el"], b"E": ["he", "yi"]}
"""The languages that a script is for, where they are few: no rank is too high for the nearest."""
_ANY_RANK = 1_000_000

_ALPHABETS = {
    "ru": re.compile("(?=.*[ыэё])[а-яё ]+", re.IGNORECASE),
    "uk": re.compile("(?=.*[іїєґ])[а-щьюяіїєґ ]+", re.IGNORECASE),
}
"""What a short Cyrillic text is if it has one of the first letters and none but the second."""

_LEADS = {
    b"L": (*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xC3, 0xCA), 0xE1),
    b"G": (0xCE, 0xCF),
    b"C": range(0xD0, 0xD4),
    b"E": (0xD7,),
    b"A": range(0xD8, 0xDC),
    b"I": (0xE0,),
    b"K": (0xE3,),
    b"H": range(0xE4, 0xEA),
    b"S": range(0xEA, 0xEE),
}
"""First bytes in UTF-8 of a script's letters: L is Latin, K kana and CJK punctuation, H Han, S the
syllables of Hangul. Latin's additional letters share theirs with Georgian, Khmer and other scripts,
which are left to the profiles."""

_MARKS = bytes(
    next((ord(m) for m, leads in _LEADS.items() if b in leads), 0x20) for b in range(256)
)
_LATIN_ALONE = bytes(b if b == ord("L") else 0x20 for b in range(256))
_LATIN = _MARKS.translate(_LATIN_ALONE)
_NO_LATIN_LETTER = bytes(b for b in range(256) if _LATIN[b] == 0x20)
_INSIDE = bytes([*range(0x80, 0xC0), 0xCC, 0xCD])
"""The bytes that continue a character, and combining accents."""


def declared_language(value: object) -> str | None:
    """`value` as a BCP 47 tag if it looks like one: `zh_CN` becomes `zh-CN`."""
    if isinstance(value, str) and _BCP_47.match(value.strip()):
        return value.strip().replace("_", "-")
    return None


def detect_language(text: str) -> tuple[str | None, float | None]:
    """BCP 47 tag and score in [0, 1] of `text`, or (None, None) where nothing is certain.

    The tag is an ISO 639-1 code; of Chinese it says which script, `zh-Hans` or `zh-Hant`, where the
    characters do.

    Of a language that its script tells, the score is the share of the words in that script, where a
    Han, kana or Hangul character is a word. Of others it is 1 - rank / 1200: rank is the distance
    to the nearest n-gram profile, 0 for identical. Template tags are not counted.
    """
    sample = written = text[:_SAMPLE]
    if "{" in sample:
        sample = _TEMPLATE.sub(" ", sample)
    encoded = sample.encode("utf-8", "replace")
    marked = b"" if sample.isascii() else encoded.translate(_MARKS, _INSIDE)
    marks = marked.translate(None, b" L")
    if marks and _is_fair(marks, encoded):
        code, share = _by_script(sample, encoded, marked, marks)
        if code is not None:
            return code, share
    letters = _latin_letters(encoded[: _SAMPLE // 2]) + len(marks)
    return _by_profile(sample if letters < _LONG else written, letters)


def prose_language(part: str, *, latin: bool) -> str | None:
    """The language of a part of a text that is mainly in one script, if it is prose.

    Of `latin` letters code, TeX and lists of names are told from sentences, as in a mixed text.
    """
    if not latin:
        return detect_language(part)[0]
    sample = _NOT_LATIN.sub(" ", _TEMPLATE.sub(" ", part[:_SAMPLE]))
    letters = _latin_letters(sample.encode("utf-8", "replace"))
    code, score = _by_profile(sample, letters)
    return code if score is not None and _is_prose(score, letters) else None


def _is_fair(marks: bytes, encoded: bytes) -> bool:
    """Whether the letters outside Latin can have a fair share; spares English its words' count."""
    most = _LONG_WORD * len(marks)
    return most > len(encoded) or most > _latin_letters(encoded)


def _latin_letters(encoded: bytes) -> int:
    # To delete and measure takes a third of the time of counting what is frequent.
    return len(encoded.translate(None, _NO_LATIN_LETTER))


def _by_profile(sample: str, letters: int) -> tuple[str | None, float | None]:
    """What the nearest n-gram profile says, if it is near enough."""
    if letters < _FEWEST_LETTERS or (letters < _SHORT and not _has_lead(sample)):
        return None, None
    code, rank = detect_fast(sample, cutoff=_CUTOFF)
    return (None, None) if code == "unknown" else (str(code), round(1 - rank / _CUTOFF, 3))


def _has_lead(sample: str) -> bool:
    nearest = detect_fast(sample, cutoff=_ANY_RANK, n_results=2)
    return isinstance(nearest, list) and nearest[1][1] - nearest[0][1] >= _LEAD


def _by_script(
    sample: str, encoded: bytes, marked: bytes, marks: bytes
) -> tuple[str | None, float | None]:
    """What the most frequent script but Latin tells, if it has a fair share of the words.

    `marked` has a mark or a space for every character, `marks` only those of letters but Latin's.
    """
    # Nearly all marks are Han in most texts: without them there is little left to count.
    others = marks.translate(None, b"H")
    han = len(marks) - len(others)
    kana, hangul = others.count(b"K"), others.count(b"S")
    rare = others.translate(None, b"KS")
    # Most of the marks are commas in Chinese, and are not looked at.
    kana = _count_kana(encoded) if kana > KANA_SHARE * (han + kana) else 0
    weights = {b"H": han + kana, b"S": hangul}
    if rare:
        weights |= {m: len(run.findall(sample)) for m, run in _RUNS.items() if m in rare}
    latin = len(marked.translate(_LATIN_ALONE).split())
    script = max(weights, key=weights.__getitem__)
    share = weights[script] / (sum(weights.values()) + latin or 1)
    if share < _FAIR:
        return None, None
    if latin > weights[script]:
        letters = _latin_letters(encoded)
        code, score = _by_profile(_NOT_LATIN.sub(" ", sample), letters)
        if letters < _SHORT or (score is not None and _is_prose(score, letters)):
            return code, score
    if script not in _RUNS:
        if weights[script] < _FEWEST_CHARACTERS:
            return None, None
        if script == b"S":
            return "ko", round(share, 3)
        japanese = kana > KANA_SHARE * (han + kana)
        return "ja" if japanese else _CHINESE[han_script(sample)], round(share, 3)
    return _by_letters(sample, script, share)


def _is_prose(score: float, letters: int) -> bool:
    return score >= min(_PROSE, 1 - _PROSE_FACTOR / math.cbrt(letters))


def _by_letters(sample: str, script: bytes, share: float) -> tuple[str | None, float | None]:
    """The language of the words in a script that has letters; many share Cyrillic and Arabic."""
    words = " ".join(_RUNS[script].findall(sample))
    letters = len(words.replace(" ", ""))
    if letters < _FEWEST_CHARACTERS:
        return None, None
    code: str | None = None
    if script in _SEVERAL:
        code = str(detect_fast(words, cutoff=_ANY_RANK, langs=_SEVERAL[script])[0])
    elif script == b"I" and 2 * sum(map(len, _THAI.findall(words))) > letters:
        code = "th"
    elif script == b"C" and letters < _SHORT:
        code = next((c for c, alphabet in _ALPHABETS.items() if alphabet.fullmatch(words)), None)
    return _by_profile(words, letters) if code is None else (code, round(share, 3))


def _count_kana(encoded: bytes) -> int:
    """How many characters are in U+3040 to U+30FF; a third of the time that a pattern takes."""
    return sum(map(encoded.count, (b"\xe3\x81", b"\xe3\x82", b"\xe3\x83")))
