"""Spellings of dates: those that corpora hold, those that must not be guessed, and the advice."""

import os
import pickle
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from corpuskit.dates import (
    DEFAULT_FORMATS,
    DateFault,
    DateProblem,
    DateReader,
    Instant,
    check_format,
    format_instant,
)

NEW_YORK = DateReader(["iso8601"], "America/New_York")


def read(spelling: str, *formats: str, timezone: str = "UTC") -> Instant | DateProblem:
    return DateReader(formats or DEFAULT_FORMATS, timezone).read(spelling)


def instant(spelling: str, *formats: str, timezone: str = "UTC") -> Instant:
    found = read(spelling, *formats, timezone=timezone)
    assert isinstance(found, Instant), found
    return found


def when(spelling: str, *formats: str, timezone: str = "UTC") -> str:
    return format_instant(instant(spelling, *formats, timezone=timezone).micros)


def problem(spelling: str, *formats: str, timezone: str = "UTC") -> DateProblem:
    found = read(spelling, *formats, timezone=timezone)
    assert isinstance(found, DateProblem), found
    return found


def advice(spelling: str, *formats: str) -> str:
    return problem(spelling, *formats).help or ""


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("2021-03-04 16:08:01 +0900", "2021-03-04T07:08:01Z"),
        ("2021-03-04 16:08:01 +09:00", "2021-03-04T07:08:01Z"),
        ("2021-03-04T16:08:01+09:00", "2021-03-04T07:08:01Z"),
        ("2021-03-04T16:08:01.123Z", "2021-03-04T16:08:01.123000Z"),
        ("2021-03-04 16:08 +09", "2021-03-04T07:08:00Z"),
        ("2021-03-04 16:08:01 -3:30", "2021-03-04T19:38:01Z"),
        ("2021-03-04 16:08:01 UTC", "2021-03-04T16:08:01Z"),
        ("2021-03-04 16:08:01 gmt", "2021-03-04T16:08:01Z"),
        ("2021-03-04t16:08:01z", "2021-03-04T16:08:01Z"),
        ("20210304T160801Z", "2021-03-04T16:08:01Z"),
        ("20210304T1608-0500", "2021-03-04T21:08:00Z"),
        ("2021年10月01日 10:30 +0800", "2021-10-01T02:30:00Z"),
    ],
)
def test_iso_spelling_with_a_zone_is_that_instant(spelling: str, expected: str) -> None:
    found = instant(spelling, timezone="Asia/Tokyo")
    assert (format_instant(found.micros), found.zoned) == (expected, True)
    assert not found.date_only


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("2021-03-04 16:08:01", "2021-03-04T16:08:01Z"),
        ("2021-03-04T16:08:01", "2021-03-04T16:08:01Z"),
        ("2021-03-04 16:08", "2021-03-04T16:08:00Z"),
        ("2021/03/04 16:08", "2021-03-04T16:08:00Z"),
        ("2021-3-4 6:7:8", "2021-03-04T06:07:08Z"),
        ("2021-03-04T0:10:32", "2021-03-04T00:10:32Z"),
        ("2021.10.01 09:30:00", "2021-10-01T09:30:00Z"),
        ("2021-03-04  16:08:01", "2021-03-04T16:08:01Z"),
        ("2021-03-04\u00a016:08:01", "2021-03-04T16:08:01Z"),
        ("2021年10月01日 10:30", "2021-10-01T10:30:00Z"),
        ("2021年10月01日 10:30:05", "2021-10-01T10:30:05Z"),
        ("2021年3月4日 6时7分", "2021-03-04T06:07:00Z"),
        ("2021年3月4日6时7分8秒", "2021-03-04T06:07:08Z"),
        ("2021年3月4日\u300006時07分08秒", "2021-03-04T06:07:08Z"),
        ("2021 年 3 月 4 日 16:08", "2021-03-04T16:08:00Z"),
        ("20210304T160801", "2021-03-04T16:08:01Z"),
    ],
)
def test_iso_spelling_without_a_zone_is_read_in_the_configured_zone(
    spelling: str, expected: str
) -> None:
    found = instant(spelling)
    assert (format_instant(found.micros), found.zoned, found.date_only) == (expected, False, False)
    east = instant(spelling, timezone="+08:00")
    assert found.micros - east.micros == 8 * 3600 * 1_000_000
    assert east == instant(spelling, timezone="Asia/Shanghai")


