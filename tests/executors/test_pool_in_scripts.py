"""The pool in programs of their own: without a main guard, interrupted, stopped, killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PATIENCE = 60.0
"""Seconds until a program that does not end fails its test."""

NO_GUARD = """
import math
from corpuskit.executors import SupervisedPool
print("started")
with SupervisedPool(2) as pool:
    print(sum(pool.map(math.factorial, range(6))))
"""

FUNCTION_OF_MAIN = """
from corpuskit.executors import SupervisedPool
def local(): pass
with SupervisedPool(1) as pool:
    pool.submit(local).result()
"""

NEVER_SHUT_DOWN = """
import atexit, time
from corpuskit.executors import SupervisedPool
atexit.register(lambda: print(type(future.exception(0)).__name__))
pool = SupervisedPool(2)
future = pool.submit(time.sleep, 3600)
while not future.running():
    time.sleep(0.01)
"""

TASKS = """
import os, re, time

def say(word):
    os.write(1, word + b"\\n")

def sleep():
    say(b"busy")
    time.sleep(120)

def hold_the_gil():
    say(b"busy")
    re.match("(a+)+$", "a" * 28 + "b")

def wait_for(path):
    time.sleep(0.3)  # the watch has begun when the test reads on
    say(b"busy")
    while not os.path.exists(path):
        time.sleep(0.01)
    time.sleep(0.3)
    return "done"
"""

BUSY = """
import signal, tasks
from corpuskit.executors import SupervisedPool
signal.signal(signal.SIGINT, signal.default_int_handler)
with SupervisedPool(2, preload=["tasks"]) as pool:
    futures = [pool.submit(tasks.{task}) for _ in range(2)]
    for future in futures:
        future.result()
"""

STOPPED = """
import sys, tasks
from corpuskit.executors import SupervisedPool
with SupervisedPool(1, time_limit=1.0, preload=["tasks"]) as pool:
    print(pool.submit(tasks.wait_for, sys.argv[1]).result(), flush=True)
"""


def _environment(*folders: Path) -> dict[str, str]:
    path = os.pathsep.join(map(str, (ROOT, *folders)))
    return os.environ | {"PYTHONPATH": path, "PYTHONWARNINGS": "error"}


@contextmanager
def _program(folder: Path, source: str, *args: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a script in a session of its own, of which nothing is left in the end."""
    (folder / "tasks.py").write_text(TASKS, encoding="utf-8")
    script = folder / "script.py"
    script.write_text(source, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script), *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(folder),
        start_new_session=True,
    ) as program:
        try:
            yield program
        except BaseException:
            os.killpg(program.pid, signal.SIGKILL)
            raise


def _wait_until_busy(program: subprocess.Popen[bytes], workers: int) -> None:
    assert program.stdout is not None
    assert [program.stdout.readline() for _ in range(workers)] == [b"busy\n"] * workers


def _run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        env=_environment(),
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize("how", ["file", "standard input", "command"])
def test_program_needs_no_main_guard(how: str, tmp_path: Path) -> None:
    match how:
        case "file":
            script = tmp_path / "script.py"
            script.write_text(NO_GUARD, encoding="utf-8")
            result = _run(str(script))
        case "standard input":
            result = _run("-", stdin=NO_GUARD)
        case _:
            result = _run("-c", NO_GUARD)
    assert (result.stdout, result.stderr) == ("started\n154\n", "")


def test_function_of_main_is_refused_with_advice() -> None:
    result = _run("-c", FUNCTION_OF_MAIN)
    assert "move the function to a module" in result.stderr


def test_pool_that_is_never_shut_down_is_over_at_the_end_of_the_program() -> None:
    result = _run("-c", NEVER_SHUT_DOWN)
    assert (result.stdout, result.stderr) == ("CancelledError\n", "")


@pytest.mark.parametrize("task", ["sleep", "hold_the_gil"])
def test_no_worker_outlives_a_parent_that_was_killed(task: str, tmp_path: Path) -> None:
    """Workers hold the standard output that they inherited: it ends when the last one does."""
    with _program(tmp_path, BUSY.format(task=task)) as program:
        _wait_until_busy(program, 2)
        program.kill()
        program.communicate(timeout=PATIENCE / 10)


def test_ctrl_c_ends_the_program_with_one_traceback(tmp_path: Path) -> None:
    with _program(tmp_path, BUSY.format(task="sleep")) as program:
        _wait_until_busy(program, 2)
        os.killpg(program.pid, signal.SIGINT)
        _, stderr = program.communicate(timeout=PATIENCE)
        assert stderr.count(b"Traceback") == 1
        assert stderr.endswith(b"KeyboardInterrupt\n")


def test_time_for_which_the_whole_program_was_stopped_is_not_charged(tmp_path: Path) -> None:
    go = tmp_path / "go"
    with _program(tmp_path, STOPPED, str(go)) as program:
        _wait_until_busy(program, 1)
        os.killpg(program.pid, signal.SIGSTOP)
        time.sleep(1.5)  # longer than the limit
        go.touch()
        os.killpg(program.pid, signal.SIGCONT)
        stdout, stderr = program.communicate(timeout=PATIENCE)
    assert (stdout, stderr) == (b"done\n", b"")
