"""Lines that recur in a release, as its report counts them."""

from __future__ import annotations

from pathlib import Path

import pytest

import corpuskit
from corpuskit.reporting import lines
from corpuskit.reporting.figures import LineTally
from corpuskit.reporting.lines import read_lines
from tests.reporting.conftest import HOSTILE


def built(tmp_path: Path, config: str = "") -> corpuskit.Release:
    src = tmp_path / "src"
    for number in range(40):
        folder = src / ("north" if number % 2 else "south")
        folder.mkdir(parents=True, exist_ok=True)
        common = "All rights reserved." if number % 2 else "`" + HOSTILE.replace("`", "") + "`"
        (folder / f"{number}.md").write_text(
            f"---\ntitle: t\ndate: 2024-01-01\n---\nOwn text {number}.\n\n{common}\n\n***\n",
            "utf-8",
        )
    (src / "corpuskit.toml").write_text(config, "utf-8")
    result = corpuskit.build(src, out=tmp_path / "out", created="2025-01-01T00:00:00Z", workers=1)
    assert result.path is not None
    return corpuskit.load(result.path)


def test_lines_that_a_tenth_of_a_folder_has_are_counted(tmp_path: Path) -> None:
    found = read_lines(built(tmp_path))
    assert found is not None
    assert (found.rows, found.shards, found.of_shards, found.lines) == (40, 1, 1, 2)
    hostile = HOSTILE.replace("`", "")
    assert set(found.top) == {
        LineTally("All rights reserved.", "north", 20, 20),
        LineTally(hostile, "south", 20, 20),
    }


def test_no_more_rows_are_read_than_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "_MOST_ROWS", 30)
    release = built(tmp_path)
    found = read_lines(release)
    assert found is not None
    assert found.rows == 30
    page = corpuskit.report(release).decode()
    assert "counted in 30 rows of 40: those of 1 shard of 1" in page


def test_a_line_is_text_in_the_page_and_never_markup(tmp_path: Path) -> None:
    page = corpuskit.report(built(tmp_path)).decode()
    assert "All rights reserved." in page
    assert 'id="recurring"' in page
    assert "<svg onload" not in page


def test_a_release_without_text_has_no_such_section(tmp_path: Path) -> None:
    release = built(tmp_path, '[release]\nomit = ["text", "body"]\n')
    assert read_lines(release) is None
    assert 'id="recurring"' not in corpuskit.report(release).decode()


def test_counts_are_exact_though_there_are_too_few_counters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = built(tmp_path)
    exact = read_lines(release)
    monkeypatch.setattr(lines, "_COUNTERS", 12)
    found = read_lines(release)
    assert exact is not None
    assert found is not None
    assert (exact.missed, found.missed) == (0, 0)
    assert found.top == exact.top


def test_where_lines_may_be_missed_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = built(tmp_path)
    assert "may be missing" not in corpuskit.report(release).decode()
    monkeypatch.setattr(lines, "_COUNTERS", 2)
    found = read_lines(release)
    assert found is not None
    assert found.missed > 10
    assert f"in fewer than {found.missed} rows may be missing" in corpuskit.report(release).decode()
