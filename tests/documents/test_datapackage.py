"""datapackage.json."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from corpuskit.documents import datapackage
from corpuskit.manifest import Description, Manifest


def _document(manifest: Manifest, **about: Any) -> dict[str, Any]:  # noqa: ANN401 - keywords
    described = replace(manifest, description=replace(manifest.description, **about))
    document: dict[str, Any] = json.loads(datapackage.render(described))
    return document


def test_each_shard_is_a_resource_with_its_hash(manifest: Manifest) -> None:
    resources = _document(manifest)["resources"]
    assert [(r["name"], r["path"], r["hash"]) for r in resources] == [
        ("part-00000", "data/part-00000.parquet", f"sha256:{'6' * 64}"),
        ("part-00001", "data/part-00001.parquet", f"sha256:{'7' * 64}"),
    ]
    assert all(r["type"] == "table" and r["schema"] == "schema.json" for r in resources)


def test_no_resource_says_its_bytes(manifest: Manifest) -> None:
    """The validator compares `bytes` with another number for Parquet and fails."""
    assert all("bytes" not in resource for resource in _document(manifest)["resources"])


@pytest.mark.parametrize(
    ("given", "licences"),
    [
        (None, None),
        ("unknown", None),
        (
            "MIT",
            [{"name": "MIT", "path": "https://opensource.org/license/mit", "title": "MIT"}],
        ),
        (
            "https://example.org/terms",
            [{"path": "https://example.org/terms", "title": "https://example.org/terms"}],
        ),
        ("ask me", [{"name": "other", "title": "ask me"}]),
    ],
)
def test_a_licence_has_the_name_or_path_that_the_standard_asks_for(
    manifest: Manifest, given: str | None, licences: object
) -> None:
    assert _document(manifest, license=given).get("licenses") == licences


def test_what_is_not_known_is_left_out(manifest: Manifest) -> None:
    """The standard wants arrays that are there to hold something, and addresses to be ones."""
    document = json.loads(datapackage.render(replace(manifest, description=Description("x"))))
    assert document.keys() == {"$schema", "name", "title", "version", "created", "resources"}
    assert "homepage" not in _document(manifest, homepage="javascript:alert(1)")
