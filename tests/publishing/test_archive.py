"""A version in one file: a bag that others check, the same bytes each time, whole or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tracemalloc
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import bagit
import pyarrow as pa
import pytest

import corpuskit
from corpuskit.executors import InlineExecutor
from corpuskit.publishing.archive_files import KINDS, ArchivedFile, ArchiveKind, write_archive
from corpuskit.stores import open_store
from tests.keys import signature_file, write_keys
from tests.publishing.conftest import CREATED, LICENCE

if TYPE_CHECKING:
    Fetched = Callable[[str], Path]

kinds = pytest.mark.parametrize("kind", KINDS)


def small(folder: Path, configuration: str = LICENCE) -> Path:
    """A version of one article."""
    articles = folder / "articles"
    articles.mkdir()
    (articles / "corpuskit.toml").write_text(configuration)
    (articles / "a.md").write_text("---\ntitle: T\ndate: 2021-01-01\n---\nA text.\n")
    built = corpuskit.build(
        articles, out=folder / "out", created=CREATED, executor=InlineExecutor(), cache=False
    )
    assert built.status == "published"
    return built.path


@pytest.fixture
def version(tmp_path: Path) -> Path:
    return small(tmp_path)


def tar_in(archive: Path) -> bytes:
    with pa.input_stream(archive, compression="zstd") as packed:
        data: bytes = packed.read()
    return data


def extracted(archive: Path, target: Path) -> Path:
    """The bag in an archive, taken out without corpuskit's help."""
    if archive.name.endswith(".zip"):
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(target)
    else:
        with tarfile.open(fileobj=io.BytesIO(tar_in(archive))) as opened_tar:
            opened_tar.extractall(target, filter="data")
    (bag,) = target.iterdir()
    return bag


@kinds
def test_an_archive_holds_a_valid_bag_of_the_version_as_it_is(
    kind: ArchiveKind, dataset: Path, tmp_path: Path
) -> None:
    written = corpuskit.archive(dataset, tmp_path / "there", kind)
    path = tmp_path / "there" / f"articles-1.1.0.{kind}"
    assert (written.status, written.version, written.url) == ("written", "1.1.0", str(path))
    assert written.bytes == path.stat().st_size
    assert written.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    folder = extracted(path, tmp_path / "extracted")
    assert folder.name == "articles-1.1.0"
    assert written.files == sum(found.is_file() for found in folder.rglob("*"))
    bag = bagit.Bag(str(folder))
    bag.validate(completeness_only=False)
    assert (bag.version_info, bag.encoding, bag.algorithms) == ((1, 0), "UTF-8", ["sha256"])
    assert bag.info["External-Identifier"] == "articles-1.1.0"
    assert bag.info["Bagging-Date"] == CREATED[:10]
    assert corpuskit.verify(folder / "data") == ()
    assert corpuskit.load(folder / "data").to_arrow().equals(corpuskit.load(dataset).to_arrow())
    for path in (dataset / "1.1.0").rglob("*"):
        if path.is_file():
            same = folder / "data" / path.relative_to(dataset / "1.1.0")
            assert same.read_bytes() == path.read_bytes()


@kinds
def test_its_manifests_are_read_by_sha256sum(
    kind: ArchiveKind, version: Path, tmp_path: Path
) -> None:
    written = corpuskit.archive(version, tmp_path / "there", kind)
    folder = extracted(Path(written.url), tmp_path / "extracted")
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(
            ("sha256sum", "--check", "--strict", "--quiet", name), cwd=folder, check=True
        )


@kinds
def test_an_archive_depends_on_no_time_mode_or_place(
    kind: ArchiveKind, version: Path, tmp_path: Path
) -> None:
    first = corpuskit.archive(version, tmp_path / "first", kind)
    copy = tmp_path / "copy" / "1.0.0"
    shutil.copytree(version, copy)
    for number, path in enumerate(copy.rglob("*")):
        path.chmod(0o700)
        os.utime(path, (number, number))
    second = corpuskit.archive(copy, tmp_path / "second", kind)
    assert Path(first.url).read_bytes() == Path(second.url).read_bytes()
    assert first.sha256 == second.sha256


FILES = [
    ArchivedFile(path, len(data), hashlib.sha256(data).hexdigest(), data)
    for path, data in (("b/b.txt", b"b" * 5000), ("b/a.txt", b""), ("b/资料.txt", b"text\n"))
]


def of_some_files(kind: ArchiveKind, folder: Path, created: str = CREATED) -> Path:
    path = folder / f"{uuid.uuid4().hex}.{kind}"
    write_archive(path, kind, FILES, created, lambda _: None)
    return path


def test_the_bytes_of_a_zip_are_those_that_they_have_always_been(tmp_path: Path) -> None:
    """Whatever Python writes it: nothing in it is compressed."""
    data = of_some_files("zip", tmp_path).read_bytes()
    assert hashlib.sha256(data).hexdigest() == (
        "6cba15074ccead4ccf215be34da2afa3e2751bff424467a89312f46ff36c3e62"
    )


