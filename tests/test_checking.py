"""The linter: which files are checked, what their paths are called, in which order it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpuskit.checking import CheckResult, check
from corpuskit.codes import Code, Severity
from corpuskit.errors import UsageError
from corpuskit.model import Place, diagnose
from corpuskit.progress import Progress, Stage

GOOD = "---\ntitle: A\ndate: 2021-03-04\n---\nSome body.\n"
UNDATED = "---\ntitle: A\n---\nSome body.\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, empty."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def _write(*paths: str, text: str = UNDATED) -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text)


def _said(result: CheckResult) -> list[tuple[str | None, Code]]:
    return [(d.path, d.code) for d in result.diagnostics]


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("posts", "posts/deep/a.md"),
        ("posts/", "posts/deep/a.md"),
        ("posts/deep", "posts/deep/a.md"),
        (".", "posts/deep/a.md"),
        ("../site/posts", "../site/posts/deep/a.md"),
        ("posts/deep/a.md", "posts/deep/a.md"),
        ("../site/posts/deep/a.md", "../site/posts/deep/a.md"),
    ],
)
def test_paths_are_as_the_user_would_type_them(typed: str, path: str) -> None:
    _write("posts/deep/a.md")
    assert _said(check(typed)) == [(path, Code.MISSING_FIELD)]
    assert _said(check(Path(typed))) == [(path, Code.MISSING_FIELD)]
    assert Path(path).is_file()


def test_an_absolute_path_stays_one(folder: Path) -> None:
    _write("posts/a.md")
    assert _said(check(folder / "posts")) == [(f"{folder}/posts/a.md", Code.MISSING_FIELD)]


@pytest.mark.parametrize("name", ["a.txt", "a", "a.MD", ".a", "drafts.bak"])
def test_a_file_that_is_named_is_checked_whatever_its_ending(name: str) -> None:
    _write(name)
    _write("other/b.md", text=GOOD)
    assert _said(check(name)) == [(name, Code.MISSING_FIELD)]
    assert check(".") == CheckResult(1, ())


def test_a_file_that_is_named_is_checked_though_patterns_leave_it_out() -> None:
    _write("a.md", "b.md")
    assert check("a.md", exclude=["a.md"]).sources == 1
    assert _said(check(".", exclude=["a.md"])) == [("b.md", Code.MISSING_FIELD)]


def test_a_folder_is_checked_by_the_patterns() -> None:
    _write("a.md", "b.txt", "c/d.txt")
    assert [d.path for d in check(".", include=["*.txt"]).diagnostics] == ["b.txt", "c/d.txt"]


def test_files_are_told_in_order_whatever_becomes_of_them() -> None:
    """Errors of some that are no rows, a warning of one that is, and an empty file."""
    _write("a.md", "d.md")
    _write("b.md", text="---\ntitle: T\ndate: 2021-03-04\ntags:\n  -\n---\nText.\n")
    _write("c.md", text="")
    assert [path for path, _ in _said(check("."))] == ["a.md", "b.md", "c.md", "d.md"]


def test_files_and_folders_are_told_in_the_order_in_which_they_are_named() -> None:
    _write("z.md", "b/2.md", "b/1.md", "a.md")
    result = check(["z.md", "b", "a.md"])
    assert [d.path for d in result.diagnostics] == ["z.md", "b/1.md", "b/2.md", "a.md"]
    assert result.sources == 4


def test_a_file_that_is_named_twice_is_checked_twice() -> None:
    _write("a.md")
    assert _said(check(["a.md", "a.md"])) == [("a.md", Code.MISSING_FIELD)] * 2


SCHEMA = """
fields:
- {name: title, type: string, constraints: {maxLength: 3}, x-corpuskit: {warn: {maxLength: 1}}}
- {name: tags, type: list, itemType: string}
- {name: token, type: string, constraints: {maxLength: 3}}
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "---\ntitle: ab\ntags:\n- \n---\nbody",
            [(Code.TOO_LONG, 2), (Code.EMPTY_ITEM, 4)],
        ),
        (
            "---\ntags:\n- \ntitle: ab\n---\nbody",
            [(Code.EMPTY_ITEM, 3), (Code.TOO_LONG, 4)],
        ),
        (
            "---\ntags:\n- \ntitle: abcd\nx: @y\n---\nbody",
            [
                *((Code.EMPTY_ITEM, 3), (Code.TOO_LONG, 4), (Code.TOO_LONG, 4)),
                (Code.RESERVED_INDICATOR, 5),
            ],
        ),
    ],
    ids=["constraint first", "constraint last", "rejected"],
)
def test_diagnostics_of_a_file_are_in_the_order_of_their_places(
    text: str, said: list[tuple[Code, int]]
) -> None:
    """Constraints are checked after all else, which must not show."""
    _write("schema.yaml", text=SCHEMA)
    _write("a.md", text=text)
    found = check("a.md", schema="schema.yaml").diagnostics
    assert [(d.code, d.place and d.place.line) for d in found] == said


def test_a_breach_of_a_constraint_is_told_at_the_value() -> None:
    _write("schema.yaml", text=SCHEMA)
    _write("a.md", text="---\ntags: [x]\ntitle: 'abcd'\n---\nbody")
    found = check("a.md", schema="schema.yaml").diagnostics
    assert {d.severity for d in found} == {Severity.ERROR, Severity.WARNING}
    for breach in found:
        assert (breach.place, breach.field, breach.value) == (Place(3, 8, 6), "title", "abcd")


