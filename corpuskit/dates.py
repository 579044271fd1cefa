"""Reads the spelling of a date into an instant; what is not certain is a fault, never a guess.

The named formats:

* `rfc2822`: RFC 2822 section 3.3 with the zone names and short years of section 4.3. Weekday,
  seconds and zone may be missing, so may the time after a four-digit year; names may be in full.
  `-0000` names no zone.
* `iso8601`: year first. `2021-03-04`, `2021/3/4 6:7`, `2021.03.04`, `2021-03-04T16:08:01,5+09:00`,
  `2021年3月4日 16时8分` and the basic `20210304T160801Z`. `24:00` is the next day's 00:00, here
  only. A fraction has up to nine digits and is cut, not rounded, to microseconds.
* `unix`, `unix_ms`: 9 or 10 digits of seconds, 12 or 13 of milliseconds. Shorter numbers are
  more often a year or a calendar date than an instant of the 1970s.

Any other format is a strptime pattern with English names and ASCII digits, whatever the locale.
When two formats of a field read one spelling differently, it is ambiguous.
"""

import re
from calendar import isleap, monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from operator import itemgetter
from typing import Final
from unicodedata import decimal
from zoneinfo import ZoneInfo, available_timezones

DEFAULT_FORMATS: Final[tuple[str, ...]] = ("rfc2822", "iso8601")


class DateFault(StrEnum):
    """Why a spelling gives no instant."""

    UNREADABLE = "unreadable"
    IMPOSSIBLE = "impossible"
    AMBIGUOUS = "ambiguous"
    UNKNOWN_ZONE = "unknown-zone"
    NONEXISTENT = "nonexistent"


@dataclass(frozen=True, slots=True)
class Instant:
    """A point in time in the years 1 to 9999 (UTC), and what its spelling left open.

    Attributes:
        micros: UTC microseconds since 1970-01-01T00:00:00Z.
        zoned: False when the spelling named no zone; a time of day was then read in the
            configured one.
        date_only: Only a calendar day was written; `micros` is its 00:00Z, whatever the zone.
        weekday_wrong: The weekday written is not that date's.
    """

    micros: int
    zoned: bool
    date_only: bool
    weekday_wrong: bool = False


@dataclass(frozen=True, slots=True)
class DateProblem:
    """What is wrong with a spelling, and what to type instead."""

    fault: DateFault
    message: str
    help: str | None


_Reading = Instant | DateProblem | None  # None: not a spelling of that format
_Offset = int | DateFault  # seconds east of UTC

_NAMED: Final = ("rfc2822", "iso8601", "unix", "unix_ms")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = _EPOCH.toordinal()
_MICROSECOND: Final = timedelta(microseconds=1)
_FIRST: Final = (1 - _EPOCH_DAY) * 86_400_000_000
_LAST: Final = (date.max.toordinal() + 1 - _EPOCH_DAY) * 86_400_000_000 - 1
# No known spelling comes near, RFC 2822's comments included; it bounds the work on hostile input.
_LONGEST: Final = 200
_SHOWN: Final = 60
_EXAMPLE: Final = "a date as 2021-03-04 or 2021-03-04T16:08:01+09:00"

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY: Final = {name: n for n, day in enumerate(_DAYS) for name in (day, day[:3])}
# A look-up takes half of int()'s time, takes month names too, and gives 0 for what is absent.
_NUMBER: Final[dict[str | None, int]] = {
    **{f"{n:0{width}}": n for width in (1, 2, 3) for n in range(1000)},
    **{name: n for n, m in enumerate(_MONTHS, 1) for name in (m.lower(), m[:3].lower())},
    "sept": 9,
    None: 0,
}

