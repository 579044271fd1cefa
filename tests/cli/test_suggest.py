"""`corpuskit suggest`."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Articles with one advert, one label and one line that has no class."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.html").write_text(
            f"---\ntitle: t\ndate: 2024-05-01\n---\n<p>own {number}</p><p class=ad>Scan!</p>"
            f"<p>All rights reserved</p><p class=by>By: \u202e{number}</p>",
            "utf-8",
        )
    return folder


def test_rules_are_printed_as_toml_and_what_they_do_beside_it(run: Run, articles: Path) -> None:
    result = run("suggest", articles)
    assert result.exit_code == 0
    assert tomllib.loads(result.stdout)["text"]["drop"] == [".ad", ".by"]
    assert '# 12 articles: "All rights reserved"' in result.stdout
    assert "\u202e" not in result.stdout
    assert "12 articles of 12 files, 1 group; 2 rules, 1 line without" in result.stderr
    assert "add --write" in result.stderr
    assert not (articles / "corpuskit.toml").exists()


def test_rules_are_written_if_that_is_asked_for(run: Run, articles: Path) -> None:
    result = run("suggest", articles, "--write")
    assert result.exit_code == 0
    assert "the schema lacks the field: by" in result.stderr
    assert (articles / "corpuskit.toml").read_text("utf-8") == '[text]\ndrop = [".ad"]\n'


def test_a_program_gets_one_object(run: Run, articles: Path) -> None:
    found = json.loads(run("suggest", articles, "--json", "-q").stdout)
    assert [s["selector"] for s in found["suggestions"]] == [".ad", ".by"]
    assert found["lines"] == [
        {
            "line": "All rights reserved",
            "paths": [],
            "articles": 12,
            "example": "0.html",
            "selector": None,
            "losing": 0,
            "lost": 0,
            "is_label": False,
        }
    ]
    assert (found["articles"], found["written"]) == (12, None)
    assert tomllib.loads(found["toml"])["text"]["capture"][0]["field"] == "by"


def test_where_nothing_recurs_nothing_is_printed(run: Run, articles: Path) -> None:
    result = run("suggest", articles, "--min-articles", "13", "--share", "1%")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "0 rules, 0 lines without" in result.stderr


def test_nothing_is_written_into_an_archive(run: Run, articles: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "articles"), "zip", articles)
    assert tomllib.loads(run("suggest", archive).stdout)["text"]["drop"] == [".ad", ".by"]
    result = run("suggest", archive, "--write")
    assert result.exit_code == 2
    assert "is a copy" in result.stderr


def test_a_share_that_is_none_ends_with_2(run: Run, articles: Path) -> None:
    assert run("suggest", articles, "--share", "200%").exit_code == 2
    assert run("suggest", articles / "none").exit_code == 2


def test_that_there_is_nothing_to_write_is_said(run: Run, tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"{number}.md").write_text(f"Own {number}.\n\nAll rights reserved\n")
    result = run("suggest", tmp_path, "--write")
    assert "nothing is written: no rule drops what recurs and nothing else" in result.stderr
    assert not (tmp_path / "corpuskit.toml").exists()
