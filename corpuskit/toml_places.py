"""Where the keys and values of a TOML document stand, which `tomllib` does not tell.

A scanner, not a parser: it trusts that `tomllib` has accepted the text, reads on past whatever it
does not understand, and never raises. Work is linear in the text: no path is longer than
`MAX_DEPTH`, so that neither brackets nor dotted keys make paths costly, and what lies deeper or
beyond `MAX_PLACES` has no place of its own (its nearest recorded parent has one).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]

Span: TypeAlias = tuple[int, int]
"""Start and end offset in characters, half open."""

MAX_DEPTH = 32
"""Levels of tables, dotted keys and brackets; as deep as YAML may nest."""

MAX_PLACES = 20_000
"""The same cap as for YAML nodes; it bounds memory on an array of a million zeros."""

_BLANK = re.compile(r"[ \t]*+")
_FILLER = re.compile(r"(?:[\s,]++|#[^\r\n]*+)*+")
_REST_OF_LINE = re.compile(r"[^\r\n]*+")
_LONG_STRING = re.compile(
    r'"""(?:[^"\\]++|\\.|""?(?!"))*+"{3,5}' r"|'''(?:[^']++|''?(?!'))*+'{3,5}", re.DOTALL
)
_SHORT_STRING = re.compile(r'"(?:[^"\\\r\n]++|\\[^\r\n])*+"' r"|'[^'\r\n]*+'")
_SCALAR = re.compile(r"[^,\[\]{}#\r\n]*+")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]++")
_DOT = re.compile(r"[ \t]*+\.[ \t]*+")


class TomlPlace(NamedTuple):
    """Where a key and its value stand.

    The key of an array's item is the item. The value of a table is its header, or the part of a
    dotted key that implies the table.
    """

    key: Span
    value: Span


@dataclass(slots=True)
class _Open:
    """An array or inline table whose bracket is open; `length` counts an array's items."""

    path: KeyPath
    key: Span | None
    start: int
    is_array: bool
    length: int = 0


def toml_places(text: str) -> dict[KeyPath, TomlPlace]:
    """Map the path of each table, key and array item to its place in `text`."""
    scanner = _Scanner(text)
    scanner.scan()
    return scanner.places


def nests_too_deep(text: str) -> bool:
    """Whether anything is nested deeper than `MAX_DEPTH`; to be asked before `tomllib` reads.

    On a dotted key of n parts `tomllib` spends n² time and memory (3.11 to 3.13: 32 s for 64 KB,
    and a gigabyte soon after).
    """
    return too_deep_span(text) is not None


def too_deep_span(text: str) -> Span | None:
    """Where the first thing stands that is nested deeper than `MAX_DEPTH`: its top-level value."""
    scanner = _Scanner(text)
    scanner.scan()
    if scanner.too_deep is None:
        return None
    path, span = scanner.too_deep
    top = scanner.places.get(path[:1])
    return top.value if top else span


def _below(path: KeyPath, part: str | int) -> KeyPath:
    """The path one level down; one that is too deep to be recorded grows no further."""
    return (*path, part) if len(path) <= MAX_DEPTH else path


class _Scanner:
    """One pass over one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.table: KeyPath = ()
        self.places: dict[KeyPath, TomlPlace] = {}
        self.lengths: dict[KeyPath, int] = {}  # of the arrays of tables, so far
        self.too_deep: tuple[KeyPath, Span] | None = None

    def scan(self) -> None:
        """Read every line."""
        while self._next():
            if self._next() == "[":
                self._header()
            else:
                self._pair(self.table)
            self._skip(_REST_OF_LINE)

    def _next(self) -> str:
        """The next character that says something, or the empty text at the end."""
        self._skip(_FILLER)
        return self.text[self.at : self.at + 1]

    def _skip(self, what: re.Pattern[str]) -> None:
        found = what.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _record(self, path: KeyPath, key: Span, value: Span) -> None:
        if len(path) > MAX_DEPTH:
            self.too_deep = self.too_deep or (path, value)
        elif len(self.places) < MAX_PLACES:
            self.places.setdefault(path, TomlPlace(key, value))

    def _header(self) -> None:
        start = self.at
        is_array = self.text.startswith("[[", start)
        self.at += 2 if is_array else 1
        self._skip(_BLANK)
        found = self._keys(())
        if found is None:
            return
        path, key = found
        close = self.text.find("]", self.at, self.at + 100)
        self.at = max(self.at, close + (2 if is_array else 1))
        header = (start, min(self.at, len(self.text)))
        if is_array:
            self._record(path, key, header)
            self.lengths[path] = self.lengths.get(path, 0) + 1
            path = self._last(path)
        self._record(path, key, header)
        self.table = path

    def _last(self, path: KeyPath) -> KeyPath:
        """The last table so far when `path` is an array of tables, else `path`."""
        length = self.lengths.get(path)
        return path if length is None else _below(path, length - 1)

    def _pair(self, table: KeyPath) -> None:
        """Read `key = value`, and stop behind what was understood of it."""
        found = self._keys(table)
        if found is not None and self._equals():
            self._value(*found)

    def _keys(self, path: KeyPath) -> tuple[KeyPath, Span] | None:
        """Read a dotted key below `path`, recording the tables that its first parts imply.

        Returns:
            The whole path and where its last part stands; None where no key begins.
        """
        span: Span | None = None
        while (found := self._key()) is not None:
            if span is not None:
                self._record(path, span, span)
                path = self._last(path)
            name, span = found
            path = _below(path, name)
            dot = _DOT.match(self.text, self.at)
            if dot is None:
                break
            self.at = dot.end()
        return None if span is None else (path, span)

    def _key(self) -> tuple[str, Span] | None:
        start = self.at
        if self.text.startswith(('"', "'"), start):
            is_closed = self._short_string()
            return (_unquoted(self.text[start : self.at]), (start, self.at)) if is_closed else None
        self._skip(_BARE_KEY)
        return (self.text[start : self.at], (start, self.at)) if self.at > start else None

    def _short_string(self) -> bool:
        """Go behind a quoted string; one that is never closed takes the rest of its line."""
        found = _SHORT_STRING.match(self.text, self.at)
        self._skip(_SHORT_STRING if found else _REST_OF_LINE)
        return found is not None

    def _equals(self) -> bool:
        self._skip(_BLANK)
        if not self.text.startswith("=", self.at):
            return False
        self.at += 1
        self._skip(_BLANK)
        return True

    def _value(self, path: KeyPath, key: Span) -> None:
        """Read one value with all that is in it, without recursion."""
        frames: list[_Open] = []
        target: tuple[KeyPath, Span | None] | None = (path, key)
        while True:
            if target is not None:
                self._open_or_record(frames, *target)
            self._close(frames)
            if not frames:
                return
            target = self._member(frames[-1])

    def _open_or_record(self, frames: list[_Open], path: KeyPath, key: Span | None) -> None:
        start = self.at
        if self.text.startswith(("[", "{"), start):
            self.at += 1
            span = (start, self.at)
            frames.append(_Open(path, key, start, self.text[start] == "["))
        else:
            span = self._scalar()
        # A bracket is recorded when it opens, or the cap would drop parents for their items.
        self._record(path, key or span, span)

    def _close(self, frames: list[_Open]) -> None:
        """Close the brackets that close here; at the end of the text, all of them."""
        while frames:
            following = self._next()
            if following and following not in "]}":
                return
            self.at += len(following)
            done = frames.pop()
            if done.path in self.places:
                span = (done.start, self.at)
                self.places[done.path] = TomlPlace(done.key or span, span)

    def _member(self, frame: _Open) -> tuple[KeyPath, Span | None] | None:
        """The path of the value that comes next in an open bracket, or None where none does."""
        if frame.is_array:
            frame.length += 1
            return (_below(frame.path, frame.length - 1), None)
        found = self._keys(frame.path)
        if found is None:
            self.at += 1
        return found if found is not None and self._equals() else None

    def _scalar(self) -> Span:
        start = self.at
        if self.text.startswith(('"""', "'''"), start):
            found = _LONG_STRING.match(self.text, start)
            self.at = found.end() if found else len(self.text)
        elif self.text.startswith(('"', "'"), start):
            self._short_string()
        else:
            self._skip(_SCALAR)
        return (start, start + len(self.text[start : self.at].rstrip()))


def _unquoted(raw: str) -> str:
    if raw[0] == "'" or "\\" not in raw:
        return raw[1:-1]
    try:
        return str(tomllib.loads(f"key = {raw}")["key"])
    except ValueError:
        return raw[1:-1]
