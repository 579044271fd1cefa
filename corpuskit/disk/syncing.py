"""Files and folders on the disk itself, not only on their way to it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

_AT_ONCE = 8
"""Waiting for the disk, one file after the other, took 0.16 s for 130 files; this takes 0.05."""


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk.

    Raises:
        OSError: it cannot be brought there.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_all(paths: Iterable[Path]) -> None:
    """Wait until some files are on the disk, which is quicker than one by one.

    Raises:
        OSError: one cannot be brought there.
    """
    with Syncing() as syncing:
        for path in paths:
            syncing.begin(path)


class Syncing:
    """Brings files to the disk while others are written; leaving it waits for all of them.

    Raises, when it is left:
        OSError: one cannot be brought there. It must not be forgotten: who asks once more is told
            that all is well.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_AT_ONCE)
        self._begun: list[Future[None]] = []

    def begin(self, path: Path) -> None:
        """Begin with a file that is written."""
        self._begun.append(self._threads.submit(sync, path))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._threads.shutdown(cancel_futures=error is not None)
        if error is None:
            for done in self._begun:
                done.result()
