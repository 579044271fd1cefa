"""The same file at two paths, without its bytes twice where the file system can do that."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from pathlib import Path

_FICLONE = 0x40049409
"""Linux's request to share a file's blocks: copies that are made when one of the two changes."""


def link_or_copy(source: Path, target: Path) -> None:
    """Make `target` what `source` is: a reflink, else a hard link, else a copy.

    Raises:
        OSError: the source cannot be read, or there is no room.
    """
    if _reflink(source, target):
        return
    try:
        os.link(source, target)
    except OSError:
        # Another file system, too many links, or one that knows none.
        shutil.copyfile(source, target)


def _reflink(source: Path, target: Path) -> bool:
    if sys.platform != "linux":
        return False
    try:
        with source.open("rb") as old, target.open("xb") as new:
            fcntl.ioctl(new.fileno(), _FICLONE, old.fileno())
    except OSError:
        target.unlink(missing_ok=True)
        return False
    return True