# RFC 2822 section 4.3, in hours. Its military letters are declared meaningless, so are left out.
_RFC_ZONES: Final = {
    "ut": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_OFFSET: Final = re.compile(r"[+-](?:\d\d?|\d\d?:\d\d|\d{4})", re.ASCII)


@lru_cache(maxsize=1024)
def _offset(zone: str) -> _Offset:
    if zone in {"z", "utc", "gmt"}:
        return 0
    if not _OFFSET.fullmatch(zone):
        return DateFault.UNKNOWN_ZONE
    digits = zone[1:].replace(":", "")
    hours, minutes = (digits, "0") if len(digits) < 3 else (digits[:-2], digits[-2:])
    if int(hours) > 23 or int(minutes) > 59:
        return DateFault.IMPOSSIBLE
    return int(f"{zone[0]}1") * (int(hours) * 3600 + int(minutes) * 60)


def _rfc_offset(zone: str) -> _Offset:
    hours = _RFC_ZONES.get(zone)
    return _offset(zone) if hours is None else hours * 3600


_P = str | None
_Parts = tuple[str, _P, _P, _P, _P, _P, _P, _P, _P, _P, _P]  # as in _PARTS, lower-case


@dataclass(frozen=True, slots=True)
class _Grammar:
    match: Callable[[str], re.Match[str] | None]
    parts: Callable[[re.Match[str]], _Parts]
    offset: Callable[[str], _Offset]
    pivot: int  # the first two-digit year of the 1900s: 50 in RFC 2822, 69 in POSIX
    midnight: bool  # 24:00 ends a day


_PARTS: Final = (
    "year", "month", "day", "yearday", "weekday", "hour", "half", "minute", "second", "fraction",
    "zone",
)  # fmt: skip


def _grammar(regex: str, *, rfc: bool = False, iso: bool = False) -> _Grammar:
    """Compile a regex over lower-case text with a named group for each part that it states."""
    compiled = re.compile(f"{regex}(?P<absent>(?!))?", re.ASCII)
    groups = compiled.groupindex
    parts = itemgetter(*(groups.get(part, groups["absent"]) for part in _PARTS))
    offset, pivot = (_rfc_offset, 50) if rfc else (_offset, 69)
    return _Grammar(compiled.fullmatch, parts, offset, pivot, midnight=iso)


_GAP: Final = r"[ \t\u00a0\u3000]"
_ZONE: Final = r"[+-]\d[\d:]*|(?![ap]m\b)[a-z][\w/+:-]*"
_FRACTION: Final = r"(?:[.,](?P<fraction>\d{1,9}))?"
_TAIL: Final = rf"(?:{_GAP}*(?P<zone>{_ZONE}))?"
_ISO: Final = _grammar(
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)"
    rf"(?:(?:t|{_GAP}+)(?P<hour>\d\d?):(?P<minute>\d\d?)(?::(?P<second>\d\d?){_FRACTION})?{_TAIL})?",
    iso=True,
)
_BASIC: Final = _grammar(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
    rf"(?:t(?P<hour>\d\d)(?P<minute>\d\d)(?:(?P<second>\d\d){_FRACTION})?{_TAIL})?",
    iso=True,
)
_HAN: Final = _grammar(
    rf"(?P<year>\d{{4}}){_GAP}?年{_GAP}?(?P<month>\d\d?){_GAP}?月{_GAP}?(?P<day>\d\d?){_GAP}?[日号號]"
    rf"(?:{_GAP}*(?P<hour>\d\d?)[:时時点點](?P<minute>\d\d?)"
    rf"(?:分|[:分](?P<second>\d\d?){_FRACTION}秒?)?{_TAIL})?",
    iso=True,
)
_RFC: Final = _grammar(
    r"(?:(?P<weekday>[a-z]{3,9})(?:,\s*|\s+))?"
    r"(?P<day>\d\d?)\s+(?P<month>[a-z]{3,9})\s+(?P<year>\d{4}|\d{2,3}(?=\s+\d))"
    r"(?:\s+(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d))?"
    rf"(?:\s*(?:-0000|(?P<zone>{_ZONE})))?)?(?:\s*\([^()]*\))?",
    rfc=True,
)
_BY_MARK: Final = {"-": _ISO, "/": _ISO, ".": _ISO, "年": _HAN}  # by a spelling's fifth character
_UNIX: Final = re.compile(r"-?(?:(\d{9,10})|\d{12,13})", re.ASCII)

