"""HTML through Lexbor, by way of Resiliparse: the parser that builds use unless told otherwise.

The tree is not walked node by node: for an article of 2 kB the callbacks take 160 µs, where Lexbor
writes the tree back as HTML in 9 µs. That HTML is regular (every element closed, `>` and `"`
escaped in attributes), so that one regular expression splits it into tags and texts. Resiliparse's
own `extract_plain_text` loses captions of figures, labels and buttons, and glues `summary` to what
follows.
"""

import re
from html import escape

from resiliparse.parse.html import CSSParserException, DocumentNode, ElementNode, HTMLTree

from corpuskit.text.elements import PREFORMATTED, UNRENDERED
from corpuskit.text.normalise import normalise, without_separators
from corpuskit.text.page import BORDERS, Page
from corpuskit.text.rules import TextRules

# Without a doctype, classes and ids would match whatever their case.
_PROLOGUE = "<!DOCTYPE html>"
_RARE = re.compile(
    r"<(caption|frameset|noscript|plaintext|script|table|tbody|td|textarea|tfoot|th|thead|tr|xmp)"
    r"[\s/>]",
    re.IGNORECASE,
)
_FRAMESET = re.compile(r"</?frameset(?=[\s/>])", re.IGNORECASE)
_NOSCRIPT = re.compile(r"(</?)noscript(?=[\s/>])", re.IGNORECASE)
_TABLE_PARTS = ("caption", "tbody", "td", "tfoot", "th", "thead", "tr")
_TABLE_PART = re.compile(rf"(</?)({'|'.join(_TABLE_PARTS)})(?=[\s/>])", re.IGNORECASE)

_RAW = ("style", "iframe", "noembed", "noframes")
_RAW_ELEMENTS = "|".join(rf"{raw}[ >][^<]*+(?:<(?!/{raw}>)[^<]*+)*+</{raw}" for raw in _RAW)
# 12 µs for an article of 2 kB when written with `.*?`, 8 µs with possessive loops.
_TAGS = re.compile(
    rf"<(?:(?!(?:{'|'.join(_RAW)})[ >])(/?[a-z][^ >]*+)([^>]*+)"
    rf"|!--[^-]*+(?:-(?!->)[^-]*+)*+--|{_RAW_ELEMENTS}|[!?][^>]*+)>"
)
_LITERAL_ELEMENTS = {"xmp", "plaintext"}
"""Lexbor writes their text, in which `<` is only a character, without escapes."""
_LITERAL = re.compile(r"<xmp\b[^>]*>(.*?)</xmp>|<plaintext\b[^>]*>(.*)</plaintext>", re.DOTALL)
# Attributes are read from the first one on: ` href="` can also stand at the end of a value.
_HREF = re.compile(r'(?: =?[^=]*="[^"]*")*? href="([^"]*)"')
_SRC = re.compile(r'(?: =?[^=]*="[^"]*")*? src="([^"]*)"')

_SPECIAL = ""
_BORDERS = {**BORDERS, **{f"stray-{name}": BORDERS[name] for name in _TABLE_PARTS}}
_MARKS = {
    **dict.fromkeys((*UNRENDERED, *PREFORMATTED, "a", "/a", "img"), _SPECIAL),
    **dict.fromkeys((f"/{name}" for name in PREFORMATTED - _LITERAL_ELEMENTS), _SPECIAL),
    **_BORDERS,
    **{f"/{name}": border for name, border in _BORDERS.items()},
}
"""By tag as it is written: its border, or `_SPECIAL` for a tag that does more."""


class LexborParser:
    """Reads HTML under one set of rules."""

    def __init__(self, rules: TextRules) -> None:
        self._selectors = [capture.selector for capture in rules.captures]
        self._drop = ", ".join(rules.drop)

    def read(self, html: str) -> tuple[Page, list[list[str]]]:
        """Return the page that `html` makes, and by capture the texts of what it selects."""
        document = HTMLTree.parse(_prepared(html)).document
        if document is None:
            return Page(), [[] for _ in self._selectors]
        selected = [
            [_element_text(element) for element in _select(document, selector)]
            for selector in self._selectors
        ]
        if self._drop:
            _remove(document, self._drop)
        written = document.html
        # A script can hold `<!--<script></script>-->`, which no regular expression sees through.
        if "<script" in written:
            _remove(document, "script")
            written = document.html
        return _page(written), selected


