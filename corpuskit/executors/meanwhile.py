"""One call that an idle worker makes while its caller goes on with something else."""

from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from typing import ParamSpec, TypeVar

from corpuskit.executors.faults import StepTimedOut, WorkerDied
from corpuskit.executors.supervise import Submits

P = ParamSpec("P")
R = TypeVar("R")


def meanwhile(
    executor: Submits, fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> Callable[[], R]:
    """Have `fn` run, and return what gives its result.

    It runs here if its worker is lost, or if none is free when the result is wanted.
    """
    future = executor.submit(fn, *args, **kwargs)

    def result() -> R:
        if future.cancel():
            return fn(*args, **kwargs)
        try:
            return future.result()
        except (WorkerDied, StepTimedOut, BrokenExecutor):
            return fn(*args, **kwargs)

    return result
