"""What `verify` says of a dataset: its versions, their order, and what stands around them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version as installed
from pathlib import Path

import pytest

from corpuskit.codes import Code
from corpuskit.errors import ReleaseError
from corpuskit.manifest import Changes, Manifest
from corpuskit.model import Cell, Diagnostic
from corpuskit.verifying import examine, verify

AROUND = ("CHANGELOG.md", "README.md", "index.json")
Row = dict[str, Cell]
Reseal = Callable[..., None]


def codes(found: tuple[Diagnostic, ...]) -> list[tuple[Code, str | None]]:
    return [(d.code, d.path) for d in found]


def test_a_good_dataset_gives_nothing(dataset: Path) -> None:
    assert verify(dataset) == ()
    assert verify(dataset / "1.0.0") == ()
    assert verify(dataset / "1.1.0") == ()


def test_findings_of_a_version_are_named_below_it(dataset: Path) -> None:
    (dataset / "1.1.0/README.md").write_text("x")
    assert codes(verify(dataset)) == [(Code.DIGEST_MISMATCH, "1.1.0/README.md")]


@pytest.mark.parametrize("position", [0, 0.4, 0.8, -1])
@pytest.mark.parametrize("name", AROUND)
def test_a_flipped_bit_around_the_versions_names_its_file(
    dataset: Path, name: str, position: float
) -> None:
    data = bytearray((dataset / name).read_bytes())
    data[int(len(data) * position) if position >= 0 else -1] ^= 1
    (dataset / name).write_bytes(data)
    assert [d.path for d in verify(dataset)] == [name]


@pytest.mark.parametrize("name", AROUND)
def test_what_is_missing_around_the_versions_is_named(dataset: Path, name: str) -> None:
    (dataset / name).unlink()
    assert codes(verify(dataset)) == [(Code.MISSING_FILE, name)]


@pytest.mark.parametrize("name", AROUND)
def test_a_pipe_around_the_versions_is_never_waited_for(dataset: Path, name: str) -> None:
    (dataset / name).unlink()
    os.mkfifo(dataset / name)
    assert codes(verify(dataset)) == [(Code.STRAY_FILE, name)]


def test_a_link_to_the_latest_version_is_found(dataset: Path) -> None:
    """Globs would read its rows twice."""
    (dataset / "latest").symlink_to("1.1.0")
    assert codes(verify(dataset)) == [(Code.STRAY_FILE, "latest")]


def test_a_link_in_place_of_a_version_is_found(dataset: Path) -> None:
    (dataset / "1.1.0").rename(dataset.with_name("elsewhere"))
    (dataset / "1.1.0").symlink_to(dataset.with_name("elsewhere"))
    assert (Code.STRAY_FILE, "1.1.0") in codes(verify(dataset))


def test_reports_and_the_stages_of_builds_are_no_findings(dataset: Path) -> None:
    (dataset / "reports").mkdir()
    (dataset / "reports/1.0.0.html").touch()
    (dataset / ".staging-x").mkdir()
    assert verify(dataset) == ()


def test_a_lost_version_is_missed_by_the_one_after_it(dataset: Path) -> None:
    """It may be that only this one was published; the index says that it was not."""
    shutil.rmtree(dataset / "1.0.0")
    assert (Code.INDEX_DISAGREES, "index.json") in codes(verify(dataset))
    lost = (Code.METADATA_DISAGREES, "1.1.0/manifest.json")
    assert lost not in codes(verify(dataset))
    assert lost in codes(verify(dataset, history=True))


def test_a_lost_latest_version_is_missed_by_the_index(dataset: Path) -> None:
    shutil.rmtree(dataset / "1.1.0")
    (said,) = (d.message for d in verify(dataset) if d.code is Code.INDEX_DISAGREES)
    assert said == "1.1.0 is listed and not there"


def test_a_version_that_the_index_does_not_list_is_named(dataset: Path) -> None:
    index = json.loads((dataset / "index.json").read_text("utf-8"))
    del index["versions"][-1]
    (dataset / "index.json").write_text(json.dumps(index))
    (said,) = (d.message for d in verify(dataset) if d.code is Code.INDEX_DISAGREES)
    assert said == "1.1.0 is there and not listed"


def test_a_version_without_anything_in_it_is_found(dataset: Path) -> None:
    (dataset / "1.2.0").mkdir()
    found = codes(verify(dataset))
    assert (Code.MISSING_FILE, "1.2.0/manifest.json") in found
    assert (Code.MISSING_FILE, "1.2.0/SHA256SUMS") in found


def test_a_version_rewritten_with_all_its_digests_breaks_the_chain(
    dataset: Path, reseal: Reseal
) -> None:
    reseal(dataset / "1.0.0", lambda m: replace(m, created="2020-01-01T00:00:00Z"))
    found = codes(verify(dataset))
    assert (Code.METADATA_DISAGREES, "1.1.0/manifest.json") in found
    assert (Code.INDEX_DISAGREES, "index.json") in found


def test_a_version_alone_is_held_against_the_index_beside_it(dataset: Path, reseal: Reseal) -> None:
    reseal(dataset / "1.1.0", lambda m: replace(m, created="2020-01-01T00:00:00Z"))
    assert codes(verify(dataset / "1.1.0")) == [(Code.INDEX_DISAGREES, "manifest.json")]


def test_the_index_decides_between_manifest_and_checksums(dataset: Path) -> None:
    sums = dataset / "1.0.0/SHA256SUMS"
    lines = sums.read_text("utf-8").splitlines()
    lines = [f"{'0' * 64}  manifest.json" if "manifest.json" in x else x for x in lines]
    sums.write_text("\n".join(lines) + "\n", "utf-8")
    assert codes(verify(dataset / "1.0.0")) == [(Code.INVALID_CHECKSUMS, "SHA256SUMS")]


@pytest.mark.parametrize("data", [b"", b"[]", b'{"versions": 3}', b'{"versions": [{}]}', b"\xff"])
def test_an_index_that_is_none_says_nothing_of_a_version(dataset: Path, data: bytes) -> None:
    (dataset / "index.json").write_bytes(data)
    assert verify(dataset / "1.0.0") == ()
    assert codes(verify(dataset)) == [(Code.INDEX_DISAGREES, "index.json")]


@pytest.mark.parametrize(
    "changes",
    [
        Changes(added=3, removed=1, changed=0, unchanged=4, schema="identical"),
        Changes(added=2, removed=0, changed=1, unchanged=4, schema="identical"),
        Changes(added=2, removed=1, changed=0, unchanged=5, schema="identical"),
        Changes(added=2, removed=1, changed=1, unchanged=4, schema="breaking"),
    ],
)
def test_edited_changes_are_found_by_the_rows(
    dataset: Path, reseal: Reseal, rewrite_around: Callable[[Path], None], changes: Changes
) -> None:
    reseal(dataset / "1.1.0", lambda m: replace(m, changes=changes))
    rewrite_around(dataset)
    assert codes(verify(dataset)) == [(Code.METADATA_DISAGREES, "1.1.0/manifest.json")]


def test_a_version_that_follows_none_is_found(
    dataset: Path, reseal: Reseal, rewrite_around: Callable[[Path], None]
) -> None:
    reseal(dataset / "1.1.0", lambda m: replace(m, previous=None, changes=None))
    rewrite_around(dataset)
    assert codes(verify(dataset)) == [(Code.METADATA_DISAGREES, "1.1.0/manifest.json")]


def test_a_dataset_of_another_corpuskit_is_held_against_its_index_alone(
    dataset: Path, reseal: Reseal, rewrite_around: Callable[[Path], None]
) -> None:
    def by_another(manifest: Manifest) -> Manifest:
        return replace(manifest, generator={"corpuskit": "99.0.0"})

    reseal(dataset / "1.1.0", by_another)
    rewrite_around(dataset)
    (dataset / "README.md").write_text("Other words.\n")
    index = json.loads((dataset / "index.json").read_text("utf-8"))
    (dataset / "index.json").write_text(json.dumps(index | {"more": "keys"}))
    assert verify(dataset) == ()
    index["versions"][0]["rows"] = 7
    (dataset / "index.json").write_text(json.dumps(index))
    (found,) = verify(dataset)
    assert (found.code, found.path) == (Code.INDEX_DISAGREES, "index.json")
    assert "$.versions[0].rows: expected 6, found 7" in found.message


# What came of each version


def test_each_version_has_its_own_result(dataset: Path) -> None:
    (dataset / "1.1.0/README.md").write_text("x")
    (dataset / "index.json").unlink()
    found = examine(dataset)
    assert found.path == dataset
    assert [(v.path, v.version, v.name, v.rows) for v in found.versions] == [
        (dataset / "1.0.0", "1.0.0", "small", 6),
        (dataset / "1.1.0", "1.1.0", "small", 7),
    ]
    assert [(v.holds, v.findings, v.files) for v in found.versions] == [
        (True, 0, 14),
        (False, 1, 14),
    ]
    assert found.around == 1
    assert found.findings == verify(dataset)


def test_findings_that_are_not_shown_count_too(
    dataset: Path,
    read_rows: Callable[[Path], list[Row]],
    rewrite_shard: Callable[..., None],
    reseal: Reseal,
) -> None:
    shard = dataset / "1.1.0/data/part-00000.parquet"
    rewrite_shard(shard, [row | {"title": "x"} for row in read_rows(shard)] * 20, sealed=False)
    reseal(dataset / "1.1.0")
    found = examine(dataset)
    digests = [d for d in found.findings if d.code is Code.ROW_DIGEST_MISMATCH]
    assert len(digests) == 21
    first, second = found.versions
    assert first.holds
    assert second.findings >= 80


def test_a_version_without_a_manifest_is_called_as_its_folder(dataset: Path) -> None:
    (dataset / "1.1.0/manifest.json").unlink()
    _, last = examine(dataset).versions
    assert (last.version, last.name, last.rows, last.files) == ("1.1.0", None, None, 13)


def test_a_version_alone_is_one_result(release: Path) -> None:
    (only,) = examine(release).versions
    assert (only.version, only.name, only.rows, only.files, only.note) == (
        "1.0.0",
        "small",
        6,
        14,
        None,
    )


def test_what_another_corpuskit_made_is_noted_and_no_finding(
    dataset: Path, reseal: Reseal, rewrite_around: Callable[[Path], None]
) -> None:
    reseal(dataset / "1.1.0", lambda m: replace(m, generator={"corpuskit": "99.0.0"}))
    rewrite_around(dataset)
    found = examine(dataset)
    assert found.findings == ()
    first, second = (version.note for version in found.versions)
    assert first is None
    assert second is not None
    assert second.startswith("made with corpuskit 99.0.0, read with corpuskit ")
    assert "not byte by byte" in second


@pytest.mark.parametrize(
    ("generator", "said"),
    [
        ({}, "made with corpuskit ?"),
        ({"corpuskit": installed("corpuskit"), "pyyaml": "1"}, "pyyaml 1,"),
    ],
)
def test_what_cannot_be_rendered_alike_is_noted(
    release: Path, reseal: Reseal, generator: dict[str, str], said: str
) -> None:
    reseal(release, lambda m: replace(m, generator=generator))
    (version,) = examine(release).versions
    assert (version.holds, said in (version.note or "")) == (True, True)


# Which folder is meant


def test_a_name_is_that_of_a_dataset(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "datasets").mkdir()
    dataset.rename(tmp_path / "datasets/small")
    assert examine("small").path == Path("datasets/small")
    (tmp_path / "small").mkdir()
    (tmp_path / "small/article.md").touch()
    assert len(examine("small").versions) == 2
    (tmp_path / "datasets/small/1.0.0").rename(tmp_path / "small/1.0.0")
    assert examine("small").path == Path("small")


def test_a_folder_of_datasets_is_no_release_but_leads_to_one(dataset: Path) -> None:
    with pytest.raises(ReleaseError, match=f"holds datasets; name a folder such as {dataset}"):
        verify(dataset.parent)
