"""Which folder `load`, `show` and `verify` read when they are given a path or a name."""

from __future__ import annotations

from pathlib import Path

import pytest

import corpuskit
from corpuskit.errors import ReleaseError, UsageError
from corpuskit.finding.release import DATASETS, find_release, find_version


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the dataset `gazette` in `datasets`."""
    (tmp_path / DATASETS / "gazette" / "1.0.0").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_name_is_that_of_a_dataset() -> None:
    assert find_release("gazette") == Path("datasets/gazette")


def test_a_folder_of_sources_called_like_its_dataset_is_not_meant(here: Path) -> None:
    (here / "gazette").mkdir()
    assert find_release("gazette") == Path("datasets/gazette")


@pytest.mark.parametrize("file", ["manifest.json", "SHA256SUMS", "2.0.0/manifest.json"])
def test_a_release_goes_before_the_dataset_of_that_name(here: Path, file: str) -> None:
    (here / "gazette" / file).parent.mkdir(parents=True)
    (here / "gazette" / file).touch()
    assert find_release("gazette") == Path("gazette")


def test_a_path_is_no_name(here: Path) -> None:
    (here / "gazette").mkdir()
    with pytest.raises(ReleaseError, match="is no release: it holds neither"):
        find_release(here / "gazette")


def test_the_folder_above_is_not_looked_up_in_datasets(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`datasets/..` is a folder, too."""
    monkeypatch.chdir(here / DATASETS)
    (here / DATASETS / DATASETS).mkdir()
    (here / "manifest.json").touch()
    assert find_release("..") == Path("..")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("file", "file is a file; name the folder"),
        ("datasets", "datasets is no release but holds datasets; name a folder such as datasets/g"),
        ("empty", "empty is no release: it holds neither manifest.json nor a version"),
    ],
)
def test_whoever_asks_hears_the_same_of_what_is_no_release(
    here: Path, path: str, said: str
) -> None:
    (here / "file").touch()
    (here / "empty").mkdir()
    for read in (corpuskit.load, corpuskit.verify, corpuskit.examine):
        with pytest.raises(ReleaseError, match=said):
            read(path)


def test_whoever_asks_hears_the_same_where_nothing_is() -> None:
    said = "nowhere: no such file or folder; name the folder of a version or a dataset"
    for read in (corpuskit.load, corpuskit.verify, corpuskit.examine):
        with pytest.raises(UsageError, match=said):
            read("nowhere")


@pytest.fixture
def versions(here: Path) -> Path:
    """The dataset with four versions, and a folder that is like one but empty."""
    folder = here / DATASETS / "gazette"
    for number in ("1.0.0", "1.2.0", "1.10.0", "2.0.0"):
        (folder / number).mkdir(exist_ok=True)
        (folder / number / "manifest.json").touch()
    (folder / "3.0.0").mkdir()
    return folder


@pytest.mark.usefixtures("versions")
@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ("1.0.0", "1.0.0"),
        ("1.2", "1.2.0"),
        ("1.1", None),
        ("1", "1.10.0"),
        ("2", "2.0.0"),
        ("latest", "2.0.0"),
        ("3", None),
        ("1.0.1", None),
    ],
)
def test_a_version_is_the_newest_of_those_that_are_asked_for(
    stated: str, found: str | None
) -> None:
    if found is None:
        with pytest.raises(ReleaseError, match=r"it has 1\.0\.0, 1\.2\.0, 1\.10\.0, 2\.0\.0"):
            find_version("gazette", stated)
        return
    folder, wanted = find_version("gazette", stated)
    assert (folder, str(wanted)) == (Path("datasets/gazette", found), stated)
    assert find_version(f"gazette@{stated}") == (folder, wanted)
    assert find_release(f"datasets/gazette@{stated}") == folder


@pytest.mark.usefixtures("versions")
@pytest.mark.parametrize("stated", ["", "1.", "01", "1.2.3.4", "v1", "newest", "1.2.0-rc", "１"])
def test_what_is_no_version_is_refused(stated: str) -> None:
    with pytest.raises(UsageError, match=r"no version; write 1.2.0, 1.2, 1 or latest"):
        find_version("gazette", stated)


def test_a_version_is_stated_once(versions: Path) -> None:
    with pytest.raises(UsageError, match="names a version already; leave 1 out"):
        find_version("gazette@2", "1")
    for find in (find_version, find_release):
        with pytest.raises(UsageError, match=r"is one version; leave @1\.0 out"):
            find(f"{versions / '1.0.0'}@1.0")


def test_what_is_called_with_an_at_is_meant(here: Path) -> None:
    (here / "a@1" / "1.0.0").mkdir(parents=True)
    (here / "a@1" / "1.0.0" / "manifest.json").touch()
    assert find_release("a@1") == Path("a@1")
    assert find_version("a@1")[0] == Path("a@1/1.0.0")
