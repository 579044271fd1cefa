"""Splits and subsets of real builds: where rows are, that they stay, and who can read them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import datasets
import duckdb
import frictionless
import mlcroissant
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import corpuskit
from corpuskit.succession import guards

from .conftest import Built, Corpus

# As in tests/documents/test_accepted.py: mlcroissant's own parser, and what it asks of pandas.
MLCROISSANT_WARNINGS = (
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning",
    "ignore:The inplace keyword in DataFrame.reset_index:DeprecationWarning",
)
SCHEMA = """\
  - {name: title, type: string}
  - {name: date, type: datetime, x-corpuskit: {timezone: UTC}}
  - {name: section, type: string}
  - {name: story, type: string}"""
SECTIONS = ("Sport", "港口 新闻", "C++")


def _configure(corpus: Corpus, text: str) -> None:
    corpus.schema(SCHEMA)
    corpus.write("corpuskit.toml", f'{text}\n[schema]\nuse = "../schema.yaml"\n')


def _write(corpus: Corpus, numbers: Sequence[int]) -> None:
    for number in numbers:
        day = f"20{10 + number % 12}-{1 + number % 9:02}-{1 + number % 7:02}"
        corpus.article(
            f"{number:03}.md", date=day, section=SECTIONS[number % 3], story=f"s{number // 2}"
        )


def _where(built: Built) -> dict[str, str]:
    """The folder below `data` of each row, by its path."""
    data = built.path / "data"
    return {
        path: shard.parent.relative_to(data).as_posix()
        for shard in sorted(data.rglob("*.parquet"))
        for path in pq.read_table(shard, partitioning=None)["path"].to_pylist()
    }


def _holds(built: Built) -> bool:
    return corpuskit.verify(built.path.parent, history=True) == ()


def test_every_row_is_in_one_part_and_parts_keep_the_order(corpus: Corpus) -> None:
    _configure(corpus, '[splits]\ntest = 0.3\nvalidation = "20%"\n[release]\nsubsets = "section"')
    _write(corpus, range(60))
    built = corpus.build()
    where = _where(built)
    assert len(where) == 60
    assert {folder.partition("/")[0] for folder in where.values()} == {
        "sport",
        "港口-新闻",
        "c-cedb1bac",
    }
    assert {folder.partition("/")[2] for folder in where.values()} == {
        "train",
        "test",
        "validation",
    }
    for shard in (built.path / "data").rglob("*.parquet"):
        rows = pq.read_table(shard, partitioning=None).select(["date", "path"]).to_pylist()
        assert rows == sorted(rows, key=lambda row: (row["date"], row["path"]))
    assert _holds(built)


def test_rows_stay_in_their_splits_when_others_come_and_go(corpus: Corpus) -> None:
    _configure(corpus, "[splits]\ntest = 0.4\n")
    _write(corpus, range(40))
    before = _where(corpus.build())
    for number in range(6):
        (corpus.src / f"{number:03}.md").unlink()
    _write(corpus, range(40, 60))
    corpus.article("007.md", "It was written anew.", date="2030-01-01")
    built = corpus.build(created="2031-01-01T00:00:00Z")
    after = _where(built)
    assert {path: after[path] for path in before if path in after} == {
        path: before[path] for path in before if path in after
    }
    assert built.version == "1.1.0"
    assert _holds(built)


def test_a_row_whose_day_is_corrected_stays_where_it_was(corpus: Corpus) -> None:
    _configure(corpus, '[splits]\nby = "date"\ntest = "2019-01-01"\nvalidation = "2018-01-01"')
    for year in (2017, 2018, 2019):
        corpus.article(f"{year}.md", date=f"{year}-05-05")
    assert _where(corpus.build()) == {
        "2017.md": "train",
        "2018.md": "validation",
        "2019.md": "test",
    }
    corpus.article("2017.md", "And it was moved.", date="2020-05-05")
    corpus.article("new.md", date="2020-05-06")
    built = corpus.build()
    assert _where(built)["2017.md"] == "train"
    assert _where(built)["new.md"] == "test"
    assert _holds(built)


def test_a_group_is_in_one_split_and_new_members_join_it(corpus: Corpus) -> None:
    _configure(corpus, '[splits]\ntest = 0.5\ngroup = ["story"]')
    _write(corpus, range(30))
    where = _where(corpus.build())
    assert all(where[f"{n:03}.md"] == where[f"{n + 1:03}.md"] for n in range(0, 30, 2))
    corpus.article("late.md", story="s3")
    corpus.article("later.md", story="s4")
    built = corpus.build()
    after = _where(built)
    assert (after["late.md"], after["later.md"]) == (where["006.md"], where["008.md"])
    assert _holds(built)


def test_a_group_that_is_found_to_span_splits_is_reported_and_nobody_moves(corpus: Corpus) -> None:
    _configure(corpus, '[splits]\ntest = 0.5\ngroup = ["story"]')
    _write(corpus, range(30))
    first = _where(corpus.build())
    one = "000.md"
    other = next(path for path, split in first.items() if split != first[one])
    for path in (one, other):
        corpus.article(path, f"{path} is one of two.", date="2010-01-01", story="both")
    built = corpus.build()
    after = _where(built)
    assert (after[one], after[other]) == (first[one], first[other])
    assert [built.codes(one), built.codes(other)] == [[], ["CK506"]]
    assert _holds(built)


def test_other_rules_make_a_major_version_and_put_every_row_anew(corpus: Corpus) -> None:
    _write(corpus, range(20))
    corpus.schema(SCHEMA)
    corpus.write("corpuskit.toml", '[schema]\nuse = "../schema.yaml"\n')
    assert corpus.build().version == "1.0.0"
    _configure(corpus, "[splits]\ntest = 0.5")
    built = corpus.build()
    assert built.version == "2.0.0"
    assert corpuskit.diff(built.path.parent / "1.0.0", built.path).bump == "major"
    _configure(corpus, '[splits]\ntest = 0.5\nsalt = "other"')
    assert corpus.build().version == "3.0.0"
    log = (built.path.parent / "CHANGELOG.md").read_text("utf-8")
    assert log.count("### Splits and subsets") == 2
    assert corpus.build().status == "unchanged"
    assert _holds(built)


def test_another_spelling_of_the_same_rule_is_nothing_new(corpus: Corpus) -> None:
    _write(corpus, range(3))
    for one, other in (("lang", "language"), ("year(date)", "year( date )"), ("source", "folder")):
        _configure(corpus, f'[release]\nsubsets = "{one}"')
        built = corpus.build()
        _configure(corpus, f'[release]\nsubsets = "{other}"')
        assert (corpus.build().status, built.status) == ("unchanged", "published")


def test_a_new_subset_is_a_minor_version(corpus: Corpus) -> None:
    _configure(corpus, '[release]\nsubsets = "section"')
    corpus.article("a.md", section="one")
    corpus.build()
    corpus.article("b.md", section="two")
    built = corpus.build()
    assert built.version == "1.1.0"
    assert _where(built) == {"a.md": "one", "b.md": "two"}
    assert _holds(built)


@pytest.mark.parametrize("cached", [True, False])
def test_parts_are_the_same_bytes_whatever_the_workers_and_the_cache(
    corpus: Corpus, tmp_path: Path, *, cached: bool
) -> None:
    _configure(corpus, '[splits]\ntest = 0.3\ngroup = ["story"]\n[release]\nsubsets = "year(date)"')
    _write(corpus, range(50))
    alone = corpus.build()
    pooled = corpus.build(out=tmp_path / "pooled", workers=2, cache=cached)
    assert corpus.contents(alone.path) == corpus.contents(pooled.path)


@pytest.mark.parametrize("column", ["section", "language"])
def test_a_column_that_is_left_out_makes_no_subsets(corpus: Corpus, column: str) -> None:
    """Its values would be the names of folders."""
    _configure(corpus, f'[release]\nsubsets = "{column}"\nomit = ["{column}"]')
    _write(corpus, range(3))
    with pytest.raises(corpuskit.ConfigurationError, match="names of subsets"):
        corpus.build()


def test_shards_are_as_large_as_they_are_asked_to_be(corpus: Corpus) -> None:
    _configure(corpus, '[release]\nshard-size = "64 KiB"')
    for number in range(60):
        corpus.article(f"{number:03}.md", f"{number} " + "Many words about the sea. " * 200)
    built = corpus.build()
    rows = [pq.ParquetFile(shard).metadata.num_rows for shard in built.shards]
    assert 3 < len(rows) < 40
    assert sum(rows) == 60
    assert _holds(built)


def test_more_folders_than_a_person_could_choose_from_are_refused(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found in the sources is kept, as of any build that is refused."""
    monkeypatch.setattr(guards, "MAX_PARTS", 2)
    _configure(corpus, '[release]\nsubsets = "section"')
    _write(corpus, range(2))
    assert corpus.build().status == "published"
    _write(corpus, range(3))
    built = corpus.build()
    assert built.status == "refused"
    assert "make 3 folders" in str(built.result.refusal)
    assert (built.path / "diagnostics.jsonl").exists()


