"""Where shards end: where ids say so, so that rows that come or go move no cut but their own."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator

import pyarrow as pa

_ID_HASHES = 2**64
_AT_ONCE = 16_384


def shard_ends(rows: pa.Table, mean: int) -> list[int]:
    """Where each shard ends, counted in rows.

    A shard ends after a row whose id hash is small against the row's own size, which makes cuts
    `mean` bytes apart on average and moves none when other rows come or go. Hashes are not looked
    at before a quarter of that, and four times of it forces a cut.

    Args:
        rows: With the columns `id`, and `size` in bytes.
        mean: In bytes.
    """
    ends: list[int] = []
    filled = 0
    least, most = mean // 4, mean * 4
    for number, (row_id, size) in enumerate(_ids_and_sizes(rows), 1):
        filled += size
        if filled >= least and (filled >= most or _cuts(row_id, size, mean - least)):
            ends.append(number)
            filled = 0
    if rows.num_rows > sum(ends[-1:]):
        ends.append(rows.num_rows)
    return ends


def _ids_and_sizes(rows: pa.Table) -> Iterator[tuple[str, int]]:
    for batch in rows.select(["id", "size"]).to_batches(max_chunksize=_AT_ONCE):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _cuts(row_id: str, size: int, apart: int) -> bool:
    """Whether a row's id hash is among the share of all hashes that cut after `size` bytes."""
    hashed = hashlib.sha256(unicodedata.normalize("NFC", row_id).encode()).digest()
    return int.from_bytes(hashed[:8]) * apart < _ID_HASHES * size
