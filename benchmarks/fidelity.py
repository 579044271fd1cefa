"""`make fidelity`: whether the text of an article is all that it says, whatever it is written in.

Generated documents, in Markdown and as markdown-it renders them, and generated pages of HTML are
held against what was put into them, against each other, and one parser against the other. With
`--examples` so are those of the CommonMark specification.
"""

from __future__ import annotations

import argparse
import json
import sys
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.documents import TIGHT, document
from benchmarks.likeness import Likeness, Pair, likeness
from benchmarks.pages import page
from benchmarks.rendering import rendered
from benchmarks.report import table, with_figures
from corpuskit.text import Extraction, Extractor, Format, TextRules

SEED = 7
LEAST, LEAST_OF_PARSERS = 0.98, 0.995

_PAGE = Path(__file__).resolve().parents[1] / "docs/quality.md"
_LEXBOR = Extractor(TextRules())
_SOUP = Extractor(TextRules(parser="beautifulsoup"))
_EXAMPLES = "commonmark.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and say by 1 that two texts are less alike than is wanted."""
    options = _parser().parse_args(arguments)
    found = measure(options.documents, _examples(options.examples), options.shown)
    figures = figures_of(found)
    print(figures)
    for title, alike in found.items():
        for pair in alike.worst:
            print(f"\n{title}: {pair.name}\n{pair.difference()}")
    if options.write:
        _PAGE.write_text(with_figures(_PAGE.read_text("utf-8"), figures), "utf-8")
    return int(any(alike.least < aim_of(title) for title, alike in found.items()))


def measure(
    documents: int, examples: Sequence[Mapping[str, str]], shown: int
) -> dict[str, Likeness]:
    """By what is compared, how alike it is."""
    pairs: dict[str, list[Pair]] = {}
    for title, pair in (*_of_documents(documents), *_of_pages(documents), *_of_examples(examples)):
        pairs.setdefault(title, []).append(pair)
    return {title: likeness(compared, shown) for title, compared in pairs.items()}


def aim_of(title: str) -> float:
    """The least F1 that is wanted of each pair."""
    return LEAST_OF_PARSERS if title.startswith("parsers") else LEAST


def figures_of(found: Mapping[str, Likeness]) -> str:
    """A table of what was found."""
    rows = [
        [
            title,
            f"{alike.pairs}",
            f"{alike.mean:.4f}",
            f"{alike.least:.4f}",
            f"{alike.differing}",
            f"≥ {aim_of(title)}",
        ]
        for title, alike in found.items()
    ]
    return table(["", "pairs", "mean F1", "worst", "not the same", "wanted"], rows)


def text_of(source: str, format: Format, by: Extractor = _LEXBOR) -> str:  # noqa: A002
    """The text of a body."""
    extraction = by.extract(source, format)
    assert isinstance(extraction, Extraction), extraction
    return extraction.text


def _of_documents(count: int) -> Iterator[tuple[str, Pair]]:
    for number in range(count):
        made = document(SEED, number)
        html = rendered(made.source)
        name = f"document {number}: {', '.join(made.kinds)}"
        text, of_html = text_of(made.source, "markdown"), text_of(html, "html")
        yield "Markdown, what was written", Pair(name, text, made.says)
        yield "Markdown, its HTML", Pair(name, text, of_html)
        yield "its HTML, what was written", Pair(name, of_html, made.says)
        yield "parsers, of Markdown", Pair(name, text, text_of(made.source, "markdown", _SOUP))
        yield "parsers, of its HTML", Pair(name, of_html, text_of(html, "html", _SOUP))
    for number in range(count):
        # No HTML of these: markdown-it takes half of the marks for asterisks.
        made = document(SEED, number, TIGHT)
        pair = Pair(f"document {number}", text_of(made.source, "markdown"), made.says)
        yield "Markdown with marks beside CJK, what was written", pair


def _of_pages(count: int) -> Iterator[tuple[str, Pair]]:
    for number in range(count):
        made = page(SEED, number)
        name = f"page {number}: {', '.join(made.kinds)}"
        text = text_of(made.source, "html")
        yield "pages, what was written", Pair(name, text, made.says)
        yield "parsers, of pages", Pair(name, text, text_of(made.source, "html", _SOUP))


def _of_examples(examples: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, Pair]]:
    for example in examples:
        name = f"example {example['example']}: {example['section']}"
        text = text_of(example["markdown"], "markdown")
        of_html = text_of(example["html"], "html")
        yield "CommonMark's examples, their HTML", Pair(name, text, of_html)
        by_soup = text_of(example["html"], "html", _SOUP)
        yield "parsers, of CommonMark's examples", Pair(name, of_html, by_soup)


def _examples(path: Path | None) -> Sequence[Mapping[str, str]]:
    """The specification's examples, from its JSON or from a package that has that in its tests."""
    if path is None:
        return []
    if path.suffix == ".json":
        return list(json.loads(path.read_bytes()))
    with tarfile.open(path) as package:
        for member in package:
            if member.name.endswith(f"/{_EXAMPLES}") and (file := package.extractfile(member)):
                return list(json.loads(file.read()))
    raise SystemExit(f"{path} has no {_EXAMPLES}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fidelity", description=__doc__)
    add = parser.add_argument
    add("--documents", type=int, default=2000, help="of each kind (%(default)s)")
    add("--examples", type=Path, help=f"{_EXAMPLES}, or the source package of markdown-it-py")
    add("--shown", type=int, default=2, help="of each comparison's worst (%(default)s)")
    add("--write", action="store_true", help="put the table into docs/quality.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
