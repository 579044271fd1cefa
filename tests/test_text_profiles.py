"""Ready rules for text: what each makes of articles of its shape."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpuskit.model import Article, Cell
from corpuskit.parse import Parser
from corpuskit.schema import OWN_COLUMNS, Field, FieldType, Schema
from corpuskit.settings import load_settings
from corpuskit.stage_rules import parse_rules
from corpuskit.text import Extraction, Extractor, check_selector
from corpuskit.text_profiles import PROFILES, on_top, with_fields, with_rules
from corpuskit.text_rules import Capture, TextRules, check_pattern

SINA = """
---
title: '港口扩建规划发布'
categories:
 - 金融
author: 新浪财经
date: Tue, 23 Nov 2021 09:34:03 GMT
---

<div>
{title}<p cms-style="font-L">　　规划指出，港口将扩建。参见<a href="http://example.org/news.html">报道</a>。</p>
{attachments}<!-- news_keyword_pub,stock, -->
<!-- 文末二维码 start -->
            <style>
            .appendQr_wrap&#123;border:1px solid #E6E6E6;&#125;
            </style>
            <div class="clearfix appendQr_wrap">
                <div class="appendQr_normal"><img src="https://example.org/qr.png"></div>
                <div class="appendQr_normal_txt">海量资讯，尽在客户端</div>
            </div>
