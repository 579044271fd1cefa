"""From a body to its text, links, images and captured fields: the way through this package."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from corpuskit.text import lexbor, soup
from corpuskit.text.bounds import html_fault
from corpuskit.text.captures import MAX_TAKEN, MAX_VALUES, CaptureReader
from corpuskit.text.dropped_lines import DroppedLines
from corpuskit.text.elements import NESTING_UNRENDERED, UNPARSED
from corpuskit.text.footnotes import without_marks
from corpuskit.text.html_tokens import comments
from corpuskit.text.markdown import render
from corpuskit.text.normalise import normalise
from corpuskit.text.page import Page
from corpuskit.text.plain_html import read_plain
from corpuskit.text.templates import strip
from corpuskit.text.unclosed import find_open_quote, find_unclosed, may_be_unclosed, noted
from corpuskit.text_rules import Extraction, Format, Marked, TextRules, TooDeep, Unclosed

# Without `svg`, whose slash HTML believes, and `template`, which is left to mean what HTML says.
_SWALLOWING = "|".join(sorted(UNPARSED | (NESTING_UNRENDERED - {"svg", "template"})))
_EMPTY_SWALLOWING = re.compile(rf"<({_SWALLOWING})((?:\s[^<>]*)?)/>", re.IGNORECASE)
_EMPTY = re.compile(rf"<({_SWALLOWING}|a|div|object|p|pre|span)((?:\s[^<>]*)?)/>", re.IGNORECASE)


class _Parser(Protocol):
    def read(
        self, html: str, captures: Sequence[CaptureReader]
    ) -> tuple[Page, list[list[str]]] | TooDeep: ...


class Extractor:
    """Extracts under one set of rules; made once a process."""

    def __init__(self, rules: TextRules) -> None:
        """Prepare for `rules`, the selectors and patterns of which were checked."""
        self._captures = [CaptureReader(capture) for capture in rules.captures]
        self._strip = frozenset(rules.strip_templates)
        self._dropped_lines = DroppedLines(rules.drop_lines, rules.drop_lines_beginning)
        self._lexbor = lexbor.LexborParser(rules)
        self._parser: _Parser = (
            soup.SoupParser(rules) if rules.parser == "beautifulsoup" else self._lexbor
        )
        # What is Markdown is no page.
        self._page_parser: _Parser | None = (
            lexbor.LexborParser(rules, is_article=True) if rules.mode == "article" else None
        )
        # Selectors need a tree. The other parser is a reference, and reads all by itself.
        selects = rules.drop or rules.keep or rules.captures
        self._reads_plain = rules.parser != "beautifulsoup" and not selects

    def extract(self, body: str, format: Format) -> Extraction | TooDeep:  # noqa: A002
        """Return what `body` says, or the cap that it hits; raises nothing, whatever the body."""
        found = self._whole(body, format)
        if not self._dropped_lines or isinstance(found, TooDeep):
            return found
        return replace(found, text=self._dropped_lines.without(found.text))

    def _whole(self, body: str, format: Format) -> Extraction | TooDeep:  # noqa: A002
        """Extract with all lines."""
        if format == "text":
            return Extraction(normalise(body), [], [], [], self._captured([]))
        html = self._html(body, format)
        if isinstance(html, TooDeep):
            return html
        is_page = self._page_parser is not None and format == "html"
        page = read_plain(html) if self._reads_plain and not is_page else None
        if page is None:
            return self._parsed(body, format, _mended(html))
        # What is plain hits no cap, and closes all that it opens.
        return Extraction(page.text(), page.links, page.link_texts, page.images, {})

    def marked(self, body: str, format: Format, tags: Sequence[str] = ()) -> list[Marked]:  # noqa: A002
        """Return the elements of `body` that selectors could be for, if they are on the page.

        Those with a class or an id, and those of `tags`; Lexbor finds them, whatever the parser.
        """
        html = "" if format == "text" else self._html(body, format)
        if isinstance(html, TooDeep) or html_fault(mended := _mended(html)):
            return []
        try:
            return self._lexbor.marked(mended, tags)
        except ValueError:
            return []

    def _parsed(self, body: str, format: Format, html: str) -> Extraction | TooDeep:  # noqa: A002
        if fault := html_fault(html):
            return fault if html == body else TooDeep(fault.cap, fault.limit)
        parser = self._parser
        if self._page_parser is not None and format == "html":
            parser = self._page_parser
        try:
            read = parser.read(html, self._captures)
        except ValueError:
            # Lexbor's exceptions are such. It raises one when it gets no memory.
            return TooDeep("parser", 0)
        if isinstance(read, TooDeep):
            return read
        page, selected = read
        if any(capture.comment for capture in self._captures):
            said = [normalise(comment) for comment in comments(html)]
            asked = sum(capture.comment for capture in self._captures)
            if asked * sum(map(len, said)) > MAX_TAKEN:
                return TooDeep("captures", MAX_TAKEN)
            pairs = zip(self._captures, selected, strict=True)
            selected = [said if capture.comment else taken for capture, taken in pairs]
        captured = self._captured(selected)
        if sum(map(len, captured.values())) > MAX_VALUES:
            return TooDeep("values", MAX_VALUES)
        return Extraction(
            page.text(),
            page.links,
            page.link_texts,
            page.images,
            captured,
            self._unclosed(body, format, html) if "<" in body else None,
        )

    def _captured(self, selected: list[list[str]]) -> dict[str, list[str]]:
        captured: dict[str, list[str]] = {capture.field: [] for capture in self._captures}
        for capture, texts in zip(self._captures, selected, strict=False):
            for text in texts:
                captured[capture.field] += capture.values(text)
                if len(captured[capture.field]) > MAX_VALUES:
                    return captured
        return captured

    def _html(self, body: str, format: Format) -> str | TooDeep:  # noqa: A002
        if format == "markdown":
            return render(_sound(body), self._strip)
        return without_marks(strip(body, self._strip) if self._strip else body)

    def _unclosed(self, body: str, format: Format, html: str) -> Unclosed | None:  # noqa: A002
        """Return what hides the rest of `body`, from which `html` was made."""
        if format == "html" and (tag := find_open_quote(body)):
            return tag
        if not may_be_unclosed(html):
            return None
        # Where a tag of the HTML stands in Markdown, only a second rendering tells.
        made = self._html(noted(body), format)
        return None if isinstance(made, TooDeep) else find_unclosed(_mended(made), body)


def check_selector(selector: str) -> str | None:
    """Return why `selector` is not CSS that both parsers know, or None when it is."""
    # Lexbor first: soupsieve warns of spellings that Lexbor does not know.
    return lexbor.selector_fault(selector) or soup.selector_fault(selector)


def _mended(html: str) -> str:
    """Return `html` for a parser, to which not every character and empty tag can be given."""
    return _with_end_tags(_sound(html))


def _sound(body: str) -> str:
    """Return `body` without lone surrogates, and without NUL, which parsers drop or replace."""
    try:
        body.encode()
    except UnicodeEncodeError:
        body = body.encode("utf-8", "ignore").decode()
    return body.replace("\0", "") if "\0" in body else body


def _with_end_tags(html: str) -> str:
    """Return `html` with an end tag for elements that are written as empty ones of XML.

    To HTML the slash of `<iframe/>` or `<video/>` means nothing: all that follows would be in them,
    and so not on the page. Nobody means that, and in MDX and XHTML it is right to write so. Of
    elements that swallow no text, the slash is believed in documents that say they are XML.
    """
    if "/>" not in html:
        return html
    empty = _EMPTY if "<?xml" in html[:100] else _EMPTY_SWALLOWING
    return empty.sub(r"<\1\2></\1>", html)
