"""DuckDB over the rows of a release; it is an extra, imported when it is asked for."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from corpuskit.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    import duckdb
    import pyarrow.dataset as ds


class Articles:
    """A connection of DuckDB to rows, which are its table `articles`."""

    def __init__(self, rows: ds.Dataset) -> None:
        """Take the rows; they are read when a relation is asked for some.

        Raises:
            MissingExtraError: DuckDB is not installed.
        """
        try:
            import duckdb
        except ModuleNotFoundError as error:
            raise MissingExtraError("duckdb", "duckdb") from error
        self._connection = duckdb.connect()
        self._connection.execute("SET TimeZone = 'UTC'")
        # DuckDB's own reader takes paths for patterns, and a folder `[x]` for one called `x`.
        self._connection.register("articles", rows)

    def sql(self, query: str) -> duckdb.DuckDBPyRelation:
        """What a query says.

        Raises:
            UsageError: it is empty.
        """
        relation: duckdb.DuckDBPyRelation | None = self._connection.sql(query)
        if relation is None:
            raise UsageError("the query is empty; try SELECT * FROM articles")
        # Before DuckDB 2.0 a connection that nobody holds is closed under its relations' feet.
        weakref.finalize(relation, _let_go, self._connection).atexit = False
        return relation


def _let_go(_connection: object) -> None:
    """The end of a relation, until which its connection was held."""
