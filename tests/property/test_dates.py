"""What holds for every date: it is read back from each of its spellings, and nothing is guessed."""

import locale
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corpuskit.dates import (
    DEFAULT_FORMATS,
    DateFault,
    DateProblem,
    DateReader,
    Instant,
    format_instant,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
FULL_MONTHS = (
    "January February March April May June July August September October November December"
)


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def month(moment: datetime, names: str = MONTHS) -> str:
    return names.split(" ")[moment.month - 1]


def offset(moment: datetime, colon: str = "") -> str:
    minutes = (moment.utcoffset() or timedelta(0)) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}{colon}{rest:02}"


@dataclass(frozen=True, slots=True)
class Spelling:
    """A way to write a date: how exactly it does so, and the format that a field needs for it."""

    write: Callable[[datetime], str]
    step: timedelta
    zoned: bool
    formats: tuple[str, ...] = DEFAULT_FORMATS

    def kept(self, moment: datetime) -> datetime:
        """What is left of the moment once it is written; without a zone it reads as UTC."""
        naive = moment.replace(tzinfo=None)
        naive -= (naive - datetime.min) % self.step  # noqa: DTZ901 - the wall clock is meant
        return naive.replace(tzinfo=moment.tzinfo if self.zoned else UTC)


DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

SPELLINGS = {
    "isoformat": Spelling(lambda d: d.isoformat(), MICROSECOND, zoned=True),
    "isoformat with a space": Spelling(lambda d: d.isoformat(" "), MICROSECOND, zoned=True),
    "Hexo and Jekyll": Spelling(
        lambda d: f"{d.isoformat(' ', 'seconds')[:19]} {offset(d)}", SECOND, zoned=True
    ),
    "Z": Spelling(
        lambda d: f"{d.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z",
        MICROSECOND,
        zoned=True,
    ),
    "nanoseconds with a comma": Spelling(
        lambda d: f"{d.isoformat()[:19]},{d.microsecond:06}789{offset(d, ':')}",
        MICROSECOND,
        zoned=True,
    ),
    "no zone": Spelling(lambda d: d.isoformat(" ")[:19], SECOND, zoned=False),
    "minutes": Spelling(lambda d: d.isoformat(" ")[:16], MINUTE, zoned=False),
    "slashes": Spelling(lambda d: d.isoformat(" ")[:16].replace("-", "/"), MINUTE, zoned=False),
    "dots": Spelling(lambda d: d.isoformat()[:10].replace("-", "."), DAY, zoned=False),
    "unpadded": Spelling(
        lambda d: f"{d.year:04}-{d.month}-{d.day} {d.hour}:{d.minute}:{d.second}",
        SECOND,
        zoned=False,
    ),
    "basic": Spelling(
        lambda d: d.isoformat()[:19].replace("-", "").replace(":", "") + offset(d),
        SECOND,
        zoned=True,
    ),
    "date": Spelling(lambda d: d.isoformat()[:10], DAY, zoned=False),
    "Han date": Spelling(lambda d: f"{d.year:04}年{d.month}月{d.day:02}日", DAY, zoned=False),
    "Han time": Spelling(
        lambda d: f"{d.year:04}年{d.month}月{d.day}日 {d.hour}时{d.minute}分{d.second}秒",
        SECOND,
        zoned=False,
    ),
    "RFC 2822": Spelling(format_datetime, SECOND, zoned=True),
    "RFC 2822 without what is optional": Spelling(
        lambda d: f"{d.day} {month(d)} {d.year:04} {d.hour:02}:{d.minute:02} {offset(d)}",
        MINUTE,
        zoned=True,
    ),
    "RFC 2822 date": Spelling(lambda d: f"{d.day} {month(d)} {d.year:04}", DAY, zoned=False),
    "US pattern": Spelling(
        lambda d: (
            f"{d.month}/{d.day}/{d.year:04} "
            f"{(d.hour + 11) % 12 + 1}:{d.minute:02}:{d.second:02} {'AP'[d.hour // 12]}M"
        ),
        SECOND,
        zoned=False,
        formats=(*DEFAULT_FORMATS, "%m/%d/%Y %I:%M:%S %p"),
    ),
    "pattern with everything": Spelling(
        lambda d: (
            f"{d.day} {month(d, FULL_MONTHS)} {d.year:04} "
            f"{d.hour}:{d.minute}:{d.second}.{d.microsecond:06} {offset(d, ':')}"
        ),
        MICROSECOND,
        zoned=True,
        formats=("%d %B %Y %H:%M:%S.%f %z",),
    ),
    "day of the year": Spelling(
        lambda d: f"{d.year:04}.{d.timetuple().tm_yday}", DAY, zoned=False, formats=("%Y.%j",)
    ),
    "digits only": Spelling(
        lambda d: (
            f"{d.year:04}{d.month:02}{d.day:02}{d.hour:02}{d.minute:02}{d.second:02}"
            f"{d.microsecond:06}"
        ),
        MICROSECOND,
        zoned=False,
        formats=("%Y%m%d%H%M%S%f",),
    ),
}
READERS = {name: DateReader(way.formats, "UTC") for name, way in SPELLINGS.items()}
DEFAULT = DateReader(DEFAULT_FORMATS, "UTC")

