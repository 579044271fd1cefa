"""The step that each worker is on, in memory that the workers and their parent share.

A worker stores one integer per step and never reads a clock: its parent sees how long the integer
stays the same. Steps are also the moments at which a worker may collect garbage.

Automatic collection is off in a worker. In the middle of a parse it walks every node of a tree
that is still alive, and frees nothing; but with none at all the trees, which are knots of
references, pile up. Between two steps no parser's tree is alive, so that is when `mark` collects,
once enough has piled up. (A group of sources that is parsed a step at a time has its front matter
alive between steps; that holds no knots.) Batches of 60 HTML sources of 400 paragraphs in
BeautifulSoup, CPU time per
source (best of three on a noisy machine) and peak of the process:

    Python's default            41 ms    47 MB
    off                         33 ms   370 MB
    off, collected per batch    38 ms   142 MB
    off, collected by `mark`    33 ms    37 MB

Sources of 60 YAML nodes show no difference beyond the noise.
"""

import gc
import mmap
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

NO_STEP = -1
"""What a slot holds until its worker's task marks a step."""

SLOT_BYTES = 64
"""One cache line per worker: neighbours that mark at the same time do not slow each other."""

PILED_UP = 50_000
"""Net new containers that make a collection due, which then takes some 20 ms in the case above.
Between 20 000 and 300 000 the time did not change beyond the noise; the peak grew from 31 to 84 MB.
"""

STEP, PHASE = 0, 1
"""The words of a slot that are in use."""

_mine: memoryview | None = None
_steps: Sequence[int] | None = None


def mark(step: int, phase: int = 0) -> None:
    """Say that the running task begins `step`, the 0-based place of a source in its batch.

    Costs about 0.15 µs in a worker, collections apart, and does nothing anywhere else. A step that
    is marked twice running counts as one long step, unless its phases differ. A step outside
    the batch, such as its length while the results are packed, is allowed and names no source.

    Args:
        step: The place, or what stands for it (see `renumbered`).
        phase: What of the step begins, in the task's own numbering.
    """
    if _mine is not None:
        collect_if_due()
        _mine[PHASE] = phase
        _mine[STEP] = step if _steps is None else _steps[step]


@contextmanager
def renumbered(steps: Sequence[int]) -> Iterator[None]:
    """Have `mark(n)` mean `steps[n]`, for code that knows rows but not whose they are."""
    global _steps  # noqa: PLW0603 - like the slot
    _steps = steps
    try:
        yield
    finally:
        _steps = None


def collect_if_due() -> None:
    """Collect if enough has piled up since the last time; only between two steps or tasks."""
    if gc.get_count()[0] > PILED_UP:
        gc.collect()


def attach(fd: int, slot: int) -> None:
    """Make `mark` write to `slot` of the board behind `fd`: once, at the start of a worker."""
    global _mine  # noqa: PLW0603 - a process has one slot, and task code must find it from anywhere
    board = mmap.mmap(fd, 0)
    _mine = memoryview(board)[slot * SLOT_BYTES : slot * SLOT_BYTES + 16].cast("q")


class Board:
    """The parent's side: one slot per worker, in a file without a name."""

    def __init__(self, slots: int) -> None:
        self._fd = _nameless_file(slots * SLOT_BYTES)
        self._map = mmap.mmap(self._fd, 0)
        self._words = memoryview(self._map).cast("q")

    def fileno(self) -> int:
        """The file to hand to workers."""
        return self._fd

    def read(self, slot: int) -> int | None:
        """The last step marked in `slot` since it was cleared; None when there was none."""
        step = self._words[slot * SLOT_BYTES // 8 + STEP]
        return None if step == NO_STEP else step

    def read_phase(self, slot: int) -> int:
        """The phase that was marked with that step."""
        return self._words[slot * SLOT_BYTES // 8 + PHASE]

    def clear(self, slot: int) -> None:
        """Forget the last step, before a worker is given a task."""
        self._words[slot * SLOT_BYTES // 8 + STEP] = NO_STEP
        self._words[slot * SLOT_BYTES // 8 + PHASE] = 0

    def close(self) -> None:
        """Give the memory back; workers keep theirs."""
        self._words.release()
        self._map.close()
        os.close(self._fd)


def _nameless_file(size: int) -> int:
    """A descriptor of `size` zero bytes, in memory where the system has such files (Linux)."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("marks")
    else:
        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    os.write(fd, bytes(size))  # written, not only sized: a full disk fails here, not at a mark
    return fd
