"""How the sources of a corpus read, as columns: their digests, sizes and blob ids by place."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.batch import Reading
from corpuskit.leaves import BLOB, SHA256
from corpuskit.model import Diagnostic


class Readings:
    """What is known of sources without parsing them; `faults` says why some have no digest.

    A digest or a blob id that is not known is all zeros in memory: no file's is.
    """

    def __init__(self, count: int) -> None:
        """Know nothing yet of `count` sources."""
        self.faults: dict[int, Diagnostic] = {}
        self._sha256 = bytearray(SHA256.byte_width * count)
        self._blobs = bytearray(BLOB.byte_width * count)
        self._sizes = array("q", bytes(8 * count))

    def put(self, places: Sequence[int], reading: Reading) -> None:
        """Note how the sources at `places` read."""
        for nth, place in enumerate(places):
            _put(self._sha256, SHA256, place, bytes.fromhex(reading.digests[nth]))
            self._sizes[place] = reading.sizes[nth]
            _put(self._blobs, BLOB, place, bytes.fromhex(reading.blobs[nth]))
            if nth in reading.faults:
                self.faults[place] = reading.faults[nth]
            else:
                self.faults.pop(place, None)

    def note(self, place: int, sha256: bytes, size: int, blob: bytes) -> None:
        """Note what is known of one source that was not read."""
        _put(self._sha256, SHA256, place, sha256)
        _put(self._blobs, BLOB, place, blob)
        self._sizes[place] = size

    def recall(self, known: pa.Table) -> None:
        """Note `source_sha256`, `blob` and `size` of a table with a row for each source.

        Where it knows nothing it has nulls.
        """
        self._sha256[:] = _filled(known["source_sha256"], bytes(SHA256.byte_width))
        self._blobs[:] = _filled(known["blob"], bytes(BLOB.byte_width))
        self._sizes = array("q")
        self._sizes.frombytes(_filled(known["size"], 0))

    @property
    def sha256(self) -> pa.FixedSizeBinaryArray:
        """The digest of each, null where there is none."""
        return _column(self._sha256, SHA256)

    @property
    def blobs(self) -> pa.FixedSizeBinaryArray:
        """The blob id of each, null where nobody asked for it or there is none."""
        return _column(self._blobs, BLOB)

    @property
    def sizes(self) -> pa.Int64Array:
        """The bytes of each, 0 where there are none."""
        return pa.array(memoryview(self._sizes)) if len(self._sizes) else pa.array([], pa.int64())

    @property
    def bytes(self) -> int:
        """All sizes together."""
        return sum(self._sizes)


def _put(column: bytearray, kind: pa.DataType, place: int, value: bytes) -> None:
    width = kind.byte_width
    column[width * place : width * (place + 1)] = value or bytes(width)


def _column(held: bytearray, kind: pa.DataType) -> pa.FixedSizeBinaryArray:
    width = kind.byte_width
    whole = pa.Array.from_buffers(kind, len(held) // width, [None, pa.py_buffer(bytes(held))])
    nothing = pa.scalar(bytes(width), kind)
    return pc.if_else(pc.equal(whole, nothing), pa.scalar(None, kind), whole)


def _filled(column: pa.ChunkedArray, nothing: bytes | int) -> memoryview:
    """The values of a column side by side in memory, with `nothing` in place of nulls."""
    whole = column.fill_null(nothing).combine_chunks()
    if not len(whole):
        return memoryview(b"")
    width = whole.type.byte_width
    start = whole.offset * width
    return memoryview(whole.buffers()[1])[start : start + len(whole) * width]
