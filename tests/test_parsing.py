"""The parse stage over real workers: a source that is slow to check costs itself and no other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest

from corpuskit.codes import Code
from corpuskit.corpus import ParsedCorpus
from corpuskit.executors import InlineExecutor, StepTimedOut, SupervisedPool, WorkerDied
from corpuskit.model import Source
from corpuskit.parse_rules import BatchRules, ParseRules
from corpuskit.parsing import parse_sources
from corpuskit.schema import Constraints, Field, FieldType, Schema
from corpuskit.sources.table import Sources
from corpuskit.text import Capture, TextRules
from corpuskit.workers.processes import prepare

P = ParamSpec("P")
R = TypeVar("R")

COUNT = 40
CATASTROPHIC = "(a+)+b"
SLOW = "a" * 60
"""What such a pattern takes longer over than anyone lives."""


class Counting:
    """Hands everything to a pool, and keeps the futures."""

    def __init__(self, pool: SupervisedPool) -> None:
        self.pool = pool
        self.futures: list[Future[object]] = []

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Have the pool run it."""
        future = self.pool.submit(fn, *args, **kwargs)
        self.futures.append(future)  # type: ignore[arg-type]
        return future

    def losses(self) -> list[BaseException]:
        """What befell the workers."""
        errors = [future.exception() for future in self.futures]
        return [error for error in errors if isinstance(error, StepTimedOut | WorkerDied)]


def _field(name: str, pattern: str | None = None, warn: str | None = None) -> Field:
    return Field(
        name,
        FieldType.STRING,
        (name,),
        constraints=Constraints(pattern=pattern),
        warn=Constraints(pattern=warn),
    )


def _sources(folder: Path, articles: dict[int, str]) -> list[Source]:
    """Forty articles; before some of them stand files that give no row."""
    sources = []
    for n in range(COUNT):
        file = folder / f"{n:02}.md"
        file.write_text(
            "" if n % 7 == 3 else articles.get(n, f"---\ntitle: {n}b\n---\n\ntext {n}\n")
        )
        sources.append(Source(file.name, str(file)))
    return sources


def parse(sources: list[Source], rules: BatchRules) -> tuple[ParsedCorpus, Counting]:
    with SupervisedPool(1, time_limit=1.0, initializer=prepare, initargs=(rules,)) as pool:
        counting = Counting(pool)
        return parse_sources(Sources.of(sources), rules, counting, 1, None), counting


@pytest.mark.parametrize("warn", [False, True])
def test_source_that_a_schemas_pattern_never_ends_over_is_rejected_after_one_retry(
    tmp_path: Path, *, warn: bool
) -> None:
    pattern = {"warn" if warn else "pattern": f"{CATASTROPHIC}|.*"}
    fields = (_field("title", pattern="(?s).*b"), _field("other"), _field("code", **pattern))
    slow = f"---\ntitle: b\ncode: {SLOW}\n---\n\nslow\n"
    sources = _sources(tmp_path, {21: slow})
    corpus, counting = parse(sources, BatchRules(ParseRules(Schema("demo", fields))))
    assert [type(loss) for loss in counting.losses()] == [StepTimedOut, StepTimedOut]
    timed_out = [d for d in corpus.diagnostics if d.code is Code.TIME_LIMIT]
    assert [(d.path, d.field, d.source_sha256) for d in timed_out] == [
        ("21.md", "code", hashlib.sha256(slow.encode()).hexdigest())
    ]
    assert timed_out[0].message == (
        "matching the pattern of `code` ended the worker process twice (not done after 1 s)"
    )
    empty = [f"{n:02}.md" for n in range(COUNT) if n % 7 == 3]
    assert sorted(r.path for r in corpus.rejections) == sorted([*empty, "21.md"])
    assert corpus.index.num_rows == COUNT - len(empty) - 1


def test_source_that_a_capture_never_ends_over_is_rejected_after_one_retry(tmp_path: Path) -> None:
    rules = TextRules(captures=(Capture("title", "p", CATASTROPHIC),))
    schema = Schema("demo", (_field("title"),))
    sources = _sources(tmp_path, {30: f"---\ntitle: b\n---\n\n{SLOW}\n"})
    corpus, counting = parse(sources, BatchRules(ParseRules(schema, rules)))
    assert [type(loss) for loss in counting.losses()] == [StepTimedOut, StepTimedOut]
    timed_out = [d for d in corpus.diagnostics if d.code is Code.TIME_LIMIT]
    assert [(d.path, d.field) for d in timed_out] == [("30.md", None)]
    assert timed_out[0].message.startswith("parsing it ended the worker process twice")


def test_patterns_find_the_same_breaches_in_workers_and_without(tmp_path: Path) -> None:
    schema = Schema("demo", (_field("title", pattern="[0-5]*b"), _field("code", warn="x")))
    sources = _sources(tmp_path, {5: "---\ntitle: 7b\ncode: y\n---\n\ntext\n"})
    rules = BatchRules(ParseRules(schema))
    corpus, counting = parse(sources, rules)
    alone = parse_sources(Sources.of(sources), rules, InlineExecutor(), 1, None)
    assert counting.losses() == []
    assert corpus == alone
    assert Code.PATTERN_MISMATCH in {d.code for d in corpus.diagnostics}
