"""Withdrawals applied: what must not be published goes before anything else is decided of it.

What is withdrawn is known by its id. The list names ids, paths and URLs; to which ids these belong
is found in the sources, in the rows of the last version, whose sources may be gone, and in what
versions before have withdrawn. Of every text that was seen under such an id the digest is kept, so
that nobody brings it back under another one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.codes import Code
from corpuskit.corpus import ParsedCorpus
from corpuskit.dataset_folder import Published
from corpuskit.errors import ReleaseError
from corpuskit.identity import digest, text_key_of
from corpuskit.leaves import Leaves
from corpuskit.model import Diagnostic, Exclusion, Rejection, diagnose
from corpuskit.packs import close_packs, take_rows
from corpuskit.strict_json import JsonError
from corpuskit.withdrawals import WITHDRAWN, Withdrawal, Withdrawn, read_withdrawn
from corpuskit.withdrawing.names import Names, unmatched

_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was withdrawn.

    `entries` are what the version keeps of it, `ids` all ids that are withdrawn, `left` the sources
    that may be published. `notes` are for who builds, and never published.
    """

    entries: tuple[Withdrawn, ...]
    ids: frozenset[str]
    left: Leaves
    notes: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """What the configuration withdraws.

    `shown` is what notes call it. From `min_chars` on a text is told by its digest: shorter ones
    are alike by chance, and could be guessed. `sampled` says that not all sources are there, so
    that a line which names none means nothing.
    """

    lines: tuple[Withdrawal, ...]
    shown: str
    min_chars: int
    sampled: bool


def withdraw(
    corpus: ParsedCorpus, listed: Listed, versions: Sequence[Published], last: Published | None
) -> Outcome:
    """Make exclusions of the sources that are withdrawn, with nothing left in `corpus` of them.

    Args:
        corpus: All sources; changed in place.
        listed: What is withdrawn from now on, and what is no longer.
        versions: All that there are, oldest first, also those whose rows are gone.
        last: The one whose rows are looked at.

    Raises:
        DamagedPackError: a pack of the cache is gone, or is not what was written.
        ReleaseError: a version cannot be read.
    """
    carried = _carried(versions)
    if not listed.lines and not carried:
        return Outcome((), frozenset(), corpus.leaves)
    names = Names(listed.lines, carried, corpus, last)
    kept = [entry for entry in carried if entry.id not in names.restored]
    reasons = {entry.id: entry.reason for entry in kept}
    for own_id, reason in names.withdrawn.items():
        reasons[own_id] = reason or reasons.get(own_id)
    least = max(1, listed.min_chars)
    digests = [(entry.id, entry.text_sha256) for entry in kept if entry.text_sha256 is not None]
    for own_id, text in (*names.published(reasons), *_own_texts(corpus, reasons)):
        if len(text) >= least:
            digests.append((own_id, digest(text.encode())))
    texts: dict[str, set[str]] = {own_id: set() for own_id in reasons}
    for own_id, sha256 in digests:
        texts[own_id].add(sha256)
    notes = _exclude(corpus, texts)
    if not listed.sampled:
        notes += [unmatched(line, listed.shown) for line in names.unmatched]
    return Outcome(
        tuple(_entries(texts, reasons)),
        frozenset(texts).union(e.id or "" for e in corpus.exclusions if e.reason == "withdrawn"),
        _left(corpus),
        tuple(notes),
    )


