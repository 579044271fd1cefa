"""From a folder to sources: patterns, order, and what is never entered."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpuskit.codes import Code
from corpuskit.discover import Discovery, discover
from corpuskit.errors import UsageError

MARKDOWN = ("*.md",)


def _make(root: Path, *paths: str) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x")
    return root


def _paths(found: Discovery) -> list[str]:
    return [source.path for source in found.sources]


def _faults(found: Discovery) -> dict[str, Code | None]:
    return {s.path: s.fault.code if s.fault else None for s in found.sources}


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        (["*.md"], ["README.md", "posts/a.md", "posts/deep/b.md"]),
        (["*.md", "*.txt"], ["README.md", "posts/a.md", "posts/c.txt", "posts/deep/b.md"]),
        (["a.*"], ["posts/a.html", "posts/a.md"]),
        (["/*.md"], ["README.md"]),
        (["posts/*.md"], ["posts/a.md"]),
        (["posts/**/*.md"], ["posts/a.md", "posts/deep/b.md"]),
        (["deep/*.md"], []),
        (["**/deep/*.md"], ["posts/deep/b.md"]),
        (["posts/"], ["posts/a.html", "posts/a.md", "posts/c.txt", "posts/deep/b.md"]),
        (["deep"], ["posts/deep/b.md"]),
        (["[ab].md"], ["posts/a.md", "posts/deep/b.md"]),
        (["?.md"], ["posts/a.md", "posts/deep/b.md"]),
        (["*.MD"], []),
        (["# *.md", "", "*.txt"], ["posts/c.txt"]),
        (["*.md", "!README.md"], ["posts/a.md", "posts/deep/b.md"]),
        (["*", "!*.html", "!*.txt"], ["README.md", "posts/a.md", "posts/deep/b.md"]),
        (["!README.md", "*.md"], ["README.md", "posts/a.md", "posts/deep/b.md"]),
        (["README.md", "!*.md", "a.md"], ["posts/a.md"]),
    ],
    ids=" ".join,
)
def test_include_has_the_meaning_of_gitignore(
    include: Sequence[str], expected: list[str], tmp_path: Path
) -> None:
    _make(
        tmp_path,
        *("README.md", "posts/a.md", "posts/a.html", "posts/c.txt", "posts/deep/b.md"),
    )
    assert _paths(discover(tmp_path, tuple(include))) == expected


@pytest.mark.parametrize(
    ("exclude", "expected"),
    [
        (["scaffolds/"], ["posts/a.md", "posts/scaffolds.md", "top.md"]),
        (["scaffolds"], ["posts/a.md", "posts/scaffolds.md", "top.md"]),
        (
            ["/scaffolds/"],
            ["posts/a.md", "posts/scaffolds.md", "posts/scaffolds/s.md", "top.md"],
        ),
        (["*.md", "!top.md"], ["top.md"]),
        (["posts/**"], ["scaffolds/s.md", "top.md"]),
        (["a.md", "top.md"], ["posts/scaffolds.md", "posts/scaffolds/s.md", "scaffolds/s.md"]),
        (
            [],
            [
                "posts/a.md",
                "posts/scaffolds.md",
                "posts/scaffolds/s.md",
                "scaffolds/s.md",
                "top.md",
            ],
        ),
    ],
    ids=" ".join,
)
def test_exclude_goes_before_include(
    exclude: Sequence[str], expected: list[str], tmp_path: Path
) -> None:
    _make(
        tmp_path,
        *("posts/a.md", "posts/scaffolds/s.md", "posts/scaffolds.md"),
        *("scaffolds/s.md", "top.md"),
    )
    assert _paths(discover(tmp_path, MARKDOWN, tuple(exclude))) == expected


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        (["*.md"], ["x.md/a.md", "x.md/in/b.md"]),
        (["*.m[d]"], ["x.md/a.md", "x.md/in/b.md"]),
        (["?.md"], ["x.md/a.md", "x.md/in/b.md"]),
        (["**/*.md"], ["x.md/a.md", "x.md/in/b.md"]),
        (["/*.md"], []),
        (["/*/*.md"], ["x.md/a.md"]),
        (["*.md", "!a.md"], ["x.md/in/b.md"]),
        (["*.png", "!*.md"], ["x.md/in/c.png"]),
        (["x.md"], ["x.md/a.md", "x.md/in/b.md", "x.md/in/c.png"]),
        (["x.*"], ["x.md/a.md", "x.md/in/b.md", "x.md/in/c.png"]),
        (["*.md/"], ["x.md/a.md", "x.md/in/b.md", "x.md/in/c.png"]),
        (["x.md/", "!c.png "], ["x.md/a.md", "x.md/in/b.md"]),
    ],
    ids=" ".join,
)
def test_a_folder_with_the_ending_of_an_article_is_no_article(
    include: Sequence[str], expected: list[str], tmp_path: Path
) -> None:
    """Its articles are found, and what else is in it is none unless the folder is asked for."""
    found = discover(_make(tmp_path, "x.md/a.md", "x.md/in/b.md", "x.md/in/c.png"), tuple(include))
    assert _paths(found) == expected
    assert found.ignored == 3 - len(expected)


def test_patterns_are_held_against_the_path_below_the_root(tmp_path: Path) -> None:
    _make(tmp_path, "posts/a.md", "posts/posts/b.md")
    found = discover(tmp_path / "posts", ("/posts/*.md",), root=tmp_path)
    assert _paths(found) == ["posts/a.md"]


def test_an_ending_alone_is_a_file_with_that_ending(tmp_path: Path) -> None:
    _make(tmp_path, ".md", "a.md", "amd")
    assert _paths(discover(tmp_path, MARKDOWN)) == [".md", "a.md"]


def test_sources_are_sorted_by_the_bytes_of_their_paths(tmp_path: Path) -> None:
    names = ["A.md", "a.md", "a/b.md", "a0.md", "z.md", "é.md", "ﬀ.md", "😀.md"]
    expected = sorted(names, key=str.encode)
    assert _paths(discover(_make(tmp_path, *names[::-1]), MARKDOWN)) == expected


def test_a_folder_is_no_unit_of_the_order(tmp_path: Path) -> None:
    """`a-b.md` < `a/b.md` < `a0.md`: the slash sorts as any other byte."""
    _make(tmp_path, "a/b.md", "a-b.md", "a0.md")
    assert _paths(discover(tmp_path, MARKDOWN)) == ["a-b.md", "a/b.md", "a0.md"]


@pytest.mark.parametrize("name", [".git", ".obsidian", "node_modules", "__pycache__"])
def test_hidden_and_foreign_folders_are_not_entered(name: str, tmp_path: Path) -> None:
    found = discover(_make(tmp_path, f"{name}/a.md", f"b/{name}/c/a.md", "a.md"), MARKDOWN)
    assert _paths(found) == ["a.md"]
    assert found.ignored == 0


@pytest.mark.parametrize("name", [".hidden.md", "node_modules.md", "a/..md"])
def test_files_with_names_of_such_folders_are_sources(name: str, tmp_path: Path) -> None:
    assert _paths(discover(_make(tmp_path, name), MARKDOWN)) == [name]


def test_a_hidden_folder_can_be_the_root_itself(tmp_path: Path) -> None:
    _make(tmp_path, ".notes/a.md")
    assert _paths(discover(tmp_path / ".notes", MARKDOWN)) == ["a.md"]


def test_a_published_release_is_not_entered(tmp_path: Path) -> None:
    marks = ("old/1.0.0/manifest.json", "old/1.0.0/SHA256SUMS")
    _make(tmp_path, *marks, "old/1.0.0/README.md", "old/1.0.0/data/a.md", "old/README.md")
    assert _paths(discover(tmp_path, MARKDOWN)) == ["old/README.md"]


@pytest.mark.parametrize("mark", ["manifest.json", "SHA256SUMS"])
def test_one_mark_makes_no_release(mark: str, tmp_path: Path) -> None:
    _make(tmp_path, f"app/{mark}", "app/a.md")
    assert _paths(discover(tmp_path, MARKDOWN)) == ["app/a.md"]


def test_the_folder_that_the_build_writes_to_is_not_entered(tmp_path: Path) -> None:
    _make(tmp_path, "datasets/x/README.md", "posts/datasets/a.md")
    found = discover(tmp_path, MARKDOWN, skip=tmp_path / "datasets")
    assert _paths(found) == ["posts/datasets/a.md"]


def test_the_folder_that_the_build_writes_to_is_known_however_it_is_spelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make(tmp_path, "out/README.md", "a.md")
    (tmp_path / "link").symlink_to("out")
    monkeypatch.chdir(tmp_path)
    for skip in (Path("out"), Path("./link/../out"), tmp_path / "link"):
        assert _paths(discover(Path(), MARKDOWN, skip=skip)) == ["a.md"]


def test_the_root_is_entered_even_if_the_build_writes_to_it(tmp_path: Path) -> None:
    assert _paths(discover(_make(tmp_path, "a.md"), MARKDOWN, skip=tmp_path)) == ["a.md"]


def test_a_link_to_a_file_below_the_root_is_a_source(tmp_path: Path) -> None:
    _make(tmp_path, "posts/a.md")
    (tmp_path / "b.md").symlink_to("posts/a.md")
    assert _faults(discover(tmp_path, MARKDOWN)) == {"b.md": None, "posts/a.md": None}


def test_a_link_may_leave_the_source_folder_but_not_the_root(tmp_path: Path) -> None:
    _make(tmp_path, "shared/a.md", "posts/b.md")
    (tmp_path / "posts/a.md").symlink_to("../shared/a.md")
    posts = tmp_path / "posts"
    within = discover(posts, MARKDOWN, root=tmp_path)
    assert _faults(within) == {"posts/a.md": None, "posts/b.md": None}
    assert _faults(discover(posts, MARKDOWN)) == {"a.md": Code.LINK_LEAVES_ROOT, "b.md": None}


def test_a_folder_whose_name_begins_like_the_roots_is_outside(tmp_path: Path) -> None:
    _make(tmp_path, "posts/b.md", "posts-private/a.md")
    (tmp_path / "posts/a.md").symlink_to("../posts-private/a.md")
    found = discover(tmp_path / "posts", MARKDOWN)
    assert _faults(found)["a.md"] is Code.LINK_LEAVES_ROOT


def test_a_root_behind_a_link_is_still_the_root(tmp_path: Path) -> None:
    _make(tmp_path, "real/a.md")
    (tmp_path / "real/b.md").symlink_to(tmp_path / "real/a.md")
    (tmp_path / "linked").symlink_to("real")
    found = discover(tmp_path / "linked", MARKDOWN)
    assert _faults(found) == {"a.md": None, "b.md": None}


@pytest.mark.parametrize("target", ["gone.md", "a.md", "/nowhere/a.md"])
def test_a_link_to_nothing_or_to_itself_is_broken(target: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to(target)
    assert _faults(discover(tmp_path, MARKDOWN)) == {"a.md": Code.BROKEN_LINK}


def test_a_link_to_a_folder_is_not_followed_and_no_source(tmp_path: Path) -> None:
    _make(tmp_path, "posts/a.md")
    for name in ("loop", "posts/up", "folder.md"):
        (tmp_path / name).symlink_to(tmp_path)
    assert _paths(discover(tmp_path, MARKDOWN)) == ["posts/a.md"]


def test_a_link_to_a_folder_is_no_file_that_matched_no_pattern(tmp_path: Path) -> None:
    _make(tmp_path, "posts/a.md")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert discover(tmp_path, MARKDOWN).ignored == 0


def test_a_named_pipe_is_a_fault_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    assert _faults(discover(tmp_path, MARKDOWN)) == {"a.md": Code.NOT_A_REGULAR_FILE}


def test_a_socket_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the address of a socket has at most some 100 bytes
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("a.md")
        assert _faults(discover(tmp_path, MARKDOWN)) == {"a.md": Code.NOT_A_REGULAR_FILE}


def test_a_folder_with_the_name_of_a_source_is_entered(tmp_path: Path) -> None:
    assert _paths(discover(_make(tmp_path, "a.md/b.md"), MARKDOWN)) == ["a.md/b.md"]


def test_a_name_that_is_not_utf8_is_shown_with_escapes(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("x")
    found = discover(tmp_path, MARKDOWN)
    assert _faults(found) == {"caf\\xe9.md": Code.PATH_NOT_UTF8}
    assert Path(found.sources[0].location).read_text() == "x"


@pytest.mark.parametrize("name", [b"n", b"\xff"], ids=["utf8", "not-utf8"])
def test_a_folder_that_cannot_be_listed_is_a_source_with_a_fault(
    name: bytes, tmp_path: Path
) -> None:
    """Rights do not stop root, so the path is one that is too long for the system."""
    _nest(_make(tmp_path, "a.md") / "deep", name * 240)
    found = discover(tmp_path, MARKDOWN)
    assert list(_faults(found).values()) == [None, Code.UNREADABLE]
    assert found.sources[1].path.encode().startswith(b"deep/")


def _nest(folder: Path, name: bytes, levels: int = 18) -> None:
    folder.mkdir()
    at = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=at)
        below = os.open(name, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)


def test_one_file_is_taken_whatever_its_ending(tmp_path: Path) -> None:
    _make(tmp_path, "notes.txt", "b.md")
    found = discover(tmp_path / "notes.txt", MARKDOWN, ("*.txt",))
    assert _paths(found) == ["notes.txt"]
    assert found.ignored == 0


def test_one_file_has_its_path_below_the_root(tmp_path: Path) -> None:
    _make(tmp_path, "posts/a.md")
    assert _paths(discover(tmp_path / "posts/a.md", MARKDOWN, root=tmp_path)) == ["posts/a.md"]


@pytest.mark.parametrize("spelled", ["a.md", "./a.md", "../posts/a.md", "../../site/posts/a.md"])
def test_one_file_has_the_path_that_it_has_when_its_folder_is_built(
    spelled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its id is made of that path."""
    site = tmp_path / "site"
    _make(site, "posts/a.md")
    monkeypatch.chdir(site / "posts")
    one = discover(Path(spelled), MARKDOWN, root=site)
    assert _paths(one) == _paths(discover(site, MARKDOWN))