def test_the_bytes_of_a_tar_are_those_that_they_have_always_been(tmp_path: Path) -> None:
    """What zstd makes of them may change with its version."""
    data = tar_in(of_some_files("tar.zst", tmp_path))
    assert hashlib.sha256(data).hexdigest() == (
        "6874d967d21251fc4990fdd1b641d5ca97ec18840dd94579c6b29ad104ffff8b"
    )


@kinds
def test_entries_are_sorted_and_say_nothing_of_this_machine(
    kind: ArchiveKind, tmp_path: Path
) -> None:
    path = of_some_files(kind, tmp_path)
    names = ["b/a.txt", "b/b.txt", "b/资料.txt"]
    if kind == "zip":
        with zipfile.ZipFile(path) as archive:
            found = archive.infolist()
            assert archive.namelist() == names
        assert {info.date_time for info in found} == {(2024, 6, 1, 12, 0, 0)}
        assert {(info.create_system, info.external_attr >> 16) for info in found} == {(3, 0o100644)}
        assert {info.compress_type for info in found} == {zipfile.ZIP_STORED}
    else:
        with tarfile.open(fileobj=io.BytesIO(tar_in(path))) as opened:
            members = opened.getmembers()
        assert [member.name for member in members] == names
        said = {(m.mtime, m.mode, m.uid, m.gid, m.uname, m.gname) for m in members}
        assert said == {(1717243200, 0o644, 0, 0, "", "")}


@kinds
@pytest.mark.parametrize("created", ["1969-12-31T23:00:00Z", "2200-01-01T00:00:00Z"])
def test_a_time_that_a_format_cannot_name_does_no_harm(
    kind: ArchiveKind, created: str, tmp_path: Path
) -> None:
    folder = extracted(of_some_files(kind, tmp_path, created), tmp_path / "extracted")
    assert (folder / "b.txt").read_bytes() == b"b" * 5000


def test_files_of_any_size_fit_into_a_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From 4 GiB on there are other headers; here, from one byte on."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 0)
    folder = extracted(of_some_files("zip", tmp_path), tmp_path / "extracted")
    assert (folder / "b.txt").read_bytes() == b"b" * 5000


