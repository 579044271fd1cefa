"""Signatures: few numbers that texts share as often as they are alike."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from operator import eq
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.near_texts import HAN, LATIN, chinese, edited, english
from corpuskit.config.near import LEAST_SHINGLES, VALUES, NearRules
from corpuskit.near import minhash
from corpuskit.near.minhash import agreeing, signatures
from corpuskit.near.shingles import LENGTH, distinct, jaccard, shingles


@pytest.mark.parametrize("threshold", [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0])
def test_bands_take_no_more_values_than_there_are_and_miss_one_in_a_thousand(
    threshold: float,
) -> None:
    number, width = NearRules(threshold).bands
    assert number * width <= VALUES
    assert (1 - threshold**width) ** number <= 0.001


def test_the_default_has_eighteen_bands_and_four_deviations_below_it() -> None:
    assert NearRules().bands == (18, 7)
    assert NearRules().least_agreeing == 92
    assert NearRules(1.0).least_agreeing == VALUES


SIGNATURE = st.lists(st.sampled_from(b"\0\1\xff"), min_size=VALUES, max_size=VALUES).map(bytes)


@given(SIGNATURE, st.lists(SIGNATURE, min_size=1, max_size=5))
def test_two_signatures_agree_in_the_values_that_are_the_same(
    own: bytes, others: list[bytes]
) -> None:
    found = agreeing(own, b"".join(others))
    assert found == [sum(map(eq, own, other)) for other in others]


@given(st.lists(st.integers(0, 400).map(lambda n: "".join(HAN[:n])), max_size=5))
def test_a_signature_depends_on_its_text_alone(texts: list[str]) -> None:
    assert signatures(texts) == [signatures([text])[0] for text in texts]


def test_texts_at_once_are_bounded_and_that_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = Random(2)
    texts = [chinese(random, length) for length in (300, 900, 20, 400, 2000)]
    expected = signatures(texts)
    at_once: list[int] = []

    def noted(group: Sequence[str]) -> list[pa.UInt64Array]:
        at_once.append(sum(map(len, group)))
        return shingles(group)

    monkeypatch.setattr(minhash, "shingles", noted)
    monkeypatch.setattr(minhash, "_CHARS_AT_ONCE", 1000)
    assert signatures(texts) == expected
    assert at_once == [300, 920, 400, 2000]


def test_a_text_of_few_shingles_has_none_however_often_these_are_there() -> None:
    enough = "".join(HAN[: LEAST_SHINGLES + LENGTH - 1])
    assert signatures([enough[1:], enough, "雾散了。" * 500])[1] is not None
    assert signatures([enough[1:], "雾散了。" * 500]) == [None, None]


def test_a_text_beyond_the_cap_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(HAN[:500])
    monkeypatch.setattr(minhash, "MAX_CHARS", 499)
    assert signatures([text, text[1:]])[0] is None
    assert signatures([text[1:]])[0] is not None


TEXT = "".join(chr(0x4E00 + number * number % 997) for number in range(300))
ALWAYS = "e214ff4215068828d682a8f7680e6a74"


def test_signatures_are_what_they_have_always_been() -> None:
    (found,) = signatures([TEXT])
    assert found is not None
    assert found.hex()[:32] == ALWAYS
    assert len(found) == VALUES


IN_AN_ENVIRONMENT = """
from tests.near.test_minhash import TEXT, signatures
found = set(signatures([TEXT] * 400))
print(len(found), found.pop().hex()[:32])
"""


@pytest.mark.parametrize(
    ("name", "value"),
    [("RAYON_NUM_THREADS", "1"), ("RAYON_NUM_THREADS", "7"), ("RENSA_FORCE_KERNEL", "scalar")],
)
def test_signatures_depend_on_no_setting_of_the_library(name: str, value: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IN_AN_ENVIRONMENT],
        env={**os.environ, name: value},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.stdout.split(), done.stderr) == (["1", ALWAYS], "")


def test_values_are_as_often_the_same_as_the_index_says() -> None:
    """In 300 pairs of texts, for both scripts, within four standard deviations of the mean."""
    random = Random(12)
    for write, letters in ((chinese, HAN), (english, LATIN)):
        texts = [write(random) for _ in range(300)]
        pairs = [(text, edited(random, text, letters)) for text in texts]
        same, expected, variance = 0, 0.0, 0.0
        for pair in pairs:
            one, other = signatures(pair)
            assert one is not None
            assert other is not None
            same += sum(map(eq, one, other))
            index = jaccard(*map(distinct, pair))
            index += (1 - index) / 256
            expected += VALUES * index
            variance += VALUES * index * (1 - index)
        assert abs(same - expected) < 4 * variance**0.5
