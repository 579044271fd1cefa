"""What the other modules here hand to workers, and that it is harmless where it should be.

Every worker imports this module, so it imports little: pytest alone takes a third of a second.
"""

import gc
import os
import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from corpuskit.executors import InlineExecutor, mark, renumbered


def sleep_then_return(seconds: float, value: int) -> int:
    time.sleep(seconds)
    return value


def pid_after(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def many_short_steps(count: int, seconds: float) -> int:
    for step in range(count):
        mark(step)
        time.sleep(seconds)
    return count


def collector_state() -> tuple[bool, bool]:
    return gc.isenabled(), gc.get_freeze_count() > 0


def garbage_after(steps: int, per_step: int) -> int:
    """The containers that are left after steps of which each makes knots."""
    for step in range(steps):
        mark(step)
        for _ in range(per_step):
            knot: list[object] = []
            knot.append(knot)
    mark(steps)
    return gc.get_count()[0]


def interrupt_self() -> str:
    os.kill(os.getpid(), signal.SIGINT)
    return "still here"


def leave_child_and_exit(until: str) -> NoReturn:
    """Die, with a child that holds all descriptors until the file is there."""
    mark(0)
    if os.fork() == 0:
        while not Path(until).exists():
            time.sleep(0.02)
        os._exit(0)
    os._exit(3)


def stop_self() -> str:
    """Stop as Ctrl-Z or a debugger would; whoever waits for the result waits in vain."""
    mark(3, phase=2)
    os.kill(os.getpid(), signal.SIGSTOP)
    return "went on"


def stop_soon_after() -> int:
    """Return, and stop once the result is on its way: the next task finds nobody to read it."""
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGSTOP)).start()
    return os.getpid()


def stop_while_answering() -> bytes:
    """An answer that is too large to be sent before the stop."""
    mark(1)
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGSTOP)).start()
    time.sleep(0.1)
    return bytes(200_000_000)


def hang_in_rows(rows: Sequence[int], hangs: int) -> None:
    """Mark rows that stand for other steps, and hang on one of them."""
    with renumbered(rows):
        for row in range(len(rows)):
            mark(row, phase=5)
            if row == hangs:
                time.sleep(3600)
    mark(0)


def hang_once(path: str) -> None:
    """Hang if `path` is not there, and put it there."""
    try:
        os.mkdir(path)  # noqa: PTH102 - a Path would be one more thing to pickle
    except FileExistsError:
        return
    time.sleep(3600)


def refuse(reason: str) -> NoReturn:
    raise LookupError(reason)


class Stubborn(Exception):  # noqa: N818
    """Pickles, but does not load again."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(one + two)


def raise_stubborn() -> NoReturn:
    raise Stubborn(1, 2)


def shout(words: Sequence[str]) -> list[str]:
    """Upper-case words, some of which do harm; `once PATH` kills only when PATH is not there."""
    return [_shout(step, word) for step, word in enumerate(words)]


def shout_unmarked(words: Sequence[str]) -> list[str]:
    return [_shout(None, word) for word in words]


def _shout(step: int | None, word: str) -> str:
    if step is not None:
        mark(step)
    match word.split():
        case ["signal", name]:
            os.kill(os.getpid(), signal.Signals[name])
        case ["exit", code]:
            os._exit(int(code))
        case ["memory"]:
            raise MemoryError
        case ["hang"]:
            time.sleep(3600)
        case ["pause", seconds]:
            time.sleep(float(seconds))
        case ["raise"]:
            raise LookupError(word)
        case ["once", path] if not Path(path).exists():
            Path(path).touch()
            os._exit(1)
        case _:
            pass
    return word.upper()


def test_harmless_words_are_shouted_in_order() -> None:
    words = ["b", "pause 0", "a"]
    with InlineExecutor() as executor:
        assert executor.submit(shout, words).result() == ["B", "PAUSE 0", "A"]
        assert executor.submit(shout_unmarked, words).result() == ["B", "PAUSE 0", "A"]
