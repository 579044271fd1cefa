"""What an HTML page says of itself outside of its text, and which element says it.

It is read from the tokens of the source and not from a parser's tree, so that each value has its
place, and all parsers find the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from itertools import islice
from typing import NamedTuple

from corpuskit.front_matter.tree import Span
from corpuskit.model import Value
from corpuskit.pages.json_ld import JsonLd
from corpuskit.text.captures import on_a_line
from corpuskit.text.html_tokens import ATTRIBUTE, End, Start, Text, attributes_of, tokens

MAX_TOKENS = 1_000_000
"""They take two seconds; `text.bounds` allows half as many tags."""
MAX_ELEMENTS = 1_000
"""Elements with metadata; pages have some fifty."""
MAX_CHARACTERS = 256 * 1024
"""In all of their values, which is what front matter may have."""

META, JSON_LD = "meta.", "json-ld."
"""Before the name of any `<meta>`, and the path of any member of JSON-LD, when a field reads it."""

KEYS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline"),
    "date": ("date", "pubDate", "published", "pubdate", "publish_date", "published_at"),
    "updated": ("updated", "modified", "lastmod", "last_modified_at", "last_modified"),
    "authors": ("authors", "author", "byline"),
    "lang": ("lang", "language", "locale"),
    "url": ("url", "link", "canonical", "permalink"),
    "description": ("description", "summary", "excerpt"),
    "image": ("image", "cover", "headimg", "thumbnail"),
    "tags": ("tags", "tag", "keywords"),
    "categories": ("categories", "category", "section"),
    "license": ("license", "licence", "rights"),
}
"""What a page can say of itself, and the keys under which fields look for it."""

ELEMENTS: Mapping[str, tuple[str, ...]] = {
    "title": (
        *("meta og:title", "json-ld headline", "meta citation_title", "meta dc.title"),
        *("meta twitter:title", "title"),
    ),
    "date": (
        *("meta article:published_time", "json-ld datePublished", "itemprop datepublished"),
        *("meta citation_publication_date", "meta dc.date.issued", "meta dcterms.issued"),
        *("meta dc.date", "meta parsely-pub-date", "meta pubdate", "meta publishdate"),
        *("meta publish_date", "meta date", "article time", "time"),
    ),
    "updated": (
        *("meta article:modified_time", "meta og:updated_time", "json-ld dateModified"),
        *("itemprop datemodified", "meta dcterms.modified", "meta last-modified"),
    ),
    "authors": ("json-ld author", "meta citation_author", "meta author", "meta dc.creator"),
    "lang": ("html lang", "meta content-language", "meta og:locale", "json-ld inLanguage"),
    "url": ("link canonical", "meta og:url", "json-ld url"),
    "description": (
        *("meta og:description", "meta description", "json-ld description"),
        "meta twitter:description",
    ),
    "image": ("meta og:image", "json-ld image", "meta twitter:image", "link image_src"),
    "tags": ("meta article:tag", "json-ld keywords", "meta news_keywords", "meta keywords"),
    "categories": ("meta article:section", "json-ld articleSection"),
    "license": ("link license", "json-ld license"),
}
"""By what is said: the elements that say it, of which the first that is there and not blank counts.
Open Graph comes first, for sites fill it in by hand; `<title>` has the site's name in it, and the
first `<time>` may be another article's."""

_MANY = frozenset({"authors", "tags", "categories"})
"""Of these, all elements of a kind count."""
_COMMAS = frozenset({"json-ld keywords", "meta news_keywords", "meta keywords"})
"""Lists with commas in one value (HTML standard, §4.2.5.1)."""
_MEMBERS: Mapping[str, str] = {"image": "url", "license": "url"}
"""What is taken of an object of JSON-LD, if not its name."""

_KEPT = frozenset(element for elements in ELEMENTS.values() for element in elements)
_ONCE = frozenset({"article time", "time", "title", "html lang"})
"""Elements of which the first one counts, however many there are."""
_CANONICAL = {key: said for said, keys in KEYS.items() for key in keys}
_READ = frozenset({"html", "link", "meta", "time", "article", "main"})
_JSON_LD_TYPE = re.compile(r"\s*application/ld\+json\s*(?:;.*)?", re.IGNORECASE | re.DOTALL)


class Found(NamedTuple):
    """A value of the page, the element that says it, and where that value stands in the source."""

    value: Value
    element: str
    span: Span


class _Element(NamedTuple):
    """What one element says: in an attribute of its tag, or in the text that follows this."""

    value: str
    tag: Start
    attribute: str | None


