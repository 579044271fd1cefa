"""Every source ends as exactly one of: a row, a rejection, a duplicate, an exclusion."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import corpuskit

if TYPE_CHECKING:
    from tests.building.conftest import Corpus

AT = "2024-06-01T12:00:00Z"


@pytest.fixture
def mixed(corpus: Corpus) -> Corpus:
    """Eleven sources that end in every way, and two files that are none."""
    corpus.article("a.md")
    corpus.article("b/page.html", "<p>Another text, set between two tags of a page.</p>")
    corpus.article("bad/no title.md", title=None)
    corpus.article("bad/no date.md", date="soon")
    corpus.write("bad/empty.md", "")
    corpus.article(
        "copies/1.md", "Told three times over, and as long as it takes.", date="2020-01-01"
    )
    corpus.article("copies/2.md", "Told three times over, and as long as it takes.")
    corpus.article("copies/3.md", "Told three times over,\nand as long as it takes.")
    corpus.article("draft.md", draft="true")
    corpus.article("_drafts/idea.md")
    corpus.article("later.md", date="2024-06-02")
    corpus.write("notes.txt", "not matched")
    corpus.write("b/photo.png", b"\x89PNG")
    return corpus


def test_every_source_is_counted_in_one_place(mixed: Corpus) -> None:
    built = mixed.build()
    assert built.status == "published"
    assert built.counts == (11, 3, 3, 2, 3)
    assert built.result.counts.ignored == 2


def test_every_source_is_named_in_one_place(mixed: Corpus) -> None:
    built = mixed.build()
    audit = [line for name in ("rejected", "duplicates", "excluded") for line in built.audit(name)]
    named = [*built.column("path"), *(line["path"] for line in audit)]
    files = {p.relative_to(mixed.src).as_posix() for p in mixed.src.rglob("*") if p.is_file()}
    assert len(named) == len(set(named))
    assert set(named) == files - {"notes.txt", "b/photo.png"}


def test_the_manifest_says_the_same_as_the_result(mixed: Corpus) -> None:
    built = mixed.build()
    counts = built.manifest["counts"]
    assert isinstance(counts, dict)
    said = [counts[k] for k in ("sources", "rows", "rejected", "duplicates", "excluded", "ignored")]
    assert said == [*built.counts, 2]
    assert counts["by_code"] == built.result.codes


def test_a_mixed_release_verifies(mixed: Corpus) -> None:
    mixed.build()
    assert corpuskit.verify(mixed.out / "corpus") == ()


def test_every_rejection_has_a_diagnostic_of_each_of_its_codes(mixed: Corpus) -> None:
    built = mixed.build()
    rejected = {str(line["path"]): line["codes"] for line in built.audit("rejected")}
    assert rejected == {
        "bad/empty.md": ["CK106"],
        "bad/no date.md": ["CK310"],
        "bad/no title.md": ["CK301"],
    }
    assert all(built.codes(path) == codes for path, codes in rejected.items())


def test_an_article_that_breaks_a_constraint_leaves_the_others_in_their_rows(
    corpus: Corpus,
) -> None:
    """Constraints are checked a batch at a time, on rows that are already packed."""
    for name in "abcdefg":
        corpus.article(f"{name}.md", title=name * (501 if name in "ade" else 1))
    built = corpus.build()
    assert built.counts == (7, 4, 3, 0, 0)
    assert built.column("path") == ["b.md", "c.md", "f.md", "g.md"]
    assert built.column("title") == ["b", "c", "f", "g"]
    assert built.codes("d.md") == ["CK321"]
    assert corpuskit.verify(built.path) == ()


def test_a_single_file_is_a_corpus_of_one(corpus: Corpus) -> None:
    corpus.article("another.md")
    single = replace(corpus, src=corpus.article("only.md"))
    built = single.build()
    assert (built.counts, built.column("path")) == ((1, 1, 0, 0, 0), ["only.md"])


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        ({"draft": "true"}, "draft"),
        ({"draft": "yes"}, "draft"),
        ({"draft": "TRUE"}, "draft"),
        ({"draft": "'true'"}, "draft"),
        ({"published": "false"}, "unpublished"),
        ({"published": "no"}, "unpublished"),
        ({"status": "draft"}, "unpublished"),
        ({"status": "Hidden"}, "unpublished"),
        ({"password": "swordfish"}, "password"),
        ({"date": "2024-06-01T12:00:01Z"}, "future"),
        ({"date": "2024-06-01T14:00:01+02:00"}, "future"),
    ],
)
def test_what_is_not_published_is_excluded(
    corpus: Corpus, front: dict[str, str], reason: str
) -> None:
    corpus.article("shown.md")
    corpus.article("hidden.md", **front)
    built = corpus.build()
    assert built.reasons() == {"hidden.md": reason}
    assert built.counts == (2, 1, 0, 0, 1)


@pytest.mark.parametrize("path", ["_drafts/a.md", "blog/_drafts/a.md", "_drafts/deep/a.html"])
def test_what_lies_in_a_folder_of_drafts_is_excluded(corpus: Corpus, path: str) -> None:
    corpus.article("shown.md")
    corpus.article(path)
    assert corpus.build().reasons() == {path: "drafts-folder"}


@pytest.mark.parametrize(
    ("path", "front"),
    [
        ("a.md", {"draft": "false"}),
        ("a.md", {"draft": ""}),
        ("a.md", {"published": "2021-03-04"}),
        ("a.md", {"status": "published"}),
        ("a.md", {"password": ""}),
        ("a.md", {"date": AT}),
        ("my_drafts/a.md", {}),
        ("_drafts.md", {}),
    ],
)
def test_what_only_looks_like_a_draft_is_a_row(
    corpus: Corpus, path: str, front: dict[str, str]
) -> None:
    corpus.article(path, **front)
    assert corpus.build().column("path") == [path]


def test_a_draft_with_faults_is_excluded_and_not_rejected(corpus: Corpus) -> None:
    corpus.article("shown.md")
    corpus.article("hidden.md", title=None, date="some day", draft="true")
    built = corpus.build()
    assert built.counts == (2, 1, 0, 0, 1)
    assert built.audit("diagnostics") == []


def test_nothing_that_an_excluded_source_says_is_in_the_release(corpus: Corpus) -> None:
    corpus.article("shown.md")
    secret = {"title": "Operation Kingfisher"}
    corpus.article("a.md", "Kingfisher", title=secret["title"], draft="true")
    corpus.article("b.md", "Kingfisher", title=secret["title"], date="Kingfisher", draft="true")
    corpus.article(
        "c.md", "Kingfisher", title=secret["title"], date="2030-01-01", updated="Kingfisher"
    )
    corpus.article("d.md", "Kingfisher", title=secret["title"], password="Kingfisher")
    corpus.article("_drafts/e.md", "Kingfisher", title=None)
    built = corpus.build()
    assert built.counts == (6, 1, 0, 0, 5)
    files = corpus.contents(corpus.out)
    assert [path for path, data in files.items() if b"Kingfisher" in data] == []
    assert "Kingfisher" not in str(built.table().to_pylist())


def test_a_pattern_that_takes_back_what_another_includes_has_its_way(corpus: Corpus) -> None:
    """As in a .gitignore, the last pattern that matches decides."""
    corpus.article("a.md")
    corpus.article("secret.md")
    built = corpus.build(include=["*.md", "!secret.md"])
    assert (built.column("path"), built.result.counts.ignored) == (["a.md"], 1)


def test_drafts_become_rows_when_they_are_asked_for(corpus: Corpus) -> None:
    corpus.article("a.md", draft="true")
    corpus.article("b.md", published="false")
    corpus.article("_drafts/c.md")
    corpus.article("d.md", date="2030-01-01")
    built = corpus.build(drafts=True)
    assert built.counts == (4, 4, 0, 0, 0)


def test_a_password_is_masked_in_the_row_of_what_it_protects(corpus: Corpus) -> None:
    corpus.article("a.md", password="swordfish")
    built = corpus.build(drafts=True)
    assert "swordfish" not in str(built.table().to_pylist())


def test_no_rows_means_no_release(corpus: Corpus) -> None:
    corpus.article("draft.md", draft="true")
    built = corpus.build()
    assert (built.status, built.version) == ("refused", None)
    assert built.counts == (1, 0, 0, 0, 1)
    assert not (corpus.out / "corpus" / "1.0.0").exists()


def test_more_rejections_than_allowed_mean_no_release(corpus: Corpus) -> None:
    corpus.article("good.md")
    corpus.article("bad1.md", title=None)
    assert corpus.build(name="half").status == "published"
    corpus.article("bad2.md", title=None)
    built = corpus.build(name="more")
    assert built.status == "refused"
    assert built.result.reason == (
        "2 of 3 sources (67%) are rejected, 2 of them for CK301 missing-field of `title`"
    )
    assert corpus.build(name="allowed", max_rejected=1.0).status == "published"


def test_a_refused_build_leaves_its_diagnostics_and_is_no_hindrance(corpus: Corpus) -> None:
    bad = corpus.article("bad.md", title=None)
    refused = corpus.build()
    assert [line["code"] for line in refused.audit("diagnostics")] == ["CK301"]
    corpus.article("good.md")
    bad.unlink()
    assert corpus.build().version == "1.0.0"
    assert corpuskit.verify(corpus.out / "corpus") == ()


def test_a_folder_without_sources_is_a_usage_error_that_says_what_to_type(corpus: Corpus) -> None:
    corpus.write("a.txt", "text")
    with pytest.raises(corpuskit.UsageError, match=r"try --include '\*\.txt'"):
        corpus.build()
    assert not corpus.out.joinpath("corpus").exists()
