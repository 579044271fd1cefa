"""The parse stage: sources → packs and records, in parallel, whatever happens to a worker.

What the cache knows is neither read nor parsed again.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import pyarrow as pa

from corpuskit.article_rows import Identity
from corpuskit.batch import BatchRules, Reading, is_left_out
from corpuskit.build_cache import BuildCache
from corpuskit.codes import Code
from corpuskit.constraints import matched_field
from corpuskit.corpus import ParsedCorpus, assemble
from corpuskit.executors import Poison, Submits, map_batches
from corpuskit.index import index_schema
from corpuskit.model import Diagnostic, Source, diagnose
from corpuskit.packs import Pack, PackFolder
from corpuskit.progress import Advance
from corpuskit.record_cache import with_pack
from corpuskit.records import record_schema
from corpuskit.worker import Numbered, identify_batch, process_batch, read_batch

T = TypeVar("T")
R = TypeVar("R")

_BLOCK_BYTES = 1 << 20
_LARGEST_BATCH = 1000
_SMALLEST_BATCH = 32
_BATCHES_A_WORKER = 8
"""Enough to keep all workers busy until the end; the cost of one is some 10 ms of validation."""


def parse_sources(
    sources: Sequence[Source],
    rules: BatchRules,
    executor: Submits,
    workers: int,
    folder: PackFolder | None,
    advance: Advance = lambda _sources, _bytes: None,
    cache: BuildCache | None = None,
) -> ParsedCorpus:
    """Parse and validate every source; articles go to packs in `folder`, if there is one."""
    stage = _ParseStage(sources, rules, executor, workers, folder, advance)
    if cache is not None:
        stage.recall(cache)
    stage.parse()
    corpus = stage.corpus()
    if cache is not None:
        cache.remember(stage.reading)
    return corpus


class _ParseStage:
    """What is known of the sources so far, and the means to learn the rest."""

    def __init__(
        self,
        sources: Sequence[Source],
        rules: BatchRules,
        executor: Submits,
        workers: int,
        folder: PackFolder | None,
        advance: Advance,
    ) -> None:
        self.sources = sources
        self.rules = rules
        self.executor = executor
        self.workers = workers
        self.folder = folder
        self.advance = advance
        self.reading = Reading.nothing_yet(len(sources))
        self.left_out = [
            place
            for place, source in enumerate(sources)
            if is_left_out(source.path, rules.parse) and source.fault is None
        ]
        self.packs: list[Pack] = []
        self.records = [record_schema(rules.parse.schema, rules.keys).empty_table()]
        self.unparsed = list(range(len(sources)))

    def recall(self, cache: BuildCache) -> None:
        """Take from the cache what it knows, and read, without parsing, what it might know."""
        self.packs = list(cache.known.packs)
        self.records = [cache.known.records]
        unread = cache.recall(self.sources, self.reading)
        if not cache.known.records.num_rows:
            return
        for done in self._map(partial(read_batch, self.rules), unread):
            if isinstance(done, Poison):
                continue
            batch, reading = done
            self.reading.put([place for place, _ in batch], reading)
        have = set(cache.known.records["source_sha256"].to_pylist())
        # A digest may be known from a build with a higher cap: then reading says what is wrong.
        sizes, cap = self.reading.sizes, self.rules.parse.max_bytes
        settled = {
            *self.reading.faults,
            *(p for p in self.left_out if self.reading.digests[p] and sizes[p] <= cap),
        }
        self.unparsed = [
            place
            for place, sha256 in enumerate(self.reading.digests)
            if sha256 not in have and place not in settled
        ]
        self.advance(len(self.sources) - len(self.unparsed), 0)

    def parse(self) -> None:
        """Parse what is left."""
        work = partial(process_batch, self.rules, self.folder)
        for done in self._map(work, self.unparsed):
            if isinstance(done, Poison):
                self._reject(done)
                self.advance(1, 0)
                continue
            batch, results = done
            places = iter(place for place, _ in batch)
            for result in results:
                own = [next(places) for _ in result.reading.digests]
                self.reading.put(own, result.reading)
                self.records.append(with_pack(result.records, len(self.packs)))
                if result.pack is not None:
                    # It was written a moment ago: only what older builds left is held in doubt.
                    self.packs.append(result.pack._replace(sha256=None))
            self.advance(len(batch), sum(sum(r.reading.sizes) for r in results))

    def corpus(self) -> ParsedCorpus:
        """What all sources came to."""
        corpus = assemble(
            self.sources,
            self.reading,
            [place for place in self.left_out if place not in self.reading.faults],
            pa.concat_tables(self.records),
            index_schema(self.rules.parse.schema, self.rules.keys),
            self._identify if self.folder is not None else None,
        )
        corpus.packs = self.packs
        return corpus

    def _identify(self, rows: Sequence[tuple[int, int, str]]) -> list[Identity]:
        work = partial(identify_batch, self.rules, dict(enumerate(self.packs)))
        batches = _batches(rows, self.workers)
        own: list[Identity] = []
        for done in map_batches(self.executor, work, batches, window=2 * self.workers):
            assert not isinstance(done, Poison), done
            own += done[1]
        return own

    def _map(
        self, work: Callable[[Sequence[Numbered]], R], places: Sequence[int]
    ) -> Iterator[tuple[Sequence[Numbered], R] | Poison[Numbered]]:
        numbered = [(place, self.sources[place]) for place in places]
        batches = _batches(numbered, self.workers)
        return map_batches(self.executor, work, batches, window=2 * self.workers)

    def _reject(self, poison: Poison[Numbered]) -> None:
        """A source that ends its process even when it is alone in it."""
        place, source = poison.item
        self.reading.faults[place] = _poison_fault(poison, self.rules)
        self.reading.digests[place] = _digest(source.location, self.rules.parse.max_bytes) or ""


def _batches(items: Sequence[T], workers: int) -> Iterator[Sequence[T]]:
    even = len(items) // (workers * _BATCHES_A_WORKER) + 1
    size = min(max(even, _SMALLEST_BATCH), _LARGEST_BATCH)
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _poison_fault(poison: Poison[Numbered], rules: BatchRules) -> Diagnostic:
    code = Code.TIME_LIMIT if poison.reason == "timed out" else Code.PROCESS_DIED
    matched = matched_field(rules.parse.schema, poison.phase)
    if matched is None:
        name, what = None, "parsing it"
        cure = "exclude the file, and please report it with the file"
    else:
        name, what = matched.name, f"matching the pattern of `{matched.name}`"
        cure = "simplify the pattern: a repeat in a repeat, as in `(a+)+`, can take for ever"
    message = f"{what} ended the worker process twice ({poison.detail})"
    return diagnose(code, message, field=name, help=cure)


def _digest(location: str, cap: int) -> str | None:
    """The SHA-256 of a regular file of at most `cap` bytes, never all of it in memory."""
    digest, size = hashlib.sha256(), 0
    try:
        descriptor = os.open(location, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
                size += len(block)
                if size > cap:
                    return None
    except OSError:
        return None
    return digest.hexdigest()
