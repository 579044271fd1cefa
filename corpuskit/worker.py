"""What runs in a worker: some sources, from bytes on disk to fragments and their index.

What comes back is small: an index row an article, and what was rejected, excluded or found odd.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpuskit.batch import Batch, BatchResult, BatchRules
from corpuskit.executors import mark, renumbered
from corpuskit.model import Diagnostic, Source
from corpuskit.read import read_source

_READ_AHEAD = 64
_READ_AHEAD_BYTES = 4 * 1024 * 1024
MAX_FRAGMENT_BYTES = 32 * 1024 * 1024
"""Source bytes after which a fragment is closed: what bounds a worker's memory."""


def process_batch(
    rules: BatchRules, scratch: str | None, batch: Sequence[tuple[int, Source]]
) -> list[BatchResult]:
    """Read, parse and validate numbered sources; write the articles as fragments to `scratch`.

    A fragment is named after its first source's number, and closed early when its sources get
    large. Without `scratch` nothing is written.
    """
    results: list[BatchResult] = []
    open_batch: Batch | None = None
    for start, group in _read_ahead(batch, rules.parse.max_bytes):
        if open_batch is None:
            open_batch = Batch(rules, fragment=batch[start][0])
        open_batch.take(group, lambda place, start=start: mark(start + place))  # type: ignore[misc]
        if open_batch.result.bytes >= MAX_FRAGMENT_BYTES:
            results.append(_finish(open_batch, scratch, batch))
            open_batch = None
    if open_batch is not None:
        results.append(_finish(open_batch, scratch, batch))
    return results


def _finish(
    open_batch: Batch, scratch: str | None, batch: Sequence[tuple[int, Source]]
) -> BatchResult:
    """Finish a batch; a row that constraints are slow to check is marked as its source's place."""
    places = {source.path: place for place, (_, source) in enumerate(batch)}
    steps = [*(places[kept.path] for kept in open_batch.kept), len(batch)]
    mark(len(batch))
    with renumbered(steps):
        return open_batch.finish(scratch)


def _read_ahead(
    batch: Sequence[tuple[int, Source]], cap: int
) -> Iterator[tuple[int, list[tuple[Source, bytes | Diagnostic]]]]:
    """Groups of sources with their bytes, or why there are none; each with its first's place.

    Alternating system calls with parsing costs 85 µs an article, a third of its parsing, which
    groups of 16 and more do not.
    """
    group: list[tuple[Source, bytes | Diagnostic]] = []
    start = size = 0
    for place, (_, source) in enumerate(batch):
        mark(place)
        data = source.fault or read_source(source.location, cap)
        group.append((source, data))
        size += len(data) if isinstance(data, bytes) else 0
        if len(group) == _READ_AHEAD or size >= _READ_AHEAD_BYTES:
            yield start, group
            group, start, size = [], place + 1, 0
    if group:
        yield start, group
