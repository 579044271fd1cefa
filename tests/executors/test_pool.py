"""The supervised pool: what it runs, what it survives, how it ends."""

import gc
import operator
import os
import pickle
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from pathlib import Path

import pytest

from corpuskit.executors import (
    StepTimedOut,
    SupervisedPool,
    WorkerDied,
    WorkerStartError,
)

from .test_tasks import (
    collector_state,
    garbage_after,
    hang_in_rows,
    hang_once,
    interrupt_self,
    leave_child_and_exit,
    many_short_steps,
    pid_after,
    raise_stubborn,
    refuse,
    shout,
    sleep_then_return,
    stop_self,
    stop_soon_after,
    stop_while_answering,
)

PATIENCE = 60.0
"""Seconds until a result that does not come fails its test."""


@pytest.fixture(scope="module")
def pool(tasks: str) -> Iterator[SupervisedPool]:
    with SupervisedPool(2, preload=[tasks]) as pool:
        yield pool


def test_each_result_reaches_its_own_future(pool: SupervisedPool) -> None:
    seconds = [0.1, 0.0, 0.05, 0.0, 0.02, 0.0]
    assert list(pool.map(sleep_then_return, seconds, range(6))) == list(range(6))


def test_thousands_of_tasks_may_wait(pool: SupervisedPool) -> None:
    futures = [pool.submit(abs, -n) for n in range(3000)]
    assert [future.result(PATIENCE) for future in futures] == list(range(3000))


def test_payload_larger_than_any_pipe_comes_back_whole(pool: SupervisedPool) -> None:
    payload = os.urandom(3_000_000)
    assert pool.submit(bytes, payload).result(PATIENCE) == payload


def test_exception_keeps_its_type_and_tells_where_it_was_raised(pool: SupervisedPool) -> None:
    error = pool.submit(refuse, "no such").exception(PATIENCE)
    assert type(error) is LookupError
    assert error.args == ("no such",)
    assert "in refuse" in error.__notes__[0]


def test_exit_called_by_a_task_is_its_exception_and_not_the_end_of_the_worker(
    pool: SupervisedPool,
) -> None:
    assert type(pool.submit(sys.exit, 4).exception(PATIENCE)) is SystemExit


def test_exception_that_does_not_load_again_is_named(pool: SupervisedPool) -> None:
    error = pool.submit(raise_stubborn).exception(PATIENCE)
    assert type(error) is pickle.PicklingError
    assert "Stubborn" in str(error)


def test_what_cannot_be_pickled_fails_its_task_alone(pool: SupervisedPool) -> None:
    unpicklable_argument = pool.submit(operator.call, lambda: 1)
    unpicklable_result = pool.submit(open, os.devnull)
    assert pool.submit(abs, -1).result(PATIENCE) == 1
    assert unpicklable_argument.exception(PATIENCE) is not None
    assert type(unpicklable_result.exception(PATIENCE)) is TypeError


def test_interrupt_does_not_reach_a_worker(pool: SupervisedPool) -> None:
    assert pool.submit(interrupt_self).result(PATIENCE) == "still here"


def test_automatic_collection_is_off_and_the_imports_are_frozen(pool: SupervisedPool) -> None:
    assert pool.submit(collector_state).result(PATIENCE) == (False, True)


def test_garbage_of_many_steps_is_collected_between_them(pool: SupervisedPool) -> None:
    assert pool.submit(garbage_after, 10, 40_000).result(PATIENCE) < 100_000


@pytest.mark.parametrize(
    ("how", "exitcode"),
    [("exit 7", 7), ("memory", 12), ("signal SIGKILL", -9), ("signal SIGSEGV", -11)],
)
def test_death_fails_only_its_own_task_and_names_the_step(
    pool: SupervisedPool, how: str, exitcode: int
) -> None:
    before = [pool.submit(sleep_then_return, 0.01, n) for n in range(5)]
    lost = pool.submit(shout, [*"abcd", how])
    after = [pool.submit(sleep_then_return, 0.01, n) for n in range(5)]
    assert [future.result(PATIENCE) for future in before + after] == [*range(5), *range(5)]
    error = lost.exception(PATIENCE)
    assert isinstance(error, WorkerDied)
    assert (error.step, error.exitcode) == (4, exitcode)


def test_death_before_any_step_names_none(pool: SupervisedPool) -> None:
    error = pool.submit(os._exit, 5).exception(PATIENCE)
    assert isinstance(error, WorkerDied)
    assert (error.step, error.exitcode) == (None, 5)


