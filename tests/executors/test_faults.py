"""What is said of a lost worker, and that it survives a pickle."""

import pickle
import signal

import pytest

from corpuskit.executors import StepTimedOut, WorkerDied, WorkerError, WorkerStartError


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (WorkerDied(3, -signal.SIGSEGV), "worker died on step 3: killed by SIGSEGV"),
        (WorkerDied(None, 7), "worker died before any step: exit code 7"),
        (WorkerDied(0, -63), "worker died on step 0: killed by signal 63"),
        (StepTimedOut(2, 60.0), "worker was ended on step 2: not done after 60 s"),
        (StepTimedOut(None, 0.5), "worker was ended before any step: not done after 0.5 s"),
    ],
)
def test_fault_says_where_and_how(fault: WorkerError, words: str) -> None:
    assert str(fault) == words


@pytest.mark.parametrize(
    "fault", [WorkerDied(3, -9), StepTimedOut(None, 0.5), WorkerStartError("why")]
)
def test_fault_is_the_same_after_a_pickle(fault: WorkerError) -> None:
    again = pickle.loads(pickle.dumps(fault))
    assert type(again) is type(fault)
    assert vars(again) == vars(fault)
    assert str(again) == str(fault)
