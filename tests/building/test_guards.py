"""What a nightly build must not publish unasked: half a corpus, other ids, a broken template."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpuskit
from corpuskit.config import ReleaseRules
from corpuskit.shares import stated_share
from corpuskit.succession.guards import too_many_removed

if TYPE_CHECKING:
    from tests.building.conftest import Corpus


def _articles(corpus: Corpus, count: int, folder: str = "") -> list[Path]:
    return [corpus.article(f"{folder}{number:03d}.md") for number in range(count)]


def test_a_corpus_that_is_half_gone_is_not_published(corpus: Corpus) -> None:
    files = _articles(corpus, 100)
    corpus.build()
    for file in files[:21]:
        file.unlink()
    refused = corpus.build()
    assert refused.status == "refused"
    assert refused.result.reason == (
        "21 of 100 rows (21%) of version 1.0.0 would be gone; at most 20% may"
    )
    assert refused.audit("diagnostics") == []
    assert refused.path == corpus.out / "corpus" / ".refused"
    assert [p.name for p in (corpus.out / "corpus").glob("[0-9]*")] == ["1.0.0"]
    assert corpus.build(max_removed="21%").status == "published"


def test_a_fifth_may_go_and_in_a_small_dataset_ten_rows(corpus: Corpus) -> None:
    files = _articles(corpus, 100)
    corpus.build()
    for file in files[:20]:
        file.unlink()
    assert corpus.build().status == "published"
    small = [corpus.article(f"small/{n}.md") for n in range(11)]
    (corpus.src / "corpuskit.toml").write_text("[release]\nmax-removed = 0\n")
    for file in files[20:]:
        file.unlink()
    assert corpus.build(max_removed=1.0).counts[1] == 11
    for file in small[:10]:
        file.unlink()
    assert corpus.build().status == "published"


def test_rows_that_get_other_ids_for_the_same_files_are_not_published(corpus: Corpus) -> None:
    _articles(corpus, 9)
    corpus.build()
    (corpus.src / "posts").mkdir()
    for file in corpus.src.glob("*.md"):
        file.rename(corpus.src / "posts" / file.name)
    refused = corpus.build()
    assert refused.result.reason is not None
    assert refused.result.reason.startswith("9 of 9 rows would get another id")
    assert corpus.build(rebase=True).manifest["changes"] == {
        "added": 9,
        "removed": 9,
        "changed": 0,
        "unchanged": 0,
        "schema": "identical",
    }


def test_a_few_files_that_are_renamed_are_no_moved_root(corpus: Corpus) -> None:
    files = _articles(corpus, 4)
    corpus.build()
    for file in files:
        file.rename(file.with_stem(f"new-{file.stem}"))
    assert corpus.build().status == "published"


def test_ids_that_do_not_follow_from_paths_stay_when_the_root_moves(corpus: Corpus) -> None:
    schema = corpus.schema(
        "- {name: title, type: string}\n- {name: url, type: string}", "{id: url, order: [url]}"
    )
    for number in range(9):
        corpus.article(f"{number}.md", url=f"https://example.org/{number}")
    corpus.build(schema=schema)
    (corpus.src / "posts").mkdir()
    for file in corpus.src.glob("*.md"):
        file.rename(corpus.src / "posts" / file.name)
    assert corpus.build(schema=schema).status == "published"


def test_sources_that_are_rejected_anew_are_counted(corpus: Corpus) -> None:
    _articles(corpus, 9)
    corpus.write("old.md", "broken before")
    corpus.build(max_new_rejects=0)
    for name in ("a.md", "b.md"):
        corpus.write(name, "broken now")
    refused = corpus.build(max_new_rejects=1)
    assert refused.result.reason == (
        "2 sources are rejected that were not in version 1.0.0, such as a.md (CK201); at most 1 "
        "may be"
    )
    assert corpus.build(max_new_rejects=2).version == "1.0.1"
    assert corpus.build(max_new_rejects=0).status == "unchanged"


def test_the_configuration_may_say_what_is_too_much(corpus: Corpus) -> None:
    files = _articles(corpus, 30)
    (corpus.src / "corpuskit.toml").write_text(
        '[release]\nmax-removed = "90%"\nmax-new-rejects = 0\n'
    )
    corpus.build()
    for file in files[:20]:
        file.unlink()
    assert corpus.build().status == "published"
    files[-1].write_text("broken")
    assert corpus.build().status == "refused"


def test_what_is_too_much_changes_no_byte_of_a_release(corpus: Corpus, tmp_path: Path) -> None:
    _articles(corpus, 3)
    corpus.build()
    corpus.build(max_removed=0.9, max_new_rejects=3, out=tmp_path / "other")
    assert corpus.contents(corpus.out) == corpus.contents(tmp_path / "other")


def test_a_last_version_that_cannot_be_read_is_told(corpus: Corpus) -> None:
    _articles(corpus, 9)
    last = corpus.build(cache=False).path
    corpus.article("new.md")
    for file in ("audit/rejected.jsonl", "data/part-00000.parquet"):
        (last / file).chmod(0o644)
        (last / file).write_text("{")
        with pytest.raises(corpuskit.ReleaseError, match="cannot be read"):
            corpus.build(max_new_rejects=0, cache=False)


@given(rows=st.integers(11, 5000), removed=st.integers(11, 5000))
def test_what_is_suggested_is_enough(rows: int, removed: int) -> None:
    removed = min(removed, rows)
    refused = too_many_removed(ReleaseRules(max_removed=0.0), "1.0.0", rows, removed)
    assert refused is not None
    assert refused.way is not None
    share = stated_share(refused.way.value or "")
    assert too_many_removed(ReleaseRules(max_removed=share), "1.0.0", rows, removed) is None


def test_under_other_ids_rows_that_are_gone_are_still_counted(corpus: Corpus) -> None:
    _articles(corpus, 60)
    corpus.build()
    (corpus.src / "posts").mkdir()
    for number, file in enumerate(sorted(corpus.src.glob("*.md"))):
        if number % 2:
            file.rename(corpus.src / "posts" / file.name)
        else:
            file.unlink()
    refused = corpus.build(rebase=True)
    assert refused.result.reason is not None
    assert refused.result.reason.startswith("30 of 60 rows (50%) of version 1.0.0 would be gone")
    assert corpus.build(rebase=True, max_removed="50%").status == "published"


def test_a_refusal_is_forgotten_once_a_build_is_not_refused(corpus: Corpus) -> None:
    files = _articles(corpus, 30)
    corpus.build()
    kept = {file: file.read_text() for file in files[:20]}
    for file in kept:
        file.unlink()
    refused = corpus.build()
    assert (refused.status, refused.path.is_dir()) == ("refused", True)
    for file, text in kept.items():
        file.write_text(text)
    assert corpus.build().status == "unchanged"
    assert not refused.path.exists()


def test_a_bump_is_the_least_that_is_raised(corpus: Corpus) -> None:
    corpus.article("a.md")
    corpus.build(bump="patch")
    corpus.write("broken.md", "broken")
    assert corpus.build(bump="minor").version == "1.1.0"
    corpus.article("b.md")
    assert corpus.build(bump="minor").version == "1.2.0"
    corpus.article("c.md")
    with pytest.raises(corpuskit.RefusedError, match="what changed is minor, and patch would say"):
        corpus.build(bump="patch")
    assert corpus.build(bump="major").version == "2.0.0"
    assert corpus.build(bump="major").status == "unchanged"


def test_a_bump_and_a_version_are_not_both_stated(corpus: Corpus) -> None:
    corpus.article("a.md")
    with pytest.raises(corpuskit.UsageError, match="leave the bump out"):
        corpus.build(bump="patch", version="1.0.0")


def test_the_change_log_of_a_refused_version_is_that_of_the_last(corpus: Corpus) -> None:
    files = _articles(corpus, 30)
    corpus.build()
    before = corpus.contents(corpus.out)
    for file in files[:20]:
        file.unlink()
    refused = corpus.build()
    assert refused.status == "refused"
    after = {path: data for path, data in corpus.contents(corpus.out).items() if path in before}
    assert after == before
    assert json.loads(before["corpus/index.json"])["latest"] == "1.0.0"