def test_death_is_seen_while_a_grandchild_holds_the_connection(
    pool: SupervisedPool, tmp_path: Path
) -> None:
    end = tmp_path / "end"
    try:
        error = pool.submit(leave_child_and_exit, str(end)).exception(PATIENCE)
    finally:
        end.touch()
    assert isinstance(error, WorkerDied)
    assert (error.step, error.exitcode) == (0, 3)


def test_only_worker_is_replaced_and_pending_tasks_keep_their_order() -> None:
    with SupervisedPool(1) as pool:
        first = [pool.submit(time.monotonic_ns) for _ in range(10)]
        lost = pool.submit(os._exit, 5)
        second = [pool.submit(time.monotonic_ns) for _ in range(10)]
        times = [future.result(PATIENCE) for future in first + second]
    assert times == sorted(times)
    assert isinstance(lost.exception(), WorkerDied)


def test_step_that_takes_too_long_is_ended_and_named(tasks: str) -> None:
    with SupervisedPool(2, time_limit=0.5, preload=[tasks]) as pool:
        lost = pool.submit(shout, ["a", "b", "hang"])
        unmarked = pool.submit(time.sleep, 3600)
        fine = [pool.submit(abs, -n) for n in range(20)]
        assert [future.result(PATIENCE) for future in fine] == list(range(20))
        for future, step in ((lost, 2), (unmarked, None)):
            error = future.exception(PATIENCE)
            assert isinstance(error, StepTimedOut)
            assert (error.step, error.seconds) == (step, 0.5)


def test_step_that_stands_for_another_is_named_with_its_phase(tasks: str) -> None:
    with SupervisedPool(1, time_limit=0.5, preload=[tasks]) as pool:
        error = pool.submit(hang_in_rows, [7, 9, 8], 1).exception(PATIENCE)
        assert isinstance(error, StepTimedOut)
        assert (error.step, error.phase) == (9, 5)
        assert pool.submit(hang_in_rows, [7, 9, 8], 4).result(PATIENCE) is None


def test_worker_that_is_stopped_counts_as_one_that_hangs(tasks: str) -> None:
    with SupervisedPool(2, time_limit=0.5, preload=[tasks]) as pool:
        lost = pool.submit(stop_self)
        fine = [pool.submit(abs, -n) for n in range(20)]
        assert [future.result(PATIENCE) for future in fine] == list(range(20))
        error = lost.exception(PATIENCE)
        assert isinstance(error, StepTimedOut)
        assert (error.step, error.phase) == (3, 2)


def test_worker_that_is_stopped_while_idle_does_not_hold_up_the_others(tasks: str) -> None:
    """The message does not fit into its socket, and nobody reads it."""
    payload = bytes(5_000_000)
    with SupervisedPool(2, time_limit=0.5, preload=[tasks]) as pool:
        pid = pool.submit(stop_soon_after).result(PATIENCE)
        assert os.waitpid(pid, os.WUNTRACED)[0] == pid  # it has stopped
        futures = [pool.submit(len, payload) for _ in range(4)]
        errors = [future.exception(PATIENCE) for future in futures]
        lost = [error for error in errors if error is not None]
        assert [(type(error), error.args[0]) for error in lost] == [(StepTimedOut, None)]
        assert pool.submit(len, payload).result(PATIENCE) == len(payload)


def test_worker_that_is_stopped_in_the_middle_of_its_answer_does_not_hold_up_the_others(
    tasks: str,
) -> None:
    with SupervisedPool(2, time_limit=1.0, preload=[tasks]) as pool:
        lost = pool.submit(stop_while_answering)
        fine = [pool.submit(abs, -n) for n in range(20)]
        assert [future.result(PATIENCE) for future in fine] == list(range(20))
        assert isinstance(lost.exception(PATIENCE), StepTimedOut)


def test_task_may_take_longer_than_the_limit_when_no_step_does(tasks: str) -> None:
    with SupervisedPool(1, time_limit=1.0, preload=[tasks]) as pool:
        assert pool.submit(many_short_steps, 30, 0.05).result(PATIENCE) == 30


def test_initializer_has_run_before_the_first_task(tmp_path: Path) -> None:
    made = str(tmp_path / "made")
    with SupervisedPool(1, initializer=os.mkdir, initargs=(made,)) as pool:
        assert pool.submit(os.path.isdir, made).result(PATIENCE)


