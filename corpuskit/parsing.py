"""The parse stage: sources → fragments and an index, in parallel, whatever happens to a worker."""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import pyarrow as pa

from corpuskit.batch import BatchResult, BatchRules
from corpuskit.codes import Code
from corpuskit.constraints import matched_field
from corpuskit.executors import Poison, Submits, map_batches
from corpuskit.identity import article_id
from corpuskit.index import index_schema
from corpuskit.model import Diagnostic, Exclusion, Rejection, Source, diagnose
from corpuskit.progress import Advance
from corpuskit.worker import process_batch

_BLOCK_BYTES = 1 << 20
_LARGEST_BATCH = 1000
_SMALLEST_BATCH = 32
_BATCHES_A_WORKER = 8
"""Enough to keep all workers busy until the end; the cost of one is some 10 ms of validation."""


@dataclass(slots=True)
class ParsedCorpus:
    """What all sources came to, in the order of their paths."""

    index: pa.Table
    leaves: list[tuple[str, str]] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    bytes: int = 0
    naive_dates: Counter[str] = field(default_factory=Counter)
    blobs: list[str] = field(default_factory=list)


def parse_sources(
    sources: Sequence[Source],
    rules: BatchRules,
    executor: Submits,
    workers: int,
    scratch: str | None,
    advance: Advance = lambda _sources, _bytes: None,
) -> ParsedCorpus:
    """Parse and validate every source; articles go to fragments in `scratch`, if there is one."""
    corpus = ParsedCorpus(index_schema(rules.parse.schema, rules.keys).empty_table())
    indexes = []
    batches = _batches(sources, workers)
    work = partial(process_batch, rules, scratch)
    for done in map_batches(executor, work, batches, window=2 * workers):
        if isinstance(done, Poison):
            _reject_poison(corpus, done, rules)
            advance(1, 0)
            continue
        batch, results = done
        for result in results:
            _collect(corpus, result)
            indexes.append(result.index)
        advance(len(batch), sum(result.bytes for result in results))
    if indexes:
        corpus.index = pa.Table.from_batches(indexes)
    return corpus


def _batches(sources: Sequence[Source], workers: int) -> Iterator[list[tuple[int, Source]]]:
    even = len(sources) // (workers * _BATCHES_A_WORKER) + 1
    size = min(max(even, _SMALLEST_BATCH), _LARGEST_BATCH)
    for start in range(0, len(sources), size):
        yield list(enumerate(sources[start : start + size], start))


def _collect(corpus: ParsedCorpus, result: BatchResult) -> None:
    corpus.leaves += result.leaves
    corpus.rejections += result.rejections
    corpus.exclusions += result.exclusions
    corpus.diagnostics += result.diagnostics
    corpus.blobs += result.blobs
    corpus.bytes += result.bytes
    corpus.naive_dates.update(result.naive_dates)


def _reject_poison(
    corpus: ParsedCorpus, poison: Poison[tuple[int, Source]], rules: BatchRules
) -> None:
    """A source that ends its process even when it is alone in it."""
    source = poison.item[1]
    path, sha256 = source.path, _digest(source.location, rules.parse.max_bytes)
    code = Code.TIME_LIMIT if poison.reason == "timed out" else Code.PROCESS_DIED
    matched = matched_field(rules.parse.schema, poison.phase)
    if matched is None:
        name, what = None, "parsing it"
        cure = "exclude the file, and please report it with the file"
    else:
        name, what = matched.name, f"matching the pattern of `{matched.name}`"
        cure = "simplify the pattern: a repeat in a repeat, as in `(a+)+`, can take for ever"
    message = f"{what} ended the worker process twice ({poison.detail})"
    diagnostic = diagnose(code, message, field=name, help=cure)
    corpus.leaves.append((path, sha256 or ""))
    corpus.rejections.append(Rejection(path, sha256, article_id(path), (code,)))
    corpus.diagnostics.append(diagnostic.at(path, sha256))


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
