"""One spelling in one format: what it comes to in the zone of the field."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from corpuskit.dates.advice import Advice, no_such_day, no_such_time
from corpuskit.dates.formats import NAMED, compile_pattern
from corpuskit.dates.grammars import (
    BASIC,
    BY_MARK,
    HAN,
    NUMBER,
    RFC,
    UNIX,
    WEEKDAY,
    Grammar,
    full_year,
    hour_of_day,
    month_and_day,
)
from corpuskit.dates.instants import (
    DAY,
    EPOCH,
    EPOCH_DAY,
    FIRST,
    LAST,
    DateFault,
    DateProblem,
    Instant,
    format_instant,
    impossible,
)
from corpuskit.dates.zones import no_such_zone, zone_rules

Reading = Instant | DateProblem | None
"""None: not a spelling of that format."""

_MICROSECOND: Final = timedelta(microseconds=1)


class SpellingReader:
    """Reads lower-case spellings in one format at a time, in the zone that a field has.

    Raises:
        ValueError: The zone is unknown, or the machine has no time zone database.
    """

    __slots__ = ("_advice", "_timezone", "_zone")

    def __init__(self, timezone: str, advice: Advice) -> None:
        self._advice = advice
        self._timezone = timezone
        self._zone = zone_rules(timezone)

    def named(self, text: str, formats: Sequence[str]) -> Reading:
        """Read a spelling in the named format that its shape shows, if it is one of `formats`."""
        grammar = BY_MARK.get(text[4:5])
        if grammar is None:
            if not text[2:3].isdigit():
                return self.by_grammar(text, RFC) if "rfc2822" in formats else None
            if found := UNIX.fullmatch(text):
                name, unit = ("unix", 1_000_000) if found[1] else ("unix_ms", 1000)
                instant = Instant(int(text) * unit, zoned=True, date_only=False)
                return instant if name in formats else None
            grammar = HAN if "年" in text else BASIC
        return self.by_grammar(text, grammar) if "iso8601" in formats else None

    def by_format(self, text: str, fmt: str) -> Reading:
        """Read a spelling in one format, named or a pattern."""
        if fmt in NAMED:
            return self.named(text, (fmt,))
        return self.by_grammar(text, compile_pattern(fmt))

    def by_grammar(self, text: str, grammar: Grammar) -> Reading:
        """Read a spelling that a grammar matches in full."""
        found = grammar.match(text)
        if found is None:
            return None
        year, month, day, nth, weekday, hour, half, minute, second, fraction, zone = grammar.parts(
            found
        )
        if nth is not None:
            month, day = month_and_day(year, nth)
        years = int(year) if len(year) == 4 else full_year(year, grammar.pivot)
        try:
            days = date(years, NUMBER[month], NUMBER[day]).toordinal() - EPOCH_DAY
            # The epoch was a Thursday.
            wrong = weekday is not None and WEEKDAY[weekday] != (days + 3) % 7
        except KeyError:
            return None
        except ValueError:
            return no_such_day(years, NUMBER[month], NUMBER[day], self._advice)
        if hour is None:
            midnight = days * DAY
            return Instant(midnight, zone is not None, date_only=True, weekday_wrong=wrong)
        hours = NUMBER[hour] if half is None else hour_of_day(NUMBER[hour], half)
        minutes, seconds = NUMBER[minute], NUMBER[second]
        local = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000_000
        if fraction is not None:
            local += int(fraction[:6].ljust(6, "0"))
        if hours > 23 or minutes > 59 or seconds > 59:
            ends_day = grammar.midnight and local == (days + 1) * DAY
            if not ends_day or hours != 24:
                return no_such_time(hours, minutes, seconds)
        where = self._zone if zone is None else grammar.offset(zone)
        utc = local - where * 1_000_000 if isinstance(where, int) else self._to_utc(local, where)
        if not isinstance(utc, int):
            return utc
        if FIRST <= utc <= LAST:
            return Instant(utc, zone is not None, date_only=False, weekday_wrong=wrong)
        return impossible("is outside the years 1 to 9999 in UTC")

    def _to_utc(self, local: int, where: ZoneInfo | DateFault) -> int | DateProblem:
        if isinstance(where, DateFault):
            return no_such_zone(where)
        if local > LAST:
            return local
        wall = (EPOCH + timedelta(microseconds=local)).replace(tzinfo=where)
        utc, folded = ((w - EPOCH) // _MICROSECOND for w in (wall, wall.replace(fold=1)))
        if utc == folded:
            return utc
        advice = self._advice.write(" or ".join(format_instant(t) for t in sorted((utc, folded))))
        # PEP 495: fold=1 is the later of two repeated times, and the earlier reading of a gap.
        if utc < folded:
            why = f"came twice in {self._timezone}, where the clock was put back over it"
            return DateProblem(DateFault.AMBIGUOUS, why, advice)
        why = f"never came in {self._timezone}, where the clock was put forward past it"
        return DateProblem(DateFault.NONEXISTENT, why, advice)
