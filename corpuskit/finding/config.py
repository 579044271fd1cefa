"""Which configuration file belongs to a source folder."""

from __future__ import annotations

import tomllib
from pathlib import Path

from corpuskit.toml_places import nests_too_deep

FILE_NAME = "corpuskit.toml"

PYPROJECT = "pyproject.toml"

MAX_CONFIG_BYTES = 2**20
"""Far more than anybody writes; a scan of that many takes some seconds."""


def find_config(src: Path, within: Path | None = None) -> Path | None:
    """The nearest configuration in the folder `src`, or that of the file, and those above it.

    In each folder up to the file system's root, or up to `within`, where that is given:
    `corpuskit.toml`, then a `pyproject.toml` with a table `[tool.corpuskit]`.
    """
    start = (src if is_folder(src) else src.parent).resolve()
    for folder in (start, *start.parents):
        if within is not None and not folder.is_relative_to(within.resolve()):
            return None
        if _is_file(folder / FILE_NAME):
            return folder / FILE_NAME
        if _holds_table(folder / PYPROJECT):
            return folder / PYPROJECT
    return None


def is_folder(path: Path) -> bool:
    """Whether `path` is a folder, as far as can be seen."""
    try:
        return path.is_dir()
    except OSError:  # a name that is too long, or a folder above that is closed to us
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _holds_table(path: Path) -> bool:
    """Whether a pyproject.toml configures us; one that is broken does if it speaks of us."""
    if not _is_file(path):
        return False
    try:
        with path.open("rb") as file:
            data = file.read(MAX_CONFIG_BYTES + 1)
    except OSError:
        return False
    if b"corpuskit" not in data:
        return False
    if len(data) > MAX_CONFIG_BYTES:
        return b"tool.corpuskit" in data
    try:
        text = data.decode("utf-8-sig")
        tool = {} if nests_too_deep(text) else tomllib.loads(text).get("tool")
    except ValueError:
        return b"tool.corpuskit" in data
    return isinstance(tool, dict) and "corpuskit" in tool
