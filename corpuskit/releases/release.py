"""A published release, for those who read it: the same rows for every engine.

pandas and polars are imported by the methods that need them; pandas is an extra.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from corpuskit.cache.build import default_home
from corpuskit.errors import MissingExtraError, ReleaseError, UsageError
from corpuskit.manifest import FileEntry, Json, Manifest
from corpuskit.model import Diagnostic, Duplicate, Exclusion
from corpuskit.parts.folders import Part, parts_of, splits_of, subsets_of
from corpuskit.release_repr import SAMPLED, release_fields, release_line, release_page
from corpuskit.releases.access import check_size, read_manifest, reading
from corpuskit.releases.audit import AuditFiles, RejectedSource
from corpuskit.releases.differences import Diff, compare
from corpuskit.releases.files import FolderFiles, ReleaseFiles, find_files
from corpuskit.releases.sql import Articles
from corpuskit.shards import ShardFile, read_batches, read_schema
from corpuskit.signatures.key_files import StatedSigners
from corpuskit.verifying import verify as verify_release
from corpuskit.versions import stated_version
from corpuskit.withdrawals import WITHDRAWN, Withdrawn

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl

_SAMPLE_ROWS = 5
"""What a notebook shows."""

_connections: weakref.WeakKeyDictionary[Release, Articles] = weakref.WeakKeyDictionary()


def load(
    path_or_name: str | os.PathLike[str],
    version: str | None = None,
    *,
    verify: bool = False,
    cache: bool = True,
    cache_dir: str | os.PathLike[str] | None = None,
) -> Release:
    """A version of a dataset, the latest unless another is asked for.

    Its manifest is parsed, and its files must be there in their sizes: that costs no reading.

    Args:
        path_or_name: The folder of a version or of a dataset, its URL, or the name of a dataset in
            `datasets`; the version may stand behind it: `articles@1.2`.
        version: `1.2.0`, or the newest of `1.2`, `1` or `latest`, which it is without one.
        verify: Whether to check everything in it, which reads all of it.
        cache: Whether what is fetched of shards behind a URL is kept, and not fetched again.
        cache_dir: Where; by default `corpuskit` in the user's folder of caches.

    Raises:
        ReleaseError: there is no such version, or it is not whole.
        UsageError: nothing is there, or `version` is no version, or another than the folder's.
        UnfinishedError: the network got in the way.
    """
    files, wanted = find_files(path_or_name, version)
    manifest = read_manifest(files)
    if not wanted.newest([stated_version(manifest.version)]):
        raise UsageError(f"{files.place} is version {manifest.version}, not {wanted}")
    for entry in manifest.files:
        check_size(files, entry)
    if not manifest.shards:
        raise ReleaseError(f"{files.place}: the manifest names no shard")
    if verify and (found := verify_release(files.address)):
        said = "; ".join(f"{d.where}: {d.code} {d.message}" for d in found[:3])
        raise ReleaseError(f"{files.place} does not hold ({len(found)} findings): {said}")
    files.learn(manifest)
    if cache:
        with suppress(RuntimeError):  # a user who has no home
            files.keep(Path(cache_dir) if cache_dir else default_home())
    return Release(files.place, manifest, files)


@dataclass(frozen=True, slots=True, eq=False, repr=False, weakref_slot=True)
class Release:
    """One version of a dataset: its place, a folder or a URL, and its manifest.

    `len` gives its rows. `parts` are those whose rows are read, None for all.

    Of one behind a URL only what is asked for is fetched, and that once, if it may be kept.

    Rows come in the release's order from every method but `sql` without an ORDER BY.
    """

    place: Path | str
    manifest: Manifest
    files: ReleaseFiles | None = None
    parts: tuple[Part, ...] | None = None

    @property
    def path(self) -> Path:
        """The version's folder.

        Raises:
            UsageError: it is behind a URL, which is its `place`.
        """
        if isinstance(self.place, str):
            raise UsageError(f"{self.place} is no folder of this machine")
        return self.place

    @property
    def name(self) -> str:
        """The dataset's name."""
        return self.manifest.name

    @property
    def version(self) -> str:
        """The version's number, such as `1.0.0`."""
        return self.manifest.version

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.manifest.columns)

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits that have rows, `train` first; none where rows are not split."""
        return splits_of(self.manifest, self.parts)

    @property
    def subsets(self) -> tuple[str, ...]:
        """The subsets, in the order of their names; none where there are none."""
        return subsets_of(self.manifest, self.parts)

    def part(self, split: str | None = None, subset: str | None = None) -> Release:
        """The release as if it had no rows but those of a split, of a subset, or of both.

        Of a part it is a part of that. What is said of the whole stays: its manifest, its audit,
        what differs from others.

        Args:
            split: One of `splits`; None for all.
            subset: One of `subsets`; None for all.

        Raises:
            UsageError: there are no such rows.
        """
        wanted = {"split": (split, self.splits), "subset": (subset, self.subsets)}
        parts = parts_of(self.manifest) if self.parts is None else self.parts
        for what, (name, known) in wanted.items():
            if name is not None and name not in known:
                there = f"there are {', '.join(known)}" if known else f"there are no {what}s"
                raise UsageError(f"{self.name} {self.version} has no {what} {name!r}; {there}")
        found = tuple(
            part for part in parts if split in (None, part.split) and subset in (None, part.subset)
        )
        if not found:
            raise UsageError(f"no row is in the split {split!r} and in the subset {subset!r}")
        return replace(self, parts=found)

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the rows."""
        return reading(self.at, lambda: read_schema(self._shards[0]))

    @property
    def rejected(self) -> list[dict[str, Json]]:
        """The sources that were rejected: `path`, `source_sha256`, `id`, and why as `codes`."""
        return self.audit.rejected()

    def __len__(self) -> int:
        return sum(entry.rows for entry in self.shards)

    @property
    def shards(self) -> tuple[FileEntry, ...]:
        """The files whose rows are read, in order."""
        if self.parts is None:
            return self.manifest.shards
        chosen = {part.folder for part in self.parts}
        return tuple(e for e in self.manifest.shards if e.path.rpartition("/")[0] in chosen)

    def __repr__(self) -> str:
        whole = release_line(self.manifest, os.fspath(self.place))
        if self.parts is None:
            return whole
        folders = ", ".join(part.folder for part in self.parts)
        return f"<{len(self):,} rows in {folders} of {whole}>"

    def __rich_repr__(self) -> Iterator[object]:
        return release_fields(self.manifest, os.fspath(self.place))

    def _repr_html_(self) -> str:
        """What notebooks show; of a release behind a URL nothing is fetched for it."""
        return release_page(self.manifest, os.fspath(self.place), self._sample())

    def _sample(self) -> list[dict[str, object]]:
        """The first rows with some columns, if they are on this machine and can be read."""
        names = [name for name in SAMPLED if name in self.columns]
        if isinstance(self.place, str) or not names:
            return []
        with suppress(ReleaseError):
            return list(islice(self.iter_rows(names), _SAMPLE_ROWS))
        return []

    def verify(self, *, signer: StatedSigners | None = None) -> tuple[Diagnostic, ...]:
        """What in the release does not hold; see `corpuskit.verify`."""
        return verify_release(self.at.address, signer=signer)

    def diff(self, newer: str | os.PathLike[str] | Release) -> Diff:
        """What differs between this release and a newer one; see `corpuskit.diff`."""
        other = newer if isinstance(newer, Release) else load(newer)
        return compare(self.at, self.manifest, other.at, other.manifest)

    def diagnostics(self) -> list[Diagnostic]:
        """Everything that was found in the sources, in the order of paths and places.

        Raises:
            ReleaseError: the audit cannot be read.
        """
        return self.audit.diagnostics()

    def rejections(self) -> list[RejectedSource]:
        """The rejected sources with the first error of each, in the order of their paths.

        Raises:
            ReleaseError: the audit cannot be read.
        """
        return self.audit.rejections()

    def exclusions(self) -> list[Exclusion]:
        """The sources that were left out on purpose, in the order of their paths.

        Raises:
            ReleaseError: the audit cannot be read.
        """
        return self.audit.exclusions()

    def withdrawals(self) -> list[Withdrawn]:
        """What is kept of withdrawn articles: id, digest of the text, and why.

        Raises:
            ReleaseError: the audit cannot be read.
        """
        there = any(entry.path == WITHDRAWN for entry in self.manifest.files)
        return self.audit.withdrawn() if there else []

    def duplicates(self) -> list[Duplicate]:
        """The sources whose text another row has, in the order of their paths.

        Raises:
            ReleaseError: the audit cannot be read.
        """
        return self.audit.duplicates()

    def to_arrow(
        self,
        columns: Sequence[str] | None = None,
        filter: pc.Expression | None = None,  # noqa: A002
    ) -> pa.Table:
        """The rows as an Arrow table, of all columns or of those named, in that order.

        Args:
            columns: Their names.
            filter: Which rows: an expression of Arrow, such as `pc.field("language") == "en"`. Row
                groups in which there can be none are not read.

        Raises:
            ReleaseError: the shards cannot be read, or the expression makes no sense to them.
            UsageError: there is no such column.
        """
        chosen = self._chosen(columns)
        rows = reading(self.at, self._dataset)
        # Here an expression that makes no sense is refused, and nothing is read.
        scanner = reading(
            self.at, lambda: rows.scanner(columns=chosen, filter=filter), forgets=False
        )
        return reading(self.at, scanner.to_table)

    def iter_rows(self, columns: Sequence[str] | None = None) -> Iterator[dict[str, object]]:
        """The rows one by one, as dictionaries of Python values; reads some 1000 at a time.

        Raises:
            ReleaseError: the shards cannot be read.
            UsageError: there is no such column.
        """
        return self._iterate(self._chosen(columns))

    def shard_batches(self, entry: FileEntry, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of one of `shards`, some 1000 in a batch.

        Raises:
            ReleaseError: the shard cannot be read.
        """
        batches = read_batches(self.at.shard(entry.path), columns)
        while (batch := reading(self.at, partial(next, batches, None))) is not None:
            yield batch

    def scan(self) -> pl.LazyFrame:
        """The rows as a polars LazyFrame: only what a query needs is read."""
        import polars as pl

        if isinstance(self.place, Path):
            shards = [self.place / entry.path for entry in self.shards]
            return pl.scan_parquet(shards, glob=False, hive_partitioning=False)
        return pl.scan_pyarrow_dataset(reading(self.at, self._dataset))

    def to_polars(
        self,
        columns: Sequence[str] | None = None,
        filter: pc.Expression | None = None,  # noqa: A002
    ) -> pl.DataFrame:
        """The rows as a polars DataFrame, chosen as by `to_arrow`.

        Raises:
            ReleaseError: the shards cannot be read.
            UsageError: there is no such column.
        """
        import polars as pl

        frame = pl.from_arrow(self.to_arrow(columns, filter))
        assert isinstance(frame, pl.DataFrame)
        return frame

    def to_pandas(
        self,
        columns: Sequence[str] | None = None,
        filter: pc.Expression | None = None,  # noqa: A002
        **kwargs: object,
    ) -> pd.DataFrame:
        """The rows as a pandas DataFrame, chosen as by `to_arrow`.

        Columns are Arrow's (`ArrowDtype`), the only ones of pandas that keep every value. Its
        default makes floats of integers beside a null, and loses digits of those above 2^53; it
        makes objects of dates and booleans, and NumPy arrays of lists. `types_mapper=None` asks
        for that default.

        Args:
            columns: Their names.
            filter: Which rows.
            kwargs: For `pyarrow.Table.to_pandas`.

        Raises:
            MissingExtraError: pandas is not installed.
            ReleaseError: the shards cannot be read.
            UsageError: there is no such column.
        """
        try:
            import pandas as pd
        except ModuleNotFoundError as error:
            raise MissingExtraError("pandas", "pandas") from error
        settings = {"types_mapper": pd.ArrowDtype, **kwargs}
        frame: pd.DataFrame = self.to_arrow(columns, filter).to_pandas(**settings)
        return frame

    def sql(self, query: str) -> duckdb.DuckDBPyRelation:
        """A DuckDB relation: what `query` says of the table `articles`.

        Times are in UTC. The queries of one Release share a connection, which reads only what
        they need, each time that a relation is asked for rows.

        Raises:
            MissingExtraError: DuckDB is not installed.
            ReleaseError: the shards cannot be read.
            UsageError: `query` is empty.
        """
        if (articles := _connections.get(self)) is None:
            articles = _connections[self] = Articles(reading(self.at, self._dataset))
        return articles.sql(query)

    @property
    def at(self) -> ReleaseFiles:
        """Its files."""
        return self.files or FolderFiles(Path(self.place))

    @property
    def audit(self) -> AuditFiles:
        """Where every source went, and what was found in it."""
        files = self.at
        return AuditFiles(
            lambda name: files.read(f"audit/{name}"), lambda name: f"{files.place}/audit/{name}"
        )

    @property
    def _shards(self) -> list[ShardFile]:
        return [self.at.shard(entry.path) for entry in self.shards]

    def _dataset(self) -> ds.Dataset:
        return self.at.dataset([entry.path for entry in self.shards])

    def _chosen(self, columns: Sequence[str] | None) -> list[str]:
        known = self.columns
        if isinstance(columns, str):
            raise UsageError(f"columns must be a list of names, such as [{columns!r}]")
        for name in columns or ():
            if name not in known:
                raise UsageError(f"there is no column {name!r}; there are {', '.join(known)}")
        return list(known if columns is None else columns)

    def _iterate(self, columns: list[str]) -> Iterator[dict[str, object]]:
        for entry in self.shards:
            for batch in self.shard_batches(entry, columns):
                yield from batch.select(columns).to_pylist()
