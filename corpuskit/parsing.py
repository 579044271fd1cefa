"""The parse stage: sources → packs and records, in parallel, whatever happens to a worker.

What the cache knows is neither read nor parsed again.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.cache.identities import identified
from corpuskit.codes import Code
from corpuskit.columns import give_back
from corpuskit.constraints import matched_field
from corpuskit.constraints.judging import judge_packs
from corpuskit.constraints.verdicts import judged
from corpuskit.corpus import CorpusGathering, ParsedCorpus
from corpuskit.errors import UnfinishedError
from corpuskit.executors import Poison, Submits, map_batches
from corpuskit.index import index_schema
from corpuskit.leaves import Leaves
from corpuskit.model import Diagnostic, diagnose
from corpuskit.named import Named
from corpuskit.packs import Pack, PackFolder
from corpuskit.packs.recalled import Keyed, by_digest, recalled
from corpuskit.packs.records import ROW, with_pack
from corpuskit.parse_rules import BatchRules, is_left_out
from corpuskit.progress import Advance
from corpuskit.sources.read import look_and_read
from corpuskit.sources.reading import Numbered, Reading, read_batch
from corpuskit.sources.readings import Readings
from corpuskit.sources.table import SourceBatch, Sources

if TYPE_CHECKING:
    from corpuskit.article_rows import Identity
    from corpuskit.batch import BatchResult

    # Linting needs no cache, and begins sooner without it.
    from corpuskit.cache.build import BuildCache
    from corpuskit.cache.records import Known

# Named, for the parent parses nothing: it need not import what does.
_process_batch = Named("corpuskit.workers.tasks", "process_batch")
_keyed_by_rules = Named("corpuskit.path_parser", "keyed_by_rules")
_identify_batch = Named("corpuskit.workers.tasks", "identify_batch")

T = TypeVar("T")
R = TypeVar("R")

_Done: TypeAlias = tuple[Sequence[int], R] | Poison[Numbered]

_LARGEST_BATCH = 1000
_SMALLEST_BATCH = 32
_READ_HERE = 4096
_BATCHES_A_WORKER = 4
"""Enough to keep all workers busy until the end; the cost of one is some 10 ms of validation."""


def parse_sources(
    sources: Sources,
    rules: BatchRules,
    executor: Submits,
    workers: int,
    folder: PackFolder | None,
    advance: Advance = lambda _sources, _bytes: None,
    cache: BuildCache | None = None,
    read: Callable[[Leaves], None] = lambda _leaves: None,
) -> ParsedCorpus:
    """Parse and validate every source; articles go to packs in `folder`, if there is one.

    `read` hears the leaves of all sources once these have been read, and again if they are read
    once more to be parsed.
    """
    stage = _ParseStage(sources, rules, executor, workers, folder, advance)
    if cache is None:
        stage.begin(range(len(sources)))
    else:
        stage.recall(cache, read)
    stage.parse()
    corpus = stage.corpus()
    read(corpus.leaves)
    if cache is not None:
        cache.remember(sources, stage.readings)
    return corpus


class _ParseStage:
    """What is known of the sources so far, and the means to learn the rest."""

    def __init__(
        self,
        sources: Sources,
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
        self.readings = Readings(len(sources))
        self.gathering = CorpusGathering(
            index_schema(rules.parse.schema, rules.keys, signed=rules.signed)
        )
        self.packs: list[Pack] = []
        self._begun: list[Iterator[_Done[list[BatchResult]]]] = []
        in_drafts = pc.indices_nonzero(pc.match_substring(sources.paths, "_drafts/")).to_pylist()
        # What rules by path make of bytes depends on which of them hold where these lie.
        by_path = rules.parse.text.by_path
        self._keyed: Keyed = partial(_keyed_by_rules, by_path) if by_path else by_digest
        self.left_out = [
            place
            for place in in_drafts
            if is_left_out(sources[place].path, rules.parse) and place not in sources.faults
        ]

    @property
    def leaves(self) -> Leaves:
        """The sources as they were when they were read last."""
        return Leaves(self.sources.paths, self.readings.sha256)

    def recall(self, cache: BuildCache, read: Callable[[Leaves], None]) -> None:
        """Take from the cache what it knows, and begin to parse the rest.

        What it might know is read, without parsing; `read` hears the leaves after that.
        """
        known, self.packs = cache.known, list(cache.known.packs)
        unread = cache.recall(self.sources, self.readings)
        if not known.records.num_rows:
            self.begin(range(len(self.sources)))
            return
        for done in self._read(unread):
            if not isinstance(done, Poison):
                self.readings.put(*done)
        places, is_known = self._known(known)
        unknown = places.filter(pc.invert(is_known)).to_pylist()
        # They are parsed while what is known is put in its place.
        self.begin(unknown)
        read(self.leaves)
        assert self.folder is not None, "a cache has a folder"
        made = known.let_go_of_records()
        if known.unidentified:
            made = identified(made, known.packs, known.unidentified, self.folder, self._identify)
        columns = dict(zip(made.schema.names, made.columns, strict=True))
        del made
        places_known = places.filter(is_known)
        give_back()
        records = recalled(columns, self.leaves, places_known, self._identify, self._keyed)
        give_back()
        unjudged = self._judged(known, records)
        self.begin(unjudged)
        self.advance(len(self.sources) - len(unknown) - len(unjudged), 0)

    def _judged(self, known: Known, records: pa.Table) -> list[int]:
        """Gather recalled records with their verdicts; the places of those that have none."""
        assert self.folder is not None, "a cache has a folder"
        asked = {n: pack for n, pack in enumerate(known.packs) if n not in known.verdicts}
        if not asked:
            self.gathering.add(judged(records, known.verdicts))
            return []
        self.parse()  # nothing else is to be under way when it is asked what ends a worker
        found = judge_packs(
            records, self.sources, asked, self.rules, self.folder, self.executor, self.workers
        )
        verdicts = {**known.verdicts, **found}
        lost = pa.array(sorted(asked.keys() - found.keys()), pa.int32())
        is_row = pc.equal(records["outcome"], ROW)
        unjudged = pc.and_(is_row, pc.is_in(records["pack"], value_set=lost))
        self.gathering.add(judged(records.filter(pc.invert(unjudged)), verdicts))
        places: list[int] = records["place"].filter(unjudged).to_pylist()
        return places

    def _read(self, places: Sequence[int]) -> Iterator[_Done[Reading]]:
        """Have sources read: here if they are few, for a worker takes 0.3 s to begin."""
        work = partial(read_batch, self.rules)
        if len(places) > _READ_HERE:
            yield from self._map(work, places)
        elif places:
            yield places, work(SourceBatch(self.sources, places))

    def _known(self, known: Known) -> tuple[pa.Array, pa.Array]:
        """The places of sources that ask for a record, and which of them have one."""
        sha256 = self.readings.sha256
        # A digest may be known from a build with a higher cap: then reading says what is wrong.
        small = pc.less_equal(self.readings.sizes, self.rules.parse.max_bytes)
        left_out = pa.array(self.left_out, pa.int32())
        left_out = left_out.filter(pc.and_(pc.is_valid(sha256), small).take(left_out))
        settled = {*self.readings.faults, *left_out.to_pylist()}
        places = pa.array(memoryview(array("i", range(len(sha256)))), pa.int32())
        if settled:
            none = pa.array(sorted(settled), pa.int32())
            places = places.filter(pc.invert(pc.is_in(places, value_set=none)))
        asked = self._keyed(sha256.take(places), self.sources.paths.take(places))
        made_of = self._keyed(known.records["source_sha256"], known.records["path"])
        return places, pc.is_in(asked, value_set=made_of)

    def begin(self, places: Sequence[int]) -> None:
        """Begin to parse the sources at some places."""
        work = partial(_process_batch, self.rules, self.folder)
        self._begun.append(self._map(work, places))

    def parse(self) -> None:
        """Wait for what was begun with, and gather what it came to."""
        while self._begun:
            for done in self._begun.pop(0):
                if isinstance(done, Poison):
                    self._reject(done)
                    self.advance(1, 0)
                else:
                    self._gather(*done)

    def _gather(self, places: Sequence[int], results: Sequence[BatchResult]) -> None:
        """Note what the sources at some places came to."""
        start = 0
        for result in results:
            end = start + len(result.reading.digests)
            self.readings.put(places[start:end], result.reading)
            start, number = end, len(self.packs)
            records = with_pack(result.records, number)
            self.gathering.add(judged(records, {number: result.verdicts}))
            if result.pack is not None:
                # It was written a moment ago: only what older builds left is held in doubt.
                self.packs.append(result.pack._replace(checksum=None))
        self.advance(len(places), sum(sum(r.reading.sizes) for r in results))

    def corpus(self) -> ParsedCorpus:
        """What all sources came to."""
        leaves = self.leaves
        for place, fault in self.readings.faults.items():
            self.gathering.reject(place, leaves.path(place), leaves.digest(place), fault)
        for place in self.left_out:
            if place not in self.readings.faults:
                self.gathering.exclude(leaves.path(place), leaves.digest(place), "drafts-folder")
        corpus = self.gathering.corpus(leaves, self.packs)
        corpus.bytes, corpus.blobs = self.readings.bytes, self.readings.blobs
        if self.sources.looks is None:
            corpus.looks = self.readings.looks
        return corpus

    def _identify(self, rows: Sequence[tuple[int, int, str]]) -> list[Identity]:
        work = partial(_identify_batch, self.rules, dict(enumerate(self.packs)))
        batches = _batches(rows, self.workers)
        own: list[Identity] = []
        self.parse()  # nothing else is to be under way when it is asked what ends a worker
        for done in map_batches(self.executor, work, batches, window=2 * self.workers):
            if isinstance(done, Poison):
                raise UnfinishedError(f"{done.item[2]} cannot be identified: {done.detail}")
            own += done[1]
        return own

    def _map(
        self, work: Callable[[Sequence[Numbered]], R], places: Sequence[int]
    ) -> Iterator[_Done[R]]:
        """What becomes of the sources at some places, in parts with their places; begun at once."""
        batches = (SourceBatch(self.sources, part) for part in _batches(places, self.workers))
        window = _BATCHES_A_WORKER * self.workers
        return map(_placed, map_batches(self.executor, work, batches, window=window))

    def _reject(self, poison: Poison[Numbered]) -> None:
        """A source that ends its process even when it is alone in it."""
        place, source = poison.item
        reading = Reading()
        look, data = look_and_read(source.location, self.rules.parse.max_bytes)
        reading.add(look, data, blob_ids=self.rules.blob_ids)
        self.readings.put([place], reading)
        self.readings.faults[place] = _poison_fault(poison, self.rules)


def _placed(done: tuple[Sequence[Numbered], R] | Poison[Numbered]) -> _Done[R]:
    """What became of a batch, with the places of its sources instead of these."""
    if isinstance(done, Poison):
        return done
    batch, result = done
    assert isinstance(batch, SourceBatch), "no other batches are made"
    return batch.places, result


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
