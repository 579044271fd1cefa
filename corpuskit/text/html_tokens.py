"""HTML as a sequence of tokens, by the tokeniser of the HTML standard (§13.2.5).

`html.parser` differs from it and from itself between patch releases of Python, takes quadratic time
over some unfinished markup, and is not needed for more than names and attributes.
"""

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5
from typing import NamedTuple

from corpuskit.text.elements import ESCAPABLE_RAW_TEXT, FOREIGN_ROOTS, RAW_TEXT

_NAME = r"[^ \t\n\f\r/>]"
# Verbose, for the middle of other patterns.
ATTRIBUTE_PATTERN = rf"""({_NAME}[^ \t\n\f\r/>=]*+)(?:[ \t\n\f\r]*+=[ \t\n\f\r]*+
    ((?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^ \t\n\f\r>"'][^ \t\n\f\r>]*+)?+))?+"""
ATTRIBUTE = re.compile(ATTRIBUTE_PATTERN, re.VERBOSE)
"""One attribute of a start tag: its name, and its value with its quotes."""

_MARKUP = re.compile(
    rf"""<(?:
        (?P<slash>/?)(?P<name>[a-zA-Z]{_NAME}*+)
        (?P<attributes>(?:[ \t\n\f\r/]++|{ATTRIBUTE_PATTERN})*+)(?P<end>>|\Z)
      | !--(?:-?>|.*?(?:--!?>|\Z))
      | [!?][^>]*+(?:>|\Z)
      | /(?!\Z)[^>]*+(?:>|\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_COMMENT_END = re.compile(r"(?:--!?|\A-?)>\Z")
TEXT_ENDS = {
    name: re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.IGNORECASE)
    for name in sorted(RAW_TEXT | ESCAPABLE_RAW_TEXT)
}
"""By element: where the text ends that its start tag begins."""


class Start(NamedTuple):
    """A start tag; `attributes` is its source after the name."""

    name: str
    attributes: str
    offset: int


class End(NamedTuple):
    """An end tag."""

    name: str


class Text(NamedTuple):
    """Characters; `within` names the raw text element whose content they are, if they are one's."""

    content: str
    within: str = ""


Token = Start | End | Text


def comments(html: str) -> list[str]:
    """Return what the comments of `html` hold, in their order."""
    found: list[str] = []
    if "<!--" in html:
        for _ in tokens(html, found):
            pass
    return found


def tokens(
    html: str, heard: list[str] | None = None, unfinished: list[str] | None = None
) -> Iterator[Token]:
    """Yield the tags and texts of `html`, without comments, doctypes and unfinished tags.

    What comments hold is appended to `heard`, a tag that `html` ends in to `unfinished`.

    Takes time linear in `html`, whatever it is. Within `svg` and `math` nothing is raw text, and
    CDATA sections are taken for the bogus comments that they are elsewhere.
    """
    position, foreign = 0, 0
    while markup := _MARKUP.search(html, position):
        if markup.start() > position:
            yield Text(html[position : markup.start()])
        position = markup.end()
        if markup["name"] is None:
            if heard is not None and markup[0].startswith("<!--"):
                heard.append(_COMMENT_END.sub("", markup[0][4:]))
            continue
        if not markup["end"]:
            if unfinished is not None:
                unfinished.append(markup[0])
            return
        name = markup["name"].lower()
        if name in FOREIGN_ROOTS and not markup["attributes"].endswith("/"):
            foreign = max(0, foreign + (-1 if markup["slash"] else 1))
        if markup["slash"]:
            yield End(name)
            continue
        yield Start(name, markup["attributes"], markup.start())
        if name in TEXT_ENDS and not foreign:
            ending = None if name == "plaintext" else TEXT_ENDS[name].search(html, position)
            end = len(html) if ending is None else ending.start()
            yield Text(html[position:end], within=name)
            position = end
    if position < len(html):
        yield Text(html[position:])


def attributes_of(source: str) -> dict[str, str]:
    """Return the attributes of a start tag, with their character references resolved.

    Names are in lower case; of two with the same name the first one counts.
    """
    found: dict[str, str] = {}
    for attribute in ATTRIBUTE.finditer(source):
        value = attribute[2] or ""
        if value[:1] in ("'", '"'):
            value = value[1:].removesuffix(value[0])
        found.setdefault(attribute[1].lower(), _REFERENCE.sub(_resolved, value))
    return found


_REFERENCE = re.compile(r"&(?:#(?:[xX][0-9a-fA-F]+|[0-9]+);?|([a-zA-Z][a-zA-Z0-9]*)([;=]?))")


def _resolved(reference: re.Match[str]) -> str:
    name, end = reference[1], reference[2]
    if name is None:
        return unescape(reference[0])
    if end == ";" and f"{name};" in html5:
        return html5[f"{name};"]
    # `?a=1&copy=2` is no copyright sign, though `©=2` would be one in a text (§13.2.5.73).
    return html5[name] if not end and name in html5 else reference[0]