offsets = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Any moment whose year is 1 to 9999 both where it is written and in UTC."""
    moment = draw(st.datetimes(timezones=offsets))
    assume(EPOCH.replace(year=1) <= moment <= datetime.max.replace(tzinfo=UTC) - DAY)
    return moment


near_dates = st.text("0123456789-/:.,T Z+年月日时AaPpMm%()", max_size=30)
damaged = st.builds(
    lambda moment, name, at, put: (
        (text := SPELLINGS[name].write(moment))[: at % len(text)] + put + text[at % len(text) + 1 :]
    ),
    moments(),
    st.sampled_from(sorted(SPELLINGS)),
    st.integers(0, 60),
    st.text(max_size=2),
)


@pytest.mark.parametrize("name", SPELLINGS)
@given(moment=moments())
def test_date_is_read_back_from_its_spelling(name: str, moment: datetime) -> None:
    way = SPELLINGS[name]
    kept = way.kept(moment)
    found = READERS[name].read(way.write(moment))
    assert found == Instant(micros(kept), zoned=way.zoned, date_only=way.step == DAY)


@pytest.mark.parametrize("name", SPELLINGS)
@given(moment=moments())
def test_case_and_surrounding_space_of_a_spelling_mean_nothing(name: str, moment: datetime) -> None:
    spelling = SPELLINGS[name].write(moment)
    reader = READERS[name]
    assert reader.read(f"\n {spelling.upper()}\t") == reader.read(spelling.lower())


@given(st.one_of(st.text(), near_dates, damaged))
def test_any_text_is_an_instant_or_a_problem_that_says_what_to_do(text: str) -> None:
    for reader in (DEFAULT, *READERS.values()):
        found = reader.read(text)
        assert isinstance(found, (Instant, DateProblem))
        if isinstance(found, DateProblem):
            assert len(found.message) < 400
            assert found.message.isprintable()
        else:
            assert DEFAULT.read(format_instant(found.micros)) == Instant(
                found.micros, zoned=True, date_only=False
            )


@given(
    day=st.integers(0, 99),
    month=st.integers(0, 99),
    year=st.one_of(st.integers(0, 99), st.integers(1000, 9999)),
    mark=st.sampled_from("/.-"),
    clock=st.sampled_from(["", " 10:00", " 10:00:01 +0800", " 1:00 PM"]),
)
def test_date_with_its_year_last_is_never_read_without_a_pattern(
    day: int, month: int, year: int, mark: str, clock: str
) -> None:
    found = DEFAULT.read(f"{day:02}{mark}{month:02}{mark}{year:02}{clock}")
    assert isinstance(found, DateProblem)
    assert found.fault in {DateFault.AMBIGUOUS, DateFault.IMPOSSIBLE}


@given(moments())
def test_instant_is_spelled_as_isoformat_does(moment: datetime) -> None:
    spelled = moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    assert format_instant(micros(moment)) == spelled


CLOCK_CHANGES = [
    ("America/New_York", "2021-03-14 02:00"),
    ("America/New_York", "2021-11-07 01:00"),
    ("Europe/London", "2050-03-27 01:00"),
    ("Asia/Shanghai", "1901-01-01"),
    ("Australia/Lord_Howe", "2021-04-04 02:00"),
    ("Pacific/Apia", "2011-12-30"),
    ("Europe/Lisbon", "1992-09-27 02:00"),
]


@given(st.sampled_from(CLOCK_CHANGES), st.integers(-30, 30), st.integers(0, 3599))
def test_local_time_is_read_exactly_when_it_came_once(
    change: tuple[str, str], hours: int, seconds: int
) -> None:
    name, near = change
    wall = datetime.fromisoformat(near) + timedelta(hours=hours, seconds=seconds)
    zone = ZoneInfo(name)
    around = (wall.replace(tzinfo=zone) + timedelta(days=d) for d in (-3, 3))
    shifts = {moment.utcoffset() or timedelta(0) for moment in around}
    starts = [(wall - shift).replace(tzinfo=UTC) for shift in shifts]
    came = [m for m in starts if m.astimezone(zone).replace(tzinfo=None) == wall]
    found = DateReader(["iso8601"], name).read(wall.isoformat())
    if len(came) == 1:
        assert found == Instant(micros(came[0]), zoned=False, date_only=False)
    else:
        assert isinstance(found, DateProblem)
        assert found.fault is (DateFault.AMBIGUOUS if came else DateFault.NONEXISTENT)
        assert all(format_instant(micros(m)) in (found.help or "") for m in starts)


def installed_locales() -> Iterator[str]:
    before = locale.setlocale(locale.LC_ALL)
    for name in ("C", "C.UTF-8", "de_DE.UTF-8", "fr_FR.UTF-8", "ja_JP.UTF-8", "tr_TR.UTF-8"):
        try:
            locale.setlocale(locale.LC_ALL, name)
        except locale.Error:
            continue
        yield name
    locale.setlocale(locale.LC_ALL, before)


PLACES = [(zone, name) for zone in ("Asia/Tokyo", "XYZ+5EDT") for name in installed_locales()]


@contextmanager
def process_in(zone: str, name: str) -> Iterator[None]:
    zone_before, locale_before = os.environ.get("TZ"), locale.setlocale(locale.LC_ALL)
    os.environ["TZ"] = zone
    time.tzset()
    locale.setlocale(locale.LC_ALL, name)
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if zone_before is not None:
            os.environ["TZ"] = zone_before
        time.tzset()
        locale.setlocale(locale.LC_ALL, locale_before)


@given(moments(), st.sampled_from(sorted(SPELLINGS)), st.sampled_from(PLACES))
def test_zone_and_locale_of_the_process_mean_nothing(
    moment: datetime, name: str, place: tuple[str, str]
) -> None:
    spelling = SPELLINGS[name].write(moment)
    here = READERS[name].read(spelling)
    with process_in(*place):
        assert DateReader(SPELLINGS[name].formats, "UTC").read(spelling) == here
