"""YAML read from libyaml's events: every scalar a string, every node with its place.

Events run no constructor, resolve no implicit type (`12_00`, `NO` and `1936` stay what was
written) and are iterative, whereas every composer recurses and dies on deep nesting. Depth is
capped inside the loop because libyaml's own work on open brackets is quadratic.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from corpuskit.codes import Code
from corpuskit.front_matter.tree import Fault, KeyPath, Span, Tree, resolve
from corpuskit.model import Value

MAX_DEPTH = 32
"""Deepest nesting in a census of 52 642 files: 6."""

MAX_NODES = 20_000
"""Nodes once aliases are expanded; the census' largest block has 1 100."""

MAX_ALIASES = 100

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
"""The plain scalars that are null."""

_PLAINER = {
    "did not find expected key": "a value ends where YAML expects the next key",
    "did not find expected '-' indicator": "a list item ends where YAML expects the next `- `",
    "mapping values are not allowed in this context": "an unquoted value holds `: `",
    "could not find expected ':'": "a line is neither `key: value` nor part of a value",
    "found character that cannot start any token": "a value starts with a reserved character",
    "did not find expected alphabetic or numeric character": "`*` or `&` starts an alias",
    "found unexpected end of stream": "a quote is never closed",
    "did not find expected <document start>": "a second YAML document",
    "block sequence entries are not allowed in this context": "a value starts with `- `",
    "did not find expected ',' or ']'": "a bracket is never closed",
    "did not find expected ',' or '}'": "a brace is never closed",
}

_HELP = {
    "a value ends where YAML expects the next key": "quote the whole value",
    "a list item ends where YAML expects the next `- `": "indent all items of the list alike",
    "an unquoted value holds `: `": "quote the value",
    "a line is neither `key: value` nor part of a value": "write `key: value`",
    "a value starts with a reserved character": "quote the value",
    "a quote is never closed": "close the quote in the line where it begins",
    "a second YAML document": "begin all keys at the same margin",
    "a bracket is never closed": "close it with `]`, or quote the value",
    "a brace is never closed": "close it with `}`, or quote the value",
}

_INDENTED_KEY = re.compile(r"(?:\A|\n)[^\s#-][^\n:]*:[ \t]+[^\s#|>][^\n]*\n[ \t]+[^\s:#-][^\s:]*\Z")
"""Up to the colon of an indented key, which YAML takes for more of the value above."""

_BEGUN_AND_NOT_ENDED = (
    "while parsing a flow",
    "while scanning a quoted scalar",
    "while scanning a simple key",
)
"""Where what is at fault began says more than where the parser gave up."""

# The C parser's events carry attributes that the stubs of its Python twin do not declare.
_Event = Any


def read_yaml(text: str) -> Tree | Fault:
    """Read one YAML document; offsets count characters of `text`."""
    try:
        loader = yaml.CBaseLoader(text)
        return _Builder(loader.get_event).build()
    except _Stop as stop:
        return stop.fault
    except yaml.MarkedYAMLError as error:
        return _fault_of(error, text)
    except yaml.reader.ReaderError as error:
        # The parser counts bytes of UTF-8.
        offset = len(text.encode()[: max(error.position, 0)].decode("utf-8", "ignore"))
        message = f"a control character is not allowed in YAML ({error.reason})"
        return Fault(Code.FRONT_MATTER_CONTROL_CHARACTERS, message, (offset, offset))


class _Stop(Exception):  # noqa: N818 - control flow inside this module, never seen outside
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def _stop(code: Code, message: str, event: _Event) -> NoReturn:
    span = _span(event)
    raise _Stop(Fault(code, message, span, span[0]))


