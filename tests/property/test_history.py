"""The life of a dataset: whatever happens to sources and versions, what is said of them is true."""

from __future__ import annotations

import json
import shutil
import tempfile
import uuid
from pathlib import Path

import datasets
import duckdb
import frictionless
import fsspec
import mlcroissant
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

import corpuskit
from corpuskit.cache import stat_table
from corpuskit.executors import InlineExecutor
from corpuskit.versions import BUMPS, Version
from tests.keys import write_keys

CREATED = "2024-06-01T12:00:00Z"
NAMES = st.sampled_from(["a.md", "b.md", "c.md", "deep/d.md", "deep/e.html", "f.md"])
SECTIONS = st.sampled_from(["Sport", "C++", "港口 新闻"])
STORIES = st.sampled_from(["one", "two", "three", "four"])
PARTS = st.sampled_from(
    [
        "",
        "[splits]\ntest = 0.5\n",
        '[splits]\ntest = 0.3\nvalidation = 0.3\ngroup = ["story"]\n',
        '[splits]\ntest = 0.5\nby = "date"\n',
    ]
)
SUBSETS = st.sampled_from(["", "section", "year(date)", "language", "folder"])
SCHEMA = """\
name: own
fields:
  - {name: title, type: string, constraints: {required: true}}
  - {name: date, type: datetime, x-corpuskit: {timezone: UTC}}
  - {name: section, type: string}
  - {name: story, type: string}
  - {name: number, type: string}
"""
pytestmark = [
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings(
        "ignore:The inplace keyword in DataFrame.reset_index:DeprecationWarning"
    ),
]
"""Of mlcroissant's own parser, and of what it asks of pandas."""
OMITTED = st.sampled_from(["", '"body"', '"text"', '"front_matter", "links"'])
AUDITS = st.sampled_from(["full", "redacted"])
IDS = st.sampled_from(["", "  id: number\n"])
READERS = ("pandas", "polars", "duckdb", "datasets", "croissant", "frictionless")


