"""The executor without processes: for small inputs, debuggers and tests."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class InlineExecutor(Executor):
    """Runs each task in the caller, at `submit`; its future is done when `submit` returns.

    Nothing is supervised: `mark` does nothing here, and a task that crashes takes the caller along.
    """

    def __init__(self) -> None:
        self._closed = False

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Run `fn` now.

        Raises:
            RuntimeError: The executor was shut down.
            BaseException: What is no `Exception` (Ctrl-C, `sys.exit`) ends the caller, not a task.
        """
        if self._closed:
            raise RuntimeError("cannot submit to an executor that was shut down")
        future: Future[R] = Future()
        future.set_running_or_notify_cancel()
        try:
            result = fn(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - whatever it is, the future carries it
            future.set_exception(error)
        else:
            future.set_result(result)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - the signature of Executor
        """Refuse further tasks; there is never one to wait for or to cancel."""
        self._closed = True
