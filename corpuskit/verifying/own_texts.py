"""What follows from the body of a row: text, links, images, format and language, made once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from corpuskit.generator import generator
from corpuskit.language import detect_language
from corpuskit.manifest import Manifest
from corpuskit.model import Cell
from corpuskit.text import Extraction, Extractor, TextRules, detect_format
from corpuskit.verifying.stated_rules import text_rules_of

_NO_TEXT = Extraction("", [], [], [], {})
_MADE = ("text", "links", "link_texts", "images")


class Differing(NamedTuple):
    """The rows of a batch in which a column is not what `expected` says."""

    column: str
    expected: str
    rows: list[bool]


def rules_of_texts(manifest: Manifest) -> TextRules | None:
    """The rules by which the texts of a release can be made here; None if they cannot be.

    They can be where the same libraries made them, of bodies as they are, and by rules that are the
    same for all paths. What is captured is no text, but needs a tree.
    """
    quality = manifest.config.get("quality")
    masked = isinstance(quality, dict) and quality.get("mask")
    made_alike = generator().items() <= dict(manifest.generator).items()
    rules = text_rules_of(manifest) if made_alike and not masked else None
    return None if rules is None or rules.by_path or rules.mode == "article" else rules


def differing(rules: TextRules, cells: Mapping[str, Sequence[Cell]]) -> Iterator[Differing]:
    """The rows of a batch that have what their bodies do not give; needs the column `body`."""
    bodies = [body if isinstance(body, str) else "" for body in cells["body"]]
    formats = [detect_format(body) for body in bodies]
    if "format" in cells:
        yield _differing("format", "that of the body", formats, cells)
    read = map(_extractor(rules).extract, bodies, formats)
    made = [found if isinstance(found, Extraction) else _NO_TEXT for found in read]
    for name in _MADE:
        if name in cells:
            yield _differing(name, "that of the body", [getattr(m, name) for m in made], cells)
    if {"language", "language_score", "language_source"} <= cells.keys():
        detects = [source in (None, "detected") for source in cells["language_source"]]
        found = [
            detect_language(m.text) if own else (None, None)
            for m, own in zip(made, detects, strict=True)
        ]
        stated = zip(cells["language"], cells["language_score"], strict=True)
        wrong = [
            own and pair != other for own, pair, other in zip(detects, found, stated, strict=True)
        ]
        yield Differing("language", "what is detected in the text", wrong)


def unencodable(cells: Mapping[str, Sequence[Cell]], is_known: Callable[[str], bool]) -> Differing:
    """The rows whose body is no slice of a source in their encoding, if that is a known one."""
    pairs = zip(cells["body"], map(str, cells["encoding"]), strict=True)
    wrong = [is_known(encoding) and not _encodes(str(body), encoding) for body, encoding in pairs]
    return Differing("encoding", "one that can write the body", wrong)


def _differing(
    name: str, expected: str, made: Sequence[object], cells: Mapping[str, Sequence[Cell]]
) -> Differing:
    wrong = [a != b for a, b in zip(made, cells[name], strict=True)]
    return Differing(name, expected, wrong)


def _encodes(body: str, encoding: str) -> bool:
    try:
        body.encode(encoding)
    except (LookupError, ValueError):
        return False
    return True


@lru_cache(maxsize=2)
def _extractor(rules: TextRules) -> Extractor:
    return Extractor(rules)
