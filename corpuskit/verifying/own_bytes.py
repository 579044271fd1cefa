"""A shard's bytes against its rows: what it says of them before they are read, and all else.

Whoever filters by a column believes the smallest and largest value that a shard claims to have of
it, and what lies between its pages nobody reads. So the rows are written once more: a shard has the
bytes that they give, as far as the same libraries write them, and makes the same claims.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from corpuskit.generator import generator
from corpuskit.manifest import Manifest
from corpuskit.shards import claims, encoded
from corpuskit.verifying.maker import is_ours

_LARGEST = 2**30
"""Bytes of a shard's rows; the largest that are asked for have a quarter of it, and an article."""


def written_alike(manifest: Manifest) -> bool:
    """Whether the shards of a release have to be the bytes that would be written here."""
    return is_ours(manifest) and manifest.generator.get("pyarrow") == generator()["pyarrow"]


@dataclass(slots=True)
class OwnBytes:
    """The rows of one shard, as they are read; too many of them are not held."""

    schema: pa.Schema
    batches: list[pa.RecordBatch] = field(default_factory=list)
    size: int = 0

    def hold(self, batch: pa.RecordBatch) -> None:
        """Take some more of them."""
        self.size += batch.nbytes
        if self.size <= _LARGEST:
            self.batches.append(batch)
        else:
            self.batches.clear()

    def faults(self, shard: Path, *, alike: bool) -> Iterator[str]:
        """In what a shard is not as its rows give it; `alike` asks for its very bytes.

        Raises:
            OSError, pa.ArrowException: it cannot be read.
        """
        if self.size > _LARGEST:
            yield f"expected rows of {_LARGEST} bytes at the most, found more"
            return
        rows = pa.Table.from_batches(self.batches) if self.batches else self.schema.empty_table()
        expected = encoded(rows.cast(self.schema))
        stated, right = claims(shard), claims(expected)
        if alike or stated["row groups"] == right["row groups"]:
            for what in sorted(stated.keys() | right.keys()):
                if stated.get(what) != right.get(what):
                    yield f"{what}: expected what the rows give, found something else"
                    return
        if alike and shard.read_bytes() != expected:
            yield "expected the bytes that the rows give, found others"
