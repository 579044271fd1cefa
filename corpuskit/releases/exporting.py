"""A release's rows as lines of text, for tools that read no Parquet."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias, assert_never

import orjson

from corpuskit.releases.release import Release, load

ExportFormat: TypeAlias = Literal["jsonl", "csv"]


def export(
    release: Release | str | os.PathLike[str],
    to: ExportFormat,
    columns: Sequence[str] | None = None,
) -> Iterator[bytes]:
    """The rows in their order, a line each, and in CSV the names of the columns before them.

    The release may be named as for `corpuskit.load`.

    Times are ISO 8601 in UTC. In CSV (RFC 4180, but lines end in LF) a null is an empty field, as
    an empty text is, and a list is JSON.

    Raises:
        ReleaseError: the shards cannot be read.
        UsageError: there is no such column.
    """
    release = release if isinstance(release, Release) else load(release)
    rows = release.iter_rows(columns)
    match to:
        case "jsonl":
            return (_json(row) + b"\n" for row in rows)
        case "csv":
            return _csv(list(release.columns if columns is None else columns), rows)
        case _:
            assert_never(to)


def _csv(names: list[str], rows: Iterator[dict[str, object]]) -> Iterator[bytes]:
    line = io.StringIO()
    plain = csv.writer(line, lineterminator="\n")
    # The other leaves a CR as it is, which ends a line to many.
    quoting = csv.writer(line, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for cells in _cells(names, rows):
        has_cr = any(isinstance(cell, str) and "\r" in cell for cell in cells)
        (quoting if has_cr else plain).writerow(cells)
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def _cells(names: list[str], rows: Iterator[dict[str, object]]) -> Iterator[list[object]]:
    yield [*names]
    for row in rows:
        yield [_cell(row[name]) for name in names]


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return _json(value).decode().strip('"')
    return _json(value).decode() if isinstance(value, list) else value


def _json(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)
