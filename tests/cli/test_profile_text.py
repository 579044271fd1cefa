"""Where the time of a build went, for people."""

from __future__ import annotations

import click

from corpuskit import Profile, StageProfile
from corpuskit.cli import profile_text


def lines(profile: Profile) -> list[str]:
    return [click.unstyle(line) for line in profile_text.profiled(profile)]


def test_a_profile_is_a_table_with_a_line_a_stage_and_one_of_the_whole() -> None:
    profile = Profile(
        (
            StageProfile("start", 3.1),
            StageProfile("discover", 0.25, 20_000),
            StageProfile("parse", 8.0, 20_000, 50_000_000),
            StageProfile("plan", 0.4),
            StageProfile("write", 0.25, 19_000),
        ),
        sources=20_000,
    )
    assert lines(profile) == [
        "    stage         s  share        a second  MB/s  µs a source",
        "    start      3.10   26 %",
        "    discover   0.25    2 %  80,000 sources               12.5",
        "    parse      8.00   67 %   2,500 sources   6.2        400.0",
        "    plan       0.40    3 %                               20.0",
        "    write      0.25    2 %  76,000 rows                  12.5",
        "    whole     12.00  100 %   1,667 sources   4.2        600.0",
    ]


def test_a_short_build_is_told_in_milliseconds() -> None:
    profile = Profile((StageProfile("start", 0.3), StageProfile("discover", 0.002, 75)), 75)
    assert lines(profile)[1:] == [
        "    start     0.300   99 %",
        "    discover  0.002    1 %  37,500 sources               26.7",
        "    whole     0.302  100 %     248 sources            4,026.7",
    ]
