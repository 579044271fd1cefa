"""Which articles are of one source."""

from __future__ import annotations

from collections.abc import Sequence

from corpuskit.discover import matcher
from corpuskit.suggesting.groups import ArticleGroups, groups_of
from corpuskit.text_rules import PathRules, TextRules


def grouped(paths: Sequence[str], *tables: str, least: int = 2) -> ArticleGroups:
    rules = tuple(PathRules((table,), TextRules()) for table in tables)
    return groups_of(lambda: paths, rules, least)


def test_top_folders_below_what_all_have_in_common_are_sources() -> None:
    found = grouped(["x/a/1", "x/a/b/2", "x/c/3", "x/c/4", "x/d/5", "x/6"])
    assert found.patterns == (("x/a/**",), ("x/c/**",))
    group = found.chooser()
    paths = ["x/a/1", "x/a/b/2", "x/c/3", "x/d/5", "x/6", "y"]
    assert [group(path) for path in paths] == [1, 1, 2, 0, 0, 0]


def test_a_corpus_with_one_large_folder_is_of_one_source() -> None:
    assert grouped(["a/1", "a/2", "b/3"]).patterns == ()
    assert grouped(["1", "2"]).patterns == ()
    assert grouped([]).patterns == ()


def test_tables_of_rules_are_sources_and_folders_are_those_of_the_rest() -> None:
    found = grouped(["a/1", "a/2", "b/3", "b/4", "c/5"], "a/1", "c/")
    assert found.patterns == (("a/1",), ("c/",), ("b/**",))
    group = found.chooser()
    assert [group(path) for path in ("a/1", "a/2", "b/3", "c/5")] == [1, 0, 3, 2]


def test_the_largest_folders_are_sources_and_all_others_one() -> None:
    paths = [f"{n:02}/{m}" for n in range(40) for m in range(2 + (n >= 8))]
    found = grouped(paths)
    assert len(found.folders) == 32
    assert found.folders[0] == "08"


def test_the_pattern_of_a_folder_matches_it_and_no_other() -> None:
    names = ["[x]", "*", "a ", "!b", "#c", "\\", "?", "新闻"]
    found = grouped([f"{name}/{n}" for name in names for n in range(2)])
    for patterns, name in zip(found.patterns, found.folders, strict=True):
        matches = matcher(patterns, ())
        assert [other for other in names if matches(f"{other}/1", "1")] == [name]
