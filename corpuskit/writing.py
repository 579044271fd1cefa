"""The write stage: planned rows → Parquet shards, in parallel; what is there already is shared."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Self, TypeAlias

from corpuskit.cache.shards import KnownShard, ShardCache
from corpuskit.corpus import ParsedCorpus
from corpuskit.dataset_folder import Published
from corpuskit.disk.syncing import Syncing
from corpuskit.errors import UnfinishedError
from corpuskit.executors import Poison, Submits, map_batches
from corpuskit.manifest import FileEntry
from corpuskit.packs import close_packs
from corpuskit.plan import Plan
from corpuskit.progress import Progress
from corpuskit.shards import ShardFigures, ShardJob, write_shards
from corpuskit.sharing import Sharing

_Written: TypeAlias = list[tuple[FileEntry, ShardFigures]]
_Done: TypeAlias = tuple[Sequence[ShardJob], _Written] | Poison[ShardJob]

_MOST_SHARDS = 4
"""Shards of one task: fewer have workers wait between tasks, more have them wait at the end."""


class ShardWriter:
    """Writes the shards of a plan, while something else goes on if that is begun early.

    To be left as a context manager: then nothing further begins.
    """

    def __init__(
        self,
        plan: Plan,
        digests: Sequence[str],
        corpus: ParsedCorpus,
        executor: Submits,
        workers: int,
        folder: Path,
        last: Published | None,
        cache: ShardCache,
        omitted: tuple[str, ...] = (),
    ) -> None:
        """Take what is to be written, to a new folder, below its `data`.

        `digests` are those of the rows of the plan's shards. Those that are shards of the version
        `last` as well are shared with it. The `omitted` columns are in none.
        """
        self._shards = list(plan.shards())
        self._paths = [cut.path for cut in plan.cuts]
        self._digests = digests
        self._corpus = corpus
        self._executor = executor
        self._workers = workers
        self._folder = folder
        self._last = last
        self._cache = cache
        self._omitted = omitted
        self._sharing: Sharing | None = None
        self._begun: list[Generator[_Done, None, None]] = []

    def begin(self) -> None:
        """Begin with it, unless that is done."""
        if self._begun:
            return
        for part in dict.fromkeys((self._folder / path).parent for path in self._paths):
            part.mkdir(parents=True, exist_ok=True)
        if self._last is not None:
            self._sharing = Sharing(
                self._digests, self._paths, self._last, self._cache, self._folder
            )
        shared = self._sharing.wanted if self._sharing is not None else ()
        self._write([n for n in range(len(self._shards)) if n not in shared])

    def finish(self, progress: Progress) -> list[tuple[FileEntry, ShardFigures]]:
        """The entries and figures of all shards in the plan's order, once these are written.

        Raises:
            DamagedPackError: a pack of the cache is gone, or is not what was written.
            UnfinishedError: a shard cannot be written: its writers die, whatever is retried.
        """
        self.begin()
        written: dict[int, tuple[FileEntry, ShardFigures]] = {}
        with Syncing() as syncing:
            if self._sharing is not None:
                shared = self._sharing.shared()
                written = {n: (found.entry, found.known.figures) for n, found in shared.items()}
                progress.advance(sum(entry.rows or 0 for entry, _ in written.values()), 0)
                # Those that were not what they should be.
                self._write([number for number in self._sharing.wanted if number not in shared])
            for job, entry, figures in _each(chain.from_iterable(self._begun)):
                written[job.number] = entry, figures
                syncing.begin(self._folder / entry.path)
                progress.advance(entry.rows or 0, 0)
        self._cache.remember(
            (written[number][0].sha256, KnownShard(rows, written[number][1]))
            for number, rows in enumerate(self._digests)
        )
        return [written[number] for number in range(len(self._shards))]

    def _write(self, numbers: Sequence[int]) -> None:
        """Begin to write some of the shards."""
        jobs = self._jobs(numbers)
        work = partial(write_shards, dict(enumerate(self._corpus.packs)), self._omitted)
        most = min(_MOST_SHARDS, len(self._shards) // (self._workers * 32) + 1)
        window = 2 * self._workers
        self._begun.append(map_batches(self._executor, work, _batches(jobs, most), window=window))

    def _jobs(self, numbers: Sequence[int]) -> Iterator[ShardJob]:
        leaves = self._corpus.leaves
        for number in numbers:
            rows = self._shards[number]
            names = ("id", "row_sha256", "pack", "row")
            ids, digests, packs, places = (rows[name].to_pylist() for name in names)
            yield ShardJob(
                number,
                self._paths[number],
                list(zip(packs, places, strict=True)),
                leaves.paths_at(rows["place"].combine_chunks()),
                list(zip(ids, digests, strict=True)),
                str(self._folder),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for results in self._begun:
            results.close()
        if self._sharing is not None:
            self._sharing.close()
        close_packs()


def _each(results: Iterable[_Done]) -> Iterator[tuple[ShardJob, FileEntry, ShardFigures]]:
    for done in results:
        if isinstance(done, Poison):
            number, why = done.item.number, done.detail
            raise UnfinishedError(f"shard {number} cannot be written: {why}")
        for job, (entry, figures) in zip(*done, strict=True):
            yield job, entry, figures


def _batches(jobs: Iterator[ShardJob], size: int) -> Iterator[list[ShardJob]]:
    while batch := list(islice(jobs, size)):
        yield batch
