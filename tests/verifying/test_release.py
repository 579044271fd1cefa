"""What `load` gives: the same rows to every engine, and a clear word where there are none."""

from __future__ import annotations

import datetime as dt
import gc
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import corpuskit
from corpuskit.codes import Code, Severity
from corpuskit.errors import ReleaseError, UsageError
from corpuskit.manifest_json import load as load_manifest
from corpuskit.model import Cell, Place
from corpuskit.releases.release import Release, load

Row = dict[str, Cell]
SHARD = "data/part-00000.parquet"


@pytest.fixture(scope="module")
def loaded(pristine: Path) -> Release:
    """Version 1.0.0, unharmed."""
    return load(pristine / "1.0.0")


def test_a_version_folder_is_that_version(pristine: Path) -> None:
    release = load(pristine / "1.0.0")
    assert (release.name, release.version, len(release)) == ("small", "1.0.0", 6)
    assert release.path == pristine / "1.0.0"
    assert release.columns[:3] == ("id", "path", "title")


def test_a_dataset_folder_is_its_latest_version_by_number(dataset: Path) -> None:
    shutil.copytree(dataset / "1.1.0", dataset / "1.10.0")
    shutil.copytree(dataset / "1.1.0", dataset / "1.9.0")
    assert load(dataset).path == dataset / "1.10.0"
    assert load(str(dataset), "1.0.0").version == "1.0.0"


def test_a_name_is_looked_up_in_datasets(
    pristine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets/small").symlink_to(pristine)
    monkeypatch.chdir(tmp_path)
    assert load("small").version == "1.1.0"
    assert load("small", version="1.0.0").version == "1.0.0"


@pytest.mark.parametrize(
    ("name", "version", "error", "said"),
    [
        ("nowhere", None, UsageError, "no such file or folder"),
        ("small/README.md", None, ReleaseError, "a file"),
        ("small/1.0.0/data", None, ReleaseError, "is no release"),
        ("small", "1.2.0", ReleaseError, "it has 1.0.0, 1.1.0"),
        ("small", "1.2", ReleaseError, "it has 1.0.0, 1.1.0"),
        ("small", "one", UsageError, "no version"),
        ("small/1.0.0", "1.1.0", UsageError, "not 1.1.0"),
    ],
)
def test_what_cannot_be_loaded_is_said(
    pristine: Path, name: str, version: str | None, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        load(pristine.parent / name, version)


def harm_delete(path: Path) -> None:
    path.unlink()


def harm_truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-2])


def harm_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def harm_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("harm", [harm_delete, harm_truncate, harm_pipe, harm_folder])
@pytest.mark.parametrize("name", [SHARD, "audit/rejected.jsonl", "manifest.json"])
def test_a_release_that_is_not_whole_is_not_loaded(
    release: Path, harm: Callable[[Path], None], name: str
) -> None:
    harm(release / name)
    with pytest.raises(ReleaseError, match=name if name != "manifest.json" else "manifest"):
        load(release)


def test_files_may_be_links_as_in_the_cache_of_a_hub(release: Path) -> None:
    (release / SHARD).rename(release.with_name("blob"))
    (release / SHARD).symlink_to(release.with_name("blob"))
    assert load(release).to_arrow().num_rows == 6


def test_loading_looks_into_files_only_when_asked_to_verify(release: Path) -> None:
    data = bytearray((release / SHARD).read_bytes())
    data[100] ^= 1
    (release / SHARD).write_bytes(data)
    assert [d.path for d in load(release).verify()] == [SHARD]
    with pytest.raises(ReleaseError, match=f"{SHARD}: CK803"):
        load(release, verify=True)


def test_a_good_release_can_be_verified_when_it_is_loaded(pristine: Path) -> None:
    assert load(pristine / "1.0.0", verify=True).verify() == ()


def test_a_release_says_what_it_is(loaded: Release) -> None:
    said = repr(loaded)
    assert said.startswith("<Release small 1.0.0: 6 rows, 24 columns, '")
    assert said.endswith("1.0.0'>")


def test_a_release_can_be_pickled(loaded: Release) -> None:
    again = pickle.loads(pickle.dumps(loaded))
    assert (again.path, again.manifest) == (loaded.path, loaded.manifest)


def test_the_schema_is_that_of_the_table(loaded: Release) -> None:
    assert loaded.schema.equals(loaded.to_arrow().schema)
    assert loaded.schema.field("date").type == pa.timestamp("us", tz="UTC")
    assert tuple(loaded.schema.names) == loaded.columns


def test_all_engines_give_the_same_rows_in_the_same_order(loaded: Release) -> None:
    expected = loaded.to_arrow().to_pylist()
    assert len(expected) == 6
    assert list(loaded.iter_rows()) == expected
    assert loaded.to_polars().to_dicts() == expected
    assert loaded.scan().collect().to_dicts() == expected
    assert pa.Table.from_pandas(loaded.to_pandas()).to_pylist() == expected
    found = loaded.sql("SELECT * FROM articles").pl().to_dicts()
    assert sorted(found, key=lambda row: str(row["path"])) == expected


