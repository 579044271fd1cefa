"""Verdicts on rows that were parsed before the constraints in force, asked of packs alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.constraints.verdicts import Verdicts
from corpuskit.executors import Poison, Submits, map_batches
from corpuskit.model import Source
from corpuskit.named import Named
from corpuskit.packs import Pack, PackFolder
from corpuskit.packs.records import ROW
from corpuskit.parse_rules import BatchRules
from corpuskit.sources.table import Sources

_judge_batch = Named("corpuskit.workers.tasks", "judge_batch")


class Docket(NamedTuple):
    """A pack whose rows are to be judged, and the sources of those that are asked for."""

    pack: Pack
    sources: Mapping[int, Source]


def judge_packs(
    records: pa.Table,
    sources: Sources,
    packs: Mapping[int, Pack],
    rules: BatchRules,
    folder: PackFolder,
    executor: Submits,
    workers: int,
) -> dict[int, Verdicts]:
    """The verdicts on the rows of `packs` that `records` name, by the pack's place.

    A pack is left out if a row of it ends the worker: its sources have to be parsed again, one by
    one, to tell which.
    """
    verdicts: dict[int, Verdicts] = {}
    dockets = _dockets(records, sources, packs)
    numbers = {docket.pack: number for number, docket in dockets.items()}
    batches = ([docket] for docket in dockets.values())
    work = partial(_judge_batch, rules, folder)
    for done in map_batches(executor, work, batches, window=2 * workers):
        if isinstance(done, Poison):
            continue
        (docket,), (found,) = done
        verdicts[numbers[docket.pack]] = found
    return verdicts


def _dockets(records: pa.Table, sources: Sources, packs: Mapping[int, Pack]) -> dict[int, Docket]:
    rows = records.filter(pc.equal(records["outcome"], ROW))
    rows = rows.filter(pc.is_in(rows["pack"], value_set=pa.array(packs, pa.int32())))
    asked: dict[int, dict[int, int]] = {number: {} for number in packs}
    columns = (rows[name].to_pylist() for name in ("pack", "row", "place"))
    for number, row, place in zip(*columns, strict=True):
        asked[number].setdefault(row, place)
    return {
        number: Docket(packs[number], {row: sources[place] for row, place in places.items()})
        for number, places in asked.items()
        if places
    }
