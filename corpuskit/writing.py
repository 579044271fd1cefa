"""The write stage: planned rows → Parquet shards, in parallel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from corpuskit.errors import UnfinishedError
from corpuskit.executors import Poison, Submits, map_batches
from corpuskit.manifest import FileEntry
from corpuskit.packs import Pack, close_packs
from corpuskit.plan import Plan
from corpuskit.progress import Advance
from corpuskit.shards import ShardFigures, ShardJob, write_shards

_MOST_SHARDS = 4
"""Shards that are gathered together: what it costs to look into each pack is shared by them."""


def write_all(
    plan: Plan,
    packs: Sequence[Pack],
    executor: Submits,
    workers: int,
    folder: Path,
    advance: Advance = lambda _rows, _bytes: None,
) -> list[tuple[FileEntry, ShardFigures]]:
    """Write the plan's shards to a new folder, below its `data`; in the plan's order.

    Raises:
        DamagedPackError: a pack of the cache is gone, or is not what was written.
        UnfinishedError: a shard cannot be written: its writers die, whatever is retried.
    """
    (folder / "data").mkdir(parents=True)
    jobs = _jobs(plan, folder)
    written = []
    work = partial(write_shards, dict(enumerate(packs)))
    try:
        for done in map_batches(executor, work, _batches(jobs, workers), window=2 * workers):
            if isinstance(done, Poison):
                raise UnfinishedError(f"shard {done.item.number} cannot be written: {done.detail}")
            _, entries = done
            written += entries
            advance(sum(entry.rows for entry, _ in entries), 0)
    finally:
        close_packs()
    return written


def _jobs(plan: Plan, folder: Path) -> list[ShardJob]:
    jobs, start = [], 0
    for number, rows in enumerate(plan.shards):
        own = slice(start, start + len(rows))
        jobs.append(ShardJob(number, rows, plan.paths[own], plan.pairs[own], str(folder)))
        start += len(rows)
    return jobs


def _batches(jobs: list[ShardJob], workers: int) -> Iterator[list[ShardJob]]:
    size = min(_MOST_SHARDS, len(jobs) // (workers * 4) + 1)
    for start in range(0, len(jobs), size):
        yield jobs[start : start + size]
