"""The plain part of YAML, in which nearly all front matter is written, read by one pattern.

Plain are `key: value` lines whose keys are words, keys that no value follows, and lists of single
lines under a key or in brackets; values have no comment, no escape, no line break and nothing that
YAML could take for more than text: there is nothing to repair and nothing to tell the writer. Such
a block takes 4 µs where libyaml's events take 30. Everything else is left to `yaml_events`, whose
values these are in every case; spans are left to it as well, for the few blocks that are asked for
one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpuskit.front_matter.tree import KeyPath, Span, Tree
from corpuskit.front_matter.yaml_events import NULLS, read_yaml
from corpuskit.model import Value

_MOST_CHARACTERS = 16_000
"""Longer blocks are left to the slow reader, whose caps they may meet. Shorter ones meet none: a
value takes two characters at least, and of values 20 000 are allowed."""

_LONGEST_KEY = 100
"""libyaml looks for a key's colon within 1 024 characters; what comes near that is left to it."""

_SPACES_BEFORE_COLON = 100
"""For the same reason."""

# What ends a line for YAML, what it refuses to read, and tabs.
_ODD = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
_QUOTED = rf"""'[^{_ODD}'\\]*+'|"[^{_ODD}"\\]*+\""""
_FIRST = rf"""[^{_ODD}\s\-?:,\[\]{{}}\#&*!|>'"%@`]"""
# A colon that ends a word makes a key of what it ends, a hash that begins one a comment.
_PLAIN = rf"{_FIRST}[^{_ODD}:\ ]*+(?:(?::|\ ++)(?=[^ \n\#])[^{_ODD}:\ ]*+)*+"
# YAML folds the line of an item that is indented too far into the one above it.
_ITEM = rf"{_FIRST}[^{_ODD}:\ ]*+(?:(?::|\ ++)(?=[^ \n\#])(?!-\ )[^{_ODD}:\ ]*+)*+"
_BLOCK = rf"(?:\ *+\n++\ *+-\ ++(?:{_QUOTED}|{_ITEM})\ *+)++"
_IN_FLOW = rf"""[^{_ODD},?:\[\]{{}}\#&*!|>'"%@`\\]"""
_FLOW_ITEM = rf"""(?:'{_IN_FLOW}*+'\ *+|"{_IN_FLOW}*+"\ *+|(?!-){_IN_FLOW}++)"""
_FLOW = rf"\ ++\[\ *+(?:{_FLOW_ITEM}(?:,\ *+{_FLOW_ITEM})*+)?+\]"
_ENTRY = re.compile(
    rf"""
    ^([^{_ODD}\s:\-][^{_ODD}\s:]{{0,{_LONGEST_KEY - 1}}}+)\ {{0,{_SPACES_BEFORE_COLON}}}+:
    (?: \ ++(?: (?:~|[nN]ull|NULL)(?=\ *+(?:\n|\Z))
              | (['"])?+((?(2)[^{_ODD}'"\\]*+(?:(?!\2)['"][^{_ODD}'"\\]*+)*+|{_PLAIN}))(?(2)\2) )
      | ({_BLOCK}|{_FLOW})
      | (?=\ *+(?:\n++[^\ \n\-]|\n*+\Z)) )
    \ *+(?:\n++|\Z)
    """,
    re.VERBOSE | re.MULTILINE,
)
"""A key, the quote of its value, the value if it is text and not null, the list as it is written.

What fits not costs little: a try begins where a line does, and gives nothing back.
"""


def read_plain(text: str) -> dict[str, Value] | None:
    """The values of a block as `yaml_events.read_yaml` gives them; None when not all is plain."""
    if len(text) > _MOST_CHARACTERS:
        return None
    # What lies between the entries, and the four parts of each.
    parts = _ENTRY.split(text)
    keys = _words(tuple(parts[1::5]))
    if any(parts[::5]) or not keys:
        return None
    values: dict[str, Value] = dict(zip(keys, parts[3::5], strict=True))
    if len(values) < len(keys):
        return None
    for place, written in enumerate(parts[4::5]):
        if written is not None:
            items = _items(written)
            if items is None:
                return None
            values[keys[place]] = [*items]
    return values


class PlainSpans:
    """Where the values of a plain block stand: read from its events once it is asked for."""

    __slots__ = ("_text", "_tree")

    def __init__(self, text: str) -> None:
        self._text = text
        self._tree: Tree | None = None

    def span(self, path: KeyPath) -> Span | None:
        """Where the value at `path` stands, or the nearest one that holds it."""
        return self._read().span(path)

    def key_span(self, path: KeyPath) -> Span | None:
        """Where the key of `path` stands."""
        return self._read().key_span(path)

    def _read(self) -> Tree:
        if self._tree is None:
            tree = read_yaml(self._text)
            # What is plain is YAML. Were it not, a diagnostic would do without its column.
            self._tree = tree if isinstance(tree, Tree) else Tree(None)
        return self._tree


@lru_cache(maxsize=128)
def _words(keys: tuple[str, ...]) -> tuple[str, ...]:
    """The keys if all are words, else none of them.

    The articles of a site have the same keys, and share these strings then: fewer objects are kept
    and fall out of the processor's caches.
    """
    return keys if all(key.replace("-", "_").isidentifier() for key in keys) else ()


@lru_cache(maxsize=256)
def _items(written: str) -> tuple[str | None, ...] | None:
    """The items of a list, which many articles have in common; None if not all have one margin."""
    if "\n" not in written:
        inside = written.strip(" ")[1:-1]
        return tuple(map(_item, inside.split(","))) if inside.strip(" ") else ()
    dash = written.index("-")
    margin = written[written.rindex("\n", 0, dash) : dash + 2]
    _before, *items = written.split(margin)
    return tuple(map(_item, items)) if len(items) == written.count("\n") else None


def _item(written: str) -> str | None:
    item = written.strip(" ")
    if item[0] in "'\"":
        return item[1:-1]
    return None if item in NULLS else item
