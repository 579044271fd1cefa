"""HTML through Lexbor, by way of Resiliparse: the parser that builds use unless told otherwise.

The tree is not walked node by node: for an article of 2 kB the callbacks take 160 µs, where Lexbor
writes the tree back as HTML in 9 µs. That HTML is regular (every element closed, `>` and `"`
escaped in attributes), so that one regular expression splits it into tags and texts. Resiliparse's
own `extract_plain_text` loses captions of figures, labels and buttons, and glues `summary` to what
follows.
"""

import hashlib
import re
from collections.abc import Sequence
from html import escape

from resiliparse.parse.html import DocumentNode, ElementNode, HTMLTree

from corpuskit.text.captures import MAX_TAKEN, CaptureReader, Taken, TakenTooMuch, on_a_line
from corpuskit.text.elements import CELLS, PREFORMATTED, RAW_TEXT, UNRENDERED
from corpuskit.text.html_tokens import ATTRIBUTE_PATTERN
from corpuskit.text.layout import CELL, LINE
from corpuskit.text.main_content import only_main, survey_of
from corpuskit.text.normalise import normalise, without_separators
from corpuskit.text.page import BORDERS, Page
from corpuskit.text.trafilatura_pages import main_html
from corpuskit.text_rules import Marked, TextRules, TooDeep

# Without a doctype, classes and ids would match whatever their case.
_PROLOGUE = "<!DOCTYPE html>"
_NONE: frozenset[str] = frozenset()
_HOLDS_TAGS = ("plaintext", "textarea", "xmp")
# Two letters of a tag's name rule out most tags before their case is looked at.
_RARE = re.compile(
    r"<(?=[cfnpstxCFNPSTX][abcdefhilmorABCDEFHILMOR])"
    r"(?i:(caption|frameset|noscript|plaintext|script|table|tbody|td|textarea|tfoot|th|thead|title"
    r"|tr|xmp)[\s/>])"
)
_FRAMESET = re.compile(r"</?frameset(?=[\s/>])", re.IGNORECASE)
_NOSCRIPT = re.compile(r"(</?)noscript(?=[\s/>])", re.IGNORECASE)
_TABLE_PART = re.compile(
    rf"</?(caption|tbody|td|tfoot|th|thead|tr)(?:[\s/]++|{ATTRIBUTE_PATTERN})*+(>|\Z)",
    re.IGNORECASE | re.VERBOSE,
)

# Every comment and every one of these elements is closed in what Lexbor writes; `[^<]` and `[^-]`
# in possessive loops take half the time of `.*?`. Lexbor finds tags in `noscript`, and `plaintext`
# and `xmp` have text.
_RAW = sorted(RAW_TEXT - {"noscript", "plaintext", "xmp"})
_RAW_ELEMENTS = "|".join(rf"{raw}[ >][^<]*+(?:<(?!/{raw}>)[^<]*+)*+</{raw}" for raw in _RAW)
_COMMENT = "!--[^-]*+(?:-(?!->)[^-]*+)*+--"
# All in one pattern, from left to right: Lexbor leaves `<!--` in the name of an attribute as it is.
_TAGS = re.compile(
    rf"<(?:(?!(?:{'|'.join(_RAW)})[ >])(/?[a-z][^ >]*+)([^>]*+)"
    rf"|{_COMMENT}|{_RAW_ELEMENTS}|[!?][^>]*+)>"
)
# Lexbor writes the text of these, in which `<` is only a character, without escapes. Their tags
# must go before all others are looked for.
_LITERAL = re.compile(
    rf"<(?:{_COMMENT}|{_RAW_ELEMENTS})>"
    r"|<xmp\b[^>]*>(.*?)</xmp>|<plaintext\b[^>]*>(.*)</plaintext>",
    re.DOTALL,
)
# Attributes are read from the first one on: ` href="` can also stand at the end of a value.
_HREF = re.compile(r'(?: =?[^=]*="[^"]*")*? href="([^"]*)"')
_SRC = re.compile(r'(?: =?[^=]*="[^"]*")*? src="([^"]*)"')

# White space of HTML: other kinds are part of a class.
_SPACES = re.compile(r"[ \t\n\f\r]+")

_UNRENDERED = ", ".join(sorted(UNRENDERED))
_MOST_MARKED = 10_000
"""Elements of which one is told: a call each, of some microseconds."""

