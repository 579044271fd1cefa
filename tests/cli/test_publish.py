"""`corpuskit publish --archive`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from corpuskit.dataset_names import UNDER_WAY

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def licensed(run: Run, corpus: Path, tmp_path: Path) -> Path:
    """A version that may be published."""
    (corpus / "corpuskit.toml").write_text('[dataset]\nlicense = "CC-BY-4.0"\n')
    result = run("build", corpus, "--out", tmp_path / "out", "--no-cache", "--workers", "1")
    assert result.exit_code == 0, result.output
    return tmp_path / "out" / "gazette"


def test_an_archive_says_where_it_is_and_by_what_it_is_known(
    run: Run, licensed: Path, tmp_path: Path
) -> None:
    target = tmp_path / "gazette.zip"
    result = run("publish", licensed, target, "--archive", "zip")
    data = target.read_bytes()
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        [
            f"archived gazette 1.0.0  → {target}",
            f"    17 files, {len(data) / 1e3:.1f} kB, SHA-256 {hashlib.sha256(data).hexdigest()}",
        ],
    )
    again = run("publish", licensed, target, "--archive", "zip")
    assert again.stdout.startswith(f"unchanged gazette 1.0.0 is there already  → {target}\n")
    assert run("publish", licensed, target, "--archive", "zip", "--quiet").stdout == ""


def test_its_json_is_one_object(run: Run, licensed: Path, tmp_path: Path) -> None:
    result = run("publish", licensed, tmp_path, "--archive", "tar.zst", "--json")
    target = tmp_path / "gazette-1.0.0.tar.zst"
    assert json.loads(result.stdout) == {
        "status": "written",
        "name": "gazette",
        "version": "1.0.0",
        "url": str(target),
        "files": 17,
        "bytes": target.stat().st_size,
        "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
    }


@pytest.mark.parametrize(
    ("target", "options", "code", "said"),
    [
        ("a.zip", ("--archive", "zip", "--take-over"), 2, "leave --take-over out"),
        ("a.zip", ("--archive", "tar.zst"), 2, "a.zip ends in .zip"),
        ("a.zip", ("--archive", "rar"), 2, "'rar' is not one of 'zip', 'tar.zst'"),
        ("there.zip", ("--archive", "zip"), 1, "holds something else"),
    ],
)
def test_what_cannot_be_archived_is_told(
    run: Run,
    licensed: Path,
    tmp_path: Path,
    target: str,
    options: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    (tmp_path / "there.zip").write_bytes(b"precious")
    result = run("publish", licensed, tmp_path / target, *options)
    assert result.exit_code == code
    assert said in result.stderr
    assert not (tmp_path / UNDER_WAY).exists()