def test_a_secret_that_breaks_a_constraint_is_masked() -> None:
    _write("schema.yaml", text=SCHEMA)
    _write("a.md", text="---\ntoken: hunter2\n---\nbody")
    (found,) = check("a.md", schema="schema.yaml").diagnostics
    assert found.code is Code.TOO_LONG
    assert "hunter2" not in repr(found)


def test_nothing_is_compared_across_files() -> None:
    _write("a.md", "b.md", text=GOOD.replace("Some", "Some long " * 9))
    assert check(".").diagnostics == ()


@pytest.mark.parametrize("path", ["_drafts/a.md", "posts/_drafts/deep/a.md"])
def test_nothing_is_said_of_drafts(path: str) -> None:
    _write(path)
    _write("b.md", text="---\ndraft: true\n---\n")
    result = check(".")
    assert (result.sources, result.diagnostics) == (2, ())


def test_what_cannot_be_read_is_told_without_a_place() -> None:
    Path("a.md").symlink_to("gone.md")
    (found,) = check(".").diagnostics
    assert (found.path, found.code, found.place) == ("a.md", Code.BROKEN_LINK, None)


def test_one_bad_file_hides_no_other() -> None:
    _write("a.md", text='{"title": "\\ud800", "date": "2021-03-04"}\nbody')
    _write("b.md", text="+++\ntitle = 'B'\nx = " + "1" * 5_000 + "\n+++\nbody")
    _write("c.md")
    result = check(".")
    assert result.sources == 3
    assert ("c.md", Code.MISSING_FIELD) in _said(result)


def test_errors_are_what_rejects() -> None:
    severities = (Severity.ERROR, Severity.WARNING, Severity.INFO, Severity.ERROR)
    found = tuple(diagnose(Code.TOO_LONG, "m", severity=s) for s in severities)
    assert CheckResult(9, found).errors == 2
    assert CheckResult(9, ()).errors == 0


def test_a_good_file_has_nothing_to_tell() -> None:
    _write("a.md", text=GOOD)
    assert check("a.md") == CheckResult(1, ())


@pytest.mark.parametrize(
    ("files", "include", "exclude", "said"),
    [
        ([], [], [], "posts, more: there is no file to check"),
        (
            ["posts/a.txt", "more/b.txt", "c.md"],
            [],
            [],
            r"posts, more: no .* try --include '\*\.txt'",
        ),
        (["posts/a.md"], ["*.qmd"], [], r"no file matches \*\.qmd; .*'\*\.md'$"),
        (["posts/a.md"], [], ["a*"], r"all files that match \*\.md, .* are excluded$"),
    ],
    ids=["no files", "another ending", "another pattern", "excluded"],
)
def test_nothing_to_check_is_a_usage_error(
    files: list[str], include: list[str], exclude: list[str], said: str
) -> None:
    """A green end would say that a folder which was mistyped is sound."""
    Path("posts").mkdir()
    Path("more").mkdir()
    _write(*files)
    with pytest.raises(UsageError, match=said):
        check(["posts", "more"], include=include, exclude=exclude)


def test_a_glob_that_matches_nothing_is_a_usage_error() -> None:
    _write("posts/a.txt", "b.md")
    with pytest.raises(UsageError, match=r"no file matches \*\.qmd$"):
        check("posts/*.qmd")


def test_a_folder_without_sources_is_no_error_beside_one_with_some() -> None:
    Path("empty").mkdir()
    _write("a.md", text=GOOD)
    assert check(["empty", "a.md"]) == CheckResult(1, ())


def test_checking_writes_nothing(folder: Path) -> None:
    _write("a.md")
    before = sorted(folder.parent.rglob("*"))
    check(".")
    assert sorted(folder.parent.rglob("*")) == before


def test_a_path_that_is_not_there_is_a_usage_error() -> None:
    _write("a.md")
    with pytest.raises(UsageError, match=r"gone\.md"):
        check(["a.md", "gone.md"])


class _Heard(Progress):
    def __init__(self) -> None:
        self.stages: list[tuple[Stage, int | None]] = []
        self.done = [0, 0]

    def stage(self, name: Stage, total: int | None = None) -> None:
        self.stages.append((name, total))
        self.done = [0, 0]

    def advance(self, count: int, size: int) -> None:
        self.done[0] += count
        self.done[1] += size


def test_progress_hears_of_every_file_and_byte() -> None:
    _write("a.md", "b.md")
    Path("c.md").symlink_to("gone.md")
    heard = _Heard()
    check(".", progress=heard)
    assert heard.stages == [("discover", None), ("parse", 3)]
    assert heard.done == [3, 2 * len(UNDATED)]


def test_many_files_are_told_as_few_are() -> None:
    """More files than are checked in the caller go to worker processes."""
    names = [f"{n:02d}.md" for n in range(40)]
    _write(*names[::2])
    _write(*names[1::2], text="---\ntitle: A\ntags:\n- \n---\n")
    together = check(".", workers=2)
    alone = [found for name in names for found in check(name).diagnostics]
    assert together.diagnostics == tuple(alone)
    assert together.sources == 40
