"""HTML through BeautifulSoup: the second parser, and what a user's own extraction would use.

`html.parser` is given HTML that is written anew from its tokens, with every end tag in its place.
By itself it nests each unclosed `<p>` in the one before, differs between patch releases of Python
in what it makes of unfinished markup, and takes quadratic time over some of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape, unescape
from typing import TYPE_CHECKING

from corpuskit.text.captures import MAX_TAKEN, CaptureReader, Taken, TakenTooMuch, on_a_line
from corpuskit.text.elements import CELLS, PREFORMATTED, ROOTS, UNRENDERED, names
from corpuskit.text.html_tokens import End, Start, Text, attributes_of, tokens
from corpuskit.text.layout import CELL, LINE
from corpuskit.text.normalise import normalise, without_separators
from corpuskit.text.open_elements import Formatting, OpenElements
from corpuskit.text.page import BORDERS, Page
from corpuskit.text_rules import TextRules, TooDeep

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from bs4.element import PageElement

MAX_TAGS = 200_000
"""BeautifulSoup takes 20 µs a tag: 4 s for these, and 150 MB."""

_OF_HEAD = names("base link meta noembed noframes noscript script style template title")
_PLAIN_ATTRIBUTE = re.compile(r"[^\s\"'<>/=]+")
_RENAMED = {"image": "img", "xmp": "pre", "plaintext": "pre"}
"""`img` by the standard; `pre` because newer releases of `html.parser` find no character references
in the others, and older ones find tags."""


class SoupParser:
    """Reads HTML under one set of rules."""

    def __init__(self, rules: TextRules) -> None:
        self._drop = ", ".join(rules.drop)
        self._keep = ", ".join(rules.keep)

    def read(
        self, html: str, captures: Sequence[CaptureReader] = ()
    ) -> tuple[Page, list[list[str]]] | TooDeep:
        """Return the page that `html` makes, and by capture the texts of what it selects."""
        if html.count("<") > MAX_TAGS:
            return TooDeep("markup", MAX_TAGS)
        soup = _soup(_Writer(html).written())
        taken = Taken()
        try:
            selected = [_taken(soup, capture, taken) for capture in captures]
        except TakenTooMuch:
            return TooDeep("captures", MAX_TAKEN)
        if self._drop:
            _remove(soup, self._drop)
        return _page(_kept(soup, self._keep) if self._keep else [soup]), selected


def selector_fault(selector: str) -> str | None:
    """Return why BeautifulSoup cannot use `selector`, or None."""
    try:
        _soup("").css.compile(selector)
    # SelectorSyntaxError is soupsieve's own, and no name of bs4 stands for it.
    except Exception as fault:  # noqa: BLE001
        return str(fault).partition("\n")[0]
    return None


def _soup(written: str) -> BeautifulSoup:
    from bs4 import BeautifulSoup  # noqa: PLC0415 - takes 0.2 s, and most builds do without

    return BeautifulSoup(written, "html.parser")


class _Writer:
    """Writes HTML anew: one spelling of each thing, and the end tags that were left out."""

    def __init__(self, html: str) -> None:
        self._html = html.replace("\r\n", "\n").replace("\r", "\n")
        self._elements = OpenElements()
        self._roots: set[str] = set()
        self._has_content = False
        self._has_stray_parts = False
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
        self._close(self._elements.names[::-1])
        inner = "".join(self._out)
        return inner if self._roots else f"<html><body>{inner}</body></html>"

    def _start(self, tag: Start) -> None:
        if tag.name in ROOTS:
            if self._has_content or tag.name in self._roots:
                return
            self._roots.add(tag.name)
        elif tag.name not in _OF_HEAD:
            self._has_content = True
        opening = self._elements.start(tag.name, tag.attributes)
        if opening.is_ignored:
            self._has_stray_parts = True
            self._out.append(_stray(tag.name))
            return
        self._close(opening.closed)
        self._reopen(opening.reopened)
        self._open(tag.name, tag.attributes, "/>" if opening.is_empty else ">")

    def _end(self, name: str) -> None:
        closed = self._elements.end(name)
        self._close(closed)
        if not closed and name in ("p", "br"):
            self._out.append("<p></p>" if name == "p" else "<br/>")
        elif not closed and name in CELLS and self._has_stray_parts:
            self._out.append(_stray(name))

    def _text(self, text: Text) -> None:
        match text.within:
            case "script" | "style":
                self._out.append(text.content)
            case "iframe" | "noembed" | "noframes" | "noscript":
                pass
            case "xmp" | "plaintext":
                self._out.append(escape(text.content, quote=False))
            case within:
                if not within:
                    self._has_content = self._has_content or not text.content.isspace()
                    self._reopen(self._elements.text())
                self._out.append(escape(unescape(text.content), quote=False))

    def _reopen(self, elements: list[Formatting]) -> None:
        for element in elements:
            self._open(element.name, element.attributes, ">")

    def _open(self, name: str, source: str, end: str) -> None:
        attributes = "".join(
            f' {key}="{escape(value)}"'
            for key, value in attributes_of(source).items()
            if _PLAIN_ATTRIBUTE.fullmatch(key)
        )
        self._out.append(f"<{_RENAMED.get(name, name)}{attributes}{end}")

    def _close(self, names: list[str]) -> None:
        self._out += [f"</{_RENAMED.get(name, name)}>" for name in names]


def _stray(name: str) -> str:
    """Return what is left of a part of a table that is in none: the border that it makes."""
    return f'<wbr border="{"cell" if name in CELLS else "line"}"/>'


def _taken(soup: BeautifulSoup, capture: CaptureReader, taken: Taken) -> list[str]:
    """Return what a capture takes: texts of elements, or values of their attribute.

    Raises:
        TakenTooMuch: with what was taken before, it is more than the cap.
    """
    if capture.selector is None:
        return []

    def text_of(element: Tag) -> str:
        # A tag has some eight characters.
        taken.add(sum(len(node) if isinstance(node, str) else 8 for node in element.descendants))
        return _element_text(element)

    elements: Iterable[Tag] = soup.select(capture.selector)
    if capture.where is not None:
        elements = [element for element in elements if capture.admits(text_of(element))]
    if capture.inner is not None:
        # By identity: to BeautifulSoup, elements of the same HTML are equal.
        inner = [found for element in elements for found in element.select(capture.inner)]
        elements = {id(element): element for element in inner}.values()
    if capture.attribute is not None:
        return [on_a_line(_attribute(element, capture.attribute) or "") for element in elements]
    return list(map(text_of, elements))


def _kept(soup: BeautifulSoup, selector: str) -> list[Tag]:
    """Return the outermost elements that `selector` matches."""
    _remove(soup, ", ".join(sorted(UNRENDERED)))
    within: set[int] = set()
    kept = []
    for element in soup.select(selector):
        if id(element) not in within:
            kept.append(element)
            within.update(map(id, element.descendants))
    return kept


def _remove(soup: BeautifulSoup, selector: str) -> None:
    for element in soup.select(selector):
        if not element.decomposed:
            element.decompose()


def _element_text(element: Tag) -> str:
    if element.name in UNRENDERED:
        return normalise("".join(element.find_all(string=True)))
    return _page([element]).text()


def _page(roots: Sequence[Tag]) -> Page:
    """Return the page of some elements, each of them a block of its own."""
    page = Page()
    for root in roots:
        page.pieces.append(LINE)
        _walk(page, root)
        page.pieces.append(LINE)
    return page


def _walk(page: Page, root: Tag) -> None:
    from bs4 import Tag  # noqa: PLC0415 - see above

    # What is still to come, the next one last: nodes, and the names of elements that end.
    pending: list[tuple[PageElement | None, str]] = [(root, "")]
    while pending:
        node, ending = pending.pop()
        if node is None:
            _end(page, ending)
        elif not isinstance(node, Tag):
            page.pieces.append(without_separators(str(node)))
        elif node.name not in UNRENDERED:
            _start(page, node)
            pending.append((None, node.name))
            pending += [(child, "") for child in reversed(node.contents)]


def _start(page: Page, tag: Tag) -> None:
    if tag.name in PREFORMATTED:
        page.start_preformatted()
    elif tag.name == "a":
        page.start_link(_attribute(tag, "href"))
    elif tag.name == "img":
        page.image(_attribute(tag, "src"))
    elif tag.name == "wbr" and (border := _attribute(tag, "border")):
        page.pieces.append(CELL if border == "cell" else LINE)
    else:
        page.pieces.append(BORDERS.get(tag.name, ""))


def _end(page: Page, name: str) -> None:
    if name in PREFORMATTED:
        page.end_preformatted()
    elif name == "a":
        page.end_link()
    elif name != "br":
        page.pieces.append(BORDERS.get(name, ""))


def _attribute(tag: Tag, name: str) -> str | None:
    value = tag.get(name)
    # Of attributes such as `class`, BeautifulSoup makes a list of words.
    return value if value is None or isinstance(value, str) else " ".join(value)
