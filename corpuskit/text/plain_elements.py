"""The elements of plain HTML, and where each of them stays as it is written.

Tree construction (§13.2.6) mends what stands elsewhere: a block ends a paragraph, a link another
link, an `li` the one around it; text between the cells of a table goes before the table. So what an
element may hold depends on all that is open around it, and is one of the few tables made here.
"""

from __future__ import annotations

from typing import NamedTuple

from corpuskit.text.elements import names
from corpuskit.text.page import BORDERS

SPECIAL = ""
"""The border of an element that does more than to put one between texts."""

INLINE = names(
    """abbr acronym b bdo big cite code del dfn em font i ins kbd label mark q s samp small span
    strike strong sub sup time tt u var"""
)
BOXES = names(
    """address article aside blockquote center details div figcaption figure footer header main nav
    section summary"""
)
TEXT_BLOCKS = names("h1 h2 h3 h4 h5 h6 p")
"""The next block would end a paragraph, and may end a heading."""


class Element(NamedTuple):
    """What an element does.

    Attributes:
        border: what its start puts between texts, and its end, if it has one; None for nothing.
        end: the tag that closes it, "" if it has no content.
        inside: the elements that may stand in it, by tag.
        is_grid: it is a table or a part of one that holds no text of its own.
    """

    border: str | None
    end: str
    inside: dict[str, Element]
    is_grid: bool = False


_Contents = dict[str, Element]


def _contents(in_link: tuple[_Contents, _Contents] | None) -> tuple[_Contents, _Contents]:
    """Return what may stand in a block, and what in a line of text.

    `in_link` is the same within a link; None where a link is open already.
    """
    flow: _Contents = {}
    phrasing: _Contents = {}
    for place, inside in enumerate((flow, phrasing)):
        inside.update(_elements(INLINE, inside))
        inside["br"] = Element(BORDERS["br"], "", {})
        inside["img"] = Element(SPECIAL, "", {})
        inside["embed"] = inside["input"] = Element(None, "", {})
        if in_link is not None:
            inside["a"] = Element(SPECIAL, "/a", in_link[place])
    flow |= _elements(BOXES, flow) | _elements(TEXT_BLOCKS, phrasing)
    flow["pre"] = Element(SPECIAL, "/pre", phrasing)
    flow["hr"] = Element(BORDERS["hr"], "", {})
    flow["table"] = _grid("table", _table_contents(flow))
    items: _Contents = {}
    descriptions: _Contents = {}
    flow |= _elements(names("ol ul"), items) | _elements(names("dl"), descriptions)
    items |= flow | _elements(names("li"), flow)
    descriptions |= flow | _elements(names("dd dt"), flow)
    return flow, phrasing


def _table_contents(flow: _Contents) -> _Contents:
    rows = {"tr": _grid("tr", _elements(names("td th"), flow))}
    sections = {name: _grid(name, rows) for name in ("tbody", "tfoot", "thead")}
    return rows | sections | _elements(names("caption"), flow)


def _elements(these: frozenset[str], inside: _Contents) -> _Contents:
    return {name: Element(BORDERS.get(name), f"/{name}", inside) for name in sorted(these)}


def _grid(name: str, inside: _Contents) -> Element:
    return Element(BORDERS[name], f"/{name}", inside, is_grid=True)


def _body() -> Element:
    flow, _ = _contents(in_link=_contents(in_link=None))
    # Footnotes of Markdown are items without a list: nothing is open that they would close.
    return Element(None, "", flow | _elements(names("li"), flow))


BODY = _body()
"""What all of a body is in."""
