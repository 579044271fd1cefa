"""Which blob each file of a checkout holds, by what git noted of it when it was written.

A fresh clone has new inodes and times, so nobody has seen its files before; but git's index says
what each looked like when it was checked out, and which blob that was. It is asked for as git lists
it, which runs nothing: no filter, no monitor.

A file's bytes are those of its blob unless they are converted on the way. Conversions of line ends
show in the size, which has to be that of what was parsed; files with any other are left out, and so
are all where filters are configured or blobs replaced. What cannot be seen is a conversion that was
in force at the checkout, left the size as it was, and is configured no longer.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from corpuskit.git import run_git
from corpuskit.leaves import BLOB

CHECKED_OUT = pa.schema(
    [
        ("path", pa.string()),
        ("blob", BLOB),
        ("mtime_ns", pa.int64()),
        ("ctime_ns", pa.int64()),
        ("inode", pa.uint64()),
    ]
)

_CONVERTING = ("filter", "ident", "working-tree-encoding")
_ENTRY = re.compile(
    rb"\d+ ([0-9a-f]{40}) 0\t([^\0]+)\0  ctime: (\d+):(\d+)\n  mtime: (\d+):(\d+)\n"
    rb"  dev: \d+\tino: (\d+)\n  uid: \d+\tgid: \d+\n  size: \d+\tflags: 0\n"
)
"""Of an entry without a flag: those have others say that they did not change."""


def checked_out(folder: Path) -> pa.Table:
    """What git checked out into `folder` and below, as `CHECKED_OUT`; paths are relative to it.

    Empty outside of git. Files that changed as late as the index itself are left out, for they can
    have changed again unseen; so are names that are not UTF-8.
    """
    if _may_convert(folder):
        return CHECKED_OUT.empty_table()
    listed = run_git(folder, "ls-files", "-z", "--stage", "--debug")
    where = run_git(folder, "rev-parse", "--git-path", "index")
    if listed is None or where is None:
        return CHECKED_OUT.empty_table()
    try:
        written_ns = (folder / os.fsdecode(where.rstrip(b"\n"))).stat().st_mtime_ns
    except OSError:
        return CHECKED_OUT.empty_table()
    entries = [entry for entry in _entries(listed) if entry[2] < written_ns]
    converted = _converted(folder, [path for path, *_ in entries])
    if converted is None:
        return CHECKED_OUT.empty_table()
    kept = [entry for entry in entries if entry[0] not in converted and _is_utf8(entry[0])]
    columns = zip(*kept, strict=True) if kept else [()] * len(CHECKED_OUT)
    return pa.table([list(column) for column in columns], CHECKED_OUT)


def _may_convert(folder: Path) -> bool:
    """Whether git has anything to put other bytes in the place of a blob's, now or by then.

    Attributes may have changed since the checkout, so filters are not to be there at all.
    """
    filters = run_git(
        folder, "config", "--name-only", "--get-regexp", r"^filter\..*\.(smudge|process)$"
    )
    replaced = run_git(folder, "for-each-ref", "--count=1", "refs/replace")
    return bool(filters) or replaced is None or bool(replaced)


def _entries(listed: bytes) -> Iterator[tuple[bytes, bytes, int, int, int]]:
    """Path, blob, times of change of content and inode, inode."""
    for found in _ENTRY.finditer(listed):
        blob, path, *numbers = found.groups()
        changed, changed_ns, modified, modified_ns, inode = map(int, numbers)
        times = modified * 10**9 + modified_ns, changed * 10**9 + changed_ns
        yield path, bytes.fromhex(blob.decode()), *times, inode


def _converted(folder: Path, paths: list[bytes]) -> set[bytes] | None:
    """The files that attributes have converted between blob and file; None without an answer."""
    names = b"".join(path + b"\0" for path in paths)
    said = run_git(folder, "check-attr", "-z", "--stdin", *_CONVERTING, given=names)
    if said is None:
        return None
    parts = said.split(b"\0")
    answers = zip(parts[::3], parts[2::3], strict=False)
    return {path for path, value in answers if value not in (b"unspecified", b"unset")}


def _is_utf8(path: bytes) -> bool:
    try:
        path.decode()
    except UnicodeDecodeError:
        return False
    return True
