"""How many bytes of a release are new to who has the version before, in chunks cut by content.

Stores such as Xet, restic or casync keep a chunk once. A gear hash over the last 64 bytes decides
where one ends, so bytes that come or go move no cut but those near them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LEAST = 8 << 10
MEAN = 64 << 10
MOST = 128 << 10

_WINDOW = 64
_BITS = (1 << _WINDOW) - 1
_GEAR = tuple(int.from_bytes(hashlib.sha256(bytes([n])).digest()[:8], "big") for n in range(256))


@dataclass(frozen=True, slots=True)
class Difference:
    """Bytes of a version: all, those in files that the old one lacks, those in new chunks."""

    total: int
    in_new_files: int
    in_new_chunks: int


def chunks(data: bytes, least: int = LEAST, mean: int = MEAN, most: int = MOST) -> Iterator[bytes]:
    """Cut `data` where its content says so; all pieces but the last have `least` to `most` bytes.

    Args:
        data: What is cut; the pieces make it up again.
        least: At least the 64 bytes that the hash looks at.
        mean: A power of two; what a piece has beyond `least`, on average and without `most`.
        most: Where a piece ends at the latest.
    """
    start = 0
    while start < len(data):
        end = _end(data, start + least, min(start + most, len(data)), _mask(mean))
        yield data[start:end]
        start = end


def difference(old: Path, new: Path) -> Difference:
    """Hold all files of two versions against each other; what they share whole is not cut."""
    before, after = _files(old), _files(new)
    known = {_digest(chunk) for key in before.keys() - after.keys() for chunk in _cut(before[key])}
    unknown: dict[bytes, int] = {}
    for key in after.keys() - before.keys():
        unknown |= {_digest(c): len(c) for c in _cut(after[key]) if _digest(c) not in known}
    return Difference(
        total=sum(path.stat().st_size for path in after.values()),
        in_new_files=sum(after[key].stat().st_size for key in after.keys() - before.keys()),
        in_new_chunks=sum(unknown.values()),
    )


def _mask(mean: int) -> int:
    """The highest bits, which all of the last 64 bytes have a say in."""
    return (mean - 1) << (_WINDOW - (mean.bit_length() - 1))


def _end(data: bytes, earliest: int, latest: int, mask: int) -> int:
    if earliest >= latest:
        return latest
    seen = 0
    for byte in data[earliest - _WINDOW : earliest]:
        seen = ((seen << 1) + _GEAR[byte]) & _BITS
    for end, byte in enumerate(data[earliest:latest], earliest):
        if not seen & mask:
            return end
        seen = ((seen << 1) + _GEAR[byte]) & _BITS
    return latest


def _cut(path: Path) -> Iterator[bytes]:
    return chunks(path.read_bytes())


def _files(root: Path) -> dict[bytes, Path]:
    return {_digest(p.read_bytes()): p for p in sorted(root.rglob("*")) if p.is_file()}


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
