"""`python -m benchmarks.near`: which near duplicates a build finds, and what it costs to look.

In each language there are originals, others, and copies of the originals with one edit in every
hundred characters; and short posts that have nothing to do with one another. Cost is CPU time of
builds without a cache, in turn, next to that of builds that look for none.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median

import corpuskit
from benchmarks.contenders import Ground, build_of
from benchmarks.edits import make_corpus
from benchmarks.measure import rounds
from benchmarks.near_texts import HAN, LATIN, chinese, edited, english, post
from benchmarks.report import table
from benchmarks.results import Run

SEED = 20240601
RECALL, PRECISION, COST = 0.98, 0.99, 0.4

_WRITERS: Mapping[str, tuple[Callable[[Random], str], Sequence[str]]] = {
    "2 000 characters of Chinese": (chinese, HAN),
    "400 words of English": (english, LATIN),
}


@dataclass(frozen=True, slots=True)
class Found:
    """Of `copies` near duplicates `right` were found, of `found` texts that were dropped."""

    copies: int
    found: int
    right: int

    @property
    def recall(self) -> float:
        """The share of the copies that was found; 1 if there is none."""
        return self.right / self.copies if self.copies else 1.0

    @property
    def precision(self) -> float:
        """The share of what was found that is a copy of what it is said to repeat."""
        return self.right / self.found if self.found else 1.0

    @property
    def is_good(self) -> bool:
        """Whether it is what is wanted."""
        return self.recall >= RECALL and self.precision >= PRECISION


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and say by 1 that something is not as it is wanted."""
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="corpuskit-near-", dir=options.work) as name:
        folder = Path(name)
        found = {
            title: find(folder / str(place), write, alphabet, options.pairs)
            for place, (title, (write, alphabet)) in enumerate(_WRITERS.items())
        }
        found["short posts of Chinese"] = find(folder / "posts", post, HAN, 0, options.posts)
        print(table(["", "copies", "dropped", "recall", "precision"], [*_rows(found)]), flush=True)
        costs = cost(folder / "cost", options.articles, options.rounds) if options.rounds else {}
    for action, ratios in costs.items():
        print(f"{action}: {ratios[0]:+.1%} of CPU, {ratios[1]:+.1%} of time, wanted ≤ {COST:+.0%}")
    good = all(one.is_good for one in found.values())
    return int(not good or any(ratios[0] > COST for ratios in costs.values()))


def find(
    folder: Path,
    write: Callable[[Random], str],
    alphabet: Sequence[str],
    pairs: int,
    others: int = 0,
) -> Found:
    """Build `pairs` originals with a copy each, and as many `others` or more, and count."""
    random = Random(SEED)
    originals = [write(random) for _ in range(pairs)]
    unlike = [write(random) for _ in range(others or pairs)]
    copies = [edited(random, text, alphabet) for text in originals]
    source = folder / "articles"
    source.mkdir(parents=True)
    for kind, texts in (("a", originals), ("b", unlike), ("c", copies)):
        for number, text in enumerate(texts):
            (source / f"{kind}{number:06}.md").write_text(text + "\n", "utf-8")
    config = folder / "near.toml"
    config.write_text('[schema]\nuse = "any"\n[dedup]\nnear = {action = "drop"}\n', "utf-8")
    built = corpuskit.build(source, out=folder / "out", config=config, name="near", cache=False)
    lines = (built.path / "audit/duplicates.jsonl").read_text("utf-8").splitlines()
    dropped = [json.loads(line) for line in lines]
    right = sum(
        Path(one["path"]).name == Path(one["kept_path"]).name.replace("a", "c") for one in dropped
    )
    return Found(pairs, len(dropped), right)


def cost(folder: Path, articles: int, count: int) -> dict[str, tuple[float, float]]:
    """By what is done with near duplicates, the share of CPU and of time that it adds."""
    folder.mkdir()
    ground = Ground(make_corpus(folder / "articles", SEED, articles), folder, None)
    contenders = [build_of(ground, "off")]
    for action in ("report", "drop"):
        config = folder / f"{action}.toml"
        config.write_text(f'[dedup]\nnear = {{action = "{action}"}}\n', "utf-8")
        contenders.append(build_of(ground, action, "--config", str(config)))
    runs = rounds(contenders, count, folder, lambda line: print(line, file=sys.stderr))
    return {
        action: (
            added(runs, action, lambda run: run.processor),
            added(runs, action, lambda run: run.seconds),
        )
        for action in ("report", "drop")
    }


def added(runs: Mapping[str, Sequence[Run]], action: str, of: Callable[[Run], float]) -> float:
    """The median of what an action adds in a round, as a share of a build without it."""
    pairs = zip(runs[action], runs["off"], strict=True)
    return median(of(run) / of(plain) for run, plain in pairs) - 1


def _rows(found: Mapping[str, Found]) -> Iterator[Sequence[str]]:
    for title, one in found.items():
        recall = f"{one.recall:.4f}" if one.copies else ""
        yield [title, f"{one.copies}", f"{one.found}", recall, f"{one.precision:.4f}"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.near", description=__doc__)
    add = parser.add_argument
    add("--pairs", type=int, default=1000, help="originals and copies by language (%(default)s)")
    add("--posts", type=int, default=10_000, help="short ones that are all different (%(default)s)")
    add("--articles", type=int, default=100_000, help="what cost is measured on (%(default)s)")
    add("--rounds", type=int, default=5, help="of it, after one to warm up; 0: none (%(default)s)")
    add("--work", type=Path, default=tempfile.gettempdir(), help="for corpora; in no git checkout")
    return parser


if __name__ == "__main__":
    sys.exit(main())
