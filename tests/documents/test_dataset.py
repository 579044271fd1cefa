"""The dataset's own documents, from all its versions."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import permutations

import pytest
import yaml

from corpuskit.documents import render_dataset
from corpuskit.manifest import Changes, Manifest, Previous


@pytest.fixture
def versions(manifest: Manifest) -> list[tuple[Manifest, str]]:
    """1.9.0, 1.10.0 and 2.0.0: in another order as text than as versions."""
    changes = {
        "1.9.0": None,
        "1.10.0": Changes(0, 0, 0, 7, "identical"),
        "2.0.0": Changes(1, 0, 0, 6, "breaking"),
    }
    return [
        (replace(manifest, version=version, changes=change), digest * 64)
        for digest, (version, change) in zip("abc", changes.items(), strict=True)
    ]


def test_the_order_in_which_versions_are_found_changes_nothing(
    versions: list[tuple[Manifest, str]],
) -> None:
    rendered = [render_dataset(order) for order in permutations(versions)]
    assert all(documents == rendered[0] for documents in rendered)


def test_the_index_lists_versions_newest_last(versions: list[tuple[Manifest, str]]) -> None:
    index = json.loads(render_dataset(versions)["index.json"])
    assert [v["version"] for v in index["versions"]] == ["1.9.0", "1.10.0", "2.0.0"]
    assert (index["name"], index["latest"]) == ("small", "2.0.0")
    assert index["versions"][0] == {
        "version": "1.9.0",
        "created": "2026-02-03T04:05:06Z",
        "rows": 7,
        "content_sha256": "5" * 64,
        "manifest_sha256": "a" * 64,
    }


def test_the_default_configuration_is_the_latest_version(
    versions: list[tuple[Manifest, str]],
) -> None:
    header = yaml.safe_load(render_dataset(versions)["README.md"].decode().split("---\n")[1])
    globs = {c["config_name"]: c["data_files"][0]["path"] for c in header["configs"]}
    assert globs == {
        "default": "2.0.0/data/*.parquet",
        "2.0.0": "2.0.0/data/*.parquet",
        "1.10.0": "1.10.0/data/*.parquet",
        "1.9.0": "1.9.0/data/*.parquet",
    }


def test_the_changelog_is_newest_first_and_says_what_each_version_did(
    versions: list[tuple[Manifest, str]],
) -> None:
    text = render_dataset(versions)["CHANGELOG.md"].decode()
    _, newest, middle, first = text.split("\n## ")
    assert newest.startswith("2.0.0 - 2026-02-03\n\n### Added\n\n- 1 article\n\n### Columns\n\n- ")
    assert "can break" in newest
    assert middle.startswith("1.10.0 - 2026-02-03\n\nRows and columns are the same")
    assert first == "1.9.0 - 2026-02-03\n\n### Added\n\n- 7 articles\n"


def _entry(before: Manifest, manifest: Manifest) -> str:
    """What the change log says of a version whose rows are those of the one before."""
    first = replace(before, version="1.0.0", changes=None)
    second = replace(
        manifest,
        version="1.0.1",
        previous=Previous("1.0.0", "a" * 64),
        changes=Changes(0, 0, 0, 7, "identical"),
    )
    text = render_dataset([(first, "a" * 64), (second, "b" * 64)])["CHANGELOG.md"].decode()
    return text.split("\n\n")[3]


def test_a_version_that_was_only_asked_for_is_said_to_bring_nothing(manifest: Manifest) -> None:
    later = replace(manifest, created="2027-01-01T00:00:00Z")
    assert _entry(manifest, later) == (
        "Rows and columns are the same, and so is all that is said of them: only the number is new."
    )


def test_what_changed_besides_rows_is_named(manifest: Manifest) -> None:
    about = replace(manifest.description, title="Another title")
    same = "Rows and columns are the same. Changed: "
    assert _entry(manifest, replace(manifest, description=about)) == (
        f"{same}the description of the dataset."
    )
    sources = replace(manifest.sources, merkle_root="e" * 64)
    counts = replace(manifest.counts, sources=manifest.counts.sources + 1, rejected=9)
    everything = replace(
        manifest,
        description=about,
        schema_sha256="d" * 64,
        config_sha256="d" * 64,
        sources=sources,
        counts=counts,
    )
    assert _entry(manifest, everything) == (
        f"{same}the description of the dataset, the schema, the configuration, the sources and "
        "the audit."
    )


def test_files_that_are_no_sources_are_no_change(manifest: Manifest) -> None:
    ignored = replace(manifest, counts=replace(manifest.counts, ignored=99))
    assert _entry(manifest, ignored) == _entry(manifest, manifest)


def test_nothing_is_said_against_a_version_that_is_gone(manifest: Manifest) -> None:
    gone = replace(
        manifest,
        version="1.0.2",
        previous=Previous("1.0.1", "a" * 64),
        changes=Changes(0, 0, 0, 7, "identical"),
    )
    first = replace(manifest, version="1.0.0", changes=None)
    text = render_dataset([(first, "a" * 64), (gone, "b" * 64)])["CHANGELOG.md"].decode()
    assert text.split("\n\n")[3] == "Rows and columns are the same."


def test_a_dataset_without_versions_has_no_documents() -> None:
    with pytest.raises(ValueError, match="at least one version"):
        render_dataset([])


def test_a_version_cannot_be_there_twice(versions: list[tuple[Manifest, str]]) -> None:
    with pytest.raises(ValueError, match="twice"):
        render_dataset([*versions, versions[0]])


def test_a_version_has_a_number(manifest: Manifest) -> None:
    with pytest.raises(ValueError, match="'latest' is no version"):
        render_dataset([(replace(manifest, version="latest"), "a" * 64)])