def test_one_file_that_is_a_link_is_named_as_the_link(tmp_path: Path) -> None:
    _make(tmp_path, "a.md")
    (tmp_path / "b.md").symlink_to("a.md")
    assert _faults(discover(tmp_path / "b.md", MARKDOWN, root=tmp_path)) == {"b.md": None}


def test_one_file_that_is_a_broken_link_is_a_source_with_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to("gone.md")
    assert _faults(discover(tmp_path / "a.md", MARKDOWN)) == {"a.md": Code.BROKEN_LINK}


def test_one_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.md: no such file or folder"):
        discover(tmp_path / "gone.md", MARKDOWN)


def test_what_matches_no_pattern_is_ignored_and_counted_by_ending(tmp_path: Path) -> None:
    names = ("a.md", "b.adoc", "c.adoc", "d.tar.gz", "e", "sub/f.ADOC", ".hidden/g.adoc")
    found = discover(_make(tmp_path, *names), MARKDOWN)
    assert found.ignored == 5
    assert found.endings == {".adoc": 2, ".gz": 1, "": 1, ".ADOC": 1}


def test_what_is_excluded_is_ignored(tmp_path: Path) -> None:
    assert discover(_make(tmp_path, "a.md", "b.md"), MARKDOWN, ("b.md",)).ignored == 1


