"""Where the signatures of a version lie: beside the versions, a file for each key.

    signatures/1.0.0.<fingerprint>.dsse.json

The fingerprint is that of the key, in the base64 of file names. So who has the key knows the name,
even where a server lists nothing, and no two signers are in each other's way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from corpuskit.dataset_names import SIGNATURES
from corpuskit.errors import RefusedError
from corpuskit.stores import Store

_NAME = re.compile(r"(?P<version>[0-9.]+)\.(?P<key>[A-Za-z0-9_-]{43})\.dsse\.json")


def signature_name(version: str, file_part: str) -> str:
    """The name of the file for a key, of which `file_part` is the fingerprint."""
    return f"{version}.{file_part}.dsse.json"


def signatures_of(version: str, names: Iterable[str]) -> dict[str, str]:
    """Of some names in the folder those of a version's signatures, by their keys, sorted.

    Whatever else is there was not made by us, and nothing is said of it.
    """
    found = (match for name in sorted(names) if (match := _NAME.fullmatch(name)))
    return {match["key"]: match[0] for match in found if match["version"] == version}


def folder_beside(folder: Path) -> Path:
    """The folder of signatures for a version's folder, below the same path if that can be."""
    parent = folder.resolve().parent
    return (folder.parent if folder.parent.resolve() == parent else parent) / SIGNATURES


def signatures_beside(folder: Path, version: str) -> tuple[Path, dict[str, str]]:
    """The folder of signatures for a version's folder, and the names of that version's in it.

    Raises:
        OSError: the folder is there and cannot be listed.
    """
    beside = folder_beside(folder)
    try:
        return beside, signatures_of(version, [path.name for path in beside.iterdir()])
    except (FileNotFoundError, NotADirectoryError):
        return beside, {}


def carry_signatures(folder: Path, version: str, store: Store) -> int:
    """Have the signatures of a version beside it in a store as well; how many were not there.

    Raises:
        RefusedError: another file is in the place of one.
        UnfinishedError: the disk or the network got in the way.
    """
    missing = missing_signatures(folder, version, store)
    for path, data in missing.items():
        store.write(path, data)
    return len(missing)


def missing_signatures(folder: Path, version: str, store: Store) -> dict[str, bytes]:
    """The signatures of a version that a store does not have, by their paths there.

    Raises:
        RefusedError: another file is in the place of one.
        UnfinishedError: the disk or the network got in the way.
    """
    beside, names = signatures_beside(folder, version)
    missing = {}
    for name in names.values():
        path, data = f"{SIGNATURES}/{name}", (beside / name).read_bytes()
        there = store.read(path)
        if there is None:
            missing[path] = data
        elif there != data:
            raise RefusedError(
                f"{store.shown}/{path} is another signature of that name, and a key makes only "
                "one; delete it there if it is damaged, and publish again"
            )
    return missing