@pytest.mark.parametrize(
    "spelling",
    [
        "2021-10-01", "2021/10/01", "2021.10.01", "2021-10-1", "2021/10/1", "20211001",
        "2021年10月01日", "2021年10月1日", "2021年10月1号", "1 Oct 2021", "Fri, 01 Oct 2021",
        "  2021-10-01\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("timezone", ["UTC", "Asia/Shanghai", "-11:00"])
def test_date_alone_keeps_its_calendar_day_in_every_zone(spelling: str, timezone: str) -> None:
    found = instant(spelling, timezone=timezone)
    assert format_instant(found.micros) == "2021-10-01T00:00:00Z"
    assert (found.date_only, found.zoned) == (True, False)


@pytest.mark.parametrize(
    ("fraction", "micros"),
    [(".5", 500_000), (",5", 500_000), (".123456", 123_456), (".123456999", 123_456), (".0", 0)],
)
def test_fraction_is_cut_to_microseconds(fraction: str, micros: int) -> None:
    assert instant(f"2021-03-04T16:08:01{fraction}Z").micros % 1_000_000 == micros


def test_fraction_before_1970_counts_forward() -> None:
    assert when("1969-12-31T23:59:59.25Z") == "1969-12-31T23:59:59.250000Z"


def test_fraction_of_ten_digits_is_unreadable() -> None:
    assert problem("2021-03-04T16:08:01.1234567890Z").fault is DateFault.UNREADABLE


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("Thu, 15 Sep 2022 08:58:07 GMT", "2022-09-15T08:58:07Z"),
        ("Thu, 15 Sep 2022 08:58:07 +0800", "2022-09-15T00:58:07Z"),
        ("Thu, 15 Sep 2022 08:58:07 +0800 (CST)", "2022-09-15T00:58:07Z"),
        ("Thu,15 Sep 2022 08:58:07 +0000", "2022-09-15T08:58:07Z"),
        ("15 Sep 2022 08:58 UT", "2022-09-15T08:58:00Z"),
        ("5 Sep 2022 08:58 EST", "2022-09-05T13:58:00Z"),
        ("15 sep 2022 08:58:07 edt", "2022-09-15T12:58:07Z"),
        ("15 Sep 2022 08:58:07 CST", "2022-09-15T14:58:07Z"),
        ("15 Sep 2022 08:58:07 CDT", "2022-09-15T13:58:07Z"),
        ("15 Sep 2022 08:58:07 MST", "2022-09-15T15:58:07Z"),
        ("15 Sep 2022 08:58:07 MDT", "2022-09-15T14:58:07Z"),
        ("15 Sep 2022 08:58:07 PST", "2022-09-15T16:58:07Z"),
        ("15 Sep 2022 08:58:07 PDT", "2022-09-15T15:58:07Z"),
        ("15 Sep 2022 08:58:07 Z", "2022-09-15T08:58:07Z"),
        ("Thursday, 15 September 2022 08:58:07 GMT", "2022-09-15T08:58:07Z"),
    ],
)
def test_rfc_2822_spelling_is_that_instant(spelling: str, expected: str) -> None:
    found = instant(spelling, timezone="Asia/Tokyo")
    assert found == Instant(instant(expected).micros, zoned=True, date_only=False)


@pytest.mark.parametrize(
    ("year", "full"),
    [("00", 2000), ("49", 2049), ("50", 1950), ("99", 1999), ("102", 2002), ("022", 1922)],
)
def test_short_year_follows_rfc_2822(year: str, full: int) -> None:
    """Section 4.3: 00 to 49 are of this century, all others are added to 1900."""
    assert when(f"15 Sep {year} 08:58 GMT") == f"{full}-09-15T08:58:00Z"


