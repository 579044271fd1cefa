"""Whatever lies in the source folder, the rest of it is published."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import corpuskit
from corpuskit.progress import Stage

if TYPE_CHECKING:
    from tests.building.conftest import Corpus

NOBODY = 65534
FRONT = "---\ntitle: A title\ndate: 2021-03-04\n"


def random_bytes(file: Path) -> None:
    file.write_bytes(random.Random(7).randbytes(4096))


def nothing(file: Path) -> None:
    file.write_bytes(b"")


def twenty_megabytes(file: Path) -> None:
    with file.open("wb") as opened:
        opened.truncate(20_000_000)


def named_pipe(file: Path) -> None:
    os.mkfifo(file)


def unix_socket(file: Path) -> None:
    # The path of a socket is short, that of a test is not.
    with socket.socket(socket.AF_UNIX) as bound, in_folder(file.parent):
        bound.bind(file.name)


def dangling_link(file: Path) -> None:
    file.symlink_to("nowhere.md")


def link_to_itself(file: Path) -> None:
    file.symlink_to(file.name)


def link_out_of_the_root(file: Path) -> None:
    outside = file.parents[1] / "outside.md"
    outside.write_text(f"{FRONT}---\nWhat is outside stays outside.\n")
    file.symlink_to(outside)


def brackets(file: Path) -> None:
    file.write_text(f"{FRONT}deep: {'[' * 200_000}\n---\nText.\n")


def indents(file: Path) -> None:
    nested = "".join(f"{' ' * depth}a:\n" for depth in range(300))
    file.write_text(f"{FRONT}{nested}---\nText.\n")


def deep_json(file: Path) -> None:
    file.write_text('{"a":' * 5000 + "1" + "}" * 5000 + "\n\nText.\n")


def billion_laughs(file: Path) -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 12))
    file.write_text(f"{FRONT}l0: &l0 ha\n{levels}\n---\nText.\n")


def nested_divs(file: Path) -> None:
    file.write_text(f"{FRONT}---\n{'<div>' * 100_000}Text.\n")


def no_end(file: Path) -> None:
    file.write_text(f"{FRONT}{'key: value' * 10}\n")


def tag_of_python(file: Path) -> None:
    file.write_text(f"{FRONT}run: !!python/object/apply:os.system [exit]\n---\n")


@contextmanager
def in_folder(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (random_bytes, "CK108"),
        (nothing, "CK106"),
        (twenty_megabytes, "CK105"),
        (named_pipe, "CK102"),
        (unix_socket, "CK102"),
        (dangling_link, "CK103"),
        (link_to_itself, "CK103"),
        (link_out_of_the_root, "CK104"),
        (brackets, "CK207"),
        (indents, "CK207"),
        (deep_json, "CK207"),
        (billion_laughs, "CK208"),
        (nested_divs, "CK403"),
        (no_end, "CK202"),
        (tag_of_python, "CK401"),
    ],
)
def test_one_bad_source_is_one_rejection_and_costs_no_other(
    corpus: Corpus, make: Callable[[Path], None], code: str
) -> None:
    corpus.article("a.md")
    corpus.article("z.md")
    make(corpus.src / "odd.md")
    built = corpus.build()
    assert built.counts == (3, 2, 1, 0, 0)
    errors = [d for d in built.audit("diagnostics") if d["severity"] == "error"]
    assert [(d["path"], d["code"]) for d in errors] == [("odd.md", code)]
    assert [(r["path"], r["codes"]) for r in built.audit("rejected")] == [("odd.md", [code])]
    assert corpuskit.verify(built.path) == ()


def test_a_name_that_is_not_utf_8_is_shown_escaped(corpus: Corpus) -> None:
    good = corpus.article("a.md")
    Path(os.fsdecode(os.fsencode(corpus.src) + b"/caf\xe9.md")).write_bytes(good.read_bytes())
    built = corpus.build()
    assert built.counts == (2, 1, 1, 0, 0)
    assert built.codes("caf\\xe9.md") == ["CK114"]
    assert corpuskit.verify(built.path) == ()


def test_a_folder_whose_name_is_not_utf_8_costs_only_what_is_in_it(corpus: Corpus) -> None:
    good = corpus.article("a.md")
    folder = Path(os.fsdecode(os.fsencode(corpus.src) + b"/caf\xe9"))
    folder.mkdir()
    for name in ("1.md", "2.md"):
        (folder / name).write_bytes(good.read_bytes())
    built = corpus.build(max_rejected=1.0)
    assert built.counts == (3, 1, 2, 0, 0)
    assert corpuskit.verify(built.path) == ()


def test_a_name_like_the_escape_of_another_is_still_a_source_of_its_own(corpus: Corpus) -> None:
    corpus.article("a.md")
    corpus.article("caf\\xe9.md")
    Path(os.fsdecode(os.fsencode(corpus.src) + b"/caf\xe9.md")).write_bytes(b"x")
    built = corpus.build()
    assert built.counts == (3, 2, 1, 0, 0)
    assert corpuskit.verify(built.path) == ()


@pytest.mark.parametrize(
    "name",
    [
        "new\nline.md",
        "tab\t.md",
        " .md",
        "-rf.md",
        '"quoted".md',
        "back\\slash.md",
        "%41.md",
        "*.md",
    ],
)
def test_an_odd_name_is_a_name(corpus: Corpus, name: str) -> None:
    corpus.article(name)
    built = corpus.build()
    assert built.column("path") == [name]
    assert corpuskit.verify(built.path) == ()


def test_links_to_folders_are_not_followed(corpus: Corpus, tmp_path: Path) -> None:
    corpus.article("real/a.md")
    (corpus.src / "again").symlink_to("real")
    (corpus.src / "again.md").symlink_to("real")
    (corpus.src / "real" / "up").symlink_to("..")
    (corpus.src / "out").symlink_to(tmp_path)
    assert corpus.build().column("path") == ["real/a.md"]


def test_a_link_to_a_file_of_the_corpus_is_a_source(corpus: Corpus) -> None:
    corpus.article("a.md")
    (corpus.src / "b.md").symlink_to("a.md")
    assert corpus.build().counts == (2, 1, 0, 1, 0)


def test_a_folder_that_is_named_like_a_source_is_a_folder(corpus: Corpus) -> None:
    corpus.article("folder.md/a.md")
    assert corpus.build().column("path") == ["folder.md/a.md"]


def test_releases_below_the_source_folder_are_no_sources(corpus: Corpus) -> None:
    corpus.article("a.md")
    published = corpus.build()
    shutil.copytree(published.path, corpus.src / "old" / "release")
    inside = corpus.build(out=corpus.src / "datasets")
    assert inside.counts == (1, 1, 0, 0, 0)
    again = corpus.build(out=corpus.src / "datasets")
    assert (again.status, again.counts) == ("unchanged", (1, 1, 0, 0, 0))


def test_a_dataset_below_the_source_folder_is_no_source(corpus: Corpus) -> None:
    """Its README.md and CHANGELOG.md are documents of ours."""
    corpus.article("a.md")
    corpus.build(out=corpus.src / "datasets")
    assert corpus.build(out=corpus.out).counts == (1, 1, 0, 0, 0)


@pytest.fixture
def open_corpus(corpus: Corpus) -> Iterator[Corpus]:
    """A corpus in a folder that every user may enter; pytest's own are for their owner alone."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    out = folder / "datasets"
    out.mkdir()
    if os.geteuid() == 0:
        os.chown(out, NOBODY, NOBODY)
    opened = replace(corpus, src=folder / "articles", out=out)
    opened.src.mkdir()
    yield opened
    for path in opened.src.iterdir():
        path.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def without_privileges() -> Iterator[None]:
    """Be a user for whom permissions count; who is root is nobody for a while."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def test_what_may_not_be_read_is_rejected(open_corpus: Corpus, corpus: Corpus) -> None:
    corpus.article("first.md")
    corpus.build()  # imports what nobody may not be allowed to read
    open_corpus.article("a.md")
    open_corpus.article("locked.md").chmod(0)
    open_corpus.article("closed/b.md")
    (open_corpus.src / "closed").chmod(0)
    with without_privileges():
        built = open_corpus.build(max_rejected=1.0)
    assert built.counts == (3, 1, 2, 0, 0)
    assert (built.codes("locked.md"), built.codes("closed/")) == (["CK101"], ["CK101"])
    assert corpuskit.verify(built.path) == ()


def test_a_folder_that_may_not_be_written_to_is_said_so(
    open_corpus: Corpus, corpus: Corpus
) -> None:
    corpus.article("first.md")
    corpus.build()
    open_corpus.article("a.md")
    open_corpus.out.chmod(0o555)
    with (
        without_privileges(),
        pytest.raises(corpuskit.UnfinishedError, match=r"datasets/corpus: Permission denied"),
    ):
        open_corpus.build()


class KillsWorker(corpuskit.Progress):
    """Kills one of this process's workers, once, when the first sources are parsed."""

    def __init__(self) -> None:
        self.at: Stage = "discover"
        self.killed: list[int] = []

    def stage(self, name: Stage, total: int | None = None) -> None:
        """Note which one it is."""
        super().stage(name, total)
        self.at = name

    def advance(self, count: int, size: int) -> None:
        """Kill it, unless that was done."""
        super().advance(count, size)
        if self.at == "parse" and not self.killed:
            self.killed += workers()[:1]
            os.kill(self.killed[0], signal.SIGKILL)


def workers() -> list[int]:
    """The worker processes of this one."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == os.getpid() and b"serve(" in command:
            found.append(int(folder.name))
    return found


def test_a_worker_that_is_killed_costs_nothing(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for number in range(2000):
        corpus.article(f"{number:04d}.md", f"The text of article {number}, as it should be.")
    progress = KillsWorker()
    corpus.build(out=corpus.out / "killed", workers=2, progress=progress)
    assert len(progress.killed) == 1
    corpus.build(out=corpus.out / "whole")
    assert corpus.contents(corpus.out / "killed") == corpus.contents(corpus.out / "whole")


def test_what_disappears_between_listing_and_reading_is_rejected(corpus: Corpus) -> None:
    corpus.article("a.md")
    gone = corpus.article("gone.md")

    class Deletes(corpuskit.Progress):
        def stage(self, name: Stage, total: int | None = None) -> None:
            super().stage(name, total)
            if name == "parse":
                gone.unlink()

    built = corpus.build(progress=Deletes())
    assert built.counts == (2, 1, 1, 0, 0)
    assert built.codes("gone.md") == ["CK101"]