# Readers


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of one version of 60 rows in three subsets of three splits each."""
    folder = tmp_path_factory.mktemp("parted")
    (folder / "articles").mkdir()
    corpus = Corpus(folder / "articles", folder / "datasets")
    _configure(corpus, '[splits]\ntest = 0.3\nvalidation = "20%"\n[release]\nsubsets = "section"')
    _write(corpus, range(60))
    return corpus.build(cache=False).path.parent


def _rows_of(dataset: Path, split: str = "*", subset: str = "*") -> set[str]:
    found = dataset.glob(f"1.0.0/data/{subset}/{split}/*.parquet")
    return {
        row for path in found for row in pq.read_table(path, partitioning=None)["id"].to_pylist()
    }


@pytest.mark.parametrize("below", ["", "1.0.0"])
def test_hugging_face_loads_splits_of_the_whole_and_of_a_subset(
    parted: Path, tmp_path: Path, below: str
) -> None:
    whole = datasets.load_dataset(str(parted / below), cache_dir=str(tmp_path))
    assert list(whole) == ["train", "validation", "test"]
    for split, rows in whole.items():
        assert set(rows["id"][:]) == _rows_of(parted, split)
    one = datasets.load_dataset(
        str(parted / below), "港口-新闻", split="test", cache_dir=str(tmp_path)
    )
    assert set(one["id"][:]) == _rows_of(parted, "test", "港口-新闻")


@pytest.mark.filterwarnings(*MLCROISSANT_WARNINGS)
def test_mlcroissant_and_frictionless_read_all_parts(parted: Path) -> None:
    croissant = mlcroissant.Dataset(parted / "1.0.0/croissant.json")
    assert croissant.metadata.ctx.issues.report() == ""
    found = {record["articles/id"].decode() for record in croissant.records("articles")}
    assert found == _rows_of(parted)
    report = frictionless.validate(parted / "1.0.0/datapackage.json")
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])
    assert sum(task.stats["rows"] for task in report.tasks) == 60


def test_duckdb_polars_and_pandas_read_all_parts_and_no_column_more(parted: Path) -> None:
    pattern = str(parted / "1.0.0/data/**/*.parquet")
    tables = (
        duckdb.read_parquet(pattern).to_arrow_table(),
        pl.read_parquet(pattern).to_arrow(),
        pa.Table.from_pandas(pd.read_parquet(parted / "1.0.0/data"), preserve_index=False),
    )
    names = list(corpuskit.load(parted).columns)
    for table in tables:
        assert table.schema.names == names
        assert set(table["id"].to_pylist()) == _rows_of(parted)
        assert len(table) == 60


def test_a_release_reads_one_part(parted: Path) -> None:
    release = corpuskit.load(parted)
    assert release.splits == ("train", "validation", "test")
    assert release.subsets == ("c-cedb1bac", "sport", "港口-新闻")
    part = release.part("test", "sport")
    expected = _rows_of(parted, "test", "sport")
    assert len(part) == len(expected)
    assert set(part.to_arrow(["id"])["id"].to_pylist()) == expected
    assert {row["id"] for row in part.iter_rows(["id"])} == expected
    assert set(part.scan().collect()["id"]) == expected
    assert part.sql("SELECT count(*) FROM articles").fetchall() == [(len(expected),)]
    assert len(release.part(subset="sport")) == len(_rows_of(parted, subset="sport"))
    assert len(release.part()) == len(release) == 60


@pytest.mark.parametrize("wrong", [{"split": "tset"}, {"subset": "nothing"}])
def test_a_part_that_is_not_there_is_said_with_those_that_are(
    parted: Path, wrong: dict[str, str]
) -> None:
    with pytest.raises(corpuskit.UsageError, match="there are "):
        corpuskit.load(parted).part(**wrong)


def test_the_card_counts_the_rows_of_every_part(parted: Path) -> None:
    card = (parted / "1.0.0/README.md").read_text("utf-8")
    counts = [len(_rows_of(parted, split, "sport")) for split in ("train", "validation", "test")]
    assert f"| `sport` | {counts[0]} | {counts[1]} | {counts[2]} |" in card


def test_a_part_of_a_part_is_a_part_of_it(parted: Path) -> None:
    part = corpuskit.load(parted).part("test")
    assert part.splits == ("test",)
    assert set(part.part(subset="sport").to_arrow(["id"])["id"].to_pylist()) == _rows_of(
        parted, "test", "sport"
    )
    with pytest.raises(corpuskit.UsageError, match="no split 'train'"):
        part.part("train")
    assert "data/sport/test" in repr(part)
