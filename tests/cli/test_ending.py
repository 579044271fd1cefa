"""The boundary: how a command ends → exit code and what is said."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from corpuskit import (
    ConfigurationError,
    CorpuskitError,
    MissingExtraError,
    RefusedError,
    ReleaseError,
    UnfinishedError,
    UsageError,
)
from corpuskit.cli.ending import saying_when_interrupted
from corpuskit.cli.lazy import LazyGroup
from corpuskit.codes import Code
from corpuskit.model import Place, diagnose


def run(action: Callable[[], object], **environment: str) -> Result:
    """What a group says and how it ends whose one command does `action`."""
    group = LazyGroup(name="corpuskit", modules={})
    group.command("act")(action)
    return CliRunner(env=environment).invoke(group, ["act"])


def raising(error: BaseException) -> Callable[[], None]:
    """An action that ends with `error`."""

    def act() -> None:
        raise error

    return act


@pytest.mark.parametrize("code", [0, 1])
def test_an_integer_that_a_command_returns_is_its_exit_code(code: int) -> None:
    assert run(lambda: code).exit_code == code


def test_a_command_that_returns_nothing_is_done() -> None:
    assert run(lambda: None).exit_code == 0


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("no such folder"), 2),
        (MissingExtraError("duckdb", "duckdb"), 2),
        (RefusedError("1.0.0 exists"), 1),
        (ReleaseError("no manifest"), 4),
        (UnfinishedError("no space"), 4),
    ],
)
def test_an_exception_of_ours_is_one_line_on_stderr(error: CorpuskitError, code: int) -> None:
    result = run(raising(error))
    assert result.exit_code == code
    assert result.stderr == f"error: {error}\n"
    assert result.stdout == ""


def test_a_full_disk_is_said_with_its_file() -> None:
    result = run(raising(OSError(errno.ENOSPC, "No space left on device", "datasets/x")))
    assert result.exit_code == 4
    assert result.stderr == "error: datasets/x: No space left on device\n"


def test_an_operating_system_error_without_a_number_is_said_as_it_is() -> None:
    result = run(raising(OSError("Couldn't deserialize thrift")))
    assert (result.exit_code, result.stderr) == (4, "error: Couldn't deserialize thrift\n")


def test_running_out_of_memory_is_no_bug() -> None:
    result = run(raising(MemoryError()))
    assert (result.exit_code, result.stderr) == (4, "error: out of memory\n")


def test_a_configuration_error_shows_the_line(tmp_path: Path) -> None:
    config = tmp_path / "corpuskit.toml"
    config.write_text('[dataset]\nnmae = "港口"\n', "utf-8")
    fault = diagnose(
        Code.CONFIG_UNKNOWN_KEY,
        "no key `nmae`",
        Place(2, 1, 4),
        help="did you mean `name`?",
        path=str(config),
    )
    result = run(raising(ConfigurationError((fault,))))
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        f"{config}:2:1: CK602 no key `nmae`",
        '2 | nmae = "港口"',
        "  | ^^^^",
        "  help: did you mean `name`?",
    ]


def test_a_configuration_is_read_once_for_all_its_faults() -> None:
    """What a pipe holds can be read once."""
    reading, writing = os.pipe()
    os.write(writing, b"one\ntwo\n")
    os.close(writing)
    path = f"/dev/fd/{reading}"
    faults = tuple(
        diagnose(Code.CONFIG_UNKNOWN_KEY, "no", Place(line, 1, 3), path=path) for line in (1, 2)
    )
    result = run(raising(ConfigurationError(faults)))
    os.close(reading)
    assert [line for line in result.stderr.splitlines() if " | " in line and "^" not in line] == [
        "1 | one",
        "2 | two",
    ]


def test_a_configuration_error_of_a_file_that_is_gone_is_said_without_the_line() -> None:
    fault = diagnose(Code.CONFIG_SYNTAX, "broken", Place(7, 1), path="gone.toml")
    result = run(raising(ConfigurationError((fault,))))
    said = "gone.toml:7:1: CK601 broken\n  help: corpuskit rule CK601\n"
    assert (result.exit_code, result.stderr) == (2, said)


def test_a_bug_asks_to_be_reported_with_a_file_that_has_the_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    result = run(raising(ZeroDivisionError("1/0 \x1b[2J")))
    assert result.exit_code == 3
    assert "Traceback" not in result.output
    assert "\x1b" not in result.output
    (report,) = tmp_path.glob("corpuskit-bug-*.txt")
    assert str(report) in result.stderr
    assert "ZeroDivisionError: 1/0" in report.read_text("utf-8")


def test_a_bug_shows_the_traceback_when_asked_to() -> None:
    result = run(raising(ZeroDivisionError("1/0")), CORPUSKIT_DEBUG="1")
    assert result.exit_code == 3
    assert "Traceback" in result.stderr


def test_a_bug_is_said_where_no_file_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    result = run(raising(AssertionError()))
    assert result.exit_code == 3
    assert "AssertionError" in result.stderr
    assert "CORPUSKIT_DEBUG=1" in result.stderr


def test_an_interrupt_ends_with_130() -> None:
    result = run(raising(KeyboardInterrupt()))
    assert (result.exit_code, result.stderr.strip()) == (130, "interrupted")


def test_an_interrupt_says_what_became_of_the_work() -> None:
    def act() -> None:
        with saying_when_interrupted(lambda: "nothing was published"):
            raise KeyboardInterrupt

    result = run(act)
    assert result.exit_code == 130
    assert result.stderr.strip() == "interrupted: nothing was published"


def test_messages_cannot_steer_the_terminal() -> None:
    result = run(raising(UsageError("no file \x1b[31m\u202egpj.exe")))
    assert result.stderr == "error: no file \\x1b[31m\\u202egpj.exe\n"


@pytest.mark.parametrize("error", [click.UsageError("x"), click.FileError("x", "hint")])
def test_what_click_refuses_is_wrong_usage(error: click.ClickException) -> None:
    assert run(raising(error)).exit_code == 2
