"""`map_batches` over real processes: what is lost with a worker comes back, in order."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest

from corpuskit.executors import InlineExecutor, Poison, SupervisedPool, map_batches

from .test_tasks import pid_after, shout, shout_unmarked

P = ParamSpec("P")
R = TypeVar("R")


Outcome = tuple[Sequence[str], list[str]] | Poison[str]


@pytest.fixture(scope="module")
def pool(tasks: str) -> Iterator[SupervisedPool]:
    with SupervisedPool(2, time_limit=0.5, preload=[tasks]) as pool:
        yield pool


def _batches(*poisons: str) -> list[list[str]]:
    """Four batches of five words, with the poisons spread over them."""
    words = [f"word {n}" for n in range(20)]
    for place, poison in zip((7, 14, 9, 0), poisons, strict=False):
        words[place] = poison
    return [words[start : start + 5] for start in range(0, 20, 5)]


def _in_order(outcomes: Sequence[Outcome]) -> list[str]:
    """Every item that came back, checked against its result."""
    items: list[str] = []
    for outcome in outcomes:
        if isinstance(outcome, Poison):
            items.append(outcome.item)
        else:
            part, result = outcome
            assert result == [word.upper() for word in part]
            items.extend(part)
    return items


def _poisons(outcomes: Sequence[Outcome]) -> list[Poison[str]]:
    return [outcome for outcome in outcomes if isinstance(outcome, Poison)]


def _flat(batches: Sequence[Sequence[str]]) -> list[str]:
    return [word for batch in batches for word in batch]


def test_results_keep_the_order_of_the_batches_whatever_each_takes(pool: SupervisedPool) -> None:
    batches = [[f"pause {seconds}"] for seconds in (0.2, 0.0, 0.1, 0.0, 0.05)]
    outcomes = list(map_batches(pool, shout, batches, window=5))
    assert outcomes == [(batch, [batch[0].upper()]) for batch in batches]


@pytest.mark.parametrize(
    ("word", "detail"),
    [
        ("signal SIGSEGV", "killed by SIGSEGV"),
        ("signal SIGKILL", "killed by SIGKILL"),
        ("exit 0", "exit code 0"),
    ],
)
def test_item_that_ends_its_worker_is_the_one_poison(
    pool: SupervisedPool, word: str, detail: str
) -> None:
    batches = _batches(word)
    outcomes = list(map_batches(pool, shout, batches, window=3))
    assert _poisons(outcomes) == [Poison(word, "died", detail)]
    assert _in_order(outcomes) == _flat(batches)


def test_item_that_never_ends_is_the_one_poison(pool: SupervisedPool) -> None:
    batches = _batches("hang")
    outcomes = list(map_batches(pool, shout, batches, window=3))
    assert _poisons(outcomes) == [Poison("hang", "timed out", "not done after 0.5 s")]
    assert _in_order(outcomes) == _flat(batches)


def test_each_of_several_poisons_is_found(pool: SupervisedPool) -> None:
    batches = _batches("exit 1", "exit 2", "exit 3", "exit 4")
    outcomes = list(map_batches(pool, shout, batches, window=3))
    assert [p.item for p in _poisons(outcomes)] == ["exit 4", "exit 1", "exit 3", "exit 2"]
    assert _in_order(outcomes) == _flat(batches)


def test_poison_is_found_when_nothing_is_marked(pool: SupervisedPool) -> None:
    batches = _batches("exit 1")
    outcomes = list(map_batches(pool, shout_unmarked, batches, window=3))
    assert _poisons(outcomes) == [Poison("exit 1", "died", "exit code 1")]
    assert _in_order(outcomes) == _flat(batches)


@pytest.mark.parametrize("size", [1, 5])
def test_item_that_happened_to_be_there_is_no_poison(
    pool: SupervisedPool, tmp_path: Path, size: int
) -> None:
    batches = [[f"once {tmp_path / 'seen'}", *"abcd"][:size]]
    outcomes = list(map_batches(pool, shout, batches, window=1))
    assert _poisons(outcomes) == []
    assert _in_order(outcomes) == _flat(batches)


def test_workers_killed_from_outside_cost_nothing() -> None:
    batches = [["pause 0.01"] * 5 for _ in range(30)]
    with SupervisedPool(2) as pool:
        pids = set(pool.map(pid_after, [0.1] * 4))
        run = map_batches(pool, shout, batches, window=4)
        outcomes: list[Outcome] = [next(run)]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        outcomes.extend(run)
    assert _poisons(outcomes) == []
    assert _in_order(outcomes) == _flat(batches)


def test_exception_of_the_function_ends_the_run_unchanged(pool: SupervisedPool) -> None:
    run = map_batches(pool, shout, _batches("raise"), window=3)
    assert next(run) == (_batches()[0], [word.upper() for word in _batches()[0]])
    with pytest.raises(LookupError, match="raise"):
        next(run)


class Renewing(Executor):
    """The standard pool, started over each time that a death has broken it; names no step."""

    def __init__(self) -> None:
        self._pool = self._start()

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("forkserver"))

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Submit to the present pool, or to the next one."""
        try:
            return self._pool.submit(fn, *args, **kwargs)
        except BrokenProcessPool:
            self._pool.shutdown()
            self._pool = self._start()
            return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Shut the present pool down."""
        self._pool.shutdown(wait, cancel_futures=cancel_futures)


def test_poison_is_found_in_a_pool_that_breaks_as_a_whole() -> None:
    batches = _batches("exit 1")
    with Renewing() as executor:
        outcomes = list(map_batches(executor, shout_unmarked, batches, window=3))
    assert _poisons(outcomes) == [Poison("exit 1", "died", "BrokenProcessPool")]
    assert _in_order(outcomes) == _flat(batches)


class Watched(Executor):
    """Notes how many earlier tasks are not done when a batch is submitted to the pool."""

    def __init__(self, pool: Executor) -> None:
        self._pool = pool
        self._futures: list[Future[object]] = []
        self.in_flight: list[tuple[object, int]] = []

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Note, then submit."""
        self.in_flight.append((args[0], sum(not future.done() for future in self._futures)))
        future = self._pool.submit(fn, *args, **kwargs)
        self._futures.append(future)  # type: ignore[arg-type]
        return future


