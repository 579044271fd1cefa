"""The write stage: planned rows → Parquet shards, in parallel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path

from corpuskit.corpus import ParsedCorpus
from corpuskit.dataset_folder import Published
from corpuskit.errors import UnfinishedError
from corpuskit.executors import Poison, Submits, map_batches
from corpuskit.leaves import Leaves
from corpuskit.manifest import FileEntry
from corpuskit.packs import close_packs
from corpuskit.plan import Plan
from corpuskit.progress import Advance
from corpuskit.shards import ShardFigures, ShardJob, digest_of_rows_in, rows_digest, write_shards

_MOST_SHARDS = 4
"""Shards that are gathered together: what it costs to look into each pack is shared by them."""


def write_all(
    plan: Plan,
    corpus: ParsedCorpus,
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
    jobs = _jobs(plan, corpus.leaves, folder, _shards_of(last) if last is not None else {})
    written = []
    work = partial(write_shards, dict(enumerate(corpus.packs)))
    batches = _batches(jobs, min(_MOST_SHARDS, len(plan.ends) // (workers * 8) + 1))
    try:
        for done in map_batches(executor, work, batches, window=2 * workers):
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


def _jobs(
    plan: Plan, leaves: Leaves, folder: Path, there: Mapping[str, tuple[str, str]]
) -> Iterator[ShardJob]:
    for number, rows in enumerate(plan.shards()):
        places = rows["place"].combine_chunks()
        own = {name: rows[name].to_pylist() for name in ("id", "row_sha256", "pack", "row")}
        pairs = list(zip(own["id"], own["row_sha256"], strict=True))
        same = None
        if there:
            digests = zip(pairs, leaves.digests_at(places), strict=True)
            same = there.get(rows_digest((*pair, sha256) for pair, sha256 in digests))
        at = list(zip(own["pack"], own["row"], strict=True))
        yield ShardJob(number, at, leaves.paths_at(places), pairs, str(folder), same)


def _batches(jobs: Iterator[ShardJob], size: int) -> Iterator[list[ShardJob]]:
    while batch := list(islice(jobs, size)):
        yield batch
