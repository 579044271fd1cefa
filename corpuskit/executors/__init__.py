"""Executors: they run batches of work and know nothing of what is in them.

An executor is anything with the `submit` of `concurrent.futures.Executor`. `InlineExecutor` runs
in the caller; `SupervisedPool` runs in worker processes and says which step ended one of them;
`map_batches` turns such a loss into one `Poison` and brings everything else home, in order.

    marks, channel ← worker ← process ← dispatcher ← pool
    faults ← dispatcher, supervise

Task code calls `mark(step)` before each step, which is what makes a loss attributable.
"""

from corpuskit.executors.faults import StepTimedOut, WorkerDied, WorkerError, WorkerStartError
from corpuskit.executors.inline import InlineExecutor
from corpuskit.executors.lazy import LazyExecutor
from corpuskit.executors.marks import mark, renumbered
from corpuskit.executors.meanwhile import meanwhile
from corpuskit.executors.pool import SupervisedPool
from corpuskit.executors.supervise import Poison, Submits, map_batches

__all__ = [
    "InlineExecutor",
    "LazyExecutor",
    "Poison",
    "StepTimedOut",
    "Submits",
    "SupervisedPool",
    "WorkerDied",
    "WorkerError",
    "WorkerStartError",
    "map_batches",
    "mark",
    "meanwhile",
    "renumbered",
]