def test_short_year_without_a_time_is_unreadable() -> None:
    """`21 Mar 04` may start with its year."""
    assert problem("21 Mar 04").fault is DateFault.UNREADABLE


def test_rfc_2822_without_a_zone_is_read_in_the_configured_zone() -> None:
    found = instant("15 Sep 2022 08:58:07", timezone="+08:00")
    assert (format_instant(found.micros), found.zoned) == ("2022-09-15T00:58:07Z", False)


def test_minus_zero_offset_is_universal_time_whatever_the_configured_zone() -> None:
    """RFC 2822 section 3.3: `-0000` tells nothing of the local zone, and the time is UTC."""
    found = instant("15 Sep 2022 08:58:07 -0000", timezone="+08:00")
    assert (format_instant(found.micros), found.zoned) == ("2022-09-15T08:58:07Z", True)


def test_wrong_weekday_is_told_and_the_date_kept() -> None:
    right = instant("Thu, 15 Sep 2022 08:58:07 GMT")
    wrong = instant("Fri, 15 Sep 2022 08:58:07 GMT")
    assert (right.weekday_wrong, wrong.weekday_wrong) == (False, True)
    assert right.micros == wrong.micros


def test_weekday_is_that_of_the_date_written() -> None:
    """`Fri` is right although it is still Thursday in UTC."""
    assert not instant("Fri, 16 Sep 2022 01:00 +0800").weekday_wrong


@pytest.mark.parametrize(
    "spelling",
    [
        "15 Sep 2022 08:58 A", "15 Sep 2022 08:58 JST", "15 Sep 2022 08:58 GMT+8",
        "2021-03-04 10:00 CST", "2021-03-04 10:00:00 EST", "2021-03-04T10:00:00A",
        "2021-03-04 10:00 Asia/Shanghai", "2021-03-04 10:00 UTC+8", "2021-03-04 10:00 +900",
    ],
)  # fmt: skip
def test_zone_without_a_certain_offset_is_no_guess(spelling: str) -> None:
    found = problem(spelling)
    assert found.fault is DateFault.UNKNOWN_ZONE
    assert found.help == "write the offset as +08:00 or -05:00, or Z for UTC"


@pytest.mark.parametrize(
    ("spelling", "why", "help_"),
    [
        (
            "2018-02-31",
            "is no date: February 2018 has no day 31",
            "write 2018-02-28 if its last day is meant",
        ),
        ("2020-02-30", "is no date: February 2020 has no day 30", "write 2020-02-29 if "),
        (
            "2018-16-03",
            "is no date: there is no month 16",
            "write 2018-03-16 if month and day are swapped",
        ),
        ("2018-16-13", "is no date: there is no month 16", None),
        ("2018-00-13", "is no date: there is no month 0", None),
        ("2018-01-00", "is no date: January 2018 has no day 0", None),
        ("0000-01-01", "is no date: there is no year 0", None),
        ("31 Apr 2022 10:00 GMT", "is no date: April 2022 has no day 31", "write 2022-04-30 if "),
        ("2018-02-03 25:00", "is no time of day", None),
        ("2018-02-03 10:60", "is no time of day", None),
        ("2018-02-03 10:00:61", "is no time of day", None),
        ("2018-02-03 24:01", "is no time of day", None),
        ("2018-02-03 24:00:00.1", "is no time of day", None),
        ("2018-02-03 23:60:00", "is no time of day", None),
        ("15 Sep 2022 24:00 GMT", "is no time of day", None),
        ("2016-12-31T23:59:60Z", "is a leap second", "write 59 as the second"),
        ("2018-02-03 10:00 +24:00", "has an offset of 24 hours or more", "write the offset"),
        ("2018-02-03 10:00 -2500", "has an offset of 24 hours or more", "write the offset"),
        ("15 Sep 2022 10:00 +0860", "has an offset of 24 hours or more", "write the offset"),
        ("0001-01-01T00:00+14:00", "is outside the years 1 to 9999 in UTC", None),
        ("9999-12-31T23:00-01:00", "is outside the years 1 to 9999 in UTC", None),
        ("9999-12-31T24:00", "is outside the years 1 to 9999 in UTC", None),
        ("13/13/2026", "is no date: there is no month 13", None),
    ],
)
def test_impossible_date_is_told_by_its_part(spelling: str, why: str, help_: str | None) -> None:
    found = problem(spelling)
    assert found.fault is DateFault.IMPOSSIBLE
    assert found.message.startswith(f'"{spelling}" {why}')
    assert (found.help or "").startswith(help_ or "")
    assert (found.help is None) == (help_ is None)


