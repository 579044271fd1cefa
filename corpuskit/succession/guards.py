"""What a new version must not do to the one before unasked: the guards of a nightly build.

A mount that is half empty, a root that moved or a template that broke all make a corpus that could
be published, and that nobody meant.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.config import ReleaseRules
from corpuskit.dataset_folder import Published
from corpuskit.errors import ReleaseError
from corpuskit.leaves import Leaves
from corpuskit.manifest import Changes
from corpuskit.model import Rejection
from corpuskit.parts.parting import Shard
from corpuskit.refusal import Refusal, Way
from corpuskit.shards import read_columns

_FEW_REMOVED = 10
"""Rows that may always go: in a small corpus every article is a large share."""

_FEW_MOVED = 5

MAX_PARTS = 1000
"""Folders of shards: each is a configuration in the card, or a split of one."""

_SOURCES = pa.schema([("id", pa.string()), ("source_sha256", pa.string())])


def too_many_parts(shards: Sequence[Shard]) -> Refusal | None:
    """Why a release must not have these shards: there are more parts than anybody could choose."""
    parts = len({shard.path.rpartition("/")[0] for shard in shards})
    if parts <= MAX_PARTS:
        return None
    return Refusal(
        f"[release] subsets, with the splits of each, make {parts:,} folders of shards, and "
        f"{MAX_PARTS:,} are the most: choose what has fewer values"
    )


def guard(
    rules: ReleaseRules,
    last: Published,
    changes: Changes,
    kept: pa.Table,
    leaves: Leaves,
    rejections: Sequence[Rejection],
    withdrawn: Collection[str] = (),
    *,
    rebase: bool,
) -> Refusal | None:
    """Why the version that makes these changes to `last` must not follow it, if it must not.

    Args:
        rules: What is too much.
        last: The last version.
        changes: What is new since then.
        kept: `id` and `place` of the new version's rows.
        leaves: All sources.
        rejections: Those of them that were rejected.
        withdrawn: The ids of rows that are meant to go.
        rebase: Whether rows are to be told by other ids from now on.

    Raises:
        ReleaseError: the last version cannot be read.
    """
    rows = last.manifest.counts.rows
    moved = _moved(last, kept, leaves) if rebase or changes.removed * 2 > rows else 0
    if not rebase and moved * 2 > rows:
        return _root_moved(moved, rows)
    removed = changes.removed - moved if rebase else changes.removed
    if withdrawn and removed > _FEW_REMOVED:
        removed -= _rows_with(last, withdrawn)
    refused = too_many_removed(rules, last.manifest.version, rows, removed)
    if refused is not None:
        return refused
    if rules.max_new_rejects is not None:
        return _new_rejects(rules.max_new_rejects, last, rejections)
    return None


def _rows_with(last: Published, ids: Collection[str]) -> int:
    """How many rows of the last version have one of these ids."""
    wanted = pa.array(list(ids), pa.string())
    return pc.sum(pc.is_in(_rows_of(last)["id"], value_set=wanted)).as_py() or 0


def _rows_of(last: Published) -> pa.Table:
    shards = [last.folder / entry.path for entry in last.manifest.shards]
    try:
        return read_columns(shards, _SOURCES)
    except (OSError, pa.ArrowException) as error:
        raise ReleaseError(f"{last.folder} cannot be read: {error}") from error


def _moved(last: Published, kept: pa.Table, leaves: Leaves) -> int:
    """How many rows of the last version have the very source of a row under another id."""
    before = _rows_of(last)
    gone = before.filter(pc.invert(pc.is_in(before["id"], value_set=kept["id"])))
    come = kept.filter(pc.invert(pc.is_in(kept["id"], value_set=before["id"])))
    sources = pa.array(leaves.digests_at(come["place"].combine_chunks()), pa.string())
    moved = pc.sum(pc.is_in(gone["source_sha256"], value_set=sources)).as_py() or 0
    return moved if moved >= _FEW_MOVED else 0


def _root_moved(moved: int, rows: int) -> Refusal:
    return Refusal(
        f"{moved} of {rows} rows would get another id though their files are the same: was the "
        "root moved? An id is made of the path below it (the folder of corpuskit.toml, or SRC)",
        way=Way("--rebase", None, "the ids are to change"),
    )


def too_many_removed(rules: ReleaseRules, version: str, rows: int, removed: int) -> Refusal | None:
    """Why so many of the last version's rows must not go at once, if they must not."""
    if removed <= _FEW_REMOVED or removed / rows <= rules.max_removed:
        return None
    return Refusal(
        f"{removed} of {rows} rows ({removed / rows:.0%}) of version {version} would be gone; "
        f"at most {rules.max_removed:.0%} may",
        way=Way("--max-removed", f"{math.ceil(100 * removed / rows)}%", "they are to go"),
    )


def _new_rejects(most: int, last: Published, rejections: Sequence[Rejection]) -> Refusal | None:
    before = _rejected_before(last)
    new = [rejection for rejection in rejections if rejection.path not in before]
    if len(new) <= most:
        return None
    return Refusal(
        f"{len(new)} sources are rejected that were not in version {last.version}, such as "
        f"{new[0].path} ({', '.join(new[0].codes)}); at most {most} may be",
        way=Way("--max-new-rejects", str(len(new)), "publish the rest all the same"),
    )


def _rejected_before(last: Published) -> set[str]:
    try:
        with (last.folder / "audit/rejected.jsonl").open(encoding="utf-8", newline="\n") as file:
            return {json.loads(line)["path"] for line in file}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ReleaseError(f"{last.folder}/audit/rejected.jsonl cannot be read: {error}") from error
