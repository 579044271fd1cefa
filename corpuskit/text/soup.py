"""HTML through BeautifulSoup: the second parser, and what a user's own extraction would use.

`html.parser` is given HTML that is written anew from its tokens, with every end tag in its place.
By itself it nests each unclosed `<p>` in the one before, differs between patch releases of Python
in what it makes of unfinished markup, and takes quadratic time over some of it.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING

from corpuskit.text.elements import PREFORMATTED, RAW_TEXT, UNRENDERED
from corpuskit.text.html_tokens import End, Start, Text, attributes_of, tokens
from corpuskit.text.layout import without_separators
from corpuskit.text.normalise import normalise
from corpuskit.text.open_elements import OpenElements
from corpuskit.text.page import BORDERS, Page
from corpuskit.text.rules import TextRules, TooDeep

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from bs4.element import PageElement

MAX_TAGS = 200_000
"""BeautifulSoup takes 20 µs a tag: 4 s for these, and 0.3 GB."""

_ROOTS = ("html", "head", "body")
_PLAIN_ATTRIBUTE = re.compile(r"[^\s\"'<>/=]+")
_RENAMED = {"image": "img", "xmp": "pre", "plaintext": "pre"}
"""`img` by the standard; `pre` because newer releases of `html.parser` find no character references
in the others, and older ones find tags."""


class SoupParser:
    """Reads HTML under one set of rules."""

    def __init__(self, rules: TextRules) -> None:
        self._selectors = [capture.selector for capture in rules.captures]
        self._drop = ", ".join(rules.drop)

    def read(self, html: str) -> tuple[Page, list[list[str]]] | TooDeep:
        """Return the page that `html` makes, and by capture the texts of the elements it selects."""
        if html.count("<") > MAX_TAGS:
            return TooDeep("markup", MAX_TAGS)
        soup = _soup(_Writer(html).written())
        selected = [
            [_element_text(element) for element in soup.select(selector)]
            for selector in self._selectors
        ]
        if self._drop:
            for element in soup.select(self._drop):
                if not element.decomposed:
                    element.decompose()
        return _page(soup), selected


def selector_fault(selector: str) -> str | None:
    """Return why BeautifulSoup cannot use `selector`, or None."""
    from bs4 import css  # noqa: PLC0415 - takes 0.2 s, and most builds use the other parser

    try:
        _soup("").css.compile(selector)
    except (css.soupsieve.SelectorSyntaxError, NotImplementedError) as fault:
        return str(fault).partition("\n")[0]
    return None


def _soup(written: str) -> BeautifulSoup:
    from bs4 import BeautifulSoup  # noqa: PLC0415 - see above

    return BeautifulSoup(written, "html.parser")


class _Writer:
    """Writes HTML anew: one spelling of each thing, and the end tags that were left out."""

    def __init__(self, html: str) -> None:
        self._html = html.replace("\r\n", "\n").replace("\r", "\n")
        self._elements = OpenElements()
        self._seen: set[str] = set()
        self._out: list[str] = []

    def written(self) -> str:
        """Return all of it, in a `body` if it is a fragment."""
        for token in tokens(self._html):
            match token:
                case Start():
                    self._start(token)
                case End():
                    self._end(token.name)
                case Text():
                    self._text(token)
        inner = "".join(self._out)
        return inner if self._seen else f"<html><body>{inner}</body></html>"

    def _start(self, tag: Start) -> None:
        name = tag.name
        if name in _ROOTS:
            if name in self._seen:
                return
            self._seen.add(name)
        closed, reopened = self._elements.start(name, tag.attributes)
        self._close(closed)
        self._out += [_start_tag(entry.name, entry.attributes) for entry in reopened]
        self._out.append(_start_tag(name, tag.attributes))
        if name not in self._elements.names[-1:]:
            self._out.append("" if _is_void(name) else f"</{name}>")

    def _end(self, name: str) -> None:
        closed = self._elements.end(name)
        self._close(closed)
        if not closed and name in ("p", "br"):
            self._out.append("<p></p>" if name == "p" else "<br>")
