"""index.json of a dataset: what its versions are, for programs."""

from __future__ import annotations

from collections.abc import Sequence

from corpuskit.documents.history import Published, in_order
from corpuskit.manifest import Json, Manifest
from corpuskit.strict_json import dumps


def render(versions: Sequence[Published]) -> bytes:
    """index.json of all versions, newest last, whatever the order of `versions`."""
    ordered = in_order(versions)
    latest, _ = ordered[-1]
    return dumps(
        {
            "name": latest.name,
            "latest": latest.version,
            "versions": [_version(*version) for version in ordered],
        }
    )


def _version(manifest: Manifest, manifest_sha256: str) -> Json:
    return {
        "version": manifest.version,
        "created": manifest.created,
        "rows": manifest.counts.rows,
        "content_sha256": manifest.content_sha256,
        "manifest_sha256": manifest_sha256,
    }
