"""What was fetched of a shard is not fetched again, and is never believed when it should not be."""

from __future__ import annotations

import hashlib
import os
import pickle
import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pyarrow.compute as pc
import pytest

import corpuskit
from corpuskit.cache import ranges
from corpuskit.cache.keeping import clear, prune, usage
from corpuskit.cache.ranges import FETCHED, RangeCache
from corpuskit.releases import files as release_files
from corpuskit.releases import remote_parts
from corpuskit.stores import open_store
from tests.publishing.conftest import LICENCE, build, somewhere

NAMES = ("title", "links")


class There(NamedTuple):
    """The URL of the dataset, published, and the place to change it at."""

    url: str
    place: str


@pytest.fixture(params=["memory", "s3", "web"])
def there(request: pytest.FixtureRequest, dataset: Path) -> There:
    url, place = somewhere(request)
    for number in ("1.0.0", "1.1.0"):
        corpuskit.publish(f"{dataset}@{number}", place)
    return There(url, place)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where the cache is, empty."""
    return tmp_path / "cache"


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bytes of every request for a part of a shard."""
    sizes: list[int] = []
    read = remote_parts._There.read

    def counted(self: remote_parts._There, start: int, end: int) -> bytes:
        sizes.append(end - start)
        return read(self, start, end)

    monkeypatch.setattr(remote_parts._There, "read", counted)
    return sizes


def spoil(place: str) -> None:
    """Have zeros in the place of every shard: whoever fetches a part of one cannot read it."""
    store = open_store(place)
    for number in ("1.0.0", "1.1.0"):
        for entry in corpuskit.load(place, number, cache=False).manifest.shards:
            store.write(f"{number}/{entry.path}", bytes(entry.bytes))


def test_what_was_read_is_read_again_without_its_shards(
    dataset: Path, there: There, home: Path, fetched: list[int]
) -> None:
    here = corpuskit.load(dataset)
    first = corpuskit.load(there.url, cache_dir=home)
    assert first.to_arrow(NAMES).equals(here.to_arrow(NAMES))
    assert sum(fetched) > 0
    fetched.clear()
    spoil(there.place)
    again = corpuskit.load(there.url, cache_dir=home)
    assert again.to_arrow(NAMES).equals(here.to_arrow(NAMES))
    assert again.schema == here.schema
    assert list(again.iter_rows(NAMES)) == list(here.iter_rows(NAMES))
    assert again.scan().select(NAMES).collect().equals(here.to_polars(NAMES))
    assert len(again.sql("SELECT title, links FROM articles").fetchall()) == 61
    assert fetched == []
    with pytest.raises(corpuskit.ReleaseError):
        corpuskit.load(there.url, cache=False).to_arrow(NAMES)


def test_more_columns_fetch_what_is_more(tmp_path: Path, home: Path, fetched: list[int]) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles/corpuskit.toml").write_text(LICENCE)
    for number in range(30):
        # What cannot be compressed: columns that are far from each other.
        text = random.Random(number).randbytes(50_000).hex()
        article = f"---\ntitle: T{number}\ndate: 2021-01-01\n---\n{text}\n"
        (tmp_path / f"articles/{number}.md").write_text(article)
    built = build(tmp_path / "articles", tmp_path / "out")
    url = f"memory://{uuid.uuid4().hex}"
    corpuskit.publish(built.path, url)
    corpuskit.load(url, cache_dir=home).to_arrow(NAMES)
    few = sum(fetched)
    fetched.clear()
    names = ["title", "text", "links"]
    rows = corpuskit.load(url, cache_dir=home).to_arrow(names)
    assert rows.equals(corpuskit.load(built.path).to_arrow(names))
    more = sum(fetched)
    fetched.clear()
    corpuskit.load(url, cache=False).to_arrow(names)
    assert few < 0.1 * more
    assert more <= sum(fetched)


@pytest.mark.parametrize("there", ["memory"], indirect=True)
@pytest.mark.parametrize("name", ["footers.arrow.zst", "data/part-00000.parquet"])
def test_what_a_damaged_server_gave_is_not_kept(
    dataset: Path, there: There, home: Path, name: str
) -> None:
    """When it is mended, so are they who have asked it before."""
    store, path = open_store(there.place), f"1.1.0/{name}"
    data = store.read(path)
    assert data is not None
    store.write(path, bytes(len(data)))
    with pytest.raises(corpuskit.ReleaseError):
        corpuskit.load(there.url, cache_dir=home).to_arrow()
    store.write(path, data)
    rows = corpuskit.load(there.url, cache_dir=home).to_arrow()
    assert rows.equals(corpuskit.load(dataset).to_arrow())


