"""From bytes to an article: what is decided on the way, and that all faults come at once."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from corpuskit.codes import Code, Severity
from corpuskit.model import Article, Diagnostic, Parsed, Place, diagnose, diagnostic_order
from corpuskit.parse import Parser
from corpuskit.parse_rules import ParseRules
from corpuskit.quality.rules import QualityRules
from corpuskit.schema import BodyRules, Field, FieldType, Schema
from corpuskit.sources.faults import too_large
from corpuskit.text import Capture, TextRules

SCHEMA = Schema(
    "demo",
    (
        Field("title", FieldType.STRING, ("title",), required=True),
        Field("date", FieldType.DATETIME, ("date",)),
        Field("tags", FieldType.LIST, ("tags",), FieldType.STRING),
        Field("editor", FieldType.STRING, ("editor",)),
    ),
)
RULES = ParseRules(SCHEMA)
ENGLISH = (
    "The harbour was quiet that morning. The ferries had not left yet, and the old men who sold "
    "fish on the quay were still drinking their tea and talking about the price of bread."
)


def _source(body: str = "Some body.", *lines: str) -> bytes:
    return "\n".join(["---", "title: A", *lines, "---", body]).encode()


def _article(data: bytes, rules: ParseRules = RULES) -> Article:
    parsed = Parser(rules).parse(data)
    assert parsed.article is not None, parsed
    return parsed.article


def _rejected(data: bytes, rules: ParseRules = RULES) -> list[Code]:
    parsed = Parser(rules).parse(data)
    assert parsed.article is None
    assert parsed.exclusion is None
    return [d.code for d in parsed.diagnostics]


def test_an_article_is_what_its_source_says() -> None:
    data = _source(f"{ENGLISH} [a link](/a) ![picture](b.png)", "date: 1970-01-02", "tags: [x, y]")
    article = _article(data)
    assert article.cells == ("A", 86_400_000_000, ["x", "y"], None)
    assert article.text.startswith("The harbour was quiet")
    assert article.format == "markdown"
    assert (article.links, article.link_texts, article.images) == (["/a"], ["a link"], ["b.png"])
    assert (article.language, article.language_source) == ("en", "detected")
    assert article.encoding == "utf-8"
    assert json.loads(article.front_matter) == {
        "title": "A",
        "date": "1970-01-02",
        "tags": ["x", "y"],
    }


def test_the_format_comes_from_the_content() -> None:
    assert _article(_source("<p>one</p><p>two</p>")).format == "html"
    assert _article(_source("one *two*")).format == "markdown"


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("gb18030", b""),
    ],
)
def test_the_body_is_a_slice_of_the_source_in_its_encoding(encoding: str, mark: bytes) -> None:
    body = "\r\n 今天早上港口非常安静。渡轮还没有离开，卖鱼的老人们仍然在喝茶。\r\n\r\n末行 \r"
    data = mark + f"---\r\ntitle: 新闻\r\n---\r\n{body}".encode(encoding)
    expected = encoding if encoding == "gb18030" else None
    article = _article(data, replace(RULES, encoding=expected))
    assert article.body == body
    assert data.endswith(article.body.encode(article.encoding))
    assert article.encoding == encoding


@pytest.mark.parametrize("body", ["x", "\n\n x \n", "x\r\n---\r\ny: z\r\n---\r\n", "\ufeffx"])
def test_the_body_begins_after_the_closing_fence(body: str) -> None:
    assert _article(_source(body)).body == body


def test_an_empty_file_is_rejected_as_one() -> None:
    assert _rejected(b"") == [Code.EMPTY_FILE]


def test_a_source_that_is_too_large_is_rejected_before_it_is_read() -> None:
    rules = replace(RULES, max_bytes=100)
    assert len(_article(_source("x" * (100 - len(_source("")))), rules).body) < 100
    assert _rejected(_source("x" * 100), rules) == [Code.SOURCE_TOO_LARGE]
    assert "101 bytes; at most 100" in too_large(101, 100).message


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        *((f"draft: {word}", "draft") for word in ("true", "yes", "ON", "1", "'true'")),
        *((f"published: {word}", "unpublished") for word in ("false", "No", "off", "0")),
        *((f"status: {word}", "unpublished") for word in ("draft", "Hidden", "' DRAFT '")),
        *((f"password: {word}", "password") for word in ("x", "0", "[a]", "false")),
    ],
)
def test_what_is_not_published_is_excluded_and_nothing_is_said_of_it(
    lines: str, reason: str
) -> None:
    data = _source("", lines, "date: never", "tags: {a: b}")
    assert Parser(RULES).parse(data) == Parsed(None, (), reason)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "lines",
    [
        *("draft: false", "draft:", "draft: maybe", "draft: [true]", "published: true"),
        *("published: 2021-03-04", "published:", "status: published", "status:", "password:"),
        *("password: ''", "seo: {draft: true}"),
    ],
)
def test_what_does_not_say_so_is_published(lines: str) -> None:
    assert _article(_source("body", lines)).body == "body"


def test_drafts_are_articles_where_they_are_asked_for() -> None:
    rules = replace(RULES, drafts=True)
    article = _article(_source("body", "draft: true", "status: draft", "password: x"), rules)
    assert article.body == "body"


def test_a_draft_with_broken_front_matter_is_a_fault() -> None:
    """A block that cannot be read cannot say that it is a draft."""
    assert _rejected(b"---\ndraft: true\ntitle: [\n---\nbody") == [Code.FRONT_MATTER_SYNTAX]


def test_a_block_that_cannot_be_read_is_the_only_fault() -> None:
    """Without it, every field would be missing and the body be in the wrong place."""
    assert _rejected(b"---\n- a\n---\n") == [Code.NOT_A_MAPPING]
    assert _rejected(b"---\ntitle: A\n\nbody\n") == [Code.UNCLOSED_FRONT_MATTER]


def test_a_repeated_key_does_not_hide_the_other_faults() -> None:
    assert _rejected(b"---\ndate: 1\ndate: 2\n---\n") == [
        *(Code.MISSING_FIELD, Code.UNREADABLE_DATE, Code.DUPLICATE_KEY, Code.EMPTY_BODY)
    ]


def test_all_faults_are_told_at_once_in_the_order_of_their_places() -> None:
    data = b"---\ntags: [a, [b]]\ndate: soon\nx: @y\n---\n\n<p> </p>\n"
    parsed = Parser(RULES).parse(data)
    assert [(d.code, d.place and d.place.line) for d in parsed.diagnostics] == [
        (Code.MISSING_FIELD, 2),
        (Code.NESTED_LIST, 2),
        (Code.UNREADABLE_DATE, 3),
        (Code.RESERVED_INDICATOR, 4),
        (Code.EMPTY_BODY, 7),
    ]
    assert all(d.path is None for d in parsed.diagnostics)


def test_warnings_come_with_the_article() -> None:
    data = _source("body", "tags: [a, '', [b]]", "x: @y")
    parsed = Parser(RULES).parse(data)
    assert parsed.article is not None
    assert [d.code for d in parsed.diagnostics] == [
        *(Code.NESTED_LIST, Code.EMPTY_ITEM, Code.RESERVED_INDICATOR)
    ]
    assert {d.severity for d in parsed.diagnostics} == {Severity.WARNING}


@pytest.mark.parametrize(
    ("body", "least", "code"),
    [
        ("", 1, Code.EMPTY_BODY),
        (" \n\n", 1, Code.EMPTY_BODY),
        ("<style>p {}</style><script>x</script>", 1, Code.EMPTY_BODY),
        ("![](a.png)", 1, Code.EMPTY_BODY),
        ("ab", 3, Code.BODY_TOO_SHORT),
        ("", 3, Code.EMPTY_BODY),
    ],
)
def test_a_body_with_too_little_text_is_rejected(body: str, least: int, code: Code) -> None:
    schema = replace(SCHEMA, body=BodyRules(least))
    assert _rejected(_source(body), ParseRules(schema)) == [code]


@pytest.mark.parametrize(("body", "least"), [("", 0), ("abc", 3), ("<p>😀</p>", 1)])
def test_a_body_with_enough_text_is_not(body: str, least: int) -> None:
    schema = replace(SCHEMA, body=BodyRules(least))
    assert _article(_source(body), ParseRules(schema)).body == body


def test_a_body_of_images_says_so_at_its_first_line() -> None:
    fault = Parser(RULES).parse(_source("\n\n  ![](a.png)")).diagnostics[0]
    assert fault.message == "the body has only images"
    assert fault.place == Place(6, 3)


def test_a_body_that_only_repeats_the_title_is_a_warning() -> None:
    parsed = Parser(RULES).parse(b"---\ntitle: ' A b '\n---\n\n# A b\n")
    assert parsed.article is not None
    assert [(d.code, d.severity) for d in parsed.diagnostics] == [
        (Code.THIN_BODY, Severity.WARNING)
    ]


@pytest.mark.parametrize(
    ("title", "body", "is_thin"),
    [
        ("A b", "a b.", True),
        ("A b", "A b\n\nA b\n\n*A b*", True),
        ("A b", "\n\n".join(["A b"] * 4), False),
        ("A b", "A b c", False),
        ("A b", "b", False),
        ("「雾」", "雾", True),
        ("!", "!", True),
        ("!", "?", False),
    ],
)
def test_a_title_is_known_by_its_letters_up_to_three_times(
    title: str, body: str, *, is_thin: bool
) -> None:
    parsed = Parser(RULES).parse(f"---\ntitle: '{title}'\n---\n{body}\n".encode())
    assert [d.code for d in parsed.diagnostics] == [Code.THIN_BODY] * is_thin


def test_that_there_are_only_images_is_said_once() -> None:
    thin = replace(RULES, quality=QualityRules(thin=True))
    found = Parser(thin).parse(_source("![](a.png)")).diagnostics
    assert [d.code for d in found] == [Code.EMPTY_BODY]
    lenient = replace(thin, schema=replace(SCHEMA, body=BodyRules(0)))
    found = Parser(lenient).parse(_source("![](a.png)")).diagnostics
    assert [d.code for d in found] == [Code.ONLY_IMAGES]


def test_markup_that_is_too_deep_is_a_fault_among_the_others() -> None:
    data = b"---\ndate: soon\n---\n" + b"<div>" * 5_000
    codes = _rejected(data)
    assert Code.MARKUP_TOO_DEEP in codes
    assert Code.UNREADABLE_DATE in codes
    assert Code.EMPTY_BODY not in codes


@pytest.mark.parametrize(
    ("lines", "configured", "language", "source"),
    [
        (["lang: zh_CN"], None, "zh-CN", "front matter"),
        (["language: ja", "lang: ko"], None, "ko", "front matter"),
        (["locale: fr", "language: ja"], "de", "ja", "front matter"),
        (["lang: english"], "de", "de", "configuration"),
        ([], "de", "de", "configuration"),
        ([], None, "en", "detected"),
        (["lang: [zh]", "locale: pt-BR"], None, "pt-BR", "front matter"),
    ],
)
def test_language_is_declared_or_configured_or_detected(
    lines: list[str], configured: str | None, language: str, source: str
) -> None:
    article = _article(_source(ENGLISH, *lines), replace(RULES, language=configured))
    assert (article.language, article.language_source) == (language, source)
    assert (article.language_score is None) == (source != "detected")


def test_a_text_without_a_recognisable_language_has_none() -> None:
    article = _article(_source("12 34"))
    assert (article.language, article.language_score, article.language_source) == (None, None, None)


def test_dates_without_a_zone_are_read_in_the_rules_zone() -> None:
    data = _source("body", "date: 1970-01-01 09:00")
    article = _article(data, replace(RULES, timezone="Asia/Tokyo"))
    assert article.cells[1] == 0
    assert article.naive_dates == {"Asia/Tokyo": 1}


def test_a_body_without_anything_to_keep_is_told_apart_from_an_empty_one() -> None:
    helps = []
    for text in (TextRules(keep=("main",)), TextRules(drop=("*",))):
        found = Parser(replace(RULES, text=text)).parse(_source("<p>Words</p>"))
        helps += [d.help for d in found.diagnostics if d.code is Code.EMPTY_BODY]
    assert helps == ["what `keep` under [text] selects has none", "exclude the file"]


def test_a_field_that_is_hidden_in_the_body_is_captured() -> None:
    text = TextRules(drop=(".meta",), captures=(Capture("editor", ".meta", r"Edited by (\w+)"),))
    data = _source('<p>text</p><p class="meta">Edited by Ada</p>')
    article = _article(data, replace(RULES, text=text))
    assert article.cells[3] == "Ada"
    assert article.text == "text"
    assert "Edited by Ada" in article.body


def test_front_matter_is_kept_as_written_in_its_own_order() -> None:
    data = b'---\ntitle: 007\nz: [NO, ~, {b: 1.10}]\na: "\\u65b0 \\" <"\n---\nbody'
    assert _article(data).front_matter == (
        '{"title":"007","z":["NO",null,{"b":"1.10"}],"a":"新 \\" <"}'
    )


@pytest.mark.parametrize(
    ("data", "front_matter"),
    [
        (b"+++\ntitle = 'A'\nn = 1.10\n+++\nbody", {"title": "A", "n": "1.10"}),
        (b'{"title": "A", "n": 1.10}\nbody', {"title": "A", "n": "1.10"}),
        (b"Title: A\nTags: x, y\n\nbody", {"title": "A", "tags": ["x", "y"]}),
        (b"title: A\n---\nbody", {"title": "A"}),
    ],
)
def test_every_spelling_of_front_matter_is_read(data: bytes, front_matter: object) -> None:
    article = _article(data)
    assert (article.cells[0], article.body) == ("A", "body")
    assert json.loads(article.front_matter) == front_matter


def test_secrets_are_masked_in_the_front_matter() -> None:
    data = _source("body", "api_key: hunter2", "db: {passwd: hunter2, host: h}", "apis: [a]")
    front_matter = json.loads(_article(data).front_matter)
    assert front_matter == {
        "title": "A",
        "api_key": "***",
        "db": {"passwd": "***", "host": "h"},
        "apis": ["a"],
    }


@pytest.mark.parametrize(
    "line",
    ["my_secret: @hunter2", "token: 'hunter2' x", "secret: a: hunter2", "api_key: hunter2 # x"],
)
def test_secrets_are_in_no_diagnostic_of_their_spelling(line: str) -> None:
    parsed = Parser(RULES).parse(_source("body", line))
    assert parsed.diagnostics
    for found in parsed.diagnostics:
        assert "hunter2" not in json.dumps([found.as_json(), found.value])


@pytest.mark.parametrize(
    "data",
    [
        b'{"title": "\\ud800", "tags": ["\\udfff"], "\\ud83d": 1}\nbody',
        b"---\ntitle: \xed\xa0\x80\n---\nbody",
        b"+++\ntitle = '''A'''\nn = " + b"1" * 5_000 + b"\n+++\nbody",
        b"+++\ntitle = 'A'\nd = 2021-03-04T05:06:07+99:99\n+++\nbody",
        b"---\ntitle: A\nx: " + b"[" * 100_000 + b"\n---\nbody",
        b"---\n" + b"\xff" * 1_000 + b"\n---\n",
        b"\0" * 1_000,
        bytes(range(256)),
    ],
    ids=["lone surrogates", "cesu", "digits", "zone", "depth", "bytes", "nuls", "every byte"],
)
def test_nothing_is_raised_and_all_that_comes_back_can_be_written(data: bytes) -> None:
    parsed = Parser(RULES).parse(data)
    for found in parsed.diagnostics:
        json.dumps([found.as_json(), found.value], ensure_ascii=False).encode()
    if parsed.article is not None:
        json.dumps([parsed.article.cells, parsed.article.front_matter], ensure_ascii=False).encode()


def test_articles_of_one_parser_do_not_know_of_each_other() -> None:
    sources = [
        _source("one", "tags: [a]"),
        b"---\ntitle: [\n---\n",
        _source("", "date: x"),
        _source("two", "draft: true"),
        _source("one", "tags: [a]"),
    ]
    alone = [Parser(RULES).parse(data) for data in sources]
    parser = Parser(RULES)
    assert [parser.parse(data) for data in sources] == alone
    assert alone[0] == alone[-1]


def _at(line: int, column: int, code: Code, message: str = "m") -> Diagnostic:
    return diagnose(code, message, Place(line, column))


def test_diagnostics_are_sorted_by_place_then_code_then_message() -> None:
    ordered = [
        diagnose(Code.EMPTY_FILE, "m"),
        _at(1, 1, Code.MISSING_FIELD, "a"),
        _at(1, 1, Code.MISSING_FIELD, "b"),
        _at(1, 1, Code.NULL_VALUE),
        _at(2, 10, Code.UNREADABLE),
        _at(10, 2, Code.UNREADABLE),
    ]
    mixed = [*ordered[3:], *ordered[:3]]
    assert sorted(mixed, key=diagnostic_order) == ordered
