"""A call that goes on meanwhile gives its result, whatever becomes of the worker."""

from __future__ import annotations

import os
import signal

import pytest

from corpuskit.executors import InlineExecutor, SupervisedPool, meanwhile


def _dies_elsewhere(home: int) -> str:
    if os.getpid() != home:
        os.kill(os.getpid(), signal.SIGKILL)
    return "made here"


def _fails() -> None:
    raise ValueError("a bug")


def test_a_call_is_made_elsewhere() -> None:
    with SupervisedPool(1, 60.0) as pool:
        assert meanwhile(pool, os.getpid)() != os.getpid()


def test_a_call_whose_worker_dies_is_made_here() -> None:
    with SupervisedPool(1, 60.0) as pool:
        assert meanwhile(pool, _dies_elsewhere, os.getpid())() == "made here"


def test_an_error_of_the_call_is_raised() -> None:
    with pytest.raises(ValueError, match="a bug"):
        meanwhile(InlineExecutor(), _fails)()
