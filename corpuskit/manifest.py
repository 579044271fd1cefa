"""The manifest: the one value that every document of a release is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from corpuskit.model import Counts

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

AuditKind: TypeAlias = Literal["full", "redacted"]
"""Whether the audit quotes the sources."""

MANIFEST_VERSION = 1


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file that the manifest answers for: its path, size in bytes, SHA-256 and rows or lines."""

    path: str
    bytes: int
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the release: `type` is a Table Schema type, `arrow` an Arrow type's name."""

    name: str
    type: str
    arrow: str
    item_type: str | None = None
    required: bool = False
    title: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Creator:
    """Who made a dataset: a person, or an organization.

    `family_name` is the beginning or the end of `name`; with it, or an `orcid`, it is a person.
    """

    name: str
    family_name: str | None = None
    orcid: str | None = None
    affiliation: str | None = None
    email: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """What a person says of the dataset, from `[dataset]` of the configuration.

    `license` is an SPDX identifier, a URL or `unknown`, `citation` prose or a BibTeX entry. `rai`
    maps properties of Croissant's vocabulary for responsible AI to their values.
    """

    name: str
    title: str | None = None
    description: str | None = None
    license: str | None = None
    homepage: str | None = None
    creators: tuple[Creator, ...] = ()
    keywords: tuple[str, ...] = ()
    publisher: str | None = None
    doi: str | None = None
    citation: str | None = None
    rai: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Previous:
    """The version before: its number and the SHA-256 of its manifest.json."""

    version: str
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows by id against the previous version, and what happened to the columns."""

    added: int
    removed: int
    changed: int
    unchanged: int
    schema: str


@dataclass(frozen=True, slots=True)
class SourcesSummary:
    """What went in: `merkle_root` is over path and SHA-256; `git_commit` where SRC is in git.

    `git_path` is the way from the top of that repository to the root of the sources: empty, or with
    a slash at its end. It is None where the sources are not those of the commit, or the root is not
    in the repository.
    """

    count: int
    bytes: int
    merkle_root: str
    git_commit: str | None = None
    git_dirty: bool | None = None
    git_path: str | None = None


@dataclass(frozen=True, slots=True)
class Stats:
    """Figures of the rows: first and last `date` (ISO 8601, UTC), characters, and top values.

    `languages`, `formats` and `encodings` count rows by value, most frequent first, ties by name;
    so do `licenses`, of which there are no more than `article_licences` lets there be.
    """

    characters: int
    first_date: str | None
    last_date: str | None
    languages: Mapping[str, int]
    formats: Mapping[str, int]
    encodings: Mapping[str, int]
    non_null: Mapping[str, int]
    licenses: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that a release says of itself.

    `created` is ISO 8601 in UTC. `codes` counts diagnostics by code. `config` is what affects
    rows, with its own digest. `content_sha256` is over the sorted (id, row_sha256) pairs. `audit`
    says whether the audit quotes the sources.
    """

    description: Description
    version: str
    created: str
    generator: Mapping[str, str]
    schema_sha256: str
    columns: tuple[Column, ...]
    config: Mapping[str, Json]
    config_sha256: str
    sources: SourcesSummary
    counts: Counts
    codes: Mapping[str, int]
    naive_dates: Mapping[str, int]
    stats: Stats
    content_sha256: str
    files: tuple[FileEntry, ...]
    previous: Previous | None = None
    changes: Changes | None = None
    audit: AuditKind = "full"

    @property
    def name(self) -> str:
        """The dataset's name."""
        return self.description.name

    @property
    def shards(self) -> tuple[FileEntry, ...]:
        """The Parquet files, in order."""
        return tuple(f for f in self.files if f.path.startswith("data/"))
