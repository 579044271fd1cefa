"""Which of an article's keys its fields read, and which keys nothing reads.

The keys alone tell, unless a field reaches into mappings; and the articles of a site have the same
keys, so that the answer is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from corpuskit.front_matter.tree import KeyPath
from corpuskit.language import KEYS as LANGUAGE_KEYS
from corpuskit.model import Value
from corpuskit.schema import Field, Schema

_READ_WITHOUT_A_FIELD = frozenset({*LANGUAGE_KEYS, "draft", "password", "published", "status"})
"""Keys that say in which language an article is, or whether it is public: known to any schema."""

_KEPT = 64
_MOST_KEPT_KEYS = 64
"""Bound what is kept: the batches of a corpus go through its sites one after the other."""

_Source: TypeAlias = tuple[str, KeyPath, KeyPath | None]
"""A key that a field reads: as it is written, its path, and the path that its dots spell."""


class Given(NamedTuple):
    """The number of a field, and the path of its value, which `key` alone is where it can be."""

    nth: int
    path: KeyPath | None = None
    key: str | None = None


class KeysRead(NamedTuple):
    """What fields find under the keys of an article, in the schema's order.

    `paths` has the paths of the fields that are `given`, by their names. `absent` are the numbers
    of the other fields, `required` those of them that must be there. `unread` are the keys to be
    told as unknown, each with the one that was probably meant.
    """

    given: tuple[Given, ...]
    paths: Mapping[str, KeyPath]
    absent: tuple[int, ...]
    required: tuple[int, ...]
    unread: tuple[tuple[str, str | None], ...]


class KeyReader:
    """Finds the keys that one schema's fields read; made once a build."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._sources = [[_source(s) for s in field.sources] for field in schema.fields]
        nested = [path for sources in self._sources for _, _, path in sources if path is not None]
        self._roots = frozenset(str(path[0]) for path in nested)
        self._known = frozenset(s.split(".")[0] for field in schema.fields for s in field.sources)
        self._read_keys = lru_cache(_KEPT)(lambda keys: self._read(dict.fromkeys(keys)))

    def read(self, values: Mapping[str, Value]) -> KeysRead:
        """What the fields find in `values`."""
        keys = tuple(values)
        if len(keys) > _MOST_KEPT_KEYS or not self._roots.isdisjoint(keys):
            return self._read(values)
        return self._read_keys(keys)

    def _read(self, values: Mapping[str, Value]) -> KeysRead:
        found = [_find(values, sources) for sources in self._sources]
        fields = self.schema.fields
        given = tuple(_given(nth, path) for nth, path in enumerate(found) if path is not None)
        paths = {f.name: path for f, path in zip(fields, found, strict=True) if path is not None}
        absent = tuple(nth for nth, path in enumerate(found) if path is None)
        required = tuple(nth for nth in absent if fields[nth].required)
        return KeysRead(given, paths, absent, required, tuple(self._unread(values)))

    def _unread(self, keys: Collection[str]) -> list[tuple[str, str | None]]:
        policy = self.schema.unknown
        if policy == "keep":
            return []
        found = []
        for key in keys:
            if key in self._known or key in _READ_WITHOUT_A_FIELD:
                continue
            close = closest(key, self._known)
            if policy == "suggest" and (close is None or close in keys):
                continue
            if policy != "reject" and self._is_told_as_missing(keys, key):
                continue
            found.append((key, close))
        return found

    def _is_told_as_missing(self, keys: Collection[str], key: str) -> bool:
        """Whether the diagnostic of a required field names `key` as what was probably meant."""
        return any(
            field.required
            and {s.split(".")[0] for s in field.sources}.isdisjoint(keys)
            and meant(keys, field) == key
            for field in self.schema.fields
        )


def _source(source: str) -> _Source:
    return source, (source,), tuple(source.split(".")) if "." in source else None


def _given(nth: int, path: KeyPath) -> Given:
    return Given(nth, path, str(path[0]) if len(path) == 1 else None)


def _find(values: Mapping[str, Value], sources: list[_Source]) -> KeyPath | None:
    """The path of the first of a field's keys that is there; dots reach into mappings."""
    for source, literal, nested in sources:
        if source in values:
            return literal
        if nested is not None and nested[0] in values:
            found: Value = dict(values)
            for part in nested:
                if not isinstance(found, dict) or part not in found:
                    break
                found = found[part]
            else:
                return nested
    return None


@lru_cache(maxsize=4096)
def closest(key: str, known: frozenset[str]) -> str | None:
    """The one of the `known` keys that a slip makes `key` of, if there is one."""
    close = get_close_matches(key.lower(), sorted(known), n=1, cutoff=0.82)
    return close[0] if close and len(key) > 3 else None


def meant(keys: Collection[str], missing: Field) -> str | None:
    """The key that was probably meant for a field that no key gives: `Title` for `title`."""
    sources = frozenset(missing.sources)
    return next((key for key in keys if closest(key, sources)), None)
