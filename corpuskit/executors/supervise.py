"""Batches in, results out in the same order, whatever befalls the workers in between."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, wait
from dataclasses import dataclass
from itertools import islice
from typing import Generic, Literal, ParamSpec, Protocol, TypeVar, cast

from corpuskit.executors.faults import StepTimedOut, WorkerDied

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

Loss = WorkerDied | StepTimedOut | BrokenExecutor
"""What ends a task without being an error of the task."""


class Submits(Protocol):
    """The part of `concurrent.futures.Executor` that is needed here."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Run `fn(*args, **kwargs)` some time, somewhere."""
        ...


@dataclass(frozen=True, slots=True)
class Poison(Generic[T]):
    """An item that ended its worker twice, the second time alone.

    Attributes:
        item: The item, as it stood in its batch.
        reason: Whether the worker died or had to be killed at the time limit.
        detail: How, in words; the same from run to run.
        phase: The phase of it that was marked last.
    """

    item: T
    reason: Literal["died", "timed out"]
    detail: str
    phase: int = 0


@dataclass(slots=True)
class _Part(Generic[T, R]):
    """A batch, or what a loss left of one, in its place in the order.

    Attributes:
        suspect: It is one item, and next time it runs alone.
        future: None until it is submitted; a suspect has to wait for that.
    """

    items: Sequence[T]
    suspect: bool
    future: Future[R] | None


def map_batches(
    executor: Submits,
    fn: Callable[[Sequence[T]], R],
    batches: Iterable[Sequence[T]],
    *,
    window: int,
) -> Generator[tuple[Sequence[T], R] | Poison[T], None, None]:
    """Yield `(batch, fn(batch))` in the order of the batches, and a `Poison` for what kills.

    A batch whose worker is lost is split where `mark` says that it was (`fn` marks places in the
    batch that it was given), in halves when nothing says so, and its parts take its place. An item
    that is left alone as the suspect runs once more with nothing else in flight, so that neither a
    busy machine nor a neighbour that ate the memory can be what ends it. Only then is it a poison.

    Args:
        executor: One that goes on after a loss. With one that does not, such as the standard
            process pool, the `BrokenExecutor` that its `submit` raises ends the run.
        fn: Runs wherever the executor runs things; must be safe to repeat.
        batches: Read lazily, the first ones now; empty ones are passed over.
        window: How many batches are submitted ahead of the one being yielded, at least 1.

    Yields:
        Every item of `batches` exactly once, in order, in a part of its batch or as a poison.

    Raises:
        ValueError: `window` is less than 1.
        Exception: Whatever `fn` raised, unchanged: that is a bug, not a poison.
    """
    if window < 1:
        raise ValueError(f"window must be at least 1, not {window}")
    results = _run(executor, fn, (batch for batch in batches if len(batch)), window)
    next(results)
    return cast("Generator[tuple[Sequence[T], R] | Poison[T], None, None]", results)


def _run(
    executor: Submits,
    fn: Callable[[Sequence[T]], R],
    batches: Iterator[Sequence[T]],
    window: int,
) -> Generator[tuple[Sequence[T], R] | Poison[T] | None, None, None]:
    """What `map_batches` yields, after a None when the first batches are submitted."""
    line: deque[_Part[T, R]] = deque()

    def submit() -> None:
        for batch in islice(batches, max(0, window - len(line))):
            line.append(_Part(batch, suspect=False, future=executor.submit(fn, batch)))

    try:
        submit()
        yield None
        while True:
            submit()
            if not line:
                return
            head = line[0]  # it stays in line until it is done, to be cancelled with the others
            future = head.future
            if future is None:
                wait([part.future for part in line if part.future is not None])
                head.future = future = executor.submit(fn, head.items)
            loss = _loss(future)
            line.popleft()
            if loss is None:
                yield head.items, future.result()
            elif head.suspect:
                yield _poison(head.items[0], loss)
            else:
                parts = [
                    _Part(items, suspect, None if suspect else executor.submit(fn, items))
                    for items, suspect in _split(head.items, loss)
                ]
                line.extendleft(reversed(parts))
    finally:
        for part in line:
            if part.future is not None:
                part.future.cancel()


def _loss(future: Future[R]) -> Loss | None:
    """Wait for the future; raise what its task raised, return what kept it from finishing."""
    try:
        future.result()
    except (WorkerDied, StepTimedOut, BrokenExecutor) as error:
        return error
    return None


def _split(items: Sequence[T], loss: Loss) -> list[tuple[Sequence[T], bool]]:
    """The parts, none empty, in which a lost batch is tried again, and which is the suspect."""
    if len(items) == 1:
        return [(items, True)]
    step = None if isinstance(loss, BrokenExecutor) else loss.step
    if step is not None and 0 <= step < len(items):
        parts = [(items[:step], False), (items[step : step + 1], True), (items[step + 1 :], False)]
    else:
        middle = len(items) // 2
        parts = [(items[:middle], False), (items[middle:], False)]
    return [(part, suspect) for part, suspect in parts if len(part)]


def _poison(item: T, loss: Loss) -> Poison[T]:
    match loss:
        case StepTimedOut():
            return Poison(item, "timed out", loss.cause, loss.phase)
        case WorkerDied():
            return Poison(item, "died", loss.cause, loss.phase)
        case BrokenExecutor():
            return Poison(item, "died", type(loss).__name__)