def _fault_of(error: yaml.MarkedYAMLError, text: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    offset = min(mark.index if mark else 0, len(text))
    problem = error.problem or "not YAML"
    context = error.context_mark.index if error.context_mark else None
    if context is not None and str(error.context).startswith(_BEGUN_AND_NOT_ENDED):
        offset = min(context, len(text))
    message = _PLAINER.get(problem, problem)
    help_ = _HELP.get(message, "correct this line, or the one above it")
    if _INDENTED_KEY.search(text, 0, offset):
        message = "an indented key under a key that has a value already"
        help_ = "begin the line at its margin, or empty the value above it"
    return Fault(Code.FRONT_MATTER_SYNTAX, message, (offset, offset), context, help_)


def _span(event: _Event) -> Span:
    return (event.start_mark.index, event.end_mark.index)


class _Frame:
    """An open mapping or sequence."""

    __slots__ = ("event", "key", "merged", "nodes_before", "path", "value")

    def __init__(
        self, value: dict[str, Value] | list[Value], path: KeyPath, event: _Event, nodes: int
    ) -> None:
        self.value = value
        self.path = path
        self.event = event
        self.nodes_before = nodes
        self.key: str | None = None
        self.merged: list[Value] = []


class _Builder:
    """Builds a tree from events with an explicit stack; one use."""

    def __init__(self, next_event: Any) -> None:  # noqa: ANN401 - see _Event
        self.next = next_event
        self.tree = Tree(None)
        self.anchors: dict[str, tuple[Value, int]] = {}
        self.open_anchors: set[str] = set()
        self.plain_anchors: dict[str, KeyPath] = {}
        self.nodes = 0
        self.aliases = 0

    def build(self) -> Tree:
        """Read the whole stream, which must hold one document or none."""
        self.next()
        if type(self.next()) is StreamEndEvent:
            return self.tree
        root = self.next()
        if type(root) is ScalarEvent:
            self.tree.values = self._scalar(root, ())
        elif type(root) is AliasEvent:
            self.tree.values = self._alias(root, ())
        else:
            self.tree.values = self._collection(root)
        self.next()
        event = self.next()
        if type(event) is not StreamEndEvent:
            _stop(Code.FRONT_MATTER_SYNTAX, "a second YAML document", event)
        for anchor, path in self.plain_anchors.items():
            self._write_out(anchor, path)
        return self.tree

    def _collection(self, root: _Event) -> Value:
        frames = [self._open(root, ())]
        result = frame = frames[0]
        while True:
            event = self.next()
            kind = type(event)
            if kind is MappingEndEvent or kind is SequenceEndEvent:
                self._close(frames.pop(), event)
                if not frames:
                    return result.value
                frame = frames[-1]
                continue
            value = frame.value
            if type(value) is dict:
                if frame.key is None:
                    self._key(frame, event)
                    continue
                path: KeyPath = (*frame.path, frame.key)
            else:
                path = (*frame.path, len(value))
            if kind is ScalarEvent:
                self._add(frame, self._scalar(event, path))
            elif kind is AliasEvent:
                self._add(frame, self._alias(event, path))
            else:
                if len(frames) >= MAX_DEPTH:
                    message = f"nested deeper than {MAX_DEPTH} levels"
                    _stop(Code.FRONT_MATTER_TOO_DEEP, message, event)
                child = self._open(event, path)
                self._add(frame, child.value)
                frames.append(child)
                frame = child

    def _open(self, event: _Event, path: KeyPath) -> _Frame:
        self.nodes += 1
        if event.anchor:
            self.open_anchors.add(event.anchor)
        if event.tag:
            self.tree.tagged.append((event.tag, path))
        return _Frame({} if type(event) is MappingStartEvent else [], path, event, self.nodes)

    def _close(self, frame: _Frame, end: _Event) -> None:
        self.tree.value_spans.setdefault(frame.path, (frame.event, end))
        if type(frame.value) is dict:
            for merged in frame.merged:
                self._merge(frame.value, merged)
        anchor = frame.event.anchor
        if anchor:
            self.open_anchors.discard(anchor)
            self.anchors[anchor] = (frame.value, self.nodes - frame.nodes_before + 1)

    def _merge(self, mapping: dict[str, Value], merged: Value) -> None:
        """Add what `<<` names, one mapping or a list of them, where the mapping has no value."""
        sources = merged if type(merged) is list else [merged]
        for source in sources:
            if type(source) is not dict:
                mapping.setdefault("<<", merged)
                continue
            for key, value in source.items():
                mapping.setdefault(key, value)

    def _key(self, frame: _Frame, event: _Event) -> None:
        kind = type(event)
        key: Value = None
        if kind is ScalarEvent:
            key = event.value
        elif kind is AliasEvent:
            key = self._alias(event, frame.path)
        if not isinstance(key, str):
            _stop(Code.FRONT_MATTER_SYNTAX, "a key is not plain text", event)
        path = (*frame.path, key)
        spans = self.tree.key_spans
        if path in spans:
            self.tree.repeated.append((path, resolve(spans[path]), _span(event)))
        else:
            spans[path] = (event, event)
        frame.key = key

    def _add(self, frame: _Frame, value: Value) -> None:
        """Put `value` under the pending key (a repeated key's first value wins) or at the end."""
        if type(frame.value) is list:
            frame.value.append(value)
            return
        key, frame.key = frame.key, None
        assert key is not None
        assert type(frame.value) is dict
        if key == "<<" and type(value) in (dict, list):
            frame.merged.append(value)
        else:
            frame.value.setdefault(key, value)

    def _scalar(self, event: _Event, path: KeyPath) -> str | None:
        self.nodes += 1
        self.tree.value_spans.setdefault(path, (event, event))
        value: str | None = event.value
        if event.style:
            self.tree.quoted.add(path)
        elif value in NULLS:
            value = None
        tag = event.tag
        if tag and tag != "!":
            self.tree.tagged.append((tag, path))
            if tag[0] == "!" and not event.style:
                # `title: !important news` is what someone wrote, not a type.
                value = f"{tag} {event.value}".rstrip()
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
            if not event.style:
                self.plain_anchors[event.anchor] = path
        return value

    def _write_out(self, anchor: str, path: KeyPath) -> None:
        """Make `&Co 的账本` what it says: an anchor that no alias uses is text."""
        holder: Any = self.tree.values
        for part in path[:-1]:
            holder = holder[part]
        if not path or (type(holder) is dict and path[-1] not in holder):
            return
        holder[path[-1]] = f"&{anchor} {holder[path[-1]] or ''}".rstrip()
        self.tree.tagged.append((f"&{anchor}", path))

    def _alias(self, event: _Event, path: KeyPath) -> Value:
        self.tree.value_spans.setdefault(path, (event, event))
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            _stop(Code.TOO_MANY_ALIASES, f"more than {MAX_ALIASES} aliases", event)
        anchor: str = event.anchor
        if anchor not in self.anchors:
            where = "inside itself" if anchor in self.open_anchors else "that nothing defines"
            _stop(Code.FRONT_MATTER_SYNTAX, f"`*{anchor}` is an alias {where}", event)
        self.plain_anchors.pop(anchor, None)
        value, size = self.anchors[anchor]
        self.nodes += size
        if self.nodes > MAX_NODES:
            message = f"more than {MAX_NODES} values once aliases are expanded"
            _stop(Code.TOO_MANY_ALIASES, message, event)
        return value
