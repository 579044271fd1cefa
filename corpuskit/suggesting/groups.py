"""Which articles are of one source: those that some rules are for, or of one top folder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from corpuskit.path_parser import numbers
from corpuskit.text_rules import PathRules

_MOST_FOLDERS = 32
"""Each has counters of its own; the largest have, the others are one group."""

_SPECIAL = re.compile(r"[\\*?\[\]!#]|\s\Z")


@dataclass(frozen=True, slots=True)
class ArticleGroups:
    """How articles are grouped: by the tables `[[text.for]]`, then by top folder.

    Group 0 has those that are in no other one: all, where there is no reason to tell some apart.

    Attributes:
        tables: the rules of the groups from 1 on.
        folders: the folders of those after them.
        depth: how many folders all paths have in common, before those.
        patterns: the paths of each group from 1 on, as a configuration names them.
    """

    tables: tuple[PathRules, ...]
    folders: tuple[str, ...]
    depth: int
    patterns: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.patterns) + 1

    def paths(self, group: int | None) -> tuple[str, ...]:
        """The patterns of a group; () for all articles, and for those of group 0."""
        return self.patterns[group - 1] if group else ()

    def chooser(self) -> Callable[[str], int]:
        """What tells the number of the group that a path is in."""
        by_table = numbers(self.tables)
        by_folder = {name: n for n, name in enumerate(self.folders, len(self.tables) + 1)}
        return lambda path: by_table(path) or by_folder.get(_folder(path, self.depth), 0)


def groups_of(
    paths: Callable[[], Iterable[str]], tables: tuple[PathRules, ...], least: int
) -> ArticleGroups:
    """The groups that a corpus has, told by its paths alone.

    A top folder with at least `least` articles is a source, unless there would be no other one;
    the folders that all have in common count for nothing.
    """
    shared, by_table = _shared(paths()), numbers(tables)
    depth = len(shared)
    found = Counter(_folder(path, depth) for path in paths() if not by_table(path))
    found.pop("", None)
    large = sorted((-count, name) for name, count in found.items() if count >= least)
    folders = tuple(sorted(name for _, name in large[:_MOST_FOLDERS]))
    if len(folders) + len(tables) < 2:
        folders = ()
    above = [_literal(part) for part in shared]
    own = [("/".join([*above, _literal(name), "**"]),) for name in folders]
    return ArticleGroups(tables, folders, depth, (*(t.paths for t in tables), *own))


def _shared(paths: Iterable[str]) -> list[str]:
    """The folders that all paths begin with."""
    shared: list[str] | None = None
    for path in paths:
        parts = path.split("/")[:-1]
        if shared is None:
            shared = parts
        while parts[: len(shared)] != shared:
            shared = shared[:-1]
    return shared or []


def _folder(path: str, depth: int) -> str:
    """The top folder that a path is in, "" if it is in none."""
    parts = path.split("/", depth + 1)
    return parts[depth] if len(parts) > depth + 1 else ""


def _literal(name: str) -> str:
    """A folder's name in a pattern of gitignore."""
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", name)
