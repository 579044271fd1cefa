"""Pelican's header block: `Key: value` lines up to the first blank one."""

from __future__ import annotations

import re

from corpuskit.codes import Code
from corpuskit.front_matter.tree import Fault, KeyPath, Tree, resolve
from corpuskit.lines import LineIndex
from corpuskit.model import Value

_LINE = re.compile(r"(?P<key>[A-Za-z][\w .-]{0,60}?)[ \t]*:[ \t]*(?P<value>.*)$", re.DOTALL)
_LISTS = {"tags": ",", "keywords": ",", "authors": ";,"}


def read_pelican(text: str) -> Tree | Fault:
    """Read a header block; keys are lower case, `tags` and `authors` are split as Pelican does."""
    tree = Tree({})
    values: dict[str, Value] = {}
    key = ""
    lines = LineIndex(text)
    for number, offset in enumerate(lines.starts, 1):
        content = lines.line(number)
        found = _LINE.match(content)
        if content[:1] in (" ", "\t") and key:
            values[key] = f"{values[key]}\n{content.strip()}"
        elif found:
            key = found["key"].lower()
            path: KeyPath = (key,)
            span = (offset, offset + found.end("key"))
            if key in values:
                tree.repeated.append((path, resolve(tree.key_spans[path]), span))
            else:
                values[key] = found["value"].rstrip(" \t")
                tree.key_spans[path] = span
                tree.value_spans[path] = (offset + found.start("value"), offset + len(content))
        elif content.strip():
            message = "a line of the header block is not `Key: value`"
            return Fault(Code.FRONT_MATTER_SYNTAX, message, (offset, offset + len(content)))
    tree.values = {name: _split(name, value) for name, value in values.items()}
    return tree


def _split(name: str, value: Value) -> Value:
    separators = _LISTS.get(name)
    if separators is None or not isinstance(value, str):
        return value
    separator = next((s for s in separators if s in value), separators[0])
    return [part.strip() for part in value.split(separator) if part.strip()]
