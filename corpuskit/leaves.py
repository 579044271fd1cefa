"""Which sources a release is made from: the path and the digest of each, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

SHA256: Final = pa.binary(32)
BLOB: Final = pa.binary(20)
"""The id that git gives to a file's bytes."""

_AT_ONCE = 16_384


@dataclass(frozen=True, slots=True)
class Leaves:
    """Path and SHA-256 of sources by their place, from 0.

    Attributes:
        paths: n paths; those of a build are in the order of their bytes.
        sha256: n digests of 32 bytes, null for a source that could not be read.
    """

    paths: pa.StringArray
    sha256: pa.FixedSizeBinaryArray

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Leaves:
        """Some (path, hexadecimal digest) in the order given; an empty digest is none."""
        listed = list(pairs)
        digests = [bytes.fromhex(sha256) or None for _, sha256 in listed]
        return cls(pa.array([path for path, _ in listed], pa.string()), pa.array(digests, SHA256))

    def part(self, start: int, length: int) -> Leaves:
        """At most `length` sources, from that at `start`."""
        return Leaves(self.paths.slice(start, length), self.sha256.slice(start, length))

    def __reduce__(self) -> tuple[type[Leaves], tuple[pa.Array, pa.Array]]:
        # Arrow would write all that a slice is one of.
        return Leaves, (pa.concat_arrays([self.paths]), pa.concat_arrays([self.sha256]))

    def __len__(self) -> int:
        return len(self.paths)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """The (path, hexadecimal digest) of each, few of them in memory at once."""
        for start in range(0, len(self), _AT_ONCE):
            paths = self.paths.slice(start, _AT_ONCE).to_pylist()
            yield from zip(paths, _hex(self.sha256.slice(start, _AT_ONCE)), strict=True)

    def path(self, place: int) -> str:
        """The path of one source."""
        found: str = self.paths[place].as_py()
        return found

    def digest(self, place: int) -> str:
        """The digest of one source in hexadecimal, empty for none."""
        return _hex(self.sha256.slice(place, 1))[0]

    def paths_at(self, places: pa.Array) -> list[str]:
        """The paths of some sources."""
        found: list[str] = self.paths.take(places).to_pylist()
        return found

    def digests_at(self, places: pa.Array) -> list[str]:
        """The digests of some sources in hexadecimal, empty for none."""
        return _hex(self.sha256.take(places))


def _hex(digests: pa.FixedSizeBinaryArray) -> list[str]:
    return [digest.hex() if digest else "" for digest in digests.to_pylist()]
