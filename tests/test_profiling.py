"""Where the time of a run goes, on a clock that the test turns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import corpuskit
from corpuskit import Profile, Profiler, Progress, StageProfile
from corpuskit.executors import InlineExecutor
from corpuskit.progress import Stage

GOOD = "---\ntitle: A\ndate: 2021-03-04\n---\n{}\n"
STAGES = ["start", "discover", "parse", "plan", "write", "publish"]


def clock(*seconds: float) -> Callable[[], float]:
    """A clock that shows these times in turn, each once."""
    return iter(seconds).__next__


class _Heard(Progress):
    """Writes down what it hears."""

    def __init__(self) -> None:
        self.said: list[tuple[object, ...]] = []

    def stage(self, name: Stage, total: int | None = None) -> None:
        self.said.append((name, total))

    def advance(self, count: int, size: int) -> None:
        self.said.append((count, size))

    def keeping(self) -> None:
        self.said.append(("keeping",))

    def end(self) -> None:
        self.said.append(("end",))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of three articles."""
    site = tmp_path / "site"
    site.mkdir()
    for name in ("a", "b", "c"):
        (site / f"{name}.md").write_text(GOOD.format(name))
    return site


def built(site: Path, **arguments: object) -> tuple[corpuskit.BuildResult, Profile]:
    """How a build of the site ends, and its profile."""
    profiler = Profiler()
    result = corpuskit.build(
        site,
        out=site.parent / "out",
        created="2022-01-01",
        executor=InlineExecutor(),
        progress=profiler,
        **arguments,  # type: ignore[arg-type]
    )
    return result, profiler.profile


def test_a_stage_lasts_until_the_next_and_what_comes_before_is_the_start() -> None:
    profiler = Profiler(now=clock(10, 10.5, 11.5, 14))
    profiler.stage("discover")
    profiler.stage("plan")
    profiler.end()
    assert profiler.profile.stages == (
        StageProfile("start", 0.5),
        StageProfile("discover", 1.0),
        StageProfile("plan", 2.5),
    )
    assert profiler.profile.whole.seconds == 4


def test_time_stands_still_once_the_run_is_over() -> None:
    profiler = Profiler(now=clock(0, 1))
    profiler.end()
    assert profiler.profile == profiler.profile == Profile((StageProfile("start", 1.0),), 0)


def test_a_run_that_has_not_ended_is_measured_until_now() -> None:
    profiler = Profiler(now=clock(0, 1, 3, 7))
    profiler.stage("discover")
    assert [profiler.profile.whole.seconds for _ in range(2)] == [3, 7]


def test_speeds_are_those_of_what_a_stage_counts() -> None:
    profiler = Profiler(now=clock(0, 1, 2, 4, 5, 6))
    profiler.stage("discover")
    profiler.advance(8, 0)
    profiler.stage("parse", 8)
    profiler.advance(6, 3_000_000)
    profiler.advance(2, 1_000_000)
    profiler.stage("plan")
    profiler.stage("write", 4)
    profiler.advance(4, 0)
    profiler.end()
    profile = profiler.profile
    start, discover, parse, plan, write = profile.stages
    assert profile.sources == 8
    assert [s.per_second for s in profile.stages] == [None, 8, 4, None, 4]
    assert (discover.unit, parse.unit, write.unit) == ("sources", "sources", "rows")
    assert (parse.bytes_per_second, write.bytes_per_second) == (2_000_000, None)
    assert profile.share(parse) == pytest.approx(1 / 3)
    assert profile.microseconds_a_source(plan) == 125_000
    assert profile.microseconds_a_source(start) is None
    assert profile.whole == StageProfile("whole", 6, 8, 4_000_000)
    assert profile.microseconds_a_source(profile.whole) == 750_000


def test_what_is_too_quick_for_the_clock_has_no_speed() -> None:
    profiler = Profiler(now=clock(0, 0, 0))
    profiler.stage("discover")
    profiler.advance(8, 0)
    profiler.end()
    profile = profiler.profile
    assert [(s.per_second, profile.share(s)) for s in profile.stages] == [(None, 0), (None, 0)]


def test_a_stage_that_runs_again_is_one_with_the_time_of_both_turns() -> None:
    """As when a pack of the cache is damaged, and the build begins again without it."""
    profiler = Profiler(now=clock(0, 1, 2, 4, 7, 11))
    for _ in range(2):
        profiler.stage("discover")
        profiler.advance(5, 0)
        profiler.stage("parse", 5)
        profiler.advance(5, 100)
    profiler.end()
    assert profiler.profile == Profile(
        (
            StageProfile("start", 1.0),
            StageProfile("discover", 4.0, 10),
            StageProfile("parse", 6.0, 10, 200),
        ),
        sources=5,
    )


def test_all_that_is_heard_is_passed_on() -> None:
    heard = _Heard()
    profiler = Profiler(heard)
    profiler.stage("parse", 7)
    profiler.keeping()
    profiler.advance(3, 40)
    profiler.end()
    assert heard.said == [("parse", 7), ("keeping",), (3, 40), ("end",)]


def test_a_build_has_a_profile_with_all_its_stages(site: Path) -> None:
    _, profile = built(site)
    counts = [(stage.stage, stage.count) for stage in profile.stages]
    assert counts == list(zip(STAGES, [0, 3, 3, 0, 3, 0], strict=True))
    assert profile.sources == 3
    assert profile.whole.bytes == 3 * len(GOOD.format("a"))
    assert sum(profile.share(stage) for stage in profile.stages) == pytest.approx(1)


def test_what_a_cache_knows_is_counted_and_has_no_bytes(site: Path) -> None:
    built(site)
    (site / "d.md").write_text(GOOD.format("number four"))
    _, profile = built(site)
    parse = profile.stages[STAGES.index("parse")]
    assert (parse.count, parse.bytes) == (4, len(GOOD.format("number four")))


def test_a_refused_build_ends_with_the_plan(site: Path) -> None:
    (site / "a.md").write_text("No front matter.\n")
    result, profile = built(site, max_rejected=0)
    assert result.status == "refused"
    assert [stage.stage for stage in profile.stages] == STAGES[:4]


def test_a_check_has_a_profile_too(site: Path) -> None:
    profiler = Profiler(heard := _Heard())
    corpuskit.check(site, progress=profiler)
    profile = profiler.profile
    assert [(s.stage, s.count) for s in profile.stages] == [
        ("start", 0),
        ("discover", 3),
        ("parse", 3),
    ]
    assert heard.said[-1] == ("end",)


@pytest.mark.parametrize("cache", [True, False])
def test_a_build_says_when_it_keeps_what_it_parses(site: Path, cache: bool) -> None:
    heard = _Heard()
    corpuskit.build(
        site, out=site.parent / "out", cache=cache, executor=InlineExecutor(), progress=heard
    )
    assert heard.said.count(("keeping",)) == cache


def test_a_build_whose_cache_cannot_be_used_does_not_say_that_it_keeps_anything(
    site: Path, tmp_path: Path
) -> None:
    heard = _Heard()
    (tmp_path / "file").touch()
    corpuskit.build(
        site,
        out=tmp_path / "out",
        cache_dir=tmp_path / "file",
        executor=InlineExecutor(),
        progress=heard,
    )
    assert ("keeping",) not in heard.said
