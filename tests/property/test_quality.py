"""What holds of the signals of any text."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.codes import Code
from corpuskit.model import Place
from corpuskit.quality.characters import kind_of
from corpuskit.quality.faults import thin_fault
from corpuskit.quality.private import count_private, find_private, masked_private
from corpuskit.quality.repetition import run_shares
from corpuskit.quality.rules import GROUPS, KINDS, signals_of
from corpuskit.quality.signals import signals
from corpuskit.quality.words import is_cjk, words_of
from corpuskit.text import Extraction, Extractor, TextRules, normalise

TEXTS = st.text(max_size=300)
CHARS = st.characters(codec="utf-8")
PIECES = st.sampled_from(
    [
        *(
            "潮水退了。",
            "潮",
            "The ferry ",
            "sails",
            "again. ",
            "한국어 ",
            "かな",
            "Привет ",
            "12",
            "\n",
            " ",
        ),
        *("a.b@example.org", "13800138000", "+49 30 1234567", "11010519491231002X", "@", "-", "."),
        *("4111 1111 1111 1111", "203.0.113.77", "2001:db8::1", "AKIAABCDEFGHIJKLMNOP", ":", "+"),
        *(
            "-----BEGIN PRIVATE KEY-----",
            "MIIEvQ",
            "-----END PRIVATE KEY-----",
            "0755-86013388",
            "/",
        ),
    ]
)
MIXES = st.lists(PIECES, max_size=40).map("".join)
WORDS = st.lists(st.sampled_from(["a", "bb", "潮", "水", "ccc"]), max_size=60)


def naive_runs(words: Sequence[str], n: int) -> dict[tuple[str, ...], list[int]]:
    """By run of `n` words where it begins, of those that occur more than once."""
    places: dict[tuple[str, ...], list[int]] = {}
    for at in range(len(words) - n + 1):
        places.setdefault(tuple(words[at : at + n]), []).append(at)
    return {run: at for run, at in places.items() if len(at) > 1}


def naive_share(words: Sequence[str], n: int, places: Sequence[int]) -> float:
    """The share of the characters that are in words of a run of `n` from one of the places."""
    covered = {at + k for at in places for k in range(n)}
    return sum(len(words[at]) for at in covered) / sum(map(len, words))


@given(WORDS)
def test_repeated_runs_cover_what_a_plain_count_says(words: list[str]) -> None:
    shares = run_shares(words)
    assert list(shares) == list(range(2, 11))
    for n, share in shares.items():
        runs = naive_runs(words, n)
        if not runs:
            expected = 0.0
        elif n <= 4:
            most = max(map(len, runs.values()))
            expected = max(naive_share(words, n, at) for at in runs.values() if len(at) == most)
        else:
            expected = naive_share(words, n, [at for places in runs.values() for at in places])
        assert share == pytest.approx(expected)


@given(TEXTS | MIXES)
def test_shares_lie_between_0_and_1_and_kinds_of_characters_add_up_to_no_more(text: str) -> None:
    found = signals(text, list(GROUPS))
    shares = [found[s.name] for s in signals_of(("shares",))]
    assert all(s is None for s in shares) if not text else sum(map(float, shares)) <= 1.0005  # type: ignore[arg-type]
    for signal in signals_of(tuple(GROUPS)):
        value = found[signal.name]
        if signal.kind == "number" and signal.name != "mean_line_chars" and value is not None:
            assert isinstance(value, float)
            assert 0 <= value <= 1
        if signal.kind == "integer":
            assert isinstance(value, int)
            assert value >= 0


@given(TEXTS | MIXES)
def test_each_group_says_alone_what_it_says_beside_others(text: str) -> None:
    whole = signals(text, list(GROUPS))
    apart = [signals(text, [group]) for group in GROUPS]
    assert whole == {name: cell for found in apart for name, cell in found.items()}
    assert list(whole) == [s.name for s in signals_of(tuple(GROUPS))]


@given(MIXES, st.integers(1, 4))
def test_words_and_repetition_do_not_depend_on_white_space(text: str, width: int) -> None:
    wide = text.replace(" ", " " * width)
    for group in ("counts", "script"):
        assert signals(wide, [group]) == signals(text, [group])
    assert run_shares(words_of(wide)) == run_shares(words_of(text))


@given(st.lists(st.sampled_from(["été", "naïve", "Ångström", "潮", "12", "café"]), max_size=20))
def test_composed_and_decomposed_accents_make_the_same_words(words: list[str]) -> None:
    text = " ".join(words)
    assert len(words_of(unicodedata.normalize("NFD", text))) == len(words_of(text)) == len(words)


@given(TEXTS)
def test_a_word_is_one_cjk_character_or_a_run_without_any(text: str) -> None:
    for word in words_of(text):
        assert len(word) == 1 or not any(map(is_cjk, word))
        assert not any(map(str.isspace, word))


@given(st.lists(MIXES, max_size=6))
def test_a_text_twice_repeats_all_its_lines(parts: list[str]) -> None:
    text = normalise("\n".join(parts))
    found = signals(f"{text}\n{text}", ["repetition", "counts"])
    if found["n_words"]:
        share = found["repeated_lines"]
        assert isinstance(share, float)
        assert share >= 0.5


@given(CHARS)
def test_cjk_and_white_space_are_kinds_of_their_own(char: str) -> None:
    assert (kind_of(char) == "cjk") == is_cjk(char)
    assert (kind_of(char) == "space") == char.isspace()


@given(TEXTS | MIXES)
def test_what_is_found_is_in_order_and_does_not_overlap(text: str) -> None:
    found = find_private(text)
    ends = [0, *(one.end for one in found)]
    assert all(
        one.start >= end and one.end > one.start for one, end in zip(found, ends, strict=False)
    )
    assert sum(count_private(found).values()) == len(found)


@given(TEXTS | MIXES, st.sets(st.sampled_from(list(KINDS))))
def test_nothing_is_left_of_the_kinds_that_are_masked(text: str, kinds: set[str]) -> None:
    masked = masked_private(text, kinds)
    assert not {one.kind for one in find_private(masked)} & kinds
    assert masked_private(masked, kinds) == masked


@given(TEXTS | MIXES)
def test_masking_changes_nothing_where_nothing_is_found(text: str) -> None:
    kinds = {one.kind for one in find_private(text)}
    assert masked_private(text, KINDS.keys() - kinds) == text


@given(MIXES.filter(lambda text: "PRIVATE KEY" not in text))
def test_private_data_but_keys_of_several_lines_is_what_is_found_line_by_line(text: str) -> None:
    apart = Counter(one.kind for line in text.split("\n") for one in find_private(line))
    assert Counter(one.kind for one in find_private(text)) == apart


LINKS = st.lists(st.sampled_from(["https://a.example/b", "foo", "see it"]), min_size=1, max_size=4)


@given(LINKS)
def test_links_are_all_there_is_in_whatever_order_they_stand(texts: list[str]) -> None:
    """Also where the text of one is an address: there are letters besides, or it is no text."""
    body = "".join(f'<p><a href="/{n}">{text}</a></p>' for n, text in enumerate(texts))
    found = Extractor(TextRules()).extract(body, "html")
    assert isinstance(found, Extraction)
    fault = thin_fault(found, lambda: Place(1, 1))
    assert fault is not None
    assert fault.code is Code.ONLY_LINKS
