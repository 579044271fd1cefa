"""The write stage: planned rows → Parquet shards, in parallel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from corpuskit.dataset_folder import Published
from corpuskit.errors import UnfinishedError
from corpuskit.executors import Poison, Submits, map_batches
from corpuskit.manifest import FileEntry
from corpuskit.packs import Pack, close_packs
from corpuskit.plan import Plan
from corpuskit.progress import Advance
from corpuskit.shards import ShardFigures, ShardJob, digest_of_rows_in, rows_digest, write_shards

_MOST_SHARDS = 4
"""Shards that are gathered together: what it costs to look into each pack is shared by them."""


def write_all(
    plan: Plan,
    packs: Sequence[Pack],
    executor: Submits,
    workers: int,
    folder: Path,
    last: Published | None,
    advance: Advance = lambda _rows, _bytes: None,
) -> list[tuple[FileEntry, ShardFigures]]:
    """Write the plan's shards to a new folder, below its `data`; in the plan's order.

    Those that are shards of the version `last` as well are shared with it.

    Raises:
        DamagedPackError: a pack of the cache is gone, or is not what was written.
        UnfinishedError: a shard cannot be written: its writers die, whatever is retried.
    """
    (folder / "data").mkdir(parents=True)
    jobs = _jobs(plan, folder, _shards_of(last) if last is not None else {})
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


def _shards_of(last: Published) -> dict[str, tuple[str, str]]:
    """The shards of a version by the digest of their rows: path and SHA-256."""
    paths = {entry.sha256: last.folder / entry.path for entry in last.manifest.shards}
    found = {digest_of_rows_in(path): (str(path), sha256) for sha256, path in paths.items()}
    return {rows: same for rows, same in found.items() if rows is not None}


def _jobs(plan: Plan, folder: Path, there: Mapping[str, tuple[str, str]]) -> list[ShardJob]:
    jobs, start = [], 0
    for number, rows in enumerate(plan.shards):
        own = slice(start, start + len(rows))
        paths, pairs = plan.paths[own], plan.pairs[own]
        same = None
        if there:
            digests = zip(pairs, plan.digests[own], strict=True)
            same = there.get(rows_digest((*pair, sha256) for pair, sha256 in digests))
        jobs.append(ShardJob(number, rows, paths, pairs, str(folder), same))
        start += len(rows)
    return jobs


def _batches(jobs: list[ShardJob], workers: int) -> Iterator[list[ShardJob]]:
    size = min(_MOST_SHARDS, len(jobs) // (workers * 8) + 1)
    for start in range(0, len(jobs), size):
        yield jobs[start : start + size]
