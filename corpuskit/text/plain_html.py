"""The plain part of HTML, in which most articles are written, read without making a tree of it.

Plain is what tree construction leaves as it stands: known elements, each closed by its own end tag
and in a place where nothing is mended, with whole comments, scripts and styles between them. Such
an article of 2 kB takes 14 µs where Lexbor takes 30, and needs neither the check for caps nor the
search for what is never closed. Everything else is left to Lexbor, whose page this is in every
case.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from html.entities import html5

from corpuskit.text.html_tokens import attributes_of
from corpuskit.text.normalise import without_separators
from corpuskit.text.page import Page
from corpuskit.text.plain_elements import BODY, BOXES, INLINE, TEXT_BLOCKS, Element

_MOST_TAGS = 20_000
_DEEPEST = 100
"""No page below both hits a cap on HTML: for a tag, the check looks at no more than five times
the elements that are open."""

_SPACE = " \t\n\f\r"
_NAME = "[a-zA-Z_:][-a-zA-Z0-9_:.]*+"
# A `<` in a value would be taken for a tag by what searches the whole of a body, and a `/>` for the
# end of one. No tag may have as many attributes as the caps on HTML care for.
_VALUE = rf"""(?:"[^"<>]*+"|'[^'<>]*+'|[^{_SPACE}"'=<>`/]++(?!/))"""
_ATTRIBUTE = rf"[{_SPACE}]++{_NAME}(?:[{_SPACE}]*+=[{_SPACE}]*+{_VALUE})?+"
_ATTRIBUTES = rf"(?:{_ATTRIBUTE}){{0,100}}+"
# What searches the whole of a body finds tags in comments too; it looks for none of these.
_HARMLESS = "|".join(sorted(BOXES | INLINE | TEXT_BLOCKS | {"a", "br", "img", "li", "ol", "ul"}))
_COMMENT = rf"!--(?!-?>)[^-<]*+(?:(?:-(?!-!?>)|<(?=/?(?:{_HARMLESS})[ />]))[^-<]*+)*+-->"
_HIDDEN_TEXT = rf"{_ATTRIBUTES}[{_SPACE}]*+>[^<]*+"
_SOURCES = rf"(?:<source{_ATTRIBUTES}[{_SPACE}]*+/?>[^<]*+)*+"
_HIDDEN = "|".join(
    [_COMMENT]
    + [f"{name}{_HIDDEN_TEXT}</{name}>" for name in ("iframe", "script", "style")]
    + [f"{name}{_HIDDEN_TEXT}{_SOURCES}</{name}>" for name in ("audio", "video")]
)
_TAGS = re.compile(rf"<(?:{_HIDDEN}|(/?[a-z][a-z1-6]*+)({_ATTRIBUTES})[{_SPACE}]*+/?>)")
_HREF = re.compile(rf'[{_SPACE}]++href="([^"&]*+)"')
_SRC = re.compile(rf'[{_SPACE}]++src="([^"&]*+)"')
_BETWEEN = "\x1f"
"""Stands between two texts, and in none."""
_REFERENCE = re.compile(
    rf"&(?:#([0-9]{{1,7}});|#[xX]([0-9a-fA-F]{{1,6}});|([a-zA-Z][a-zA-Z0-9]*+;)"
    rf"|(?=[ \t\n{_BETWEEN}]|\Z))"
)


class _NotPlain(Exception):  # noqa: N818 - control flow inside this module, never seen outside
    pass


def read_plain(html: str) -> Page | None:
    """The page of `html` as Lexbor gives it, which hits no cap; None when not all is plain."""
    if without_separators(html) is not html:
        return None
    parts = _TAGS.split(html)
    # All texts at once, for each would be searched for little.
    texts = _BETWEEN.join(parts[::3])
    if len(parts) > 3 * _MOST_TAGS or "<" in texts:
        return None
    page = Page()
    try:
        if "&" in texts:
            texts = _unescaped(texts)
        _fill(page, texts.split(_BETWEEN), parts[1::3], parts[2::3])
    except _NotPlain:
        return None
    return page


def _fill(page: Page, texts: list[str], tags: list[str | None], attributes: list[str]) -> None:
    append = page.pieces.append
    outer: list[Element] = []
    element = BODY
    border, end, inside, is_grid = element
    for text, tag, written in zip(texts, tags, attributes, strict=False):
        if text:
            if is_grid and text.strip(_SPACE):
                raise _NotPlain
            append(text)
        if tag is None:
            continue
        if tag == end:
            mark = border
            element = outer.pop()
            border, end, inside, is_grid = element
        else:
            inner = inside.get(tag)
            if inner is None or len(outer) > _DEEPEST:
                raise _NotPlain
            mark = inner.border
            if inner.end:
                outer.append(element)
                element = inner
                border, end, inside, is_grid = element
        if mark:
            append(mark)
        elif mark is not None:
            append = _special(page, tag, written)
    if outer:
        raise _NotPlain
    append(texts[-1])


def _special(page: Page, tag: str, attributes: str) -> Callable[[str], None]:
    """Let `page` know of a tag that does more than to part texts; return what it takes texts by."""
    if tag == "a":
        page.start_link(_address(_HREF, "href", attributes))
    elif tag == "/a":
        page.end_link()
    elif tag == "img":
        page.image(_address(_SRC, "src", attributes))
    elif tag == "pre":
        page.start_preformatted()
    else:
        page.end_preformatted()
    return page.pieces.append


def _address(first: re.Pattern[str], name: str, attributes: str) -> str | None:
    found = first.match(attributes)
    address = found[1] if found else attributes_of(attributes).get(name)
    if address is not None and ("&#" in attributes or not address.isprintable()):
        raise _NotPlain
    return address


def _unescaped(text: str) -> str:
    """Return `text` without its character references, if what they stand for is certain."""
    usual = text.replace("&nbsp;", "\xa0").replace("&quot;", '"')
    usual = usual.replace("&lt;", "<").replace("&gt;", ">")
    if usual.count("&") == usual.count("&amp;"):
        return usual.replace("&amp;", "&")
    references = _REFERENCE.findall(text)
    if len(references) != text.count("&"):
        raise _NotPlain
    for decimal, hexadecimal, name in references:
        if name:
            if name not in html5:
                raise _NotPlain
        elif decimal or hexadecimal:
            code = int(decimal) if decimal else int(hexadecimal, 16)
            # Parsers exchange controls and surrogates, and differ over noncharacters.
            if not (0x20 <= code < 0x7F or 0xA0 <= code < 0xD800 or 0x10000 <= code < 0x1FFFE):
                raise _NotPlain
    return unescape(text)
