"""Chunks cut by content: what the counting of new bytes rests on."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.chunks import chunks

LEAST, MEAN, MOST = 64, 128, 512


def _pieces(data: bytes) -> list[bytes]:
    return list(chunks(data, LEAST, MEAN, MOST))


@st.composite
def noise(draw: st.DrawFn) -> bytes:
    """Bytes without a pattern, some kilobytes of them, or few, or many that are equal."""
    size = draw(st.integers(0, 8000))
    if draw(st.booleans()):
        return draw(st.binary(min_size=1, max_size=1)) * size
    return random.Random(draw(st.integers())).randbytes(size)


@given(noise())
def test_the_pieces_make_up_the_whole(data: bytes) -> None:
    assert b"".join(_pieces(data)) == data


@given(noise())
def test_no_piece_is_too_long_and_only_the_last_can_be_short(data: bytes) -> None:
    pieces = _pieces(data)
    assert all(len(piece) <= MOST for piece in pieces)
    assert all(len(piece) >= LEAST for piece in pieces[:-1])


@given(st.integers(), st.integers(0, 40_000), st.binary(min_size=1, max_size=200))
def test_an_insertion_leaves_most_pieces_as_they_were(seed: int, at: int, new: bytes) -> None:
    data = random.Random(seed).randbytes(40_000)
    before = set(_pieces(data))
    after = _pieces(data[:at] + new + data[at:])
    assert sum(len(piece) for piece in after if piece not in before) < 8000


def test_pieces_have_the_mean_length_that_was_asked_for() -> None:
    data = random.Random(1).randbytes(400_000)
    mean = len(data) / len(_pieces(data))
    assert 0.8 * (LEAST + MEAN) < mean < 1.1 * (LEAST + MEAN)
