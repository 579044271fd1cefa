"""What looks like a secret is shown nowhere: not in a column, a diagnostic or the audit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from corpuskit.model import Value
from corpuskit.schema import Field

MASK = "***"

SECRET_KEY = re.compile(r"(?i)pass(?:word|wd|phrase)?\Z|secret|token\Z|api[_-]?key|credential")


_KEY_IN_LINE = re.compile(r"([\w.-]{1,100})[\"']?[ \t]*[:=]")
"""A key and what stands between it and its value in YAML, TOML, JSON and Pelican's headers."""


@lru_cache(maxsize=4096)
def is_secret_key(key: str) -> bool:
    """Whether a key names a secret; a corpus has few keys, and each article most of them."""
    return SECRET_KEY.search(key) is not None


def may_show_secret(line: str) -> bool:
    """Whether a line of a source seems to give a secret its value; in doubt it does."""
    return any(is_secret_key(found[1]) for found in _KEY_IN_LINE.finditer(line))


def is_secret(keys: Iterable[object]) -> bool:
    """Whether one of the keys on the way to a value is a secret's."""
    return any(is_secret_key(str(key)) for key in keys)


def is_secret_field(field: Field) -> bool:
    """Whether a field's name or one of the keys it reads is a secret's."""
    return is_secret((field.name, *(part for s in field.sources for part in s.split("."))))


@lru_cache(maxsize=256)
def _name_secret(keys: tuple[str, ...]) -> bool:
    return any(map(is_secret_key, keys))


def holds_secret(value: Value) -> bool:
    """Whether a secret's key is in `value`: a walk without the copy that `masked` makes.

    The keys are looked up together, for the articles of a site have the same ones.
    """
    if isinstance(value, dict):
        if _name_secret(tuple(value)):
            return True
        inner: Iterable[Value] = value.values()
    elif isinstance(value, list):
        inner = value
    else:
        return False
    for held in inner:  # noqa: SIM110 - a generator costs as much as the rest of the walk
        if not isinstance(held, str) and holds_secret(held):
            return True
    return False


def masked(value: Value) -> Value:
    """`value` with a mask in place of what stands under keys that look like secrets."""
    if isinstance(value, list):
        return [masked(item) for item in value]
    if isinstance(value, dict):
        return {
            key: MASK if item is not None and is_secret((key,)) else masked(item)
            for key, item in value.items()
        }
    return value
