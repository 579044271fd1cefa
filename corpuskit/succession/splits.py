"""Where the rows of the last version are: rows do not change sides from one version to the next."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

import pyarrow as pa

from corpuskit.config.parts import SplitRules, read_parts
from corpuskit.dataset_folder import Published
from corpuskit.errors import ReleaseError
from corpuskit.parts.folders import part_of
from corpuskit.shards import read_columns

_ID = pa.schema([("id", pa.string())])


def splits_before(rules: SplitRules, last: Published | None) -> pa.Table | None:
    """The columns `id` and `split` of the last version; None if it was split by other rules.

    Nothing is read where a row's split follows from its id.

    Raises:
        ReleaseError: a shard of it cannot be read.
    """
    if last is None or not rules or rules.follows_from_id:
        return None
    said = read_parts(last.manifest.config.get("parts"))
    return _read(last) if said is not None and said.splits == rules else None


def _read(last: Published) -> pa.Table:
    tables = [_ID.append(pa.field("split", pa.string())).empty_table()]
    placed = ((part_of(entry.path, last.manifest), entry.path) for entry in last.manifest.shards)
    split_of = ((found[0].split, path) for found, path in placed if found is not None)
    for split, shards in groupby(split_of, itemgetter(0)):
        try:
            ids = read_columns([last.folder / path for _, path in shards], _ID)
        except (OSError, pa.ArrowException) as error:
            raise ReleaseError(
                f"{last.folder} cannot be read: {error}; for what is wrong: corpuskit verify"
            ) from error
        names = pa.repeat(pa.scalar(split, pa.string()), ids.num_rows)
        tables.append(ids.append_column("split", names))
    return pa.concat_tables(tables).combine_chunks()
