"""Signals of small texts, counted by hand."""

from __future__ import annotations

import pytest

from corpuskit.quality.repetition import MOST_WORDS, run_shares
from corpuskit.quality.rules import GROUPS, signals_of
from corpuskit.quality.signals import signals


def test_a_text_without_anything_has_counts_of_0_and_nulls() -> None:
    found = signals("", list(GROUPS))
    kinds = {signal.name: signal.kind for signal in signals_of(tuple(GROUPS))}
    assert found == {name: 0 if kind == "integer" else None for name, kind in kinds.items()}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("潮水退了。", 4),
        ("Don't panic", 3),
        ("iPhone 15 发布了", 5),
        ("한국어", 3),
        ("カナかな漢字", 6),
        ("snake_case", 2),
        ("नमस्ते दुनिया", 2),
        ("3.14", 2),
        ("— … !", 0),
    ],
)
def test_words_are_cjk_characters_and_runs_of_letters_and_digits(text: str, words: int) -> None:
    assert signals(text, ["counts"])["n_words"] == words


def test_lines_of_twenty_words_are_paragraphs() -> None:
    text = f"Heading\n{'潮' * 20}\n{'潮' * 19}\n\n{'word ' * 20}"
    assert signals(text, ["counts"]) == {"n_words": 60, "n_lines": 4, "n_paragraphs": 2}


def test_shares_are_of_all_characters() -> None:
    assert signals("潮水 abc12，+\t", ["shares"]) == {
        "share_cjk": 0.1818,
        "share_letters": 0.2727,
        "share_digits": 0.1818,
        "share_punctuation": 0.0909,
        "share_symbols": 0.0909,
        "share_space": 0.1818,
    }


def test_lines_end_as_sentences_do_in_any_script() -> None:
    text = "一句话。\n“再一句！”\nAnd so on...\n未完……\n• item\n- 项目\nNo end"
    found = signals(text, ["lines"])
    assert found == {
        "mean_line_chars": 6.0,
        "share_lines_ellipsis": 0.2857,
        "share_lines_bullet": 0.2857,
        "share_lines_sentence_end": 0.5714,
    }


def test_repetition_is_a_share_of_lines_and_of_the_words_characters() -> None:
    long = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸"
    found = signals(f"{long}\n短\n短\n{long}", ["repetition"])
    assert found["repeated_lines"] == 0.5
    assert found["repeated_paragraphs"] == 0.5
    assert found["top_2gram"] == round(4 / 42, 4)
    assert found["top_4gram"] == round(8 / 42, 4)
    assert found["repeated_5grams"] == found["repeated_10grams"] == round(40 / 42, 4)


def test_one_word_again_and_again_is_all_repetition() -> None:
    assert set(run_shares(["a"] * 30).values()) == {1.0}


def test_repetition_is_told_of_the_first_words_alone() -> None:
    start = [str(number) for number in range(MOST_WORDS)]
    assert set(run_shares([*start, *start]).values()) == {0.0}
