"""A published release, for those who read it: the same rows for every engine.

pandas, DuckDB and polars are imported by the methods that need them; the first two are extras.
"""

from __future__ import annotations

import json
import os
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa
import pyarrow.dataset as ds

from corpuskit.errors import MissingExtraError, ReleaseError, UsageError
from corpuskit.manifest import Json, Manifest
from corpuskit.model import Diagnostic
from corpuskit.shards import read_batches, read_schema
from corpuskit.strict_json import Node
from corpuskit.verifying import verify as verify_folder

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl

T = TypeVar("T")

_DATASETS = Path("datasets")
"""Where `build` puts datasets unless it is told otherwise."""

_connections: weakref.WeakKeyDictionary[Release, duckdb.DuckDBPyConnection]


@dataclass(frozen=True, slots=True, eq=False, repr=False, weakref_slot=True)
class Release:
    """One version of a dataset: its folder and its manifest. `len` gives its rows.

    Rows come in the release's order from every method but `sql` without an ORDER BY.
    """

    path: Path
    manifest: Manifest

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
    def schema(self) -> pa.Schema:
        """The Arrow schema of the rows."""
        return self._read(lambda: read_schema(self._shards[0]))

    @property
    def rejected(self) -> list[dict[str, Json]]:
        """The sources that were rejected: `path`, `source_sha256`, `id`, and why as `codes`."""
        return [_object(node) for node in self._audit("rejected")]

    def __len__(self) -> int:
        return self.manifest.counts.rows

    def __repr__(self) -> str:
        return (
            f"<Release {self.name} {self.version}: {len(self):,} rows, "
            f"{len(self.manifest.columns)} columns, {os.fspath(self.path)!r}>"
        )

    def verify(self) -> tuple[Diagnostic, ...]:
        """What in the release does not hold; see `corpuskit.verify`."""
        return verify_folder(self.path)

    def diagnostics(self) -> list[Diagnostic]:
        """Everything that was found in the sources, in the order of paths and places."""
        return [_diagnostic(node) for node in self._audit("diagnostics")]

    def to_arrow(self, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows as an Arrow table, of all columns or of those named, in that order.

        Raises:
            ReleaseError: the shards cannot be read.
            UsageError: there is no such column.
        """
        wanted = self._chosen(columns)
        files = [os.fspath(path) for path in self._shards]
        return self._read(lambda: ds.dataset(files, format="parquet").to_table(columns=wanted))

    def iter_rows(self, columns: Sequence[str] | None = None) -> Iterator[dict[str, object]]:
        """The rows one by one, as dictionaries of Python values; reads some 1000 at a time.

        Raises:
            ReleaseError: the shards cannot be read.
            UsageError: there is no such column.
        """
        wanted = self._chosen(columns)
        return self._iterate(wanted)

    def scan(self) -> pl.LazyFrame:
        """The rows as a polars LazyFrame: only what a query needs is read."""
        import polars as pl

        return pl.scan_parquet(self._shards, glob=False, hive_partitioning=False)

    def to_polars(self, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """The rows as a polars DataFrame, of all columns or of those named, in that order.

        Raises:
            ReleaseError: the shards cannot be read.
            UsageError: there is no such column.
        """
        import polars as pl

        frame = pl.from_arrow(self.to_arrow(columns))
        assert isinstance(frame, pl.DataFrame)
        return frame

    def to_pandas(self, columns: Sequence[str] | None = None, **kwargs: object) -> pd.DataFrame:
        """The rows as a pandas DataFrame, of all columns or of those named, in that order.

        Columns are Arrow's own (`ArrowDtype`), the only ones of pandas that keep every value: its
        default makes floats of integers beside a null, which loses digits above 2^53, objects
        of dates and booleans, and NumPy arrays of lists. For pandas' own columns give
        `types_mapper=None`.

        Args:
            columns: Their names.
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
        frame: pd.DataFrame = self.to_arrow(columns).to_pandas(
            **{"types_mapper": pd.ArrowDtype, **kwargs}
        )
        return frame

    def sql(self, query: str) -> duckdb.DuckDBPyRelation:
        """A DuckDB relation of what `query` says of the table `articles`.

        Times are shown in UTC. All queries of a Release share a connection of its own, which
        reads the shards when a relation is asked for its rows.

        Raises:
            MissingExtraError: DuckDB is not installed.
            ReleaseError: the shards cannot be read.
            UsageError: `query` gives no rows, as CREATE TABLE does.
        """
        try:
            import duckdb
        except ModuleNotFoundError as error:
            raise MissingExtraError("duckdb", "duckdb") from error
        connection = _connections.get(self)
        if connection is None:
            connection = duckdb.connect()
            connection.execute("SET TimeZone = 'UTC'")
            # Names are values here, never text of a query; a view cannot have parameters.
            files = [_without_globs(os.fspath(path.absolute())) for path in self._shards]
            shards = self._read(lambda: connection.read_parquet(files, hive_partitioning=False))
            shards.create_view("articles")
            _connections[self] = connection
        relation: duckdb.DuckDBPyRelation | None = connection.sql(query)
        if relation is None:
            raise UsageError("the statement gives no rows; `sql` is for queries of `articles`")
        # DuckDB before 2.0 closes a connection that nobody holds, under its relations' feet.
        weakref.finalize(relation, _let_go, connection).atexit = False
        return relation

    @property
    def _shards(self) -> list[Path]:
        return [self.path / entry.path for entry in self.manifest.shards]

    def _chosen(self, columns: Sequence[str] | None) -> list[str]:
        if isinstance(columns, str):
            raise UsageError(f"columns is a list of names: [{columns!r}]")
        known = self.columns
        for name in columns or ():
            if name not in known:
                raise UsageError(f"there is no column {name!r}; there are {', '.join(known)}")
        return list(known if columns is None else columns)

    def _iterate(self, columns: list[str]) -> Iterator[dict[str, object]]:
        for shard in self._shards:
            batches = read_batches(shard, columns)
            while (batch := self._read(lambda rest=batches: next(rest, None))) is not None:
                yield from batch.select(columns).to_pylist()

    def _read(self, read: Callable[[], T]) -> T:
        """What `read` gives; what it raises of bad files is told as a ReleaseError."""
        try:
            return read()
        except (OSError, pa.ArrowException) as error:
            raise ReleaseError(_unreadable(self.path, error)) from error

    def _audit(self, kind: str) -> Iterator[Node]:
        path = self.path / f"audit/{kind}.jsonl"
        try:
            with path.open(encoding="utf-8") as lines:
                for number, line in enumerate(lines, start=1):
                    yield Node(json.loads(line), f"line {number}")
        except (OSError, ValueError, RecursionError) as error:
            raise ReleaseError(_unreadable(path, error)) from error