@pytest.mark.parametrize(
    "spelling", ["2018-12-31 24:00", "2018-12-31T24:00:00.000", "20181231T2400"]
)
@pytest.mark.parametrize("timezone", ["UTC", "Europe/London"])
def test_iso_hour_24_is_the_start_of_the_next_day(spelling: str, timezone: str) -> None:
    assert when(spelling, timezone=timezone) == "2019-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("spelling", "help_"),
    [
        (
            "01/05/2026",
            'write 2026-01-05 or 2026-05-01, or add the format "%m/%d/%Y" or "%d/%m/%Y" to the ',
        ),
        ("13/05/2026", 'write 2026-05-13, or add the format "%d/%m/%Y" to the field'),
        ("05/13/2026", 'write 2026-05-13, or add the format "%m/%d/%Y" to the field'),
        ("13-5-2026", 'write 2026-05-13, or add the format "%d-%m-%Y" to the field'),
        ("13.5.2026 16:08", 'write 2026-05-13T16:08:00Z, or add the format "%d.%m.%Y %H:%M" '),
        ("13/05/2026 4:08:01 PM", "write 2026-05-13T16:08:01Z, or add the format "),
        ("31/12/99", 'write 1999-12-31, or add the format "%d/%m/%y" to the field'),
        ("01/02/03", "write 2003-01-02 or 2003-02-01 or 2001-02-03, or add the format "),
    ],
)
def test_date_whose_order_is_not_stated_is_ambiguous(spelling: str, help_: str) -> None:
    found = problem(spelling)
    assert found.fault is DateFault.AMBIGUOUS
    assert "does not say in which order" in found.message
    assert (found.help or "").startswith(help_)


def test_ambiguous_date_is_told_when_only_one_order_gives_a_date() -> None:
    assert problem("13/05/2026").message.endswith("stand, even if only one order gives a date")
    assert problem("05/05/2026").message.endswith("day, month and year stand")


@pytest.mark.parametrize("spelling", ["01/05/2026", "13/05/2026", "13/05/2026 4:08:01 PM"])
def test_format_that_the_advice_names_reads_the_spelling(spelling: str) -> None:
    for fmt in advice(spelling).split('"')[1::2]:
        instant(spelling, "rfc2822", "iso8601", fmt)


def test_pattern_states_the_order_of_day_and_month() -> None:
    assert when("01/05/2026", *DEFAULT_FORMATS, "%m/%d/%Y") == "2026-01-05T00:00:00Z"
    assert when("01/05/2026", *DEFAULT_FORMATS, "%d/%m/%Y") == "2026-05-01T00:00:00Z"


def test_pattern_that_gives_no_date_is_not_read_in_another_order() -> None:
    found = problem("13/05/2026", *DEFAULT_FORMATS, "%m/%d/%Y")
    assert found.fault is DateFault.IMPOSSIBLE
    assert found.help == "write 2026-05-13 if month and day are swapped"


@pytest.mark.parametrize(
    ("spelling", "formats", "help_"),
    [
        ("01/05/2026", ("%m/%d/%Y", "%d/%m/%Y"), "write 2026-01-05 or 2026-05-01"),
        ("2026/01/05", ("iso8601", "%Y/%d/%m"), "write 2026-01-05 or 2026-05-01"),
        ("202103041608", ("unix_ms", "%Y%m%d%H%M"), "write 1976-05-28T"),
    ],
)
def test_formats_that_disagree_make_a_spelling_ambiguous(
    spelling: str, formats: tuple[str, ...], help_: str
) -> None:
    found = problem(spelling, *formats)
    assert (found.fault, "2 readings" in found.message) == (DateFault.AMBIGUOUS, True)
    assert help_ in (found.help or "")


