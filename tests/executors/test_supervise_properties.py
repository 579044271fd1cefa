"""Whatever is poisonous and however it is named, every item comes back once, in order."""

from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import ParamSpec, TypeVar

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.executors import Poison, StepTimedOut, WorkerDied, map_batches

P = ParamSpec("P")
R = TypeVar("R")


class Harm(Enum):
    """What an item does to the worker that reaches it, and what is known of it after that."""

    NONE = "nothing"
    NAMED = "kills, and its step is known"
    NAMELESS = "kills, and no step is known"
    MISNAMED = "kills, and a step outside of the batch is named"
    SLOW = "passes the time limit"
    SHARED = "breaks an executor that names nothing"


@dataclass(frozen=True, slots=True)
class Item:
    """An item that does its harm always, or only the first time."""

    number: int
    harm: Harm
    always: bool


class Workers(Executor):
    """Runs tasks in the caller, and fails a future the way a lost worker would."""

    def __init__(self) -> None:
        self._harmed: set[int] = set()

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Run it now."""
        future: Future[R] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except (WorkerDied, StepTimedOut, BrokenExecutor) as loss:
            future.set_exception(loss)
        return future

    def numbers(self, items: Sequence[Item]) -> list[int]:
        """The task: the number of each item, unless one does harm."""
        for step, item in enumerate(items):
            spared = item.number in self._harmed and not item.always
            if item.harm is not Harm.NONE and not spared:
                self._harmed.add(item.number)
                raise _loss(item.harm, step, len(items))
        return [item.number for item in items]


def _loss(harm: Harm, step: int, size: int) -> Exception:
    match harm:
        case Harm.NAMED:
            return WorkerDied(step, -11)
        case Harm.MISNAMED:
            return WorkerDied(size, -9)
        case Harm.SLOW:
            return StepTimedOut(step, 60.0)
        case Harm.SHARED:
            return BrokenExecutor("all of it")
        case _:
            return WorkerDied(None, -9)


@st.composite
def batches(draw: st.DrawFn) -> list[list[Item]]:
    """Up to 24 items in up to 8 batches, some of them empty."""
    harms = draw(st.lists(st.tuples(st.sampled_from(Harm), st.booleans()), max_size=24))
    items = [Item(number, harm, always) for number, (harm, always) in enumerate(harms)]
    cuts = draw(st.lists(st.integers(0, len(items)), max_size=7))
    return [items[start:end] for start, end in pairwise([0, *sorted(cuts), len(items)])]


@given(batches(), st.integers(1, 5))
def test_items_are_split_between_results_and_poisons(split: list[list[Item]], window: int) -> None:
    workers = Workers()
    came_back: list[Item] = []
    poisons: list[Item] = []
    for outcome in map_batches(workers, workers.numbers, split, window=window):
        if isinstance(outcome, Poison):
            assert outcome.reason == ("timed out" if outcome.item.harm is Harm.SLOW else "died")
            poisons.append(outcome.item)
            came_back.append(outcome.item)
        else:
            part, result = outcome
            assert result == [item.number for item in part]
            came_back.extend(part)
    items = [item for batch in split for item in batch]
    assert came_back == items
    assert poisons == [item for item in items if item.always and item.harm is not Harm.NONE]


@given(batches())
def test_no_part_reaches_over_the_end_of_its_batch(split: list[list[Item]]) -> None:
    workers = Workers()
    batch_of = {item.number: n for n, batch in enumerate(split) for item in batch}
    for outcome in map_batches(workers, workers.numbers, split, window=2):
        if not isinstance(outcome, Poison):
            part, _ = outcome
            assert len({batch_of[item.number] for item in part}) == 1
