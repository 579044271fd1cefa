"""The documents of a bag, in which a version is handed to archives (BagIt 1.0, RFC 8493).

They name no software and no day but the version's own: the same version gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from corpuskit.identity import digest
from corpuskit.manifest import Manifest

PAYLOAD = "data"
"""The folder of a bag for what is handed over; all else in it are tag files."""

_BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

_ESCAPES = {"%": "%25", "\n": "%0A", "\r": "%0D"}
"""Of these characters in the paths of manifests, and of no others (RFC 8493, 2.1.3)."""


def render(
    manifest: Manifest, payload: Mapping[str, str], octets: int, tags: Mapping[str, str]
) -> dict[str, bytes]:
    """File name → bytes of a bag's documents.

    Args:
        manifest: Of the version.
        payload: Path in the version → SHA-256 of all its files.
        octets: Their bytes together.
        tags: Path in the bag → SHA-256 of the other files that the bag has.
    """
    said = {
        "bagit.txt": _BAGIT,
        "bag-info.txt": _lines(_info(manifest, f"{octets}.{len(payload)}")),
        "manifest-sha256.txt": _sums({f"{PAYLOAD}/{p}": sha256 for p, sha256 in payload.items()}),
    }
    listed = {**tags, **{name: digest(data) for name, data in said.items()}}
    return {**said, "tagmanifest-sha256.txt": _sums(listed)}


def _info(manifest: Manifest, oxum: str) -> Iterable[tuple[str, str]]:
    """The reserved elements that are known (RFC 8493, 2.2.2), each with a value of one line."""
    said = manifest.description
    about = ": ".join(filter(None, (said.title, said.description)))
    yield "Bag-Group-Identifier", manifest.name
    yield "Bagging-Date", manifest.created[:10]
    if about:
        yield "External-Description", " ".join(about.split())
    yield "External-Identifier", f"{manifest.name}-{manifest.version}"
    yield "Payload-Oxum", oxum


def _lines(elements: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{label}: {value}\n" for label, value in elements).encode()


def _sums(digests: Mapping[str, str]) -> bytes:
    """A line a path, as `sha256sum` writes them but for its escapes, in UTF-8 byte order."""
    paths = sorted(digests, key=lambda path: path.encode())
    return "".join(f"{digests[path]}  {_escaped(path)}\n" for path in paths).encode()


def _escaped(path: str) -> str:
    return "".join(_ESCAPES.get(mark, mark) for mark in path)
