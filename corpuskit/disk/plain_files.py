"""Files that nobody vouches for: no link is followed, no pipe waited for, nothing huge read."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from io import BufferedReader
from pathlib import Path

from corpuskit.strict_json import MAX_BYTES


def open_plain(path: Path) -> BufferedReader:
    """Open a plain file.

    Raises:
        OSError: it is none (a link, a pipe, a folder, …), or cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a plain file")
    return os.fdopen(descriptor, "rb")


def read_document(path: Path) -> bytes:
    """The bytes of a plain file that is small enough to be a document.

    Raises:
        OSError: it is none, too large, or cannot be read.
    """
    with open_plain(path) as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise OSError(errno.EFBIG, f"larger than {MAX_BYTES} bytes")
    return data


def file_digest(path: Path) -> str:
    """SHA-256 of a plain file in hexadecimal; raises OSError as `open_plain` does."""
    with open_plain(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
