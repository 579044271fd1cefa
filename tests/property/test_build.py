"""Any corpus: nothing of it is lost, and its release does not depend on how it was worked on."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import ParamSpec, TypeVar

import pyarrow as pa
import pyarrow.dataset as ds
from hypothesis import given, settings
from hypothesis import strategies as st

import corpuskit
from corpuskit.executors import InlineExecutor, WorkerDied
from corpuskit.parse import Parser
from corpuskit.rows import to_cells
from corpuskit.settings import load_settings
from corpuskit.stage_rules import parse_rules

P = ParamSpec("P")
R = TypeVar("R")

CREATED = "2024-06-01T12:00:00Z"

few = settings(max_examples=30)
fewer = settings(max_examples=12)

words = st.text("abc 字é*<>&\n", max_size=60)
scalars = st.sampled_from(
    ["A title", "'quoted'", "", "~", "[a, b]", "{a: b}", "# nothing", "a: b", "yes", "007", "日本"]
)
dates = st.sampled_from(
    ["2021-03-04", "2021-03-04 05:06:07", "2021-02-30", "01/02/2021", "soon", "2031-01-01", "1969"]
)


@st.composite
def articles(draw: st.DrawFn) -> bytes:
    """Sources that are mostly articles: with any faults of values, and repeated ones."""
    keys = draw(st.dictionaries(st.sampled_from(["tags", "draft", "url", "x"]), scalars))
    lines = [f"title: {draw(scalars | st.just('long' * 200))}", f"date: {draw(dates)}"]
    lines += [f"{key}: {value}" for key, value in keys.items()]
    body = draw(words | st.just("The same text in many places, more than a remark."))
    encoding = draw(st.sampled_from(["utf-8", "utf-16"]))
    return "\n".join(["---", *lines, "---", body]).encode(encoding)


sources = articles() | st.binary(max_size=40)
names = st.text("ab/é字 .\N{GRINNING FACE}", min_size=1, max_size=8)


@st.composite
def corpora(draw: st.DrawFn, max_size: int = 12) -> dict[str, bytes]:
    """Path → content; a number keeps a path from being a folder of another."""
    contents = draw(st.lists(sources, min_size=1, max_size=max_size))
    found = {}
    for number, content in enumerate(contents):
        parts = [part.strip(".") for part in draw(names).split("/")]
        path = "/".join(f"{part}-" for part in parts if part)
        found[f"{path}{number}.md"] = content
    return found


@contextmanager
def written(corpus: Sequence[tuple[str, bytes]]) -> Iterator[Path]:
    """A folder with `articles` in it, written in this order."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path, content in corpus:
            file = root / "articles" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        yield root


def build(root: Path, executor: Executor, out: str = "out") -> corpuskit.BuildResult:
    """Build with the schema `page`, so that much is published; rejections never refuse it."""
    return corpuskit.build(
        root / "articles",
        name="corpus",
        out=root / out,
        schema="page",
        created=CREATED,
        max_rejected=1.0,
        executor=executor,
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, refused diagnostics included."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def audited(result: corpuskit.BuildResult, name: str) -> list[dict[str, object]]:
    folder = result.path / "audit" if result.status == "published" else result.path
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]


def rows(result: corpuskit.BuildResult) -> list[dict[str, object]]:
    """The rows as cells, in order."""
    if result.status == "refused":
        return []
    table: pa.Table = ds.dataset([str(p) for p in sorted(result.path.glob("data/*"))]).to_table()
    (batch,) = table.combine_chunks().to_batches()
    columns = to_cells(batch)
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


class Unreliable(Executor):
    """Runs tasks in the caller, but loses those of several items where it is told to.

    Each loss is the step at which a worker died; None loses nothing, a negative one is unknown.
    """

    def __init__(self, losses: Sequence[int | None]) -> None:
        self.losses = cycle(losses)

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Run `fn` now, or lose it."""
        future: Future[R] = Future()
        (batch,) = args
        loss = next(self.losses)
        if loss is not None and isinstance(batch, Sequence) and len(batch) > 1:
            future.set_exception(WorkerDied(loss % len(batch) if loss >= 0 else None, -9))
        else:
            future.set_result(fn(*args, **kwargs))
        return future


@few
@given(corpora())
def test_every_source_is_in_one_place(corpus: dict[str, bytes]) -> None:
    with written(list(corpus.items())) as root:
        result = build(root, InlineExecutor())
        lines = [
            line
            for name in ("rejected", "duplicates", "excluded")
            for line in audited(result, name)
        ]
        places = [*(row["path"] for row in rows(result)), *(line["path"] for line in lines)]
        assert sorted(map(str, places)) == sorted(corpus)
        assert result.counts.sources == len(corpus)
        assert result.status == "refused" or corpuskit.verify(result.path) == ()


@few
@given(corpora())
def test_rows_are_what_the_parser_makes_of_their_sources(corpus: dict[str, bytes]) -> None:
    with written(list(corpus.items())) as root:
        found = load_settings(root / "articles", schema="page")
        parser, names = Parser(parse_rules(found)), [f.name for f in found.schema.fields]
        for row in rows(build(root, InlineExecutor())):
            article = parser.parse(corpus[str(row["path"])]).article
            assert article is not None
            assert [row[name] for name in names] == list(article.cells)
            for name in ("text", "body", "format", "language", "links", "images", "front_matter"):
                assert row[name] == getattr(article, name)
            assert article.body.encode(article.encoding) in corpus[str(row["path"])]


@fewer
@given(corpora().flatmap(lambda corpus: st.tuples(*[st.permutations(list(corpus.items()))] * 2)))
def test_the_order_in_which_files_were_written_does_not_matter(
    orders: tuple[list[tuple[str, bytes]], list[tuple[str, bytes]]],
) -> None:
    with written(orders[0]) as one, written(orders[1]) as other:
        build(one, InlineExecutor())
        build(other, InlineExecutor())
        assert contents(one / "out") == contents(other / "out")


@fewer
@given(
    corpora(max_size=80),
    st.lists(st.none() | st.integers(-1, 80), min_size=1, max_size=20).filter(
        lambda losses: None in losses
    ),
)
def test_however_the_work_is_divided_the_release_is_the_same(
    corpus: dict[str, bytes], losses: list[int | None]
) -> None:
    """A lost batch is done again in parts: so is every division of the work tried."""
    with written(list(corpus.items())) as root:
        build(root, InlineExecutor(), "one")
        build(root, Unreliable(losses), "many")
        assert contents(root / "one") == contents(root / "many")


@fewer
@given(corpora(max_size=6), corpora(max_size=6))
def test_a_release_after_another_has_the_rows_of_one_from_nothing(
    before: dict[str, bytes], after: dict[str, bytes]
) -> None:
    with written(list(before.items())) as root:
        build(root, InlineExecutor())
        for path in before:
            (root / "articles" / path).unlink()
        with written(list(after.items())) as fresh:
            alone = rows(build(fresh, InlineExecutor()))
            for path, content in after.items():
                file = root / "articles" / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            assert rows(build(root, InlineExecutor())) == alone
        published = any(not name.startswith("corpus/.") for name in contents(root / "out"))
        assert not published or corpuskit.verify(root / "out" / "corpus") == ()
