"""`drop-lines`: lines that are no part of a text, in whatever format they come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.text import Extraction, Extractor, Format, TextRules
from corpuskit.text.dropped_lines import DroppedLines
from corpuskit.text.layout import on_one_line
from corpuskit.text.normalise import normalise

BODIES: dict[Format, str] = {
    "markdown": "# 潮汐\n\n第一段。\n\n*版权所有  转载请注明*\n\n本文链接：<a href='/1'>一</a>",
    "html": "<h1>潮汐</h1><p>第一段。</p><p><i>版权所有\n转载请注明</i></p>"
    "<p>本文链接：<a href='/1'>一</a></p>",
    "text": "潮汐\n第一段。\n版权所有  转载请注明\n本文链接：一",
}
RULES = TextRules(drop_lines=("版权所有 转载请注明",), drop_lines_beginning=("本文链接：",))

LINES = st.text("ab \t\xa0\u200b", max_size=5)
SEEN = LINES.filter(lambda line: on_one_line(line) != "")


def _extract(body: str, form: Format, rules: TextRules) -> Extraction:
    found = Extractor(rules).extract(body, form)
    assert isinstance(found, Extraction)
    return found


@pytest.mark.parametrize(("form", "body"), BODIES.items())
def test_lines_that_are_named_are_no_text_in_any_format(form: Format, body: str) -> None:
    whole, found = _extract(body, form, TextRules()), _extract(body, form, RULES)
    assert whole.text.count("\n") == 3
    assert found.text == "潮汐\n第一段。"
    assert (found.links, found.link_texts) == (whole.links, whole.link_texts)


@given(st.lists(LINES, max_size=8), st.lists(SEEN, max_size=3), st.lists(SEEN, max_size=2))
def test_just_those_lines_go_and_the_text_stays_canonical(
    lines: list[str], whole: list[str], beginning: list[str]
) -> None:
    text = normalise("\n".join(lines))
    rule = DroppedLines(tuple(whole), tuple(beginning))
    left = rule.without(text)
    named = {on_one_line(line) for line in whole}
    begins = tuple(on_one_line(line) + " " * line[-1].isspace() for line in beginning)
    expected = [
        line
        for line in text.split("\n")
        if on_one_line(line) not in named and not on_one_line(line).startswith(begins)
    ]
    assert left == "\n".join(expected).strip()
    assert left == normalise(left)
    assert rule.without(left) == left


def test_a_line_is_not_dropped_for_what_stands_inside_or_after_it() -> None:
    body = "<p>see: end</p><p>end of it</p><p>end</p>"
    assert _extract(body, "html", TextRules(drop_lines=("end",))).text == "see: end\nend of it"
    beginning = TextRules(drop_lines_beginning=("end",))
    assert _extract(body, "html", beginning).text == "see: end"


def test_a_text_of_nothing_else_is_empty() -> None:
    assert _extract("end", "markdown", TextRules(drop_lines=("end",))).text == ""


@pytest.mark.parametrize(
    ("beginning", "left"),
    [("By ", "Bystanders came.\nBye."), ("By", ""), ("Bye", "Bystanders came.\nBy Jo")],
)
def test_a_blank_at_the_end_of_a_rule_is_a_blank(beginning: str, left: str) -> None:
    body = "<p>Bystanders came.</p><p>By Jo</p><p>Bye.</p>"
    assert _extract(body, "html", TextRules(drop_lines_beginning=(beginning,))).text == left