def selector_fault(selector: str) -> str | None:
    """Return why Lexbor cannot use `selector`, or None."""
    document = HTMLTree.parse("").document
    try:
        if document is not None:
            document.query_selector_all(selector)
    except CSSParserException as fault:
        return str(fault)
    return None


def _prepared(html: str) -> str:
    """Return `html` so that Lexbor loses nothing that is to be read."""
    # For a `<!` at the end Lexbor makes a comment of the whole input, `-->` included.
    html = _PROLOGUE + html.removesuffix("<!")
    if not _RARE.search(html):
        return html
    tags = {tag.lower() for tag in _RARE.findall(html)}
    # Tags are renamed as text, so nothing may hold tags as text.
    if not tags.isdisjoint({"plaintext", "textarea", "xmp"}):
        return html
    # Lexbor parses as if scripting were off. Then an open `<p>` in a `noscript` keeps it open, and
    # all that follows is in it; with scripting, it is raw text, as `noembed` always is.
    if "noscript" in tags:
        html = _NOSCRIPT.sub(r"\1noembed", html)
    if "script" in tags:
        return html
    # A set of frames is all that its document shows.
    if "frameset" in tags:
        html = _FRAMESET.sub("<div", html)
    # Of a table without its `table` only the texts would be left: `ab` of two cells.
    return html if "table" in tags else _TABLE_PART.sub(r"\1stray-\2", html)


def _select(document: DocumentNode, selector: str) -> list[ElementNode]:
    # To iterate over the collection itself takes quadratic time: 2 s for a thousand elements.
    return document.query_selector_all(selector).values()


def _remove(document: DocumentNode, selector: str) -> None:
    for element in _select(document, selector):
        element.decompose()


def _element_text(element: ElementNode) -> str:
    if element.local_name in UNRENDERED:
        return normalise(element.text or "")
    return _page(element.html).text()


def _page(written: str) -> Page:
    """Return the page of HTML that Lexbor wrote."""
    parts = _TAGS.split(without_separators(written))
    if "&" in written:
        parts[::3] = [_unescape(text) if "&" in text else text for text in parts[::3]]
    page = Page()
    append = page.pieces.append
    unrendered, depth = "", 0
    for text, tag, attributes in zip(parts[::3], parts[1::3], parts[2::3], strict=False):
        if depth:
            depth += (tag == unrendered) - (tag == "/" + unrendered)
            continue
        if text:
            append(text)
        mark = _MARKS.get(tag)
        if mark:
            append(mark)
        elif mark is not None:
            if tag in UNRENDERED:
                unrendered, depth = tag, 1
            elif tag in _LITERAL_ELEMENTS:
                return _page(_LITERAL.sub(_as_preformatted, written))
            else:
                _special(page, tag, attributes)
                append = page.pieces.append
    append(parts[-1])
    return page


def _as_preformatted(element: re.Match[str]) -> str:
    return f"<pre>{escape(element[1] or element[2] or '', quote=False)}</pre>"


def _special(page: Page, tag: str, attributes: str) -> None:
    match tag:
        case "a":
            page.start_link(_value(_HREF.match(attributes)))
        case "/a":
            page.end_link()
        case "img":
            page.image(_value(_SRC.match(attributes)))
        case _ if tag.startswith("/"):
            page.end_preformatted()
        case _:
            page.start_preformatted()


def _value(attribute: re.Match[str] | None) -> str | None:
    if attribute is None:
        return None
    value = attribute[1]
    return _unescape(value) if "&" in value else value


def _unescape(text: str) -> str:
    """Return `text` without the only five character references that Lexbor writes."""
    text = text.replace("&nbsp;", "\xa0").replace("&quot;", '"')
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
