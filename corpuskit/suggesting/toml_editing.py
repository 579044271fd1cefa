"""Additions to a document of TOML that leave every character of it where it is.

What comes out is read again: an edit that does not say exactly what was asked for is none.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy

from corpuskit.toml_places import KeyPath, toml_places


def with_items(text: str, table: KeyPath, key: str, items: Sequence[str]) -> str | None:
    """`text` with items before those of an array, in a table that is there or is made.

    Args:
        text: what `tomllib` accepts, not nested too deeply.
        table: the path of a table; of an array of tables, with the place in it.
        key: of a list of texts, or of one text, in that table; it need not be there.
        items: as TOML spells them, one or more.

    Returns:
        The text, or None if it is written in a way that leaves no place for them.
    """
    added = [_loaded(item) for item in items]
    wanted = tomllib.loads(text)
    holder = _table(wanted, table)
    if holder is None:
        return None
    there = holder.get(key, [])
    holder[key] = [*added, *(there if isinstance(there, list) else [there])]
    edited = _edited(text, table, key, items)
    return edited if _says(edited, wanted) else None


def with_table(text: str, header: str, lines: Sequence[str]) -> str | None:
    """`text` with a table at its end; None if the header cannot stand there."""
    *path, last = header.split(".")
    body = "\n".join(lines)
    wanted = tomllib.loads(text)
    holder = _table(wanted, tuple(path))
    if holder is None or not isinstance(there := holder.setdefault(last, []), list):
        return None
    added = _table(tomllib.loads(f"[[{header}]]\n{body}"), (*path, last, 0))
    there.append(added)
    edited = f"{_begun(text)}[[{header}]]\n{body}\n"
    return edited if _says(edited, wanted) else None


def _edited(text: str, table: KeyPath, key: str, items: Sequence[str]) -> str:
    places = toml_places(text)
    listed = ", ".join(items)
    if (place := places.get((*table, key))) is not None:
        start, end = place.value
        if text[start] == "[":
            is_empty = not text[start + 1 : end - 1].strip()
            return f"{text[: start + 1]}{listed}{'' if is_empty else ', '}{text[start + 1 :]}"
        return f"{text[:start]}[{listed}, {text[start:end]}]{text[end:]}"
    place = places.get(table)
    if place is not None and text[place.value[0]] == "[":
        line_end = text.find("\n", place.value[1])
        at = len(text) if line_end < 0 else line_end + 1
        before = text[:at] if line_end >= 0 else f"{text}\n"
        return f"{before}{key} = [{listed}]\n{text[at:]}"
    return f"{_begun(text)}[{'.'.join(map(str, table))}]\n{key} = [{listed}]\n"


def _begun(text: str) -> str:
    """`text` with an empty line at its end; nothing stays nothing."""
    if not text:
        return ""
    return f"{text}\n" if text.endswith("\n") else f"{text}\n\n"


def _loaded(item: str) -> object:
    return tomllib.loads(f"item = {item}")["item"]


def _table(document: dict[str, object], path: KeyPath) -> dict[str, object] | None:
    """The table at a path, made if it is not there; None if something else is."""
    found: object = document
    for part in path:
        if isinstance(part, int):
            if not isinstance(found, list) or part >= len(found):
                return None
            found = found[part]
        elif isinstance(found, dict):
            found = found.setdefault(part, {})
        else:
            return None
    return found if isinstance(found, dict) else None


def _says(text: str, wanted: Mapping[str, object]) -> bool:
    try:
        return tomllib.loads(text) == deepcopy(wanted)
    except ValueError:
        return False
