"""Near duplicates: which are found, and which are none."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from benchmarks.near_texts import HAN, LATIN, chinese, edited, english
from corpuskit.codes import Code
from corpuskit.config.near import NearRules
from corpuskit.config.parts import SplitRules
from corpuskit.near import bands, neighbours
from corpuskit.near.shingles import distinct, jaccard
from corpuskit.parts.parting import Parting
from corpuskit.plan import Plan
from tests.near.texts import plan

DROP = NearRules(action="drop")
REPORT = NearRules()
PAIRS = 300


def _dropped(made: Plan) -> dict[int, int]:
    """Each row that was dropped, and the one that was kept."""
    return {int(d.path): int(d.kept_path) for d in made.duplicates}


def _reported(made: Plan) -> list[tuple[Code, str | None]]:
    return [(d.code, d.path) for d in made.diagnostics]


@pytest.mark.parametrize(
    ("write", "alphabet"),
    [(chinese, HAN), (english, LATIN)],
    ids=["2000 Chinese characters", "400 English words"],
)
def test_texts_with_an_edit_in_every_hundred_characters_are_found_and_no_others(
    write: Callable[[Random], str], alphabet: str
) -> None:
    random = Random(20240601)
    originals = [write(random) for _ in range(PAIRS)]
    others = [write(random) for _ in range(PAIRS)]
    copies = [edited(random, text, alphabet) for text in originals]
    dropped = _dropped(plan([*originals, *others, *copies], DROP))
    right = [row for row, kept in dropped.items() if row == kept + 2 * PAIRS]
    assert len(right) >= 0.98 * PAIRS
    assert len(right) >= 0.99 * len(dropped)


def test_what_is_at_the_threshold_is_near_and_what_is_below_it_is_not() -> None:
    text = chinese(Random(3), 1000)
    other = text[:900] + chinese(Random(4), 100)
    similarity = jaccard(distinct(text), distinct(other))
    assert _dropped(plan([text, other], NearRules(similarity, "drop"))) == {1: 0}
    above = similarity + 1e-9
    assert _dropped(plan([text, other], NearRules(above, "drop"))) == {}


def test_similarity_is_the_index_of_the_two_texts() -> None:
    text = chinese(Random(3))
    other = edited(Random(4), text, HAN)
    (found,) = plan([text, other], DROP).duplicates
    assert (found.how, found.similarity) == ("near", jaccard(distinct(text), distinct(other)))


def test_report_keeps_both_and_names_the_earlier_one() -> None:
    text = chinese(Random(3))
    made = plan([text, chinese(Random(5)), edited(Random(4), text, HAN)], REPORT)
    assert made.rows == 3
    (said,) = made.diagnostics
    assert (said.code, said.path) == (Code.NEAR_DUPLICATE, "00002")
    assert said.message.startswith("nearly the same text as 00000 (0.9")
    assert not said.is_error


def test_no_chain_leads_from_a_text_to_a_quite_different_one() -> None:
    """Each text is near the one before it alone, so every second one is kept."""
    random = Random(6)
    chain = [chinese(random)]
    for _ in range(6):
        chain.append(edited(random, chain[-1], HAN))
    assert all(jaccard(distinct(a), distinct(b)) < 0.85 for a, b in zip(chain, chain[2:]))  # noqa: B905
    assert _dropped(plan(chain, DROP)) == {1: 0, 3: 2, 5: 4}


def test_the_same_text_is_the_same_text_before_it_is_near() -> None:
    text = chinese(Random(3))
    made = plan([text, edited(Random(4), text, HAN), text], DROP)
    assert {d.path: d.how for d in made.duplicates} == {"00001": "near", "00002": "same text"}


def test_the_same_text_as_one_that_was_dropped_is_near_what_was_kept() -> None:
    text = chinese(Random(3))
    other = edited(Random(4), text, HAN)
    made = plan([text, other, other], DROP)
    assert {d.path: (d.how, d.kept_path) for d in made.duplicates} == {
        "00001": ("near", "00000"),
        "00002": ("near", "00000"),
    }


def test_short_posts_that_differ_in_a_few_characters_all_stay() -> None:
    posts = [
        f"今日港口天气：多云，东南风{n % 7}级，最高气温{n % 40}度，渡轮照常开行。"
        for n in range(300)
    ]
    unrelated = [chinese(Random(n), 30 + n % 60) for n in range(300)]
    made = plan([*dict.fromkeys(posts), *unrelated], DROP)
    assert made.duplicates == []
    assert made.diagnostics == []


def test_texts_below_min_chars_are_not_compared() -> None:
    text = chinese(Random(3), 200)
    rows = [text, text[:-1]]
    assert _dropped(plan(rows, DROP)) == {1: 0}
    assert _dropped(plan(rows, DROP, min_chars=201)) == {}


def test_a_crowd_of_texts_that_look_alike_is_compared_with_the_closest_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(neighbours, "_MOST_COMPARED", 2)
    random = Random(8)
    frame = chinese(random, 1000)
    crowd = [frame + chinese(random, 120) for _ in range(12)]
    copy = edited(random, crowd[3], HAN, 300)
    made = plan([*crowd, copy], DROP)
    assert (Code.NEAR_NOT_COMPARED, "00011") in _reported(made)
    assert _dropped(made) == {12: 3}


def test_rows_of_one_band_are_looked_at_from_the_last_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bands, "_MOST_IN_A_BAND", 1)
    text = chinese(Random(3))
    random = Random(9)
    made = plan([text, *(edited(random, text, HAN) for _ in range(3))], REPORT)
    assert _reported(made) == [(Code.NEAR_DUPLICATE, f"0000{n}") for n in (1, 2, 3)]


def test_that_bands_were_not_looked_through_is_said_where_near_rows_may_be_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(neighbours, "_MOST_ESTIMATED", 100)
    monkeypatch.setattr(neighbours, "_MOST_COMPARED", 100)
    random = Random(14)
    frame = chinese(random, 1000)
    crowd = [frame + chinese(random, 110) for _ in range(16)]
    assert _reported(plan(crowd, REPORT)) == []
    monkeypatch.setattr(bands, "_MOST_IN_A_BAND", 1)
    said = _reported(plan(crowd, REPORT))
    assert (Code.NEAR_NOT_COMPARED, "00015") in said
    assert (Code.NEAR_NOT_COMPARED, "00001") not in said


@pytest.mark.parametrize(("threshold", "expected"), [(0.5, 8), (0.8, 3), (0.85, 2), (1.0, 1)])
def test_near_rows_share_so_many_bands_but_for_one_in_a_hundred(
    threshold: float, expected: int
) -> None:
    assert NearRules(threshold).least_shared == expected


@pytest.mark.parametrize(("symbols", "length"), [("ACGT", 12_000), ("0123456789", 300_000)])
def test_texts_of_few_symbols_are_not_near_by_chance(symbols: str, length: int) -> None:
    """All pieces that there can be are in each of them."""
    random = Random(18)
    texts = ["".join(random.choices(symbols, k=length)) for _ in range(3)]
    assert jaccard(distinct(texts[0]), distinct(texts[1])) > 0.85
    copy = edited(random, texts[0], symbols, 150)
    made = plan([*texts, copy], DROP)
    assert _dropped(made) == {3: 0}


def test_shingles_at_hand_are_bounded_and_that_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = Random(10)
    texts = [chinese(random) for _ in range(5)]
    texts += [edited(random, text, HAN) for text in texts for _ in range(3)]
    expected = plan(texts, DROP)
    monkeypatch.setattr(neighbours, "_MOST_SHINGLES", 3000)
    assert plan(texts, DROP).duplicates == expected.duplicates


def test_near_rows_are_in_one_split_also_those_that_another_brings_together() -> None:
    splits = SplitRules((("test", 0.5),), group=("near_duplicate",))
    random = Random(11)
    stories = [chinese(random) for _ in range(20)]
    bridges = [edited(random, text, HAN) for text in stories]
    ends = [edited(random, text, HAN) for text in bridges]
    # A story and its end are not near each other, and the bridge comes last.
    made = plan([*stories, *ends, *bridges], REPORT, Parting(splits))
    assert made.rows == 60
    parts: dict[int, set[str]] = {}
    for cut, rows in zip(made.cuts, made.shards(), strict=True):
        for place in rows["place"].to_pylist():
            parts.setdefault(place % 20, set()).add(cut.path.split("/")[1])
    assert all(len(names) == 1 for names in parts.values())
    assert len(set.union(*parts.values())) == 2


def test_groups_are_there_to_ask_for_when_near_rows_are_dropped_or_there_are_none() -> None:
    parts = Parting(SplitRules((("test", 0.5),), group=("near_duplicate",)))
    texts = [chinese(Random(n)) for n in range(8)]
    assert plan(texts, REPORT, parts).rows == 8
    assert plan([*texts, edited(Random(9), texts[0], HAN)], DROP, parts).rows == 8


def _rewritten(random: Random, text: str, start: int, length: int) -> str:
    return text[:start] + chinese(random, length) + text[start + length :]


@pytest.mark.parametrize("seed", range(8))
def test_of_several_rows_that_are_near_the_closest_is_kept(seed: int) -> None:
    random = Random(seed)
    far = chinese(random, 1000)
    text = _rewritten(random, far, 100, 66)
    close = _rewritten(random, text, 500, 16)
    assert _dropped(plan([far, close, text], DROP)) == {2: 1}
    assert _dropped(plan([close, far, text], DROP)) == {2: 0}


def test_that_more_rows_share_bands_than_are_estimated_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = Random(15)
    frame = chinese(random, 1000)
    crowd = [frame + chinese(random, 110) for _ in range(8)]
    assert _reported(plan(crowd, REPORT)) == []
    monkeypatch.setattr(neighbours, "_FEW", 1)
    monkeypatch.setattr(neighbours, "_MOST_ESTIMATED", 2)
    assert (Code.NEAR_NOT_COMPARED, "00007") in _reported(plan(crowd, REPORT))


def test_a_text_that_is_compared_again_and_again_is_taken_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(neighbours, "_MOST_SHINGLES", 4000)
    random = Random(16)
    text = chinese(random, 1000)
    texts = [text, *(edited(random, text, HAN, 300) for _ in range(40))]
    taken: list[int] = []
    assert len(plan(texts, DROP, taken=taken).duplicates) == 40
    # Once for the pieces of all, and once to see that each match is none by chance.
    assert taken.count(0) == 1 + 40
    assert len(taken) == 41 + 2 * 40


@pytest.mark.parametrize("seed", [41, 63, 66])
def test_the_closest_is_that_which_agrees_most_also_where_another_shares_more_bands(
    seed: int,
) -> None:
    random = Random(seed)
    far = chinese(random, 1000)
    text = _rewritten(random, far, 100, 50)
    close = _rewritten(random, text, 500, 36)
    assert _dropped(plan([far, close, text], DROP)) == {2: 1}
