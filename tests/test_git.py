"""What git knows of a folder: real repositories, and nothing of theirs that runs."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from corpuskit.git import GitHead, blob_id, committed_blobs, git_head

AUTHORED = "2001-01-01T00:00:00 +0000"
COMMITTED = 1_614_834_367


def _git(folder: Path, *arguments: str, data: bytes | None = None) -> str:
    environment = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_DATE": AUTHORED,
        "GIT_COMMITTER_DATE": f"{COMMITTED} +0900",
    }
    for who in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{who}_NAME": "Ada", f"GIT_{who}_EMAIL": "ada@example.org"}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, input=data, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


def _commit(folder: Path) -> str:
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "all")
    return _git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository without a commit."""
    folder = tmp_path / "repository"
    folder.mkdir()
    _git(folder, "init", "--quiet")
    return folder


def _head(folder: Path) -> GitHead:
    head = git_head(folder)
    assert head is not None
    return head


def _blobs(folder: Path) -> dict[str, str]:
    blobs = committed_blobs(folder, _head(folder))
    assert blobs is not None
    return blobs


@pytest.mark.parametrize(
    "data", [b"", b"a", b"a\r\nb\r\n", b"\0\xff\xfe", "新闻".encode() * 10_000, b"blob 3\0abc"]
)
def test_blob_id_is_the_one_that_git_gives(data: bytes, tmp_path: Path) -> None:
    assert blob_id(data) == _git(tmp_path, "hash-object", "--stdin", data=data)


def test_there_is_no_head_outside_of_git(tmp_path: Path) -> None:
    assert git_head(tmp_path) is None


def test_there_is_no_head_before_the_first_commit(repository: Path) -> None:
    assert git_head(repository) is None


def test_there_is_no_head_of_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert git_head(tmp_path / "gone") is None


def test_head_names_the_commit_and_when_it_was_committed(repository: Path) -> None:
    """Not when it was written: a rebased commit is as old as the rebase."""
    (repository / "a.md").write_bytes(b"a")
    commit = _commit(repository)
    head = _head(repository)
    assert (head.commit, head.seconds) == (commit, COMMITTED)


def test_blobs_are_those_of_the_commit_whatever_the_work_tree_says(repository: Path) -> None:
    (repository / "a.md").write_bytes(b"committed")
    (repository / "gone.md").write_bytes(b"gone")
    _commit(repository)
    (repository / "a.md").write_bytes(b"edited")
    (repository / "gone.md").unlink()
    (repository / "new.md").write_bytes(b"new")
    _git(repository, "add", "new.md")
    assert _blobs(repository) == {"a.md": blob_id(b"committed"), "gone.md": blob_id(b"gone")}


def test_paths_are_relative_to_the_folder_and_below_it(repository: Path) -> None:
    for name in ("top.md", "posts/a.md", "posts/deep/b.md"):
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text(name)
    _commit(repository)
    assert sorted(_blobs(repository / "posts")) == ["a.md", "deep/b.md"]


@pytest.mark.parametrize(
    "name",
    ["新闻.md", 'a "b".md', "tab\tand\nbreak.md", " lead and trail ", "-rf", "é.md", "e\u0301.md"],
)
def test_a_name_is_given_as_it_is(name: str, repository: Path) -> None:
    (repository / name).write_bytes(b"x")
    _commit(repository)
    assert _blobs(repository) == {name: blob_id(b"x")}


def test_a_name_that_is_not_utf8_is_given_as_the_file_system_gives_it(repository: Path) -> None:
    name = os.fsdecode(b"caf\xe9.md")
    (repository / name).write_bytes(b"x")
    _commit(repository)
    assert list(_blobs(repository)) == [name]


def test_a_submodule_is_no_blob(repository: Path) -> None:
    (repository / "a.md").write_bytes(b"a")
    first = _commit(repository)
    _git(repository, "update-index", "--add", "--cacheinfo", f"160000,{first},vendored")
    _git(repository, "commit", "--quiet", "--message", "submodule")
    assert list(_blobs(repository)) == ["a.md"]


def test_variables_that_point_git_elsewhere_are_not_followed(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "a.md").write_bytes(b"a")
    _commit(repository)
    monkeypatch.setenv("GIT_DIR", str(repository / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(repository))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert git_head(elsewhere) is None


def test_nothing_that_the_repository_configures_is_run(repository: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{ran}'\nexit 1\n")
    program.chmod(0o755)
    (repository / "a.md").write_bytes(b"a")
    (repository / ".gitattributes").write_text("* filter=own diff=own merge=own\n")
    _signed(repository, _commit(repository))
    for name in (
        *("core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "core.askPass"),
        *("gpg.program", "gpg.ssh.program", "diff.external", "diff.own.textconv"),
        *("filter.own.clean", "filter.own.smudge", "filter.own.process", "pager.log"),
        *("credential.helper", "uploadpack.packObjectsHook"),
    ):
        _git(repository, "config", name, str(program))
    _git(repository, "config", "log.showSignature", "true")
    _git(repository, "config", "core.hooksPath", str(tmp_path))
    assert set(_blobs(repository)) == {"a.md", ".gitattributes"}
    assert not ran.exists()


def _signed(repository: Path, commit: str) -> None:
    """Give HEAD a signature, which `log.showSignature` would have a program look at."""
    raw = _git(repository, "cat-file", "commit", commit)
    header, _, message = raw.partition("\n\n")
    armour = "-----BEGIN PGP SIGNATURE-----\n \n aaaa\n -----END PGP SIGNATURE-----"
    signed = f"{header}\ngpgsig {armour}\n\n{message}\n".encode()
    made = _git(repository, "hash-object", "-t", "commit", "-w", "--stdin", data=signed)
    _git(repository, "update-ref", "HEAD", made)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("i18n.logOutputEncoding", "UTF-16"),
        ("color.ui", "always"),
        ("log.showRoot", "true"),
        ("log.follow", "true"),
        ("format.pretty", "fuller"),
        ("log.decorate", "full"),
        ("core.quotePath", "true"),
        ("core.abbrev", "4"),
    ],
)
def test_how_the_repository_likes_its_log_does_not_matter(
    option: str, value: str, repository: Path
) -> None:
    (repository / "新.md").write_bytes(b"a")
    commit = _commit(repository)
    _git(repository, "config", option, value)
    assert _head(repository) == GitHead(commit, COMMITTED)
    assert _blobs(repository) == {"新.md": blob_id(b"a")}


def test_blob_id_is_no_plain_digest() -> None:
    assert blob_id(b"a") != hashlib.sha1(b"a").hexdigest()
