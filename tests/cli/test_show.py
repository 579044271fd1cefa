"""`corpuskit show`."""

from __future__ import annotations

import json
import shutil
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result
from rich.cells import cell_len

from corpuskit.codes import Code
from corpuskit.stores import open_store

Run: TypeAlias = Callable[..., Result]


def test_a_release_is_described(run: Run, release: Path) -> None:
    result = run("show", release)
    lines = result.stdout.splitlines()
    assert (result.exit_code, result.stderr) == (0, "")
    assert lines[0] == "gazette 1.0.0"
    assert lines[1] == "    created 2025-01-01T00:00:00Z"
    assert lines[2] == (
        "    6 sources = 3 rows + 1 rejected + 1 duplicate + 1 excluded   (1 file ignored)"
    )
    assert "    dates 2024-05-01T02:00:00Z to 2024-05-03T10:00:00Z" in lines
    assert ["title", "string", "3"] in [line.split() for line in lines]
    assert f"corpuskit.load('{release}')" in result.stdout


def test_rows_are_shown_as_they_are_written(run: Run, release: Path) -> None:
    rows = [line for line in run("show", release).stdout.splitlines() if "2024-05-0" in line][1:]
    assert [" ".join(row.split()) for row in rows] == [
        "2024-05-01 02:00 Harbour – 6 Ships.",
        "2024-05-02 10:00 港口公报 en 77 The ferry sails again, and the pier is full o…",
        "2024-05-03 10:00 Tide [bold] – 11 High water.",
    ]


