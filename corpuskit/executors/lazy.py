"""An executor that is started by its first task."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class LazyExecutor(Executor):
    """Starts another executor when the first task comes, and ends it: none may ever come."""

    def __init__(self, start: Callable[[], Executor]) -> None:
        """Take what starts it."""
        self._start = start
        self._started: Executor | None = None

    def start(self) -> None:
        """Start the other now: there will be tasks."""
        if self._started is None:
            self._started = self._start()

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Have the other run `fn`."""
        self.start()
        assert self._started is not None, "it was just started"
        return self._started.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002
        """End the other, if it was started."""
        if self._started is not None:
            self._started.shutdown(wait, cancel_futures=cancel_futures)
