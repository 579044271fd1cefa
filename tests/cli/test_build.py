"""`corpuskit build`."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from corpuskit.cli.progress import StageProgress
from corpuskit.progress import Stage

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where datasets go."""
    return tmp_path / "datasets"


def test_a_build_says_where_every_source_went(run: Run, corpus: Path, out: Path) -> None:
    result = run("build", corpus, "--out", out, "--timezone", "Asia/Shanghai", "--workers", 1)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"published gazette 1.0.0  → {out}/gazette/1.0.0",
        "    6 sources = 3 rows + 1 rejected + 1 duplicate + 1 excluded   (1 file ignored)",
        "    excluded: draft 1",
        "    errors: CK204 duplicate-key 1, CK311 impossible-date 1",
        "    2 dates named no time zone and were read as Asia/Shanghai",
        f"    look:  corpuskit show {out}/gazette/1.0.0",
        "           # what was rejected, and why",
        f"           corpuskit show {out}/gazette/1.0.0 --rejects",
    ]
    assert (out / "gazette/1.0.0/manifest.json").exists()


def test_the_same_build_again_is_unchanged(run: Run, corpus: Path, out: Path) -> None:
    run("build", corpus, "--out", out, "--workers", 1)
    result = run("build", corpus, "--out", out, "--workers", 1)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"unchanged gazette, still 1.0.0  → {out}/gazette/1.0.0\n")