@pytest.mark.parametrize("columns", ["60", "100", "140"])
def test_the_table_fits_the_terminal(
    run: Run, release: Path, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    rows = [line for line in run("show", release).stdout.splitlines() if "港口" in line]
    assert rows
    assert all(cell_len(row) <= int(columns) for row in rows)


def test_a_title_gets_the_room_that_it_needs(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = "The school where you learn to wait"
    (tmp_path / "a.md").write_text(f"---\ntitle: {title}\ndate: 2024-05-01\n---\n\n{title * 9}\n")
    run("build", tmp_path, "--out", tmp_path / "out", "--name", "x", "--workers", 1)
    (row,) = (s for s in run("show", tmp_path / "out/x").stdout.splitlines() if "The school" in s)
    assert f" {title}  " in row
    assert row.endswith("…")
    assert cell_len(row) == 100
    monkeypatch.setenv("COLUMNS", "60")
    assert "  The sch…  " in run("show", tmp_path / "out/x").stdout


def test_as_many_rows_are_shown_as_asked_for(run: Run, release: Path) -> None:
    assert "Tide" not in run("show", release, "--rows", "2").stdout
    assert "Harbour" not in run("show", release, "--rows", "0").stdout


def test_a_dataset_shows_its_latest_version(run: Run, release: Path) -> None:
    assert run("show", release.parent).stdout.startswith("gazette 1.0.0\n")


def test_json_is_one_object(run: Run, release: Path) -> None:
    said = json.loads(run("show", release, "--rows", "1", "--json").stdout)
    assert (said["name"], said["version"], said["rows"], said["rejected"]) == (
        "gazette",
        "1.0.0",
        3,
        1,
    )
    assert {"name": "title", "type": "string", "non_null": 3} in said["columns"]
    (row,) = said["sample"]
    assert (row["title"], row["date"]) == ("Harbour", "2024-05-01T02:00:00+00:00")


def test_rejected_sources_are_listed_with_their_first_error(run: Run, release: Path) -> None:
    result = run("show", release, "--rejects")
    assert result.exit_code == 0
    first, last = result.stdout.splitlines()
    assert first == "坏.md:3:1: CK204 CK311 `title` is given twice: first in line 2"
    assert last == "1 of 6 sources rejected"


def test_rejected_sources_in_json_are_a_list(run: Run, release: Path) -> None:
    (refusal,) = json.loads(run("show", release, "--rejects", "--json").stdout)
    assert refusal["path"] == "坏.md"
    assert refusal["codes"] == ["CK204", "CK311"]
    assert (refusal["line"], refusal["column"]) == (3, 1)


def test_what_is_no_error_is_listed_where_it_was_found(run: Run, warned: Path) -> None:
    result = run("show", warned, "--warnings")
    *found, last = result.stdout.splitlines()
    assert found == [
        "a.md:6:1: CK402 [warning] the body only repeats the title",
        "copy.md: CK520 [info] nearly the same text as b.md (0.999)",
    ]
    assert last == "2 warnings in 2 of 3 sources"
    (_, near) = json.loads(run("show", warned, "--warnings", "--json").stdout)
    assert (near["path"], near["code"], near["severity"]) == ("copy.md", "CK520", "info")


def test_what_is_no_error_is_counted_by_code_and_its_paths_are_for_other_programs(
    run: Run, warned: Path
) -> None:
    result = run("show", warned, "--warnings", "--by", "code")
    assert result.stdout.splitlines()[1] == "CK520 near-duplicate: 1 time, such as copy.md"
    by_code = json.loads(run("show", warned, "--warnings", "--by", "code", "--json").stdout)
    assert [(one["count"], one["path"]) for one in by_code] == [(1, "a.md"), (1, "copy.md")]
    assert run("show", warned, "--warnings", "--paths0").stdout == "a.md\0copy.md\0"


def test_what_is_no_error_is_shown_of_a_refused_build_as_well(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/a.md").write_text("---\ntitle: A\n---\n\n# A\n")
    built = run("build", tmp_path / "a", "--out", tmp_path / "out", "--name", "x", "--workers", 1)
    assert built.exit_code == 1
    said = run("show", tmp_path / "out/x", "--warnings", "--last").stdout
    assert said.splitlines()[-1] == "1 warning in 1 source"


@pytest.fixture
def warned(run: Run, tmp_path: Path) -> Path:
    """A release with a body that is its title, and with two texts that are nearly the same."""
    text = "".join(chr(0x4E00 + number * number % 997) for number in range(900))
    (tmp_path / "articles").mkdir()
    for name, body in (("a", "# A"), ("b", text), ("copy", text[:-1])):
        article = f"---\ntitle: A\ndate: 2024-05-01\n---\n\n{body}\n"
        (tmp_path / f"articles/{name}.md").write_text(article, "utf-8")
    (tmp_path / "articles/corpuskit.toml").write_text("dedup.near = {threshold = 0.9}\n")
    out = ("--out", tmp_path / "out", "--name", "x", "--workers", 1)
    assert run("build", tmp_path / "articles", *out).exit_code == 0
    return tmp_path / "out/x"


def test_excluded_sources_are_listed_with_their_reasons(run: Run, release: Path) -> None:
    result = run("show", release, "--excluded")
    assert result.stdout == "draft.md: draft\n1 of 6 sources excluded\n"
    (exclusion,) = json.loads(run("show", release, "--excluded", "--json").stdout)
    assert (exclusion["path"], exclusion["reason"]) == ("draft.md", "draft")


def test_duplicates_are_listed_with_what_was_kept(run: Run, release: Path) -> None:
    result = run("show", release, "--duplicates")
    assert result.stdout == "copy.md: same text as b.md\n1 duplicate in 6 sources\n"
    (duplicate,) = json.loads(run("show", release, "--duplicates", "--json").stdout)
    assert (duplicate["path"], duplicate["kept_path"]) == ("copy.md", "b.md")


def test_a_report_is_drawn_beside_the_version(run: Run, release: Path, tmp_path: Path) -> None:
    dataset = shutil.copytree(release.parent, tmp_path / "gazette")
    result = run("show", dataset, "--html")
    path = dataset / "reports/1.0.0.html"
    assert (result.exit_code, result.stdout) == (0, f"drawn {path}\n")
    assert path.read_text("utf-8").startswith("<!doctype html>")


def test_a_report_goes_where_it_is_said(run: Run, release: Path, tmp_path: Path) -> None:
    assert run("show", release, "--html", "-o", tmp_path / "r.html").exit_code == 0
    result = run("show", release, "--html", "-o", "-")
    assert result.stdout_bytes == (tmp_path / "r.html").read_bytes()
    assert not (release.parent / "reports").exists()


@pytest.mark.parametrize("option", ["--html", "--rejects"])
def test_nothing_is_kept_of_what_must_not_lie_on_this_disk(
    run: Run, release: Path, tmp_path: Path, option: str
) -> None:
    url, home = f"memory://{uuid.uuid4().hex}", tmp_path / "home"
    for path in release.rglob("*"):
        if path.is_file():
            open_store(url).write(f"1.0.0/{path.relative_to(release)}", path.read_bytes())
    file = ("-o", "-") if option == "--html" else ()
    shown = run("show", url, option, *file, "--no-cache", "--cache-dir", home)
    assert (shown.exit_code, home.exists()) == (0, False)
    again = run("show", url, option, *file, "--cache-dir", home)
    assert (again.stdout, home.exists()) == (shown.stdout, option == "--html")


@pytest.mark.parametrize(
    "options", [("-o", "x.html"), ("--html", "--rejects"), ("--html", "--json")]
)
def test_a_report_is_asked_for_by_itself(run: Run, release: Path, options: tuple[str, ...]) -> None:
    result = run("show", release, *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--html" in result.stderr


def test_a_report_is_drawn_after_a_build(run: Run, corpus: Path, tmp_path: Path) -> None:
    result = run("build", corpus, "--out", tmp_path / "out", "--workers", 1, "--report")
    path = tmp_path / "out/gazette/reports/1.0.0.html"
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (0, f"drawn {path}")
    assert path.exists()


def test_the_report_of_a_rehearsal_is_not_in_the_place_of_a_version_s(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    build = ("build", corpus, "--out", tmp_path / "out", "--workers", 1)
    run(*build)
    assert run(*build, "--dev", "--report").exit_code == 0
    assert [p.name for p in (tmp_path / "out/gazette/reports").iterdir()] == ["dev.html"]


def test_a_report_that_cannot_be_drawn_is_told_before_the_build(
    run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pygal", None)
    result = run("build", corpus, "--out", tmp_path / "out", "--report")
    assert result.exit_code == 2
    assert "pip install pygal" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_report_in_a_folder_that_is_not_there_is_refused(
    run: Run, release: Path, tmp_path: Path
) -> None:
    result = run("show", release, "--html", "-o", tmp_path / "no/r.html")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"there is no folder {tmp_path}/no" in result.stderr


def test_what_is_no_release_ends_with_4(run: Run, tmp_path: Path) -> None:
    result = run("show", tmp_path)
    assert (result.exit_code, result.stdout) == (4, "")
    assert str(tmp_path) in result.stderr


@pytest.mark.parametrize("command", ["build", "check", "show", "verify"])
def test_a_path_where_nothing_is_ends_every_command_alike(
    run: Run, tmp_path: Path, command: str
) -> None:
    result = run(command, tmp_path / "missing")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {tmp_path}/missing: no such file or folder")


def test_rejects_are_counted_by_code(run: Run, release: Path) -> None:
    lines = run("show", release, "--rejects", "--by", "code").stdout.splitlines()
    assert lines == [
        "CK204 duplicate-key: 1 source, such as 坏.md",
        f"CK311 {Code('CK311').label}: 1 source, such as 坏.md",
    ]
    found = json.loads(run("show", release, "--rejects", "--by", "code", "--json").stdout)
    assert [(each["code"], each["count"], each["path"]) for each in found] == [
        ("CK204", 1, "坏.md"),
        ("CK311", 1, "坏.md"),
    ]


def test_paths_of_rejects_end_in_a_nul(run: Run, release: Path) -> None:
    assert run("show", release, "--rejects", "--paths0").stdout_bytes == "坏.md\0".encode()


def test_rejects_of_the_last_build_are_shown_if_it_was_refused(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    build = ("build", corpus, "--out", tmp_path / "out", "--name", "x", "--workers", 1, "-q")
    assert run(*build, "--max-rejected", "0").exit_code == 1
    lines = run("show", tmp_path / "out/x", "--rejects", "--last").stdout.splitlines()
    assert lines[0].startswith("坏.md:")
    assert lines[-1] == "1 source rejected"
    run(*build)
    published = run("show", tmp_path / "out/x", "--rejects", "--last")
    assert (published.exit_code, published.stdout) == (2, "")
    assert "the last build was not refused" in published.stderr
    assert "there is no such dataset" in run("show", "nowhere", "--rejects", "--last").stderr


@pytest.mark.parametrize("flags", [["--last"], ["--by", "code"], ["--paths0", "--excluded"]])
def test_what_is_about_rejects_needs_them(run: Run, release: Path, flags: list[str]) -> None:
    result = run("show", release, *flags)
    assert result.exit_code == 2
    assert "are about --rejects or --warnings; add one" in result.stderr


def test_where_links_to_the_source_in_its_commit(run: Run, release: Path, tmp_path: Path) -> None:
    """The release is one of no commit; a copy of it is made to be."""
    release = shutil.copytree(release, tmp_path / "copy")
    document = json.loads((release / "manifest.json").read_bytes())
    document["homepage"] = "https://github.com/o/r"
    document["sources"] |= {"git_commit": "4" * 40, "dirty": False, "git_path": "posts/"}
    (release / "manifest.json").chmod(0o644)
    (release / "manifest.json").write_text(json.dumps(document))
    address = f"https://github.com/o/r/blob/{'4' * 40}/posts/a.md"
    assert f"    source          {address}\n" in run("where", release, "a.md").stdout
    assert json.loads(run("where", release, "a.md", "--json").stdout)["permalink"] == address


def test_licences_of_articles_are_shown(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, licence in (("a", "license: MIT"), ("b", "rights: MIT"), ("c", "tags: x")):
        text = f"---\ntitle: {name}\ndate: 2024-01-01\n{licence}\n---\nText {name}.\n"
        (folder / f"{name}.md").write_text(text)
    run("build", folder, "--out", tmp_path / "out")
    built = tmp_path / "out/articles"
    assert "licences of articles: MIT 2, none stated 1\n" in run("show", built).stdout
    assert json.loads(run("show", built, "--json").stdout)["licenses"] == {"MIT": 2}
