"""A corpus to write, to build and to look at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pytest

import corpuskit
from corpuskit.executors import InlineExecutor
from corpuskit.versions import Bump

CREATED = "2024-06-01T12:00:00Z"


@dataclass(frozen=True, slots=True)
class Built:
    """How a build ended, and what it published."""

    result: corpuskit.BuildResult

    @property
    def path(self) -> Path:
        """The release, or where a refused build left its diagnostics."""
        return self.result.path

    @property
    def version(self) -> str | None:
        """Its number."""
        return self.result.version

    @property
    def status(self) -> str:
        """`published`, `unchanged` or `refused`."""
        return self.result.status

    @property
    def counts(self) -> tuple[int, int, int, int, int]:
        """Sources, rows, rejected, duplicates, excluded."""
        counts = self.result.counts
        return counts.sources, counts.rows, counts.rejected, counts.duplicates, counts.excluded

    @property
    def manifest(self) -> dict[str, object]:
        """What manifest.json says."""
        found: dict[str, object] = json.loads((self.path / "manifest.json").read_bytes())
        return found

    @property
    def shards(self) -> list[Path]:
        """The Parquet files, in order."""
        return sorted((self.path / "data").iterdir())

    def table(self) -> pa.Table:
        """The rows of all shards, in order."""
        return ds.dataset([str(shard) for shard in self.shards]).to_table()

    def column(self, name: str) -> list[object]:
        """The cells of one column, in the order of the rows."""
        cells: list[object] = self.table()[name].to_pylist()
        return cells

    def audit(self, name: str) -> list[dict[str, object]]:
        """The lines of `audit/<name>.jsonl`, or of what a refused build left."""
        folder = self.path / "audit"
        file = (folder if folder.is_dir() else self.path) / f"{name}.jsonl"
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()]

    def codes(self, path: str) -> list[object]:
        """The codes of the diagnostics of one source."""
        return [line["code"] for line in self.audit("diagnostics") if line["path"] == path]

    def reasons(self) -> dict[object, object]:
        """Why sources were excluded, by path."""
        return {line["path"]: line["reason"] for line in self.audit("excluded")}


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder of articles, and the folder that its releases go to."""

    src: Path
    out: Path

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file below the source folder."""
        file = self.src / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def article(
        self,
        path: str,
        text: str | None = None,
        *,
        title: str | None = "A title",
        date: str | None = "2021-03-04T05:06:07Z",
        **front: str,
    ) -> Path:
        """Write an article, whose text is unlike that of any other path unless it is given."""
        stated = {"title": title, "date": date, **front}
        lines = [f"{key}: {value}" for key, value in stated.items() if value is not None]
        body = f"What stands in {path} is told here and nowhere else." if text is None else text
        return self.write(path, "\n".join(["---", *lines, "---", body, ""]))

    def build(
        self,
        *,
        name: str = "corpus",
        version: str | None = None,
        out: Path | None = None,
        schema: str | None = None,
        include: Sequence[str] = (),
        drafts: bool | None = None,
        max_rejected: float | None = None,
        max_removed: float | str | None = None,
        max_new_rejects: int | None = None,
        rebase: bool = False,
        bump: Bump | None = None,
        dev: bool = False,
        limit: int | None = None,
        created: str | None = CREATED,
        workers: int | None = None,
        cache: bool = True,
        cache_dir: Path | None = None,
        progress: corpuskit.Progress | None = None,
        executor: Executor | None = None,
    ) -> Built:
        """Build it in this process, or in a pool of `workers`."""
        if executor is None and workers is None:
            executor = InlineExecutor()
        return Built(
            corpuskit.build(
                self.src,
                name=name,
                version=version,
                out=self.out if out is None else out,
                schema=schema,
                include=include,
                drafts=drafts,
                max_rejected=max_rejected,
                max_removed=max_removed,
                max_new_rejects=max_new_rejects,
                rebase=rebase,
                bump=bump,
                dev=dev,
                limit=limit,
                created=created,
                workers=workers,
                cache=cache,
                cache_dir=cache_dir,
                progress=progress,
                executor=executor,
            )
        )

    def schema(self, fields: str, extension: str = "") -> str:
        """Write a schema beside the source folder, of `fields` in YAML; the path to it."""
        file = self.src.parent / "schema.yaml"
        tail = f"x-corpuskit: {extension}\n" if extension else ""
        file.write_text(f"name: own\nfields:\n{fields}\n{tail}", "utf-8")
        return str(file)

    @staticmethod
    def contents(folder: Path) -> dict[str, bytes]:
        """Every file below a folder: its path and its bytes."""
        files = (path for path in sorted(folder.rglob("*")) if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(autouse=True)
def _no_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """The build time is what a test states."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """An empty corpus."""
    folder = tmp_path / "articles"
    folder.mkdir()
    return Corpus(folder, tmp_path / "datasets")