def test_suspect_runs_with_nothing_else_in_flight(pool: SupervisedPool) -> None:
    executor = Watched(pool)
    batches = [["exit 1"], ["pause 0.3"], ["pause 0.3"]]
    outcomes = list(map_batches(executor, shout, batches, window=3))
    assert _in_order(outcomes) == _flat(batches)
    assert executor.in_flight[-1] == (["exit 1"], 0)


class Parked(Executor):
    """Keeps tasks without running them, but for the first."""

    def __init__(self) -> None:
        self.futures: list[Future[object]] = []

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Run the first task, park any other."""
        future: Future[R] = Future()
        if not self.futures:
            future.set_result(fn(*args, **kwargs))
        self.futures.append(future)  # type: ignore[arg-type]
        return future


def test_run_that_is_left_early_cancels_what_is_pending() -> None:
    executor = Parked()
    run = map_batches(executor, shout, _batches(), window=3)
    next(run)
    run.close()
    assert [future.cancelled() for future in executor.futures] == [False, True, True]


def test_run_that_is_closed_before_its_first_result_cancels_what_is_pending() -> None:
    executor = Parked()
    map_batches(executor, shout, _batches(), window=3).close()
    assert [future.cancelled() for future in executor.futures] == [False, True, True]


def test_batches_are_read_no_further_ahead_than_the_window() -> None:
    read: list[str] = []

    def batches() -> Iterator[list[str]]:
        for word in "abcdef":
            read.append(word)
            yield [word]

    run = map_batches(InlineExecutor(), shout, batches(), window=2)
    assert read == ["a", "b"], "the first are submitted by the call"
    next(run)
    assert read == ["a", "b"]
    next(run)
    assert read == ["a", "b", "c"]


def test_window_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        map_batches(InlineExecutor(), shout, [], window=0)