@kinds
def test_an_archive_that_is_there_is_left_as_it_is(
    kind: ArchiveKind, version: Path, tmp_path: Path
) -> None:
    target = tmp_path / f"mine.{kind}"
    first = corpuskit.archive(version, target, kind)
    before = target.stat()
    again = corpuskit.archive(version, target, kind)
    assert (first.status, again.status, again.sha256) == ("written", "there", first.sha256)
    assert (target.stat().st_ino, target.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@kinds
def test_something_else_is_never_written_over(
    kind: ArchiveKind, version: Path, tmp_path: Path
) -> None:
    target = tmp_path / "there" / f"mine.{kind}"
    target.parent.mkdir()
    target.write_bytes(b"precious")
    with pytest.raises(corpuskit.RefusedError, match="holds something else"):
        corpuskit.archive(version, target, kind)
    assert target.read_bytes() == b"precious"
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_without_links_something_else_is_not_written_over_either(
    version: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    assert corpuskit.archive(version, tmp_path / "a.zip").status == "written"
    assert corpuskit.archive(version, tmp_path / "a.zip").status == "there"
    (tmp_path / "b.zip").write_bytes(b"precious")
    with pytest.raises(corpuskit.RefusedError, match="holds something else"):
        corpuskit.archive(version, tmp_path / "b.zip")


@kinds
def test_an_archive_that_is_not_finished_is_nowhere(
    kind: ArchiveKind, version: Path, tmp_path: Path
) -> None:
    class Interrupting(corpuskit.Progress):
        """Ends the run at the third file."""

        left = 3

        def advance(self, count: int, size: int) -> None:  # noqa: ARG002
            self.left -= 1
            assert not (tmp_path / "there" / f"articles-1.0.0.{kind}").exists()
            if not self.left:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corpuskit.archive(version, tmp_path / "there", kind, progress=Interrupting())
    assert list((tmp_path / "there").iterdir()) == []


@kinds
@pytest.mark.parametrize("more", [b"more", b""])
def test_what_changes_while_it_is_archived_is_told(
    kind: ArchiveKind, more: bytes, version: Path, tmp_path: Path
) -> None:
    class Editing(corpuskit.Progress):
        """Changes the last file once all was verified."""

        def stage(self, name: str, total: int | None = None) -> None:  # noqa: ARG002
            schema = version / "schema.json"
            schema.chmod(0o644)
            data = schema.read_bytes()
            schema.write_bytes(data + more if more else data[:-2] + b" \n")

    with pytest.raises(corpuskit.ReleaseError, match=r"schema\.json.* was changed"):
        corpuskit.archive(version, tmp_path / "there", kind, progress=Editing())
    assert list((tmp_path / "there").iterdir()) == []


@kinds
@pytest.mark.parametrize("scheme", ["memory", "s3"])
def test_an_archive_behind_a_url_has_the_same_bytes(
    kind: ArchiveKind,
    scheme: str,
    version: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    fetched: Fetched,
) -> None:
    base = "memory:/" if scheme == "memory" else request.getfixturevalue("s3")
    folder = f"{base}/{uuid.uuid4().hex}"
    here = corpuskit.archive(version, tmp_path / "here", kind)
    there = corpuskit.archive(version, folder, kind)
    assert (there.status, there.url) == ("written", f"{folder}/articles-1.0.0.{kind}")
    assert there.sha256 == here.sha256
    assert corpuskit.archive(version, there.url, kind).status == "there"
    (copy,) = fetched(folder).iterdir()
    assert copy.read_bytes() == Path(here.url).read_bytes()
    Path(here.url).write_bytes(b"precious")
    open_store(folder).write(f"other.{kind}", b"precious")
    with pytest.raises(corpuskit.RefusedError, match="holds something else"):
        corpuskit.archive(version, f"{folder}/other.{kind}", kind)


def test_signatures_of_the_version_are_in_its_bag(version: Path, tmp_path: Path) -> None:
    """Whatever else lies beside them, and by whatever way the version is reached."""
    corpuskit.sign(version, write_keys(tmp_path, 1)[0])
    signature = signature_file(version.parent, "1.0.0", 1)
    for name in ("1.0.0.txt", signature.name.replace("1.0.0", "1.0.1")):
        (signature.parent / name).write_bytes(b"something else")
    written = corpuskit.archive(version, tmp_path / "there")
    folder = extracted(Path(written.url), tmp_path / "extracted")
    bagit.Bag(str(folder)).validate()
    assert [path.name for path in (folder / "signatures").iterdir()] == [signature.name]
    assert f"signatures/{signature.name}" in (folder / "tagmanifest-sha256.txt").read_text()
    (folder / "signatures" / signature.name).write_bytes(b"forged")
    assert not bagit.Bag(str(folder)).is_valid()
    (tmp_path / "link").symlink_to(version)
    assert corpuskit.archive(tmp_path / "link", tmp_path / "again").sha256 == written.sha256


def test_what_is_said_of_a_dataset_is_one_line_of_the_bag(tmp_path: Path) -> None:
    said = LICENCE + 'title = "港口"\ndescription = """\nOne.\nTwo:\tthree\\u2028four.\n"""\n'
    written = corpuskit.archive(small(tmp_path, said), tmp_path / "there")
    folder = extracted(Path(written.url), tmp_path / "extracted")
    bag = bagit.Bag(str(folder))
    bag.validate()
    assert bag.info["External-Description"] == "港口: One. Two: three four."


@pytest.mark.parametrize(
    ("target", "kind", "said"),
    [
        ("", "zip", "is empty"),
        ("a.zip", "tar.zst", r"a\.zip ends in \.zip, and what is to be written in \.tar\.zst"),
        ("a.tar.gz", "tar.zst", r"ends in \.tar\.gz"),
        ("memory://x/a.tzst", "tar.zst", r"ends in \.tzst"),
        ("a.zip", "rar", "'rar' is no kind of archive; there are zip, tar.zst"),
    ],
)
def test_a_target_of_another_kind_is_refused(
    target: str, kind: ArchiveKind, said: str, version: Path
) -> None:
    with pytest.raises(corpuskit.UsageError, match=said):
        corpuskit.archive(version, target, kind)


def test_a_folder_that_is_called_like_an_archive_is_a_folder(version: Path, tmp_path: Path) -> None:
    (tmp_path / "old.zip").mkdir()
    written = corpuskit.archive(version, tmp_path / "old.zip")
    assert written.url == str(tmp_path / "old.zip" / "articles-1.0.0.zip")


def test_nothing_is_put_into_a_release(version: Path) -> None:
    for folder in (version, version.parent):
        with pytest.raises(corpuskit.UsageError, match="is a release; name another folder"):
            corpuskit.archive(version, folder)
    assert corpuskit.verify(version.parent) == ()


def test_what_must_not_be_published_is_not_archived(tmp_path: Path) -> None:
    with pytest.raises(corpuskit.RefusedError, match="declares no licence"):
        corpuskit.archive(small(tmp_path, ""), tmp_path / "a.zip")
    (tmp_path / "other").mkdir()
    version = small(tmp_path / "other")
    (version / "README.md").chmod(0o644)
    (version / "README.md").write_text("better")
    with pytest.raises(corpuskit.ReleaseError, match="does not hold"):
        corpuskit.archive(version, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def test_a_place_that_cannot_be_written_to_is_told(version: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(corpuskit.UnfinishedError, match="file"):
        corpuskit.archive(version, tmp_path / "file")


@kinds
def test_no_file_is_read_whole_into_memory(kind: ArchiveKind, tmp_path: Path) -> None:
    size = 2**26
    with (tmp_path / "large").open("wb") as large:
        large.truncate(size)
    zeros = hashlib.sha256()
    for _ in range(size // 2**20):
        zeros.update(bytes(2**20))
    file = ArchivedFile("large", size, zeros.hexdigest(), tmp_path / "large")
    tracemalloc.start()
    write_archive(tmp_path / f"a.{kind}", kind, [file], CREATED, lambda _: None)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < size / 8
