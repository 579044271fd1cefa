"""A process pool that says which step ended a worker, and goes on.

Workers are plain `python -c` subprocesses rather than `multiprocessing` processes:

* forkserver and spawn import the caller's `__main__` again in every worker: a script without a
  main guard starts itself over, and standard input or a notebook cell cannot be imported at all.
  Ours import nothing of the caller's but what a task names, so any caller will do; the price is
  that a task's function must live in a module.
* A forkserver that preloads would start faster in sum: `pandera.polars` takes 2 s of CPU per
  worker, once instead of N times. But a process has six threads after that import, of which a
  forked child keeps one, and whatever locks the other five hold. In wall time there is nothing to
  gain while there is a core per worker (2.1 s against 2.2 s for two workers on two cores).
* Two workers without preloads give their first result 60 to 150 ms after the pool is made, the
  greater part of it the import of this package.

One thread in the parent talks to all workers. A task costs 0.1 ms when others wait behind it and
0.3 ms when none do, but 4 to 5 ms while the main thread computes in pure Python and that thread has
to wait for the GIL: a batch should be worth a tenth of a second. Needs POSIX.
"""

import pickle
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar, cast

from corpuskit.executors.dispatcher import Dispatcher
from corpuskit.executors.process import Task
from corpuskit.executors.worker import Start

P = ParamSpec("P")
R = TypeVar("R")


class SupervisedPool(Executor):
    """Runs tasks in worker processes, in the order of submission.

    A worker that dies fails the task it was running with `WorkerDied` and no other; one that stays
    on one step (see `mark`) for longer than `time_limit`, or is stopped that long, is killed and
    fails it with `StepTimedOut`. Either is replaced. A task that marks no steps is one step.

    Workers start at once, so that their imports overlap what the caller does next. Functions,
    arguments and results are pickled; a function must be importable, and so not of `__main__`.
    Leave with `shutdown` or as a context manager: a pool that is merely dropped, or left over when
    the interpreter ends, cancels what it has. Leaving the `with` by an exception, such as Ctrl-C,
    ends the workers at once.
    """

    def __init__(
        self,
        workers: int,
        time_limit: float = 60.0,
        preload: Sequence[str] = (),
        initializer: Callable[..., object] | None = None,
        initargs: tuple[object, ...] = (),
        start_limit: float = 120.0,
    ) -> None:
        """Start the workers, in the background.

        Args:
            workers: How many processes, at least 1.
            time_limit: Seconds on one step, above 0. Pauses of the parent itself (Ctrl-Z, a laptop
                that slept) are not counted.
            preload: Modules to import before the first task.
            initializer: Called in each worker after that.
            initargs: Its arguments.
            start_limit: Seconds for a worker to do all that, above 0. When none gets ready in
                time, tasks fail with `WorkerStartError`.

        Raises:
            ValueError: `workers` or a limit is out of range.
        """
        if workers < 1 or not (time_limit > 0 and start_limit > 0):
            raise ValueError("a pool needs at least one worker and time limits above 0")
        start = pickle.dumps(Start(tuple(preload), initializer, initargs))
        self._dispatcher = Dispatcher(workers, time_limit, start, start_limit)
        weakref.finalize(self, self._dispatcher.stop, cancel=True).atexit = False
        self._dispatcher.start()

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Queue a task; it is pickled when a worker is free, so do not change its arguments.

        Raises:
            RuntimeError: The pool was shut down.
            WorkerStartError: Its workers cannot start. Tasks queued before fail with the same.
        """
        future: Future[R] = Future()
        self._dispatcher.add(Task(cast("Future[object]", future), fn, args, kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature of Executor
        """Take no more tasks, and end the workers once all tasks are done; may be repeated.

        Args:
            wait: Return when the workers are gone.
            cancel_futures: Do not wait for any task: those in the queue are cancelled, those that
                run are killed and fail with `CancelledError`.
        """
        self._dispatcher.stop(cancel=cancel_futures)
        if wait:
            self._dispatcher.join()

    def __exit__(self, exc_type: object, exc_val: object, exc_tb: object) -> None:
        self.shutdown(cancel_futures=exc_type is not None)
