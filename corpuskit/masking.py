"""What looks like a secret is shown nowhere: not in a column, a diagnostic or the audit."""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpuskit.model import Value
from corpuskit.schema import Field

MASK = "***"

SECRET_KEY = re.compile(r"(?i)pass(?:word|wd|phrase)?\Z|secret|token\Z|api[_-]?key|credential")

MAYBE_SECRET = re.compile(r"(?i)pass|secret|token|api|credential")
"""Found in the JSON of whatever holds a key that is a secret's: one search, not a walk."""


def is_secret(keys: Iterable[object]) -> bool:
    """Whether one of the keys on the way to a value is a secret's."""
    return any(SECRET_KEY.search(str(key)) for key in keys)


def is_secret_field(field: Field) -> bool:
    """Whether a field's name or one of the keys it reads is a secret's."""
    return is_secret((field.name, *(part for s in field.sources for part in s.split("."))))


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
