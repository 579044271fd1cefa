"""The build time: the only clock of a release, read once."""

from __future__ import annotations

import os
import time

from corpuskit.dates import DateProblem, DateReader
from corpuskit.errors import UsageError

_SECOND = 1_000_000


def created_at(stated: str | None, commit_seconds: int | None) -> int:
    """UTC microseconds since 1970 of a release's `created`, in whole seconds.

    SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/), else what was
    stated, else the date of the commit that a clean source is checked out from, else now.

    Raises:
        UsageError: a stated time cannot be read.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        if not epoch.isascii() or not epoch.isdigit() or len(epoch) > 11:
            raise UsageError(f"SOURCE_DATE_EPOCH is {epoch!r}; it must be seconds since 1970")
        return int(epoch) * _SECOND
    if stated is not None:
        read = DateReader(("iso8601",), "UTC").read(stated)
        if isinstance(read, DateProblem):
            raise UsageError(f"--created: {read.message}")
        return read.micros // _SECOND * _SECOND
    seconds = commit_seconds if commit_seconds is not None else int(time.time())
    return seconds * _SECOND