def test_formats_that_agree_are_one_reading() -> None:
    assert when("05/05/2026", "%m/%d/%Y", "%d/%m/%Y") == "2026-05-05T00:00:00Z"
    assert when("13/05/2026", "%m/%d/%Y", "%d/%m/%Y") == "2026-05-13T00:00:00Z"
    assert when("2026-05-13 10:00", "iso8601", "%Y-%m-%d %H:%M") == "2026-05-13T10:00:00Z"


def test_local_time_that_the_clock_skipped_is_nonexistent() -> None:
    found = NEW_YORK.read("2021-03-14 02:30")
    assert isinstance(found, DateProblem)
    assert found.fault is DateFault.NONEXISTENT
    assert found.message.startswith('"2021-03-14 02:30" never came in America/New_York')
    assert found.help == "write 2021-03-14T06:30:00Z or 2021-03-14T07:30:00Z"


def test_local_time_past_the_year_9999_is_impossible() -> None:
    found = NEW_YORK.read("9999-12-31T24:00")
    assert isinstance(found, DateProblem)
    assert found.fault is DateFault.IMPOSSIBLE


def test_local_time_that_came_twice_is_ambiguous() -> None:
    found = NEW_YORK.read("2021-11-07 01:30:00.5")
    assert isinstance(found, DateProblem)
    assert found.fault is DateFault.AMBIGUOUS
    assert found.help == "write 2021-11-07T05:30:00.500000Z or 2021-11-07T06:30:00.500000Z"


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("2021-03-14 01:59:59", "2021-03-14T06:59:59Z"),
        ("2021-03-14 03:00", "2021-03-14T07:00:00Z"),
        ("2021-11-07 02:00", "2021-11-07T07:00:00Z"),
        ("2021-11-07 01:30 -0400", "2021-11-07T05:30:00Z"),
        ("2021-03-14", "2021-03-14T00:00:00Z"),
        ("0001-01-01 00:00", "0001-01-01T04:56:02Z"),
    ],
)
def test_time_beside_a_clock_change_is_certain(spelling: str, expected: str) -> None:
    assert when(spelling, "iso8601", timezone="America/New_York") == expected


@pytest.mark.parametrize(
    ("spelling", "fmt", "expected"),
    [
        ("September 15, 2022", "%B %d, %Y", "2022-09-15T00:00:00Z"),
        ("sep 5, 2022", "%B %d, %Y", "2022-09-05T00:00:00Z"),
        ("Sept 5, 2022", "%b %d, %Y", "2022-09-05T00:00:00Z"),
        ("04Mar2021", "%d%b%Y", "2021-03-04T00:00:00Z"),
        ("Thu Sep 15 08:58:07 2022", "%a %b %d %H:%M:%S %Y", "2022-09-15T08:58:07Z"),
        ("Thursday 15.09.2022", "%A %d.%m.%Y", "2022-09-15T00:00:00Z"),
        ("2021-03-04 12:05 AM", "%Y-%m-%d %I:%M %p", "2021-03-04T00:05:00Z"),
        ("2021-03-04 12:05 pm", "%Y-%m-%d %I:%M %p", "2021-03-04T12:05:00Z"),
        ("2021-03-04 1:05 PM", "%Y-%m-%d %I:%M %p", "2021-03-04T13:05:00Z"),
        ("2021-03-04 16h", "%Y-%m-%d %Hh", "2021-03-04T16:00:00Z"),
        ("20210304160801", "%Y%m%d%H%M%S", "2021-03-04T16:08:01Z"),
        ("20210304160801123456", "%Y%m%d%H%M%S%f", "2021-03-04T16:08:01.123456Z"),
        ("2021-03-04 16:08:01.5 +0900", "%Y-%m-%d %H:%M:%S.%f %z", "2021-03-04T07:08:01.500000Z"),
        ("04.03.2021 16:08 UTC", "%d.%m.%Y %H:%M %Z", "2021-03-04T16:08:00Z"),
        ("2021-063", "%Y-%j", "2021-03-04T00:00:00Z"),
        ("2020-366", "%Y-%j", "2020-12-31T00:00:00Z"),
        ("68-1-2", "%y-%m-%d", "2068-01-02T00:00:00Z"),
        ("69-1-2", "%y-%m-%d", "1969-01-02T00:00:00Z"),
        ("100% on 2021-03-04", "100%% on %Y-%m-%d", "2021-03-04T00:00:00Z"),
        ("公開 2021年3月4日", "公開 %Y年%m月%d日", "2021-03-04T00:00:00Z"),
        ("[2021-03-04]", "[%Y-%m-%d]", "2021-03-04T00:00:00Z"),
    ],
)
def test_pattern_reads_what_it_describes(spelling: str, fmt: str, expected: str) -> None:
    assert check_format(fmt) is None
    assert when(spelling, fmt) == expected


