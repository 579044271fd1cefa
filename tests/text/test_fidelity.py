"""The text of an article is all that it says, in Markdown, in HTML made of it, by both parsers.

`make fidelity` measures the same on more documents, with the CommonMark specification's examples.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.documents import KINDS, TIGHT, document
from benchmarks.fidelity import LEAST, LEAST_OF_PARSERS, text_of
from benchmarks.likeness import f1
from benchmarks.pages import page
from benchmarks.rendering import rendered
from corpuskit.text import Extractor, TextRules

SOUP = Extractor(TextRules(parser="beautifulsoup"))
NUMBERS = st.integers(0, 10**6)


@settings(max_examples=60)
@given(NUMBERS)
def test_markdown_and_the_html_made_of_it_say_what_was_written(number: int) -> None:
    made = document(1, number)
    html = rendered(made.source)
    text, of_html = text_of(made.source, "markdown"), text_of(html, "html")
    assert f1(text, made.says) >= LEAST
    assert f1(of_html, made.says) >= LEAST
    assert f1(text, of_html) >= LEAST
    assert f1(text, text_of(made.source, "markdown", SOUP)) >= LEAST_OF_PARSERS
    assert f1(of_html, text_of(html, "html", SOUP)) >= LEAST_OF_PARSERS


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_construct_alone_says_what_was_written(kind: str) -> None:
    """One that is bad alone would hardly be seen among others."""
    for number in range(8):
        made = document(2, number, [kind])
        assert text_of(made.source, "markdown").split() == made.says.split()
        assert sorted(text_of(rendered(made.source), "html").split()) == sorted(made.says.split())


@settings(max_examples=60)
@given(NUMBERS)
def test_pages_of_html_say_what_was_written(number: int) -> None:
    made = page(1, number)
    text = text_of(made.source, "html")
    assert f1(text, made.says) >= LEAST
    assert f1(text, text_of(made.source, "html", SOUP)) >= LEAST_OF_PARSERS


@settings(max_examples=30)
@given(NUMBERS)
def test_marks_between_characters_of_cjk_are_no_text(number: int) -> None:
    """CommonMark takes half of them for asterisks, as markdown-it does; GitHub does not."""
    made = document(1, number, TIGHT)
    assert text_of(made.source, "markdown") == made.says
