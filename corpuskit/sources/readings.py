"""How the sources of a corpus read, as columns: their digests, sizes and blob ids by place."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.leaves import BLOB, SHA256
from corpuskit.model import Diagnostic
from corpuskit.sources.reading import Reading
from corpuskit.sources.table import LOOKS_SCHEMA


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
        self._looks: list[pa.Table] = []

    def put(self, places: Sequence[int], reading: Reading) -> None:
        """Note how the sources at `places`, one or more in increasing order, read."""
        sha256, blobs = _side_by_side(reading.digests, SHA256), _side_by_side(reading.blobs, BLOB)
        if len(places) == places[-1] - places[0] + 1:
            first, last = places[0], places[-1] + 1
            self._sha256[32 * first : 32 * last] = sha256
            self._blobs[20 * first : 20 * last] = blobs
            self._sizes[first:last] = array("q", reading.sizes)
        else:
            for nth, place in enumerate(places):
                digest, blob = sha256[32 * nth : 32 * nth + 32], blobs[20 * nth : 20 * nth + 20]
                self.note(place, digest, reading.sizes[nth], blob)
        if self.faults:
            for place in places:
                self.faults.pop(place, None)
        self.faults |= {places[nth]: fault for nth, fault in reading.faults.items()}
        looks = zip(LOOKS_SCHEMA, zip(*reading.looks, strict=True), strict=True)
        columns = {look.name: pa.array(values, look.type) for look, values in looks}
        self._looks.append(pa.table({"place": pa.array(places, pa.int32()), **columns}))

    def note(self, place: int, sha256: bytes, size: int, blob: bytes) -> None:
        """Note what is known of one source that was not read."""
        self._sha256[32 * place : 32 * place + 32] = sha256
        self._blobs[20 * place : 20 * place + 20] = blob
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
    def looks(self) -> pa.Table:
        """`LOOKS` of each before it was read, nulls where it was not."""
        empty = pa.schema([("place", pa.int32()), *LOOKS_SCHEMA]).empty_table()
        known = pa.concat_tables([empty, *self._looks]).combine_chunks()
        places = pa.array(memoryview(array("i", range(len(self._sizes)))), pa.int32())
        if not known["place"].combine_chunks().equals(places):
            known = known.take(pc.index_in(places, value_set=known["place"]))
            known = known.set_column(0, "place", places)
        self._looks = [known]
        return known.drop_columns(["place"])

    @property
    def bytes(self) -> int:
        """All sizes together."""
        return sum(self._sizes)


def _side_by_side(digests: Sequence[str], kind: pa.DataType) -> bytes:
    """Hexadecimal digests as bytes; zeros for an empty one."""
    nothing = "0" * (2 * kind.byte_width)
    return bytes.fromhex("".join([digest or nothing for digest in digests]))


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
