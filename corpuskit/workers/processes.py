"""Worker processes for batches, and what each does before its first."""

from __future__ import annotations

from corpuskit.executors import SupervisedPool
from corpuskit.hidden import hide_unused
from corpuskit.named import Named
from corpuskit.parse_rules import BatchRules

TIME_LIMIT_SECONDS = 60.0
"""On one source, twice, before it is rejected; caps on size and depth come long before."""


_warm_up = Named("corpuskit.batch", "warm_up")


def start_pool(workers: int, rules: BatchRules) -> SupervisedPool:
    """Processes for the functions of `tasks` and of `shards`, which start to import at once."""
    return SupervisedPool(workers, TIME_LIMIT_SECONDS, initializer=prepare, initargs=(rules,))


def prepare(rules: BatchRules | None = None) -> None:
    """Import and compile what `rules` need, without what an engine would import besides.

    pandera imports pandas and numpy where they are installed: 2.4 s of CPU a process instead of
    0.7. A worker needs neither; this is for processes that run nothing but batches.

    Arrow is to share the memory that Python frees: from a pool of its own, which returns what is
    free within milliseconds, it got every batch's anew, and a worker that writes took 55 MB more.
    """
    hide_unused()
    import pyarrow as pa  # noqa: PLC0415 - not sooner: it imports numpy if it finds it

    pa.set_memory_pool(pa.system_memory_pool())
    if rules is not None:
        _warm_up(rules)
