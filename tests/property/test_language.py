"""What holds of the language of any text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.language import detect_language
from corpuskit.language.han import japanese_only

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF).filter(
    lambda char: char not in japanese_only()
)
NO_LETTERS = st.text(st.sampled_from("0123456789 \n#*-,.!?，。、：；（）《》…—"), max_size=200)


@given(st.lists(HAN, min_size=8, max_size=300), NO_LETTERS)
def test_han_characters_alone_are_chinese(han: list[str], rest: str) -> None:
    middle = len(han) // 2
    text = "".join(han[:middle]) + rest + "".join(han[middle:])
    language, share = detect_language(text)
    assert language in ("zh", "zh-Hans", "zh-Hant")
    assert share == 1.0


@given(NO_LETTERS)
def test_a_text_without_letters_has_no_language(text: str) -> None:
    assert detect_language(text) == (None, None)


@given(st.text(max_size=400))
def test_a_score_comes_with_a_language_and_lies_between_0_and_1(text: str) -> None:
    code, score = detect_language(text)
    assert (code is None) == (score is None)
    assert score is None or 0 <= score <= 1
