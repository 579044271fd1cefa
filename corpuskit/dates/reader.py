"""The reader of a field's dates."""

from collections.abc import Sequence
from typing import Final
from unicodedata import decimal

from corpuskit.dates.advice import EXAMPLE, Advice
from corpuskit.dates.explain import explain
from corpuskit.dates.formats import AGREES, NAMED, check_format, compile_pattern
from corpuskit.dates.instants import DateFault, DateProblem, Instant, spell
from corpuskit.dates.readings import Reading, SpellingReader

# No known spelling comes near, RFC 2822's comments included; it bounds the work on hostile input.
_LONGEST: Final = 200
_SHOWN: Final = 60


def _quoting(written: str, problem: DateProblem) -> DateProblem:
    shown = "".join(c if c.isprintable() else "\ufffd" for c in written[:_SHOWN])
    quoted = f"{shown[:-1]}…" if len(written) > _SHOWN else shown
    return DateProblem(problem.fault, f'"{quoted}" {problem.message}', problem.help)


class DateReader:
    """Reads the spellings of one field.

    Args:
        formats: One or more named formats and strptime patterns.
        timezone: For spellings that name none: an IANA name, "UTC", or an offset as "+08:00".

    Raises:
        ValueError: A format or the zone is unknown, or the machine has no time zone database.
    """

    __slots__ = ("_advice", "_contesting", "_formats", "_patterns", "_spellings")

    def __init__(self, formats: Sequence[str], timezone: str) -> None:
        if not formats:
            raise ValueError("a date needs at least one format")
        for fmt in formats:
            if reason := check_format(fmt):
                raise ValueError(f'format "{fmt}" {reason}')
        patterns = [fmt for fmt in formats if fmt not in NAMED]
        self._formats = tuple(formats)
        self._patterns = tuple(compile_pattern(fmt) for fmt in patterns)
        self._contesting = tuple(
            compile_pattern(fmt) for fmt in patterns if not AGREES.fullmatch(fmt)
        )
        self._advice = Advice(self._formats)
        self._spellings = SpellingReader(timezone, self._advice)

    def read(self, spelling: str) -> Instant | DateProblem:
        """Return the one instant that the formats of the field give, or why there is none."""
        written = spelling.strip()
        if len(written) > _LONGEST:
            too_long = DateProblem(DateFault.UNREADABLE, "is too long for a date", None)
            return _quoting(written, too_long)
        text = written.lower()
        reading = self._spellings.named(text, self._formats)
        if not isinstance(reading, Instant) or self._contesting:
            reading = self._weigh(text, reading)
        return reading if isinstance(reading, Instant) else _quoting(written, reading)

    def _weigh(self, text: str, named: Reading) -> Instant | DateProblem:
        patterns = self._contesting if isinstance(named, Instant) else self._patterns
        readings = [named, *(self._spellings.by_grammar(text, pattern) for pattern in patterns)]
        instants = list(dict.fromkeys(r for r in readings if isinstance(r, Instant)))
        if len(instants) == 1:
            return instants[0]
        if instants:
            advice = self._advice.write(" or ".join(map(spell, instants)))
            why = f"has {len(instants)} readings in the formats of the field"
            return DateProblem(DateFault.AMBIGUOUS, why, advice)
        problems = (r for r in readings if isinstance(r, DateProblem))
        return next(problems, None) or self._explain(text)

    def _explain(self, text: str) -> DateProblem:
        if (digits := "".join(str(decimal(c, c)) for c in text)) == text:
            return explain(text, self._spellings, self._advice)
        reading = self.read(digits)
        spelled = spell(reading) if isinstance(reading, Instant) else EXAMPLE
        advice = self._advice.write(spelled)
        return DateProblem(DateFault.UNREADABLE, "has digits other than 0 to 9", advice)
