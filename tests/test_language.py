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
NOTHING = (None, None)


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


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (CHINESE, "zh-Hans")])
def test_plain_prose_is_recognised(text: str, language: str) -> None:
    found, score = detect_language(text)
    assert found == language
    assert score is not None
    assert 0 < score <= 1


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("今天我很高兴。", "zh"),
        ("渡轮还没有离开，老人们在码头上喝茶。", "zh-Hans"),
        ("今天天氣很好，我們沿著海邊散步到學校。", "zh-Hant"),
        ("今朝の港は静かだった。", "ja"),
        ("東京都千代田区霞が関一丁目、経済産業省、気象庁。", "ja"),
        ("フェリーはまだ出ていない。", "ja"),
        ("오늘 아침 항구는 조용했다.", "ko"),
        ("Сегодня утром в гавани было тихо.", "ru"),
        ("Сьогодні вранці в гавані було тихо.", "uk"),
        ("Σήμερα το πρωί το λιμάνι ήταν ήσυχο.", "el"),
        ("הבוקר היה הנמל שקט מאוד.", "he"),
        ("เช้านี้ท่าเรือเงียบมาก", "th"),
    ],
)
def test_a_sentence_is_placed_by_its_script(text: str, language: str) -> None:
    assert detect_language(text) == (language, 1.0)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("今天我们学习如何用 Docker 部署 Redis，并且配置 Nginx。", "zh-Hans"),
        ("今日は Docker で Redis を動かす方法を説明します。", "ja"),
        ("오늘은 Docker 로 Redis 를 배포하는 방법을 배웁니다.", "ko"),
        ("Сегодня мы запускаем Redis в контейнере Docker и открываем порт для клиентов.", "ru"),
        ("先安装依赖，然后启动服务：\n" + "sudo apt-get install -y redis-server\n" * 3, "zh-Hans"),
        ("魯迅の小説『故郷』を読んだ。", "ja"),
        ("她在东京的书店里买了一本《ノルウェイの森》，读了一整夜，第二天没有去上班。", "zh-Hans"),
        (
            "We met in 東京 and walked slowly down to the old harbour, where the ferries leave.",
            "en",
        ),
        ("The angles α, β and γ of a triangle sum up to a straight angle, as Euclid says.", "en"),
    ],
)
def test_words_of_another_script_do_not_tell(text: str, language: str) -> None:
    assert detect_language(text)[0] == language


def test_prose_outweighs_the_characters_it_quotes() -> None:
    """Han characters are a fifth of the words each time; sentences remain what they are."""
    code = "struct page *p = alloc(ctx, sz); memcpy(dst, buf, len); fput(fd); kfree(p); jmp(rx);\n"
    assert detect_language(ENGLISH + " 港口早上非常安静")[0] == "en"
    assert detect_language(code * 2 + "港口早上非常安静，渡轮")[0] == "zh-Hans"


def test_the_score_of_a_script_is_its_share_of_the_words() -> None:
    assert detect_language("我们用 Docker 部署") == ("zh", 0.833)


def test_template_tags_are_not_counted() -> None:
    note = '{% note info %}\n渡轮还没有离开。\n{% endnote %}\n{{< figure src="harbour.png" >}}'
    assert detect_language(note) == ("zh-Hans", 1.0)
    assert detect_language('{% include header.html %} {{ content }} {{< ref "about" >}}') == NOTHING


@pytest.mark.parametrize(
    "text",
    ["", " \n", "#", "12 34", "!?", "😀", "。、「」……", "3.14 × 2 = 6.28", "ㅋㅋㅋㅋ", "Σ = π"],
)
def test_a_text_without_letters_has_no_language(text: str) -> None:
    assert detect_language(text) == NOTHING


@pytest.mark.parametrize("text", ["ok", "x y z", "東京", "Body text here.", "Hello world", "да"])
def test_a_text_too_short_to_tell_has_no_language(text: str) -> None:
    assert detect_language(text) == NOTHING


def test_a_short_text_that_two_profiles_fit_has_no_language() -> None:
    assert detect_language("I like people for bizarre reasons.") == NOTHING


def test_half_a_surrogate_pair_is_no_letter() -> None:
    assert detect_language("\ud800今天天气很好") == ("zh", 1.0)


def test_only_the_beginning_of_a_text_counts() -> None:
    beginning = (ENGLISH + " ") * 20
    assert detect_language(beginning + CHINESE * 100) == detect_language(beginning)


def test_the_score_has_three_decimals() -> None:
    _, score = detect_language(ENGLISH)
    assert score == round(score or 0, 3)
