"""Where the sources come from: whether they are those of the commit that is checked out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.corpus import ParsedCorpus
from corpuskit.discover import is_hidden, matcher
from corpuskit.git import GitHead, committed_blobs, git_head, path_in_repository
from corpuskit.leaves import BLOB
from corpuskit.outcome import BuildRequest


@dataclass(frozen=True, slots=True)
class Provenance:
    """The commit that the sources are checked out from, if they are, and whether they are its.

    `git_path` leads from the top of the repository to the root of clean sources, if it is below.
    """

    git_commit: str | None = None
    git_dirty: bool | None = None
    clean_since: int | None = None
    git_path: str | None = None


def head_of(request: BuildRequest) -> GitHead | None:
    """What git knows of the source folder; nothing of a copy of an archive or a URL."""
    return None if request.copy_of is not None else git_head(_folder(request))


def provenance(request: BuildRequest, head: GitHead | None, corpus: ParsedCorpus) -> Provenance:
    """Clean means that the sources are those of the commit: no more, no fewer, byte for byte.

    `clean_since` is the commit's time in seconds since 1970, for a clean source.
    """
    if head is None:
        return Provenance()
    committed = _committed(request, head)
    if committed is None:
        return Provenance()
    # Names as bytes: not all are UTF-8. Ids are of 20 bytes unless the repository uses SHA-256.
    paths = pa.array(map(os.fsencode, committed), pa.binary())
    ids = map(bytes.fromhex, committed.values())
    blobs = pa.array([own if len(own) == BLOB.byte_width else None for own in ids], BLOB)
    theirs = blobs.take(pc.index_in(corpus.leaves.paths.cast(pa.binary()), value_set=paths))
    same = pc.fill_null(pc.equal(theirs, corpus.blobs), False)  # noqa: FBT003
    clean = len(committed) == len(corpus.leaves) == pc.sum(same).as_py()
    if not clean:
        return Provenance(head.commit, git_dirty=True)
    return Provenance(head.commit, False, head.seconds, _root_in_repository(request))  # noqa: FBT003


def _root_in_repository(request: BuildRequest) -> str | None:
    """The way from the top of the repository to the root, with a slash at its end."""
    folder = _folder(request)
    way = path_in_repository(folder)
    below = _below(folder, request)
    if way is None or not way.endswith(below):
        return None
    try:
        return os.fsencode(way.removesuffix(below)).decode()
    except UnicodeDecodeError:
        return None


def _folder(request: BuildRequest) -> Path:
    return request.src if request.src.is_dir() else request.src.parent


def _below(folder: Path, request: BuildRequest) -> str:
    """The way from the root to a folder, with a slash at its end."""
    below = os.path.relpath(os.path.realpath(folder), os.path.realpath(request.settings.root))
    return "" if below == "." else f"{below}/"


def _committed(request: BuildRequest, head: GitHead) -> dict[str, str] | None:
    """Path → blob id of what would be found if the commit were all there is."""
    folder = _folder(request)
    blobs = committed_blobs(folder, head)
    if blobs is None:
        return None
    prefix = _below(folder, request)
    if folder != request.src:
        name = request.src.name
        return {prefix + name: blobs[name]} if name in blobs else {}
    rules = request.settings.config.source
    wanted = matcher(rules.include, rules.exclude)
    out = os.path.relpath(os.path.realpath(request.out), os.path.realpath(folder))
    committed = {}
    for path, blob in blobs.items():
        *folders, name = path.split("/")
        entered = not any(map(is_hidden, folders)) and not path.startswith(f"{out}/")
        if entered and wanted(prefix + path, name):
            committed[prefix + path] = blob
    return committed