def test_columns_come_in_the_order_asked_for(loaded: Release) -> None:
    names = ["title", "id"]
    assert loaded.to_arrow(names).column_names == names
    assert loaded.to_polars(names).columns == names
    assert list(loaded.to_pandas(names).columns) == names
    assert [list(row) for row in loaded.iter_rows(names)] == [names] * 6


@pytest.mark.parametrize("method", ["to_arrow", "to_polars", "to_pandas", "iter_rows"])
@pytest.mark.parametrize(
    ("columns", "said"), [(["titel"], "there are id, path, title"), ("title", r"\['title'\]")]
)
def test_an_unknown_column_is_a_usage_error(
    loaded: Release, method: str, columns: list[str] | str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        getattr(loaded, method)(columns)


def test_pandas_keeps_integers_times_and_lists(loaded: Release) -> None:
    """Its own columns would hold 2^53 + 1 as a float beside a null, and lists as arrays."""
    frame = loaded.to_pandas()
    assert str(frame["stars"].dtype) == "int64[pyarrow]"
    assert frame["stars"][0] == 2**53 + 1
    assert frame["stars"][1] is pd.NA
    assert frame["date"][0] == pd.Timestamp("1971-01-01", tz="UTC")
    assert frame["day"][0] == dt.date(1970, 1, 2)
    assert frame["tags"][1] == ["tag 0", "tag 1"]
    assert frame["date"].dt.year.tolist() == [1971, 1972, pd.NA, 1973, 1974, pd.NA]


def test_pandas_own_columns_can_be_asked_for(loaded: Release) -> None:
    assert str(loaded.to_pandas(["stars"], types_mapper=None)["stars"].dtype) == "float64"


def test_a_scan_is_lazy(loaded: Release) -> None:
    frame = loaded.scan()
    assert isinstance(frame, pl.LazyFrame)
    found = frame.filter(pl.col("language").is_null()).select("path").collect()
    assert found["path"].to_list() == ["posts/003 新聞.md", "posts/006 新聞.md"]


def test_sql_knows_the_rows_as_articles(loaded: Release) -> None:
    query = "SELECT format, count(*) FROM articles WHERE n_chars > 5 GROUP BY ALL ORDER BY ALL"
    assert loaded.sql(query).fetchall() == [("html", 3), ("markdown", 3)]


def test_sql_reads_times_in_utc(loaded: Release) -> None:
    found = loaded.sql("SELECT date::VARCHAR FROM articles WHERE date IS NOT NULL ORDER BY date")
    assert found.limit(1).fetchall() == [("1971-01-01 00:00:00+00",)]


def test_a_relation_outlives_its_release(pristine: Path) -> None:
    relation = load(pristine).sql("SELECT id, n_chars FROM articles")
    gc.collect()
    assert len(relation.fetchall()) == 7
    assert len(relation.filter("n_chars > 0").fetchall()) == 7


def test_relations_of_one_release_can_be_joined(loaded: Release) -> None:
    left = loaded.sql("SELECT id FROM articles WHERE format = 'html'").set_alias("l")
    right = loaded.sql("SELECT id, title FROM articles").set_alias("r")
    assert len(left.join(right, "id").fetchall()) == 3


@pytest.mark.parametrize("query", ["", "-- nothing"])
def test_an_empty_query_is_a_usage_error(loaded: Release, query: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        loaded.sql(query)


def test_a_wrong_query_is_duckdbs_own_error(loaded: Release) -> None:
    with pytest.raises(duckdb.Error, match="no_such_table"):
        loaded.sql("SELECT * FROM no_such_table")


@pytest.mark.parametrize("folder", ["it's", 'a"b', "x; DROP", "[x]", "a*b?", "key=value", "b\\*"])
def test_no_name_of_a_folder_is_read_as_anything_else(
    pristine: Path, tmp_path: Path, folder: str
) -> None:
    """Neither as SQL, nor as a pattern that another folder matches, nor as a partition."""
    shutil.copytree(pristine / "1.1.0", tmp_path / "x")
    shutil.copytree(pristine / "1.0.0", tmp_path / folder)
    release = load(tmp_path / folder)
    columns = list(release.columns)
    relation = release.sql("SELECT * FROM articles")
    assert relation.columns == columns
    assert len(relation.fetchall() if "date" not in columns else relation.pl()) == 6
    assert release.scan().collect().shape == (6, len(columns))
    assert release.to_arrow().column_names == columns


def test_the_audit_is_read_as_values(loaded: Release) -> None:
    assert [line["path"] for line in loaded.rejected] == ["bad/a.md", "bad/b.md"]
    assert loaded.rejected[0]["codes"] == ["CK301", "CK310"]
    assert loaded.rejected[1]["source_sha256"] is None
    found = loaded.diagnostics()
    assert [d.code for d in found] == ["CK301", "CK310", "CK101", "CK501"]
    assert found[1].where == "bad/a.md:2:7"
    assert (found[1].field, found[1].value, found[1].help) == ("date", "soon", "write a date")
    assert found[0].place == Place(1, 1)
    assert found[2].source_sha256 is None
    assert (found[3].code, found[3].severity) == (Code.DUPLICATE_TEXT, Severity.INFO)


def test_the_audit_of_another_corpuskit_is_read_with_codes_of_its_own(
    release: Path, edit_audit: Callable[..., None], reseal: Callable[..., None]
) -> None:
    def change(lines: list[dict[str, object]]) -> None:
        lines[2] |= {"code": "CK199", "name": "too-new", "severity": "error"}

    edit_audit(release, "diagnostics", change)
    edit_audit(release, "rejected", lambda lines: lines[1].update(codes=["CK199"]))
    reseal(
        release,
        lambda m: replace(
            m,
            generator={"corpuskit": "99.0.0"},
            codes={"CK199": 1, **{code: n for code, n in m.codes.items() if code != "CK101"}},
        ),
    )
    assert corpuskit.verify(release) == ()
    found = load(release).diagnostics()[2]
    assert (found.code, found.code.label, found.is_error) == ("CK199", "too-new", True)
    assert found.as_json()["name"] == "too-new"
    rejection = load(release).rejections()[1]
    assert (rejection.codes, rejection.first) == (("CK199",), found)
    assert b"too-new" in corpuskit.report(load(release))


def test_a_rejection_has_the_first_error_of_its_source(loaded: Release) -> None:
    first, second = loaded.rejections()
    assert (first.path, first.codes) == ("bad/a.md", ("CK301", "CK310"))
    assert first.first == loaded.diagnostics()[0]
    assert (second.path, second.first and second.first.code) == ("bad/b.md", "CK101")


@pytest.mark.parametrize("data", [b'{"codes": ["CK301"]}\n', b'{"path": "a", "codes": 3}\n'])
def test_rejections_that_cannot_be_read_are_a_release_error(release: Path, data: bytes) -> None:
    (release / "audit/rejected.jsonl").write_bytes(data)
    with pytest.raises(ReleaseError, match=r"rejected\.jsonl cannot be read"):
        Release(release, load_manifest((release / "manifest.json").read_bytes())).rejections()


@pytest.mark.parametrize(
    "data", [b"[" * 90_000, b"3\n", b'{"code": "CK999"}\n', b'{"code": 3}\n', b"\xff", b"\n"]
)
def test_an_audit_that_cannot_be_read_is_a_release_error(release: Path, data: bytes) -> None:
    (release / "audit/diagnostics.jsonl").write_bytes(data)
    with pytest.raises(ReleaseError, match=r"diagnostics\.jsonl cannot be read"):
        Release(release, load_manifest((release / "manifest.json").read_bytes())).diagnostics()


@pytest.mark.parametrize("harm", [harm_delete, harm_truncate])
def test_a_shard_that_is_harmed_after_loading_is_a_release_error(
    release: Path, harm: Callable[[Path], None]
) -> None:
    loaded = load(release)
    harm(release / SHARD)
    for read in (
        loaded.to_arrow,
        loaded.to_pandas,
        loaded.to_polars,
        lambda: [*loaded.iter_rows()],
    ):
        with pytest.raises(ReleaseError, match="corpuskit verify"):
            read()
    with pytest.raises(ReleaseError, match="corpuskit verify"):
        loaded.sql("SELECT * FROM articles")


def test_a_release_without_rows_has_its_columns(pristine_empty: Path) -> None:
    release = load(pristine_empty)
    assert len(release) == 0
    assert release.to_arrow().num_rows == 0
    assert list(release.iter_rows()) == []
    assert tuple(release.to_pandas().columns) == release.columns
    assert release.to_polars().shape == (0, 24)
    assert release.sql("SELECT count(*) FROM articles").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("package", "call"), [("pandas", "to_pandas()"), ("duckdb", "sql('SELECT 1')")]
)
def test_a_missing_extra_is_named(pristine: Path, package: str, call: str) -> None:
    """In an interpreter that cannot import the package."""
    script = (
        "import sys\n"
        "class Missing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {package!r}: raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Missing())\n"
        "from corpuskit.errors import MissingExtraError\n"
        "from corpuskit.releases.release import load\n"
        "release = load(sys.argv[1])\n"
        "assert release.to_polars().height == 7\n"
        f"try: release.{call}\n"
        "except MissingExtraError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(pristine)], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{package} is not installed; type: pip install {package}\n"
