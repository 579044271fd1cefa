"""What differs between the rows of two versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.cache.shards import ShardCache
from corpuskit.dataset_folder import Published
from corpuskit.errors import ReleaseError
from corpuskit.manifest import Changes
from corpuskit.plan import KEPT, Plan
from corpuskit.shards import read_columns
from corpuskit.versions import SchemaVerdict

_IDENTITY = pa.schema([("id", pa.string()), ("row_sha256", pa.string())])


def changes_since(
    last: Published,
    verdict: SchemaVerdict,
    *,
    plan: Plan,
    digests: Sequence[str],
    cache: ShardCache,
) -> Changes:
    """Compare the rows of a plan with those of a version; shards of the same rows are not read.

    `digests` are those of the rows of the plan's shards.

    Raises:
        ReleaseError: a shard of the version cannot be read.
    """
    new = dict(zip(digests, plan.shards(), strict=True))
    known = {entry.path: cache.get(entry.sha256) for entry in last.manifest.shards}
    old = {path: shard.rows_digest for path, shard in known.items() if shard is not None}
    same = sum(new[digest].num_rows for digest in old.values() if digest in new)
    read = [last.folder / path for path in known if old.get(path) not in new]
    there = frozenset(old.values())
    left = [rows for digest, rows in new.items() if digest not in there]
    try:
        before = read_columns(read, _IDENTITY)
    except (OSError, pa.ArrowException) as error:
        raise ReleaseError(
            f"{last.folder} cannot be read: {error}; for what is wrong: corpuskit verify"
        ) from error
    changes = count_changes(before, pa.concat_tables([KEPT.empty_table(), *left]), verdict)
    return replace(changes, unchanged=changes.unchanged + same)


def count_changes(old: pa.Table, new: pa.Table, verdict: SchemaVerdict) -> Changes:
    """Compare rows by the columns `id`, each of which is there once, and `row_sha256`."""
    found = pc.index_in(new["id"], value_set=old["id"])
    common = len(found) - found.null_count
    same = pc.equal(old["row_sha256"].take(found), new["row_sha256"])
    unchanged = pc.sum(same).as_py() or 0
    return Changes(
        added=new.num_rows - common,
        removed=old.num_rows - common,
        changed=common - unchanged,
        unchanged=unchanged,
        schema=verdict,
    )
