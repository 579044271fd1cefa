"""README.md of a dataset: what it is, which versions there are, and how to load the latest."""

from __future__ import annotations

from collections.abc import Sequence

from corpuskit.documents.card import citation_section, licence_section, problems_section
from corpuskit.documents.history import Gone, Published, in_order
from corpuskit.documents.hugging_face import card_header, split_globs, subset_globs
from corpuskit.documents.markdown import fenced, inline, number, paragraphs, table
from corpuskit.documents.wording import day, description, title
from corpuskit.manifest import Manifest


def render(versions: Sequence[Published], gone: Gone) -> bytes:
    """README.md, by whose header `load_dataset` of the folder gives the latest version's rows.

    Every version whose rows are there is also a configuration of its own name, and so is every
    subset of the latest one.
    """
    newest_first = [manifest for manifest, _ in reversed(in_order(versions))]
    left = [manifest for manifest in newest_first if manifest.version not in gone]
    latest = [*left, *newest_first][0]
    sections = [
        f"# {inline(title(latest))}",
        paragraphs(description(latest)),
        _versions(newest_first, gone),
        _loading(left),
        licence_section(latest),
        citation_section(latest),
        problems_section(latest),
    ]
    configs = {"default": split_globs(latest, _folder(latest))} if left else {}
    configs |= {m.version: split_globs(m, _folder(m)) for m in left}
    configs |= subset_globs(latest, _folder(latest)) if left else {}
    prose = "\n\n".join(section for section in sections if section)
    return f"{card_header(latest, configs)}\n{prose}\n".encode()


def _folder(manifest: Manifest) -> str:
    return f"{manifest.version}/"


def _versions(newest_first: Sequence[Manifest], gone: Gone) -> str:
    rows = [
        [
            f"[{manifest.version}]({manifest.version}/{_document(manifest, gone)})",
            day(manifest),
            number(manifest.counts.rows),
            f"`{manifest.content_sha256}`",
        ]
        for manifest in newest_first
    ]
    head = ["version", "created", "articles", "SHA-256 of the contents"]
    says = "A version never changes. What is new in each is in [CHANGELOG.md](CHANGELOG.md)."
    lost = [
        f"- {manifest.version} was {inline(gone[manifest.version].said)}"
        for manifest in newest_first
        if manifest.version in gone
    ]
    if lost:
        says += " The rows of some are no longer here:"
    parts = ["## Versions", table(head, rows, frozenset({2})), says, "\n".join(lost)]
    return "\n\n".join(filter(None, parts))


def _document(manifest: Manifest, gone: Gone) -> str:
    tombstone = gone.get(manifest.version)
    return tombstone.file if tombstone else "README.md"


def _loading(newest_first: Sequence[Manifest]) -> str:
    if not newest_first:
        return "## Loading\n\nNo version is left whose rows could be loaded."
    oldest, latest = newest_first[-1].version, newest_first[0].version
    snippet = (
        "from datasets import load_dataset\n\n"
        'folder = "path/to/this/folder"\n'
        f'latest = load_dataset(folder, split="train")  # {latest}\n'
        f'fixed = load_dataset(folder, "{oldest}", split="train")'
    )
    card = f"{latest}/README.md"
    says = f"Columns, and ways in with pandas, polars and DuckDB: [{card}]({card})."
    return "\n\n".join(["## Loading", fenced("python", snippet), says])
