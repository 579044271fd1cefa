"""The bodies of some sources, as often as they are to be read, each under the rules of its path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from corpuskit.executors import mark
from corpuskit.parse_rules import BatchRules, is_left_out
from corpuskit.path_parser import PathParser
from corpuskit.sources.reading import Numbered, read_ahead
from corpuskit.suggesting.groups import ArticleGroups
from corpuskit.suggesting.selectors import FURNITURE, selectors_of
from corpuskit.text import Extraction, Extractor, Format, TooDeep
from corpuskit.text_rules import Capture, TextRules

_TAGS = tuple(sorted(FURNITURE))


class Body(NamedTuple):
    """The body of an article, and the rules for its text."""

    place: int
    path: str
    text: str
    format: Format
    rules: TextRules
    group: int

    def extracted(self, drops: Sequence[str], captures: Sequence[str] = ()) -> Extraction | None:
        """What it says without what some selectors match; None if that is too much to read.

        What is `captured` are the texts of the elements that others match, by selector.
        """
        made = _extractor(self.rules, tuple(drops), tuple(captures)).extract(self.text, self.format)
        return None if isinstance(made, TooDeep) else made

    def selectors(self, drops: Sequence[str]) -> list[str]:
        """The selectors that match something in it."""
        extractor = _extractor(self.rules, tuple(drops), ())
        return selectors_of(extractor.marked(self.text, self.format, _TAGS))


@lru_cache(maxsize=2048)
def _extractor(rules: TextRules, drops: tuple[str, ...], captures: tuple[str, ...]) -> Extractor:
    taken = tuple(Capture(selector, selector) for selector in captures)
    return Extractor(replace(rules, drop=(*rules.drop, *drops), captures=taken))


@lru_cache(maxsize=2)
def _parser(rules: BatchRules) -> PathParser:
    return PathParser(rules)


def bodies(rules: BatchRules, groups: ArticleGroups, batch: Sequence[Numbered]) -> Iterator[Body]:
    """The articles with a text among some sources, also if something else is wrong with them."""
    parser, group_of = _parser(rules), groups.chooser()
    batch = list(batch)
    for start, group in read_ahead(batch, rules.parse.max_bytes):
        for number, (source, _, data) in enumerate(group, start):
            mark(number)
            if not isinstance(data, bytes) or is_left_out(source.path, rules.parse):
                continue
            own = parser.of(source)
            seen = own.watch(data)
            if seen.extraction.text and not seen.parsed.exclusion:
                yield Body(
                    batch[number][0],
                    source.path,
                    seen.decoded.text[seen.front.body_start :],
                    seen.format,
                    own.rules.text,
                    group_of(source.path),
                )
