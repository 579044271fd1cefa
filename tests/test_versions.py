"""Which version comes next: a table, and what a version may look like."""

from __future__ import annotations

import pytest

from corpuskit.errors import UsageError
from corpuskit.versions import (
    FIRST,
    Bump,
    SchemaVerdict,
    Version,
    bump_for,
    schema_verdict,
    stated_version,
)


@pytest.mark.parametrize(
    ("verdict", "rows_differ", "bump"),
    [
        ("identical", False, "patch"),
        ("identical", True, "minor"),
        ("compatible", False, "minor"),
        ("compatible", True, "minor"),
        ("breaking", False, "major"),
        ("breaking", True, "major"),
    ],
)
def test_bump_follows_from_schema_and_rows(
    verdict: SchemaVerdict, rows_differ: bool, bump: Bump
) -> None:
    assert bump_for(verdict, rows_differ=rows_differ) == bump


@pytest.mark.parametrize(
    ("bump", "expected"), [("major", "2.0.0"), ("minor", "1.10.0"), ("patch", "1.9.10")]
)
def test_a_bump_resets_what_is_below_it(bump: Bump, expected: str) -> None:
    assert str(Version(1, 9, 9).next(bump)) == expected


OLD = {"id": "string", "title": "string", "date": "timestamp[us, tz=UTC]"}


@pytest.mark.parametrize(
    ("new", "verdict"),
    [
        (dict(OLD), "identical"),
        ({**OLD, "tags": "list<string>"}, "compatible"),
        ({"tags": "list<string>", **OLD}, "compatible"),
        (dict(reversed(OLD.items())), "compatible"),
        ({"id": "string", "title": "string"}, "breaking"),
        ({**OLD, "title": "int64"}, "breaking"),
        ({"id": "string", "headline": "string", "date": OLD["date"]}, "breaking"),
        ({}, "breaking"),
    ],
    ids=["same", "added", "added-first", "reordered", "removed", "retyped", "renamed", "none"],
)
def test_schema_verdict_asks_whether_readers_of_the_old_columns_still_work(
    new: dict[str, str], verdict: SchemaVerdict
) -> None:
    assert schema_verdict(OLD, new) == verdict


def test_a_first_column_is_compatible_with_none() -> None:
    assert schema_verdict({}, OLD) == "compatible"


@pytest.mark.parametrize("text", ["0.0.0", "1.2.3", "10.20.30", "999999999.0.999999999"])
def test_a_version_is_spelled_as_it_was_read(text: str) -> None:
    assert str(Version.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "1", "1.2", "1.2.3.4", "1.2.3-rc1", "1.2.3+5", "v1.2.3", "01.2.3", "1.02.3"),
        *(" 1.2.3", "1.2.3 ", "1.2.3\n", "1.2.-3", "1..3", "１.２.３", "1.2.3000000000"),
    ],
)
def test_what_is_not_three_plain_numbers_is_no_version(text: str) -> None:
    assert Version.parse(text) is None
    with pytest.raises(UsageError, match=r"three numbers"):
        stated_version(text)


def test_a_stated_version_is_read() -> None:
    assert stated_version("1.2.0") == Version(1, 2, 0)


def test_versions_are_ordered_by_number() -> None:
    spelled = ["1.10.0", "1.9.0", "1.9.10", "1.9.9", "10.0.0", "2.0.0", "0.9.9"]
    parsed = sorted(stated_version(text) for text in spelled)
    assert [str(version) for version in parsed] == [
        *("0.9.9", "1.9.0", "1.9.9", "1.9.10", "1.10.0", "2.0.0", "10.0.0"),
    ]


def test_the_first_version_is_1_0_0() -> None:
    assert str(FIRST) == "1.0.0"
