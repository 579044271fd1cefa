"""Releases behind a URL: read, compared and verified as they are on disk."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import fsspec
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import corpuskit
from corpuskit.releases import files as release_files
from corpuskit.releases import remote_parts
from corpuskit.releases.files import RemoteFiles
from corpuskit.stores import RemoteStore, open_store
from tests.publishing.conftest import somewhere

if TYPE_CHECKING:
    Fetched = Callable[[str], Path]


@pytest.fixture(params=["memory", "s3", "web"])
def there(request: pytest.FixtureRequest, dataset: Path) -> str:
    """The URL of the dataset, published."""
    url, place = somewhere(request)
    for number in ("1.0.0", "1.1.0"):
        corpuskit.publish(f"{dataset}@{number}", place)
    return url


@pytest.fixture(params=["memory", "s3"])
def writable(request: pytest.FixtureRequest, dataset: Path) -> str:
    """The URL of the dataset, published where it can be changed."""
    base = "memory:/" if request.param == "memory" else request.getfixturevalue("s3")
    url = f"{base}/{uuid.uuid4().hex}/articles"
    for number in ("1.0.0", "1.1.0"):
        corpuskit.publish(f"{dataset}@{number}", url)
    return url


def test_a_release_is_read_as_on_disk(dataset: Path, there: str) -> None:
    here, remote = corpuskit.load(dataset), corpuskit.load(there)
    assert (remote.version, len(remote)) == ("1.1.0", 61)
    assert remote.manifest == here.manifest
    assert remote.schema == here.schema
    assert remote.to_arrow().equals(here.to_arrow())
    columns = ["title", "n_chars"]
    assert remote.to_polars(columns).equals(here.to_polars(columns))
    assert list(remote.iter_rows(columns)) == list(here.iter_rows(columns))
    lazy = remote.scan().filter(pl.col("title") == "T7").select("path").collect()
    assert lazy["path"].to_list() == ["007.md"]
    assert remote.sql("SELECT count(*) FROM articles").fetchall() == [(61,)]
    assert remote.diagnostics() == here.diagnostics()
    assert repr(remote) == repr(here).replace(str(dataset), there)
    with pytest.raises(corpuskit.UsageError, match=r"is no folder of this machine"):
        _ = remote.path


_QUERIES = """
import sys, corpuskit
corpuskit.publish(sys.argv[1], "memory://there")
for number in range(20):
    for _ in range(2):
        release = corpuskit.load("memory://there", cache_dir=f"{sys.argv[2]}/{number}")
        assert len(release.sql("SELECT title, links FROM articles").fetchall()) == 61
print("all read")
"""


def test_duckdb_waits_for_no_thread_that_waits_for_it(dataset: Path, tmp_path: Path) -> None:
    """It would for ever, in one query of ten, hence in a process that can be ended."""
    command = (sys.executable, "-c", _QUERIES, str(dataset), str(tmp_path))
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=300)
    # Not by the exit code: threads of Arrow that still close files when Python ends may end it by
    # `terminate called without an active exception`, when all is done.
    assert done.stdout == b"all read\n"


_SLOW = """
import sys, time, corpuskit
from corpuskit.releases import remote_parts
close = remote_parts._There.close
remote_parts._There.close = lambda file: (time.sleep(0.2), close(file))
corpuskit.publish(sys.argv[1], "memory://there")
print(corpuskit.load("memory://there", cache=False).to_arrow(["title"]).num_rows)
"""


def test_python_ends_when_files_that_were_read_are_closed(dataset: Path) -> None:
    """Threads of Arrow close them, and one that does so while Python ends aborts it."""
    command = (sys.executable, "-c", _SLOW, str(dataset))
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=300)
    assert (done.returncode, done.stdout) == (0, b"61\n")


@pytest.mark.parametrize(
    ("stated", "number"), [("1.0", "1.0.0"), ("1", "1.1.0"), ("latest", "1.1.0"), (None, "1.1.0")]
)
def test_a_version_is_named_as_on_disk(there: str, stated: str | None, number: str) -> None:
    assert corpuskit.load(there, stated).version == number
    if stated is not None:
        assert corpuskit.load(f"{there}@{stated}").version == number
    assert corpuskit.load(f"{there}/{number}").version == number


def test_what_is_not_there_is_told(there: str) -> None:
    with pytest.raises(corpuskit.ReleaseError, match=r"has no 2; it has 1\.0\.0, 1\.1\.0"):
        corpuskit.load(f"{there}@2")
    with pytest.raises(corpuskit.UsageError, match="nothing is there"):
        corpuskit.load(f"{there}/nowhere")
    # Where a server lists nothing, nobody knows that something is there.
    said = "is no release: it has neither a version|nothing is there"
    with pytest.raises(corpuskit.CorpuskitError, match=said):
        corpuskit.load(f"{there}/1.0.0/data")


def test_a_long_footer_is_read_whole() -> None:
    """A file of so many columns that the place of each takes more than what is fetched at first."""
    url = f"memory://{uuid.uuid4().hex}"
    table = pa.table({f"column {n}": [n, n + 1] for n in range(400)})
    with fsspec.open(f"{url}/v/wide.parquet", "wb") as file:
        pq.write_table(table, file)
    store = open_store(url)
    assert isinstance(store, RemoteStore)
    files = RemoteFiles(store, "v")
    assert (files.size("wide.parquet") or 0) > 65_536
    assert files.dataset(["wide.parquet"]).to_table().equals(table)


def test_only_the_columns_that_are_asked_for_are_fetched(
    dataset: Path, s3: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = f"{s3}/{uuid.uuid4().hex}"
    corpuskit.publish(dataset, there)
    remote = corpuskit.load(there)
    fetched: list[int] = []
    s3_file = importlib.import_module("s3fs.core").S3File
    fetch = s3_file._fetch_range

    def counted(self: object, start: int, end: int) -> object:
        fetched.append(end - start)
        return fetch(self, start, end)

    monkeypatch.setattr(s3_file, "_fetch_range", counted)
    names = ("title", "date")  # side by side: what lies between two columns is read with them
    remote.to_arrow(names)
    shards = [dataset / "1.1.0" / entry.path for entry in remote.manifest.shards]
    wanted = sum(_column_bytes(shard, names) for shard in shards)
    ends = (dataset / "1.1.0/footers.arrow.zst").stat().st_size
    assert sum(fetched) <= 1.1 * wanted + ends
    assert fetched.count(ends) == 1


def test_footers_are_fetched_one_by_one_where_that_is_less(
    dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And read whole, also if they are longer than what is fetched of a shard at first."""
    there = f"memory://{uuid.uuid4().hex}"
    corpuskit.publish(dataset, there)
    here = corpuskit.load(dataset)
    for tail in (64, 1024, 2**20):
        monkeypatch.setattr(remote_parts, "TAIL", tail)
        monkeypatch.setattr(release_files, "TAIL", tail)
        assert corpuskit.load(there, cache=False).to_arrow().equals(here.to_arrow())