<!-- 编辑姓名及工作代码 -->
<p class="article-editor">{editor} </p>
</div>
"""
TITLE = '<p class="ori_titlesource">　　原标题：关于印发《港口扩建规划》的通知 </p>\n'
ONE_FILE = (
    '<p><strong>　　附件：<a href="http://example.org/plan.pdf" target="_blank" data-id>'
    "港口扩建规划．pdf</a></strong></p>"
)
TWO_FILES = (
    '<p>附件1：<a href="http://example.org/1.doc">一</a></p>'
    '<p>附件二：<a href="http://example.org/2.xls">二</a><a href="http://example.org/3.zip">三</a></p>'
    '<p>详见附件：<a href="http://example.org/4.html">四</a></p>'
)


def parsed(
    tmp_path: Path, profile: str, source: str, rules: str = ""
) -> tuple[Article, dict[str, Cell]]:
    """An article and its cells by the name of their field, under a profile and further rules."""
    config = tmp_path / "corpuskit.toml"
    config.write_text(f"[schema]\nuse = 'any'\n[text]\nprofile = '{profile}'\n{rules}", "utf-8")
    settings = load_settings(tmp_path)
    found = Parser(parse_rules(settings)).parse(source.encode())
    assert found.article is not None, found.diagnostics
    names = [f.name for f in settings.schema.fields]
    return found.article, dict(zip(names, found.article.cells, strict=True))


@pytest.mark.parametrize("parser", ["lexbor", "beautifulsoup"])
def test_a_page_of_sina_finance_gives_its_hidden_fields_and_a_text_without_them(
    tmp_path: Path, parser: str
) -> None:
    source = SINA.format(title=TITLE, attachments=ONE_FILE, editor="责任编辑：王小明 SF012")
    article, cells = parsed(tmp_path, "sina-finance", source, f"parser = '{parser}'")
    assert cells["editor"] == "王小明"
    assert cells["editor_code"] == "SF012"
    assert cells["original_title"] == "关于印发《港口扩建规划》的通知"
    assert cells["attachments"] == ["http://example.org/plan.pdf"]
    assert article.text == "规划指出，港口将扩建。参见报道。\n附件：港口扩建规划．pdf"
    assert article.images == []


@pytest.mark.parametrize(
    ("line", "editor", "code"),
    [
        ("责任编辑：王小明", "王小明", None),
        ("责任编辑：王小明 SF012", "王小明", "SF012"),
        ("责任编辑：王小明SF012", "王小明", "SF012"),
        ("责任编辑: 王小明 李红（SF01）", "王小明 李红", "SF01"),
        ("责任编辑：A. Lin SN098", "A. Lin", "SN098"),
        ("来源：某报", None, None),
    ],
)
def test_the_line_of_the_editor_is_a_name_and_mostly_a_code(
    tmp_path: Path, line: str, editor: str | None, code: str | None
) -> None:
    source = SINA.format(title="", attachments="", editor=line)
    _, cells = parsed(tmp_path, "sina-finance", source)
    assert (cells["editor"], cells["editor_code"]) == (editor, code)
    assert (cells["original_title"], cells["attachments"]) == (None, None)


def test_attachments_are_the_links_of_paragraphs_that_begin_so(tmp_path: Path) -> None:
    source = SINA.format(title="", attachments=TWO_FILES, editor="")
    _, cells = parsed(tmp_path, "sina-finance", source)
    assert cells["attachments"] == [
        f"http://example.org/{name}" for name in ("1.doc", "2.xls", "3.zip")
    ]


@pytest.mark.parametrize(
    ("profile", "body", "text"),
    [
        ("hexo", "{% note %}\nWords {{ a }}\n{% endnote %}\n<!-- more -->\n", "Words {{ a }}"),
        ("jekyll", "Words {{ a }}{% if b %} more{% endif %}", "Words more"),
        ("hugo", "{{< figure src=a >}}\nWords {% b %}", "Words {% b %}"),
        (
            "wordpress-export",
            '<p>Words</p><div class="sharedaddy sd-sharing"><h3>Share this</h3></div>',
            "Words",
        ),
    ],
)
def test_what_a_site_adds_is_no_text(tmp_path: Path, profile: str, body: str, text: str) -> None:
    article, _ = parsed(tmp_path, profile, f"---\ntitle: a\n---\n{body}")
    assert article.text == text


def test_embeds_of_wordpress_stand_in_comments(tmp_path: Path) -> None:
    body = (
        "<!-- wp:paragraph --><p>Words</p><!-- /wp:paragraph -->\n"
        '<!-- wp:embed {"url":"https://example.org/v/1","type":"video"} --><figure></figure>\n'
        '<!-- wp:core-embed/youtube {"url":"https://example.org/v/2"} -->'
    )
    _, cells = parsed(tmp_path, "wordpress-export", f"---\nguid: g\n---\n{body}")
    assert cells["embeds"] == ["https://example.org/v/1", "https://example.org/v/2"]
    assert cells["guid"] == "g"


def test_front_matter_goes_before_what_a_profile_captures(tmp_path: Path) -> None:
    source = SINA.format(title=TITLE, attachments="", editor="责任编辑：王小明")
    _, cells = parsed(tmp_path, "sina-finance", source.replace("author:", "editor:"))
    assert cells["editor"] == "新浪财经"


def test_a_capture_of_the_configuration_goes_before_one_of_its_profile(tmp_path: Path) -> None:
    source = SINA.format(title="", attachments="", editor="责任编辑：王小明")
    rules = "[[text.capture]]\nfield = 'editor'\nselector = 'p'\npattern = '规划'"
    _, cells = parsed(tmp_path, "sina-finance", source, rules)
    assert cells["editor"] == "规划"


def test_a_field_of_the_schema_stays_its_own() -> None:
    own = Field("editor", FieldType.LIST, ("who",), FieldType.STRING)
    merged = with_fields(Schema("a", (own,)), TextRules(profile="sina-finance"))
    assert [f.name for f in merged.fields] == [
        "editor",
        "editor_code",
        "original_title",
        "attachments",
    ]
    assert merged.fields[0] == own


def test_without_a_profile_the_schema_stays_as_it_is() -> None:
    schema = Schema("a", ())
    assert with_fields(schema, TextRules()) is schema


def test_rules_are_joined_without_repeats() -> None:
    own = TextRules(drop=(".a", ".article-editor"), captures=(Capture("editor", "b"),))
    joined = with_rules(own, "sina-finance")
    assert joined.drop == (".a", ".article-editor", ".appendQr_wrap", ".ori_titlesource")
    assert [c.field for c in joined.captures][:2] == ["editor", "editor"]
    assert replace(joined, drop=(), captures=()) == TextRules(profile="sina-finance")


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_is_what_a_configuration_could_say(name: str) -> None:
    profile = PROFILES[name]
    rules = profile.rules
    selectors = [*rules.drop, *rules.keep]
    for capture in rules.captures:
        selectors += filter(None, [capture.selector, capture.inner])
        assert all(check_pattern(p) is None for p in (*capture.patterns, capture.where or ""))
        assert capture.field in {f.name for f in profile.fields}
    assert [check_selector(selector) for selector in selectors] == [None] * len(selectors)
    assert not {f.name for f in profile.fields} & {*OWN_COLUMNS}
    assert profile.about
    assert all(f.description for f in profile.fields)


def test_general_rules_hold_besides_those_of_some_paths() -> None:
    general = TextRules(drop=(".a",), keep=("main",), strip_templates=("hexo",))
    own = TextRules(drop=(".b",), keep=("article",), strip_templates=("mdx",))
    joined = on_top(own, general)
    assert (joined.drop, joined.keep) == ((".a", ".b"), ("main", "article"))
    assert joined.strip_templates == ("hexo", "mdx")


def test_a_line_that_goes_on_and_on_names_no_editor() -> None:
    rules = with_rules(TextRules(), "sina-finance")
    body = '<p class="article-editor">责任编辑：{} SF014</p><p>a</p>'
    for name, expected in (("李昂", ["李昂"]), ("李" * 300, [])):
        found = Extractor(rules).extract(body.format(name), "html")
        assert isinstance(found, Extraction)
        assert found.captured["editor"] == expected
