"""The column `front_matter`: JSON that a build could have written, of an article it publishes."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType

from corpuskit.language import KEYS as LANGUAGE_KEYS
from corpuskit.language import declared_language
from corpuskit.masking import is_secret_key, masked
from corpuskit.model import Cell, Value
from corpuskit.parse import exclusion_of

DECLARED = "what `front_matter` declares, if it declares one"

_TEXT = frozenset({str, NoneType})
_WRITTEN = _TEXT | {list, dict}

_decode = json.JSONDecoder().decode
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


@dataclass(frozen=True, slots=True)
class FrontMatterFacts:
    """What one row's front matter is not but should be, and the language that it declares."""

    problem: str | None = None
    language: str | None = None


_PLAIN = FrontMatterFacts()
_NO_OBJECT = FrontMatterFacts("a JSON object")
_UNMASKED = FrontMatterFacts("a mask in place of every secret")
_RESPELLED = FrontMatterFacts("JSON as it is written, every scalar as text")
_DRAFT = FrontMatterFacts("none of a draft or what is not published (config.source.drafts)")


@dataclass(frozen=True, slots=True)
class FrontMatterRules:
    """What is asked: how it is spelled only of what this corpuskit wrote."""

    is_ours: bool
    without_drafts: bool

    def read(self, text: Cell) -> FrontMatterFacts:
        """The facts of one row; nulls have none, and no text raises anything."""
        if not isinstance(text, str):
            return _PLAIN
        try:
            return self._facts(text)
        except (ValueError, RecursionError):
            return _NO_OBJECT

    def _facts(self, text: str) -> FrontMatterFacts:
        values = _decode(text)
        if not isinstance(values, dict):
            return _NO_OBJECT
        keys: set[str] = set()
        is_text = _survey(values, keys)
        if any(map(is_secret_key, keys)) and masked(values) != values:
            return _UNMASKED
        if not self.is_ours:
            return _PLAIN
        if not is_text or _encode(values) != text:
            return _RESPELLED
        # What is masked as a password may have been an empty one, which keeps no article back.
        if self.without_drafts and exclusion_of(values) in ("draft", "unpublished"):
            return _DRAFT
        language = _language(values)
        return _PLAIN if language is None else FrontMatterFacts(language=language)


def _survey(container: Mapping[str, object] | Sequence[object], keys: set[str]) -> bool:
    """Whether every scalar in it is text or null; adds the keys of all that is in it.

    To look at types by the set takes half the time of asking value by value.
    """
    items: Collection[object] = container
    if isinstance(container, Mapping):
        keys.update(container)
        items = container.values()
    kinds = set(map(type, items))
    if kinds <= _TEXT:
        return True
    nested = [_survey(item, keys) for item in items if isinstance(item, dict | list)]
    return all(nested) and kinds <= _WRITTEN


def _language(values: dict[str, Value]) -> str | None:
    """The tag under the first key that declares one, as parsing finds it."""
    for key in LANGUAGE_KEYS:
        if key in values and (tag := declared_language(values[key])) is not None:
            return tag
    return None
