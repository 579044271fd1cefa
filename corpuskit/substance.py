"""What a release says against what another one does, by their manifests."""

from __future__ import annotations

from dataclasses import replace

from corpuskit.manifest import Manifest
from corpuskit.parts.folders import parting
from corpuskit.versions import Bump, SchemaVerdict, bump_for, schema_verdict


def substance(manifest: Manifest) -> dict[str, object]:
    """What a release says, in parts that can be compared, by their names in a change log.

    Two of the same are one version. The time, the commit and the versions of libraries are not in
    it.
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


def arrow_types(manifest: Manifest) -> dict[str, str]:
    """The names of the Arrow types of a release's columns."""
    return {column.name: column.arrow for column in manifest.columns}


def verdict_between(old: Manifest, new: Manifest) -> SchemaVerdict:
    """Whether code that reads the columns of the one may read those of the other."""
    return schema_verdict(arrow_types(old), arrow_types(new))


def is_reparted(old: Manifest, new: Manifest) -> bool:
    """Whether rows are put into splits and subsets by other rules."""
    return parting(old) != parting(new)


def bump_between(old: Manifest, new: Manifest, *, rows_differ: bool | None = None) -> Bump | None:
    """Which part of the version number what differs raises; None if nothing does.

    `rows_differ` may be known better than from the two.
    """
    if rows_differ is None and substance(old) == substance(new):
        return None
    if rows_differ is None:
        rows_differ = old.content_sha256 != new.content_sha256
    return bump_for(
        verdict_between(old, new), rows_differ=rows_differ, parts_differ=is_reparted(old, new)
    )
