"""Suggested rules → a configuration that is there, or a new one."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

from corpuskit.config_reader import read_config
from corpuskit.dataset_folder import replace_file
from corpuskit.errors import RefusedError, UnfinishedError
from corpuskit.finding.config import PYPROJECT
from corpuskit.suggesting.rules import Suggested, Suggestion, by_paths, capture_toml
from corpuskit.suggesting.toml_editing import with_items, with_table
from corpuskit.toml_places import KeyPath
from corpuskit.toml_text import toml_text


def write_rules(path: Path, found: Suggested) -> str | None:
    """Write what was suggested into a corpuskit.toml; what is there stays as it is.

    A rule that captures is left out if the schema lacks its field: to drop the line alone would
    lose what it says.

    Returns:
        The file, or None if there is nothing to write.

    Raises:
        RefusedError: it is another file, or written in a way that leaves no place for the rules.
        UnfinishedError: the disk got in the way.
    """
    writable = [s for s in found.suggestions if s.field is None or s.is_known]
    if not writable:
        return None
    if path.name == PYPROJECT:
        raise RefusedError(f"the configuration is in {path}; paste the rules there")
    try:
        data = path.read_bytes() if path.exists() else b""
        mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        text = data.decode("utf-8-sig")
        edited: str | None = text
        for paths, suggestions in by_paths(writable):
            if edited is not None:
                edited = _edited(edited, paths, suggestions)
        if edited is None or isinstance(read_config(edited, path.name), tuple):
            raise RefusedError(f"{path} leaves no place for the rules; paste them where they fit")
        # A link is left to be one.
        replace_file(Path(os.path.realpath(path)), mark + edited.encode())
    except OSError as error:
        raise UnfinishedError(f"{path}: {error.strerror}") from error
    return str(path)


def _edited(text: str, paths: tuple[str, ...], suggestions: list[Suggestion]) -> str | None:
    drops = [toml_text(suggestion.selector) for suggestion in suggestions]
    captures = [capture_toml(s) for s in suggestions if s.field is not None]
    edited: str | None
    if paths and not suggestions[0].has_table:
        listed = ", ".join(map(toml_text, paths))
        lines = [f"paths = [{listed}]", f"drop = [{', '.join(drops)}]"]
        for capture in captures:
            lines += ["", "[[text.for.capture]]", *capture]
        return with_table(text, "text.for", lines)
    table: KeyPath = ("text",)
    if paths:
        number = _table_of(text, paths)
        if number is None or captures:
            return None
        table = ("text", "for", number)
    edited = with_items(text, table, "drop", drops)
    for capture in captures:
        edited = None if edited is None else with_table(edited, "text.capture", capture)
    return edited


def _table_of(text: str, paths: tuple[str, ...]) -> int | None:
    """The number of the table `[[text.for]]` with these paths."""
    config = read_config(text, "corpuskit.toml")
    if isinstance(config, tuple):
        return None
    listed = [rules.paths for rules in config.text.by_path]
    return listed.index(paths) if paths in listed else None
