"""What `build` and `check` ask of their arguments alike."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from corpuskit.errors import UsageError
from corpuskit.fetch import Local

StrPath: TypeAlias = str | os.PathLike[str]


def as_path(path: StrPath | None) -> Path | None:
    """The path, if one is stated."""
    return None if path is None else Path(path)


def refuse_both(include: Sequence[str], sources: Sequence[Local]) -> None:
    """Refuse patterns beside a glob.

    Raises:
        UsageError: there are both.
    """
    if include and any(source.pattern for source in sources):
        raise UsageError("a glob says what is a source; leave --include out, or name a folder")
