"""`corpuskit retract` and `prune`, and what `build` and `show` say of withdrawals."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from corpuskit.identity import article_id

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def dataset(run: Run, corpus: Path) -> Path:
    """Versions 1.0.0 and 1.1.0."""
    out = corpus.parent / "out"
    for name in ("a.md", "c.md"):
        assert run("build", corpus, "--out", out, "--workers", "1").exit_code == 0
        (corpus / name).unlink()
    return out / "gazette"


def test_retracting_says_what_is_left(run: Run, dataset: Path) -> None:
    done = run("retract", f"{dataset}@1.1.0", "--reason", "wrong\x1b dates")
    assert done.exit_code == 0
    first, second, third = done.stdout.splitlines()
    assert first == f"retracted gazette 1.1.0  in {dataset}"
    assert second.startswith("    12 files deleted, ")
    assert third == "    latest: 1.0.0"
    again = run("retract", f"{dataset}@1.1.0", "--reason", "else")
    assert again.exit_code == 0
    assert again.stdout.splitlines() == [
        "unchanged gazette 1.1.0 was retracted already, on 2025-01-01: wrong dates",
        "    latest: 1.0.0",
    ]
    assert run("retract", f"{dataset}@1.1.0", "--reason", "else", "--quiet").stdout == ""


def test_who_shows_what_is_retracted_is_told_why(run: Run, dataset: Path) -> None:
    run("retract", f"{dataset}@1.1.0", "--reason", "wrong dates")
    shown = run("show", f"{dataset}@1.1.0")
    assert shown.exit_code == 4
    assert "1.1.0 was retracted on 2025-01-01: wrong dates" in shown.stderr
    assert run("show", dataset).stdout.startswith("gazette 1.0.0")
    verified = run("verify", dataset, "--history")
    assert verified.exit_code == 0
    assert verified.stdout.splitlines()[1:] == [
        "holds: gazette 1.1.0, retracted, 2 files",
        "note: 1.1.0 was retracted on 2025-01-01: wrong dates",
    ]
    said = json.loads(run("verify", dataset, "--json").stdout)
    assert (said["version"], said["results"][1]["gone"]) == ("1.0.0", "retracted")


def test_retract_gives_programs_one_object(run: Run, dataset: Path) -> None:
    said = json.loads(run("retract", f"{dataset}@1.0.0", "--reason", "r", "--json").stdout)
    assert said.keys() == {
        *("status", "name", "version", "place", "reason", "when", "files", "freed", "latest")
    }
    assert (said["status"], said["latest"]) == ("retracted", "1.1.0")


@pytest.mark.parametrize(
    "arguments",
    [("@1.1.0",), ("", "--reason", "r"), ("@1.1.0", "--reason", " ")],
)
def test_a_version_and_a_reason_are_needed(
    run: Run, dataset: Path, arguments: tuple[str, ...]
) -> None:
    done = run("retract", f"{dataset}{arguments[0]}", *arguments[1:])
    assert done.exit_code == 2
    assert run("verify", dataset, "--history").exit_code == 0


def test_pruning_says_what_it_freed(run: Run, dataset: Path) -> None:
    would = run("prune", dataset, "--keep", "1", "--dry-run").stdout.splitlines()
    assert would[0] == "would prune gazette 1.0.0"
    done = run("prune", dataset, "--keep", "1").stdout.splitlines()
    assert done[0] == "pruned gazette 1.0.0"
    assert would[1].replace("would go", "deleted").replace("be freed", "freed") == done[1]
    assert would[2] == done[2] == "    kept: 1.1.0"
    assert run("prune", dataset, "--keep", "1").stdout.startswith("unchanged gazette: nothing")
    assert run("prune", dataset, "--keep", "0").exit_code == 2
    said = json.loads(run("prune", dataset, "--keep", "1", "--json").stdout)
    assert said.keys() == {"name", "path", "pruned", "kept", "files", "freed", "dry_run"}


def test_a_build_says_what_the_release_says_nothing_of(run: Run, corpus: Path) -> None:
    out = corpus.parent / "out"
    run("build", corpus, "--out", out, "--workers", "1")
    (corpus / "corpuskit.toml").write_text('[dataset]\nwithdraw = "withdrawn.txt"\n')
    (corpus / "withdrawn.txt").write_text("b.md  # on request\nnothing.md\n")
    done = run("build", corpus, "--out", out, "--workers", "1")
    assert done.exit_code == 0
    unmatched, copied, before = (
        line for line in done.stderr.splitlines() if "CK5" in line or "note" in line
    )
    assert unmatched.startswith(
        "withdrawn.txt:2:1: CK511 [warning] `nothing.md` names no source and"
    )
    said = f"its text is that of `{article_id('b.md')}`, which is withdrawn"
    assert copied == f"{corpus}/copy.md: CK510 [warning] {said}"
    assert before.startswith("note: versions before still have what is withdrawn; ")
    assert "excluded: draft 1, withdrawn 2" in done.stdout
    shown = run("show", out / "gazette", "--excluded").stdout
    assert f"id {article_id('b.md')}: withdrawn" in shown
    assert "b.md" not in shown
    listed = json.loads(run("show", out / "gazette", "--excluded", "--json").stdout)
    assert {
        "path": None,
        "source_sha256": None,
        "id": article_id("b.md"),
        "reason": "withdrawn",
    } in (listed)


def test_a_list_that_cannot_be_read_is_a_fault_of_the_configuration(run: Run, corpus: Path) -> None:
    (corpus / "corpuskit.toml").write_text('[dataset]\nwithdraw = "withdrawn.txt"\n')
    (corpus / "withdrawn.txt").write_text('"b.md\n')
    for command in ("build", "check"):
        done = run(command, corpus)
        assert done.exit_code == 2
        assert "withdrawn.txt:1:1: CK621" in done.stderr
        assert '"b.md' in done.stderr
