"""The versions of a dataset in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from corpuskit.manifest import Manifest
from corpuskit.tombstones import Tombstone
from corpuskit.versions import Version

Published: TypeAlias = tuple[Manifest, str]
"""A published version's manifest, and the SHA-256 of the manifest.json that says it."""


Gone: TypeAlias = Mapping[str, Tombstone]
"""By their numbers, the versions whose rows were deleted."""


def in_order(versions: Sequence[Published]) -> list[Published]:
    """`versions`, oldest number first and latest last.

    Raises:
        ValueError: There is none, one is there twice, or one has no version number.
    """
    if not versions:
        raise ValueError("a dataset has at least one version")
    numbered = {_number(manifest): (manifest, digest) for manifest, digest in versions}
    if len(numbered) < len(versions):
        raise ValueError("a version is there twice")
    return [numbered[version] for version in sorted(numbered)]


def _number(manifest: Manifest) -> Version:
    version = Version.parse(manifest.version)
    if version is None:
        raise ValueError(f"{manifest.version!r} is no version")
    return version


def left_of(ordered: Sequence[Published], gone: Gone) -> list[Published]:
    """Those whose rows are there, in the same order."""
    return [version for version in ordered if version[0].version not in gone]
