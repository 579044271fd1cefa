"""The open elements of an HTML parser (§13.2.4): what each tag opens, closes and opens again.

A model of tree construction. It knows the end tags that HTML lets authors leave out, the scopes
that end tags do not reach through, and formatting elements that are left open. It knows no foster
parenting, and leaves in one piece what the adoption agency would split.
"""

from collections import Counter
from collections.abc import Container
from dataclasses import dataclass
from typing import NamedTuple

from corpuskit.text.elements import FOREIGN_ROOTS, FORMATTING, ROOTS, SCOPES, SPECIAL, VOID, names

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ENDS_PARAGRAPH = _HEADINGS | names(
    """address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption
    figure footer form header hgroup hr li listing main menu nav ol p plaintext pre search section
    summary table ul xmp"""
)
_TABLE_PARTS = names("caption col colgroup table tbody td tfoot th thead tr")
_KEEPS_FORMATTING_CLOSED = (
    _ENDS_PARAGRAPH
    | _TABLE_PARTS
    | names(
        """base body frame frameset head html iframe link meta noembed noframes param rb rp rt rtc
        script source style template textarea title track"""
    )
)
_MARKERS = SCOPES - {"table"}
_TABLES = frozenset({"table", "template"})
_BUTTON_SCOPES = SCOPES | {"button"}
_LIST_SCOPES = SCOPES | {"ol", "ul"}
_ITEM_SCOPES = SPECIAL - {"address", "div", "p"}
_INTEGRATION_POINTS = tuple(names("annotation-xml desc foreignobject mi mn mo ms mtext title"))

_BREAKS_OUT = (
    _HEADINGS
    | (FORMATTING - {"a", "font"})
    | names(
        """blockquote body br center dd div dl dt embed head hr img li listing menu meta ol p pre
        ruby span sub sup table ul var"""
    )
)
"""They end SVG and MathML that is open."""

_IMPLIED_ENDS: dict[str, tuple[tuple[str, ...], Container[str]]] = {
    "body": (("head",), ()),
    "button": (("button",), SCOPES),
    "li": (("li",), _ITEM_SCOPES),
    **dict.fromkeys(("dd", "dt"), (("dd", "dt"), _ITEM_SCOPES)),
    **dict.fromkeys(("optgroup", "option"), (("option",), SPECIAL)),
}
"""By start tag: the elements of which it closes the innermost one, and what protects that."""

_SECTIONS = ("caption", "colgroup", "tbody", "tfoot", "thead")
_ROWS = frozenset({"table", "tbody", "template", "tfoot", "thead"})
_TABLE_CONTEXTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("td", "th"), _ROWS | {"tr"}),
    "tr": _ROWS,
    **dict.fromkeys(_SECTIONS, _TABLES),
}
"""By start tag: what it can stand in; it closes all that is open within."""


@dataclass(slots=True)
class Formatting:
    """A formatting element that no end tag has closed; `standing` while it is on the stack."""

    name: str
    attributes: str
    standing: bool = True


class Opening(NamedTuple):
    """What a start tag does.

    Attributes:
        closed: the elements that it closes, innermost first.
        reopened: the formatting elements that are opened again before it.
        is_empty: it opens nothing.
        is_ignored: it does nothing: it is the root once more, or a part of a table that is none.
    """

    closed: list[str]
    reopened: list[Formatting]
    is_empty: bool
    is_ignored: bool = False


