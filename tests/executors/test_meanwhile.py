"""A call that goes on meanwhile gives its result, whatever becomes of the worker."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

import pytest

from corpuskit.executors import InlineExecutor, SupervisedPool, meanwhile

P = ParamSpec("P")
R = TypeVar("R")


def _dies_elsewhere(home: int) -> str:
    if os.getpid() != home:
        os.kill(os.getpid(), signal.SIGKILL)
    return "made here"


def _fails() -> None:
    raise ValueError("a bug")


class Begun(SupervisedPool):
    """A pool of one worker that has begun with a call when `submit` returns."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Wait for it."""
        future = super().submit(fn, *args, **kwargs)
        while not (future.running() or future.done()):
            time.sleep(0.01)
        return future


def test_a_call_is_made_elsewhere() -> None:
    with Begun(1, 60.0) as pool:
        assert meanwhile(pool, os.getpid)() != os.getpid()


def test_a_call_that_no_worker_has_begun_is_made_here() -> None:
    with SupervisedPool(1, 60.0) as pool:
        pool.submit(time.sleep, 60)
        result = meanwhile(pool, os.getpid)
        assert result() == os.getpid()
        pool.shutdown(cancel_futures=True)


def test_a_call_whose_worker_dies_is_made_here() -> None:
    with Begun(1, 60.0) as pool:
        assert meanwhile(pool, _dies_elsewhere, os.getpid())() == "made here"


def test_an_error_of_the_call_is_raised() -> None:
    with pytest.raises(ValueError, match="a bug"):
        meanwhile(InlineExecutor(), _fails)()
