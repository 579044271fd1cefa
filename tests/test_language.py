"""The language of a text: declared tags, and what detection makes of real sentences."""

from __future__ import annotations

import pytest

from corpuskit.language import declared_language, detect_language

ENGLISH = (
    "The harbour was quiet that morning. The ferries had not left yet, and the old men who sold "
    "fish on the quay were still drinking their tea and talking about the price of bread."
)
CHINESE = (
    "今天早上港口非常安静。渡轮还没有离开，在码头上卖鱼的老人们仍然在喝茶，"
    "谈论面包的价格和昨天的天气。孩子们沿着海边走去学校，没有人注意到那艘陌生的船。"
)


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("en", "en"),
        ("zh-CN", "zh-CN"),
        ("zh_CN", "zh-CN"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("  ja ", "ja"),
        ("yue", "yue"),
        ("ES", "ES"),
        ("sl-rozaj-biske-1994", "sl-rozaj-biske-1994"),
        ("pt_br", "pt-br"),
    ],
)
def test_a_language_tag_is_taken_with_dashes(value: str, tag: str) -> None:
    assert declared_language(value) == tag


@pytest.mark.parametrize(
    "value",
    [
        *("", " ", "e", "english", "English", "中文", "en-", "-en", "en US", "e1", "en.UTF-8"),
        *("en-US-x-a-b-c", "en-overlylong", "en\nus"),
        *(None, ["en"], {"en": "x"}, 5),
    ],
)
def test_what_does_not_look_like_a_tag_declares_nothing(value: object) -> None:
    assert declared_language(value) is None


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (CHINESE, "zh")])
def test_plain_prose_is_recognised(text: str, language: str) -> None:
    found, score = detect_language(text)
    assert found == language
    assert score is not None
    assert 0 < score <= 1


@pytest.mark.parametrize("text", ["", " \n", "#", "12 34", "!?", "😀"])
def test_a_text_without_letters_has_no_language(text: str) -> None:
    assert detect_language(text) == (None, None)


@pytest.mark.parametrize("text", ["ok", "x y z"])
def test_a_text_too_short_to_tell_has_no_language(text: str) -> None:
    assert detect_language(text) == (None, None)


def test_only_the_beginning_of_a_text_counts() -> None:
    beginning = (ENGLISH + " ") * 20
    assert detect_language(beginning + CHINESE * 100) == detect_language(beginning)


def test_the_score_has_three_decimals() -> None:
    _, score = detect_language(ENGLISH)
    assert score == round(score or 0, 3)
