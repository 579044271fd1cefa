"""Parsing where rules for text depend on paths: which of them hold, and by what a record is known.

`parse.Parser` knows no paths. Here each source goes to the parser with the rules of its path.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.columns import Column, whole
from corpuskit.model import Parsed, Source
from corpuskit.named import Named
from corpuskit.parse import Parser
from corpuskit.parse_rules import BatchRules
from corpuskit.text_rules import PathRules

# Late: few corpora have rules by path.
_matcher = Named("corpuskit.discover", "matcher")


class PathParser:
    """Parses sources, each under the rules of its path; made once a process.

    Attributes:
        general: the parser for sources at paths without rules of their own.
    """

    def __init__(self, rules: BatchRules) -> None:
        """Make a parser for each set of rules."""
        self.general: Parser = Parser(rules.parse)
        text = rules.parse.text
        parsers = [Parser(replace(rules.parse, text=path.rules)) for path in text.by_path]
        self._parsers: list[Parser] = [self.general, *parsers]
        self._number = numbers(text.by_path)
        self._root = rules.root

    def of(self, source: Source) -> Parser:
        """The parser for a source."""
        return self._parsers[self._number(self._path(source))]

    def parse_all(
        self,
        sources: Sequence[Source],
        group: Sequence[bytes],
        began: Callable[[int], None],
        numbers: Sequence[int],
    ) -> list[Parsed]:
        """Parse some sources with their bytes, as `Parser.parse_all` does."""
        if len(self._parsers) == 1:
            return self.general.parse_all(group, began, numbers)
        chosen = [self._number(self._path(source)) for source in sources]
        outcomes: dict[int, Parsed] = {}
        for number, parser in enumerate(self._parsers):
            own = [place for place, found in enumerate(chosen) if found == number]
            parsed = parser.parse_all([group[i] for i in own], began, [numbers[i] for i in own])
            outcomes.update(zip(own, parsed, strict=True))
        return [outcomes[place] for place in range(len(group))]

    def _path(self, source: Source) -> str:
        """The path that patterns are about."""
        if self._root is None:
            return source.path
        folder, name = os.path.split(source.location)
        return os.path.relpath(os.path.join(os.path.realpath(folder), name), self._root)  # noqa: PTH118


def numbers(by_path: tuple[PathRules, ...]) -> Callable[[str], int]:
    """What tells by a path which of the rules hold: their number from 1, or 0 for the general."""
    matchers = [_matcher(rules.paths, ()) for rules in by_path]

    def number(path: str) -> int:
        name = path.rpartition("/")[2]
        found = (nth for nth, matches in enumerate(matchers, 1) if matches(path, name))
        return next(found, 0)

    return number


def keyed_by_rules(by_path: tuple[PathRules, ...], digests: Column, paths: Column) -> pa.Array:
    """Keys of sources by their SHA-256 and the rules that hold at their paths.

    Under equal rules a source has one key wherever it lies: one that was renamed is parsed again
    only if other rules hold where it lies now.
    """
    number = numbers(by_path)
    chosen = pa.array([str(number(path)) for path in paths.to_pylist()], pa.string())
    own = whole(digests).cast(pa.binary())
    return pc.binary_join_element_wise(own, chosen.cast(pa.binary()), b" ")
