"""The documents of a small release, byte for byte, as they stand in `golden/`.

A change here changes what every user publishes: look at the difference, then store the new bytes.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpuskit.documents import checksums, render, render_dataset, render_from_manifest
from corpuskit.manifest import Manifest
from corpuskit.manifest_json import dump, load
from corpuskit.schema import Schema

GOLDEN = Path(__file__).parent / "golden"


def _stored(folder: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (GOLDEN / folder).iterdir()}


@pytest.fixture
def version(manifest: Manifest, schema: Schema) -> dict[str, bytes]:
    """Every document of the version."""
    documents = {**render(manifest, schema), "manifest.json": dump(manifest)}
    return {**documents, "SHA256SUMS": checksums.render(manifest, documents)}


@pytest.fixture
def dataset(manifest: Manifest) -> dict[str, bytes]:
    """Every document of a dataset of two versions."""
    first = replace(
        manifest, version="1.0.0", created="2026-01-02T00:00:00Z", previous=None, changes=None
    )
    return render_dataset([(first, "9" * 64), (manifest, "a" * 64)])


def test_a_version_is_as_stored(version: dict[str, bytes]) -> None:
    assert version == _stored("version")


def test_a_dataset_is_as_stored(dataset: dict[str, bytes]) -> None:
    assert dataset == _stored("dataset")


def test_a_manifest_that_was_read_back_renders_the_same(
    manifest: Manifest, version: dict[str, bytes]
) -> None:
    """`verify` has manifest.json alone: its keys are sorted, and so are its tallies."""
    again = render_from_manifest(load(dump(manifest)))
    assert again == {name: version[name] for name in again}
