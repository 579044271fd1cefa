"""To which articles the lines of a list of withdrawals belong."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.codes import Code
from corpuskit.config.omission import omitted_by
from corpuskit.corpus import ParsedCorpus
from corpuskit.dataset_folder import Published
from corpuskit.entries import clipped
from corpuskit.errors import ReleaseError
from corpuskit.identity import article_id
from corpuskit.index import KEY_PREFIX
from corpuskit.model import Diagnostic, Exclusion, Place, Rejection, diagnose
from corpuskit.shards import read_batches, read_columns
from corpuskit.withdrawals import URL, Withdrawal, Withdrawn

_STRING = pa.string()


class Names:
    """What the lines of a list name.

    A name is an id, the path of a source in any Unicode form, or a value of the column `url`.

    Attributes:
        withdrawn: the ids that lines withdraw, with the reason.
        restored: the ids that lines take back.
        unmatched: the lines that name nothing that is known.
    """

    def __init__(
        self,
        lines: Sequence[Withdrawal],
        carried: Sequence[Withdrawn],
        corpus: ParsedCorpus,
        last: Published | None,
    ) -> None:
        """Look in the sources, in what was withdrawn before, and in the rows of a version.

        Raises:
            ReleaseError: that version cannot be read.
        """
        self.withdrawn: dict[str, str | None] = {}
        self.restored: set[str] = set()
        self.unmatched: list[Withdrawal] = []
        self._last = last
        self._shards: dict[str, set[str]] = {}
        self._ids: dict[str, dict[str, None]] = {}
        known = {entry.id for entry in carried}
        names = list(dict.fromkeys(r.named for line in lines for r in line.readings))
        for name in names:
            for own_id in (name, article_id(_as_path(name))):
                if own_id in known:
                    self._add(name, own_id)
        for name, own_id in _in_sources(corpus, names):
            self._add(name, own_id)
        self._look_at_rows([line for line in lines if not self._is_settled(line, known)])
        for line in lines:
            self._take(line, known)

    def published(self, ids: Collection[str]) -> Iterator[tuple[str, str]]:
        """Of the rows that lines were found in, those with one of these ids: the id and the text.

        There are none of a version that leaves texts out.

        Raises:
            ReleaseError: the version cannot be read.
        """
        if self._last is None or "text" in omitted_by(self._last.manifest.config):
            return
        for path, own_ids in self._shards.items():
            if not own_ids.isdisjoint(ids):
                for batch in _batches(self._last, path):
                    found = batch.filter(pc.is_in(batch["id"], _strings(own_ids.intersection(ids))))
                    yield from zip(found["id"].to_pylist(), found["text"].to_pylist(), strict=True)

    def _add(self, name: str, own_id: str) -> None:
        self._ids.setdefault(name, {})[own_id] = None

    def _is_settled(self, line: Withdrawal, known: Collection[str]) -> bool:
        """Whether a version has withdrawn what a line names, so that no row of the last has it."""
        ids = (own_id for reading in line.readings for own_id in self._ids.get(reading.named, ()))
        return line.restores or any(own_id in known for own_id in ids)

    def _look_at_rows(self, lines: Sequence[Withdrawal]) -> None:
        names = dict.fromkeys(reading.named for line in lines for reading in line.readings)
        if self._last is None or not names:
            return
        ids = {own_id for name in names for own_id in self._ids.get(name, ())}
        for entry in self._last.manifest.shards:
            rows = _named_columns(self._last, entry.path)
            for name, own_id in _in_columns(rows, list(names)):
                self._add(name, own_id)
                self._shards.setdefault(entry.path, set()).add(own_id)
            others = rows["id"].filter(pc.is_in(rows["id"], value_set=_strings(ids)))
            if len(others):
                self._shards.setdefault(entry.path, set()).update(others.to_pylist())

    def _take(self, line: Withdrawal, known: Collection[str]) -> None:
        for reading in line.readings:
            ids = self._ids.get(reading.named, {})
            if line.restores:
                ids = {own_id: None for own_id in ids if own_id in known}
                self.restored.update(ids)
            else:
                for own_id in ids:
                    self.withdrawn[own_id] = self.withdrawn.get(own_id) or reading.reason
            if ids:
                return
        self.unmatched.append(line)


def unmatched(line: Withdrawal, shown: str) -> Diagnostic:
    """The note that a line names nothing; `shown` is what it calls the list."""
    name = clipped(line.readings[0].named)
    message = f"`{name}` names no source and no row of the last version"
    advice = (
        "it is an id, a url, or a path as the column `path` has it; if it was withdrawn before, it "
        "stays so, and the line may be deleted (corpuskit show --excluded)"
    )
    if line.restores:
        message, advice = f"`{name}` is not withdrawn", "delete the line"
    place = Place(line.line, line.column)
    return diagnose(Code.UNMATCHED_WITHDRAWAL, message, place, help=advice, path=shown)


def _as_path(name: str) -> str:
    return unicodedata.normalize("NFC", name.removeprefix("./"))


def _in_sources(corpus: ParsedCorpus, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The (name, id) of the sources that have one of these names."""
    if not names:
        return
    index, leaves = corpus.index, corpus.leaves
    yield from _in_columns(index, names)
    paths = _by_path(names)
    normal = pc.utf8_normalize(leaves.paths, form="NFC")
    places = pc.indices_nonzero(pc.is_in(normal, value_set=_strings(paths))).cast(pa.int32())
    rows = index.filter(pc.is_in(index["place"], value_set=places))
    found = zip(
        leaves.paths_at(rows["place"].combine_chunks()), rows["id"].to_pylist(), strict=True
    )
    yield from ((name, own_id) for path, own_id in found for name in paths[_as_path(path)])
    known = frozenset(names)
    others: list[Rejection | Exclusion] = [*corpus.rejections, *corpus.exclusions]
    for other in others:
        own_id = other.id
        assert own_id is not None, "only a published audit is redacted"
        yield from ((name, own_id) for name in paths.get(_as_path(other.path or ""), ()))
        if own_id in known:
            yield own_id, own_id


