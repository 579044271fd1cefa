"""What `verify` says of one version: nothing of a good one, and names what is wrong in others."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpuskit import footers
from corpuskit.codes import Code
from corpuskit.errors import ReleaseError, UsageError
from corpuskit.identity import digest
from corpuskit.manifest import Column, FileEntry, Json, Manifest, Previous
from corpuskit.manifest_json import dump, load
from corpuskit.model import Cell, Diagnostic
from corpuskit.strict_json import dumps
from corpuskit.verifying import own_bytes, verify, version

Row = dict[str, Cell]
Reseal = Callable[..., None]
ReadRows = Callable[[Path], list[Row]]
Rewrite = Callable[..., None]

SHARDS = ("data/part-00000.parquet", "data/part-00001.parquet")
AUDIT = ("diagnostics", "duplicates", "excluded", "rejected")
FILES = (
    *("CITATION.cff", "README.md", "SHA256SUMS", "croissant.json", "datapackage.json"),
    *("footers.arrow.zst", "manifest.json", "schema.json", *SHARDS),
    *(f"audit/{name}.jsonl" for name in AUDIT),
)


def codes(found: tuple[Diagnostic, ...]) -> list[tuple[Code, str | None]]:
    return [(d.code, d.path) for d in found]


def flip(path: Path, position: int, mask: int = 1) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= mask
    path.write_bytes(data)


def test_a_good_version_gives_nothing(release: Path) -> None:
    assert verify(release) == ()
    assert sorted(str(p.relative_to(release)) for p in release.rglob("*.*")) == sorted(
        set(FILES) - {"SHA256SUMS"}
    )


@pytest.fixture
def two_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has worker processes read shards of any size."""
    monkeypatch.setattr(version, "WORTH_WORKERS", 0)


@pytest.mark.usefixtures("two_workers")
def test_workers_find_what_one_process_finds(
    release: Path, reseal: Reseal, read_rows: ReadRows, rewrite_shard: Rewrite
) -> None:
    assert verify(release, workers=2) == ()
    for name in SHARDS:
        rows = [row | {"title": "x"} for row in read_rows(release / name)]
        rewrite_shard(release / name, rows * 20, sealed=False)
    reseal(release)
    found = verify(release, workers=2)
    assert found == verify(release, workers=1)
    assert f"{4 * 20 + 2 * 20 - 20} more of CK810" in " ".join(d.message for d in found)


