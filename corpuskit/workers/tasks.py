"""What runs in a worker: some sources, from bytes on disk to a pack of rows and their records.

What comes back is small: how each source read, and a record of what became of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from corpuskit.article_rows import Identity
from corpuskit.batch import Batch, BatchResult, judge_pack, row_maker
from corpuskit.cache.records import write_result, write_verdicts
from corpuskit.constraints.verdicts import Verdicts
from corpuskit.executors import mark, renumbered
from corpuskit.packs import Pack, PackFolder, row_count, take_rows
from corpuskit.parse_rules import BatchRules
from corpuskit.rows import to_cells
from corpuskit.sources.reading import Numbered, read_ahead

if TYPE_CHECKING:
    from corpuskit.constraints.judging import Docket

MAX_PACK_BYTES = 32 * 1024 * 1024
"""Source bytes after which a pack is closed: what bounds a worker's memory."""


def process_batch(
    rules: BatchRules, folder: PackFolder | None, batch: Sequence[Numbered]
) -> list[BatchResult]:
    """Read, parse and validate sources; write the articles as packs to `folder`.

    A pack is closed early when its sources get large. Without a folder nothing is written.
    """
    batch = list(batch)
    results: list[BatchResult] = []
    open_batch: Batch | None = None
    for start, group in read_ahead(batch, rules.parse.max_bytes):
        if open_batch is None:
            open_batch = Batch(rules)
        open_batch.take(group, mark, start)
        if sum(open_batch.reading.sizes) >= MAX_PACK_BYTES:
            results.append(_finish(open_batch, folder, batch))
            open_batch = None
    if open_batch is not None:
        results.append(_finish(open_batch, folder, batch))
    return results


def identify_batch(
    rules: BatchRules, packs: Mapping[int, Pack], rows: Sequence[tuple[int, int, str]]
) -> list[Identity]:
    """Identify rows whose sources lie elsewhere by now: (place of the pack, row, path)."""
    maker = row_maker(rules)
    columns = to_cells(take_rows(packs, [(pack, row) for pack, row, _ in rows]))
    return [
        maker.identity(dict(zip(columns, cells, strict=True)), path)
        for cells, (_, _, path) in zip(zip(*columns.values(), strict=True), rows, strict=True)
    ]


def judge_batch(rules: BatchRules, folder: PackFolder, batch: Sequence[Docket]) -> list[Verdicts]:
    """Ask the constraints of the rows of packs that were made before these were in force.

    What they say of all rows is kept, unless one of those that break a constraint has no source in
    which its place could be found.
    """
    found = []
    for place, docket in enumerate(batch):
        mark(place)
        with renumbered([place] * (row_count(docket.pack) + 1)):
            verdicts, whole = judge_pack(rules, docket.pack, docket.sources)
        if whole:
            write_verdicts(folder, Path(docket.pack.path).stem, verdicts)
        found.append(verdicts)
    return found


def _finish(open_batch: Batch, folder: PackFolder | None, batch: Sequence[Numbered]) -> BatchResult:
    """Finish a batch; a row that constraints are slow to check is marked as its source's step.

    Its records get a column `place`: that of the source in the corpus.
    """
    steps = [*(kept.number for kept in open_batch.kept), len(batch)]
    mark(len(batch))
    with renumbered(steps):
        result = open_batch.finish(folder)
    if folder is not None and folder.kept:
        write_result(folder, result)
    column = pa.array([batch[number][0] for number in open_batch.numbers()], pa.int32())
    return replace(result, records=result.records.append_column("place", column))
