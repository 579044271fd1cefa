"""What near duplicates are, whatever the texts: those that comparing every pair finds."""

from __future__ import annotations

from operator import eq
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.near_texts import HAN, LATIN, chinese, edited, english
from corpuskit.codes import Code
from corpuskit.config.near import LEAST_SHINGLES, NearRules
from corpuskit.near.minhash import signatures
from corpuskit.near.shingles import LENGTH
from tests.near.texts import plan

MIN_CHARS = 32


@st.composite
def _corpora(draw: st.DrawFn) -> list[str]:
    """A few texts of both scripts and mixed ones, edited again and again, a little or a lot."""
    seed: int = draw(st.integers(0, 2**32))
    random = Random(seed)
    texts: list[str] = []
    for _ in range(draw(st.integers(1, 14))):
        if draw(st.integers(0, 3)) and texts:
            every = draw(st.sampled_from([5, 20, 40, 60, 80, 150]))
            texts.append(edited(random, draw(st.sampled_from(texts)), [*HAN, *LATIN], every))
        else:
            length = draw(st.integers(20, 400))
            whole = chinese(random, length), english(random, length // 6), ""
            texts.append(" ".join(draw(st.permutations(whole))[:2]))
    return texts


def _set(text: str) -> frozenset[str]:
    packed = "".join(text.split())
    return frozenset(packed[n : n + LENGTH] for n in range(len(packed) - LENGTH + 1))


def _reference(texts: list[str], threshold: float) -> dict[int, str]:
    """How each row is dropped, by comparing it with all rows that were kept.

    One pair in 1 000 at the threshold does not look alike, which `tests/test_near.py` counts.
    """
    kept: list[int] = []
    dropped = {}
    sets = [_set(text) for text in texts]
    signed = signatures(texts)
    near = NearRules(threshold)
    number, width = near.bands

    def look_alike(row: int, other: int) -> bool:
        one, two = signed[row] or b"", signed[other] or b""
        starts = range(0, number * width, width)
        share = any(one[start : start + width] == two[start : start + width] for start in starts)
        return share and sum(map(eq, one, two)) >= near.least_agreeing

    def is_near(row: int, other: int) -> bool:
        one, two = sets[row], sets[other]
        both = min(len(one), len(two)) >= LEAST_SHINGLES
        return both and look_alike(row, other) and len(one & two) / len(one | two) >= threshold

    for row, text in enumerate(texts):
        if len(text) >= MIN_CHARS and any(texts[other] == text for other in kept):
            dropped[row] = "same text"
        elif any(is_near(row, other) for other in kept):
            dropped[row] = "near"
        else:
            kept.append(row)
    return dropped


@given(_corpora(), st.sampled_from([0.5, 0.7, 0.85, 0.95, 1.0]), st.randoms())
def test_those_are_dropped_that_are_near_a_row_that_was_kept(
    texts: list[str], threshold: float, random: Random
) -> None:
    near = NearRules(threshold, "drop")
    order = random.sample(range(len(texts)), len(texts))
    made = plan(texts, near, order=order)
    assert {int(d.path): d.how for d in made.duplicates} == _reference(texts, threshold)
    assert made.rows + len(made.duplicates) == len(texts)
    kept = {f"{row:05}" for row in range(len(texts))} - {d.path for d in made.duplicates}
    for duplicate in made.duplicates:
        assert duplicate.kept_path in kept
        assert duplicate.how == "same text" or (duplicate.similarity or 0) >= threshold


@given(_corpora(), st.sampled_from([0.6, 0.85]))
def test_what_is_reported_is_near_a_row_before_and_all_rows_stay(
    texts: list[str], threshold: float
) -> None:
    texts = list(dict.fromkeys(texts))
    made = plan(texts, NearRules(threshold))
    assert made.rows == len(texts)
    sets = [_set(text) for text in texts]
    for said in made.diagnostics:
        assert said.code == Code.NEAR_DUPLICATE
        own = sets[int(said.path or "")]
        named, found = said.message.removeprefix("nearly the same text as ").split()
        other = sets[int(named)]
        similarity = len(own & other) / len(own | other)
        assert named < (said.path or "")
        assert similarity >= threshold
        assert found == f"({similarity:.3f})"
