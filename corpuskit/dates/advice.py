"""What to say of a spelling that names no instant, and what to type instead."""

from calendar import monthrange
from dataclasses import dataclass
from typing import Final

from corpuskit.dates.grammars import MONTHS
from corpuskit.dates.instants import DateProblem, impossible

EXAMPLE: Final = "a date as 2021-03-04 or 2021-03-04T16:08:01+09:00"


@dataclass(frozen=True, slots=True)
class Advice:
    """Says what to type in a field that has these formats."""

    formats: tuple[str, ...]

    def write(self, spelled: str, *formats: str) -> str:
        """Say what to type: a spelling that the field reads, or a format to add to it."""
        added = " or ".join(f'"{fmt}"' for fmt in formats or ("iso8601",))
        if "iso8601" in self.formats:
            also = f", or add the format {added} to the field" if formats else ""
            return f"write {spelled}{also}"
        also = "" if formats else f" and write {spelled}"
        return f"add the format {added} to the field{also}"


def no_such_day(year: int, month: int, day: int, advice: Advice) -> DateProblem:
    """The problem of a spelling whose day is in no calendar."""
    if not year:
        return impossible("is no date: there is no year 0")
    if day > 99:
        return impossible(f"is no date: {year} has no day {day}")
    if not 1 <= month <= 12:
        swapped = 1 <= day <= 12 and 1 <= month <= monthrange(year, day)[1]
        spelled = f"{year:04}-{day:02}-{month:02} if month and day are swapped"
        instead = advice.write(spelled) if swapped else None
        return impossible(f"is no date: there is no month {month}", instead)
    last = f"{year:04}-{month:02}-{monthrange(year, month)[1]:02}"
    why = f"is no date: {MONTHS[month - 1]} {year} has no day {day}"
    return impossible(why, advice.write(f"{last} if its last day is meant") if day else None)


def no_such_time(hours: int, minutes: int, seconds: int) -> DateProblem:
    """The problem of a spelling whose time is on no clock."""
    if hours < 24 and minutes < 60 and seconds == 60:
        return impossible("is a leap second, which no timestamp holds", "write 59 as the second")
    return impossible("is no time of day: hours end at 23, minutes and seconds at 59")