_SPECIAL = ""
_STRAY_BORDERS = {' border="cell"': CELL, ' border="line"': LINE}
_MARKS = {
    **dict.fromkeys((*UNRENDERED, *PREFORMATTED, "a", "/a", "img", "wbr"), _SPECIAL),
    **dict.fromkeys((f"/{name}" for name in PREFORMATTED), _SPECIAL),
    **BORDERS,
    **{f"/{name}": border for name, border in BORDERS.items()},
}
"""By tag as it is written: its border, or `_SPECIAL` for a tag that does more."""


class LexborParser:
    """Reads HTML under one set of rules; of whole pages (`is_article`) only the main content.

    Where the rules say what to keep, that is the main content.
    """

    def __init__(self, rules: TextRules, *, is_article: bool = False) -> None:
        self._drop = ", ".join(rules.drop)
        self._keep = ", ".join(rules.keep)
        self._is_article = is_article and not rules.keep
        self._asks_trafilatura = rules.parser == "trafilatura"

    def read(
        self, html: str, captures: Sequence[CaptureReader] = ()
    ) -> tuple[Page, list[list[str]]] | TooDeep:
        """Return the page that `html` makes, and by capture the texts of what it selects."""
        rare = (
            frozenset(tag.lower() for tag in _RARE.findall(html)) if _RARE.search(html) else _NONE
        )
        document = HTMLTree.parse(_PROLOGUE + _prepared(html, rare)).document
        if document is None:
            return Page(), [[] for _ in captures]
        literal = not rare.isdisjoint(("plaintext", "xmp"))
        taken = Taken()
        try:
            selected = [_taken(document, capture, taken, literal=literal) for capture in captures]
        except TakenTooMuch:
            return TooDeep("captures", MAX_TAKEN)
        if self._drop:
            _remove(document, self._drop)
        # A script can hold `<!--<script></script>-->`, which no regular expression sees through.
        if "script" in rare:
            _remove(document, "script")
        written = _kept(document, self._keep, html) if self._keep else document.html
        parts = _parts(written, literal=literal)
        if self._is_article:
            survey = survey_of(parts)
            if survey.fault is not None:
                return survey.fault
            if self._asks_trafilatura:
                main = main_html(written)
                if isinstance(main, TooDeep):
                    return main
                written = _written(main)
                parts = _parts(written, literal=literal)
            else:
                parts = only_main(parts, survey)
        return _page(parts, escaped=literal or "&" in written), selected

    def marked(self, html: str, tags: Sequence[str] = ()) -> list[Marked]:
        """Return the elements with a class or an id, and those of `tags`, that are on the page.

        What is dropped is not, nor what is not kept.
        """
        rare = frozenset(tag.lower() for tag in _RARE.findall(html))
        document = HTMLTree.parse(_PROLOGUE + _prepared(html, rare)).document
        if document is None:
            return []
        _remove(document, ", ".join(filter(None, (_UNRENDERED, self._drop))))
        if self._keep:
            document = HTMLTree.parse(_PROLOGUE + _kept(document, self._keep, html)).document
            assert document is not None, "what was written is read"
        found = _select(document, ", ".join(("[class]", "[id]", *tags)))[:_MOST_MARKED]
        return [_marked(element) for element in found]


def selector_fault(selector: str) -> str | None:
    """Return why Lexbor cannot use `selector`, or None."""
    document = HTMLTree.parse("").document
    try:
        if document is not None:
            document.query_selector_all(selector)
    except ValueError as fault:
        return str(fault)
    return None


def _marked(element: ElementNode) -> Marked:
    classes = _SPACES.split(element.getattr("class") or "")
    return Marked(
        element.local_name or "", element.getattr("id") or "", tuple(filter(None, classes))
    )


def _written(html: str) -> str:
    """Return HTML as Lexbor writes it."""
    document = HTMLTree.parse(_PROLOGUE + html).document
    return "" if document is None else document.html