@pytest.mark.parametrize(
    ("spelling", "fmt", "fault"),
    [
        ("2021111", "%Y%m%d", DateFault.UNREADABLE),
        ("4 mars 2021", "%d %B %Y", DateFault.UNREADABLE),
        ("lundi 4 March 2021", "%A %d %B %Y", DateFault.UNREADABLE),
        ("2021-366", "%Y-%j", DateFault.IMPOSSIBLE),
        ("2021-000", "%Y-%j", DateFault.IMPOSSIBLE),
        ("0000-001", "%Y-%j", DateFault.IMPOSSIBLE),
        ("2021-03-04 13:05 PM", "%Y-%m-%d %I:%M %p", DateFault.IMPOSSIBLE),
        ("2021-03-04 0:05 AM", "%Y-%m-%d %I:%M %p", DateFault.IMPOSSIBLE),
        ("2021-03-04 24:00", "%Y-%m-%d %H:%M", DateFault.IMPOSSIBLE),
        ("2021-03-04 10:00 CST", "%Y-%m-%d %H:%M %Z", DateFault.UNKNOWN_ZONE),
        ("2021-03-04 10:00 EST", "%Y-%m-%d %H:%M %z", DateFault.UNKNOWN_ZONE),
    ],
)
def test_pattern_guesses_no_more_than_a_named_format(
    spelling: str, fmt: str, fault: DateFault
) -> None:
    assert problem(spelling, fmt).fault is fault


def test_date_with_a_zone_keeps_its_calendar_day() -> None:
    found = instant("2021-03-04 +0900", "%Y-%m-%d %z")
    assert (format_instant(found.micros), found.zoned) == ("2021-03-04T00:00:00Z", True)
    assert found.date_only


def test_unix_timestamp_is_read_when_its_format_is_listed() -> None:
    assert when("1663232287", "unix") == "2022-09-15T08:58:07Z"
    assert when("-1663232287", "unix") == "1917-04-18T15:01:53Z"
    assert when("1663232287123", "unix_ms") == "2022-09-15T08:58:07.123000Z"
    assert instant("1663232287", "unix", timezone="+08:00").zoned


@pytest.mark.parametrize(
    ("spelling", "fmt"), [("1663232287", "unix"), ("1663232287123", "unix_ms")]
)
def test_unix_timestamp_is_unreadable_until_its_format_is_listed(spelling: str, fmt: str) -> None:
    found = problem(spelling)
    assert found.fault is DateFault.UNREADABLE
    assert f'add the format "{fmt}" to the field' in (found.help or "")


@pytest.mark.parametrize("spelling", ["2021", "20210304", "12345678901", "12345678901234"])
def test_number_of_another_length_is_no_unix_timestamp(spelling: str) -> None:
    assert problem(spelling, "unix", "unix_ms").fault is DateFault.UNREADABLE


