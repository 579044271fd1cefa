"""`corpuskit diff`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def dataset(run: Run, corpus: Path, tmp_path: Path) -> Path:
    """Two versions: one article moved, one is changed, one came, one went."""
    build = ("build", corpus, "--out", tmp_path / "out", "--name", "gazette", "--workers", 1, "-q")
    run(*build)
    (corpus / "a.md").rename(corpus / "moved.md")
    text = (corpus / "b.md").read_text("utf-8")
    (corpus / "b.md").write_text(text.replace("港口公报", "公报"), "utf-8")
    (corpus / "c.md").unlink()
    (corpus / "new\x1b[31m.md").write_text(text.replace("ferry", "tram"), "utf-8")
    assert run(*build).exit_code == 0
    return tmp_path / "out" / "gazette"


def test_counts_come_with_the_bump(run: Run, dataset: Path) -> None:
    result = run("diff", f"{dataset}@1.0", dataset)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "gazette 1.0.0 → gazette 1.1.0: a minor change",
        "    added              2  1 of them moved",
        "    removed            2  1 of them moved",
        "    changed            1  title 1, front_matter 1",
        "    unchanged          0",
        "    columns    identical",
    ]


def test_rows_are_listed_when_they_are_asked_for(run: Run, dataset: Path) -> None:
    lines = run("diff", f"{dataset}@1.0.0", dataset, "--rows").stdout.splitlines()
    assert lines[:4] == [
        "- c.md",
        "+ new\\x1b[31m.md",
        "~ b.md: title, front_matter",
        "> a.md → moved.md",
    ]


def test_programs_get_one_object(run: Run, dataset: Path) -> None:
    found = json.loads(run("diff", dataset / "1.0.0", dataset, "--json").stdout)
    assert found == {
        "old": {"name": "gazette", "version": "1.0.0"},
        "new": {"name": "gazette", "version": "1.1.0"},
        "added": 2,
        "removed": 2,
        "changed": 1,
        "unchanged": 0,
        "schema": "identical",
        "moved": 1,
        "fields": {"title": 1, "front_matter": 1},
        "columns": [],
        "parts_differ": False,
        "bump": "minor",
    }
    listed = json.loads(run("diff", dataset / "1.0.0", dataset, "--json", "--rows").stdout)
    assert [row["path"] for row in listed["rows"]["removed"]] == ["a.md", "c.md"]
    assert listed["rows"]["changed"][0]["fields"] == ["title", "front_matter"]
    assert [pair["path"] for pair in listed["rows"]["moved"]] == ["moved.md"]


def test_markdown_is_an_entry_of_a_change_log(run: Run, dataset: Path) -> None:
    result = run("diff", dataset / "1.0.0", dataset, "--output-format", "markdown")
    assert result.stdout.startswith("## 1.1.0 - 2025-01-01\n\n### Added\n\n- 2 articles\n")


def test_the_exit_code_says_whether_anything_differs_if_asked(run: Run, dataset: Path) -> None:
    assert run("diff", f"{dataset}@1.0", dataset, "--exit-code").exit_code == 1
    same = run("diff", dataset, dataset, "--exit-code")
    assert (same.exit_code, same.stdout.splitlines()[0]) == (
        0,
        "gazette 1.1.0 → gazette 1.1.0: nothing differs",
    )


def test_a_version_that_is_not_there_is_told_with_those_that_are(run: Run, dataset: Path) -> None:
    result = run("diff", f"{dataset}@1.0", f"{dataset}@2")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "gazette has no 2; it has 1.0.0, 1.1.0" in result.stderr
