"""The thread of a pool: it alone starts, feeds, hears, watches and buries the workers."""

import atexit
import math
import os
import pickle
import select
import signal
import threading
import time
from collections import deque
from concurrent.futures import CancelledError, Future

from corpuskit.executors.faults import StepTimedOut, WorkerDied, WorkerStartError
from corpuskit.executors.marks import Board
from corpuskit.executors.process import Task, WorkerProcess
from corpuskit.executors.worker import Answer

MAX_FAILED_STARTS = 3
"""Deaths in a row before readiness that mean "never": one may be an accident, such as a kill."""

LONGEST_TICK_SECONDS = 1.0
"""How often busy workers are looked at, at the least."""


class Dispatcher:
    """A queue of tasks, and the thread that has workers do them in order.

    Only `start`, `add`, `stop` and `join` are for other threads. It does not know the pool, so that
    a pool that nobody holds any more can be collected and stop it.
    """

    def __init__(self, workers: int, time_limit: float, start: bytes, start_limit: float) -> None:
        self._thread = threading.Thread(target=self._run, name="supervised-pool", daemon=True)
        self._time_limit = time_limit
        self._start_limit = start_limit
        self._tick = min(LONGEST_TICK_SECONDS, time_limit / 10, start_limit / 10)
        self._start = start
        self._board = Board(workers)
        self._slots = range(workers)
        self._workers: list[WorkerProcess] = []
        self._failed_starts = 0
        self._once_ready = False
        self._looked = time.monotonic()
        self._queue: deque[Task] = deque()
        # Re-entrant: the garbage collector may call `stop` in a thread that is inside `add`.
        self._lock = threading.RLock()
        self._failure: WorkerStartError | None = None
        self._stopping = False
        self._cancelling = False
        self._over = False
        self._bell, self._rope = os.pipe()
        os.set_blocking(self._bell, False)
        os.set_blocking(self._rope, False)

    def start(self) -> None:
        """Start the thread, and with it the workers."""
        atexit.register(self._stop_at_exit)
        self._thread.start()

    def add(self, task: Task) -> None:
        """Queue a task.

        Raises:
            RuntimeError: No more tasks are taken.
            WorkerStartError: They could not be run.
        """
        with self._lock:
            if self._failure is not None:
                raise _copy(self._failure)
            if self._stopping:
                raise RuntimeError("cannot submit to a pool that was shut down")
            self._queue.append(task)
            self._ring()

    def stop(self, *, cancel: bool) -> None:
        """Have the thread end, after all tasks or at once; returns immediately."""
        with self._lock:
            self._stopping = True
            self._cancelling = self._cancelling or cancel
            self._ring()

    def join(self) -> None:
        """Wait until the workers are gone, unless the callback of a future asks, on our thread."""
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _ring(self) -> None:
        """Wake the thread; hold the lock, for once it is over the descriptor is someone else's."""
        if not self._over:
            try:
                os.write(self._rope, b"!")
            except BlockingIOError:
                return  # thousands of unheard rings: one more would not be heard any sooner

    def _stop_at_exit(self) -> None:
        self.stop(cancel=True)
        self.join()

    def _run(self) -> None:
        # Workers inherit the mask, so that Ctrl-C cannot hit them before they ignore it.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            for slot in self._slots:
                self._workers.append(WorkerProcess(self._board, slot, self._start))
            while not self._is_done():
                self._turn()
        except WorkerStartError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001 - a future that nobody settles hangs its caller
            failure = WorkerStartError(f"the pool cannot go on: {error!r}")
            failure.__cause__ = error
            self._fail(failure)
        finally:
            self._end()

    def _is_done(self) -> bool:
        if not self._stopping:
            return False
        return self._cancelling or not (self._queue or any(w.task for w in self._workers))

    def _turn(self) -> None:
        """Wait for news, and act on it: the loop's body."""
        news = self._news()
        if self._bell in news:
            os.read(self._bell, 1 << 16)
        for worker in self._workers.copy():
            events = news.get(worker.channel.fileno(), 0)
            if events & select.POLLOUT:
                worker.channel.send_rest()
            if events & ~select.POLLOUT:
                self._hear(worker)
        self._watch()
        for worker in self._workers:
            if worker.ready and worker.task is None:
                self._feed(worker)

    def _news(self) -> dict[int, int]:
        """Wait for the bell and the workers, a tick at most while there is something to watch."""
        poll = select.poll()
        poll.register(self._bell, select.POLLIN)
        for worker in self._workers:
            sending = select.POLLOUT if worker.channel.has_unsent else 0
            poll.register(worker.channel, select.POLLIN | sending)
        watched = any(worker.task or not worker.ready for worker in self._workers)
        return dict(poll.poll(math.ceil(self._tick * 1000) if watched else None))

    def _hear(self, worker: WorkerProcess) -> None:
        """Take a worker's answer once it is all there, or the end of its channel."""
        try:
            message = worker.channel.receive()
        except EOFError:
            self._bury(worker)
            return
        if message is None:
            return
        if worker.ready:
            task, worker.task = worker.task, None
            self._feed(worker)  # first: it works on while its last result is unpickled here
            if task is not None:
                _settle(task.future, message)
        else:
            _check_start(message)
            worker.ready = self._once_ready = True
            self._failed_starts = 0

    def _feed(self, worker: WorkerProcess) -> None:
        """Give an idle worker the next task, if there is one."""
        while self._queue:
            task = self._queue.popleft()
            if not task.future.set_running_or_notify_cancel():
                continue
            try:
                message = task.dump()
            except Exception as error:  # noqa: BLE001 - whatever pickling the arguments raises
                task.future.set_exception(error)
                continue
            worker.give(task, message)
            return

    def _watch(self) -> None:
        """Once a tick, end the workers that stay on a step, and find those that died in silence.

        A look charges the time since the last one, but at most two ticks: when the parent itself
        was stopped (Ctrl-Z, a debugger), the workers were too.
        """
        now = time.monotonic()
        elapsed = now - self._looked
        if elapsed < self._tick:
            return
        self._looked = now
        for worker in self._workers.copy():
            if worker.ready and worker.task is None:
                continue
            stayed = worker.stayed(min(elapsed, 2 * self._tick))
            if worker.is_dead():
                self._bury(worker)
            elif worker.channel.has_news():
                continue
            elif worker.task is not None and stayed > self._time_limit:
                self._time_out(worker, worker.task)
            elif not worker.ready and stayed > self._start_limit:
                self._give_up_start(worker)

    def _give_up_start(self, worker: WorkerProcess) -> None:
        """End a worker that does not get ready: an accident if others do, else how it will stay.

        Raises:
            WorkerStartError: No other ever got ready, or too many in a row did not.
        """
        worker.kill()
        worker.bury()
        self._failed_starts += 1
        if not self._once_ready or self._failed_starts >= MAX_FAILED_STARTS:
            raise WorkerStartError(f"workers are not ready after {self._start_limit:g} s")
        self._replace(worker)

    def _time_out(self, worker: WorkerProcess, task: Task) -> None:
        error = StepTimedOut(worker.step, self._time_limit, worker.phase)
        worker.kill()
        worker.bury()
        self._replace(worker)
        task.future.set_exception(error)

    def _bury(self, worker: WorkerProcess) -> None:
        """Replace a worker that hung up, and fail its task if it had one.

        Raises:
            WorkerStartError: It is one of too many in a row that were never ready.
        """
        error = WorkerDied(worker.step, worker.bury(), worker.phase)
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= MAX_FAILED_STARTS:
                raise WorkerStartError(f"workers die before they are ready: {error.cause}")
        self._replace(worker)
        if worker.task is not None:
            worker.task.future.set_exception(error)

    def _replace(self, worker: WorkerProcess) -> None:
        fresh = WorkerProcess(self._board, worker.slot, self._start)
        self._workers[self._workers.index(worker)] = fresh

    def _fail(self, failure: WorkerStartError) -> None:
        with self._lock:
            self._failure = failure
            self._stopping = True

    def _end(self) -> None:
        """End the workers and settle every future that is left."""
        for worker in self._workers:
            worker.ask_to_end()
        for worker in self._workers:
            worker.bury()
        for worker in self._workers:
            if worker.task is not None:
                worker.task.future.set_exception(self._last_word())
        for task in self._queue:
            if self._failure is None:
                task.future.cancel()
            if task.future.set_running_or_notify_cancel():
                task.future.set_exception(self._last_word())
        self._queue.clear()
        with self._lock:
            self._over = True
            os.close(self._bell)
            os.close(self._rope)
        self._board.close()
        atexit.unregister(self._stop_at_exit)

    def _last_word(self) -> BaseException:
        if self._failure is not None:
            return _copy(self._failure)
        return CancelledError("the pool was shut down while this task ran")


def _settle(future: Future[object], message: bytes) -> None:
    """Give a future the result or exception that a worker sent."""
    try:
        answer: Answer = pickle.loads(message)  # noqa: S301 - from our own worker
    except Exception as error:  # noqa: BLE001 - the caller's result class may raise anything
        future.set_exception(error)
        return
    if answer.error is not None:
        future.set_exception(answer.error)
    else:
        future.set_result(answer.value)


def _check_start(message: bytes) -> None:
    """Read a worker's first answer.

    Raises:
        WorkerStartError: A preload or the initialiser raised; its exception is the cause.
    """
    answer: Answer = pickle.loads(message)  # noqa: S301 - from our own worker
    if answer.error is not None:
        raise WorkerStartError(f"workers cannot start: {answer.error!r}") from answer.error


def _copy(failure: WorkerStartError) -> WorkerStartError:
    """An equal exception: one object raised in several threads would mix their tracebacks."""
    copy = WorkerStartError(*failure.args)
    copy.__cause__ = failure.__cause__
    return copy
