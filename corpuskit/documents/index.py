"""index.json of a dataset: what its versions are, for programs."""

from __future__ import annotations

from collections.abc import Sequence

from corpuskit.documents.history import Gone, Published, in_order, left_of
from corpuskit.manifest import Json, Manifest
from corpuskit.strict_json import dumps


def render(versions: Sequence[Published], gone: Gone) -> bytes:
    """index.json of all versions, newest last, whatever the order of `versions`.

    The latest one is the newest whose rows are there, null if there is none.
    """
    ordered = in_order(versions)
    left = left_of(ordered, gone)
    return dumps(
        {
            "name": ordered[-1][0].name,
            "latest": left[-1][0].version if left else None,
            "versions": [_version(*version, gone) for version in ordered],
        }
    )


def _version(manifest: Manifest, manifest_sha256: str, gone: Gone) -> Json:
    tombstone = gone.get(manifest.version)
    about: dict[str, Json] = {}
    if tombstone is not None:
        about[tombstone.kind] = tombstone.reason or tombstone.when
    return {
        **about,
        "version": manifest.version,
        "created": manifest.created,
        "rows": manifest.counts.rows,
        "content_sha256": manifest.content_sha256,
        "manifest_sha256": manifest_sha256,
    }
