"""The plain part of YAML, in which nearly all front matter is written, read line by line.

Plain are `key: value` lines whose keys are words, and lists of single lines under a key or in
brackets; values have no comment, no escape, no line break and nothing that YAML could take for more
than text. Such a block takes 9 µs where libyaml's events take 30. Everything else is left to
`yaml_events`, whose values these are in every case; spans are left to it as well, for the few
blocks that are asked for one.
"""

from __future__ import annotations

from functools import lru_cache

from corpuskit.front_matter.yaml_events import NULLS
from corpuskit.model import Value

_MOST_CHARACTERS = 16_000
"""Longer blocks are left to the slow reader, whose caps they may meet. Shorter ones meet none: a
value takes two characters at least, and of values 20 000 are allowed."""

_LONGEST_KEY = 100
"""libyaml looks for a key's colon within 1 024 characters; what comes near that is left to it."""

_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")
_FLOW_INDICATORS = frozenset("?:[]{}#&*!|>%@`'\"\\")


class _NotPlain(Exception):  # noqa: N818 - control flow inside this module, never seen outside
    pass


def read_plain(text: str) -> dict[str, Value] | None:
    """The values of a block as `yaml_events.read_yaml` gives them; None when not all is plain."""
    if len(text) > _MOST_CHARACTERS or " #" in text:
        return None
    reader = _Reader()
    try:
        for line in text.split("\n"):
            # Tabs, control characters and the line ends that only YAML knows are not printable.
            if not line.isprintable():
                return None
            if line[:1] in ("-", " ", ""):
                reader.item_line(line)
            else:
                reader.key_line(line)
    except _NotPlain:
        return None
    # A key without a value is null, or begins what only its next line can tell.
    return reader.values if reader.values and reader.items != [] else None


class _Reader:
    """What was read so far; `items` is the list that lines with a dash go to, at `indent`."""

    __slots__ = ("indent", "items", "values")

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.items: list[Value] | None = None
        self.indent = 0

    def key_line(self, line: str) -> None:
        key, colon, value = line.partition(": ")
        if not colon:
            if line.rstrip(" ")[-1] != ":":
                raise _NotPlain
            key = line.rstrip(" ")[:-1]
        # With its spaces: libyaml looks for the colon of a key no further than 1 024 characters.
        if len(key) > _LONGEST_KEY:
            raise _NotPlain
        key, value = key.rstrip(" "), value.strip(" ")
        if self.items == [] or key in self.values or not _is_word(key):
            raise _NotPlain
        self.items = None
        if not value:
            self.values[key] = self.items = []
        elif value[0] == "[":
            self.values[key] = _flow_list(value)
        else:
            self.values[key] = _scalar(value)

    def item_line(self, line: str) -> None:
        item = line.lstrip(" ")
        if not item:
            return
        indent = len(line) - len(item)
        if self.items is None or item[:2] != "- " or (self.items and indent != self.indent):
            raise _NotPlain
        self.indent = indent
        value = item[2:].strip(" ")
        # YAML folds the line of an item that is indented too far into the one above it.
        if not value or " - " in value:
            raise _NotPlain
        self.items.append(_scalar(value))


@lru_cache(maxsize=1024)
def _is_word(key: str) -> bool:
    return key.replace("-", "_").isidentifier()


def _scalar(written: str) -> str | None:
    """The value of a scalar that is not empty."""
    if written[0] in _INDICATORS:
        return _quoted(written)
    if ": " in written or written[-1] == ":":
        raise _NotPlain
    return None if written in NULLS else written


def _quoted(written: str) -> str:
    quote, inner = written[0], written[1:-1]
    if quote not in "'\"" or len(written) < 2 or written[-1] != quote:
        raise _NotPlain
    if quote in inner or "\\" in inner:
        raise _NotPlain
    return inner


def _flow_list(written: str) -> list[Value]:
    """The values of `[a, 'b']`."""
    inner = written[1:-1].strip(" ")
    if written[-1] != "]":
        raise _NotPlain
    return [_flow_scalar(item.strip(" ")) for item in inner.split(",")] if inner else []


def _flow_scalar(written: str) -> str | None:
    if written[:1] in ("'", '"'):
        inner = _quoted(written)
        if not _FLOW_INDICATORS.isdisjoint(inner):
            raise _NotPlain
        return inner
    if not written or written[0] == "-" or not _FLOW_INDICATORS.isdisjoint(written):
        raise _NotPlain
    return None if written in NULLS else written
