"""What a release says: two that say the same are one version."""

from __future__ import annotations

from dataclasses import replace

from corpuskit.manifest import Manifest


def substance(manifest: Manifest) -> dict[str, object]:
    """What a release says, in parts that can be compared, by their names in a change log.

    The time, the commit and the versions of libraries are none of it.
    """
    audit = sorted((f.path, f.sha256) for f in manifest.files if f.path.startswith("audit/"))
    return {
        "the rows": manifest.content_sha256,
        "the description of the dataset": manifest.description,
        "the schema": (manifest.schema_sha256, manifest.columns),
        "the configuration": manifest.config_sha256,
        "the sources": manifest.sources.merkle_root,
        "the audit": (audit, replace(manifest.counts, ignored=0), manifest.audit),
    }