class Life(RuleBasedStateMachine):
    """A corpus and its dataset here, and what is published of it in a store."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.src, self.out = self.root / "articles", self.root / "datasets"
        self.src.mkdir()
        self.key, self.signer = write_keys(self.root, 1)
        # Files count as settled at once, so that a build may know what became of them.
        self.settled, stat_table._SETTLED_NS = stat_table._SETTLED_NS, -(10**18)
        self.there = f"memory://{uuid.uuid4().hex}"
        self.written = 0
        self.withdrawn: list[str] = []
        self.withdrawn_texts: list[str] = []
        self.rows: dict[str, dict[str, str]] = {}
        self.retracted: set[str] = set()
        self.pruned: set[str] = set()
        self.published: set[str] = set()

    @property
    def dataset(self) -> Path:
        """Its folder here."""
        return self.out / "life"

    @property
    def whole(self) -> list[str]:
        """The versions that have their rows."""
        return [n for n in self.rows if n not in self.retracted | self.pruned]

    @initialize(splits=PARTS, subsets=SUBSETS, omitted=OMITTED, audit=AUDITS, ids=IDS)
    def begin(self, splits: str, subsets: str, omitted: str, audit: str, ids: str) -> None:
        """Start with two articles and one version."""
        (self.src / "schema.yaml").write_text(SCHEMA + (f"x-corpuskit:\n{ids}" if ids else ""))
        self.configure(splits, subsets, omitted, audit)
        self.write("a.md", "Sport", "one", 2020)
        self.write("b.md", "C++", "two", 2021)
        self.build()

    @rule(splits=PARTS, subsets=SUBSETS, omitted=OMITTED, audit=AUDITS)
    def configure(self, splits: str, subsets: str, omitted: str, audit: str) -> None:
        """Part the rows in another way, or in none; leave other columns out."""
        release = f'[release]\nmax-removed = "100%"\nomit = [{omitted}]\naudit = "{audit}"\n' + (
            f'subsets = "{subsets}"\n' if subsets else ""
        )
        about = '[dataset]\nlicense = "CC-BY-4.0"\nwithdraw = "withdrawn.txt"\n'
        own = '[schema]\nuse = "schema.yaml"\n'
        (self.src / "corpuskit.toml").write_text(f"{about}{own}{splits}{release}")
        (self.src / "withdrawn.txt").write_text("\n".join(self.withdrawn))

    @rule(path=NAMES, section=SECTIONS, story=STORIES, year=st.integers(2019, 2022))
    def write(self, path: str, section: str, story: str, year: int) -> None:
        """Add an article, or write another one over it; no text is written twice."""
        self.written += 1
        file = self.src / path
        file.parent.mkdir(exist_ok=True)
        text = f"Text {self.written} says so: {uuid.UUID(int=self.written * 2**64 + 7).hex}."
        front = f"title: T{self.written}\nnumber: n{path}\ndate: {year}-01-0{1 + self.written % 9}"
        file.write_text(f"---\n{front}\nsection: {section}\nstory: {story}\n---\n{text}\n")

    @property
    def sources(self) -> list[str]:
        """The articles that are there."""
        files = [p for p in self.src.rglob("*") if p.suffix in (".md", ".html")]
        return sorted(p.relative_to(self.src).as_posix() for p in files)

    @precondition(lambda self: len(self.sources) > 2)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        """Delete an article."""
        (self.src / data.draw(st.sampled_from(self.sources))).unlink()

    @rule(data=st.data(), path=NAMES)
    def move(self, data: st.DataObject, path: str) -> None:
        """Give an article another path, with its text."""
        old = self.src / data.draw(st.sampled_from(self.sources))
        (self.src / path).parent.mkdir(exist_ok=True)
        old.rename(self.src / path)

    @precondition(lambda self: len(self.sources) > 2)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        """Put an article on the list, and perhaps its text under another path."""
        path = data.draw(st.sampled_from(self.sources))
        content = (self.src / path).read_text("utf-8")
        self.withdrawn.append(f"{path}  # its author asked for it")
        (self.src / "withdrawn.txt").write_text("\n".join(self.withdrawn))
        # What no version has had is no loss if it comes back: there is nothing to know it by.
        self.withdrawn_texts.append(content.rpartition("---\n")[2].strip())
        if data.draw(st.booleans()):
            (self.src / "copy.md").write_text(content)

    @precondition(lambda self: self.withdrawn)
    @rule(data=st.data())
    def forget(self, data: st.DataObject) -> None:
        """Take a line off the list; what a version has withdrawn stays so."""
        if self.rows:
            self.build()
        self.withdrawn.remove(data.draw(st.sampled_from(self.withdrawn)))
        (self.src / "withdrawn.txt").write_text("\n".join(self.withdrawn))

    def built(self, out: Path, cache: Path | None) -> corpuskit.BuildResult:
        """What comes of a build."""
        return corpuskit.build(
            self.src,
            name="life",
            out=out,
            created=CREATED,
            executor=InlineExecutor(),
            cache=cache is not None,
            cache_dir=cache,
        )

    @rule()
    def build(self) -> None:
        """Build; the version says no less than what differs, and holds with all before it.

        It is that of a build that knows nothing of builds before, byte for byte.
        """
        before = corpuskit.load(self.dataset) if self.whole else None
        clean = self.root / "clean"
        shutil.rmtree(clean, ignore_errors=True)
        if self.out.exists():
            shutil.copytree(self.out, clean)
        anew = self.built(clean, None)
        result = self.built(self.out, self.root / "cache")
        assert (result.status, result.version) == (anew.status, anew.version)
        if result.status == "refused":
            # All that is left may be withdrawn.
            assert not result.counts.rows
            return
        assert _contents(self.dataset) == _contents(clean / "life")
        assert corpuskit.verify(self.dataset, history=True) == ()
        if result.status == "unchanged":
            assert result.version in self.whole
            return
        assert result.version is not None
        assert result.version not in self.rows
        self.rows[result.version] = self.pairs(result.version)
        if before is not None:
            self.raised_enough(before, corpuskit.load(self.dataset))
        self.nothing_withdrawn_is_left(self.dataset / result.version)

    def pairs(self, number: str) -> dict[str, str]:
        """The digest of each row of a version, by its id, as its shards have them."""
        shards = sorted((self.dataset / number / "data").rglob("*.parquet"))
        tables = [pq.read_table(shard, partitioning=None) for shard in shards]
        return {
            row["id"]: row["row_sha256"]
            for table in tables
            for row in table.select(["id", "row_sha256"]).to_pylist()
        }

    @staticmethod
    def raised_enough(old: corpuskit.Release, new: corpuskit.Release) -> None:
        """Whether the number says at least what the diff does."""
        diff = old.diff(new)
        one, other = Version.parse(old.version), Version.parse(new.version)
        assert one is not None
        assert other is not None
        raised = next(
            bump
            for bump, a, b in zip(
                BUMPS,
                (one.major, one.minor, one.patch),
                (other.major, other.minor, other.patch),
                strict=True,
            )
            if a != b
        )
        assert diff.bump is None or BUMPS.index(raised) <= BUMPS.index(diff.bump)

    def nothing_withdrawn_is_left(self, version: Path) -> None:
        """No file of a version has a text that was withdrawn, also not inside of Parquet."""
        kept = [path.read_bytes() for path in version.rglob("*") if path.is_file()]
        kept += [
            json.dumps(pq.read_table(p, partitioning=None).to_pylist(), default=str).encode()
            for p in version.rglob("*.parquet")
        ]
        for text in self.withdrawn_texts:
            assert not any(text.encode() in content for content in kept), text

    @precondition(lambda self: len(self.whole) > 1)
    @rule(data=st.data())
    def differ(self, data: st.DataObject) -> None:
        """What differs between two versions makes the rows of the one from those of the other."""
        old, new = (data.draw(st.sampled_from(self.whole)) for _ in range(2))
        rows = corpuskit.diff(f"{self.dataset}@{old}", f"{self.dataset}@{new}").rows
        applied = dict(self.rows[old])
        for row_id in rows.removed["id"].to_pylist():
            del applied[row_id]
        for table in (rows.added, rows.changed):
            applied.update(
                zip(table["id"].to_pylist(), table["row_sha256"].to_pylist(), strict=True)
            )
        assert applied == self.rows[new]

    @precondition(lambda self: self.whole)
    @rule(data=st.data())
    def publish(self, data: st.DataObject) -> None:
        """Publish a version; what is there holds, and is what is here."""
        number = data.draw(st.sampled_from(self.whole))
        corpuskit.publish(self.dataset / number, self.there)
        self.published.add(number)
        assert corpuskit.verify(self.there) == ()
        copy = corpuskit.load(f"{self.there}@{number}")
        found = copy.to_arrow(["id", "row_sha256"]).to_pydict()
        assert dict(zip(found["id"], found["row_sha256"], strict=True)) == self.rows[number]

    @precondition(lambda self: len(self.whole) > 1)
    @rule(data=st.data())
    def retract(self, data: st.DataObject) -> None:
        """Take a version back, here and where it is published."""
        number = data.draw(st.sampled_from(self.whole))
        corpuskit.retract(f"{self.dataset}@{number}", "It was wrong.", created=CREATED)
        self.retracted.add(number)
        assert corpuskit.verify(self.dataset, history=True) == ()
        assert list((self.dataset / number).rglob("*.parquet")) == []
        with pytest.raises(corpuskit.ReleaseError, match="It was wrong"):
            corpuskit.load(f"{self.dataset}@{number}")
        assert corpuskit.load(self.dataset).version == max(
            self.whole, key=lambda n: Version.parse(n) or Version(0, 0, 0)
        )
        if number in self.published:
            corpuskit.retract(f"{self.there}@{number}", "It was wrong.", created=CREATED)
            self.published.discard(number)
            assert corpuskit.verify(self.there) == ()

    @precondition(lambda self: self.whole)
    @rule(data=st.data())
    def sign(self, data: st.DataObject) -> None:
        """Sign a version; whoever has the key finds all that it has signed."""
        number = data.draw(st.sampled_from(self.whole))
        corpuskit.sign(self.dataset / number, self.key)
        assert corpuskit.verify(self.dataset / number, signer=self.signer) == ()

    @precondition(lambda self: len(self.whole) > 2)
    @rule()
    def prune(self) -> None:
        """Delete the rows of all versions but two."""
        result = corpuskit.prune(self.dataset, 2, created=CREATED)
        self.pruned.update(set(result.pruned) - self.retracted)
        assert len(self.whole) == 2
        assert corpuskit.verify(self.dataset, history=True) == ()

    @precondition(lambda self: self.whole)
    @rule(data=st.data(), reader=st.sampled_from(READERS))
    def read(self, data: st.DataObject, reader: str) -> None:
        """Everybody reads every version, and nobody a column more than there is."""
        number = data.draw(st.sampled_from(self.whole))
        ids, names = _read(self.dataset / number, reader, self.root)
        assert sorted(ids) == sorted(self.rows[number])
        assert names in (None, list(corpuskit.load(self.dataset / number).columns))

    def teardown(self) -> None:
        """Leave nothing."""
        stat_table._SETTLED_NS = self.settled
        shutil.rmtree(self.root)
        files, root = fsspec.core.url_to_fs(self.there)
        if files.exists(root):
            files.rm(root, recursive=True)


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    return {path: data for path, data in found.items() if not path.startswith(".refused/")}


def _read(version: Path, reader: str, scratch: Path) -> tuple[list[str], list[str] | None]:
    """The ids of all rows, and the names of the columns if they are told."""
    match reader:
        case "pandas":
            frame = pd.read_parquet(version / "data")
            return list(frame["id"]), list(frame.columns)
        case "polars":
            table = pl.read_parquet(version / "data/**/*.parquet")
            return table["id"].to_list(), table.columns
        case "duckdb":
            found = duckdb.read_parquet(f"{version}/data/**/*.parquet").to_arrow_table()
            return found["id"].to_pylist(), found.schema.names
        case "datasets":
            loaded = datasets.load_dataset(str(version), cache_dir=str(scratch / "hf"))
            return [row for split in loaded.values() for row in split["id"][:]], None
        case "croissant":
            records = mlcroissant.Dataset(version / "croissant.json").records("articles")
            return [record["articles/id"].decode() for record in records], None
        case _:
            report = frictionless.validate(version / "datapackage.json")
            assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])
            return corpuskit.load(version).to_arrow(["id"])["id"].to_pylist(), None


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=6, stateful_step_count=25, deadline=None)
