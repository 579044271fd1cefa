"""Everything that is rendered from a `Manifest`: pure functions from values to bytes.

    schema.json       table_schema    Table Schema of all columns (needs the corpus schema too)
    datapackage.json  datapackage     Data Package v2
    croissant.json    croissant       Croissant 1.1
    CITATION.cff      citation        Citation File Format 1.2
    README.md         card            the version's dataset card
    SHA256SUMS        checksums       over all the files of the version
    bagit.txt, …      bag             of the archive of a version
    README.md         dataset         of the dataset, as are
    index.json        index           every version, for programs
    CHANGELOG.md      changelog       every version, for people

manifest.json itself is `corpuskit.manifest_json`'s. No clock, no files: the same values give the
same bytes, also when the manifest was read back from its JSON.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpuskit.dataset_names import INDEX
from corpuskit.documents import (
    card,
    changelog,
    citation,
    croissant,
    datapackage,
    dataset,
    index,
    table_schema,
)
from corpuskit.documents.changelog import entry as version_entry
from corpuskit.documents.history import Gone, Published
from corpuskit.manifest import Manifest
from corpuskit.schema import Schema

__all__ = ["Published", "render", "render_dataset", "render_from_manifest", "version_entry"]


def render(manifest: Manifest, schema: Schema) -> dict[str, bytes]:
    """File name → bytes of a version's documents but manifest.json and SHA256SUMS."""
    return {
        "schema.json": table_schema.render(schema, manifest.columns),
        **render_from_manifest(manifest),
    }


def render_from_manifest(manifest: Manifest) -> dict[str, bytes]:
    """File name → bytes of the documents that need the manifest alone: all but schema.json."""
    return {
        "datapackage.json": datapackage.render(manifest),
        "croissant.json": croissant.render(manifest),
        "CITATION.cff": citation.render(manifest),
        "README.md": card.render(manifest),
    }


def render_dataset(versions: Sequence[Published], gone: Gone | None = None) -> dict[str, bytes]:
    """File name → bytes of the dataset's own documents, from all its versions in any order.

    `gone` has the tombstones of those whose rows were deleted.

    Raises:
        ValueError: There is no version, or one is there twice.
    """
    return {
        "README.md": dataset.render(versions, gone or {}),
        INDEX: index.render(versions, gone or {}),
        "CHANGELOG.md": changelog.render(versions, gone or {}),
    }
