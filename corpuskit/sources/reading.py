"""Sources read, in groups: their bytes, and what is known of them without parsing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from corpuskit.executors import mark
from corpuskit.git import blob_id
from corpuskit.model import UNSEEN, Diagnostic, Look, Source
from corpuskit.parse_rules import BatchRules
from corpuskit.sources.read import look_and_read

_READ_AHEAD = 64
_READ_AHEAD_BYTES = 4 * 1024 * 1024

Numbered: TypeAlias = tuple[int, Source]
"""A source and its place in the corpus."""


@dataclass(slots=True)
class Reading:
    """What is known of sources without parsing them, in their order.

    A digest is empty where there are no bytes; why, is in `faults`, by the source's place. `blobs`
    are the ids that git would give them, empty unless they were asked for. `looks` are what the
    files looked like before they were read.
    """

    digests: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    blobs: list[str] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    faults: dict[int, Diagnostic] = field(default_factory=dict)

    def add(self, look: Look, data: bytes | Diagnostic, *, blob_ids: bool) -> None:
        """Note the next source."""
        if isinstance(data, Diagnostic):
            self.faults[len(self.digests)] = data
            data, sha256 = b"", ""
        else:
            sha256 = hashlib.sha256(data).hexdigest()
        self.looks.append(look)
        self.digests.append(sha256)
        self.sizes.append(len(data))
        self.blobs.append(blob_id(data) if blob_ids and sha256 else "")


class Read(NamedTuple):
    """A source, what it looked like, and its bytes or why there are none."""

    source: Source
    look: Look
    data: bytes | Diagnostic


def read_batch(rules: BatchRules, batch: Sequence[Numbered]) -> Reading:
    """Read sources for their digests alone."""
    reading = Reading()
    for _, group in read_ahead(batch, rules.parse.max_bytes):
        for _, look, data in group:
            reading.add(look, data, blob_ids=rules.blob_ids)
    return reading


def read_ahead(batch: Sequence[Numbered], cap: int) -> Iterator[tuple[int, list[Read]]]:
    """Groups of sources with their bytes, or why there are none; each with its first's place.

    Alternating system calls with parsing costs 85 µs an article, a third of its parsing, which
    groups of 16 and more do not.
    """
    group: list[Read] = []
    start = size = 0
    for place, (_, source) in enumerate(batch):
        mark(place)
        look, data = (
            look_and_read(source.location, cap) if source.fault is None else (UNSEEN, source.fault)
        )
        group.append(Read(source, look, data))
        size += len(data) if isinstance(data, bytes) else 0
        if len(group) == _READ_AHEAD or size >= _READ_AHEAD_BYTES:
            yield start, group
            group, start, size = [], place + 1, 0
    if group:
        yield start, group
