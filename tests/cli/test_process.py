"""The command line as a process: start, streams, signals, terminals."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import corpuskit

COMMAND = (sys.executable, "-m", "corpuskit")
ENGINES = {
    "bs4",
    "comrak",
    "pandera",
    "pathspec",
    "polars",
    "pyarrow",
    "resiliparse",
    "rich",
    "yaml",
}
STALLING_GIT = """#!/bin/sh
touch "$ASKED"
exec sleep 60
"""


def environment(**changes: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON"))}
    return kept | changes


def corpuskit_process(*arguments: str | Path, **changes: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(**changes),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
    )


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A folder of one article with a fault, and a Chinese name, title and line."""
    folder = tmp_path / "港口"
    folder.mkdir()
    (folder / "坏é.md").write_text("---\ntitle: 标题\ntitle: 又一个 é\n---\n\nText.\n", "utf-8")
    return folder


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("where", "RELEASE", b"\xff"), 2, b"not UTF-8"),
        (("show", "RELEASE", "--rows", "9" * 20), 2, b"not in the range"),
        (("build", "SRC", "--name", "d", "--out", b"\xff"), 2, b"not UTF-8"),
        (("retract", "RELEASE", "--reason", b"\xff"), 2, b"not UTF-8"),
    ],
)
def test_no_argument_is_a_bug(
    faulty: Path, tmp_path: Path, arguments: tuple[str | bytes, ...], code: int, said: bytes
) -> None:
    (faulty / "a.md").write_text("---\ntitle: A\ndate: 2024-01-01\n---\n\nText.\n", "utf-8")
    out = tmp_path / "out"
    built = corpuskit_process("build", str(faulty), "--out", str(out), "--name", "d")
    assert built.returncode == 0
    places = {"SRC": str(faulty), "RELEASE": str(out / "d/1.0.0")}
    given = [os.fsdecode(a) if isinstance(a, bytes) else places.get(a, a) for a in arguments]
    done = corpuskit_process(*given)
    assert done.returncode == code
    assert said in done.stderr


@pytest.mark.parametrize(
    "arguments", [("--help",), ("--version",), ("build", "--help"), ("show", "--help"), ("rule",)]
)
def test_what_needs_no_engine_imports_none(arguments: tuple[str, ...]) -> None:
    result = corpuskit_process(*arguments, PYTHONPROFILEIMPORTTIME="1")
    assert result.returncode == 0
    lines = result.stderr.decode().splitlines()
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}
    assert "corpuskit" in imported
    assert imported & ENGINES == set()


def test_the_version_is_the_package_s() -> None:
    result = corpuskit_process("--version")
    assert result.stdout.decode() == f"corpuskit, version {corpuskit.__version__}\n"


@pytest.mark.parametrize(
    "locale",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii:strict"},
        {"PYTHONIOENCODING": "latin-1"},
        {"PYTHONIOENCODING": "gb18030"},
    ],
)
def test_any_locale_gets_chinese_without_a_crash(faulty: Path, locale: dict[str, str]) -> None:
    result = corpuskit_process("check", faulty, **locale)
    assert result.returncode == 1
    assert b"CK204" in result.stdout
    listed = json.loads(corpuskit_process("check", faulty, "--json", **locale).stdout)
    assert {fault["path"] for fault in listed} == {str(faulty / "坏é.md")}


def test_a_path_that_is_not_utf8_is_checked_and_escaped(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"\xff")
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: x\n---\n\nText.\n")
    result = corpuskit_process("check", folder)
    assert result.returncode == 1
    assert b"\xff" not in result.stdout
    assert json.loads(corpuskit_process("check", folder, "--json").stdout)


