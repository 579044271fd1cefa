"""What a build learns from git, and that nothing of a repository's is run for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import corpuskit

if TYPE_CHECKING:
    from tests.building.conftest import Built, Corpus

COMMITTED = "2023-02-03T04:05:06+00:00"


def git(folder: Path, *arguments: str) -> str:
    who = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
    who |= {key.replace("AUTHOR", "COMMITTER"): value for key, value in who.items()}
    dates = {"GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z", "GIT_COMMITTER_DATE": COMMITTED}
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env={**os.environ, **who, **dates},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.fixture
def committed(corpus: Corpus) -> Corpus:
    """Three articles, all of them in a repository's only commit."""
    for path in ("a.md", "b/b.md", "b/é.md"):
        corpus.article(path)
    git(corpus.src, "init", "--quiet")
    git(corpus.src, "add", ".")
    git(corpus.src, "commit", "--quiet", "--message", "Three articles")
    return corpus


def provenance(built: Built) -> tuple[object, object]:
    """The commit that the manifest names, and whether the sources were others."""
    sources = built.manifest["sources"]
    assert isinstance(sources, dict)
    return sources["git_commit"], sources["dirty"]


def test_a_clean_checkout_gives_commit_and_build_time(committed: Corpus) -> None:
    built = committed.build(created=None)
    assert provenance(built) == (git(committed.src, "rev-parse", "HEAD"), False)
    assert built.manifest["created"] == "2023-02-03T04:05:06Z"


def test_a_stated_time_goes_before_that_of_the_commit(committed: Corpus) -> None:
    built = committed.build(created="2024-01-01T00:00:00Z")
    assert built.manifest["created"] == "2024-01-01T00:00:00Z"
    assert provenance(built)[1] is False


def test_a_folder_inside_of_a_repository_has_its_commit(committed: Corpus) -> None:
    inside = type(committed)(committed.src / "b", committed.out)
    assert provenance(inside.build()) == (git(committed.src, "rev-parse", "HEAD"), False)


def test_outside_of_git_there_is_no_commit(corpus: Corpus) -> None:
    corpus.article("a.md")
    assert provenance(corpus.build()) == (None, None)


def test_a_repository_without_a_commit_is_none(corpus: Corpus) -> None:
    corpus.article("a.md")
    git(corpus.src, "init", "--quiet")
    assert provenance(corpus.build()) == (None, None)


def test_files_that_are_no_sources_may_be_changed(committed: Corpus) -> None:
    committed.write("notes.txt", "not in the commit")
    assert provenance(committed.build())[1] is False


def test_a_rejected_source_may_be_committed_too(committed: Corpus) -> None:
    committed.write("bad.md", "no front matter")
    git(committed.src, "add", ".")
    git(committed.src, "commit", "--quiet", "--message", "A bad one")
    assert provenance(committed.build())[1] is False


def test_a_committed_name_that_is_not_utf8_is_rejected_and_no_more(committed: Corpus) -> None:
    committed.write(os.fsdecode(b"caf\xe9.md"), "---\ntitle: T\ndate: 2021-03-04\n---\nText.\n")
    git(committed.src, "add", ".")
    git(committed.src, "commit", "--quiet", "--message", "A name")
    built = committed.build()
    assert built.counts == (4, 3, 1, 0, 0)
    assert built.codes("caf\\xe9.md") == ["CK114"]


def test_of_a_repository_that_uses_sha256_the_sources_count_as_changed(corpus: Corpus) -> None:
    """Their blob ids are others than those that are computed here."""
    corpus.article("a.md")
    git(corpus.src, "init", "--quiet", "--object-format=sha256")
    git(corpus.src, "add", ".")
    git(corpus.src, "commit", "--quiet", "--message", "One article")
    assert provenance(corpus.build()) == (git(corpus.src, "rev-parse", "HEAD"), True)


def changed(corpus: Corpus) -> None:
    corpus.article("a.md", title="Another title")


def untracked(corpus: Corpus) -> None:
    corpus.article("new.md")


def staged(corpus: Corpus) -> None:
    corpus.article("new.md")
    git(corpus.src, "add", ".")


def deleted(corpus: Corpus) -> None:
    (corpus.src / "a.md").unlink()


def renamed(corpus: Corpus) -> None:
    (corpus.src / "a.md").rename(corpus.src / "c.md")


def swapped(corpus: Corpus) -> None:
    one, other, aside = (corpus.src / name for name in ("a.md", "b/b.md", "aside"))
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def copied(corpus: Corpus) -> None:
    shutil.copy(corpus.src / "a.md", corpus.src / "copy.md")


def unreadable(corpus: Corpus) -> None:
    (corpus.src / "gone.md").symlink_to("nowhere")


@pytest.mark.parametrize(
    "change", [changed, untracked, staged, deleted, renamed, swapped, copied, unreadable]
)
def test_sources_that_are_not_those_of_the_commit_are_dirty(
    committed: Corpus, change: Callable[[Corpus], None]
) -> None:
    change(committed)
    built = committed.build()
    assert provenance(built) == (git(committed.src, "rev-parse", "HEAD"), True)


def test_a_dirty_checkout_does_not_have_the_time_of_its_commit(committed: Corpus) -> None:
    changed(committed)
    built = committed.build(created=None)
    assert built.manifest["created"] != "2023-02-03T04:05:06Z"