@pytest.mark.usefixtures("two_workers")
def test_a_shard_that_its_reader_does_not_come_back_from_is_named(
    release: Path, reseal: Reseal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a million rows take seconds anywhere, and a few kilobytes."""
    monkeypatch.setattr(version, "TIME_LIMIT_SECONDS", 1.0)
    rows = pq.read_table(release / SHARDS[0]).take([0] * 500_000)
    pq.write_table(rows, release / SHARDS[0])
    reseal(release)
    # On a busy machine the reader of the other shard may take long as well.
    (found,) = (finding for finding in verify(release, workers=2) if finding.path == SHARDS[0])
    assert (found.code, found.path) == (Code.UNREADABLE_SHARD, SHARDS[0])


def test_the_version_may_be_named_by_a_link(release: Path) -> None:
    link = release.with_name("link")
    link.symlink_to(release)
    assert verify(link) == ()


@pytest.mark.parametrize("position", [0, 0.3, 0.6, -1])
@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_names_its_file_alone(release: Path, name: str, position: float) -> None:
    path = release / name
    at = int(path.stat().st_size * position) if position >= 0 else -1
    flip(path, at)
    assert {d.path for d in verify(release)} == {name}


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_named(release: Path, name: str) -> None:
    path = release / name
    path.write_bytes(path.read_bytes()[:-1])
    assert {d.path for d in verify(release)} == {name}


@pytest.mark.parametrize("name", FILES)
def test_an_emptied_file_is_named(release: Path, name: str) -> None:
    (release / name).write_bytes(b"")
    assert {d.path for d in verify(release)} == {name}


@pytest.mark.parametrize("name", FILES)
def test_a_deleted_file_is_missing(release: Path, name: str) -> None:
    (release / name).unlink()
    assert codes(verify(release)) == [(Code.MISSING_FILE, name)]


def test_two_shards_with_each_others_names_are_both_wrong(release: Path) -> None:
    first, second = (release / name for name in SHARDS)
    first.rename(release / "swap")
    second.rename(first)
    (release / "swap").rename(second)
    assert codes(verify(release)) == [(Code.DIGEST_MISMATCH, name) for name in SHARDS]


@pytest.mark.parametrize("name", ["stray.txt", "data/part-00002.parquet", ".hidden", "audit/x"])
def test_a_file_too_many_is_stray(release: Path, name: str) -> None:
    (release / name).write_text("x")
    assert codes(verify(release)) == [(Code.STRAY_FILE, name)]


def test_what_a_repository_has_beside_a_version_is_passed_over(release: Path) -> None:
    """At its root alone."""
    (release / ".gitattributes").write_text("*.parquet filter=lfs\n")
    (release / ".cache/huggingface").mkdir(parents=True)
    (release / ".git").mkdir()
    assert verify(release) == ()
    (release / "data/.gitattributes").write_text("")
    assert codes(verify(release)) == [(Code.STRAY_FILE, "data/.gitattributes")]


def test_a_listed_file_too_many_is_stray(release: Path, reseal: Reseal) -> None:
    (release / "stray.txt").write_text("x")
    reseal(release)
    assert codes(verify(release)) == [(Code.STRAY_FILE, "stray.txt")]


def test_a_folder_too_many_is_stray_and_not_listed(release: Path) -> None:
    shutil.copytree(release / "data", release / "data2")
    assert codes(verify(release)) == [(Code.STRAY_FILE, "data2")]


def test_findings_say_what_was_expected_and_found(release: Path) -> None:
    flip(release / "README.md", 10)
    (found,) = verify(release)
    assert "expected " in found.message
    assert "found " in found.message
    assert found.is_error


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda m: replace(m, counts=replace(m.counts, rejected=3)), id="rejected"),
        pytest.param(lambda m: replace(m, counts=replace(m.counts, sources=9)), id="sources"),
        pytest.param(lambda m: replace(m, counts=replace(m.counts, rows=7)), id="rows"),
        pytest.param(
            lambda m: replace(m, counts=replace(m.counts, excluded=1, duplicates=2)), id="moved"
        ),
        pytest.param(lambda m: replace(m, sources=replace(m.sources, count=1)), id="count"),
        pytest.param(lambda m: replace(m, codes={**m.codes, "CK301": 2}), id="by code"),
        pytest.param(lambda m: replace(m, codes={**m.codes, "CK999": 1}), id="unknown code"),
    ],
)
def test_an_edited_count_is_found_though_all_digests_are_right(
    release: Path, reseal: Reseal, change: Callable[[Manifest], Manifest]
) -> None:
    reseal(release, change)
    found = verify(release)
    assert {d.path for d in found} == {"manifest.json"}
    assert {d.code for d in found} == {Code.COUNTS_DO_NOT_ADD_UP}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda m: replace(m, content_sha256="0" * 64), Code.CONTENT_DIGEST_MISMATCH),
        (lambda m: replace(m, config_sha256="0" * 64), Code.METADATA_DISAGREES),
        (lambda m: replace(m, config={"order": []}), Code.METADATA_DISAGREES),
        (
            lambda m: replace(m, sources=replace(m.sources, merkle_root="0" * 64)),
            Code.METADATA_DISAGREES,
        ),
        (lambda m: replace(m, stats=replace(m.stats, characters=1)), Code.METADATA_DISAGREES),
        (lambda m: replace(m, stats=replace(m.stats, first_date=None)), Code.METADATA_DISAGREES),
        (
            lambda m: replace(m, stats=replace(m.stats, last_date="2030-01-01T00:00:00Z")),
            Code.METADATA_DISAGREES,
        ),
        (lambda m: replace(m, stats=replace(m.stats, languages={})), Code.METADATA_DISAGREES),
        (lambda m: replace(m, stats=replace(m.stats, formats={"x": 6})), Code.METADATA_DISAGREES),
        (lambda m: replace(m, stats=replace(m.stats, encodings={"x": 6})), Code.METADATA_DISAGREES),
        (
            lambda m: replace(m, stats=replace(m.stats, non_null={**m.stats.non_null, "day": 4})),
            Code.METADATA_DISAGREES,
        ),
        (lambda m: replace(m, previous=Previous("1.0.0", "0" * 64)), Code.METADATA_DISAGREES),
        (lambda m: replace(m, columns=m.columns[1:]), Code.INVALID_MANIFEST),
        (
            lambda m: with_column(m, "title", lambda c: replace(c, type="text")),
            Code.INVALID_MANIFEST,
        ),
        (
            lambda m: with_column(m, "title", lambda c: replace(c, arrow="int64")),
            Code.INVALID_MANIFEST,
        ),
        (
            lambda m: with_column(m, "title", lambda c: replace(c, item_type="string")),
            Code.INVALID_MANIFEST,
        ),
        (
            lambda m: with_column(m, "tags", lambda c: replace(c, item_type="list")),
            Code.INVALID_MANIFEST,
        ),
        (
            lambda m: with_column(
                m, "n_chars", lambda c: replace(c, type="number", arrow="double")
            ),
            Code.INVALID_MANIFEST,
        ),
        (lambda m: replace(m, files=m.files[1:]), Code.INVALID_MANIFEST),
    ],
)
def test_an_edited_manifest_is_found_though_all_digests_are_right(
    release: Path, reseal: Reseal, change: Callable[[Manifest], Manifest], code: Code
) -> None:
    reseal(release, change)
    assert (code, "manifest.json") in codes(verify(release))


@pytest.mark.parametrize("omit", [["text"], ["title"], ["id"], ["id", "path", "source_sha256"]])
def test_columns_that_are_said_to_be_left_out_have_to_be(
    release: Path, reseal: Reseal, omit: list[Json]
) -> None:
    def omitting(manifest: Manifest) -> Manifest:
        config = {**manifest.config, "omit": omit}
        return replace(manifest, config=config, config_sha256=digest(dumps(config)))

    reseal(release, omitting)
    (found,) = verify(release)
    assert (found.code, found.path) == (Code.METADATA_DISAGREES, "manifest.json")
    assert "config.omit" in found.message


def test_a_column_that_nobody_said_is_left_out_has_to_be_there(
    release: Path, reseal: Reseal
) -> None:
    columns = ("body", "text", "front_matter")
    reseal(
        release,
        lambda m: replace(m, columns=tuple(c for c in m.columns if c.name not in columns)),
    )
    assert (Code.METADATA_DISAGREES, "manifest.json") in codes(verify(release))


def test_a_shard_that_the_manifest_forgets_is_stray(release: Path, reseal: Reseal) -> None:
    reseal(release, lambda m: replace(m, files=m.files[:-1]))
    assert (Code.STRAY_FILE, SHARDS[1]) in codes(verify(release))


@pytest.mark.parametrize("name", ["croissant.json", "datapackage.json", "README.md"])
def test_an_edited_document_is_found_though_its_digest_is_right(
    release: Path, reseal: Reseal, name: str
) -> None:
    path = release / name
    path.write_text(path.read_text("utf-8").replace("A small corpus", "A large corpus"), "utf-8")
    reseal(release, documents=False)
    assert codes(verify(release)) == [(Code.METADATA_DISAGREES, name)]


def smaller_ends(data: bytes, footer: bytes) -> bytes:
    """Its footer says that titles end before they do; that of the pages as well."""
    assert b"Article 4" in footer
    return data.removesuffix(footer) + footer.replace(b"Article 4", b"Article 3")


def other_maker(data: bytes, footer: bytes) -> bytes:
    return data.removesuffix(footer) + footer.replace(b"parquet-cpp-arrow", b"parquet-cpp-hello")


def hidden_bytes(data: bytes, footer: bytes) -> bytes:
    return data.removesuffix(footer) + b"what was withdrawn" + footer


@pytest.mark.parametrize(
    ("change", "said", "of_others"),
    [
        (smaller_ends, "statistics of `title` in row group 0: expected what the rows give", True),
        (other_maker, "expected the bytes that the rows give, found others", False),
        (hidden_bytes, "expected the bytes that the rows give, found others", False),
    ],
)
def test_a_shard_says_nothing_that_its_rows_do_not(
    release: Path,
    reseal: Reseal,
    change: Callable[[bytes, bytes], bytes],
    said: str,
    of_others: bool,
) -> None:
    """Whoever filters rows passes over those that are not between a shard's own ends."""
    shard = release / SHARDS[0]
    shard.write_bytes(change(shard.read_bytes(), footers.footer_of(shard)))
    reseal(release)
    (found,) = verify(release)
    assert (found.code, found.path) == (Code.METADATA_DISAGREES, SHARDS[0])
    assert said in found.message
    reseal(release, lambda m: replace(m, generator={**m.generator, "pyarrow": "1.0.0"}))
    assert (Code.METADATA_DISAGREES in {d.code for d in verify(release)}) is of_others


def test_no_more_rows_are_held_than_a_shard_may_have(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_bytes, "_LARGEST", 100)
    assert {d.message for d in verify(release)} == {
        "expected rows of 100 bytes at the most, found more"
    }


def footers_of_others(found: dict[str, bytes]) -> bytes:
    first, second = found.values()
    return footers.render(dict(zip(found, (second, first), strict=True)))


def footers_of_one(found: dict[str, bytes]) -> bytes:
    return footers.render(dict(islice(found.items(), 1)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (footers_of_others, "expected the footer that data/part-00000.parquet has, found another"),
        (footers_of_one, "shards: expected data/part-00001.parquet, found none"),
        (lambda _: b"ARROW1", "expected a compressed Arrow file, found something else"),
    ],
)
def test_wrong_footers_are_found_though_their_digest_is_right(
    release: Path,
    reseal_bytes: Callable[[Path, bytes], None],
    change: Callable[[dict[str, bytes]], bytes],
    said: str,
) -> None:
    path = release / footers.PATH
    path.write_bytes(change(footers.parse(path.read_bytes())))
    data = path.read_bytes()
    manifest = load((release / "manifest.json").read_bytes())
    ends = FileEntry(footers.PATH, len(data), hashlib.sha256(data).hexdigest(), 2)
    files = tuple(ends if f.path == footers.PATH else f for f in manifest.files)
    reseal_bytes(release, dump(replace(manifest, files=files)))
    (found,) = verify(release)
    assert (found.code, found.path) == (Code.METADATA_DISAGREES, footers.PATH)
    assert found.message == said


@pytest.mark.parametrize("ours", [True, False])
def test_another_corpuskit_may_have_made_no_footers(
    release: Path, reseal_bytes: Callable[[Path, bytes], None], ours: bool
) -> None:
    manifest = load((release / "manifest.json").read_bytes())
    maker = manifest.generator if ours else {"corpuskit": "99.0.0"}
    files = tuple(f for f in manifest.files if f.path != footers.PATH)
    (release / footers.PATH).unlink()
    reseal_bytes(release, dump(replace(manifest, files=files, generator=maker)))
    assert (Code.INVALID_MANIFEST in {d.code for d in verify(release)}) is ours


def with_column(manifest: Manifest, name: str, change: Callable[[Column], Column]) -> Manifest:
    columns = tuple(change(c) if c.name == name else c for c in manifest.columns)
    return replace(manifest, columns=columns)


def made_by_another(manifest: Manifest) -> Manifest:
    return replace(manifest, generator={"corpuskit": "99.0.0"})


def test_documents_of_another_corpuskit_may_be_worded_otherwise(
    release: Path, reseal: Reseal
) -> None:
    reseal(release, made_by_another)
    for name in ("croissant.json", "datapackage.json"):
        document = json.loads((release / name).read_text("utf-8"))
        (release / name).write_text(json.dumps(document | {"description": "x"}), "utf-8")
    (release / "README.md").write_text("Other words.\n")
    reseal(release, documents=False)
    assert verify(release) == ()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("croissant.json", '"sha256": "', '"sha256": "0'),
        ("croissant.json", '"contentUrl": "data/part-00001', '"contentUrl": "data/part-00002'),
        ("croissant.json", '"name": "title"', '"name": "headline"'),
        ("croissant.json", '"recordSet": [', '"records": ['),
        ("datapackage.json", "sha256:", "sha256:0"),
        ("datapackage.json", "data/part-00001.parquet", "data/part-00000.parquet"),
        ("datapackage.json", '"resources"', '"resource"'),
        ("datapackage.json", '"resources": [', '"resources": [], "x": ['),
        ("datapackage.json", "{", "["),
    ],
)
def test_documents_of_another_corpuskit_must_name_shards_and_columns(
    release: Path, reseal: Reseal, name: str, old: str, new: str
) -> None:
    reseal(release, made_by_another)
    path = release / name
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    reseal(release, documents=False)
    assert codes(verify(release)) == [(Code.METADATA_DISAGREES, name)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"name": "title"', '"name": "headline"'),
        ('"arrow": "int64"', '"arrow": "int32"'),
        ('"itemType": "string"', '"itemType": "integer"'),
        ('"fields"', '"field"'),
        ('"name": "seen",', '"name": "seen", "constraints": {"required": true},'),
    ],
)
def test_an_edited_schema_is_found_though_its_digest_is_right(
    release: Path, reseal: Reseal, old: str, new: str
) -> None:
    path = release / "schema.json"
    edited = path.read_text("utf-8").replace(old, new, 1)
    path.write_text(edited, "utf-8")
    sha256 = hashlib.sha256(edited.encode()).hexdigest()
    reseal(release, lambda m: replace(m, schema_sha256=sha256))
    assert codes(verify(release)) == [(Code.METADATA_DISAGREES, "schema.json")]


