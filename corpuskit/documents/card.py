"""README.md of a version: its dataset card."""

from __future__ import annotations

from collections.abc import Mapping

from corpuskit import article_licences
from corpuskit.codes import Code
from corpuskit.config.omission import omitted_by
from corpuskit.documents import rai
from corpuskit.documents.card_parts import parts_section
from corpuskit.documents.citation import bibtex, in_words
from corpuskit.documents.forge import report_address
from corpuskit.documents.hugging_face import card_header, split_globs, subset_globs
from corpuskit.documents.identifiers import doi, doi_address
from corpuskit.documents.licences import NO_PERMISSION, licence
from corpuskit.documents.markdown import code, fenced, inline, link, number, paragraphs, table
from corpuskit.documents.people import in_markdown, publisher
from corpuskit.documents.web import web_address
from corpuskit.documents.wording import articles, by_count, day, description, title
from corpuskit.manifest import Column, Manifest
from corpuskit.parts.folders import shards_glob

_SHOWN_VALUES = 12
"""Of a tally's values; an archive of the web has some 60 languages, most of them misdetected."""

_SNIPPETS = (
    'import pandas as pd\n\narticles = pd.read_parquet("{version}/data")',
    'import polars as pl\n\narticles = pl.read_parquet("{version}/{shards}")',
    "import duckdb\n\narticles = duckdb.sql(\"SELECT * FROM '{version}/{shards}'\")",
    # Of ".", `datasets` 5.2 says that a name should be specified: hence the folder above.
    ('from datasets import load_dataset\n\narticles = load_dataset("./{version}", split="train")'),
    'import corpuskit\n\narticles = corpuskit.load("{version}").to_polars()',
)


def render(manifest: Manifest) -> bytes:
    """README.md with the header that makes `datasets` load the version's shards."""
    sections = [
        f"# {inline(title(manifest))}",
        paragraphs(description(manifest)),
        _summary(manifest),
        _counts(manifest),
        parts_section(manifest),
        _columns(manifest),
        _loading(manifest),
        _contents(manifest),
        _diagnostics(manifest),
        _provenance(manifest),
        licence_section(manifest),
        rai.section(manifest),
        citation_section(manifest),
        problems_section(manifest),
    ]
    prose = "\n\n".join(section for section in sections if section)
    configs = {"default": split_globs(manifest), **subset_globs(manifest)}
    return f"{card_header(manifest, configs)}\n{prose}\n".encode()


def licence_section(manifest: Manifest) -> str:
    """What may be done with the articles, in words where no licence says it."""
    known = licence(manifest.description.license)
    if known.given is None:
        says = (
            "No licence is stated. That an article can be read in public is no permission to "
            f"copy, change or share it ([what that means](<{NO_PERMISSION}>)): ask its author."
        )
    elif known.url is None:
        says = f"Stated terms: {inline(known.given)}"
    else:
        says = f"The articles are under {link(known.spdx or known.given, known.url)}."
    parts = ["## Licence", says, _article_licences(manifest)]
    return "\n\n".join(part for part in parts if part)


def _article_licences(manifest: Manifest) -> str:
    """What articles state for themselves, where at least one does."""
    stated = article_licences.stated(manifest)
    if stated is None or not manifest.stats.non_null.get(article_licences.COLUMN):
        return ""
    counted, others, none = stated
    shown = [f"{inline(value)} {number(count)}" for value, count in counted[:_SHOWN_VALUES]]
    others += sum(count for _, count in counted[_SHOWN_VALUES:])
    shown += [f"others {number(others)}"] if others else []
    shown += [f"none stated {number(none)}"] if none else []
    return f"Licences that articles state (column `license`): {', '.join(shown)}."


def citation_section(manifest: Manifest) -> str:
    """How to cite the version."""
    words = in_words(manifest)
    parts = ["## Citation", paragraphs(words) if words else "", fenced("bibtex", bibtex(manifest))]
    return "\n\n".join(part for part in parts if part)


def problems_section(manifest: Manifest) -> str:
    """Where to say that something is wrong, if that is known."""
    address = report_address(manifest.description.homepage)
    if address is None:
        return ""
    says = "Is something wrong with an article, or should it not be here?"
    return f"## Problems\n\n{says} {link('Report a problem', address)}."


def _summary(manifest: Manifest) -> str:
    facts = [
        f"Version {manifest.version}, created {day(manifest)}",
        articles(manifest.counts.rows) + _characters(manifest),
    ]
    if span := _span(manifest):
        facts.append(span)
    if named := in_markdown(manifest):
        facts.append(f"By {named}")
    if name := publisher(manifest):
        facts.append(f"Published by {inline(name)}")
    if identifier := doi(manifest.description.doi or ""):
        facts.append(f"DOI: {link(identifier, doi_address(identifier))}")
    if homepage := web_address(manifest.description.homepage):
        facts.append(f"Home: <{homepage}>")
    return _bullets(facts)


def _characters(manifest: Manifest) -> str:
    if "n_chars" in omitted_by(manifest.config):
        return ""
    return f", {number(manifest.stats.characters)} characters of text"


