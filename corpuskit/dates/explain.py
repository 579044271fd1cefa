"""Why no format of a field reads a spelling, and which one would."""

import re
from typing import Final

from corpuskit.dates.advice import EXAMPLE, Advice
from corpuskit.dates.formats import NAMED
from corpuskit.dates.instants import DateFault, DateProblem, Instant, spell
from corpuskit.dates.readings import SpellingReader

# What the formats of a field may lack; tried only to say so.
_CANDIDATES: Final = (
    *NAMED, "%B %d, %Y", "%B %d, %Y %H:%M", "%B %d, %Y %I:%M %p", "%Y-%m-%d %I:%M %p",
    "%Y-%m-%d %I:%M:%S %p", "%d-%b-%Y", "%a %b %d %H:%M:%S %Y", "%Y%m%d%H%M%S",
)  # fmt: skip
_NO_ORDER: Final = re.compile(r"\d\d?([-/.])\d\d?\1(?:(\d{4})|\d\d)(?!\d)", re.ASCII)
_ORDERS: Final = ("%m{0}%d{0}%Y", "%d{0}%m{0}%Y")
_SHORT_ORDERS: Final = ("%m{0}%d{0}%y", "%d{0}%m{0}%y", "%y{0}%m{0}%d")
_CLOCKS: Final = (
    "", " %H:%M", " %H:%M:%S", " %H:%M %z", " %H:%M:%S %z", " %I:%M %p", " %I:%M:%S %p",
    "T%H:%M:%S", "T%H:%M:%S%z",
)  # fmt: skip


def explain(text: str, reader: SpellingReader, advice: Advice) -> DateProblem:
    """Say why no format of the field matches, and which spelling or format would."""
    if (found := _NO_ORDER.match(text)) and (problem := _no_order(found, reader, advice)):
        return problem
    listed = ", ".join(advice.formats)
    for fmt in _CANDIDATES:
        other = reader.by_format(text, fmt)
        if isinstance(other, Instant):
            why = f"is in none of the formats of the field ({listed})"
            return DateProblem(DateFault.UNREADABLE, why, advice.write(spell(other), fmt))
    why = f"is no date in the formats of the field ({listed})"
    return DateProblem(DateFault.UNREADABLE, why, advice.write(EXAMPLE))


def _no_order(found: re.Match[str], reader: SpellingReader, advice: Advice) -> DateProblem | None:
    text, (mark, year) = found.string, found.groups()
    orders = _ORDERS if year else _SHORT_ORDERS
    formats = [order.format(mark) + clock for clock in _CLOCKS for order in orders]
    readings = {fmt: reader.by_format(text, fmt) for fmt in formats}
    dates = {fmt: spell(r) for fmt, r in readings.items() if isinstance(r, Instant)}
    if not dates:
        return next((r for r in readings.values() if isinstance(r, DateProblem)), None)
    why = "does not say in which order day, month and year stand"
    if len(dates) == 1:
        why += ", even if only one order gives a date"
    instead = advice.write(" or ".join(dict.fromkeys(dates.values())), *dates)
    return DateProblem(DateFault.AMBIGUOUS, why, instead)