@dataclass(slots=True)
class PageMetadata:
    """What one page says of itself.

    `base` is where the page begins in its source. `too_much` is where there was more than is read.
    """

    base: int
    json_ld: JsonLd = field(default_factory=JsonLd)
    too_much: Span | None = None
    _elements: dict[str, list[_Element]] = field(default_factory=dict)
    _count: int = 0
    _characters: int = 0

    def find(self, key: str) -> Found | None:
        """What the page says under a key that a field reads; None for keys that are none of it."""
        if key.startswith(META):
            return self._found(f"meta {key[len(META) :].lower()}", many=True)
        if key.startswith(JSON_LD):
            path = key[len(JSON_LD) :]
            said = self.json_ld.find(path)
            return None if said is None else Found(said.value, f"json-ld {path}", said.span)
        if key not in _CANONICAL:
            return None
        said_by = ELEMENTS[_CANONICAL[key]]
        many = _CANONICAL[key] in _MANY
        return next(filter(None, (self._found(e, many=many) for e in said_by)), None)

    def said(self) -> dict[str, Value]:
        """All that the page says of itself, under the first of `KEYS` each, but its language."""
        found = ((key, self.find(key)) for key in KEYS if key != "lang")
        return {key: said.value for key, said in found if said is not None}

    def note(self, element: str, value: str, tag: Start, attribute: str | None = None) -> None:
        """Keep what an element says, unless that is nothing, or there is too much of it."""
        if not element.startswith("meta ") and element not in _KEPT:
            return
        value = on_a_line(value)
        if not value or self.too_much or (element in _ONCE and element in self._elements):
            return
        self._count += 1
        self._characters += len(value)
        noted = _Element(value, tag, attribute)
        if self._count > MAX_ELEMENTS or self._characters > MAX_CHARACTERS:
            self.too_much = self._span(noted)
        else:
            self._elements.setdefault(element, []).append(noted)

    def _found(self, element: str, *, many: bool) -> Found | None:
        """What elements of a kind say: one of them a text, several a list if there can be many."""
        kind, _, name = element.partition(" ")
        if kind == "json-ld":
            said = self.json_ld.names(name, _MEMBERS.get(name, "name"))
            if said is None:
                return None
            values, span = said
        else:
            elements = self._elements.get(element)
            if elements is None:
                return None
            values = [found.value for found in elements]
            span = self._span(elements[0])
        if element in _COMMAS:
            values = [
                part for value in values for word in value.split(",") if (part := word.strip())
            ]
        if not values:
            return None
        return Found([*values] if many and len(values) > 1 else values[0], element, span)

    def _span(self, element: _Element) -> Span:
        start, end = _span(element)
        return start + self.base, end + self.base


def read_page(text: str, start: int) -> PageMetadata:
    """Read the page that begins at `start` of the text of a source."""
    page = PageMetadata(start)
    reader = _Reader(page)
    for token in islice(tokens(text[start:]), MAX_TOKENS):
        if isinstance(token, Start):
            reader.start(token)
        elif isinstance(token, End):
            reader.end(token.name)
        elif token.within:
            reader.text(token)
    return page


class _Reader:
    """Follows the tokens of a page."""

    def __init__(self, page: PageMetadata) -> None:
        self._page = page
        self._tag = Start("", "", 0)
        self._sections = 0

    def start(self, tag: Start) -> None:
        """Note what the tag's attributes say."""
        self._tag = tag
        if tag.name not in _READ:
            return
        attributes = attributes_of(tag.attributes)
        match tag.name:
            case "article" | "main":
                self._sections += 1
            case "html":
                self._page.note("html lang", attributes.get("lang", ""), tag, "lang")
            case "meta":
                self._meta(attributes, tag)
            case "link":
                for relation in sorted(set(attributes.get("rel", "").lower().split())):
                    self._page.note(f"link {relation}", attributes.get("href", ""), tag, "href")
            case _:
                self._time(attributes, tag)

    def end(self, name: str) -> None:
        """Follow an end tag."""
        if name in ("article", "main") and self._sections:
            self._sections -= 1

    def text(self, text: Text) -> None:
        """Note the text of the element that the last tag opened."""
        if text.within == "title":
            self._page.note("title", unescape(text.content), self._tag)
        elif text.within == "script":
            kind = attributes_of(self._tag.attributes).get("type", "")
            if _JSON_LD_TYPE.fullmatch(kind):
                self._page.json_ld.add(text.content, self._page.base + _text_start(self._tag))

    def _meta(self, attributes: Mapping[str, str], tag: Start) -> None:
        content = attributes.get("content", "")
        if "itemprop" in attributes:
            self._itemprop(attributes, content, tag, "content")
        names = {
            attributes.get(key, "").strip().lower() for key in ("property", "name", "http-equiv")
        }
        for name in sorted(names - {""}):
            self._page.note(f"meta {name}", content, tag, "content")

    def _time(self, attributes: Mapping[str, str], tag: Start) -> None:
        moment = attributes.get("datetime", "")
        self._itemprop(attributes, moment, tag, "datetime")
        self._page.note("article time" if self._sections else "time", moment, tag, "datetime")

    def _itemprop(
        self, attributes: Mapping[str, str], value: str, tag: Start, attribute: str
    ) -> None:
        for name in sorted(set(attributes.get("itemprop", "").lower().split())):
            self._page.note(f"itemprop {name}", value, tag, attribute)


def _text_start(tag: Start) -> int:
    return tag.offset + len("<") + len(tag.name) + len(tag.attributes) + len(">")


def _span(element: _Element) -> Span:
    """Where the value stands: that of the attribute without its quotes, or what follows the tag."""
    tag = element.tag
    if element.attribute is None:
        start = _text_start(tag)
        return start, start + 1
    for attribute in ATTRIBUTE.finditer(tag.attributes):
        if attribute[1].lower() == element.attribute and attribute[2]:
            quotes = attribute[2][0] in "'\""
            start, end = attribute.span(2)
            base = tag.offset + len("<") + len(tag.name)
            return base + start + quotes, base + end - (
                quotes and attribute[2][-1] == attribute[2][0]
            )
    return tag.offset, tag.offset + len("<") + len(tag.name)