def _span(manifest: Manifest) -> str | None:
    first, last = manifest.stats.first_date, manifest.stats.last_date
    if first is None or last is None:
        return None
    return f"Dated {inline(first[:10])} to {inline(last[:10])}"


def _counts(manifest: Manifest) -> str:
    counts = manifest.counts
    rows = [
        ["rows of this release", number(counts.rows)],
        ["rejected: broke a rule", number(counts.rejected)],
        ["duplicates of a row", number(counts.duplicates)],
        ["excluded: drafts and the like", number(counts.excluded)],
        ["**sources in all**", f"**{number(counts.sources)}**"],
    ]
    says = "Every source file is in one of these places; `audit/` names those that are no rows."
    if counts.ignored:
        says += f" Files that matched no pattern are no sources: {number(counts.ignored)}."
    return "\n\n".join(
        ["## Counts", table(["where the sources went", "files"], rows, frozenset({1})), says]
    )


def _columns(manifest: Manifest) -> str:
    rows = [_column(column, manifest) for column in manifest.columns]
    if not rows:
        return ""
    head = ["column", "type", "filled", "what it is"]
    parts = ["## Columns", table(head, rows, frozenset({2}))]
    if omitted := omitted_by(manifest.config):
        parts.append(f"Not published: {', '.join(map(code, omitted))}.")
    return "\n\n".join(parts)


def _column(column: Column, manifest: Manifest) -> list[str]:
    filled = manifest.stats.non_null.get(column.name)
    says = ": ".join(inline(part) for part in (column.title, column.description) if part)
    return [
        code(column.name),
        code(column.arrow),
        "" if filled is None else number(filled),
        says,
    ]


def snippets(manifest: Manifest) -> list[str]:
    """Python that loads the rows from the folder above the version's, one way each."""
    shards = shards_glob(manifest)
    return [snippet.format(version=manifest.version, shards=shards) for snippet in _SNIPPETS]


def _loading(manifest: Manifest) -> str:
    version = manifest.version
    says = f"From the folder that holds `{version}/`:"
    checks = fenced("sh", f"cd {version} && sha256sum -c SHA256SUMS")
    blocks = [fenced("python", snippet) for snippet in snippets(manifest)]
    return "\n\n".join(["## Loading", says, *blocks, "To check that all files are whole:", checks])


def _contents(manifest: Manifest) -> str:
    stats = manifest.stats
    tallies = {
        "Languages": stats.languages,
        "Formats of the sources": stats.formats,
        "Encodings of the sources": stats.encodings,
    }
    facts = [f"{name}: {_shares(tally)}" for name, tally in tallies.items() if tally]
    return "\n\n".join(["## Contents", _bullets(facts)]) if facts else ""


def _shares(tally: Mapping[str, int]) -> str:
    values = by_count(tally)
    shown = [f"{inline(value)} {number(count)}" for value, count in values[:_SHOWN_VALUES]]
    rest = sum(count for _, count in values[_SHOWN_VALUES:])
    return ", ".join([*shown, f"others {number(rest)}"] if rest else shown)


def _diagnostics(manifest: Manifest) -> str:
    parts = []
    if manifest.codes:
        rows = [_diagnostic(name, count) for name, count in by_count(manifest.codes)]
        head = ["code", "what", "by default", "found"]
        says = (
            "An error rejects its source; schema and configuration may make one milder. "
            "`audit/diagnostics.jsonl` has each with its place and severity."
        )
        if manifest.audit == "redacted":
            says += " The audit is redacted: it quotes no source."
        parts += [table(head, rows, frozenset({3})), says]
    parts += [
        f"Dates that named no time zone and were read as {inline(zone)}: {number(count)}."
        for zone, count in by_count(manifest.naive_dates)
        if count
    ]
    return "\n\n".join(["## Diagnostics", *parts]) if parts else ""


def _diagnostic(name: str, count: int) -> list[str]:
    try:
        known = Code(name)
    except ValueError:  # a code of a later corpuskit
        return [code(name), "", "", number(count)]
    return [code(name), known.label, str(known.severity), number(count)]


def _provenance(manifest: Manifest) -> str:
    sources = manifest.sources
    made_with = ", ".join(
        f"{inline(name)} {inline(version)}" for name, version in sorted(manifest.generator.items())
    )
    size = f"{number(sources.count)} files, {number(sources.bytes)} bytes"
    facts = [f"Sources: {size}, Merkle root `{sources.merkle_root}`"]
    if sources.git_commit is not None:
        dirty = " and changes that are in no commit" if sources.git_dirty else ""
        facts.append(f"Git: commit `{sources.git_commit}`{dirty}")
    if made_with:
        facts.append(f"Made with {made_with}")
    facts += [
        f"Configuration: SHA-256 `{manifest.config_sha256}`",
        f"Contents: SHA-256 `{manifest.content_sha256}`",
    ]
    if manifest.previous is not None:
        before = manifest.previous
        facts.append(f"Version before: {before.version}, manifest `{before.manifest_sha256}`")
    says = "`manifest.json` says all of this for machines."
    return "\n\n".join(["## Provenance", _bullets(facts), says])


def _bullets(facts: list[str]) -> str:
    return "\n".join(f"- {fact}" for fact in facts)
