"""CITATION.cff (Citation File Format 1.2.0) and the same as BibTeX.

https://github.com/citation-file-format/citation-file-format/blob/main/schema-guide.md
"""

from __future__ import annotations

import re

from corpuskit.documents.identifiers import doi
from corpuskit.documents.licences import licence
from corpuskit.documents.markdown import one_line
from corpuskit.documents.people import creators, given_name, in_citation_file, publisher
from corpuskit.documents.web import web_address
from corpuskit.documents.wording import day, keywords, title
from corpuskit.documents.yaml_text import Plain, to_yaml
from corpuskit.manifest import Creator, Manifest

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
        "message": _message(about.citation),
        "type": "dataset",
        "title": title(manifest),
        "version": manifest.version,
        "date-released": day(manifest),
        "authors": in_citation_file(manifest),
    }
    if identifier := doi(about.doi or ""):
        members["doi"] = identifier
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


def in_words(manifest: Manifest) -> str | None:
    """How to cite the dataset in words, if a person says so in words."""
    stated = (manifest.description.citation or "").strip()
    return None if not stated or stated.startswith("@") else stated


def bibtex(manifest: Manifest) -> str:
    """The BibTeX entry that a person gives for the dataset, or one of the version."""
    stated = (manifest.description.citation or "").strip()
    return stated if stated.startswith("@") else _entry(manifest)


def _message(stated: str | None) -> str:
    words = one_line(stated or "")
    if not words or words.startswith("@"):
        return "If you use this dataset, please cite it as below."
    return f"If you use this dataset, please cite it as: {words}"


def _entry(manifest: Manifest) -> str:
    """The version as an entry, every name in braces so that it is printed as given."""
    # `misc`: the `dataset` of BibLaTeX is unknown to BibTeX itself.
    fields = {
        "title": _tex(title(manifest)),
        "author": " and ".join(map(_author, creators(manifest))),
        "year": day(manifest)[:4],
        "publisher": _tex(publisher(manifest) or ""),
        "note": f"Dataset, version {manifest.version}",
        "doi": doi(manifest.description.doi or "") or "",
        "url": web_address(manifest.description.homepage) or "",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_key(manifest)},", *lines, "}"])


def _author(creator: Creator) -> str:
    given = given_name(creator)
    if given is None:
        return f"{{{_tex(creator.name)}}}"
    return f"{{{_tex(creator.family_name or '')}}}, {{{_tex(given)}}}"


def _key(manifest: Manifest) -> str:
    return "-".join([*re.findall(r"[A-Za-z0-9]+", manifest.name), manifest.version])


def _tex(text: str) -> str:
    return one_line(text).translate(_BIBTEX_ESCAPES)
