"""What a spelling comes to: an instant, or the problem that it has."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH: Final = EPOCH.replace(tzinfo=None)
EPOCH_DAY: Final = EPOCH.toordinal()
DAY: Final = 86_400_000_000
"""Its microseconds."""
FIRST: Final = (1 - EPOCH_DAY) * DAY
LAST: Final = (date.max.toordinal() + 1 - EPOCH_DAY) * DAY - 1
"""The microseconds of the years 1 to 9999, both ends included."""


class DateFault(StrEnum):
    """Why a spelling gives no instant."""

    UNREADABLE = "unreadable"
    IMPOSSIBLE = "impossible"
    AMBIGUOUS = "ambiguous"
    UNKNOWN_ZONE = "unknown-zone"
    NONEXISTENT = "nonexistent"


class Instant(NamedTuple):
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


def impossible(why: str, advice: str | None = None) -> DateProblem:
    """The problem of a spelling that names no instant there is."""
    return DateProblem(DateFault.IMPOSSIBLE, why, advice)


def format_instant(micros: int) -> str:
    """Spell an instant as `2022-09-15T08:58:07Z`, with six digits of a fraction if it has one.

    Args:
        micros: UTC microseconds since 1970-01-01T00:00:00Z, in the years 1 to 9999.

    Raises:
        OverflowError: The year is not 1 to 9999.
    """
    # With a zone in the sum it takes twice the time.
    return (_NAIVE_EPOCH + timedelta(microseconds=micros)).isoformat() + "Z"


def spell(instant: Instant) -> str:
    """Spell an instant so that `iso8601` reads it back, and a mere day as a day."""
    spelled = format_instant(instant.micros)
    return spelled[:10] if instant.date_only else spelled
