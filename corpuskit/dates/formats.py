"""The formats that a field may name, and the grammar of a strptime pattern."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from corpuskit.dates.grammars import GAP, ZONE, Grammar, compile_grammar

DEFAULT_FORMATS: Final[tuple[str, ...]] = ("rfc2822", "iso8601")
NAMED: Final = ("rfc2822", "iso8601", "unix", "unix_ms")

_DIRECTIVES: Final = {
    "Y": ("year", r"\d{4}"), "y": ("year", r"\d\d"), "j": ("yearday", r"\d{1,3}"),
    "m": ("month", r"\d{1,2}"), "b": ("month", "[a-z]{3,9}"), "B": ("month", "[a-z]{3,9}"),
    "d": ("day", r"\d{1,2}"), "a": ("weekday", "[a-z]{3,9}"), "A": ("weekday", "[a-z]{3,9}"),
    "H": ("hour", r"\d{1,2}"), "I": ("hour", r"\d{1,2}"), "p": ("half", "[ap]m"),
    "M": ("minute", r"\d{1,2}"), "S": ("second", r"\d{1,2}"), "f": ("fraction", r"\d{1,9}"),
    "z": ("zone", ZONE), "Z": ("zone", "[a-z]+"),
}  # fmt: skip
_INSTEAD: Final = {
    "e": "%d", "h": "%b", "k": "%H", "l": "%I", "L": "%f", "N": "%f", "P": "%p", "D": "%m/%d/%y",
    "F": "%Y-%m-%d", "R": "%H:%M", "T": "%H:%M:%S", "s": 'the format "unix"',
}  # fmt: skip
_NEEDS: Final = {
    "yearday": ("year",), "month": ("day",), "day": ("month", "year"), "half": ("hour",),
    "minute": ("hour",), "second": ("minute",), "fraction": ("second",),
}  # fmt: skip
_TOKEN: Final = re.compile(r"%%|%[-_#^]?.?|\s+|[^%\s]+")
_DIGIT: Final = "[0-9]|%[YymdjHIMSf]"
_LITERAL_ZONE: Final = re.compile(r"%[HMSfp] ?(Z|UTC|GMT|[+-]\d\d:?\d\d)(?![a-zA-Z0-9])")
# Patterns that read nothing otherwise than iso8601 does, so need no second look.
AGREES: Final = re.compile(r"%Y([-/.])%m\1%d(?:[ T]%H(?::%M(?::%S(?:[.,]%f)?)?)?)?(?: ?%[zZ])?")


def check_format(fmt: str) -> str | None:
    """Return why `fmt` cannot be a date format of a field, or None when it can."""
    if fmt in NAMED:
        return None
    if "%" not in fmt:
        close = get_close_matches(fmt.casefold(), NAMED, 1)
        hint = f'; did you mean "{close[0]}"?' if close else ""
        return f"is neither one of {', '.join(NAMED)} nor a strptime pattern{hint}"
    letters = [t[1:] for t in _TOKEN.findall(fmt) if t[0] == "%" and t != "%%"]
    for letter in letters:
        if letter not in _DIRECTIVES:
            return _no_directive(letter)
    if literal := _LITERAL_ZONE.search(fmt):
        return f"would read past the zone in {literal[1]}: write %z in its place"
    if re.search(rf"%f(?:{_DIGIT})", fmt):
        return "does not say where %f ends: put something between it and the next digits"
    return _check_parts(letters)


def _no_directive(letter: str) -> str:
    if letter[1:] in _DIRECTIVES:
        return f"has %{letter}: write %{letter[1:]}, which reads unpadded numbers too"
    if letter in _INSTEAD:
        return f"has %{letter}: write {_INSTEAD[letter]}"
    return f"has the unknown directive %{letter}" if letter else "ends in a single %"


def _check_parts(letters: Sequence[str]) -> str | None:
    parts = [_DIRECTIVES[letter][0] for letter in letters]
    for part in parts:
        if parts.count(part) > 1 or (part == "yearday" and "day" in parts):
            return f"states the {part} twice"
        for needed in _NEEDS.get(part, ()):
            if needed not in parts:
                return f"states the {part} without the {needed}"
    if "day" not in parts and "yearday" not in parts:
        return "states no day"
    if ("I" in letters) != ("p" in letters):
        return "states half of a 12-hour time: %I goes with %p, and %H is the 24-hour clock"
    return None


@lru_cache(maxsize=256)
def compile_pattern(fmt: str) -> Grammar:
    """Compile a pattern that `check_format` passed.

    A number that a digit touches must be written in full: `2021111` has two readings as `%Y%m%d`.
    """
    tokens = _TOKEN.findall(fmt)
    regex = ""
    for before, token, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        if token.isspace():
            regex += f"{GAP}+"
        elif len(token) == 2 and token[0] == "%" and token[1] != "%":
            part, spelled = _DIRECTIVES[token[1]]
            touched = re.search(rf"(?:{_DIGIT})$", before) or re.match(_DIGIT, after)
            if touched and part != "fraction":
                spelled = spelled.replace("{1,", "{")
            regex += f"(?P<{part}>{spelled})"
        else:
            regex += re.escape(token.replace("%%", "%").lower())
    return compile_grammar(regex)