def _by_path(names: Sequence[str]) -> dict[str, list[str]]:
    paths: dict[str, list[str]] = {}
    for name in names:
        paths.setdefault(_as_path(name), []).append(name)
    return paths


def _in_columns(rows: pa.Table, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The (name, id) of the rows whose id, URL or path is one of these names."""
    wanted = _strings(names)
    for column in [c for c in ("id", URL, KEY_PREFIX + URL) if c in rows.schema.names]:
        found = rows.filter(pc.is_in(rows[column], value_set=wanted))
        yield from zip(found[column].to_pylist(), found["id"].to_pylist(), strict=True)
    if "path" in rows.schema.names:
        paths = _by_path(names)
        normal = pc.utf8_normalize(rows["path"], form="NFC")
        found = rows.filter(pc.is_in(normal, value_set=_strings(paths)))
        for path, own_id in zip(found["path"].to_pylist(), found["id"].to_pylist(), strict=True):
            yield from ((name, own_id) for name in paths[_as_path(path)])


def _named_columns(last: Published, path: str) -> pa.Table:
    """The columns of a shard by which its rows may be named."""
    names = ["id", "path"]
    names += [c.name for c in last.manifest.columns if c.name == URL and c.arrow == "string"]
    try:
        return read_columns([last.folder / path], pa.schema([(name, _STRING) for name in names]))
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(last, error) from error


def _batches(last: Published, path: str) -> Iterator[pa.RecordBatch]:
    try:
        yield from read_batches(last.folder / path, ["id", "text"])
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(last, error) from error


def _unreadable(last: Published, error: Exception) -> ReleaseError:
    return ReleaseError(f"{last.folder} cannot be read: {error}; see corpuskit verify")


def _strings(values: Collection[str]) -> pa.Array:
    return pa.array(list(values), _STRING)
