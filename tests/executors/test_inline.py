"""The executor that runs in the caller."""

import operator
import os

import pytest

from corpuskit.executors import InlineExecutor, mark


def test_task_has_run_in_the_caller_when_submit_returns() -> None:
    with InlineExecutor() as executor:
        future = executor.submit(os.getpid)
        assert future.done()
        assert future.result() == os.getpid()


def test_exception_waits_in_the_future() -> None:
    with InlineExecutor() as executor:
        future = executor.submit(operator.truediv, 1, 0)
    with pytest.raises(ZeroDivisionError):
        future.result()


def test_map_keeps_the_order_of_its_input() -> None:
    with InlineExecutor() as executor:
        assert list(executor.map(abs, [-3, 1, -2])) == [3, 1, 2]


def test_interrupt_ends_the_caller_and_not_only_the_task() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with InlineExecutor() as executor, pytest.raises(KeyboardInterrupt):
        executor.submit(interrupt)


def test_marking_a_step_does_nothing_outside_of_a_worker() -> None:
    def steps() -> int:
        for step in range(3):
            mark(step)
        return 3

    with InlineExecutor() as executor:
        assert executor.submit(steps).result() == 3


def test_executor_that_was_shut_down_takes_no_tasks() -> None:
    executor = InlineExecutor()
    executor.shutdown()
    executor.shutdown()
    with pytest.raises(RuntimeError, match="shut down"):
        executor.submit(abs, 1)
