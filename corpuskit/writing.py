"""The write stage: planned rows → Parquet shards, in parallel; what is there already is shared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

import pyarrow as pa

from corpuskit.corpus import ParsedCorpus
from corpuskit.dataset_folder import Published
from corpuskit.errors import UnfinishedError
from corpuskit.executors import Poison, Submits, map_batches
from corpuskit.leaves import Leaves
from corpuskit.manifest import FileEntry
from corpuskit.packs import close_packs
from corpuskit.plan import Plan
from corpuskit.progress import Progress
from corpuskit.shard_cache import KnownShard, ShardCache
from corpuskit.shards import ShardFigures, ShardJob, write_shards
from corpuskit.sharing import share
from corpuskit.syncing import Syncing

_MOST_SHARDS = 4
"""Shards of one task: fewer have workers wait between tasks, more have them wait at the end."""


def write_all(
    plan: Plan,
    digests: Sequence[str],
    corpus: ParsedCorpus,
    executor: Submits,
    workers: int,
    folder: Path,
    last: Published | None,
    cache: ShardCache,
    progress: Progress,
) -> list[tuple[FileEntry, ShardFigures]]:
    """Write the plan's shards to a new folder, below its `data`; in the plan's order.

    `digests` are those of their rows.
    Those that are shards of the version `last` as well are shared with it.

    Raises:
        DamagedPackError: a pack of the cache is gone, or is not what was written.
        UnfinishedError: a shard cannot be written: its writers die, whatever is retried.
    """
    (folder / "data").mkdir(parents=True)
    shards = list(plan.shards())
    shared = {} if last is None else share(digests, last, cache, folder)
    written = {number: (found.entry, found.known.figures) for number, found in shared.items()}
    progress.advance(sum(entry.rows or 0 for entry, _ in written.values()), 0)
    jobs = _jobs(shards, corpus.leaves, folder, [n for n in range(len(shards)) if n not in shared])
    work = partial(write_shards, dict(enumerate(corpus.packs)))
    batches = _batches(jobs, min(_MOST_SHARDS, len(plan.ends) // (workers * 32) + 1))
    try:
        with Syncing() as syncing:
            for done in map_batches(executor, work, batches, window=2 * workers):
                if isinstance(done, Poison):
                    number, why = done.item.number, done.detail
                    raise UnfinishedError(f"shard {number} cannot be written: {why}")
                batch, made = done
                for job, (entry, figures) in zip(batch, made, strict=True):
                    written[job.number] = entry, figures
                    syncing.begin(folder / entry.path)
                progress.advance(sum(entry.rows or 0 for entry, _ in made), 0)
    finally:
        close_packs()
    cache.remember(
        (written[number][0].sha256, KnownShard(rows, written[number][1]))
        for number, rows in enumerate(digests)
    )
    return [written[number] for number in range(len(shards))]


def _jobs(
    shards: Sequence[pa.Table], leaves: Leaves, folder: Path, wanted: Sequence[int]
) -> Iterator[ShardJob]:
    for number in wanted:
        rows = shards[number]
        names = ("id", "row_sha256", "pack", "row")
        ids, digests, packs, numbers = (rows[name].to_pylist() for name in names)
        yield ShardJob(
            number,
            list(zip(packs, numbers, strict=True)),
            leaves.paths_at(rows["place"].combine_chunks()),
            list(zip(ids, digests, strict=True)),
            str(folder),
        )


def _batches(jobs: Iterator[ShardJob], size: int) -> Iterator[list[ShardJob]]:
    while batch := list(islice(jobs, size)):
        yield batch
