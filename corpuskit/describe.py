"""The describe stage: everything that a release says of itself, as one `Manifest` value."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace

import pyarrow as pa

from corpuskit import article_licences, footers, strict_json
from corpuskit.audit import Audit
from corpuskit.config import Config, DedupRules, Site, SourceRules
from corpuskit.config.omission import omitted_columns
from corpuskit.corpus import ParsedCorpus
from corpuskit.dates import DAY, format_instant
from corpuskit.documents import table_schema
from corpuskit.generator import generator
from corpuskit.identity import content_digest_of, digest
from corpuskit.index import temporal_date
from corpuskit.manifest import (
    Changes,
    Description,
    FileEntry,
    Json,
    Manifest,
    Previous,
    SourcesSummary,
    Stats,
)
from corpuskit.provenance import Provenance
from corpuskit.rows import columns
from corpuskit.schema import FieldType, Schema
from corpuskit.schema_reader import effective_order, schema_digest
from corpuskit.settings import Settings
from corpuskit.shards import ShardFigures


def row_config(config: Config, schema: Schema) -> dict[str, Json]:
    """What of the configuration affects rows: whole tables, so that no new key is forgotten.

    What parts rows, looks for near duplicates or is asked of quality is there if anything is, so
    that releases without are what they were.
    """
    parts, quality = config.parts.as_json(), config.quality.as_json()
    return {
        "schema": {"name": schema.name, "sha256": schema_digest(schema)},
        "order": list(effective_order(schema)),
        "source": _plain(config.source),
        "site": _plain(config.site),
        "text": json.loads(json.dumps(config.text.stated())),
        "dedup": _dedup(config.dedup),
        **({"parts": parts} if parts else {}),
        **({"quality": quality} if quality else {}),
        "omit": list(omitted_columns(config)),
    }


def _dedup(rules: DedupRules) -> Json:
    said = asdict(rules)
    if rules.near is None:
        del said["near"]
    return said


def _plain(rules: SourceRules | Site) -> Json:
    plain: Json = json.loads(json.dumps(asdict(rules)))
    return plain


def describe(
    description: Description,
    settings: Settings,
    created: int,
    provenance: Provenance,
    corpus: ParsedCorpus,
    audit: Audit,
    rows: pa.Table,
    merkle_root: str,
) -> Manifest:
    """The manifest of a release whose shards are not written and whose number is not known yet.

    `created` is in UTC microseconds; `rows` has the columns `id` and `row_sha256`, `merkle_root` is
    over the corpus' leaves.
    """
    schema = settings.schema
    config = row_config(settings.config, schema)
    described = columns(schema, omitted_columns(settings.config), settings.config.quality.columns)
    return Manifest(
        description=description,
        version="",
        created=format_instant(created),
        generator=generator(settings.config.text, near=settings.config.dedup.near is not None),
        schema_sha256=digest(table_schema.render(schema, described)),
        columns=described,
        config=config,
        config_sha256=digest(strict_json.dumps(dict(config))),
        sources=SourcesSummary(
            count=len(corpus.leaves),
            bytes=corpus.bytes,
            merkle_root=merkle_root,
            git_commit=provenance.git_commit,
            git_dirty=provenance.git_dirty,
            git_path=provenance.git_path,
        ),
        counts=audit.counts,
        codes=audit.codes,
        naive_dates=dict(sorted(corpus.naive_dates.items())),
        stats=_stats([], schema),
        content_sha256=content_digest_of(rows["id"], rows["row_sha256"]),
        files=tuple(
            FileEntry(path, len(data), digest(data), lines)
            for path, (data, lines) in sorted(audit.files.items())
        ),
        audit=audit.rules.kind,
    )


def with_shards(
    draft: Manifest,
    written: Sequence[tuple[FileEntry, ShardFigures]],
    ends: bytes,
    schema: Schema,
) -> Manifest:
    """`draft` with its shards, what is counted in them, and `ends`, which is footers.arrow.zst."""
    shards = tuple(entry for entry, _ in written)
    figures = [figures for _, figures in written]
    named = FileEntry(footers.PATH, len(ends), digest(ends), len(shards))
    return replace(draft, files=(*draft.files, *shards, named), stats=_stats(figures, schema))


def with_version(
    draft: Manifest, version: str, previous: Previous | None, changes: Changes | None
) -> Manifest:
    """`draft` with its number and what it follows."""
    return replace(draft, version=version, previous=previous, changes=changes)


def _stats(figures: Sequence[ShardFigures], schema: Schema) -> Stats:
    values: dict[str, Counter[str]] = {}
    non_null: Counter[str] = Counter()
    for shard in figures:
        non_null.update(shard.non_null)
        for name, counted in shard.values.items():
            values.setdefault(name, Counter()).update(counted)
    scale = DAY if temporal_date(schema) is FieldType.DATE else 1
    firsts = [f.first_date * scale for f in figures if f.first_date is not None]
    lasts = [f.last_date * scale for f in figures if f.last_date is not None]
    return Stats(
        characters=sum(f.characters for f in figures),
        first_date=format_instant(min(firsts)) if firsts else None,
        last_date=format_instant(max(lasts)) if lasts else None,
        languages=_ranked(values.get("language")),
        formats=_ranked(values.get("format")),
        encodings=_ranked(values.get("encoding")),
        non_null=dict(sorted(non_null.items())),
        licenses=article_licences.commonest(values.get(article_licences.COLUMN, {})),
    )


def _ranked(counted: Counter[str] | None) -> dict[str, int]:
    return dict(sorted((counted or Counter()).items(), key=lambda item: (-item[1], item[0])))
