"""CSS selectors for elements that come back in many articles: short ones, and how they compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from corpuskit.text.elements import names
from corpuskit.text_rules import Marked

FURNITURE = frozenset({"aside", "footer", "form", "menu", "nav"})
"""Elements that are selected by their name alone: what they are for is seldom the article itself.

A `p` or a `div` without class or id has no selector: an article to come would lose its text.
"""

_MOST_NAMES = 8
"""Classes of an element that are looked at; utility frameworks give some of them dozens."""
_LONGEST_NAME = 100
_MOST_SELECTORS = 2_000
"""Of one article, in the order of the page."""

_LAYOUT = names(
    """active block box center clearfix col column container content flex grid group hidden
    hide inline inner item left main outer row right section show text visible wrap wrapper"""
)
"""Classes that say where something stands and not what it is, and so are on much else as well."""


_CODE = names("code kbd pre samp")
_OF_CODE = ("brush", "codehilite", "highlight", "hljs", "lang-", "language-", "sourcecode")
"""Code that recurs today would be another's tomorrow."""
_HEADINGS = names("h1 h2 h3 h4 h5 h6")
"""Their ids are made of what they say: a section that many articles have."""


def escaped(name: str) -> str:
    """A class or id as it is written in a selector (CSSOM, "serialize an identifier")."""
    return "".join(_escaped(name, place, char) for place, char in enumerate(name))


def _escaped(name: str, place: int, char: str) -> str:
    is_digit = "0" <= char <= "9"
    begins = place == 0 or (place == 1 and name[0] == "-")
    if char < " " or char == "\x7f" or (is_digit and begins):
        return f"\\{ord(char):x} "
    if char == "-" and name == "-":
        return "\\-"
    is_plain = char >= "\x80" or char in "-_" or char.isalnum()
    return char if is_plain else f"\\{char}"


def selectors_of(elements: Iterable[Marked]) -> list[str]:
    """The selectors that match some of an article's elements, each once."""
    found: dict[str, None] = {}
    for element in elements:
        found.update(dict.fromkeys(_selectors(element)))
        if len(found) >= _MOST_SELECTORS:
            break
    return list(found)[:_MOST_SELECTORS]


def _selectors(element: Marked) -> Iterator[str]:
    """From an id, a class, a tag with it, two classes; or the tag of `FURNITURE`."""
    tag = element.tag
    if tag in _CODE or any(name.lower().startswith(_OF_CODE) for name in element.classes):
        return
    if tag in FURNITURE:
        yield tag
    if element.id and _is_usable(element.id) and tag not in _HEADINGS:
        yield f"#{escaped(element.id)}"
    usable = filter(_is_usable, dict.fromkeys(element.classes))
    classes = [f".{escaped(name)}" for name in usable][:_MOST_NAMES]
    yield from classes
    if tag.isascii() and tag.isalnum():
        yield from (f"{tag}{name}" for name in classes)
    yield from (one + other for one, other in combinations(sorted(classes), 2))


def _is_usable(name: str) -> bool:
    """Whether a rule may have it: a configuration holds no control characters."""
    return len(name) <= _LONGEST_NAME and name.isprintable()


def rank(selector: str) -> tuple[int, bool, bool, int, str]:
    """What sorts selectors that do the same, the best one first.

    One part before two; a name before a mere tag, and one that says what something is before one
    of layout; a long name before a short one, for it is less likely to be used for something else.
    """
    whole = parts(selector)
    named = [part for part in whole if part[0] in ".#"]
    is_layout = bool(named) and all(part[1:].split("-")[0] in _LAYOUT for part in named)
    return len(whole), not named, is_layout, -len(selector), selector


def parts(selector: str) -> list[str]:
    """`p`, `.a` and `.b` of `p.a.b`; what is escaped begins no part."""
    starts = [
        n for n, char in enumerate(selector) if n and char in ".#" and not _is_escaped(selector, n)
    ]
    return [selector[a:b] for a, b in zip([0, *starts], [*starts, len(selector)], strict=True)]


def _is_escaped(selector: str, place: int) -> bool:
    before = selector[:place]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def name_of(selector: str) -> str:
    """The last name in a selector as that of a field: `article_editor` of `p.article-editor`."""
    kept = [c.lower() if c.isascii() and c.isalnum() else "_" for c in parts(selector)[-1]]
    name = "_".join(filter(None, "".join(kept).split("_")))
    return name if name and not name[0].isdigit() else "captured"
