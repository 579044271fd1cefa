"""The worker's side: what runs in a child process of `SupervisedPool`.

A worker answers every message with one: the start message with readiness, each task with its
result or exception. It ends when its parent closes the connection, or is gone.
"""

import ctypes
import errno
import gc
import importlib
import os
import pickle
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import NamedTuple

from corpuskit.executors import marks
from corpuskit.executors.channel import receive, send

OUT_OF_MEMORY = errno.ENOMEM
"""The exit code of a worker whose task ran into `MemoryError` (12)."""

PR_SET_PDEATHSIG = 1


class Start(NamedTuple):
    """The first message to a worker: what it does before it is ready."""

    preload: tuple[str, ...]
    initializer: Callable[..., object] | None
    initargs: tuple[object, ...]


class Answer(NamedTuple):
    """A worker's answer to the start message or to a task."""

    value: object
    error: BaseException | None


def serve(connection_fd: int, marks_fd: int, slot: int, parent: int) -> None:
    """Run tasks until the parent closes the connection; the whole life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends Ctrl-C to all; parent decides
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _end_with(parent)
    for fd in (connection_fd, marks_fd):
        os.set_inheritable(fd, False)  # noqa: FBT003 - positional only
    marks.attach(marks_fd, slot)
    gc.disable()  # already for the imports, which leave nothing to collect and take a tenth longer
    with socket.socket(fileno=connection_fd) as connection:
        try:
            send(connection, _answer(receive(connection), _prepare))
            _rest()
            _work(connection)
        except (EOFError, OSError):
            # No parent, no work; and nothing to put in order, which takes the interpreter 20 ms.
            os._exit(0)


def _work(connection: socket.socket) -> None:
    """Answer tasks, one after the other, without automatic collection (see `marks`)."""
    send(connection, _answer(receive(connection), _run))
    _rest()  # again: what the first task imported stays for good as well
    while True:
        send(connection, _answer(receive(connection), _run))
        marks.collect_if_due()


def _rest() -> None:
    """Collect, then put what is left out of sight of every later collection."""
    gc.collect()
    gc.freeze()


def _prepare(start: Start) -> None:
    for name in start.preload:
        importlib.import_module(name)
    if start.initializer is not None:
        start.initializer(*start.initargs)


def _run(task: tuple[Callable[..., object], Sequence[object], dict[str, object]]) -> object:
    fn, args, kwargs = task
    return fn(*args, **kwargs)


def _answer(message: bytes, act: Callable[..., object]) -> bytes:
    """The pickled answer to a pickled message.

    A `MemoryError` ends the process instead: a heap that just ran out is nothing to go on with,
    and so the step that did it is named like that of any other death.
    """
    try:
        return _dump(Answer(act(_load(message)), None))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BaseException as error:  # noqa: BLE001 - SystemExit too: a task must not end a worker
        return _dump_error(error)


def _load(message: bytes) -> object:
    try:
        return pickle.loads(message)  # noqa: S301 - from our own parent
    except AttributeError as error:
        if "__main__" in str(error):
            error.add_note("workers do not import __main__: move the function to a module")
        raise


def _dump(answer: Answer) -> bytes:
    return pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL)


def _dump_error(error: BaseException) -> bytes:
    """The error with its traceback as a note, or a stand-in when it does not survive pickling."""
    trace = "".join(traceback.format_exception(error))
    error.add_note(f"in a worker:\n{trace}")
    try:
        dumped = _dump(Answer(None, error))
        pickle.loads(dumped)  # noqa: S301 - our own bytes: many exceptions dump but do not load
    except Exception:  # noqa: BLE001 - whatever its pickling code raises
        stand_in = pickle.PicklingError(f"a task raised what cannot be pickled: {error!r}")
        stand_in.add_note(f"in a worker:\n{trace}")
        return _dump(Answer(None, stand_in))
    return dumped


def _end_with(parent: int) -> None:
    """Leave no worker behind a parent that was killed.

    An idle worker sees the end of its connection. A busy one would only look when its task ends,
    and a thread that watches for it would need the GIL, which a regular expression gone
    exponential never gives up: so on Linux the kernel is asked for a SIGKILL. It counts from the
    end of the *thread* that started us, which is why the pool starts workers from the one that
    lives as long as it does.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it went before the kernel was asked
        os._exit(1)
