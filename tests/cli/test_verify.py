"""`corpuskit verify`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def broken(release: Path, tmp_path: Path) -> Path:
    """A copy of the release in which somebody has written."""
    copy = tmp_path / "1.0.0"
    shutil.copytree(release, copy)
    card = copy / "README.md"
    card.chmod(0o644)
    card.write_text("nothing", "utf-8")
    return copy


def test_a_release_that_holds_is_said_to(run: Run, release: Path) -> None:
    result = run("verify", release)
    files = sum(1 for path in release.rglob("*") if path.is_file())
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"holds: gazette 1.0.0, 3 rows, {files} files\n"


def test_a_dataset_is_verified_with_all_its_versions(run: Run, release: Path) -> None:
    result = run("verify", release.parent)
    assert result.exit_code == 0
    assert result.stdout.startswith("holds: gazette 1.0.0, 3 rows, ")


def test_a_changed_file_is_named(run: Run, broken: Path) -> None:
    result = run("verify", broken)
    assert result.exit_code == 1
    assert result.stdout.startswith("README.md: CK803 ")
    assert "holds" not in result.stdout


def test_json_lists_the_findings(run: Run, broken: Path, release: Path) -> None:
    held, differs = (json.loads(run("verify", path, "--json").stdout) for path in (release, broken))
    assert (held["holds"], held["name"], held["rows"], held["findings"]) == (True, "gazette", 3, [])
    assert (differs["holds"], differs["name"]) == (False, None)
    assert [finding["code"] for finding in differs["findings"]] == ["CK803"]


def test_a_folder_that_is_no_release_ends_with_4(run: Run, tmp_path: Path) -> None:
    result = run("verify", tmp_path)
    assert (result.exit_code, result.stdout) == (4, "")
    assert str(tmp_path) in result.stderr
