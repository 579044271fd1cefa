"""Marks of footnotes in HTML that was rendered of Markdown."""

from __future__ import annotations

import pytest

from corpuskit.text import Extraction, Extractor, TextRules
from corpuskit.text.footnotes import without_marks

RENDERED = {
    "markdown-it": (
        '<p>a<sup class="footnote-ref"><a href="#fn1" id="fnref1">[1]</a></sup> b</p>'
        '<ol><li id="fn1"><p>note <a href="#fnref1" class="footnote-backref">↩︎</a></p></li></ol>'
    ),
    "cmark-gfm": (
        '<p>a<sup class="footnote-ref"><a href="#fn-1" id="fnref-1" data-footnote-ref>1</a></sup>'
        ' b</p><ol><li id="fn-1"><p>note <a href="#fnref-1" class="footnote-backref"'
        ' data-footnote-backref aria-label="Back to reference 1">↩</a> <a href="#fnref-1-2"'
        ' class="footnote-backref">↩<sup class="footnote-ref">2</sup></a></p></li></ol>'
    ),
    "github": (
        '<p>a<sup><a href="#user-content-fn-1" id="user-content-fnref-1" data-footnote-ref=""'
        ' aria-describedby="footnote-label">1</a></sup> b</p><ol><li><p>note <a'
        ' href="#user-content-fnref-1" data-footnote-backref="" class="data-footnote-backref">↩</a>'
        "</p></li></ol>"
    ),
    "kramdown": (
        '<p>a<sup id="fnref:1"><a href="#fn:1" class="footnote" rel="footnote"'
        ' role="doc-noteref">1</a></sup> b</p><ol><li id="fn:1"><p>note <a href="#fnref:1"'
        ' class="reversefootnote" role="doc-backlink">&#8617;</a></p></li></ol>'
    ),
    "goldmark": (
        '<p>a<sup id="fnref:1"><a href="#fn:1" class="footnote-ref" role="doc-noteref">1</a></sup>'
        ' b</p><ol><li id="fn:1"><p>note&#160;<a href="https://example.org/a/#fnref:1"'
        ' class="footnote-backref" role="doc-backlink">&#x21a9;&#xfe0e;</a></p></li></ol>'
    ),
    "pandoc": (
        '<p>a<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref"><sup>1</sup></a>'
        ' b</p><ol><li id="fn1"><p>note<a href="#fnref1" class="footnote-back"'
        ' role="doc-backlink">↩︎</a></p></li></ol>'
    ),
    "Python-Markdown": (
        '<p>a<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup> b</p>'
        '<ol><li id="fn:1"><p>note&#160;<a class="footnote-backref" href="#fnref:1"'
        ' title="Jump back to footnote 1 in the text">&#8617;</a></p></li></ol>'
    ),
}
"""The same document, as renderers have it."""


@pytest.mark.parametrize("renderer", sorted(RENDERED))
@pytest.mark.parametrize("rules", [TextRules(), TextRules(parser="beautifulsoup")])
def test_marks_of_footnotes_are_no_text(renderer: str, rules: TextRules) -> None:
    extraction = Extractor(rules).extract(RENDERED[renderer], "html")
    assert isinstance(extraction, Extraction)
    assert extraction.text == "a b\nnote"
    assert extraction.links == []


@pytest.mark.parametrize(
    "html",
    [
        '<a href="/docs/footnote-ref#x">Footnotes</a>',
        '<a href="#x" title="a footnote-ref">b</a>',
        '<a class="footnote-link" href="#x">b</a>',
        '<a class="footnote-ref" href="/page">b</a>',
        '<a rel="nofollow" class="x" href="#footnote">b</a>',
        "<p>x<sup>2</sup> footnote</p>",
        '<abbr class="footnote-ref" title="href=#">b</abbr>',
        f'<a class="footnote-ref" href="#x">{"a sentence " * 9}</a>',
        '<sup class="footnote-ref">1</sup>',
    ],
)
def test_what_no_renderer_writes_is_kept(html: str) -> None:
    assert without_marks(html) == html


@pytest.mark.parametrize(
    "hostile",
    [
        "<a " + "class=footnote " * 60_000,
        '<sup class="footnote-ref">' * 30_000,
        '<a href="#" class="footnote-ref">' * 30_000,
        '<a href=#x class="' * 40_000 + "footnote",
        "<a href=" + "#" * 500_000 + " footnote",
        '<sup class="footnote-ref">' + " " * 500_000,
    ],
    ids=["attributes", "sups", "links", "classes", "href", "spaces"],
)
def test_what_never_ends_is_read_once(hostile: str) -> None:
    """A pattern that came back to it would not end in the time that tests have."""
    assert without_marks(hostile) == hostile