def test_preloads_are_imported_from_the_path_of_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "import os\nos.environ['PRELOADED'] = 'yes'\n"
    (tmp_path / "only_here.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with SupervisedPool(1, preload=["only_here"]) as pool:
        assert pool.submit(os.getenv, "PRELOADED").result(PATIENCE) == "yes"


def _start_failure(pool: SupervisedPool) -> WorkerStartError:
    """How a task fails, at `submit` or later as the case may be."""
    with pytest.raises(WorkerStartError) as caught:
        pool.submit(abs, 1).result(PATIENCE)
    return caught.value


def test_initializer_that_raises_fails_all_tasks_with_its_cause() -> None:
    with SupervisedPool(2, initializer=operator.truediv, initargs=(1, 0)) as pool:
        for _ in range(3):
            assert isinstance(_start_failure(pool).__cause__, ZeroDivisionError)


def test_workers_that_die_before_they_are_ready_are_not_started_for_ever() -> None:
    with SupervisedPool(2, initializer=os._exit, initargs=(9,)) as pool:
        for _ in range(3):
            assert "exit code 9" in str(_start_failure(pool))


def test_initializer_that_hangs_fails_all_tasks() -> None:
    with SupervisedPool(2, initializer=time.sleep, initargs=(3600,), start_limit=0.5) as pool:
        for _ in range(3):
            assert str(_start_failure(pool)) == "workers are not ready after 0.5 s"


def test_worker_that_hangs_at_its_start_is_replaced_when_others_got_ready(tmp_path: Path) -> None:
    """Only the first of the two initialisers to run hangs; the other takes no time."""
    first = str(tmp_path / "first")
    with SupervisedPool(2, initializer=hang_once, initargs=(first,), start_limit=1.0) as pool:
        assert pool.submit(abs, -1).result(PATIENCE) == 1
        deadline = time.monotonic() + PATIENCE
        pids: set[int] = set()
        while len(pids) < 2:
            assert time.monotonic() < deadline
            pids |= {f.result(PATIENCE) for f in [pool.submit(pid_after, 0.05) for _ in range(2)]}


def test_shutdown_finishes_what_was_submitted_and_may_be_repeated() -> None:
    pool = SupervisedPool(2)
    futures = [pool.submit(abs, -n) for n in range(50)]
    pool.shutdown(wait=False)
    with pytest.raises(RuntimeError, match="shut down"):
        pool.submit(abs, 1)
    pool.shutdown()
    pool.shutdown(cancel_futures=True)
    assert [future.result() for future in futures] == list(range(50))


def _hang(pool: SupervisedPool) -> Future[None]:
    """A task that runs, and will not end by itself."""
    future = pool.submit(time.sleep, 3600)
    deadline = time.monotonic() + PATIENCE
    while not future.running():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return future


def test_shutdown_that_cancels_ends_running_and_waiting_tasks_at_once() -> None:
    pool = SupervisedPool(1)
    running = _hang(pool)
    waiting = pool.submit(abs, 1)
    pool.shutdown(cancel_futures=True)
    assert waiting.cancelled()
    assert isinstance(running.exception(), CancelledError)


def test_leaving_the_context_by_an_exception_ends_the_workers_at_once() -> None:
    pool = SupervisedPool(1)
    running = _hang(pool)
    with pytest.raises(KeyboardInterrupt), pool:
        raise KeyboardInterrupt
    assert isinstance(running.exception(), CancelledError)


def test_pool_that_is_dropped_cancels_what_it_has() -> None:
    pool = SupervisedPool(1)
    running = _hang(pool)
    del pool
    gc.collect()
    assert isinstance(running.exception(PATIENCE), CancelledError)


def test_callback_of_a_future_may_shut_the_pool_down() -> None:
    pool = SupervisedPool(1)
    future = pool.submit(time.sleep, 0.1)
    shut_down: list[bool] = []

    def shut_down_and_say_so(_: Future[None]) -> None:
        pool.shutdown()
        shut_down.append(True)

    future.add_done_callback(shut_down_and_say_so)
    future.result(PATIENCE)
    pool.shutdown()
    assert shut_down == [True]


@pytest.mark.parametrize(("workers", "time_limit"), [(0, 60.0), (1, 0.0), (1, float("nan"))])
def test_pool_without_workers_or_time_is_refused(workers: int, time_limit: float) -> None:
    with pytest.raises(ValueError, match="at least one worker"):
        SupervisedPool(workers, time_limit)
    with pytest.raises(ValueError, match="at least one worker"):
        SupervisedPool(max(workers, 1), start_limit=0.0)
