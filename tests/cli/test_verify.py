"""`corpuskit verify`."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

import click
import pytest
from click.testing import Result

from corpuskit.cli.release_text import verified
from corpuskit.codes import Code
from corpuskit.model import diagnose
from corpuskit.verifying import Examination

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
    assert result.stdout == run("verify", release).stdout


def test_of_several_versions_each_has_a_line(run: Run, corpus: Path, tmp_path: Path) -> None:
    """The number of files is that of the version which is named, not of all of them."""
    build = ("build", corpus, "--out", tmp_path / "out", "--workers", 1)
    run(*build)
    (corpus / "a.md").unlink()
    run(*build)
    dataset = tmp_path / "out" / "gazette"
    files = sum(1 for path in (dataset / "1.1.0").rglob("*") if path.is_file())
    holds = f"holds: gazette 1.1.0, 2 rows, {files} files"
    assert run("verify", dataset / "1.1.0").stdout == f"{holds}\n"
    assert run("verify", dataset).stdout == (
        f"holds: gazette 1.0.0, 3 rows, {files} files\n{holds}\n"
    )
    said = json.loads(run("verify", dataset, "--json").stdout)
    assert (said["files"], said["versions"]) == (files, 2)
    assert [(r["version"], r["holds"], r["rows"]) for r in said["results"]] == [
        ("1.0.0", True, 3),
        ("1.1.0", True, 2),
    ]


def test_a_version_that_fails_is_told_from_those_that_hold(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    build = ("build", corpus, "--out", tmp_path / "out", "--workers", 1)
    run(*build)
    (corpus / "a.md").unlink()
    run(*build)
    dataset = tmp_path / "out" / "gazette"
    (dataset / "1.1.0" / "README.md").unlink()
    (dataset / "index.json").unlink()
    result = run("verify", dataset)
    assert result.exit_code == 1
    assert [
        re.sub(r": CK801 .*|, \d+ rows.*", "", line) for line in result.stdout.splitlines()
    ] == [
        "1.1.0/README.md",
        "index.json",
        "holds: gazette 1.0.0",
        "fails: gazette 1.1.0, 1 finding",
        "fails: 1 finding around the versions",
    ]


def test_a_dataset_is_verified_by_its_name(
    run: Run, release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(release.parent, tmp_path / "datasets" / "gazette")
    monkeypatch.chdir(tmp_path)
    result = run("verify", "gazette")
    assert (result.exit_code, result.stdout) == (0, run("verify", release).stdout)


def test_what_another_corpuskit_made_is_said_to_be_compared_less_closely(
    run: Run, release: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "1.0.0"
    shutil.copytree(release, copy)
    manifest, sums = copy / "manifest.json", copy / "SHA256SUMS"
    for path in (manifest, sums):
        path.chmod(0o644)
    before = sha256(manifest.read_bytes()).hexdigest()
    text = manifest.read_text("utf-8")
    own = json.loads(text)["generator"]["corpuskit"]
    manifest.write_text(text.replace(f'"corpuskit": "{own}"', '"corpuskit": "99.0.0"'), "utf-8")
    after = sha256(manifest.read_bytes()).hexdigest()
    sums.write_text(sums.read_text("utf-8").replace(before, after), "utf-8")
    result = run("verify", copy)
    assert result.exit_code == 0
    holds, note = result.stdout.splitlines()
    assert holds.startswith("holds: gazette 1.0.0, 3 rows, ")
    assert note.startswith(
        f"note: 1.0.0 was made with corpuskit 99.0.0, read with corpuskit {own}: "
    )
    (told,) = json.loads(run("verify", copy, "--json").stdout)["results"]
    assert (told["holds"], told["note"] in note) == (True, True)


def test_a_changed_file_is_named(run: Run, broken: Path) -> None:
    result = run("verify", broken)
    assert result.exit_code == 1
    assert result.stdout.startswith("README.md: CK803 ")
    assert "holds" not in result.stdout


def test_each_statement_that_a_file_contradicts_has_a_line(run: Run, broken: Path) -> None:
    """Two digests in full make a line that no terminal holds; JSON has them."""
    (shard,) = (broken / "data").iterdir()
    shard.chmod(0o644)
    shard.write_bytes(shard.read_bytes() + b"\n")
    said = run("verify", broken).stdout.splitlines()
    first, *more = (line for line in said if not line.startswith("README.md"))
    assert re.fullmatch(r"data/\S+: CK803 expected \d+ bytes by manifest\.json, found \d+", first)
    assert [re.sub("[0-9a-f]{8}…", "#", line) for line in more] == [
        "    SHA-256: expected # by SHA256SUMS, found #",
        "    SHA-256: expected # by manifest.json, found #",
    ]
    findings = json.loads(run("verify", broken, "--json").stdout)["findings"]
    assert len(re.findall(r"\b[0-9a-f]{64}\b", findings[-1]["message"])) == 4


def test_digests_are_shown_as_far_as_they_differ() -> None:
    one, other = "ab" * 32, "ab" * 31 + "ac"
    finding = diagnose(Code.CONTENT_DIGEST_MISMATCH, f"expected {one}, found {other}", path="m")
    (line,) = verified(Examination(Path("x"), (finding,), ()))
    assert click.unstyle(line) == f"m: CK811 expected {one}…, found {other}…"


def test_json_lists_the_findings(run: Run, broken: Path, release: Path) -> None:
    held, differs = (json.loads(run("verify", path, "--json").stdout) for path in (release, broken))
    assert (held["holds"], held["name"], held["rows"], held["findings"]) == (True, "gazette", 3, [])
    assert (differs["holds"], differs["name"], differs["files"]) == (False, None, None)
    assert [finding["code"] for finding in differs["findings"]] == ["CK803"]


def test_a_folder_that_is_no_release_ends_with_4(run: Run, tmp_path: Path) -> None:
    result = run("verify", tmp_path)
    assert (result.exit_code, result.stdout) == (4, "")
    assert str(tmp_path) in result.stderr
