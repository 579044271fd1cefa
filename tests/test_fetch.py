"""What SRC may be: a path, a glob, an archive, a URL."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import fsspec
import pytest
from click.testing import CliRunner

import corpuskit
from corpuskit.cli import main
from corpuskit.errors import ConfigurationError, UnfinishedError, UsageError
from corpuskit.executors import InlineExecutor
from corpuskit.fetch import local
from corpuskit.fetch.unpack import Limits

ARTICLE = "---\ntitle: {0}\ndate: 2021-03-04\n---\nWhat stands in {0} stands nowhere else.\n"

NOT_UTF_8 = os.fsdecode(b"\xd0\xc2.md")
UNPORTABLE = ("link.md", "broken.md", "leaves.md", NOT_UTF_8)
"""What of the corpus an object store cannot hold."""


@pytest.fixture(autouse=True)
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where copies are made; nothing is left of them."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture
def bucket() -> Iterator[Callable[[str, bytes], str]]:
    """Puts bytes into memory; the URL."""
    files = fsspec.filesystem("memory")

    def put(path: str, data: bytes) -> str:
        files.pipe_file(f"/bucket/{path}", data)
        return f"memory://bucket/{path}"

    yield put
    files.rm("/bucket", recursive=True)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Sources of all sorts, links and a configuration in a folder called `gazette`."""
    folder = tmp_path / "gazette"
    for path in ("a.md", "b/c.md", "新聞/Zürich.html", "b/d/e.markdown"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(ARTICLE.format(path), "utf-8")
    (folder / "corpuskit.toml").write_text('[dataset]\ntitle = "Gazette"\n', "utf-8")
    (folder / "copy.md").write_text(ARTICLE.format("a.md"), "utf-8")
    (folder / "rejected.md").write_text("---\ntitle: a\ntitle: b\n---\n", "utf-8")
    (folder / "image.png").write_bytes(b"\x89PNG")
    (folder / NOT_UTF_8).write_text("no name", "utf-8")
    (folder / "link.md").symlink_to("b/c.md")
    (folder / "broken.md").symlink_to("none.md")
    (folder / "leaves.md").symlink_to(tmp_path / "elsewhere.md")
    (tmp_path / "elsewhere.md").write_text(ARTICLE.format("elsewhere"), "utf-8")
    return folder


def tarred(folder: Path, archive: Path) -> Path:
    """The folder as a tar file, packed as its ending says."""
    packed = {".tar": "w", ".gz": "w:gz", ".xz": "w:xz"}[archive.suffix]
    with tarfile.TarFile.open(archive, packed) as written:  # type: ignore[call-overload]
        written.add(folder, folder.name)
    return archive


def zipped(folder: Path, archive: Path, top: str = "") -> Path:
    """The folder as Info-ZIP writes it: links are links, names are bytes."""
    names = {}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for number, path in enumerate(sorted(folder.rglob("*"))):
            if path.is_dir():
                continue
            name = os.fsencode(f"{top}{path.relative_to(folder).as_posix()}")
            info = zipfile.ZipInfo(f"<{number:_>{len(name) - 2}}>")
            info.external_attr = path.lstat().st_mode << 16
            names[info.filename.encode()] = name
            is_link = path.is_symlink()
            written.writestr(info, str(path.readlink()) if is_link else path.read_bytes())
    data = archive.read_bytes()
    for placeholder, name in names.items():
        data = data.replace(placeholder, name)
    archive.write_bytes(data)
    return archive


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def build(
    src: Path | str, out: Path, name: str | None = None, config: Path | None = None
) -> corpuskit.BuildResult:
    """Build in this process."""
    return corpuskit.build(src, out=out, name=name, config=config, executor=InlineExecutor())


def paths(result: corpuskit.BuildResult) -> list[str]:
    """The paths of a release's rows."""
    return sorted(str(row["path"]) for row in corpuskit.load(result.path).iter_rows(["path"]))


def test_a_folder_an_archive_and_a_url_give_the_same_bytes(
    corpus: Path, tmp_path: Path, bucket: Callable[[str, bytes], str]
) -> None:
    """Only a URL of a folder is left out: it has no links."""
    built = build(corpus, tmp_path / "from a folder")
    expected = contents(tmp_path / "from a folder")
    assert (built.name, built.counts.rows, built.counts.duplicates) == ("gazette", 4, 2)
    assert built.codes.keys() >= {"CK103", "CK104", "CK114", "CK204"}
    made = tmp_path / "made"
    made.mkdir()
    sources: list[Path | str] = [
        tarred(corpus, made / "gazette.tar"),
        tarred(corpus, made / "gazette.tar.gz"),
        tarred(corpus, made / "gazette.tar.xz"),
        zipped(corpus, made / "gazette.zip", "gazette/"),
        zipped(corpus, made / "Gazette.ZIP"),
        bucket("gazette.zip", (made / "gazette.zip").read_bytes()),
        bucket("gazette.tar.gz", (made / "gazette.tar.gz").read_bytes()),
        f"file://{made}/gazette.zip",
        f"file://{corpus}",
    ]
    for number, source in enumerate(sources):
        out = tmp_path / f"out {number}"
        build(source, out)
        assert contents(out) == expected, source


def test_the_folder_of_a_url_gives_the_same_bytes(
    corpus: Path, tmp_path: Path, bucket: Callable[[str, bytes], str]
) -> None:
    for name in UNPORTABLE:
        (corpus / name).unlink()
    for path, data in contents(corpus).items():
        bucket(f"gazette/{path}", data)
    build(corpus, tmp_path / "one")
    build("memory://bucket/gazette/", tmp_path / "two")
    assert contents(tmp_path / "two") == contents(tmp_path / "one")


def test_the_file_of_a_url_is_one_source(
    tmp_path: Path, bucket: Callable[[str, bytes], str]
) -> None:
    url = bucket("posts/First Post.md", ARTICLE.format("x").encode())
    built = build(url, tmp_path / "out")
    assert (built.name, paths(built)) == ("first-post", ["First Post.md"])


def test_what_git_knows_of_the_temporary_folder_is_not_of_the_archive(
    corpus: Path, tmp_path: Path, copies: Path
) -> None:
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@localhost", "-C", str(tmp_path))
    for command in (("init", "-q"), ("commit", "-q", "--allow-empty", "-m", "a")):
        subprocess.run([*git, *command], check=True)
    assert copies.is_relative_to(tmp_path)
    built = build(zipped(corpus, tmp_path / "a.zip"), tmp_path / "out")
    manifest = json.loads((built.path / "manifest.json").read_bytes())
    assert manifest["sources"]["git_commit"] is None


def test_configuration_is_looked_for_in_an_archive_and_not_above_it(
    corpus: Path, tmp_path: Path, copies: Path
) -> None:
    (corpus / "corpuskit.toml").unlink()
    above = copies.parent / "corpuskit.toml"
    above.write_text('[dataset]\nname = "not-this"\n', "utf-8")
    assert build(zipped(corpus, tmp_path / "a.zip"), tmp_path / "out").name == "a"
    assert build(corpus, tmp_path / "out").name == "not-this"


def test_a_stated_configuration_above_the_copy_is_not_the_root_of_its_paths(
    corpus: Path, tmp_path: Path, copies: Path
) -> None:
    config = copies.parent / "stated.toml"
    config.write_text('[dataset]\nname = "stated"\n', "utf-8")
    archive = zipped(corpus, tmp_path / "a.zip")
    built = build(archive, tmp_path / "out", config=config)
    assert built.name == "stated"
    assert "a.md" in paths(built)


def test_a_fault_of_the_configuration_in_an_archive_names_the_archive(
    corpus: Path, tmp_path: Path
) -> None:
    (corpus / "corpuskit.toml").write_text("[datset]\n", "utf-8")
    archive = zipped(corpus, tmp_path / "a.zip", "gazette/")
    with pytest.raises(ConfigurationError) as raised:
        build(archive, tmp_path / "out")
    assert [d.path for d in raised.value.diagnostics] == [f"{archive}/corpuskit.toml"]


def test_an_archive_without_sources_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    archive = zipped(tmp_path / "empty", tmp_path / "a.zip")
    with pytest.raises(UsageError, match=r"a\.zip: no file matches"):
        build(archive, tmp_path / "out")


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("gazette/**/*.md", ["a.md", "b/c.md"]),
        ("gazette/*.md", ["a.md"]),
        ("gazette/b/**", ["b/c.md", "b/d/e.markdown"]),
        ("gazette/b/?.md", ["b/c.md"]),
        ("gazette/b/[a-d].*", ["b/c.md"]),
        ("*/b/**/*.markdown", ["gazette/b/d/e.markdown"]),
    ],
)
def test_a_glob_says_what_is_a_source(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, glob: str, expected: list[str]
) -> None:
    """Paths are relative to the configuration's folder, as always, or else to the glob's."""
    for name in (*UNPORTABLE, "copy.md", "rejected.md"):
        (corpus / name).unlink()
    monkeypatch.chdir(tmp_path)
    assert paths(build(glob, tmp_path / "out", name="x")) == expected
    assert paths(build(f"{tmp_path}/{glob}", tmp_path / "again", name="x")) == expected