def test_a_schema_other_than_the_manifests_is_named(release: Path, reseal: Reseal) -> None:
    path = release / "schema.json"
    path.write_text(path.read_text("utf-8") + " ", "utf-8")
    reseal(release)
    assert codes(verify(release)) == [(Code.DIGEST_MISMATCH, "schema.json")]


def test_no_more_than_twenty_findings_of_a_code_are_shown(release: Path) -> None:
    for number in range(50):
        (release / f"{number:02d}").write_text("x")
    found = verify(release)
    assert len(found) == 21
    assert "30 more of CK802" in found[-1].message


def test_the_folder_must_be_called_as_the_version_if_it_is_called_like_one(release: Path) -> None:
    other = release.rename(release.with_name("2.0.0"))
    (found,) = verify(other)
    assert (found.code, found.path) == (Code.METADATA_DISAGREES, "manifest.json")


def test_a_version_without_rows_holds(pristine_empty: Path) -> None:
    assert verify(pristine_empty) == ()


@pytest.mark.parametrize(
    ("make", "error"),
    [(Path.mkdir, ReleaseError), (Path.touch, ReleaseError), (Path.exists, UsageError)],
)
def test_what_is_no_release_raises_with_what_to_do(
    tmp_path: Path, make: Callable[[Path], object], error: type[Exception]
) -> None:
    make(tmp_path / "x")
    with pytest.raises(error, match=r"name (the|a) folder"):
        verify(tmp_path / "x")


def test_no_workers_are_refused(release: Path) -> None:
    with pytest.raises(UsageError, match="at least 1"):
        verify(release, workers=0)


def test_a_release_without_a_shard_does_not_hold(
    pristine_empty: Path, tmp_path: Path, reseal: Reseal
) -> None:
    """Nobody could load it: the columns are read from a shard, even where there are no rows."""
    release = tmp_path / "1.0.0"
    shutil.copytree(pristine_empty, release)
    assert verify(release) == ()
    reseal(release, lambda m: replace(m, files=tuple(f for f in m.files if f not in m.shards)))
    shutil.rmtree(release / "data")
    reseal(release)
    (found,) = verify(release)
    assert (found.code, found.path) == (Code.INVALID_MANIFEST, "manifest.json")
    assert "found none" in found.message