def test_the_pattern_to_type_is_that_of_the_commonest_ending(tmp_path: Path) -> None:
    found = discover(_make(tmp_path, "a.md", "b.rst", "c.adoc", "d.adoc"), MARKDOWN)
    assert found.likely_pattern == "*.adoc"
    assert len(discover(tmp_path, (found.likely_pattern,)).sources) == 2


def test_of_endings_that_are_equally_common_the_first_is_taken(tmp_path: Path) -> None:
    found = discover(_make(tmp_path, "d.rst", "c.adoc"), MARKDOWN)
    assert found.likely_pattern == "*.adoc"


def test_no_pattern_is_proposed_when_half_of_the_files_matched(tmp_path: Path) -> None:
    assert discover(_make(tmp_path, "a.md", "b.rst"), MARKDOWN).likely_pattern is None


def test_no_pattern_is_proposed_for_files_without_endings(tmp_path: Path) -> None:
    assert discover(_make(tmp_path, "a", "b"), MARKDOWN).likely_pattern is None


def test_an_empty_folder_has_nothing_to_propose(tmp_path: Path) -> None:
    found = discover(tmp_path, MARKDOWN)
    assert (len(found.sources), found.ignored, found.likely_pattern) == (0, 0, None)


def test_paths_are_relative_to_the_root(tmp_path: Path) -> None:
    _make(tmp_path, "content/posts/a.md")
    found = discover(tmp_path / "content/posts", MARKDOWN, root=tmp_path)
    assert _paths(found) == ["content/posts/a.md"]


def test_the_root_is_the_folder_itself_when_none_is_given(tmp_path: Path) -> None:
    _make(tmp_path, "content/a.md")
    assert _paths(discover(tmp_path / "content", MARKDOWN)) == ["a.md"]
    assert _paths(discover(tmp_path, MARKDOWN, root=tmp_path)) == ["content/a.md"]


def test_paths_do_not_depend_on_how_the_folder_is_spelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make(tmp_path, "content/posts/a.md")
    (tmp_path / "linked").symlink_to("content")
    monkeypatch.chdir(tmp_path / "content")
    for spelled in ("posts", "./posts/", "../content/posts", "../linked/posts"):
        found = discover(Path(spelled), MARKDOWN, root=tmp_path)
        assert _paths(found) == ["content/posts/a.md"]


def test_locations_can_be_opened_from_where_the_call_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make(tmp_path, "content/a.md", "content/posts/b.md")
    monkeypatch.chdir(tmp_path / "content")
    for source in discover(Path(), MARKDOWN, root=tmp_path).sources:
        assert Path(source.location).read_text() == "x"


def test_a_name_that_no_folder_can_have_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        discover(tmp_path / ("n" * 300), MARKDOWN)