def test_datasets_among_the_articles_are_noted_and_no_sources(
    run: Run, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(corpus)
    said = "note: datasets lies among the articles and is no source; --out puts it elsewhere"
    first, again = (run("build", ".", "--workers", 1) for _ in range(2))
    assert said in first.stderr.splitlines()
    assert said in again.stderr.splitlines()
    assert "    6 sources = " in first.stdout
    assert again.stdout.startswith("unchanged gazette")
    assert run("build", ".", "--workers", 1, "--quiet").stderr == ""


def test_datasets_elsewhere_are_not_noted(run: Run, corpus: Path, out: Path) -> None:
    assert "note:" not in run("build", corpus, "--out", out, "--workers", 1).stderr


def test_json_is_exactly_one_object(run: Run, corpus: Path, out: Path) -> None:
    result = run("build", corpus, "--out", out, "--name", "demo", "--drafts", "--json")
    said = json.loads(result.stdout)
    codes = said.pop("codes")
    assert said == {
        "status": "published",
        "name": "demo",
        "version": "1.0.0",
        "path": f"{out}/demo/1.0.0",
        "sources": 6,
        "rows": 4,
        "rejected": 1,
        "duplicates": 1,
        "excluded": 0,
        "ignored": 1,
        "naive_dates": {"UTC": 2},
        "exclusions": {},
        "reason": None,
        "changes": None,
    }
    assert codes["CK204"] == 1


def test_too_many_rejections_publish_nothing_and_are_kept(
    run: Run, corpus: Path, out: Path
) -> None:
    result = run("build", corpus, "--out", out, "--max-rejected", "10%", "--workers", 1)
    assert result.exit_code == 1
    assert result.stdout.startswith("refused: 1 of 6 sources (17%) are rejected")
    again = f"corpuskit build {corpus} --out {out} --workers 1 --max-rejected 17%"
    assert again in map(str.strip, result.stdout.splitlines())
    kept = Path(result.stdout.rpartition("diagnostics: ")[2].strip())
    assert "CK204" in kept.read_text("utf-8")
    assert not (out / "gazette/1.0.0").exists()


def test_what_is_suggested_after_a_refusal_publishes(
    run: Run, corpus: Path, out: Path, tmp_path: Path
) -> None:
    """The suggestion keeps every option that was typed, or it would build something else."""
    config = tmp_path / "own.toml"
    config.write_text("[dedup]\nexact = false\n", "utf-8")
    options = ("--exclude", "co py.md", "--config", config, "--name", "demo", "--version", "3.0.0")
    refused = run("build", corpus, "--out", out, *options, "--max-rejected=1%", "--workers", 1)
    assert refused.exit_code == 1
    (line,) = (line for line in refused.stdout.splitlines() if "--max-rejected" in line)
    assert shlex.split(line) == [
        *("corpuskit", "build", str(corpus), "--out", str(out), *map(str, options)),
        *("--workers", "1", "--max-rejected", "17%"),
    ]
    published = run(*shlex.split(line)[1:])
    assert published.exit_code == 0
    assert (out / "demo/3.0.0/manifest.json").exists()


def test_the_check_that_is_suggested_reads_the_same_sources(
    run: Run, corpus: Path, out: Path
) -> None:
    options = ("--include", "坏.md", "--schema", "page", "--exclude", "a*")
    refused = run("build", corpus, "--out", out, *options, "--drafts", "--workers", 1)
    (line,) = (line for line in refused.stdout.splitlines() if "corpuskit check" in line)
    words = shlex.split(line)
    assert words == ["corpuskit", "check", str(corpus), *options]
    checked = run(*words[1:])
    assert (checked.exit_code, checked.stderr) == (1, "1 error and 1 warning in 1 file\n")


def test_an_example_of_a_fault_is_where_check_finds_it(run: Run, corpus: Path, out: Path) -> None:
    """Audits have paths below the root, which is here the folder above SRC."""
    (corpus.parent / "corpuskit.toml").write_text("[dataset]\nname = 'gazette'\n", "utf-8")
    refused = run("build", corpus, "--out", out, "--max-rejected", "0", "--workers", 1)
    (line,) = (line for line in refused.stdout.splitlines() if "such as" in line)
    where = line.split()[2]
    assert where == f"{corpus}/坏.md:3:1:"
    assert where in run("check", corpus).stdout
    audit = (out / "gazette/.refused/diagnostics.jsonl").read_text("utf-8")
    assert json.loads(audit.splitlines()[-1])["path"] == "gazette/坏.md"


def test_a_refused_build_in_json_has_no_version(run: Run, corpus: Path, out: Path) -> None:
    result = run("build", corpus, "--out", out, "--max-rejected", "0", "--json", "--workers", 1)
    said = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (said["status"], said["version"]) == ("refused", None)
    assert "are rejected" in said["reason"]


def test_a_version_that_exists_is_refused(run: Run, corpus: Path, out: Path) -> None:
    run("build", corpus, "--out", out, "--version", "2.0.0", "--workers", 1)
    result = run("build", corpus, "--out", out, "--version", "2.0.0", "--workers", 1)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "2.0.0" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--max-rejected", "50"), "did you mean 50%?"),
        (("--name", "No Name"), "'No Name'"),
        (("--version", "one"), "one"),
        (("--workers", "0"), "--workers"),
        (("--schema", "artcle"), "article"),
        (("--include", "*.nothing"), "*.nothing"),
        (("--nmae", "x"), "--name"),
    ],
)
def test_wrong_usage_ends_with_2(
    run: Run, corpus: Path, out: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = run("build", corpus, "--out", out, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_missing_folder_ends_with_2(run: Run, tmp_path: Path, out: Path) -> None:
    result = run("build", tmp_path / "missing", "--out", out)
    assert result.exit_code == 2
    assert "missing" in result.stderr


def test_a_wrong_configuration_ends_with_2_and_shows_the_line(
    run: Run, corpus: Path, out: Path
) -> None:
    config = corpus / "corpuskit.toml"
    config.write_text('[dataset]\nnmae = "港口"\n', "utf-8")
    result = run("build", corpus, "--out", out)
    assert (result.exit_code, result.stdout) == (2, "")
    where, line, carets, *_ = result.stderr.splitlines()
    assert where.startswith(f"{config}:2:1: CK602 ")
    assert (line, carets) == ('2 | nmae = "港口"', "  | ^^^^")


def test_an_output_folder_that_cannot_be_made_ends_with_4(run: Run, corpus: Path) -> None:
    result = run("build", corpus, "--out", corpus / "a.md", "--workers", 1)
    assert (result.exit_code, result.stdout) == (4, "")
    assert str(corpus / "a.md") in result.stderr


def test_a_quiet_build_says_only_what_was_rejected(run: Run, corpus: Path, out: Path) -> None:
    result = run("build", corpus, "--out", out, "--quiet", "--workers", 1)
    show = f"corpuskit show {out}/gazette/1.0.0 --rejects"
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"gazette 1.0.0: 1 of 6 sources rejected: {show}\n"


def test_a_quiet_build_without_rejections_says_nothing(run: Run, corpus: Path, out: Path) -> None:
    (corpus / "坏.md").unlink()
    for _ in ("published", "unchanged"):
        result = run("build", corpus, "--out", out, "--quiet", "--workers", 1)
        assert (result.exit_code, result.output) == (0, "")
    assert (out / "gazette/1.0.0/manifest.json").exists()


def test_a_quiet_build_that_is_refused_says_why(run: Run, corpus: Path, out: Path) -> None:
    arguments = ("build", corpus, "--out", out, "--max-rejected", "0", "--workers", 1)
    loud, quiet = run(*arguments), run(*arguments, "--quiet")
    assert (quiet.exit_code, quiet.stderr) == (1, "")
    assert quiet.stdout.splitlines()[:4] == loud.stdout.splitlines()[:4]


def test_quiet_json_is_the_whole_object(run: Run, corpus: Path, out: Path) -> None:
    result = run("build", corpus, "--out", out, "--quiet", "--json", "--workers", 1)
    assert json.loads(result.stdout)["status"] == "published"


STAGES = ["start", "discover", "parse", "plan", "write", "publish"]


def stages_of(table: str) -> list[str]:
    """The first column of a profile, below its head."""
    head, *rows = table.splitlines()
    assert head.split()[:3] == ["stage", "s", "share"]
    return [row.split()[0] for row in rows]


def test_a_profile_goes_to_stderr_and_leaves_the_summary_alone(
    run: Run, corpus: Path, out: Path
) -> None:
    plain = run("build", corpus, "--out", out, "--workers", 1, "--no-cache", "--name", "same")
    shutil.rmtree(out)
    profiled = run(
        *("build", corpus, "--out", out, "--workers", 1, "--no-cache", "--name", "same"),
        "--profile",
    )
    assert plain.stderr == ""
    assert profiled.stdout == plain.stdout
    assert stages_of(profiled.stderr) == [*STAGES, "whole"]


def test_a_build_that_changes_nothing_has_a_profile_of_what_it_did(
    run: Run, corpus: Path, out: Path
) -> None:
    run("build", corpus, "--out", out, "--workers", 1)
    again = run("build", corpus, "--out", out, "--workers", 1, "--profile", "--no-cache")
    assert again.stdout.startswith("unchanged")
    assert stages_of(again.stderr) == [*STAGES[:4], "whole"]


def test_a_build_that_is_unchanged_at_a_glance_has_two_stages(
    run: Run, corpus: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpuskit.cache.stat_table._SETTLED_NS", 0)
    run("build", corpus, "--out", out, "--workers", 1)
    again = run("build", corpus, "--out", out, "--workers", 1, "--profile", "--json")
    profile = json.loads(again.stdout)["profile"]
    assert [(s["stage"], s["count"]) for s in profile["stages"]] == [
        ("start", None),
        ("discover", 6),
    ]


def test_a_refused_build_has_a_profile_and_suggests_builds_with_one(
    run: Run, corpus: Path, out: Path
) -> None:
    arguments = ("build", corpus, "--out", out, "--max-rejected", "0", "--workers", 1)
    refused = run(*arguments, "--profile")
    assert refused.exit_code == 1
    assert stages_of(refused.stderr) == [*STAGES[:4], "whole"]
    assert "--profile --max-rejected 17%" in refused.stdout


def test_a_quiet_build_says_the_profile_that_it_is_asked_for(
    run: Run, corpus: Path, out: Path
) -> None:
    result = run("build", corpus, "--out", out, "--quiet", "--profile", "--workers", 1)
    assert len(result.stdout.splitlines()) == 1
    assert stages_of(result.stderr) == [*STAGES, "whole"]


def test_a_profile_in_json_is_a_key_of_the_object(run: Run, corpus: Path, out: Path) -> None:
    options = ("--json", "--profile", "--no-cache", "--workers", 1)
    result = run("build", corpus, "--out", out, *options)
    assert result.stderr == ""
    profile = json.loads(result.stdout)["profile"]
    assert profile["sources"] == 6
    assert [stage["stage"] for stage in profile["stages"]] == STAGES
    assert sum(s["seconds"] for s in profile["stages"]) == pytest.approx(
        profile["seconds"], abs=1e-5
    )
    start, _, parse, plan, write, _ = profile["stages"]
    assert {k for k, v in start.items() if v is not None} == {"stage", "seconds", "share"}
    assert {k for k, v in plan.items() if v is not None} == {
        *("stage", "seconds", "share", "us_per_source")
    }
    assert (parse["count"], parse["unit"]) == (6, "sources")
    assert (write["count"], write["unit"]) == (3, "rows")
    assert parse["bytes"] == sum(len(path.read_bytes()) for path in corpus.glob("*.md"))
    assert None not in parse.values()


class Interrupted(StageProgress):
    """Has Ctrl-C come when a stage begins, or once some of its sources are done."""

    def __init__(self, at: Stage, done: int) -> None:
        super().__init__()
        self._at, self._after = at, done

    def changed(self) -> None:
        """Interrupt when it is time to."""
        if self.current == self._at and self.done >= self._after:
            raise KeyboardInterrupt


def interrupted(
    run: Run, monkeypatch: pytest.MonkeyPatch, at: Stage, done: int, *arguments: str | Path
) -> str:
    """What a build says that is interrupted at a stage, when `done` of it are done."""

    def shown(*, quiet: bool) -> AbstractContextManager[StageProgress]:
        assert not quiet
        return nullcontext(Interrupted(at, done))

    with monkeypatch.context() as patch:
        patch.setattr("corpuskit.cli.build.progress_on_stderr", shown)
        result = run("build", *arguments, "--workers", 1)
    assert (result.exit_code, result.stdout) == (130, "")
    return str(result.stderr.strip())


@pytest.mark.parametrize(
    ("at", "done", "said", "left"),
    [
        ("discover", 0, "nothing was published", 52),
        ("parse", 0, "nothing was published", 52),
        ("parse", 1, "nothing was published; 61 % is cached; run again", 20),
        ("parse", 52, "nothing was published; all is cached; run again", 0),
        ("plan", 0, "nothing was published; all is cached; run again", 0),
        ("write", 0, "nothing was published; all is cached; run again", 0),
        ("publish", 0, "the version is there whole, or not at all; all is cached; run again", 0),
    ],
)
def test_an_interrupted_build_says_how_much_the_next_one_need_not_parse(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    at: Stage,
    done: int,
    said: str,
    left: int,
) -> None:
    """Of 52 sources a batch of 32 are 61.5 %; the worker may have ended the next one as well."""
    src = tmp_path / "many"
    src.mkdir()
    article = "---\ntitle: {0:02}\ndate: 2024-01-01\n---\nText {0:02}.\n"
    for n in range(52):
        (src / f"{n:02}.md").write_text(article.format(n))
    places = (src, "--out", tmp_path / "out", "--cache-dir", tmp_path / "cache")
    assert interrupted(run, monkeypatch, at, done, *places) == f"interrupted: {said}"
    again = run("build", *places, "--workers", 1, "--profile", "--json")
    parse = json.loads(again.stdout)["profile"]["stages"][2]
    assert (parse["bytes"] or 0) <= left * len(article.format(0))


def test_without_a_cache_an_interrupted_build_promises_none(
    run: Run, corpus: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = interrupted(run, monkeypatch, "write", 0, corpus, "--out", out, "--no-cache")
    assert said == "interrupted: nothing was published"


def test_whole_pages_are_sent_to_init_unless_there_is_a_configuration(
    run: Run, tmp_path: Path, out: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    for number in range(3):
        page = (
            f"<html><head><title>T{number}</title></head><body><p>Tide {number}.</p></body></html>"
        )
        (site / f"{number}.html").write_text(page)
    refused = run("build", site, "--out", out, "--workers", 1)
    assert refused.exit_code == 1
    assert f"corpuskit init {site}" in refused.stdout + refused.stderr
    assert run("init", site).exit_code == 0
    assert run("build", site, "--out", out, "--workers", 1).exit_code == 0
    (site / "schema.yaml").unlink()
    (site / "corpuskit.toml").write_text("[dedup]\nexact = false\n")
    again = run("build", site, "--out", out, "--name", "other", "--workers", 1)
    assert again.exit_code == 1
    assert "corpuskit init" not in again.stdout + again.stderr
