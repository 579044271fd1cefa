"""The parent's side of one worker: its process, its channel and its watch."""

import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from corpuskit.executors import worker
from corpuskit.executors.channel import Channel
from corpuskit.executors.marks import Board

GRACE_SECONDS = 5.0
"""What a worker that was asked to end, or that hung up, gets before it is killed."""

_ALLOCATION = {"MALLOC_TRIM_THRESHOLD_": "67108864", "MALLOC_MMAP_THRESHOLD_": "33554432"}
"""Up to 64 MB that a task frees are kept for the next one. The system would take them back and
clear them before it gives them again: 2 to 20 µs an article, by how busy the machine is. Only glibc
reads these variables, and those of the user go before them."""


@dataclass(frozen=True, slots=True)
class Task:
    """A call and the future that waits for it."""

    future: Future[object]
    fn: Callable[..., object]
    args: tuple[object, ...]
    kwargs: dict[str, object]

    def dump(self) -> bytes:
        """The message that makes a worker run it."""
        return pickle.dumps((self.fn, self.args, self.kwargs), protocol=pickle.HIGHEST_PROTOCOL)


class WorkerProcess:
    """A worker process, from its start to its burial.

    Attributes:
        ready: It has answered the start message.
        task: What it runs; None when it is starting or idle.
    """

    def __init__(self, board: Board, slot: int, start: bytes) -> None:
        """Start it: some 2 ms here, the rest in the child.

        Raises:
            OSError: The system has no room for another process.
        """
        self.ready = False
        self.task: Task | None = None
        self.slot = slot
        self._board = board
        self._seen: tuple[int | None, int] | None = None
        self._stayed = 0.0
        ours, theirs = socket.socketpair()
        with theirs:
            self.channel = Channel(ours)
            try:
                self._process = _start_python(theirs.fileno(), board.fileno(), slot)
            except OSError:
                self.channel.close()
                raise
        self.channel.send(start)

    @property
    def step(self) -> int | None:
        """The last step that its task marked."""
        return self._board.read(self.slot)

    @property
    def phase(self) -> int:
        """The phase that its task marked with that step."""
        return self._board.read_phase(self.slot)

    def give(self, task: Task, message: bytes) -> None:
        """Have an idle worker run `task`; if it is gone, its channel will tell."""
        self._board.clear(self.slot)
        self._seen = None
        self._stayed = 0.0
        self.task = task
        self.channel.send(message)

    def stayed(self, seconds: float) -> float:
        """Seconds spent on the present step or start, `seconds` having passed since the last call.

        Counted from the first call that finds the step, and so never too long.
        """
        step = (self.step, self.phase)
        self._stayed = self._stayed + seconds if step == self._seen else 0.0
        self._seen = step
        return self._stayed

    def is_dead(self) -> bool:
        """Whether the process ended and said nothing more: slower than the end of the channel.

        It is needed when somebody else, such as a child of the task, holds that open.
        """
        return self._process.poll() is not None and not self.channel.has_news()

    def ask_to_end(self) -> None:
        """Hang up: an idle worker ends by itself, one that starts or works is killed."""
        if self.task is not None or not self.ready:
            self._process.kill()
        self.channel.close()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def bury(self) -> int:
        """Wait for the end, bring it about if it does not come, and return the exit code."""
        self.channel.close()
        try:
            return self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def _start_python(connection_fd: int, board_fd: int, slot: int) -> subprocess.Popen[bytes]:
    """A plain `python -c`, with our import path and interpreter flags (`-W`, `-X`, `-O`, …)."""
    path = [str(entry) for entry in sys.path]  # a Path in it would not read back from its repr
    code = (
        f"import sys; sys.path[:] = {path!r}; from {worker.__name__} import serve; "
        f"serve({connection_fd}, {board_fd}, {slot}, {os.getpid()})"
    )
    # Private, but what multiprocessing itself starts its children with.
    flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]  # noqa: SLF001
    return subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, *flags, "-c", code],
        stdin=subprocess.DEVNULL,
        pass_fds=(connection_fd, board_fd),
        env={**_ALLOCATION, **os.environ},
    )