# What the formats of a field may lack; tried only to say so.
_CANDIDATES: Final = (
    *_NAMED, "%B %d, %Y", "%B %d, %Y %H:%M", "%B %d, %Y %I:%M %p", "%Y-%m-%d %I:%M %p",
    "%Y-%m-%d %I:%M:%S %p", "%d-%b-%Y", "%a %b %d %H:%M:%S %Y", "%Y%m%d%H%M%S",
)  # fmt: skip
_NO_ORDER: Final = re.compile(r"\d\d?([-/.])\d\d?\1(?:(\d{4})|\d\d)(?!\d)", re.ASCII)
_ORDERS: Final = ("%m{0}%d{0}%Y", "%d{0}%m{0}%Y")
_SHORT_ORDERS: Final = ("%m{0}%d{0}%y", "%d{0}%m{0}%y", "%y{0}%m{0}%d")
_CLOCKS: Final = (
    "", " %H:%M", " %H:%M:%S", " %H:%M %z", " %H:%M:%S %z", " %I:%M %p", " %I:%M:%S %p",
    "T%H:%M:%S", "T%H:%M:%S%z",
)  # fmt: skip

_DIRECTIVES: Final = {
    "Y": ("year", r"\d{4}"), "y": ("year", r"\d\d"), "j": ("yearday", r"\d{1,3}"),
    "m": ("month", r"\d{1,2}"), "b": ("month", "[a-z]{3,9}"), "B": ("month", "[a-z]{3,9}"),
    "d": ("day", r"\d{1,2}"), "a": ("weekday", "[a-z]{3,9}"), "A": ("weekday", "[a-z]{3,9}"),
    "H": ("hour", r"\d{1,2}"), "I": ("hour", r"\d{1,2}"), "p": ("half", "[ap]m"),
    "M": ("minute", r"\d{1,2}"), "S": ("second", r"\d{1,2}"), "f": ("fraction", r"\d{1,9}"),
    "z": ("zone", _ZONE), "Z": ("zone", "[a-z]+"),
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
_AGREES: Final = re.compile(r"%Y([-/.])%m\1%d(?:[ T]%H(?::%M(?::%S(?:[.,]%f)?)?)?)?(?: ?%[zZ])?")


def check_format(fmt: str) -> str | None:
    """Return why `fmt` cannot be a date format of a field, or None when it can."""
    if fmt in _NAMED:
        return None
    if "%" not in fmt:
        close = get_close_matches(fmt.casefold(), _NAMED, 1)
        hint = f'; did you mean "{close[0]}"?' if close else ""
        return f"is neither one of {', '.join(_NAMED)} nor a strptime pattern{hint}"
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
def _pattern(fmt: str) -> _Grammar:
    """Compile a pattern that `check_format` passed.

    A number that a digit touches must be written in full: `2021111` has two readings as `%Y%m%d`.
    """
    tokens = _TOKEN.findall(fmt)
    regex = ""
    for before, token, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        if token.isspace():
            regex += f"{_GAP}+"
        elif len(token) == 2 and token[0] == "%" and token[1] != "%":
            part, spelled = _DIRECTIVES[token[1]]
            touched = re.search(rf"(?:{_DIGIT})$", before) or re.match(_DIGIT, after)
            if touched and part != "fraction":
                spelled = spelled.replace("{1,", "{")
            regex += f"(?P<{part}>{spelled})"
        else:
            regex += re.escape(token.replace("%%", "%").lower())
    return _grammar(regex)


def format_instant(micros: int) -> str:
    """Spell an instant as `2022-09-15T08:58:07Z`, with six digits of a fraction if it has one.

    Args:
        micros: UTC microseconds since 1970-01-01T00:00:00Z, in the years 1 to 9999.

    Raises:
        OverflowError: The year is not 1 to 9999.
    """
    return (_EPOCH + timedelta(microseconds=micros)).isoformat()[:-6] + "Z"


def _spell(instant: Instant) -> str:
    spelled = format_instant(instant.micros)
    return spelled[:10] if instant.date_only else spelled


def _zone_rules(name: str) -> int | ZoneInfo:
    """Return a zone's fixed offset in seconds, or its rules when it is an IANA zone."""
    if name == "UTC" or name.startswith(("+", "-")):
        offset = _offset(name.lower())
        if isinstance(offset, DateFault):
            raise ValueError(f'timezone "{name}" is no offset such as "+08:00"')
        return offset
    try:
        # These two mean another zone on another machine.
        if name not in {"localtime", "posixrules"}:
            return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        pass
    names = available_timezones() - {"localtime"}
    if not names:
        raise ValueError(
            f'timezone "{name}" cannot be looked up, for this machine has no time zone database: '
            'install the Python package tzdata, or write an offset such as "+08:00"'
        )
    close = get_close_matches(name, names, 1)
    hint = f'; did you mean "{close[0]}"?' if close else ""
    raise ValueError(f'timezone "{name}" is no IANA name, "UTC" or offset such as "+08:00"{hint}')


def _month_and_day(year: str, nth: str) -> tuple[str, str]:
    """Return month and day of the nth day of a year, or no date when there is none such."""
    if year == "0000" or not 1 <= int(nth) <= 365 + isleap(int(year)):
        return "1", nth.zfill(3)
    day = date.fromordinal(date(int(year), 1, 1).toordinal() + int(nth) - 1)
    return str(day.month), str(day.day)


def _impossible(why: str, advice: str | None = None) -> DateProblem:
    return DateProblem(DateFault.IMPOSSIBLE, why, advice)


def _no_such_zone(fault: DateFault) -> DateProblem:
    why = "names a zone that stands for no certain offset"
    if fault is DateFault.IMPOSSIBLE:
        why = "has an offset of 24 hours or more, or of more than 59 minutes in the hour"
    return DateProblem(fault, why, "write the offset as +08:00 or -05:00, or Z for UTC")


def _quoting(written: str, problem: DateProblem) -> DateProblem:
    shown = "".join(c if c.isprintable() else "\ufffd" for c in written[:_SHOWN])
    quoted = f"{shown[:-1]}…" if len(written) > _SHOWN else shown
    return DateProblem(problem.fault, f'"{quoted}" {problem.message}', problem.help)


def _full_year(year: str, pivot: int) -> int:
    return int(year) + (2000 if len(year) == 2 and int(year) < pivot else 1900)


def _hour_of_day(hour: int, half: str) -> int:
    """Return a 12-hour clock's hour of the day; one that it does not have stays impossible."""
    return hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 24


def _no_such_time(hours: int, minutes: int, seconds: int) -> DateProblem:
    if hours < 24 and minutes < 60 and seconds == 60:
        return _impossible("is a leap second, which no timestamp holds", "write 59 as the second")
    return _impossible("is no time of day: hours end at 23, minutes and seconds at 59")


class DateReader:
    """Reads the spellings of one field.

    Args:
        formats: One or more named formats and strptime patterns.
        timezone: For spellings that name none: an IANA name, "UTC", or an offset as "+08:00".

    Raises:
        ValueError: A format or the zone is unknown, or the machine has no time zone database.
    """

    __slots__ = ("_contesting", "_formats", "_patterns", "_timezone", "_zone")

    def __init__(self, formats: Sequence[str], timezone: str) -> None:
        if not formats:
            raise ValueError("a date needs at least one format")
        for fmt in formats:
            if reason := check_format(fmt):
                raise ValueError(f'format "{fmt}" {reason}')
        patterns = [fmt for fmt in formats if fmt not in _NAMED]
        self._formats = tuple(formats)
        self._patterns = tuple(_pattern(fmt) for fmt in patterns)
        self._contesting = tuple(_pattern(fmt) for fmt in patterns if not _AGREES.fullmatch(fmt))
        self._timezone = timezone
        self._zone = _zone_rules(timezone)

    def read(self, spelling: str) -> Instant | DateProblem:
        """Return the one instant that the formats of the field give, or why there is none."""
        written = spelling.strip()
        if len(written) > _LONGEST:
            too_long = DateProblem(DateFault.UNREADABLE, "is too long for a date", None)
            return _quoting(written, too_long)
        text = written.lower()
        reading = self._read_named(text, self._formats)
        if not isinstance(reading, Instant) or self._contesting:
            reading = self._weigh(text, reading)
        return reading if isinstance(reading, Instant) else _quoting(written, reading)

    def _weigh(self, text: str, named: _Reading) -> Instant | DateProblem:
        patterns = self._contesting if isinstance(named, Instant) else self._patterns
        readings = [named, *(self._read_grammar(text, pattern) for pattern in patterns)]
        instants = list(dict.fromkeys(r for r in readings if isinstance(r, Instant)))
        if len(instants) == 1:
            return instants[0]
        if instants:
            advice = self._help(" or ".join(map(_spell, instants)))
            why = f"has {len(instants)} readings in the formats of the field"
            return DateProblem(DateFault.AMBIGUOUS, why, advice)
        problems = (r for r in readings if isinstance(r, DateProblem))
        return next(problems, None) or self._explain(text)

    def _read_named(self, text: str, formats: Sequence[str]) -> _Reading:
        grammar = _BY_MARK.get(text[4:5])
        if grammar is None:
            if not text[2:3].isdigit():
                return self._read_grammar(text, _RFC) if "rfc2822" in formats else None
            if found := _UNIX.fullmatch(text):
                name, unit = ("unix", 1_000_000) if found[1] else ("unix_ms", 1000)
                instant = Instant(int(text) * unit, zoned=True, date_only=False)
                return instant if name in formats else None
            grammar = _HAN if "年" in text else _BASIC
        return self._read_grammar(text, grammar) if "iso8601" in formats else None

    def _read_as(self, text: str, fmt: str) -> _Reading:
        if fmt in _NAMED:
            return self._read_named(text, (fmt,))
        return self._read_grammar(text, _pattern(fmt))

    def _read_grammar(self, text: str, grammar: _Grammar) -> _Reading:
        found = grammar.match(text)
        if found is None:
            return None
        year, month, day, nth, weekday, hour, half, minute, second, fraction, zone = grammar.parts(
            found
        )
        if nth is not None:
            month, day = _month_and_day(year, nth)
        years = int(year) if len(year) == 4 else _full_year(year, grammar.pivot)
        try:
            days = date(years, _NUMBER[month], _NUMBER[day]).toordinal() - _EPOCH_DAY
            # The epoch was a Thursday.
            wrong = weekday is not None and _WEEKDAY[weekday] != (days + 3) % 7
        except KeyError:
            return None
        except ValueError:
            return self._no_such_day(years, _NUMBER[month], _NUMBER[day])
        if hour is None:
            midnight = days * 86_400_000_000
            return Instant(midnight, zone is not None, date_only=True, weekday_wrong=wrong)
        hours = _NUMBER[hour] if half is None else _hour_of_day(_NUMBER[hour], half)
        minutes, seconds = _NUMBER[minute], _NUMBER[second]
        local = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000_000
        if fraction is not None:
            local += int(fraction[:6].ljust(6, "0"))
        if hours > 23 or minutes > 59 or seconds > 59:
            ends_day = grammar.midnight and local == (days + 1) * 86_400_000_000
            if not ends_day or hours != 24:
                return _no_such_time(hours, minutes, seconds)
        utc = self._to_utc(local, None if zone is None else grammar.offset(zone))
        if not isinstance(utc, int):
            return utc
        if _FIRST <= utc <= _LAST:
            return Instant(utc, zone is not None, date_only=False, weekday_wrong=wrong)
        return _impossible("is outside the years 1 to 9999 in UTC")

    def _to_utc(self, local: int, offset: _Offset | None) -> int | DateProblem:
        where = self._zone if offset is None else offset
        if isinstance(where, int):
            return local - where * 1_000_000
        if isinstance(where, DateFault):
            return _no_such_zone(where)
        if local > _LAST:
            return local
        wall = (_EPOCH + timedelta(microseconds=local)).replace(tzinfo=where)
        utc, folded = ((w - _EPOCH) // _MICROSECOND for w in (wall, wall.replace(fold=1)))
        if utc == folded:
            return utc
        advice = self._help(" or ".join(format_instant(t) for t in sorted((utc, folded))))
        # PEP 495: fold=1 is the later of two repeated times, and the earlier reading of a gap.
        if utc < folded:
            why = f"came twice in {self._timezone}, where the clock was put back over it"
            return DateProblem(DateFault.AMBIGUOUS, why, advice)
        why = f"never came in {self._timezone}, where the clock was put forward past it"
        return DateProblem(DateFault.NONEXISTENT, why, advice)

    def _no_such_day(self, year: int, month: int, day: int) -> DateProblem:
        if not year:
            return _impossible("is no date: there is no year 0")
        if day > 99:
            return _impossible(f"is no date: {year} has no day {day}")
        if not 1 <= month <= 12:
            swapped = 1 <= day <= 12 and 1 <= month <= monthrange(year, day)[1]
            spelled = f"{year:04}-{day:02}-{month:02} if month and day are swapped"
            advice = self._help(spelled) if swapped else None
            return _impossible(f"is no date: there is no month {month}", advice)
        last = f"{year:04}-{month:02}-{monthrange(year, month)[1]:02}"
        why = f"is no date: {_MONTHS[month - 1]} {year} has no day {day}"
        return _impossible(why, self._help(f"{last} if its last day is meant") if day else None)

    def _explain(self, text: str) -> DateProblem:
        """Say why no format of the field matches, and which spelling or format would."""
        if (digits := "".join(str(decimal(c, c)) for c in text)) != text:
            reading = self.read(digits)
            advice = self._help(_spell(reading) if isinstance(reading, Instant) else _EXAMPLE)
            return DateProblem(DateFault.UNREADABLE, "has digits other than 0 to 9", advice)
        if (found := _NO_ORDER.match(text)) and (problem := self._no_order(text, *found.groups())):
            return problem
        listed = ", ".join(self._formats)
        for fmt in _CANDIDATES:
            other = self._read_as(text, fmt)
            if isinstance(other, Instant):
                why = f"is in none of the formats of the field ({listed})"
                return DateProblem(DateFault.UNREADABLE, why, self._help(_spell(other), fmt))
        why = f"is no date in the formats of the field ({listed})"
        return DateProblem(DateFault.UNREADABLE, why, self._help(_EXAMPLE))

    def _no_order(self, text: str, mark: str, year: str | None) -> DateProblem | None:
        orders = _ORDERS if year else _SHORT_ORDERS
        formats = [order.format(mark) + clock for clock in _CLOCKS for order in orders]
        readings = {fmt: self._read_as(text, fmt) for fmt in formats}
        dates = {fmt: _spell(r) for fmt, r in readings.items() if isinstance(r, Instant)}
        if not dates:
            return next((r for r in readings.values() if isinstance(r, DateProblem)), None)
        why = "does not say in which order day, month and year stand"
        if len(dates) == 1:
            why += ", even if only one order gives a date"
        advice = self._help(" or ".join(dict.fromkeys(dates.values())), *dates)
        return DateProblem(DateFault.AMBIGUOUS, why, advice)

    def _help(self, spelled: str, *formats: str) -> str:
        """Say what to type: a spelling that the field reads, or a format to add to it."""
        added = " or ".join(f'"{fmt}"' for fmt in formats or ("iso8601",))
        if "iso8601" in self._formats:
            also = f", or add the format {added} to the field" if formats else ""
            return f"write {spelled}{also}"
        also = "" if formats else f" and write {spelled}"
        return f"add the format {added} to the field{also}"
