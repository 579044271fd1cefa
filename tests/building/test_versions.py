"""Which version a build publishes, and what the dataset says of its versions."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import corpuskit
from corpuskit.manifest_json import load

if TYPE_CHECKING:
    from corpuskit.manifest import Manifest
    from tests.building.conftest import Corpus

TITLE = "  - {name: title, type: string}"
DATE = "  - {name: date, type: datetime}"


@pytest.fixture
def published(corpus: Corpus) -> Corpus:
    """A corpus of three articles whose version 1.0.0 is there."""
    for name in ("a", "b", "c"):
        corpus.article(f"{name}.md")
    assert corpus.build().version == "1.0.0"
    return corpus


def identity(folder: Path) -> dict[str, tuple[int, int, int]]:
    """What would tell that a file was written: its inode, its size, its time of change."""
    stats = {p: p.stat() for p in sorted(folder.rglob("*")) if p.is_file()}
    return {str(p): (s.st_ino, s.st_size, s.st_mtime_ns) for p, s in stats.items()}


def changes(added: int, changed: int, removed: int, unchanged: int) -> dict[str, object]:
    counts = {"added": added, "changed": changed, "removed": removed, "unchanged": unchanged}
    return {**counts, "schema": "identical"}


def test_the_first_version_is_1_0_0(corpus: Corpus) -> None:
    corpus.article("a.md")
    built = corpus.build()
    assert (built.status, built.version) == ("published", "1.0.0")
    assert built.path == corpus.out / "corpus" / "1.0.0"
    assert (built.manifest["previous"], built.manifest["changes"]) == (None, None)


def test_a_build_reads_what_a_version_says_once(
    published: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "de":
        published.article(f"{name}.md")
        published.build()
    read: list[bytes] = []

    def noted(data: bytes) -> Manifest:
        read.append(data)
        return load(data)

    monkeypatch.setattr("corpuskit.dataset_folder.load", noted)
    published.article("f.md")
    assert published.build().version == "1.3.0"
    assert len(read) == len(set(read)) == 4


def test_nothing_new_writes_nothing(published: Corpus) -> None:
    before = identity(published.out)
    built = published.build(created="2025-01-01T00:00:00Z")
    assert (built.status, built.version) == ("unchanged", "1.0.0")
    assert identity(published.out) == before


def test_an_added_row_makes_a_minor_version(published: Corpus) -> None:
    published.article("d.md")
    built = published.build()
    assert built.version == "1.1.0"
    assert built.manifest["changes"] == changes(added=1, changed=0, removed=0, unchanged=3)


def test_a_changed_row_makes_a_minor_version(published: Corpus) -> None:
    published.article("b.md", title="Another title")
    built = published.build()
    assert built.version == "1.1.0"
    assert built.manifest["changes"] == changes(added=0, changed=1, removed=0, unchanged=2)


def test_a_removed_row_makes_a_minor_version(published: Corpus) -> None:
    (published.src / "c.md").unlink()
    built = published.build()
    assert built.version == "1.1.0"
    assert built.manifest["changes"] == changes(added=0, changed=0, removed=1, unchanged=2)


def test_a_moved_file_is_one_row_less_and_one_more(published: Corpus) -> None:
    (published.src / "c.md").rename(published.src / "d.md")
    built = published.build()
    assert built.manifest["changes"] == changes(added=1, changed=0, removed=1, unchanged=2)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("bad.md", b"no front matter"),
        ("draft.md", b"---\ndraft: true\n---\n"),
        ("copy.md", None),
    ],
    ids=["rejected", "excluded", "duplicate"],
)
def test_a_source_that_is_no_row_makes_a_patch(
    published: Corpus, path: str, content: bytes | None
) -> None:
    copied = (published.src / "a.md").read_bytes()
    published.write(path, copied if content is None else content)
    built = published.build()
    assert built.version == "1.0.1"
    assert built.manifest["changes"] == changes(added=0, changed=0, removed=0, unchanged=3)


def test_a_source_that_is_encoded_anew_makes_a_patch(corpus: Corpus) -> None:
    """What a row says is the same, where it was read is not."""
    body = "天地玄黄，宇宙洪荒。日月盈昃，辰宿列张。寒来暑往，秋收冬藏。闰余成岁，律吕调阳。"
    source = f"---\ntitle: 千字文\ndate: 2021-03-04\n---\n{body}\n"
    corpus.write("a.md", source.encode())
    first = corpus.build()
    corpus.write("a.md", b"\xef\xbb\xbf" + source.encode())
    second = corpus.build()
    assert second.version == "1.0.1"
    assert second.manifest["content_sha256"] == first.manifest["content_sha256"]


def test_a_description_that_changes_makes_a_patch(published: Corpus) -> None:
    config = published.src / "corpuskit.toml"
    config.write_text('[dataset]\ntitle = "Three articles"\n')
    assert published.build().version == "1.0.1"
    config.write_text('[dataset]\ntitle = "Three articles"\nlicense = "CC-BY-4.0"\n')
    assert published.build().version == "1.0.2"
    assert published.build().status == "unchanged"


def test_a_file_that_is_no_source_makes_no_version(published: Corpus) -> None:
    published.write("notes.txt", "not matched by any pattern")
    assert published.build().status == "unchanged"


def test_a_new_column_makes_a_minor_version(corpus: Corpus) -> None:
    corpus.article("a.md")
    corpus.build(schema=corpus.schema(TITLE))
    built = corpus.build(schema=corpus.schema(f"{TITLE}\n  - {{name: unused, type: string}}"))
    assert built.version == "1.1.0"
    assert built.manifest["changes"] == {
        **changes(added=0, changed=0, removed=0, unchanged=1),
        "schema": "compatible",
    }


@pytest.mark.parametrize(
    "fields",
    [
        TITLE,
        f"{TITLE}\n  - {{name: date, type: date}}",
        f"{TITLE}\n  - {{name: day, type: datetime}}",
    ],
    ids=["removed", "retyped", "renamed"],
)
def test_a_column_that_readers_miss_makes_a_major_version(corpus: Corpus, fields: str) -> None:
    corpus.article("a.md", day="2021-03-04")
    corpus.build(schema=corpus.schema(f"{TITLE}\n{DATE}"))
    built = corpus.build(schema=corpus.schema(fields))
    assert built.version == "2.0.0"
    assert isinstance(built.manifest["changes"], dict)
    assert built.manifest["changes"]["schema"] == "breaking"


def test_a_stated_version_is_taken(corpus: Corpus) -> None:
    corpus.article("a.md")
    assert corpus.build(version="0.3.0").version == "0.3.0"
    assert corpus.build(version="7.0.1").version == "7.0.1"


def test_a_stated_version_is_published_though_nothing_is_new(published: Corpus) -> None:
    built = published.build(version="1.0.5")
    assert (built.status, built.version) == ("published", "1.0.5")


@pytest.mark.parametrize("version", ["1.0.0", "0.9.9"])
def test_a_stated_version_that_is_not_above_the_last_is_refused(
    published: Corpus, version: str
) -> None:
    published.article("d.md")
    before = identity(published.out)
    with pytest.raises(corpuskit.RefusedError, match=r"is not above 1\.0\.0"):
        published.build(version=version)
    assert identity(published.out) == before


@pytest.mark.parametrize("version", ["1", "1.1", "v1.1.0", "1.1.0-rc1", "01.1.0", "latest", "../2"])
def test_a_version_that_is_none_is_a_usage_error(published: Corpus, version: str) -> None:
    with pytest.raises(corpuskit.UsageError, match="is no version"):
        published.build(version=version)


def test_versions_are_ordered_by_number_and_not_by_letters(published: Corpus) -> None:
    published.build(version="1.9.0")
    published.build(version="1.10.0")
    published.article("d.md")
    assert published.build().version == "1.11.0"


def test_each_version_names_the_manifest_of_the_one_before(published: Corpus) -> None:
    published.article("d.md")
    second = published.build()
    published.article("e.md")
    third = published.build()
    for number, built in (("1.0.0", second), ("1.1.0", third)):
        manifest = (published.out / "corpus" / number / "manifest.json").read_bytes()
        digest = hashlib.sha256(manifest).hexdigest()
        assert built.manifest["previous"] == {"version": number, "manifest_sha256": digest}
    assert corpuskit.verify(published.out / "corpus") == ()


def test_the_index_lists_every_version(published: Corpus) -> None:
    published.article("d.md")
    built = published.build()
    index = json.loads((published.out / "corpus" / "index.json").read_bytes())
    digest = hashlib.sha256((built.path / "manifest.json").read_bytes()).hexdigest()
    assert index["latest"] == "1.1.0"
    assert [(v["version"], v["rows"]) for v in index["versions"]] == [("1.0.0", 3), ("1.1.0", 4)]
    assert index["versions"][1]["manifest_sha256"] == digest


def test_readme_and_change_log_follow(published: Corpus) -> None:
    published.article("d.md")
    published.build()
    dataset = published.out / "corpus"
    assert "path: 1.1.0/data/*.parquet" in (dataset / "README.md").read_text("utf-8")
    log = (dataset / "CHANGELOG.md").read_text("utf-8")
    assert log.index("## 1.1.0") < log.index("## 1.0.0")
    assert "Added\n\n- 1 article\n" in log


def test_a_new_version_leaves_the_one_before_as_it_is(published: Corpus) -> None:
    first = published.out / "corpus" / "1.0.0"
    before = identity(first)
    published.article("d.md")
    published.build()
    assert identity(first) == before


def test_the_shards_of_a_release_are_those_of_a_build_from_nothing(published: Corpus) -> None:
    """What a release says of its rows does not depend on the versions before it."""
    published.article("d.md")
    second = published.build()
    alone = published.build(out=published.out.parent / "elsewhere", version="1.1.0")
    kept = second.manifest | {"previous": None, "changes": None}
    assert alone.manifest == kept
    assert [s.read_bytes() for s in alone.shards] == [s.read_bytes() for s in second.shards]


def test_a_version_whose_manifest_was_damaged_is_not_built_upon(published: Corpus) -> None:
    manifest = published.out / "corpus" / "1.0.0" / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_bytes(manifest.read_bytes()[:-20])
    published.article("d.md")
    with pytest.raises(corpuskit.ReleaseError, match=r"1\.0\.0/manifest\.json"):
        published.build()
    assert not (published.out / "corpus" / "1.1.0").exists()


def test_what_a_build_was_refused_for_is_gone_once_one_is_published(published: Corpus) -> None:
    published.article("bad.md", date="never")
    refused = published.build(max_rejected=0.0)
    assert (refused.status, refused.path.name) == ("refused", ".refused")
    published.article("bad.md")
    assert published.build().status == "published"
    assert not refused.path.exists()
