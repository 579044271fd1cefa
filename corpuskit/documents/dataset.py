"""README.md of a dataset: what it is, which versions there are, and how to load the latest."""

from __future__ import annotations

from collections.abc import Sequence

from corpuskit.documents.card import citation_section, licence_section, problems_section
from corpuskit.documents.history import Published, in_order
from corpuskit.documents.hugging_face import card_header
from corpuskit.documents.markdown import fenced, inline, number, paragraphs, table
from corpuskit.documents.wording import day, description, title
from corpuskit.manifest import Manifest


def render(versions: Sequence[Published]) -> bytes:
    """README.md, by whose header `load_dataset` of the folder gives the latest version's rows.

    Every version is also a configuration of its own name.
    """
    newest_first = [manifest for manifest, _ in reversed(in_order(versions))]
    latest = newest_first[0]
    sections = [
        f"# {inline(title(latest))}",
        paragraphs(description(latest)),
        _versions(newest_first),
        _loading(newest_first),
        licence_section(latest),
        citation_section(latest),
        problems_section(latest),
    ]
    configs = {"default": _glob(latest)} | {
        manifest.version: _glob(manifest) for manifest in newest_first
    }
    prose = "\n\n".join(section for section in sections if section)
    return f"{card_header(latest, configs)}\n{prose}\n".encode()


def _glob(manifest: Manifest) -> str:
    return f"{manifest.version}/data/*.parquet"


def _versions(newest_first: Sequence[Manifest]) -> str:
    rows = [
        [
            f"[{manifest.version}]({manifest.version}/README.md)",
            day(manifest),
            number(manifest.counts.rows),
            f"`{manifest.content_sha256}`",
        ]
        for manifest in newest_first
    ]
    head = ["version", "created", "articles", "SHA-256 of the contents"]
    says = "A version never changes. What is new in each is in [CHANGELOG.md](CHANGELOG.md)."
    return "\n\n".join(["## Versions", table(head, rows, frozenset({2})), says])


def _loading(newest_first: Sequence[Manifest]) -> str:
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
