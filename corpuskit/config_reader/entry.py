"""Values of a configuration file: TOML has types of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from corpuskit.codes import Code
from corpuskit.entries import Entry, KeyPath, Span, clipped
from corpuskit.toml_places import TomlPlace


@dataclass(frozen=True, slots=True)
class ConfigPlaces:
    """What `toml_places` found, for `Findings`."""

    found: Mapping[KeyPath, TomlPlace]

    def span(self, path: KeyPath) -> Span | None:
        """Where the value at `path` stands, or the nearest one that holds it."""
        while path:
            if path in self.found:
                return self.found[path].value
            path = path[:-1]
        return None

    def key_span(self, path: KeyPath) -> Span | None:
        """Where the key of `path` stands."""
        place = self.found.get(path)
        return None if place is None else place.key


@dataclass(frozen=True, slots=True)
class ConfigEntry(Entry):
    """A value of a configuration."""

    UNKNOWN_KEY: ClassVar[Code] = Code.CONFIG_UNKNOWN_KEY
    WRONG_TYPE: ClassVar[Code] = Code.CONFIG_WRONG_TYPE
    INVALID: ClassVar[Code] = Code.CONFIG_INVALID_VALUE
    MAPPING: ClassVar[str] = "a table"

    def text(self) -> str | None:
        """A string."""
        if isinstance(self.value, str):
            return self.value
        self.unfit("a string")
        return None

    def boolean(self) -> bool | None:
        """A boolean."""
        if isinstance(self.value, bool):
            return self.value
        self.unfit("true or false")
        return None

    def integer(self) -> int | None:
        """An integer."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return self.value
        self.unfit("a whole number")
        return None


Members: TypeAlias = Mapping[str, ConfigEntry]


def line(table: Members, key: str) -> str | None:
    """A text that is not blank, if the key is there."""
    return table[key].line() if key in table else None


def texts(table: Members, key: str) -> tuple[str, ...]:
    """The texts of a list, or a single one, if the key is there."""
    return table[key].texts() if key in table else ()


def matching(table: Members, key: str, regex: re.Pattern[str], expected: str) -> str | None:
    """A text of a form, if the key is there."""
    text = line(table, key)
    if text is not None and not regex.fullmatch(text):
        table[key].invalid(f"`{key}` must be {expected}, not `{clipped(text)}`")
    return text
