"""The configuration as a value: what `corpuskit.toml` says once it is read, or its defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from corpuskit.config.near import NearRules
from corpuskit.config.parts import SHARD_BYTES, PartRules, SplitRules
from corpuskit.manifest import AuditKind, Creator
from corpuskit.parse_rules import MAX_SOURCE_BYTES
from corpuskit.quality.rules import QualityRules
from corpuskit.text_rules import TextRules

DEFAULT_PATTERNS = ("*.md", "*.markdown", "*.mdx", "*.qmd", "*.Rmd", "*.html", "*.htm")

DEFAULT_SCHEMA = "article"

Drafts = Literal["exclude", "include"]


@dataclass(frozen=True, slots=True)
class Dataset:
    """`[dataset]`: what a person says of it.

    `license` is an SPDX identifier or expression, a URL or `unknown`. Without a `name` the source
    folder's is taken, without a `version` the one that follows from the last release. `rai` maps
    properties of Croissant's vocabulary for responsible AI to their values. `withdraw` is the path
    of the list of what is withdrawn, relative to the file.
    """

    name: str | None = None
    version: str | None = None
    title: str | None = None
    description: str | None = None
    license: str | None = None
    homepage: str | None = None
    creators: tuple[Creator, ...] = ()
    keywords: tuple[str, ...] = ()
    withdraw: str | None = None
    publisher: str | None = None
    doi: str | None = None
    citation: str | None = None
    rai: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceRules:
    """`[source]`: what is a source, and how one is read.

    `include` and `exclude` are gitignore patterns. `encoding` is for sources without a byte order
    mark; None detects it. `max_bytes` is the size above which a source is rejected.
    """

    include: tuple[str, ...] = DEFAULT_PATTERNS
    exclude: tuple[str, ...] = ()
    drafts: Drafts = "exclude"
    encoding: str | None = None
    max_bytes: int = MAX_SOURCE_BYTES


@dataclass(frozen=True, slots=True)
class Site:
    """`[site]`: what holds for the site as a whole.

    `timezone` is for dates that name no zone, in fields that name none; None is UTC. `language` is
    a BCP 47 tag, for articles that name none; None detects it.
    """

    timezone: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class DedupRules:
    """`[dedup]`: whether the same text is kept once; shorter ones than `min_chars` always stay.

    Texts that are nearly the same are looked for where `near` says how.
    """

    exact: bool = True
    min_chars: int = 32
    near: NearRules | None = None


@dataclass(frozen=True, slots=True)
class ReleaseRules:
    """`[release]`: how it is written, what of it is not, and what is too much for a version.

    `subsets` is what `subsets.subset_rule` reads, `shard_bytes` the mean size of a shard.
    `max_rejected` is a share of the sources, 0 to 1, `max_removed` one of the last version's rows.
    `max_new_rejects` counts sources that are rejected and were not then; None allows any number.
    `omit` names columns that are not published. Of a `redacted` audit nothing is published
    that quotes the sources.
    """

    subsets: str | None = None
    shard_bytes: int = SHARD_BYTES
    max_rejected: float = 0.5
    max_removed: float = 0.2
    max_new_rejects: int | None = None
    omit: tuple[str, ...] = ()
    audit: AuditKind = "full"


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration; `schema` is a preset's name or a path, relative to the file's."""

    dataset: Dataset = field(default_factory=Dataset)
    source: SourceRules = field(default_factory=SourceRules)
    site: Site = field(default_factory=Site)
    schema: str = DEFAULT_SCHEMA
    text: TextRules = field(default_factory=TextRules)
    quality: QualityRules = field(default_factory=QualityRules)
    dedup: DedupRules = field(default_factory=DedupRules)
    splits: SplitRules = field(default_factory=SplitRules)
    release: ReleaseRules = field(default_factory=ReleaseRules)

    @property
    def parts(self) -> PartRules:
        """How rows are parted."""
        return PartRules(self.splits, self.release.subsets, self.release.shard_bytes)
