"""`corpuskit check`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from corpuskit.cli.check import exit_code, selected, summary
from corpuskit.codes import Code
from corpuskit.model import Diagnostic, diagnose

Run: TypeAlias = Callable[..., Result]

ERROR = diagnose(Code.DUPLICATE_KEY, "error")
WARNING = diagnose(Code.TAB_INDENT, "warning")
REMARK = diagnose(Code.SHORT_DUPLICATE, "remark")


def test_faults_are_printed_with_their_lines(run: Run, corpus: Path) -> None:
    bad = corpus / "坏.md"
    result = run("check", bad)
    assert result.exit_code == 1
    first, second = result.stdout.split("\n\n")[:2]
    assert first.splitlines()[:3] == [
        f"{bad}:3:1: CK204 `title` is given twice: first in line 2",
        "3 | title: 又一个",
        "  | ^^^^^",
    ]
    assert second.splitlines()[1:3] == ["4 | date: 2024-02-31", "  |       ^^^^^^^^^^"]
    assert result.stderr == "2 errors in 1 file\n"


def test_sound_files_end_with_0(run: Run, corpus: Path) -> None:
    result = run("check", corpus / "a.md", corpus / "b.md")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "no faults in 2 files\n"


def test_quiet_leaves_the_summary_out(run: Run, corpus: Path) -> None:
    assert run("check", corpus / "a.md", "--quiet").stderr == ""


def test_json_is_a_list_of_diagnostics(run: Run, corpus: Path) -> None:
    result = run("check", corpus, "--json", "--select", "CK204")
    (fault,) = json.loads(result.stdout)
    assert fault["help"]
    assert {key: fault[key] for key in fault if key not in {"message", "help"}} == {
        "code": "CK204",
        "name": "duplicate-key",
        "severity": "error",
        "path": str(corpus / "坏.md"),
        "line": 3,
        "column": 1,
        "field": "title",
    }


def test_json_of_sound_files_is_an_empty_list(run: Run, corpus: Path) -> None:
    result = run("check", corpus / "a.md", "--output-format", "json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_what_is_ignored_does_not_count(run: Run, corpus: Path) -> None:
    result = run("check", corpus, "--ignore", "ck2,CK311")
    assert (result.exit_code, result.stdout) == (0, "")


def test_a_path_that_does_not_exist_ends_with_2(run: Run, tmp_path: Path) -> None:
    result = run("check", tmp_path / "missing")
    assert (result.exit_code, result.stdout) == (2, "")


def test_nothing_to_check_ends_with_2(run: Run) -> None:
    assert run("check").exit_code == 2


@pytest.mark.parametrize("options", [(), ("--json",), ("--quiet",)])
def test_a_folder_without_sources_ends_with_2_and_says_what_to_type(
    run: Run, tmp_path: Path, options: tuple[str, ...]
) -> None:
    (tmp_path / "a.txt").write_text("---\ntitle: x\n---\n", "utf-8")
    result = run("check", tmp_path, *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("; try --include '*.txt'\n")
    assert run("check", tmp_path, *options, "--include", "*.txt").exit_code == 1


def test_a_source_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    evil = tmp_path / "evil\x1b[2J.md"
    evil.write_text("---\ntitle: x\ndate: \x1b]0;owned\x07\u202e\n---\n\nText.\n", "utf-8")
    result = run("check", evil, "--color", "never")
    assert result.exit_code == 1
    assert "evil\\x1b[2J.md" in result.stdout
    assert all(character.isprintable() or character == "\n" for character in result.output)


@pytest.mark.parametrize(
    ("select", "ignore", "left"),
    [
        ((), (), [ERROR, WARNING]),
        (("CK204",), (), [ERROR]),
        (("CK2",), ("CK21",), [ERROR]),
        ((), ("CK",), []),
    ],
)
def test_codes_are_selected_by_their_beginning(
    select: tuple[str, ...], ignore: tuple[str, ...], left: list[Diagnostic]
) -> None:
    assert selected([ERROR, WARNING], select, ignore) == left


@pytest.mark.parametrize(
    ("diagnostics", "most", "code"),
    [
        ([], None, 0),
        ([WARNING, REMARK], None, 0),
        ([WARNING, REMARK], 1, 0),
        ([WARNING, WARNING], 1, 1),
        ([WARNING], 0, 1),
        ([ERROR], 9, 1),
    ],
)
def test_errors_and_too_many_warnings_end_with_1(
    diagnostics: list[Diagnostic], most: int | None, code: int
) -> None:
    assert exit_code(diagnostics, most) == code


@pytest.mark.parametrize(
    ("diagnostics", "said"),
    [
        ([ERROR] * 3 + [WARNING] * 2, "3 errors and 2 warnings in 75 files"),
        ([ERROR, WARNING, REMARK], "1 error, 1 warning and 1 remark in 75 files"),
        ([], "no faults in 75 files"),
    ],
)
def test_the_summary_counts_by_severity(diagnostics: list[Diagnostic], said: str) -> None:
    assert summary(diagnostics, 75) == said
