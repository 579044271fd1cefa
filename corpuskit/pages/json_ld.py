"""What the JSON-LD of a page says of its article; as data: no context is fetched, nothing runs.

Only `schema.org`'s common shapes are known: objects, lists of them, and `@graph`, in which objects
name each other by their `@id`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from corpuskit.front_matter.json_values import read_json
from corpuskit.front_matter.tree import Fault, KeyPath, Span, Tree
from corpuskit.model import Value
from corpuskit.text.captures import on_a_line

MAX_CHARACTERS = 256 * 1024
"""In all blocks of a page, which is what front matter may have: they take 0.2 s to read."""
MAX_PROBLEMS = 10
"""Blocks that are no JSON; after so many, no further one is read."""
MAX_NODES = 1_000
"""A graph has some ten."""

# Pages that are also XML wrap what they hold in sections, and comments around these.
_WRAPPING = re.compile(r"[\s\ufeff]*(?:(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)\s*(?:\*/)?\s*)?")
_ARTICLE = re.compile(r"(?:.*[/:#])?(?:\w*Article|\w*BlogPosting|SocialMediaPosting|Report)")
_PAGE = re.compile(r"(?:.*[/:#])?(?:\w*Page|CreativeWork)")


class Said(NamedTuple):
    """A value, and where it stands in the page's text."""

    value: Value
    span: Span


class Problem(NamedTuple):
    """What is wrong with a block, and where."""

    message: str
    span: Span


class _Node(NamedTuple):
    members: Mapping[str, Value]
    tree: Tree
    base: int
    path: KeyPath


@dataclass(slots=True)
class JsonLd:
    """The nodes that are articles, then those that are pages; `problems` cost their block."""

    problems: list[Problem] = field(default_factory=list)
    _articles: list[_Node] = field(default_factory=list)
    _pages: list[_Node] = field(default_factory=list)
    _by_id: dict[str, Mapping[str, Value]] = field(default_factory=dict)
    _characters: int = 0
    _nodes: int = 0

    def add(self, text: str, base: int) -> None:
        """Read one block, which stands at `base` of the page's text."""
        start = _start(text)
        if start == len(text) or self._characters > MAX_CHARACTERS:
            return
        if len(self.problems) == MAX_PROBLEMS:
            return
        self._characters += len(text)
        if self._characters > MAX_CHARACTERS:
            message = f"the page has more than {MAX_CHARACTERS} characters of it"
            self.problems.append(Problem(message, (base + start, base + start + 1)))
            return
        tree: Tree | Fault
        tree, _ = read_json(text[start:])
        if isinstance(tree, Fault):
            at = base + start
            message = tree.message.removeprefix("JSON: ")
            self.problems.append(Problem(message, (tree.span[0] + at, tree.span[1] + at)))
            return
        for node in _nodes(tree, base + start):
            self._nodes += 1
            if self._nodes == MAX_NODES + 1:
                message = f"the page has more than {MAX_NODES} objects of it"
                self.problems.append(Problem(message, (base + start, base + start + 1)))
            if self._nodes > MAX_NODES:
                return
            self._note(node)

    def find(self, path: str) -> Said | None:
        """What the first node says that says something under `path`, keys with dots between."""
        for node in (*self._articles, *self._pages):
            found = _at(node.members, path)
            if _says(found):
                span = node.tree.span((*node.path, *path.split("."))) or (0, 1)
                return Said(found, (span[0] + node.base, span[1] + node.base))
        return None

    def names(self, path: str, key: str = "name") -> tuple[list[str], Span] | None:
        """The texts under `path`, of objects there or that are referred to their `key`."""
        said = self.find(path)
        if said is None:
            return None
        items = said.value if isinstance(said.value, list) else [said.value]
        found = [name for item in items if (name := self._named(item, key))]
        return (found, said.span) if found else None

    def _named(self, item: Value, key: str) -> str | None:
        named: Value | None = item
        if isinstance(item, dict):
            members: Mapping[str, Value] = item
            if key not in item and isinstance(reference := item.get("@id"), str):
                members = self._by_id.get(reference, {})
            named = members.get(key)
        return on_a_line(named) or None if isinstance(named, str) else None

    def _note(self, node: _Node) -> None:
        name = node.members.get("@id")
        if isinstance(name, str) and len(node.members) > 1:
            self._by_id.setdefault(name, node.members)
        kinds = node.members.get("@type")
        said = [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind]
        if any(isinstance(kind, str) and _ARTICLE.fullmatch(kind) for kind in said):
            self._articles.append(node)
        elif any(isinstance(kind, str) and _PAGE.fullmatch(kind) for kind in said):
            self._pages.append(node)


def _start(text: str) -> int:
    wrapping = _WRAPPING.match(text)
    return wrapping.end() if wrapping else 0


def _nodes(tree: Tree, base: int) -> Iterator[_Node]:
    """The objects of a block that stand by themselves, and those of their graphs."""
    pending: list[tuple[KeyPath, Value]] = [((), tree.values)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, list):
            pending += [((*path, nth), item) for nth, item in reversed(list(enumerate(value)))]
        elif isinstance(value, dict):
            yield _Node(value, tree, base, path)
            if "@graph" in value:
                pending.append(((*path, "@graph"), value["@graph"]))


def _at(members: Mapping[str, Value], path: str) -> Value:
    found: Value = dict(members)
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _says(value: Value) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)
