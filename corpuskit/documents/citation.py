"""CITATION.cff (Citation File Format 1.2.0) and the same as BibTeX.

https://github.com/citation-file-format/citation-file-format/blob/main/schema-guide.md. Creators
are given as entities, with one name: nothing tells a person's family name from the others.
"""

from __future__ import annotations

import re

from corpuskit.documents.licences import licence
from corpuskit.documents.markdown import one_line
from corpuskit.documents.web import web_address
from corpuskit.documents.wording import ANONYMOUS, creators, day, keywords, title
from corpuskit.documents.yaml_text import Plain, to_yaml
from corpuskit.manifest import Manifest

_BIBTEX_ESCAPES = {ord(mark): f"\\{mark}" for mark in "#$%&_{}"} | {
    ord("\\"): r"\textbackslash{}",
    ord("~"): r"\textasciitilde{}",
    ord("^"): r"\textasciicircum{}",
}


def render(manifest: Manifest) -> bytes:
    """CITATION.cff."""
    about = manifest.description
    members: dict[str, Plain] = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": title(manifest),
        "version": manifest.version,
        "date-released": day(manifest),
        "authors": [{"name": name} for name in creators(manifest) or (ANONYMOUS,)],
    }
    # Line ends other than LF come back changed from PyYAML.
    if abstract := "\n".join((about.description or "").splitlines()).strip():
        members["abstract"] = abstract
    if words := keywords(manifest):
        members["keywords"] = [*words]
    known = licence(about.license)
    if known.spdx is not None:
        members["license"] = known.spdx
    elif known.url is not None:
        members["license-url"] = known.url
    if homepage := web_address(about.homepage):
        members["url"] = homepage
    return to_yaml(members).encode()


def bibtex(manifest: Manifest) -> str:
    """The version as a BibTeX entry, every name in braces so that it is printed as given."""
    # `misc`: the `dataset` of BibLaTeX is unknown to BibTeX itself.
    fields = {
        "title": _tex(title(manifest)),
        "author": " and ".join(f"{{{_tex(name)}}}" for name in creators(manifest)),
        "year": day(manifest)[:4],
        "note": f"Dataset, version {manifest.version}",
        "url": web_address(manifest.description.homepage) or "",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_key(manifest)},", *lines, "}"])


def _key(manifest: Manifest) -> str:
    return "-".join([*re.findall(r"[A-Za-z0-9]+", manifest.name), manifest.version])


def _tex(text: str) -> str:
    return one_line(text).translate(_BIBTEX_ESCAPES)
