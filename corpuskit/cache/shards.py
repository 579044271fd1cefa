"""What is known of the shards of a dataset's last versions: which rows they hold, their figures.

It is kept by the shard's SHA-256, so it is true of any file that has it; what is not known is read.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import fields
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from corpuskit.cache.records import FILES
from corpuskit.disk.checked_tables import read_table, write_table
from corpuskit.generator import code_digest
from corpuskit.shards import ShardFigures

_SCHEMA = pa.schema(
    [("sha256", pa.string()), ("rows_digest", pa.string()), ("figures", pa.string())]
)


class KnownShard(NamedTuple):
    """The digest of a shard's rows, and what is counted of them."""

    rows_digest: str
    figures: ShardFigures


class ShardCache:
    """The shards of one dataset, in one file; a file that is damaged or missing knows nothing."""

    def __init__(self, home: Path | None, dataset: Path) -> None:
        """Take the folder of the cache, None for no cache, and the dataset's."""
        name = hashlib.sha256(f"{os.path.realpath(dataset)} {code_digest()}".encode()).hexdigest()
        self._file = home / FILES / name if home is not None else None
        table = read_table(self._file) if self._file is not None else None
        if table is None or table.schema != _SCHEMA:
            table = _SCHEMA.empty_table()
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        self._known = {sha256: (digest, figures) for sha256, digest, figures in rows}
        self._asked: dict[str, tuple[str, str]] = {}

    def get(self, sha256: str) -> KnownShard | None:
        """What is known of a shard."""
        found = self._known.get(sha256)
        if found is None:
            return None
        self._asked[sha256] = found
        return KnownShard(found[0], _load(found[1]))

    def remember(self, shards: Iterable[tuple[str, KnownShard]]) -> None:
        """Keep what is known of the shards of a version, by their SHA-256.

        As many others are kept, first those that were asked for: a version may be taken back.
        """
        new = {sha256: (known.rows_digest, _dump(known.figures)) for sha256, known in shards}
        if self._file is None or not new:
            return
        before = {**self._asked, **self._known}
        others = ((sha256, known) for sha256, known in before.items() if sha256 not in new)
        kept = new | dict(islice(others, len(new)))
        columns = [list(kept), *map(list, zip(*kept.values(), strict=True))]
        with suppress(OSError):
            write_table(str(self._file), pa.table(columns, _SCHEMA))


def _dump(figures: ShardFigures) -> str:
    # `asdict` would have counters count their items.
    said = {field.name: getattr(figures, field.name) for field in fields(figures)}
    return json.dumps(said)


def _load(dumped: str) -> ShardFigures:
    said = json.loads(dumped)
    values = {name: Counter(counted) for name, counted in said.pop("values").items()}
    return ShardFigures(**{**said, "non_null": Counter(said["non_null"])}, values=values)