def _prepared(html: str, rare: frozenset[str]) -> str:
    """Return `html` so that Lexbor loses nothing that is to be read; it has the `rare` tags."""
    # For a `<!` at the end Lexbor makes a comment of the whole input, `-->` included.
    html = html.removesuffix("<!")
    # Tags are exchanged as text, so nothing may hold tags as text.
    if not rare or not rare.isdisjoint(_HOLDS_TAGS):
        return html
    # Lexbor parses as if scripting were off. Then an open `<p>` in a `noscript` keeps it open, and
    # all that follows is in it; with scripting, it is raw text, as `noembed` always is.
    if "noscript" in rare:
        html = _NOSCRIPT.sub(r"\1noembed", html)
    if not rare.isdisjoint({"script", "title"}):
        return html
    # A set of frames is all that its document shows.
    if "frameset" in rare:
        html = _FRAMESET.sub("<div", html)
    # Of a table without its `table` only the texts would be left: `ab` of two cells.
    return html if "table" in rare else _TABLE_PART.sub(_stray, html)


def _stray(tag: re.Match[str]) -> str:
    # A tag that never ends is matched as well, or the search would come back to each one in it.
    if not tag[tag.re.groups]:
        return tag[0]
    return f'<wbr border="{"cell" if tag[1].lower() in CELLS else "line"}">'


def _select(document: DocumentNode | ElementNode, selector: str) -> list[ElementNode]:
    # To iterate over the collection itself takes quadratic time: 2 s for a thousand elements.
    return document.query_selector_all(selector).values()


def _remove(document: DocumentNode, selector: str) -> None:
    for element in _select(document, selector):
        element.decompose()


def _taken(
    document: DocumentNode, capture: CaptureReader, taken: Taken, *, literal: bool
) -> list[str]:
    """Return what a capture takes: texts of elements, or values of their attribute.

    Raises:
        TakenTooMuch: with what was taken before, it is more than the cap.
    """
    if capture.selector is None:
        return []

    def text_of(element: ElementNode) -> str:
        written = element.html
        taken.add(len(written))
        if element.local_name in UNRENDERED:
            return normalise(element.text or "")
        return _page(_parts(written, literal=literal), escaped=literal or "&" in written).text()

    elements = _select(document, capture.selector)
    if capture.where is not None:
        elements = [e for e in elements if capture.admits(text_of(e))]
    if capture.inner is not None:
        # What is in several of them is taken once.
        inner = [found for element in elements for found in _select(element, capture.inner)]
        elements = list(dict.fromkeys(inner))
    if capture.attribute is not None:
        return [on_a_line(element.getattr(capture.attribute) or "") for element in elements]
    return list(map(text_of, elements))


def _kept(document: DocumentNode, selector: str, html: str) -> str:
    """Return the outermost elements that `selector` matches as HTML, each a block of its own."""
    # What is not on the page stays so, whatever is selected in it.
    _remove(document, _UNRENDERED)
    found = _select(document, selector)
    # No text holds its own digest, so that no element has such an attribute of its author's.
    mark = f"kept-{hashlib.sha256(html.encode()).hexdigest()[:16]}"
    for element in found:
        element.setattr(mark, "")
    written, position = [], 0
    while position < len(found):
        element = found[position]
        written.append(f"<div>{element.html}</div>")
        # Elements are in the order of the document: those in this one follow it.
        position += 1 + len(_select(element, f"[{mark}]"))
    return "".join(written)


def _parts(written: str, *, literal: bool) -> list[str]:
    """Split HTML that Lexbor wrote; only with `literal` can it hold such elements.

    Returns:
        In turns a text, the name of a tag with its slash, and its attributes, the last one being a
        text. Between two texts without a tag there was a comment, or an element that is no text.
    """
    if literal:
        written = _LITERAL.sub(_as_preformatted, written)
    return _TAGS.split(without_separators(written))


def _page(parts: list[str], *, escaped: bool) -> Page:
    """Return the page that the parts of HTML make, in which there may be `escaped` characters."""
    if escaped:
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
            else:
                _special(page, tag, attributes)
                append = page.pieces.append
    append(parts[-1])
    return page


def _as_preformatted(element: re.Match[str]) -> str:
    content = element[1] if element[1] is not None else element[2]
    return element[0] if content is None else f"<pre>{escape(content, quote=False)}</pre>"


def _special(page: Page, tag: str, attributes: str) -> None:
    match tag:
        case "a":
            page.start_link(_value(_HREF.match(attributes)))
        case "/a":
            page.end_link()
        case "wbr":
            page.pieces.append(_STRAY_BORDERS.get(attributes, ""))
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