def test_a_glob_in_a_folder_with_wildcards_in_its_name(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is found by the working directory, and escaped in the pattern."""
    folder = corpus / "b[1]*!#\\ "
    folder.mkdir()
    (folder / "only.md").write_text(ARTICLE.format("only"), "utf-8")
    monkeypatch.chdir(folder)
    assert paths(build("*.md", tmp_path / "out", name="x")) == ["b[1]*!#\\ /only.md"]


def test_a_file_whose_name_has_wildcards_is_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in ("[a].md", "a.md"):
        (folder / name).write_text(ARTICLE.format(name), "utf-8")
    assert paths(build(folder / "[a].md", tmp_path / "out")) == ["[a].md"]


@pytest.mark.parametrize(
    ("glob", "include", "message"),
    [
        ("gazette/*.none", (), r"gazette: no file matches /\*\.none;"),
        ("none/**/*.md", (), "there is no folder none"),
        ("gazette/a.md/*", (), r"there is no folder gazette/a\.md"),
        ("gazette/*.md", ("*.md",), "leave --include out"),
    ],
)
def test_a_glob_that_makes_no_sense_is_a_usage_error(
    corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    glob: str,
    include: Sequence[str],
    message: str,
) -> None:
    (corpus / "corpuskit.toml").unlink()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=message):
        corpuskit.build(glob, out=tmp_path / "out", include=include)


def test_what_is_not_there_is_a_usage_error(
    tmp_path: Path, bucket: Callable[[str, bytes], str]
) -> None:
    bucket("a.md", b"")
    for src in (str(tmp_path / "none.zip"), "memory://bucket/none.zip", "file:///no/such/folder"):
        with pytest.raises(UsageError, match="no such file or folder"):
            build(src, tmp_path / "out")


@pytest.mark.parametrize(
    ("src", "name"),
    [
        ("memory://bucket/News 2024.tar.gz", "News 2024"),
        ("memory://bucket/posts/", "posts"),
        ("memory://bucket/posts/a.b.md", "a.b"),
    ],
)
def test_the_name_comes_from_the_url(
    bucket: Callable[[str, bytes], str], src: str, name: str
) -> None:
    buffer = io.BytesIO()
    tarfile.open(fileobj=buffer, mode="w:gz").close()
    bucket("News 2024.tar.gz", buffer.getvalue())
    bucket("posts/a.b.md", b"a")
    with local(src) as found:
        assert found.default_name == name


def test_a_url_without_a_name_asks_for_one(
    tmp_path: Path, bucket: Callable[[str, bytes], str]
) -> None:
    bucket("a.md", b"a")
    with pytest.raises(UsageError, match="add --name"):
        build("memory://", tmp_path / "out")


def test_an_unknown_kind_of_url_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere://a cannot be fetched: .*nowhere"):
        build("nowhere://a", tmp_path / "out")


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    fsspec.register_implementation(
        "harbour", "no_such_package.Harbour", errtxt="Install harbourfs to access a harbour"
    )
    with pytest.raises(UsageError, match="Install harbourfs"):
        build("harbour://a", tmp_path / "out")


class Unreachable(fsspec.AbstractFileSystem):  # type: ignore[misc]
    """Tries a port at which nobody listens."""

    def info(self, path: str, **_: object) -> dict[str, object]:
        """Fail as asked."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            try:
                socket.create_connection(taken.getsockname())
            except OSError as error:
                if path.endswith("as-http-says-it"):
                    raise FileNotFoundError(path) from error
                raise
        return {"name": path}


@pytest.mark.parametrize("path", ["a.zip", "as-http-says-it"])
def test_a_network_that_fails_is_not_the_users_fault(tmp_path: Path, path: str) -> None:
    fsspec.register_implementation("unreachable", Unreachable, clobber=True)
    with pytest.raises(UnfinishedError, match=r"cannot be fetched: .*refused"):
        build(f"unreachable://{path}", tmp_path / "out")


def test_a_key_that_leads_out_is_refused(
    tmp_path: Path, bucket: Callable[[str, bytes], str]
) -> None:
    bucket("posts/a.md", b"a")
    bucket("posts/../../evil.md", b"evil")
    with pytest.raises(UsageError, match="leads out of it"):
        build("memory://bucket/posts", tmp_path / "out")


@pytest.mark.parametrize("url", ["memory://bucket/posts", "memory://bucket/posts/a.md"])
def test_more_than_may_be_fetched_is_refused(bucket: Callable[[str, bytes], str], url: str) -> None:
    bucket("posts/a.md", bytes(1000))
    with pytest.raises(UsageError, match="more than 999 bytes"), local(url, Limits(bytes=999)):
        pytest.fail("it was fetched")


def test_more_files_than_may_be_fetched_are_refused(bucket: Callable[[str, bytes], str]) -> None:
    for n in range(3):
        bucket(f"posts/{n}.md", b"")
    url, limits = "memory://bucket/posts", Limits(members=2)
    with pytest.raises(UsageError, match="more than 2 files"), local(url, limits):
        pytest.fail("it was fetched")


def test_what_is_fetched_twice_is_fetched_anew(
    tmp_path: Path, bucket: Callable[[str, bytes], str]
) -> None:
    bucket("posts/a.md", ARTICLE.format("a").encode())
    assert paths(build("memory://bucket/posts", tmp_path / "out")) == ["a.md"]
    bucket("posts/b.md", ARTICLE.format("b").encode())
    assert paths(build("memory://bucket/posts", tmp_path / "out")) == ["a.md", "b.md"]


def test_a_copy_is_private_and_gone_afterwards(corpus: Path, tmp_path: Path) -> None:
    with local(str(zipped(corpus, tmp_path / "a.zip", "top/"))) as found:
        assert found.root is not None
        holder = found.root.parent.parent
        assert holder.stat().st_mode & 0o077 == 0
        assert (found.path / "a.md").is_file()
    assert not holder.exists()


def test_a_folder_needs_no_fsspec(corpus: Path) -> None:
    code = (
        "import sys; from corpuskit.fetch import local\n"
        "with local(sys.argv[1]) as found: print(found.path, found.root)\n"
        "assert 'fsspec' not in sys.modules"
    )
    run = [sys.executable, "-c", code, str(corpus)]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{corpus} None"


def test_check_names_what_is_in_an_archive_or_behind_a_url(
    corpus: Path, tmp_path: Path, bucket: Callable[[str, bytes], str]
) -> None:
    archive = zipped(corpus, tmp_path / "a.zip", "top/")
    url = bucket("posts/b/bad.md", b"---\n---\n").removesuffix("/b/bad.md")
    glob = f"{corpus}/rej*.md"
    checked = corpuskit.check([archive, url, f"{url}/b/bad.md", glob], workers=1)
    places = {d.path for d in checked.diagnostics if d.is_error}
    assert {
        f"{archive}/rejected.md",
        f"{archive}/\\xd0\\xc2.md",
        f"{url}/b/bad.md",
        f"{corpus}/rejected.md",
    } <= places
    assert checked.sources == 10 + 1 + 1 + 1


def test_check_refuses_a_glob_with_patterns_beside_it(corpus: Path) -> None:
    with pytest.raises(UsageError, match="leave --include out"):
        corpuskit.check(f"{corpus}/*.md", include=["*.md"])


@pytest.mark.parametrize("src", ["gazette.zip", "gazette/rej*.md", "file://{}/gazette.zip"])
def test_check_takes_all_of_them(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, src: str
) -> None:
    for name in (*UNPORTABLE, "copy.md"):
        (corpus / name).unlink()
    zipped(corpus, tmp_path / "gazette.zip")
    monkeypatch.chdir(tmp_path)
    checked = CliRunner().invoke(main, ["check", src.format(tmp_path)])
    assert checked.exit_code == 1
    assert "rejected.md:" in checked.stdout


def test_build_takes_what_does_not_exist(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert corpus.parent == tmp_path
    monkeypatch.chdir(tmp_path)
    built = CliRunner().invoke(main, ["build", "gazette/**/*.md", "--workers", "1"])
    assert built.exit_code == 0, built.output
    assert "published gazette 1.0.0" in built.stdout