@pytest.mark.parametrize(
    "spelling",
    [
        "", "Invalid Date", "soon", "2021", "2021-03", "2021-10/01", "10:30", "2021-03-04T",
        "2021-03-04Z", "2021-03-04 10", "2021-03-04 10:00 - 11:00", "2021年10月", "21年10月1日",
        "Foo, 15 Sep 2022 08:58:07 GMT", "15 Spt 2022 08:58:07 GMT", "{{ date }}",
        "01/05/2026 or so",
        "2021-03-04 10:00 +08:00 and more", "2021-W09-4", "+2021-03-04", "12021-03-04", "0",
    ],
)  # fmt: skip
def test_what_is_no_date_is_unreadable(spelling: str) -> None:
    found = problem(spelling)
    assert found.fault is DateFault.UNREADABLE
    assert (
        found.message == f'"{spelling}" is no date in the formats of the field (rfc2822, iso8601)'
    )
    assert found.help == "write a date as 2021-03-04 or 2021-03-04T16:08:01+09:00"


@pytest.mark.parametrize(
    "spelling",
    ["２０２１-03-04", "2021-03-0４", "٢٠٢١-٠٣-٠٤", "2021年１０月01日", "०४ Mar 2021 10:00 GMT"],
)
def test_only_ascii_digits_count(spelling: str) -> None:
    found = problem(spelling)
    assert found.fault is DateFault.UNREADABLE
    assert "has digits other than 0 to 9" in found.message
    assert (found.help or "").startswith("write 2021-")


@pytest.mark.parametrize(
    ("spelling", "formats", "help_"),
    [
        ("2021-03-04", ("rfc2822",), 'add the format "iso8601" to the field'),
        ("15 Sep 2022 08:58 GMT", ("%d/%m/%Y",), 'add the format "rfc2822" to the field'),
        (
            "September 15, 2022",
            DEFAULT_FORMATS,
            'write 2022-09-15, or add the format "%B %d, %Y" to the field',
        ),
        (
            "2021-03-04 1:00 PM",
            DEFAULT_FORMATS,
            'write 2021-03-04T13:00:00Z, or add the format "%Y-%m-%d %I:%M %p" to the field',
        ),
        (
            "31 Apr 2022 10:00 GMT",
            ("rfc2822",),
            'add the format "iso8601" to the field and write 2022-04-30 if its last day is meant',
        ),
    ],
)
def test_advice_names_a_spelling_or_format_that_would_do(
    spelling: str, formats: tuple[str, ...], help_: str
) -> None:
    assert advice(spelling, *formats) == help_


def test_message_clips_and_cleans_the_spelling() -> None:
    assert problem("x\x1b[31m" + "y" * 70).message.startswith(
        f'"x\ufffd[31m{"y" * 53}…" is no date'
    )
    assert problem("y" * 60).message.startswith(f'"{"y" * 60}" is no date')


def test_long_text_is_unreadable_whatever_it_starts_with() -> None:
    found = problem("2021-03-04" + " " * 300 + "x")
    assert (found.fault, "is too long for a date" in found.message) == (DateFault.UNREADABLE, True)


@pytest.mark.parametrize(
    ("fmt", "why"),
    [
        ("", "is neither one of rfc2822, iso8601, unix, unix_ms nor a strptime pattern"),
        ("rfc822", 'did you mean "rfc2822"?'),
        ("ISO8601", 'did you mean "iso8601"?'),
        ("YYYY-MM-DD", "nor a strptime pattern"),
        ("%Y-%m-%d %Q", "has the unknown directive %Q"),
        ("%Y-%m-%d %", "ends in a single %"),
        ("%-d/%m/%Y", "has %-d: write %d, which reads unpadded numbers too"),
        ("%e %b %Y", "has %e: write %d"),
        ("%s", 'has %s: write the format "unix"'),
        ("%x", "has the unknown directive %x"),
        ("%Y-%m-%d %b", "states the month twice"),
        ("%Y-%y-%m-%d", "states the year twice"),
        ("%Y-%j %d %m", "states the yearday twice"),
        ("%d %m", "states the day without the year"),
        ("%Y-%m", "states the month without the day"),
        ("%Y", "states no day"),
        ("%H:%M", "states no day"),
        ("%j", "states the yearday without the year"),
        ("%Y-%m-%d %S", "states the second without the minute"),
        ("%Y-%m-%d %I:%M", "states half of a 12-hour time"),
        ("%Y-%m-%d %H:%M %p", "states half of a 12-hour time"),
        ("%Y-%m-%dT%H:%M:%SZ", "would read past the zone in Z: write %z in its place"),
        ("%Y-%m-%d %H:%M UTC", "would read past the zone in UTC: write %z in its place"),
        ("%Y-%m-%d %H:%M +0800", "would read past the zone in +0800: write %z in its place"),
        ("%d.%m.%H:%M:%S.%f%Y", "does not say where %f ends"),
    ],
)
def test_format_that_leaves_something_open_is_refused(fmt: str, why: str) -> None:
    reason = check_format(fmt)
    assert reason is not None
    assert why in reason
    with pytest.raises(ValueError, match="format"):
        DateReader([fmt], "UTC")