@pytest.fixture
def trapped(committed: Corpus, tmp_path: Path) -> Path:
    """Fill the repository with programs that git can be told to run; where each leaves its mark."""
    marks = tmp_path / "marks"
    marks.mkdir()
    script = tmp_path / "trap.sh"
    script.write_text(f'#!/bin/sh\ntouch "{marks}/$1"\ncat\n')
    script.chmod(0o755)
    sign_last_commit(committed.src)
    programs = (
        "core.fsmonitor core.pager core.editor core.sshCommand core.askPass pager.log "
        "pager.ls-tree filter.trap.clean filter.trap.smudge filter.trap.process "
        "diff.trap.textconv diff.trap.command diff.external credential.helper"
    )
    settings = {key: f"{script} {key}" for key in programs.split()} | {
        "gpg.program": str(script),
        "log.showSignature": "true",
        "core.hooksPath": str(tmp_path),
        "filter.trap.required": "true",
        "alias.log": f"!{script} alias",
        "alias.ls-tree": f"!{script} alias",
    }
    for key, value in settings.items():
        git(committed.src, "config", key, value)
    committed.write(".git/info/attributes", "* filter=trap diff=trap\n")
    os.utime(committed.src / "a.md", (1, 1))
    return marks


def sign_last_commit(folder: Path) -> None:
    """Give the last commit a signature, which `git log` can be told to have checked."""
    commit = git(folder, "cat-file", "commit", "HEAD")
    head, _, message = commit.partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n none\n -----END PGP SIGNATURE-----"
    signed = folder.parent / "commit"
    signed.write_text(f"{head}\n{signature}\n\n{message}\n")
    git(folder, "reset", "--soft", git(folder, "hash-object", "-t", "commit", "-w", str(signed)))


def test_what_a_repository_configures_to_be_run_is_not_run(
    committed: Corpus, trapped: Path
) -> None:
    built = committed.build(created=None)
    assert provenance(built)[1] is False
    assert built.manifest["created"] == "2023-02-03T04:05:06Z"
    assert list(trapped.iterdir()) == []


def test_the_traps_above_are_set(committed: Corpus, trapped: Path) -> None:
    for command in ("status", "log"):
        subprocess.run(["git", command], cwd=committed.src, capture_output=True, check=False)
    found = {mark.name for mark in trapped.iterdir()}
    assert found >= {"core.fsmonitor", "filter.trap.process", "--keyid-format=long"}


@pytest.fixture
def promised(committed: Corpus, tmp_path: Path) -> Path:
    """Make it a partial clone that lacks a tree, its remote a program; where that leaves a mark."""
    mark = tmp_path / "mark"
    tree = git(committed.src, "rev-parse", "HEAD:b")
    (committed.src / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    for key, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "trap",
        "remote.trap.promisor": "true",
        "remote.trap.url": f"ext::touch {mark}",
        "protocol.ext.allow": "always",
    }.items():
        git(committed.src, "config", key, value)
    return mark


def test_an_object_that_is_missing_is_not_fetched(committed: Corpus, promised: Path) -> None:
    assert committed.build().status == "published"
    assert not promised.exists()


def test_the_remote_above_would_be_asked(committed: Corpus, promised: Path) -> None:
    command = ["git", "ls-tree", "-r", "HEAD"]
    subprocess.run(command, cwd=committed.src, capture_output=True, check=False)
    assert promised.exists()


def test_a_commit_that_stands_in_for_another_is_not_taken_for_it(committed: Corpus) -> None:
    """`git replace` shows the contents of one under the name of the other."""
    first = git(committed.src, "rev-parse", "HEAD")
    changed(committed)
    git(committed.src, "commit", "--quiet", "--all", "--message", "Another title")
    git(committed.src, "replace", first, git(committed.src, "rev-parse", "HEAD"))
    git(committed.src, "update-ref", "HEAD", first)
    assert provenance(committed.build()) == (first, True)


def test_git_that_is_not_there_is_no_hindrance(
    committed: Corpus, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert provenance(committed.build()) == (None, None)


def test_the_callers_git_variables_do_not_name_the_repository(
    committed: Corpus, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commit = git(committed.src, "rev-parse", "HEAD")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "none.git"))
    assert provenance(committed.build())[0] == commit


def _permalink(built: Built, path: str) -> str | None:
    return corpuskit.trace(corpuskit.load(built.path), path).permalink


@pytest.mark.parametrize(("below", "prefix"), [("", ""), ("posts", ""), ("site/posts", "site/")])
def test_a_row_leads_to_its_source_in_the_commit(corpus: Corpus, below: str, prefix: str) -> None:
    """Whether the repository, the configuration and the articles begin at one folder or at three.

    `posts` of a repository: the paths of rows begin at the folder of the configuration.
    """
    articles = replace(corpus, src=corpus.src / below)
    articles.article("é 1.md")
    config = '[dataset]\nhomepage = "https://github.com/o/r"\n'
    corpus.write(f"{prefix}corpuskit.toml", config)
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        git(corpus.src, *arguments)
    built = articles.build()
    (path,) = built.column("path")
    assert f"{prefix}{path}" == f"{below}/é 1.md".removeprefix("/")
    commit = git(corpus.src, "rev-parse", "HEAD")
    way = f"{below}/%C3%A9%201.md".removeprefix("/")
    assert _permalink(built, str(path)) == f"https://github.com/o/r/blob/{commit}/{way}"
    assert corpuskit.verify(built.path) == ()
    articles.article("é 1.md", title="Changed")
    assert _permalink(articles.build(), str(path)) is None


def test_a_root_above_the_repository_has_no_links(corpus: Corpus) -> None:
    """The paths of rows begin with a folder that the repository is in."""
    inner = replace(corpus, src=corpus.src / "inner")
    inner.article("a.md")
    corpus.write("corpuskit.toml", '[dataset]\nhomepage = "https://github.com/o/r"\n')
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        git(inner.src, *arguments)
    built = inner.build()
    assert provenance(built)[1] is False
    assert _permalink(built, "inner/a.md") is None