@pytest.mark.parametrize("there", ["memory"], indirect=True)
def test_what_is_kept_is_not_lost_for_a_slip_or_the_network(
    there: There, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = corpuskit.load(there.url, cache_dir=home)
    release.to_arrow(NAMES)
    held = usage(home)
    with pytest.raises(corpuskit.ReleaseError):
        release.to_arrow(NAMES, pc.field("no such column") == 1)

    def unplugged(*_: object, **__: object) -> None:
        raise ConnectionResetError(104, "Connection reset by peer")

    files = release.at
    assert isinstance(files, release_files.RemoteFiles)
    monkeypatch.setattr(files._store.files, "open", unplugged)
    with pytest.raises(corpuskit.ReleaseError, match="Connection reset by peer"):
        release.to_arrow(["row_sha256"])
    assert usage(home) == held


def test_a_shard_of_the_version_before_is_not_fetched_again(
    dataset: Path, there: There, home: Path, fetched: list[int]
) -> None:
    old, new = (corpuskit.load(dataset, number).manifest for number in ("1.0.0", "1.1.0"))
    common = {entry.sha256 for entry in old.shards}
    changed = [entry for entry in new.shards if entry.sha256 not in common]
    assert 0 < len(changed) < len(new.shards)
    corpuskit.load(there.url, "1.0.0", cache_dir=home).to_arrow()
    fetched.clear()
    rows = corpuskit.load(there.url, "1.1.0", cache_dir=home).to_arrow()
    assert rows.equals(corpuskit.load(dataset, "1.1.0").to_arrow())
    ends = (dataset / "1.1.0/footers.arrow.zst").stat().st_size
    assert 0 < sum(fetched) <= sum(entry.bytes for entry in changed) + ends


def test_the_url_of_a_version_is_that_of_its_dataset(
    there: There, home: Path, fetched: list[int]
) -> None:
    corpuskit.load(there.url, cache_dir=home).to_arrow(NAMES)
    fetched.clear()
    corpuskit.load(f"{there.url}/1.1.0/", cache_dir=home).to_arrow(NAMES)
    assert fetched == []


def test_what_differs_is_fetched_once(there: There, home: Path, fetched: list[int]) -> None:
    def diff() -> corpuskit.Diff:
        old, new = (corpuskit.load(there.url, n, cache_dir=home) for n in ("1.0.0", "1.1.0"))
        return corpuskit.diff(old, new)

    found = diff().changes
    assert fetched
    fetched.clear()
    assert diff().changes == found
    assert fetched == []


def test_verifying_believes_nothing_that_is_kept(there: There, home: Path) -> None:
    release = corpuskit.load(there.url, cache_dir=home)
    release.to_arrow()
    assert release.verify() == ()
    spoil(there.place)
    again = corpuskit.load(there.url, cache_dir=home)
    assert again.to_arrow().num_rows == 61
    assert again.verify() != ()
    with pytest.raises(corpuskit.ReleaseError, match="does not hold"):
        corpuskit.load(there.url, cache_dir=home, verify=True)


@pytest.mark.parametrize("there", ["memory"], indirect=True)
def test_a_release_behind_a_url_can_be_pickled(
    there: There, home: Path, fetched: list[int]
) -> None:
    release = corpuskit.load(there.url, cache_dir=home)
    rows = release.to_arrow(NAMES)
    fetched.clear()
    assert pickle.loads(pickle.dumps(release)).to_arrow(NAMES).equals(rows)
    assert fetched == []


@pytest.mark.parametrize("there", ["memory"], indirect=True)
def test_nothing_is_kept_unless_it_may_be(dataset: Path, there: There, home: Path) -> None:
    corpuskit.load(there.url, cache_dir=home, cache=False).to_arrow(NAMES)
    corpuskit.load(dataset, cache_dir=home).to_arrow(NAMES)
    assert not home.exists()


@pytest.mark.parametrize("there", ["memory"], indirect=True)
def test_it_is_beside_what_builds_keep_unless_another_folder_is_named(
    there: There, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    corpuskit.load(there.url).to_arrow(NAMES)
    assert [path.name for path in (home / "corpuskit").iterdir()] == [FETCHED]


@pytest.mark.parametrize("there", ["memory"], indirect=True)
def test_where_nothing_can_be_kept_all_is_read(
    dataset: Path, there: There, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = corpuskit.load(dataset).to_arrow(NAMES)
    home.write_bytes(b"a file")
    assert corpuskit.load(there.url, cache_dir=home).to_arrow(NAMES).equals(rows)
    assert home.read_bytes() == b"a file"

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert corpuskit.load(there.url).to_arrow(NAMES).equals(rows)


@pytest.mark.parametrize("there", ["memory"], indirect=True)
@pytest.mark.parametrize("size", [0, 40, 100_000])
def test_a_cache_that_was_damaged_gives_the_right_rows(
    dataset: Path, there: There, home: Path, size: int
) -> None:
    rows = corpuskit.load(dataset).to_arrow()
    corpuskit.load(there.url, cache_dir=home).to_arrow()
    for path in (home / FETCHED).rglob("*-*"):
        data = path.read_bytes()
        path.write_bytes(b"?" * min(size, len(data)) + data[size:] if size else b"")
    assert corpuskit.load(there.url, cache_dir=home).to_arrow().equals(rows)
    spoil(there.place)
    assert corpuskit.load(there.url, cache_dir=home).to_arrow().equals(rows)


def test_a_place_is_believed_in_what_it_says_of_its_own_shards_alone(home: Path) -> None:
    """Whoever publishes can say of any bytes that they have some SHA-256."""
    sha256 = hashlib.sha256(b"right").hexdigest()
    liar, honest = (
        RangeCache(home, f"https://{host}/articles", tuple) for host in ("liar", "honest")
    )
    assert liar.file(sha256, lambda start, end: b"wrong"[start:end]).read(0, 5) == b"wrong"
    assert honest.file(sha256, lambda start, end: b"right"[start:end]).read(0, 5) == b"right"


@pytest.mark.parametrize("folders", [("alice", "mallory"), ("alice/1.0.0", "mallory/1.0.0")])
def test_a_dataset_is_not_believed_in_what_it_says_of_the_shards_of_another(
    dataset: Path, home: Path, folders: tuple[str, str]
) -> None:
    """Though its manifest is that of the other, whose rows it has not."""
    place = f"memory://{uuid.uuid4().hex}"
    store, (honest, liar) = open_store(place), folders
    for path in (dataset / "1.0.0").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            store.write(f"{honest}/{path.relative_to(dataset / '1.0.0')}", data)
            forged = data.replace(b"T7", b"T0") if path.suffix == ".parquet" else data
            store.write(f"{liar}/{path.relative_to(dataset / '1.0.0')}", forged)
    assert "T7" not in titles(f"{place}/{liar}", home)
    assert "T7" in titles(f"{place}/{honest}", home)


def titles(url: str, home: Path) -> list[str]:
    column: list[str] = corpuskit.load(url, cache_dir=home).to_arrow(["title"])["title"].to_pylist()
    return column


def whole(cache: RangeCache, data: bytes) -> bytes:
    """What the cache makes of a file."""

    def fetch(start: int, end: int) -> bytes:
        return data[start:end]

    return cache.file(hashlib.sha256(data).hexdigest(), fetch).read(0, len(data))


def test_a_part_of_another_shard_is_not_believed(home: Path) -> None:
    cache = RangeCache(home, "memory://x", tuple)
    assert (whole(cache, b"alpha"), whole(cache, b"gamma")) == (b"alpha", b"gamma")
    first, second = (folder / "0-5" for folder in (home / FETCHED).iterdir())
    second.write_bytes(first.read_bytes())
    assert (whole(cache, b"alpha"), whole(cache, b"gamma")) == (b"alpha", b"gamma")


def test_what_comes_too_short_is_told_and_not_kept(home: Path) -> None:
    file = RangeCache(home, "memory://x", tuple).file("a" * 64, lambda _start, _end: b"short")
    with pytest.raises(OSError, match="asked for 50 bytes, got 5"):
        file.read(0, 50)
    assert not home.exists()


def kept(home: Path, sha256: str, data: bytes, used: int) -> None:
    """Keep a shard of which somebody has read at a time."""
    cache = RangeCache(home, "memory://x", tuple)
    cache.file(sha256, lambda start, end: data[start:end]).read(0, len(data))
    (folder,) = set((home / FETCHED).iterdir()) - _marked(home)
    os.utime(folder, (used, used))


def _marked(home: Path) -> set[Path]:
    return {path for path in (home / FETCHED).iterdir() if path.stat().st_mtime < 1e9}


def test_the_cache_is_pruned_of_what_was_not_read_for_longest(home: Path) -> None:
    for number in (2, 1, 3):
        kept(home, str(number) * 64, bytes([number]) * 1000, number)
    assert usage(home) == (3 * 1032, 0, 0, 3)
    # Who reads it makes it younger, even if it is all there.
    missing: list[tuple[int, int]] = []

    def fetch(start: int, end: int) -> bytes:
        missing.append((start, end))
        return bytes(end - start)

    cache = RangeCache(home, "memory://x", tuple)
    cache.file("1" * 64, fetch).read(0, 1000)
    assert missing == []
    assert prune(home, 2 * 1032) == 1032
    assert usage(home).fetched == 2
    for number in (1, 3):
        cache.file(str(number) * 64, fetch).read(0, 1000)
    assert missing == []
    cache.file("2" * 64, fetch).read(0, 1000)
    assert missing == [(0, 1000)]
    clear(home)
    assert usage(home) == (0, 0, 0, 0)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("there", ["memory"], indirect=True)
def test_it_is_pruned_before_it_grows_and_once(
    there: There, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Path] = []
    monkeypatch.setattr(release_files, "prune", calls.append)
    release = corpuskit.load(there.url, cache_dir=home)
    assert calls == []
    release.to_arrow(NAMES)
    assert calls == [home]
    corpuskit.load(there.url, cache_dir=home).to_arrow(NAMES)
    assert calls == [home]


def test_several_may_read_and_prune_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "_BRIDGED", 0)
    data = bytes(range(256)) * 40

    def read(number: int) -> bool:
        file = RangeCache(home, "memory://x", tuple).file(
            "a" * 64, lambda start, end: data[start:end]
        )
        start, end = sorted((number * 7919 % len(data), number * 104729 % len(data)))
        if number % 10 == 0:
            prune(home, 5000)
        return file.read(start, end) == data[start:end]

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(read, range(400)))
