"""The time of a release: who is asked first, and what none of them may say."""

from __future__ import annotations

import time

import pytest

from corpuskit.clock import created_at
from corpuskit.errors import UsageError

SECOND = 1_000_000
STATED = "2021-03-04T05:06:07Z"
STATED_SECONDS = 1_614_834_367


@pytest.fixture(autouse=True)
def _no_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


def test_the_environment_goes_before_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert created_at(STATED, 5) == 86_400 * SECOND


def test_the_environment_goes_even_before_what_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert created_at("yesterday", None) == 0


def test_an_empty_environment_variable_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "")
    assert created_at(STATED, None) == STATED_SECONDS * SECOND


def test_what_is_stated_goes_before_the_commit() -> None:
    assert created_at(STATED, 5) == STATED_SECONDS * SECOND


def test_the_commit_goes_before_the_clock() -> None:
    assert created_at(None, 5) == 5 * SECOND


def test_a_commit_of_the_first_second_is_one() -> None:
    assert created_at(None, 0) == 0


def test_the_clock_is_read_in_whole_seconds_when_nobody_else_knows() -> None:
    before = int(time.time())
    created = created_at(None, None)
    assert created % SECOND == 0
    assert before <= created // SECOND <= time.time()


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("2021-03-04", 1_614_816_000),
        ("2021-03-04T05:06:07+09:00", STATED_SECONDS - 9 * 3600),
        ("2021-03-04T05:06:07.999999Z", STATED_SECONDS),
        ("2021-03-04 05:06:07", STATED_SECONDS),
        ("1969-12-31T23:59:59.5Z", -1),
    ],
)
def test_a_stated_time_is_read_in_utc_and_cut_to_seconds(stated: str, seconds: int) -> None:
    assert created_at(stated, None) == seconds * SECOND


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_the_zone_of_the_machine_does_not_matter(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert created_at("2021-03-04 05:06:07", None) == STATED_SECONDS * SECOND
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("stated", ["", "soon", "04/03/2021", "2021-02-30"])
def test_a_stated_time_that_cannot_be_read_is_a_usage_error(stated: str) -> None:
    with pytest.raises(UsageError, match=r"^--created: ."):
        created_at(stated, 5)


@pytest.mark.parametrize("epoch", ["-1", "1.5", "1e9", " 1", "soon", "１２", "123456789012"])
def test_an_environment_variable_that_is_no_number_of_seconds_is_a_usage_error(
    epoch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(UsageError, match=r"SOURCE_DATE_EPOCH .* seconds since 1970"):
        created_at(None, None)
