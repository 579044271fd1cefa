"""JSON front matter: a bare object at the start of the text."""

from __future__ import annotations

import json
import re

from corpuskit.codes import Code
from corpuskit.front_matter.tree import Fault, KeyPath, Span, Tree, resolve
from corpuskit.front_matter.yaml_events import MAX_DEPTH
from corpuskit.model import Value

# A string that is never closed is one token too, or each of its quotes would start another try.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?P<end>"?)|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


def read_json(text: str) -> tuple[Tree | Fault, int]:
    """Read the object that `text` starts with; the second value is the offset after it."""
    end = _object_end(text)
    if isinstance(end, Fault):
        return end, len(text)
    decoder = json.JSONDecoder(
        object_pairs_hook=_first_wins,
        parse_float=str,
        parse_int=str,
        parse_constant=str,
        strict=False,
    )
    try:
        raw, end = decoder.raw_decode(text)
    except json.JSONDecodeError as error:
        offset = min(error.pos, len(text))
        return Fault(Code.FRONT_MATTER_SYNTAX, f"JSON: {error.msg}", (offset, offset)), len(text)
    half = _half_pair(text[:end], raw)
    if half is not None:
        message = "JSON: an escape is one half of a surrogate pair"
        return Fault(Code.FRONT_MATTER_SYNTAX, message, half), len(text)
    tree = Tree(_as_written(raw))
    _place(tree, text[:end])
    return tree, end


def _half_pair(text: str, raw: object) -> Span | None:
    """Where a surrogate without its other half is escaped, if one is."""
    if "\\u" not in text:
        return None
    try:
        json.dumps(raw, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        found = _SURROGATE.search(text)
        return found.span() if found else (0, 1)
    return None


def _object_end(text: str) -> int | Fault:
    """The offset after the object's closing brace; depth is capped before anything recurses."""
    depth = 0
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark[0] == '"' and not token["end"]:
            message = "JSON: a string is never closed"
            return Fault(Code.FRONT_MATTER_SYNTAX, message, (token.start(), token.start() + 1))
        if mark in "{[":
            depth += 1
            if depth > MAX_DEPTH:
                message = f"nested deeper than {MAX_DEPTH} levels"
                return Fault(Code.FRONT_MATTER_TOO_DEEP, message, token.span())
        elif mark in "}]":
            depth -= 1
            if depth == 0:
                return token.end()
    return Fault(Code.UNCLOSED_FRONT_MATTER, "the JSON object is never closed", (0, 1))


def _first_wins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping: dict[str, object] = {}
    for key, value in pairs:
        mapping.setdefault(key, value)
    return mapping


def _as_written(raw: object) -> Value:
    """JSON's own types as text; depth is capped by the caller."""
    if raw is None or isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, list):
        return [_as_written(item) for item in raw]
    assert isinstance(raw, dict)
    return {key: _as_written(value) for key, value in raw.items()}


def _place(tree: Tree, text: str) -> None:
    """Note where every key and value stands, and which keys are repeated."""
    frames: list[_Open] = []
    key: tuple[str, Span] | None = None
    tokens = list(_TOKEN.finditer(text))
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        mark = token[0]
        if mark in ",:":
            continue
        if mark in "}]":
            closed = frames.pop()
            tree.value_spans.setdefault(closed.path, (closed.start, token.end()))
            continue
        if mark[0] == '"' and after is not None and after[0] == ":":
            key = (json.loads(mark, strict=False), token.span())
            _note_key(tree, (*frames[-1].path, key[0]), key[1])
            continue
        path = frames[-1].next_path(key[0] if key else "") if frames else ()
        key = None
        if mark in "{[":
            frames.append(_Open(path, token.start(), mark == "["))
        else:
            tree.value_spans.setdefault(path, token.span())
            tree.quoted.add(path)


class _Open:
    """An object or array that is not closed yet."""

    __slots__ = ("count", "is_array", "path", "start")

    def __init__(self, path: KeyPath, start: int, is_array: bool) -> None:  # noqa: FBT001
        self.path = path
        self.start = start
        self.is_array = is_array
        self.count = 0

    def next_path(self, key: str) -> KeyPath:
        """The path of the next value in it, which in an object stands under `key`."""
        if not self.is_array:
            return (*self.path, key)
        self.count += 1
        return (*self.path, self.count - 1)


def _note_key(tree: Tree, path: KeyPath, span: Span) -> None:
    first = tree.key_spans.get(path)
    if first is None:
        tree.key_spans[path] = span
    else:
        tree.repeated.append((path, resolve(first), span))