def _carried(versions: Sequence[Published]) -> list[Withdrawn]:
    """What the newest version says is withdrawn, whatever became of its rows."""
    newest = versions[-1] if versions else None
    entry = (
        next((f for f in newest.manifest.files if f.path == WITHDRAWN), None) if newest else None
    )
    if newest is None or entry is None:
        return []
    path = newest.folder / WITHDRAWN
    try:
        data = path.read_bytes()
        if digest(data) != entry.sha256:
            raise ReleaseError(f"{path} is not what was published; see corpuskit verify")
        return read_withdrawn(data)
    except (OSError, JsonError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise ReleaseError(f"{path} cannot be read: {said}") from error


def _entries(
    texts: Mapping[str, set[str]], reasons: Mapping[str, str | None]
) -> Iterator[Withdrawn]:
    for own_id in sorted(texts, key=str.encode):
        if not texts[own_id]:
            yield Withdrawn(own_id, None, reasons[own_id])
        for sha256 in sorted(texts[own_id]):
            yield Withdrawn(own_id, sha256, reasons[own_id])


def _own_texts(corpus: ParsedCorpus, ids: Collection[str]) -> Iterator[tuple[str, str]]:
    """Of the rows with these ids, the id and the text."""
    found = corpus.index.filter(_is_one_of(corpus.index["id"], ids))
    own_ids, packs, rows = (found[name].to_pylist() for name in ("id", "pack", "row"))
    for start in range(0, len(own_ids), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        places = list(zip(packs[part], rows[part], strict=True))
        taken = take_rows(dict(enumerate(corpus.packs)), places)
        yield from zip(own_ids[part], taken["text"].to_pylist(), strict=True)
    close_packs()


def _exclude(corpus: ParsedCorpus, texts: dict[str, set[str]]) -> list[Diagnostic]:
    """Exclude what has one of these ids, or one of their texts; the latter is noted."""
    owners = {
        text_key_of(sha256): own_id for own_id in sorted(texts) for sha256 in sorted(texts[own_id])
    }
    index = corpus.index
    own = _is_one_of(index["id"], texts)
    keys = pa.array(list(owners), index["text_key"].type)
    # Whatever has a digest was long enough when that was made.
    alike = pc.is_in(index["text_key"], value_set=keys)
    gone = index.filter(pc.or_(own, alike))
    gone_ids = frozenset(texts)
    exclusions = list(_exclusions(gone, corpus.leaves))
    keys_of = dict(zip((e.path for e in exclusions), gone["text_key"].to_pylist(), strict=True))
    notes = [_noted(e, owners[keys_of[e.path]]) for e in exclusions if e.id not in gone_ids]
    others: list[Rejection | Exclusion] = [*corpus.rejections, *corpus.exclusions]
    exclusions += [
        Exclusion(other.path, other.source_sha256, other.id, "withdrawn")
        for other in others
        if other.id in gone_ids
    ]
    paths = {e.path for e in exclusions}
    corpus.index = index.filter(pc.invert(pc.or_(own, alike)))
    corpus.rejections = [r for r in corpus.rejections if r.path not in paths]
    corpus.exclusions = [e for e in corpus.exclusions if e.path not in paths] + exclusions
    corpus.diagnostics = [d for d in corpus.diagnostics if d.path not in paths]
    return sorted(notes, key=lambda note: (note.path or "").encode("utf-8", "surrogateescape"))


def _exclusions(rows: pa.Table, leaves: Leaves) -> Iterable[Exclusion]:
    places = rows["place"].combine_chunks()
    sources = zip(
        leaves.paths_at(places), leaves.digests_at(places), rows["id"].to_pylist(), strict=True
    )
    return (Exclusion(path, sha256, own_id, "withdrawn") for path, sha256, own_id in sources)


def _noted(exclusion: Exclusion, own_id: str) -> Diagnostic:
    said = diagnose(
        Code.WITHDRAWN_TEXT,
        f"its text is that of `{own_id}`, which is withdrawn",
        help="delete the source, or take the withdrawal back",
    )
    return replace(said, path=exclusion.path, source_sha256=exclusion.source_sha256)


def _left(corpus: ParsedCorpus) -> Leaves:
    leaves = corpus.leaves
    gone = [e.path for e in corpus.exclusions if e.reason == "withdrawn"]
    if not gone:
        return leaves
    left = pc.invert(pc.is_in(leaves.paths, value_set=pa.array(gone, pa.string())))
    return Leaves(leaves.paths.filter(left), leaves.sha256.filter(left))


def _is_one_of(column: pa.ChunkedArray, values: Collection[str]) -> pa.ChunkedArray:
    return pc.is_in(column, value_set=pa.array(list(values), pa.string()))
