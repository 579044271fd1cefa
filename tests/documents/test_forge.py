"""Repositories on forges: where problems are reported, and where a source is seen as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpuskit.documents import card, dataset
from corpuskit.documents.forge import permalink, report_address, repository
from corpuskit.manifest import Manifest, SourcesSummary

COMMIT = "4" * 40


def _at(manifest: Manifest, homepage: str | None) -> Manifest:
    return replace(manifest, description=replace(manifest.description, homepage=homepage))


@pytest.mark.parametrize(
    ("homepage", "new_issue"),
    [
        ("https://github.com/o/r", "https://github.com/o/r/issues/new"),
        ("https://github.com/o/r/", "https://github.com/o/r/issues/new"),
        ("http://www.github.com/o/r.git", "https://github.com/o/r/issues/new"),
        ("https://github.com/o/r.x/tree/main/a?b#c", "https://github.com/o/r.x/issues/new"),
        ("https://codeberg.org/o/r", "https://codeberg.org/o/r/issues/new"),
        ("https://gitlab.com/g/r", "https://gitlab.com/g/r/-/issues/new"),
        ("https://gitlab.com/g/s/r.git", "https://gitlab.com/g/s/r/-/issues/new"),
        ("https://gitlab.com/g/s/r/-/tree/main", "https://gitlab.com/g/s/r/-/issues/new"),
    ],
)
def test_a_problem_of_a_repository_is_a_new_issue(homepage: str, new_issue: str) -> None:
    assert report_address(homepage) == new_issue


@pytest.mark.parametrize(
    "homepage",
    [
        "https://example.org/o/r",
        "https://github.com/o",
        "https://github.com/topics/news",
        "https://github.com.example.org/o/r",
        "https://example.org/https://github.com/o/r",
        "https://o.github.io/r",
        "https://gitlab.com/g",
        "https://codeberg.org/",
    ],
)
def test_a_problem_of_anything_else_is_told_at_its_homepage(homepage: str) -> None:
    assert repository(homepage) is None
    assert report_address(homepage) == homepage


@pytest.mark.parametrize("homepage", [None, "", "javascript:alert(1)", "https://x.org/<b>"])
def test_without_a_homepage_nobody_knows_where_to_report(
    manifest: Manifest, homepage: str | None
) -> None:
    assert report_address(homepage) is None
    assert b"Report a problem" not in card.render(_at(manifest, homepage))


def test_the_cards_of_version_and_dataset_say_where_to_report(manifest: Manifest) -> None:
    manifest = _at(manifest, "https://github.com/o/r")
    said = b"[Report a problem](<https://github.com/o/r/issues/new>)"
    assert said in card.render(manifest)
    assert said in dataset.render([(manifest, "a" * 64)], {})


@pytest.mark.parametrize(
    ("homepage", "address"),
    [
        ("https://github.com/o/r", f"https://github.com/o/r/blob/{COMMIT}/posts/a.md"),
        ("https://gitlab.com/g/r", f"https://gitlab.com/g/r/-/blob/{COMMIT}/posts/a.md"),
        ("https://codeberg.org/o/r", f"https://codeberg.org/o/r/src/commit/{COMMIT}/posts/a.md"),
        ("https://example.org", None),
        (None, None),
    ],
)
def test_a_source_is_linked_to_as_it_is_in_the_commit(
    manifest: Manifest, homepage: str | None, address: str | None
) -> None:
    assert permalink(_at(manifest, homepage), "a.md") == address


def test_a_path_is_quoted(manifest: Manifest) -> None:
    found = permalink(_at(manifest, "https://github.com/o/r"), "a b/é#1?x=%20.md")
    assert found is not None
    assert found.endswith("/posts/a%20b/%C3%A9%231%3Fx%3D%2520.md")


@pytest.mark.parametrize(
    "sources",
    [
        SourcesSummary(1, 1, "3" * 64, None, git_dirty=None, git_path=None),
        SourcesSummary(1, 1, "3" * 64, None, git_dirty=False, git_path=""),
        SourcesSummary(1, 1, "3" * 64, COMMIT, git_dirty=True, git_path=""),
        SourcesSummary(1, 1, "3" * 64, COMMIT, git_dirty=None, git_path=""),
        SourcesSummary(1, 1, "3" * 64, COMMIT, git_dirty=False, git_path=None),
    ],
)
def test_sources_that_are_in_no_commit_have_no_link(
    manifest: Manifest, sources: SourcesSummary
) -> None:
    manifest = _at(manifest, "https://github.com/o/r")
    assert permalink(replace(manifest, sources=sources), "a.md") is None