class OpenElements:
    """The stack of open elements, and the list of active formatting elements.

    Attributes:
        names: of the open elements, the outermost first.
        steps: how many elements were looked at so far.
        repeated: how many formatting elements were opened again so far.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.steps = 0
        self.repeated = 0
        self._counts: Counter[str] = Counter()
        self._formatting: list[Formatting | None] = []
        self._active: list[Formatting | None] = []

    def start(self, name: str, attributes: str) -> Opening:
        """Follow a start tag with `attributes` as they are written."""
        self.steps += len(self.names)
        in_table = any(self._counts[table] for table in _TABLES)
        if (name in _TABLE_CONTEXTS and not in_table) or (name in ROOTS and self._counts[name]):
            return Opening([], [], is_empty=True, is_ignored=True)
        closed = self._implied_ends(name)
        reopened = [] if name in _KEEPS_FORMATTING_CLOSED else self.text()
        is_empty = name in VOID or self._closes_itself(name, attributes)
        if not is_empty:
            self._push(name, self._activate(name, attributes) if name in FORMATTING else None)
        return Opening(closed, reopened, is_empty)

    def text(self) -> list[Formatting]:
        """Note a text; return the formatting elements that are opened again for it."""
        first = len(self._active)
        while first and (entry := self._active[first - 1]) is not None and not entry.standing:
            first -= 1
        reopened = [entry for entry in self._active[first:] if entry is not None]
        for entry in reopened:
            entry.standing = True
            self._push(entry.name, entry)
        self.repeated += len(reopened)
        return reopened

    def end(self, name: str) -> list[str]:
        """Follow an end tag; return what it closes, innermost first."""
        self.steps += len(self.names)
        if name in ("body", "html"):
            return []
        if name in FORMATTING:
            return self._end_formatting(name)
        if name in _HEADINGS:
            return self._close(_HEADINGS, SCOPES)
        if name in ("p", "li"):
            return self._close((name,), _BUTTON_SCOPES if name == "p" else _LIST_SCOPES)
        if name in _TABLE_PARTS or name == "template":
            return self._close((name,), _TABLES)
        return self._close((name,), SCOPES if name in SPECIAL else SPECIAL)

    def _implied_ends(self, name: str) -> list[str]:
        closed: list[str] = []
        if name in _BREAKS_OUT and self._in_foreign_content():
            closed += self._pop(min(map(self.names.index, self._foreign_roots())))
        if name in _ENDS_PARAGRAPH:
            closed += self._close(("p",), _BUTTON_SCOPES)
        if name in _HEADINGS and self.names and self.names[-1] in _HEADINGS:
            closed += self._pop(len(self.names) - 1)
        if name in _IMPLIED_ENDS:
            closed += self._close(*_IMPLIED_ENDS[name])
        if name in _TABLE_CONTEXTS:
            context = self._find(_TABLE_CONTEXTS[name], ())
            closed += self._pop(len(self.names) if context is None else context + 1)
        if name in ("a", "nobr"):
            closed += self._end_formatting(name)
        return closed

    def _closes_itself(self, name: str, attributes: str) -> bool:
        """Whether this is an empty element of SVG or MathML; elsewhere the slash means nothing."""
        return attributes.endswith("/") and (name in FOREIGN_ROOTS or self._in_foreign_content())

    def _foreign_roots(self) -> list[str]:
        return [name for name in FOREIGN_ROOTS if self._counts[name]]

    def _in_foreign_content(self) -> bool:
        return bool(self._foreign_roots()) and not any(
            self._counts[name] for name in _INTEGRATION_POINTS
        )

    def _push(self, name: str, formatting: Formatting | None) -> None:
        self.names.append(name)
        self._formatting.append(formatting)
        self._counts[name] += 1
        if name in _MARKERS:
            self._active.append(None)

    def _pop(self, index: int) -> list[str]:
        closed = self.names[index:][::-1]
        for name in closed:
            self._counts[name] -= 1
            formatting = self._formatting.pop()
            if formatting is not None:
                formatting.standing = False
            if name in _MARKERS:
                while self._active.pop() is not None:
                    pass
        del self.names[index:]
        return closed

    def _close(self, targets: Container[str], protected_by: Container[str]) -> list[str]:
        index = self._find(targets, protected_by)
        return [] if index is None else self._pop(index)

    def _find(self, targets: Container[str], protected_by: Container[str]) -> int | None:
        if isinstance(targets, tuple) and not any(self._counts[name] for name in targets):
            return None
        for index in range(len(self.names) - 1, -1, -1):
            self.steps += 1
            if self.names[index] in targets:
                return index
            if self.names[index] in protected_by:
                return None
        return None

    def _activate(self, name: str, attributes: str) -> Formatting:
        """Add a formatting element to the list: the fourth like it sends away the first."""
        alike = []
        for index in range(len(self._active) - 1, -1, -1):
            self.steps += 1
            entry = self._active[index]
            if entry is None:
                break
            if entry.name == name and entry.attributes == attributes:
                alike.append(index)
        if len(alike) >= 3:
            del self._active[alike[-1]]
        formatting = Formatting(name, attributes)
        self._active.append(formatting)
        return formatting

    def _end_formatting(self, name: str) -> list[str]:
        for index in range(len(self._active) - 1, -1, -1):
            self.steps += 1
            entry = self._active[index]
            if entry is None:
                break
            if entry.name == name:
                del self._active[index]
                break
        return self._close((name,), SPECIAL)