def test_a_reader_that_has_had_enough_ends_the_printing_quietly(tmp_path: Path) -> None:
    for number in range(8):
        text = "---\n" + "title: x\n" * 40 + "---\n\nText.\n"
        (tmp_path / f"{number}-{'x' * 200}.md").write_text(text)
    reading, writing = os.pipe()
    os.close(reading)
    result = subprocess.run(
        [*COMMAND, "check", tmp_path], env=environment(), stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    assert result.returncode == 1
    assert re.fullmatch(rb"\d+ errors in 8 files\n", result.stderr)


def test_a_full_disk_below_stdout_ends_with_4(faulty: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [*COMMAND, "check", faulty], env=environment(), stdout=full, stderr=subprocess.PIPE
        )
    assert result.returncode == 4
    assert result.stderr == b"error: No space left on device\n"


def test_a_closed_stdout_changes_nothing_else(faulty: Path) -> None:
    line = f'exec "{sys.executable}" -m corpuskit check "{faulty}" >&-'
    result = subprocess.run(["sh", "-c", line], env=environment(), stderr=subprocess.PIPE)
    assert (result.returncode, result.stderr) == (1, b"2 errors in 1 file\n")


def test_ctrl_c_ends_with_130_and_publishes_nothing(faulty: Path, tmp_path: Path) -> None:
    git, asked = tmp_path / "git", tmp_path / "asked"
    git.write_text(STALLING_GIT)
    git.chmod(0o755)
    changes = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "ASKED": str(asked)}
    with subprocess.Popen(
        [*COMMAND, "build", faulty, "--name", "x", "--out", tmp_path / "out", "--workers", "1"],
        env=environment(**changes),
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        while not asked.exists():  # the build asks git, and stays there
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (130, b"")
    assert stderr.decode().strip() == "interrupted: nothing was published"
    assert not list((tmp_path / "out").rglob("manifest.json"))


def on_a_terminal(*arguments: str | Path, **changes: str) -> tuple[int, str]:
    """The exit code of a command and all that it sends to a terminal of 80 columns."""
    leader, follower = pty.openpty()
    try:
        with subprocess.Popen(
            [*COMMAND, *arguments],
            env=environment(TERM="xterm-256color", COLUMNS="80", **changes),
            stdin=subprocess.DEVNULL,
            stdout=follower,
            stderr=follower,
        ) as process:
            os.close(follower)
            sent = _until_closed(leader)
            code = process.wait(60)
    finally:
        os.close(leader)
    return code, sent.decode()


def _until_closed(leader: int) -> bytes:
    sent = b""
    while True:
        try:
            chunk = os.read(leader, 65536)
        except OSError:  # how Linux says that the other end is closed
            return sent
        if not chunk:
            return sent
        sent += chunk


def test_a_terminal_gets_colours(faulty: Path) -> None:
    code, sent = on_a_terminal("check", faulty, "--quiet")
    assert code == 1
    assert "\x1b[31m\x1b[1mCK204\x1b[0m" in sent


@pytest.mark.parametrize(
    ("arguments", "changes"), [((), {"NO_COLOR": "1"}), (("--color", "never"), {})]
)
def test_a_terminal_gets_no_colours_when_asked(
    faulty: Path, arguments: tuple[str, ...], changes: dict[str, str]
) -> None:
    _, sent = on_a_terminal("check", faulty, "--quiet", *arguments, **changes)
    assert "CK204" in sent
    assert "\x1b" not in sent


def test_a_pipe_gets_colours_when_asked(faulty: Path) -> None:
    assert b"\x1b[31m" in corpuskit_process("check", faulty, "--color", "always").stdout


def test_a_terminal_sees_progress_and_the_first_errors(faulty: Path, tmp_path: Path) -> None:
    code, sent = on_a_terminal(
        "build", faulty, "--name", "x", "--out", tmp_path / "out", "--workers", "1"
    )
    assert code == 1
    assert "reading" in sent
    assert "坏é.md:3:1: " in sent.split("refused")[0].replace("\x1b[0m", "").replace("\x1b[1m", "")


def test_a_quiet_build_sends_the_terminal_its_result_alone(faulty: Path, tmp_path: Path) -> None:
    _, sent = on_a_terminal(
        "build",
        faulty,
        "--name",
        "x",
        "--out",
        tmp_path / "out",
        "--workers",
        "1",
        "--quiet",
        "--json",
    )
    assert json.loads(sent)["status"] == "refused"
