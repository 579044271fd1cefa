"""Which files there are below a folder that nobody vouches for; no link is followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from corpuskit.codes import Code
from corpuskit.verifying.findings import Findings

_LONGEST_PATH = 4096
"""PATH_MAX of Linux: no file has a longer one, whatever a manifest says."""

_OF_GIT = frozenset({".git", ".gitattributes", ".cache"})
"""What a clone or a download of a repository has beside the version, and no reader of it reads:
`.cache` is where Hugging Face notes what it has downloaded."""

_KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFDIR: "a folder",
}


@dataclass(frozen=True, slots=True)
class Inventory:
    """The plain files of a release: POSIX path → size in bytes; `odd` are other things found."""

    sizes: dict[str, int] = field(default_factory=dict)
    odd: set[str] = field(default_factory=set)

    def lacks(self, path: str) -> bool:
        """Whether a file is missing, and not merely behind something odd that is known already."""
        return path not in self.sizes and self.odd.isdisjoint([path, *_folders(path)])


def take_inventory(root: Path, known: Collection[str], findings: Findings) -> Inventory:
    """List what is below `root`, entering the folders of `known` files alone.

    What is no plain file, and folders that no known file is in, are findings; what git has beside
    them is passed over.
    """
    inventory = Inventory()
    folders = {folder for path in known for folder in _folders(path)}
    pending = [""]
    while pending:
        prefix = pending.pop()
        for entry in _entries(root / prefix, prefix, inventory, findings):
            path = prefix + entry.name
            if path in _OF_GIT:
                continue
            kind, size = _look(entry)
            if kind == stat.S_IFDIR and path in folders:
                pending.append(f"{path}/")
            elif kind == stat.S_IFREG:
                inventory.sizes[path] = size
            elif kind is not None:
                inventory.odd.add(path)
                what = _KINDS.get(kind, "a device")
                findings.add(
                    Code.STRAY_FILE,
                    path,
                    f"expected plain files of the release, found {what}",
                    help="put a copy of the file in its place" if path in known else "delete it",
                )
    return inventory


def _folders(path: str) -> list[str]:
    """The folders that a path is in, below the root."""
    if len(path) > _LONGEST_PATH:
        return []
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def _entries(
    folder: Path, prefix: str, inventory: Inventory, findings: Findings
) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            return sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        path = prefix.rstrip("/")
        inventory.odd.add(path)
        findings.add(Code.MISSING_FILE, path, f"the folder cannot be listed: {error.strerror}")
        return []


def _look(entry: os.DirEntry[str]) -> tuple[int | None, int]:
    """The kind and size of what an entry itself is; no kind if it is gone by now."""
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return None, 0
    return stat.S_IFMT(found.st_mode), found.st_size