def test_damaged_footers_are_told(writable: str) -> None:
    store = open_store(writable)
    ends = store.read("1.1.0/footers.arrow.zst")
    assert ends is not None
    store.write("1.1.0/footers.arrow.zst", bytes(len(ends)))
    with pytest.raises(
        corpuskit.ReleaseError, match=r"footers\.arrow\.zst: it is not what the manifest says"
    ):
        corpuskit.load(writable, cache=False).to_arrow()


def test_a_version_without_the_file_of_footers_is_read(dataset: Path) -> None:
    here, manifest = corpuskit.load(dataset), dataset / "1.1.0/manifest.json"
    said = json.loads(manifest.read_bytes())
    said["files"] = [entry for entry in said["files"] if entry["path"] != "footers.arrow.zst"]
    store = open_store(there := f"memory://{uuid.uuid4().hex}")
    for entry in said["files"]:
        store.write(entry["path"], (dataset / "1.1.0" / entry["path"]).read_bytes())
    store.write("manifest.json", json.dumps(said).encode())
    assert corpuskit.load(there).to_arrow().equals(here.to_arrow())


def _column_bytes(shard: Path, names: Sequence[str]) -> int:
    group = pq.ParquetFile(shard).metadata.row_group(0)
    columns = (group.column(n) for n in range(group.num_columns))
    return sum(c.total_compressed_size for c in columns if c.path_in_schema.split(".")[0] in names)


def test_a_version_that_is_half_there_is_none(writable: str) -> None:
    store = open_store(writable)
    for path in store.sizes("1.0.0"):
        store.write(path.replace("1.0.0/", "9.0.0/", 1), b"x")
    store.delete("9.0.0/manifest.json")
    assert corpuskit.load(writable).version == "1.1.0"


def test_a_manifest_that_the_index_does_not_know_is_not_believed(writable: str) -> None:
    store = open_store(writable)
    manifest = store.read("1.1.0/manifest.json")
    assert manifest is not None
    store.write("1.1.0/manifest.json", manifest.replace(b'"T60"', b'"T61"') + b" ")
    with pytest.raises(corpuskit.ReleaseError, match="is not what the index says"):
        corpuskit.load(writable)


def test_a_file_of_another_size_is_told(writable: str) -> None:
    open_store(writable).write("1.1.0/audit/rejected.jsonl", b"{}")
    with pytest.raises(corpuskit.ReleaseError, match=r"expected a file of 0 bytes, found 2"):
        corpuskit.load(writable)


def test_releases_are_compared_there(dataset: Path, there: str) -> None:
    found = corpuskit.diff(f"{there}@1.0", there)
    assert found.changes == corpuskit.diff(f"{dataset}@1.0", dataset).changes
    assert not corpuskit.diff(there, dataset)


def test_all_that_is_there_is_verified(there: str) -> None:
    assert corpuskit.verify(there, history=True) == ()


def test_a_dataset_is_verified_there(writable: str) -> None:
    found = corpuskit.examine(f"{writable}@1.0")
    assert (found.holds, [str(v.path) for v in found.versions]) == (True, [f"{writable}/1.0.0"])
    store = open_store(writable)
    (shard, *_) = [path for path in store.sizes("1.0.0") if path.endswith(".parquet")]
    data = store.read(shard)
    assert data is not None
    store.write(shard, data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    (finding, *_) = corpuskit.verify(writable)
    assert finding.path == shard
