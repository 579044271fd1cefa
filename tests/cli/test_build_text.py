"""How a build ended, for people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
import pytest

from corpuskit import BuildResult, Counts, Diagnostic, Place
from corpuskit.cli import build_text
from corpuskit.cli.command_line import CommandLine, Option
from corpuskit.codes import Code
from corpuskit.manifest import Changes
from corpuskit.model import diagnose
from corpuskit.refusal import Refusal

SUM = "    1,075 sources = 1,062 rows + 10 rejected + 1 duplicate + 2 excluded   (3 files ignored)"


def fault(code: Code, field: str | None = None, path: str = "a.md") -> Diagnostic:
    return diagnose(code, f"{code.label}!", Place(1, 1), field=field, path=path)


@pytest.fixture
def published() -> BuildResult:
    """A build of which little went wrong."""
    return BuildResult(
        status="published",
        name="gazette",
        version="1.0.0",
        path=Path("datasets/gazette/1.0.0"),
        counts=Counts(1075, 1062, 10, 1, 2, 3),
        diagnostics=(
            fault(Code.MISSING_FIELD, "date"),
            fault(Code.MISSING_FIELD, "date"),
            fault(Code.DUPLICATE_KEY),
            fault(Code.TAB_INDENT),
        ),
        naive_dates={"Asia/Shanghai": 1204},
    )


@pytest.fixture
def refused() -> BuildResult:
    """A build in which most dates are missing."""
    return BuildResult(
        status="refused",
        name="gazette",
        version=None,
        path=Path("datasets/gazette/.refused"),
        counts=Counts(9, 1, 8, 0, 0),
        diagnostics=tuple(fault(Code.MISSING_FIELD, "date", f"{n}.md") for n in range(8)),
        refusal=Refusal(
            "8 of 9 sources (89%) are rejected", fault(Code.MISSING_FIELD, "date", "0.md"), "page"
        ),
    )


SHOW = "           corpuskit show datasets/gazette/1.0.0"
MORE = [
    f"{SHOW} --rejects    # what was rejected, and why",
    f"{SHOW} --warnings   # what else was found",
]


def lines(result: BuildResult, *options: Option, src: str = "articles/") -> list[str]:
    typed = CommandLine("build", (src,), options)
    return [click.unstyle(line) for line in build_text.built(result, typed)]


def test_a_published_build_adds_up_and_says_what_to_type_next(published: BuildResult) -> None:
    assert lines(published) == [
        "published gazette 1.0.0  → datasets/gazette/1.0.0",
        SUM,
        "    errors: CK301 missing-field 2, CK204 duplicate-key 1",
        "    warnings: CK215 tab-indent 1",
        "    1,204 dates named no time zone and were read as Asia/Shanghai",
        "    look:  corpuskit show datasets/gazette/1.0.0",
        *MORE,
    ]


def test_without_rejections_none_are_pointed_at(published: BuildResult) -> None:
    sound = replace(published, counts=Counts(9, 9, 0, 0, 0))
    assert not any("--rejects" in line for line in lines(sound))


def test_an_unchanged_build_points_at_its_rejections_too(published: BuildResult) -> None:
    assert any("--rejects" in line for line in lines(replace(published, status="unchanged")))


def test_one_of_a_thing_is_said_in_the_singular(published: BuildResult) -> None:
    one = replace(
        published, counts=Counts(1, 1, 0, 0, 0, 1), naive_dates={"UTC": 1}, diagnostics=()
    )
    assert lines(one)[1:3] == [
        "    1 source = 1 row + 0 rejected + 0 duplicates + 0 excluded   (1 file ignored)",
        "    1 date named no time zone and was read as UTC",
    ]


def test_each_zone_that_dates_were_read_in_is_said(published: BuildResult) -> None:
    result = replace(published, naive_dates={"Asia/Shanghai": 2, "UTC\x1b[2J": 1})
    assert lines(result)[4:6] == [
        "    2 dates named no time zone and were read as Asia/Shanghai",
        "    1 date named no time zone and was read as UTC\\x1b[2J",
    ]


def test_a_next_version_says_what_changed(published: BuildResult) -> None:
    result = replace(published, version="1.1.0", changes=Changes(1200, 1, 5, 60, "compatible"))
    assert (
        "    changes: 1,200 added, 1 removed, 5 changed, 60 as before; "
        "columns were added or moved: minor" in lines(result)
    )


@pytest.mark.parametrize(
    ("verdict", "said"),
    [("identical", "60 as before"), ("breaking", "; a column was removed or changed: major")],
)
def test_what_became_of_the_columns_is_said_in_plain_words(
    published: BuildResult, verdict: str, said: str
) -> None:
    (line,) = (
        line
        for line in lines(replace(published, changes=Changes(0, 0, 0, 60, verdict)))
        if "changes:" in line
    )
    assert line.endswith(said)


def test_an_unchanged_build_names_the_version_that_stays(published: BuildResult) -> None:
    result = replace(published, status="unchanged", version="1.2.0")
    assert lines(result) == [
        "unchanged gazette, still 1.2.0  → datasets/gazette/1.0.0",
        "    look:  corpuskit show datasets/gazette/1.0.0",
        *MORE,
    ]


def test_what_was_excluded_is_said_with_its_reasons(published: BuildResult) -> None:
    result = replace(published, exclusions={"draft": 1200, "future": 1})
    assert lines(result)[2] == "    excluded: draft 1,200, future 1"


def test_a_refused_build_says_what_did_it_and_what_to_type(refused: BuildResult) -> None:
    assert lines(refused) == [
        "refused: 8 of 9 sources (89%) are rejected",
        "    9 sources = 1 row + 8 rejected + 0 duplicates + 0 excluded",
        "    errors: CK301 missing-field 8",
        "    such as 0.md:1:1: CK301 missing-field!",
        "    type one of:",
        "        corpuskit check articles/                      # every fault, with its line",
        "        corpuskit rule CK301                           # what the code means",
        "        corpuskit build articles/ --schema page        # articles need no date",
        "        corpuskit build articles/ --max-rejected 89%   # publish the rest all the same",
        "    diagnostics: datasets/gazette/.refused/diagnostics.jsonl",
    ]


def test_without_a_schema_that_would_publish_none_is_suggested(refused: BuildResult) -> None:
    assert refused.refusal is not None
    result = replace(refused, refusal=replace(refused.refusal, schema=None))
    assert not any("--schema" in line for line in lines(result))


def test_the_commonest_ending_is_suggested_when_most_files_match_no_pattern(
    refused: BuildResult,
) -> None:
    said = "\n".join(lines(replace(refused, hint="*.txt"), src="my articles"))
    assert "corpuskit build 'my articles' --include '*.txt'" in said


def test_a_glob_is_given_no_ending_beside_it(refused: BuildResult) -> None:
    said = lines(replace(refused, hint="*.txt"), src="articles/*.md")
    assert not any("--include" in line for line in said)


def test_commands_that_leave_no_room_beside_them_have_their_remarks_above(
    refused: BuildResult,
) -> None:
    said = lines(refused, ("--exclude", "x" * 60), ("--out", "elsewhere"))
    command = f"        corpuskit build articles/ --exclude {'x' * 60} --out elsewhere"
    assert said[-5:-1] == [
        "        # articles need no date",
        f"{command} --schema page",
        "        # publish the rest all the same",
        f"{command} --max-rejected 89%",
    ]


def test_a_schema_that_was_typed_gives_way_to_the_one_that_is_suggested(
    refused: BuildResult,
) -> None:
    typed = (("--schema", "article"), ("--max-rejected", "50%"))
    said = [line.strip() for line in lines(refused, *typed)]
    assert "corpuskit build articles/ --max-rejected 50% --schema page" in said
    assert "corpuskit build articles/ --schema article --max-rejected 89%" in said


@pytest.mark.parametrize(
    ("src", "below", "path", "typed"),
    [
        (".", ".", "a.md", "a.md"),
        ("posts", ".", "2024/a.md", "posts/2024/a.md"),
        ("site/posts", "posts", "posts/a.md", "site/posts/a.md"),
        (".", "site/posts", "site/posts/a.md", "a.md"),
        ("/", ".", "a.md", "/a.md"),
        ("site/a.md", "a.md", "a.md", "site/a.md"),
        ("posts.zip", "articles", "articles/a.md", "posts.zip/a.md"),
    ],
)
def test_a_fault_is_named_as_its_file_would_be_typed(
    refused: BuildResult, src: str, below: str, path: str, typed: str
) -> None:
    found = fault(Code.DUPLICATE_KEY, path=path)
    refusal = Refusal("", found)
    result = replace(refused, src=src, below=below, diagnostics=(found,), refusal=refusal)
    assert f"    such as {typed}:1:1: CK204 duplicate-key!" in lines(result)
    assert next(map(click.unstyle, build_text.first_errors(result))).startswith(f"{typed}:1:1: ")


def test_a_code_that_asks_for_another_line_is_left_out(published: BuildResult) -> None:
    many = tuple(fault(code) for code in Code if code.startswith("CK2"))
    (rejected,) = (
        line for line in lines(replace(published, diagnostics=many)) if "errors:" in line
    )
    assert len(rejected) <= 100
    assert rejected.endswith(", …")


def test_a_corpus_of_drafts_is_told_how_to_publish_them(refused: BuildResult) -> None:
    refusal = Refusal("none", drafts=True)
    drafts = replace(refused, counts=Counts(8, 0, 0, 0, 8), diagnostics=(), refusal=refusal)
    assert [line.strip() for line in lines(drafts)[2:4]] == [
        "type one of:",
        "corpuskit build articles/ --drafts   # rows of what is excluded, too",
    ]


def test_publishing_nothing_at_all_is_not_suggested(refused: BuildResult) -> None:
    nothing = replace(refused, counts=Counts(8, 0, 8, 0, 0))
    assert not any("--max-rejected" in line for line in lines(nothing))


def test_the_first_errors_are_said_in_a_line_each(refused: BuildResult) -> None:
    said = [click.unstyle(line) for line in build_text.first_errors(refused)]
    assert said[0] == "0.md:1:1: CK301 missing-field!"
    assert said[5:] == ["… and 3 more: see datasets/gazette/.refused/diagnostics.jsonl"]


def test_a_few_errors_are_all_said(published: BuildResult) -> None:
    assert len(list(build_text.first_errors(published))) == 3
