"""The grammars of the named formats, and what their parts mean."""

import re
from calendar import isleap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Final

from corpuskit.dates.zones import Offset, read_offset, read_rfc_offset

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY: Final = {name: n for n, day in enumerate(_DAYS) for name in (day, day[:3])}
# A look-up takes half of int()'s time, takes month names too, and gives 0 for what is absent.
NUMBER: Final[dict[str | None, int]] = {
    **{f"{n:0{width}}": n for width in (1, 2, 3) for n in range(10**width)},
    **{name: n for n, m in enumerate(MONTHS, 1) for name in (m.lower(), m[:3].lower())},
    "sept": 9,
    None: 0,
}

_P = str | None
_Parts = tuple[str, _P, _P, _P, _P, _P, _P, _P, _P, _P, _P]  # as in _PARTS, lower-case


@dataclass(frozen=True, slots=True)
class Grammar:
    """Matches lower-case spellings of one form, and says what their parts mean."""

    match: Callable[[str], re.Match[str] | None]
    parts: Callable[[re.Match[str]], _Parts]
    offset: Callable[[str], Offset]
    pivot: int  # the first two-digit year of the 1900s: 50 in RFC 2822, 69 in POSIX
    midnight: bool  # 24:00 ends a day


_PARTS: Final = (
    "year", "month", "day", "yearday", "weekday", "hour", "half", "minute", "second", "fraction",
    "zone",
)  # fmt: skip


def compile_grammar(regex: str, *, rfc: bool = False, iso: bool = False) -> Grammar:
    """Compile a regex over lower-case text with a named group for each part that it states."""
    compiled = re.compile(f"{regex}(?P<absent>(?!))?", re.ASCII)
    groups = compiled.groupindex
    parts = itemgetter(*(groups.get(part, groups["absent"]) for part in _PARTS))
    offset, pivot = (read_rfc_offset, 50) if rfc else (read_offset, 69)
    return Grammar(compiled.fullmatch, parts, offset, pivot, midnight=iso)


GAP: Final = r"[ \t\u00a0\u3000]"
ZONE: Final = r"[+-]\d[\d:]*|(?![ap]m\b)[a-z][\w/+:-]*"
_FRACTION: Final = r"(?:[.,](?P<fraction>\d{1,9}))?"
_TAIL: Final = rf"(?:{GAP}*(?P<zone>{ZONE}))?"
ISO: Final = compile_grammar(
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)"
    rf"(?:(?:t|{GAP}+)(?P<hour>\d\d?):(?P<minute>\d\d?)(?::(?P<second>\d\d?){_FRACTION})?{_TAIL})?",
    iso=True,
)
BASIC: Final = compile_grammar(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
    rf"(?:t(?P<hour>\d\d)(?P<minute>\d\d)(?:(?P<second>\d\d){_FRACTION})?{_TAIL})?",
    iso=True,
)
HAN: Final = compile_grammar(
    rf"(?P<year>\d{{4}}){GAP}?年{GAP}?(?P<month>\d\d?){GAP}?月{GAP}?(?P<day>\d\d?){GAP}?[日号號]"
    rf"(?:{GAP}*(?P<hour>\d\d?)[:时時点點](?P<minute>\d\d?)"
    rf"(?:分|[:分](?P<second>\d\d?){_FRACTION}秒?)?{_TAIL})?",
    iso=True,
)
RFC: Final = compile_grammar(
    r"(?:(?P<weekday>[a-z]{3,9})(?:,\s*|\s+))?"
    r"(?P<day>\d\d?)\s+(?P<month>[a-z]{3,9})\s+(?P<year>\d{4}|\d{2,3}(?=\s+\d))"
    r"(?:\s+(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d))?"
    rf"(?:\s*(?P<zone>{ZONE}))?)?(?:\s*\([^()]*\))?",
    rfc=True,
)
BY_MARK: Final = {"-": ISO, "/": ISO, ".": ISO, "年": HAN}  # by a spelling's fifth character
UNIX: Final = re.compile(r"-?(?:(\d{9,10})|\d{12,13})", re.ASCII)


def month_and_day(year: str, nth: str) -> tuple[str, str]:
    """Return month and day of the nth day of a year, or no date when there is none such."""
    if year == "0000" or not 1 <= int(nth) <= 365 + isleap(int(year)):
        return "1", nth.zfill(3)
    day = date.fromordinal(date(int(year), 1, 1).toordinal() + int(nth) - 1)
    return str(day.month), str(day.day)


def full_year(year: str, pivot: int) -> int:
    """Return the year that two digits or, as RFC 2822 has it, three stand for."""
    return int(year) + (2000 if len(year) == 2 and int(year) < pivot else 1900)


def hour_of_day(hour: int, half: str) -> int:
    """Return a 12-hour clock's hour of the day; one that it does not have stays impossible."""
    return hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 24
