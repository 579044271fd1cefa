"""Simplified, traditional and Japanese, told by characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.language.han import han_script, japanese_only, simplified_only, traditional_only

SIMPLIFIED = (
    "这里的渔船从来没有离开过码头，老人们坐在岸边谈论面包的价格。",
    "孩子们沿着海边走去学校，谁也没有注意到那艘陌生的船。",
    "风停了以后，镇上的商店又开门了，邮件和报纸一起送到。",
)
TRADITIONAL = (
    "這裡的漁船從來沒有離開過碼頭，老人們坐在岸邊談論麵包的價格。",
    "孩子們沿著海邊走去學校，誰也沒有注意到那艘陌生的船。",
    "風停了以後，鎮上的商店又開門了，郵件和報紙一起送到。",
)
HONG_KONG = "佢哋坐着看着海，店裏説着麪包的價錢，衞生署啓用了新的熱線。"
JAPANESE = "東京都千代田区 経済産業省 総務省 国土交通省 気象庁 図書館 駅前広場"
NEITHER = "中文山水一小大人"


@pytest.mark.parametrize(
    ("texts", "script"), [(SIMPLIFIED, "Hans"), (TRADITIONAL, "Hant"), ((HONG_KONG,), "Hant")]
)
def test_a_sentence_has_the_script_that_it_is_written_in(
    texts: tuple[str, ...], script: str
) -> None:
    assert [han_script(text) for text in texts] == [script] * len(texts)


@pytest.mark.parametrize("text", ["", "中文", "山水之間", "a few letters", "中国", "東"])
def test_one_character_that_tells_is_not_enough(text: str) -> None:
    assert han_script(text) == "Hani"


def test_kanji_with_the_forms_that_japan_alone_has_are_japanese() -> None:
    assert han_script(JAPANESE) == "Jpan"


@pytest.mark.parametrize(("texts", "script"), [(SIMPLIFIED, "Hans"), (TRADITIONAL, "Hant")])
def test_names_in_japanese_forms_leave_a_text_chinese(texts: tuple[str, ...], script: str) -> None:
    assert han_script("".join(texts) + "渋谷駅，桜井。") == script


def test_a_text_half_in_each_script_is_in_neither() -> None:
    assert han_script("".join(SIMPLIFIED + TRADITIONAL)) == "Hani"
    assert han_script("".join((SIMPLIFIED + TRADITIONAL) * 20)) == "Hani"


@given(st.lists(st.sampled_from(SIMPLIFIED), min_size=6), st.sampled_from(TRADITIONAL), st.data())
def test_a_quotation_leaves_a_text_what_it_is(
    own: list[str], quoted: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(own)))
    text = "".join([*own[:place], f"「{quoted}」", *own[place:]])
    assert han_script(text) == "Hans"


@given(
    st.lists(st.sampled_from(SIMPLIFIED), min_size=1, max_size=40),
    st.sampled_from(["\n", "", " code = run(x)\n"]),
)
def test_the_length_of_a_text_decides_nothing(sentences: list[str], between: str) -> None:
    """Long texts are looked at here and there first, short ones whole."""
    assert han_script(between.join(sentences)) == "Hans"


@given(st.text(st.sampled_from(NEITHER + "，。 abc"), max_size=1000))
def test_characters_that_all_share_tell_nothing(text: str) -> None:
    assert han_script(text) == "Hani"


def test_the_tables_are_those_of_the_standards() -> None:
    simplified, traditional, japanese = simplified_only(), traditional_only(), japanese_only()
    assert not simplified & traditional
    assert not japanese & (simplified | traditional)
    assert set("们这国门开说发东车书") <= simplified
    assert set("們這國門開說發東車書") <= traditional
    assert set("図駅気経発働込録") <= japanese
    assert not set("裏衆説爲") & japanese
    assert not set("中文人水山大小的一是在") & (simplified | traditional | japanese)