@pytest.mark.parametrize("fmt", ["rfc2822", "iso8601", "unix", "unix_ms", "%y%m%d", "%Y/%m/%d %H"])
def test_usable_format_has_nothing_against_it(fmt: str) -> None:
    assert check_format(fmt) is None


def test_field_needs_a_format() -> None:
    with pytest.raises(ValueError, match="at least one format"):
        DateReader([], "UTC")


@pytest.mark.parametrize(
    ("timezone", "why"),
    [
        ("Asia/Shangai", 'did you mean "Asia/Shanghai"?'),
        ("asia/tokyo", 'did you mean "Asia/Tokyo"?'),
        ("utc", 'did you mean "UTC"?'),
        ("America", "is no IANA name"),
        ("CST", "abbreviations stand for several zones"),
        ("right/UTC", "is no IANA name"),
        ("", "is no IANA name"),
        ("../etc/passwd", "is no IANA name"),
        ("localtime", "is no IANA name"),
        ("+25:00", "is no offset"),
        ("-", "is no offset"),
    ],
)
def test_unknown_timezone_is_refused(timezone: str, why: str) -> None:
    with pytest.raises(ValueError, match="timezone") as caught:
        DateReader(["iso8601"], timezone)
    assert why in str(caught.value)


def test_machine_without_a_time_zone_database_is_told_so() -> None:
    script = """
import sys
sys.modules["tzdata"] = None
from corpuskit.dates import DateReader
print(DateReader(["iso8601"], "+08:00").read("2021-03-04 10:00").zoned)
try:
    DateReader(["iso8601"], "Asia/Tokyo")
except ValueError as error:
    print(error)
"""
    environment = {**os.environ, "PYTHONTZPATH": "", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", script]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    fixed, named = ran.stdout.splitlines()
    assert fixed == "False"
    assert "this machine has no time zone database: install the Python package tzdata" in named


def test_reader_survives_pickling() -> None:
    reader = DateReader([*DEFAULT_FORMATS, "%d/%m/%Y %H:%M"], "Asia/Shanghai")
    copy = pickle.loads(pickle.dumps(reader))
    for spelling in ("13/05/2026 10:00", "2021-03-04 10:00", "Thu, 15 Sep 2022 08:58:07 GMT", "?"):
        assert copy.read(spelling) == reader.read(spelling)


@pytest.mark.parametrize(
    ("moment", "spelled"),
    [
        (datetime(2022, 9, 15, 8, 58, 7, tzinfo=UTC), "2022-09-15T08:58:07Z"),
        (datetime(2022, 9, 15, 8, 58, 7, 120, tzinfo=UTC), "2022-09-15T08:58:07.000120Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
        (datetime.max.replace(tzinfo=UTC), "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_instant_is_spelled_in_utc(moment: datetime, spelled: str) -> None:
    assert format_instant(instant(spelled).micros) == spelled
    assert datetime.fromisoformat(spelled) == moment


def test_instant_outside_the_years_1_to_9999_cannot_be_spelled() -> None:
    for micros in (
        instant("9999-12-31T23:59:59.999999").micros + 1,
        instant("0001-01-01").micros - 1,
    ):
        with pytest.raises(OverflowError):
            format_instant(micros)
