"""The write stage: planned rows → Parquet shards, in parallel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from corpuskit.errors import UnfinishedError
from corpuskit.executors import Poison, Submits, map_batches
from corpuskit.fragments import close_fragments
from corpuskit.manifest import FileEntry
from corpuskit.plan import Plan
from corpuskit.progress import Advance
from corpuskit.shards import ShardFigures, ShardJob, write_shard

_MOST_SHARDS = 4
"""Shards that are gathered together: what it costs to look into each fragment is shared by them."""


def write_shards(
    plan: Plan,
    executor: Submits,
    workers: int,
    scratch: str,
    folder: Path,
    advance: Advance = lambda _rows, _bytes: None,
) -> list[tuple[FileEntry, ShardFigures]]:
    """Write the plan's shards to a new folder, below its `data`; in the plan's order.

    Raises:
        UnfinishedError: a shard cannot be written: its writers die, whatever is retried.
    """
    (folder / "data").mkdir(parents=True)
    jobs = [ShardJob(number, rows, scratch, str(folder)) for number, rows in enumerate(plan.shards)]
    written = []
    try:
        for done in map_batches(executor, write_shard, _batches(jobs, workers), window=2 * workers):
            if isinstance(done, Poison):
                raise UnfinishedError(f"shard {done.item.number} cannot be written: {done.detail}")
            _, entries = done
            written += entries
            advance(sum(entry.rows for entry, _ in entries), 0)
    finally:
        close_fragments()
    return written


def _batches(jobs: list[ShardJob], workers: int) -> Iterator[list[ShardJob]]:
    size = min(_MOST_SHARDS, len(jobs) // (workers * 4) + 1)
    for start in range(0, len(jobs), size):
        yield jobs[start : start + size]
