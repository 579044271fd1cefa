"""Publishing: what is sent, and that nobody ever reads half a version."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

import corpuskit
from corpuskit import stores
from corpuskit.dataset_names import UNDER_WAY
from corpuskit.publishing import claims, sending
from corpuskit.publishing import publish as publishing
from corpuskit.stores import Store, open_store
from tests.keys import write_keys
from tests.publishing.conftest import build

if TYPE_CHECKING:
    Fetched = Callable[[str], Path]


def _files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_what_is_published_is_what_was_built(dataset: Path, place: str, fetched: Fetched) -> None:
    first = corpuskit.publish(dataset / "1.0.0", place)
    assert (first.status, first.version, first.copied) == ("published", "1.0.0", 0)
    assert first.uploaded == sum(map(len, _files(dataset / "1.0.0").values()))
    corpuskit.publish(dataset, place)
    copy = fetched(place)
    assert _files(copy) == _files(dataset)
    assert corpuskit.verify(copy, history=True) == ()


def test_shards_that_are_there_are_copied_there(dataset: Path, place: str) -> None:
    old, new = (corpuskit.load(dataset, number).manifest for number in ("1.0.0", "1.1.0"))
    common = {e.sha256 for e in old.shards} & {e.sha256 for e in new.shards}
    assert common
    corpuskit.publish(f"{dataset}@1.0.0", place)
    result = corpuskit.publish(f"{dataset}@1.1.0", place)
    assert result.copied == sum(e.bytes for e in new.shards if e.sha256 in common)
    everything = sum(map(len, _files(dataset / "1.1.0").values()))
    assert result.uploaded == everything - result.copied


def test_a_version_that_is_there_is_not_sent_again(
    dataset: Path, place: str, fetched: Fetched
) -> None:
    corpuskit.publish(dataset, place)
    before = _files(fetched(place))
    again = corpuskit.publish(dataset, place)
    assert (again.status, again.uploaded, again.copied) == ("there", 0, 0)
    assert _files(fetched(place)) == before


def test_another_version_of_the_same_number_is_refused(
    dataset: Path, place: str, fetched: Fetched, tmp_path: Path
) -> None:
    corpuskit.publish(f"{dataset}@1.0.0", place)
    before = _files(fetched(place))
    with pytest.raises(corpuskit.RefusedError, match=r"has another version 1\.0\.0, and a version"):
        corpuskit.publish(_other(tmp_path), place)
    assert _files(fetched(place)) == before


def _other(tmp_path: Path) -> Path:
    """Another 1.0.0."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other/a.md").write_text("---\ntitle: T\ndate: 2021-01-01\n---\nText.\n")
    (tmp_path / "other/corpuskit.toml").write_text('[dataset]\nlicense = "unknown"\n')
    return build(tmp_path / "other", tmp_path / "out").path


def test_a_licence_must_be_declared(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: T\ndate: 2021-01-01\n---\nText.\n")
    built = build(tmp_path, tmp_path / "out")
    with pytest.raises(corpuskit.RefusedError, match="declares no licence"):
        corpuskit.publish(built.path, str(tmp_path / "published"))
    assert not (tmp_path / "published").exists()


def test_what_does_not_hold_is_not_published(tmp_path: Path) -> None:
    built = _other(tmp_path)
    (built / "README.md").chmod(0o644)
    (built / "README.md").write_text("better")
    with pytest.raises(corpuskit.ReleaseError, match=r"does not hold \(\d findings\): README"):
        corpuskit.publish(built, str(tmp_path / "published"))
    assert not (tmp_path / "published").exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nosuch://bucket/x", "nosuch://bucket/x cannot be used"),
        ("dropbox://u:secret@bucket/x", r"^dropbox://bucket/x needs another package"),
    ],
)
def test_a_url_that_cannot_be_used_is_told(dataset: Path, url: str, said: str) -> None:
    with pytest.raises(corpuskit.UsageError, match=said):
        corpuskit.publish(dataset, url)


class Killed(BaseException):
    """What ends a publisher at once."""


