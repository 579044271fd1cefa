"""Reads the spelling of a date into an instant; what is not certain is a fault, never a guess.

The named formats:

* `rfc2822`: RFC 2822 section 3.3 with the zone names and short years of section 4.3. Weekday,
  seconds and zone may be missing, so may the time after a four-digit year; names may be in full.
  `-0000` says that the local zone is not known, and that the time is UTC.
* `iso8601`: year first. `2021-03-04`, `2021/3/4 6:7`, `2021.03.04`, `2021-03-04T16:08:01,5+09:00`,
  `2021年3月4日 16时8分` and the basic `20210304T160801Z`. `24:00` is the next day's 00:00, here
  only. A fraction has up to nine digits and is cut, not rounded, to microseconds.
* `unix`, `unix_ms`: 9 or 10 digits of seconds, 12 or 13 of milliseconds. Shorter numbers are
  more often a year or a calendar date than an instant of the 1970s.

Any other format is a strptime pattern with English names and ASCII digits, whatever the locale.
When two formats of a field read one spelling differently, it is ambiguous.
"""

from corpuskit.dates.formats import DEFAULT_FORMATS, check_format
from corpuskit.dates.instants import (
    DAY,
    EPOCH_DAY,
    DateFault,
    DateProblem,
    Instant,
    format_instant,
)
from corpuskit.dates.reader import DateReader

__all__ = [
    "DAY",
    "DEFAULT_FORMATS",
    "EPOCH_DAY",
    "DateFault",
    "DateProblem",
    "DateReader",
    "Instant",
    "check_format",
    "format_instant",
]
