"""Scripts, and second languages."""

from __future__ import annotations

import pytest

from corpuskit.quality.scripts import script_of
from corpuskit.quality.signals import signals

ENGLISH = (
    "The ferry sails again after the storm, and the people of the harbour were glad to see it. "
    "They had waited for three days, and nobody could say when the wind would go down at last. "
    "When the first boat came in with the mail and the bread, most of the town stood on the pier, "
    "and there was so much to be told that the shops were closed until the next morning. "
)
CHINESE = "风停了，渡船又开了。港口的人们等了三天，谁也说不准风什么时候会停下来，现在大家都很高兴。"
RUSSIAN = "Паром снова ходит после шторма, и люди в гавани были рады его видеть после трёх дней. "
CODE = "def f(x): return x + 1\nfor i in range(10): print(f(i), i * 2, f(i) - 1, sep=', ')\n"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("这里的渔船从来没有离开过码头。", "Hans"),
        ("這裡的漁船從來沒有離開過碼頭。", "Hant"),
        ("中文", "Hani"),
        ("港の船はもう出ない。", "Jpan"),
        ("カタカナだけ", "Jpan"),
        ("経済産業省、気象庁、図書館", "Jpan"),
        ("배가 항구를 떠났다.", "Kore"),
        (ENGLISH, "Latn"),
        ("Tàu đã rời bến.", "Latn"),
        (RUSSIAN, "Cyrl"),
        ("Το πλοίο έφυγε.", "Grek"),
        ("הספינה יצאה", "Hebr"),
        ("غادرت السفينة", "Arab"),
        ("जहाज चला गया", "Deva"),
        ("เรือออกแล้ว", "Thai"),
        ("ＡＢＣ ｄｅｆ", "Latn"),
        ("ﾊﾝｶｸ", "Jpan"),
        ("12 34 …", None),
        ("", None),
    ],
)
def test_the_script_is_that_of_most_words(text: str, script: str | None) -> None:
    assert signals(text, ["script"])["script"] == script


def test_a_quotation_in_the_other_script_leaves_a_text_what_it_is() -> None:
    text = "这里的渔船从来没有离开过码头，报上说「漁船離開」了。"
    assert signals(text, ["script"])["script"] == "Hans"


def test_digits_have_no_script_and_ideographic_ones_do() -> None:
    assert [script_of(char) for char in "7½〇二٣"] == [None, None, "Hani", "Hani", None]


@pytest.mark.parametrize(
    ("text", "second"),
    [
        (f"{CHINESE * 2}\n{ENGLISH}", "en"),
        (f"{ENGLISH * 2}\n{CHINESE * 2}", "zh-Hans"),
        (f"{CHINESE * 2}\n{RUSSIAN * 3}", "ru"),
        (f"{CHINESE * 2} {ENGLISH}", "en"),
        (f"{CHINESE}{ENGLISH}{CHINESE}", "en"),
    ],
)
def test_a_part_in_another_script_makes_a_text_mixed(text: str, second: str) -> None:
    found = signals(text, ["script"])
    assert found["is_mixed_language"] is True
    assert found["second_language"] == second
    share = found["second_language_share"]
    assert isinstance(share, float)
    assert 0.2 <= share <= 0.5


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH,
        CHINESE,
        f"{CHINESE * 4}\n{ENGLISH[:60]}",
        f"{CHINESE}\n{CODE * 2}",
        "\n".join([CHINESE.replace("渡船", " ferry boat "), "英文名 ferry boat"] * 3),
    ],
)
def test_code_and_words_among_others_make_no_second_language(text: str) -> None:
    found = signals(text, ["script"])
    assert [
        found[n] for n in ("is_mixed_language", "second_language", "second_language_share")
    ] == [
        False,
        None,
        None,
    ]