class Dying:
    """A store that changes some things, and then ends the process that uses it."""

    def __init__(self, store: Store, left: int) -> None:
        self.store = store
        self.left = left

    def __getattr__(self, name: str) -> object:
        method = getattr(self.store, name)
        if name not in {"write", "upload", "copy", "delete"}:
            return method

        def change(*arguments: object) -> None:
            self.left -= 1
            if self.left < 0:
                raise Killed
            method(*arguments)

        return change


def test_who_is_killed_at_any_change_leaves_whole_versions_and_the_next_goes_on(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_AT_ONCE", 1)
    changes = 0
    for left in range(1000):
        place = str(tmp_path / f"published-{left}")
        corpuskit.publish(f"{dataset}@1.0.0", place)
        with monkeypatch.context() as patch:
            patch.setattr(publishing, "open_store", lambda url, n=left: Dying(open_store(url), n))
            try:
                corpuskit.publish(dataset, place)
            except Killed:
                changes += 1
            else:
                break
        _is_whole(Path(place))
        result = corpuskit.publish(dataset, place)
        assert result.version == "1.1.0"
        assert corpuskit.verify(place, history=True) == ()
        assert not (Path(place) / UNDER_WAY).exists()
    assert changes > len(corpuskit.load(dataset).manifest.files)


def _is_whole(place: Path) -> None:
    """Every version that a reader finds there holds, and there is one."""
    latest = corpuskit.load(place)
    assert latest.version in {"1.0.0", "1.1.0"}
    assert latest.verify() == ()


def test_what_was_sent_is_not_sent_again(
    dataset: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_AT_ONCE", 1)
        patch.setattr(publishing, "open_store", lambda url: Dying(open_store(url), 6))
        with pytest.raises(Killed):
            corpuskit.publish(dataset, place)
    sent = sum(open_store(place).sizes(UNDER_WAY).values())
    assert sent > 0
    rest = corpuskit.publish(dataset, place)
    assert rest.uploaded + sent == sum(map(len, _files(dataset / "1.1.0").values()))


def test_who_is_publishing_another_version_of_the_number_hinders(
    dataset: Path, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fetched: Fetched
) -> None:
    monkeypatch.setattr(claims, "_PAUSE_SECONDS", 0)
    other = _other(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_AT_ONCE", 1)
        # All is sent, the number is claimed, and some files are in their places.
        changes = len(_files(dataset / "1.0.0")) + 3
        patch.setattr(publishing, "open_store", lambda url: Dying(open_store(url), changes))
        with pytest.raises(Killed):
            corpuskit.publish(f"{dataset}@1.0.0", place)
    with pytest.raises(corpuskit.RefusedError, match=r"somebody else is publishing .* --take-over"):
        corpuskit.publish(other, place)
    corpuskit.publish(other, place, take_over=True)
    copy = fetched(place)
    assert corpuskit.verify(copy) == ()
    assert _files(copy / "1.0.0") == _files(other)


def test_of_two_who_publish_one_number_at_most_one_comes_to_the_end(
    dataset: Path, tmp_path: Path, fetched: Fetched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever it is, what is there then is one version, whole; and mostly somebody does."""
    monkeypatch.setattr(claims, "_PAUSE_SECONDS", 0.01)
    built = {"1.0.0": dataset / "1.0.0", "other": _other(tmp_path)}
    winners: list[str] = []
    for number in range(8):
        place = f"memory://two-{number}-{tmp_path.name}"
        won = _both(built, place)
        assert len(won) <= 1
        for winner in won:
            copy = fetched(place)
            assert _files(copy / "1.0.0") == _files(built[winner])
            assert corpuskit.verify(copy) == ()
        winners += won
    assert winners


def _both(built: dict[str, Path], place: str) -> list[str]:
    """Publish both at once; those that came to the end."""
    start = Barrier(len(built))

    def publish(name: str) -> bool:
        start.wait()
        try:
            corpuskit.publish(built[name], place)
        except corpuskit.RefusedError:
            return False
        return True

    with ThreadPoolExecutor() as threads:
        return [name for name, won in zip(built, threads.map(publish, built), strict=True) if won]


def test_two_who_publish_the_same_do_no_harm(dataset: Path, place: str, fetched: Fetched) -> None:
    with ThreadPoolExecutor() as threads:
        ended = list(threads.map(lambda _: corpuskit.publish(dataset, place).version, range(3)))
    assert ended == ["1.1.0"] * 3
    assert _files(fetched(place) / "1.1.0") == _files(dataset / "1.1.0")


def test_who_was_taken_over_does_not_write_on(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow publisher goes on after another one has come to the end with another version."""
    place, other = str(tmp_path / "published"), _other(tmp_path)
    monkeypatch.setattr(sending, "_AT_ONCE", 1)

    class Slow(Dying):
        """Lets the other one publish before its next change."""

        def __getattr__(self, name: str) -> object:
            self.left -= name in {"copy"}
            if self.left == 0:
                self.left = -1000
                assert corpuskit.publish(other, place, take_over=True).status == "published"
            return getattr(self.store, name)

    with monkeypatch.context() as patch:
        first = True

        def slow(url: str) -> object:
            nonlocal first
            is_first, first = first, False
            return Slow(open_store(url), 5) if is_first else open_store(url)

        patch.setattr(publishing, "open_store", slow)
        with pytest.raises(corpuskit.RefusedError, match=r"has another version 1\.0\.0"):
            corpuskit.publish(dataset / "1.0.0", place)
    assert ".publishing" not in open_store(place).names()
    corpuskit.publish(other, place)
    assert corpuskit.load(place).manifest == corpuskit.load(other).manifest


@pytest.mark.parametrize("name", ["README.md", "index.json", "CHANGELOG.md"])
def test_files_of_somebody_else_are_not_written_over(dataset: Path, place: str, name: str) -> None:
    open_store(place).write(name, b"mine")
    with pytest.raises(corpuskit.UsageError, match=f"holds {name} and no release"):
        corpuskit.publish(dataset, place)
    assert open_store(place).read(name) == b"mine"


def test_a_version_is_no_place_for_another(dataset: Path, place: str) -> None:
    corpuskit.publish(dataset, place)
    with pytest.raises(corpuskit.UsageError, match="is one version; name the folder of the data"):
        corpuskit.publish(dataset, f"{place}/1.1.0")
    with pytest.raises(corpuskit.UsageError, match="the URL is empty"):
        corpuskit.publish(dataset, "")


def test_who_is_killed_while_a_file_is_written_leaves_none_in_a_version(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "published"
    monkeypatch.setattr(sending, "_AT_ONCE", 1)
    for count in (1, 5, 20):
        with monkeypatch.context() as patch:
            left = count

            def end(_path: Path) -> None:
                nonlocal left
                left -= 1
                if left == 0:
                    os._exit(9)

            patch.setattr(stores, "sync", end)
            if (child := os.fork()) == 0:
                corpuskit.publish(dataset / "1.0.0", str(place))
                os._exit(0)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
        assert not any(place.glob("1.0.0/**/manifest.json"))
    corpuskit.publish(dataset / "1.0.0", str(place))
    assert corpuskit.verify(place) == ()


def test_datasets_are_not_mixed(dataset: Path, place: str, tmp_path: Path) -> None:
    corpuskit.publish(dataset, place)
    (tmp_path / "a.md").write_text("---\ntitle: T\ndate: 2021-01-01\n---\nText.\n")
    (tmp_path / "corpuskit.toml").write_text('[dataset]\nlicense = "unknown"\n')
    built = build(tmp_path, tmp_path / "out", name="notes")
    with pytest.raises(corpuskit.RefusedError, match="holds the dataset articles, and not notes"):
        corpuskit.publish(built.path, place)


def test_files_of_nobody_in_the_way_of_a_version_are_cleared(
    dataset: Path, place: str, fetched: Fetched
) -> None:
    store = open_store(place)
    readme = (dataset / "1.0.0/README.md").read_bytes()
    store.write("1.0.0/README.md", readme[::-1])
    store.write("1.0.0/stray.txt", b"?")
    corpuskit.publish(f"{dataset}@1.0.0", place)
    assert _files(fetched(place) / "1.0.0") == _files(dataset / "1.0.0")


def test_versions_are_published_in_any_order(dataset: Path, place: str, fetched: Fetched) -> None:
    for number in ("1.1.0", "1.0.0"):
        corpuskit.publish(f"{dataset}@{number}", place)
        assert corpuskit.verify(fetched(place)) == ()
    assert _files(fetched(place)) == _files(dataset)


def test_what_is_gone_or_cut_off_there_is_put_there_again(
    dataset: Path, place: str, fetched: Fetched
) -> None:
    corpuskit.publish(dataset, place)
    store = stores.open_store(place)
    store.delete("1.1.0/data/part-00000.parquet")
    store.write("1.1.0/schema.json", b"{}")
    again = corpuskit.publish(dataset, place)
    assert again.status == "published"
    assert _files(fetched(place) / "1.1.0") == _files(dataset / "1.1.0")
    assert corpuskit.publish(dataset, place).status == "there"


def test_what_cannot_be_put_there_again_is_told(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what was sent for it is not deleted: the version is there, and damaged still."""
    place = tmp_path / "published"
    corpuskit.publish(dataset, place)
    shard = place / "1.1.0/data/part-00000.parquet"
    shard.unlink()

    def fail(*_: object) -> None:
        raise corpuskit.UnfinishedError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(stores.LocalStore, "copy", fail)
        with pytest.raises(corpuskit.UnfinishedError, match="no room"):
            corpuskit.publish(dataset, place)
    assert corpuskit.publish(dataset, place).status == "published"
    assert shard.read_bytes() == (dataset / "1.1.0/data/part-00000.parquet").read_bytes()


def test_a_rehearsal_is_not_published(dataset: Path, tmp_path: Path) -> None:
    """It would take the number of the version that it rehearses."""
    shutil.copytree(dataset, tmp_path / "articles")
    (tmp_path / "articles/1.1.0").rename(tmp_path / "articles/dev")
    with pytest.raises(corpuskit.RefusedError, match="rehearsal"):
        corpuskit.publish(tmp_path / "articles/dev", str(tmp_path / "published"))
    assert not (tmp_path / "published").exists()


@pytest.mark.parametrize("there", ["index.html", "posts/a.md", "articles/1.0.0/manifest.json"])
def test_a_folder_of_something_else_is_left_alone(
    dataset: Path, tmp_path: Path, there: str
) -> None:
    file = tmp_path / "web" / there
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    with pytest.raises(corpuskit.UsageError, match="and no release; name the folder of a dataset"):
        corpuskit.publish(dataset, str(tmp_path / "web"))
    assert [p for p in (tmp_path / "web").rglob("*") if p.is_file()] == [file]


@pytest.mark.parametrize("linked", ["1.1.0", "1.1.0/data", "signatures"])
def test_nothing_is_written_or_deleted_through_a_link(
    dataset: Path, tmp_path: Path, linked: str
) -> None:
    elsewhere, place = tmp_path / "elsewhere", tmp_path / "published"
    (elsewhere / "sub").mkdir(parents=True)
    (elsewhere / "sub/mine").write_text("mine")
    corpuskit.publish(dataset / "1.0.0", str(place))
    (place / linked).parent.mkdir(exist_ok=True)
    (place / linked).symlink_to(elsewhere)
    if linked == "signatures":
        shutil.copytree(dataset, tmp_path / "articles")
        corpuskit.sign(tmp_path / "articles/1.1.0", write_keys(tmp_path, 1)[0])
        dataset = tmp_path / "articles"
    with pytest.raises(corpuskit.RefusedError, match="is a link"):
        corpuskit.publish(dataset / "1.1.0", str(place))
    assert [p.name for p in elsewhere.rglob("*") if p.is_file()] == ["mine"]


def test_what_comes_into_a_version_while_it_is_published_is_not_taken_along(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(dataset, tmp_path / "articles")
    own, place = tmp_path / "articles/1.1.0", tmp_path / "published"
    checked = publishing.checked

    def and_then(folder: Path) -> object:
        found = checked(folder)
        corpuskit.retract(own, "just now", created="2024-07-01T10:00:00Z")
        return found

    monkeypatch.setattr(publishing, "checked", and_then)
    with pytest.raises(corpuskit.ReleaseError, match="no longer what was verified"):
        corpuskit.publish(own, str(place))
    assert not (place / "1.1.0").exists()
