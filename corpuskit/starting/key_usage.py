"""What a corpus has in its front matter, key by key: how often, of which kinds, and examples."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from corpuskit.dates import DAY
from corpuskit.masking import is_secret_key
from corpuskit.model import Cell, Value
from corpuskit.schema import Field, FieldType
from corpuskit.values import is_blank
from corpuskit.values.cells import FieldReader, Wrong

SCALARS = (FieldType.BOOLEAN, FieldType.INTEGER, FieldType.NUMBER, FieldType.DATETIME)

_CODE = re.compile(r"\s*[-+]?0[0-9]")
"""A number that begins with a zero is a code: as a number it would lose that."""
"""The types that are tried, narrowest first; text is what is left."""

_EXAMPLES = 3
_LONGEST_EXAMPLE = 60


class _Silence:
    """Hears no notes: what is odd about a value is no matter for its type."""

    def odd(self, field: Field, wrong: Wrong, value: Value, path: object) -> None:
        pass

    def naive_date(self, zone: str) -> None:
        pass


_READERS = {kind: FieldReader(Field("value", kind, ()), "UTC") for kind in SCALARS}
_SILENCE = _Silence()


@dataclass(slots=True)
class KeyUsage:
    """How one key is used.

    `there` counts the articles that have it, `blank` those of them in which it says nothing,
    `lists` and `mappings` what its values are, `fits` by type the scalars that could be one.
    `days` counts the instants without a time of day. `examples` are some values as written, none of
    a secret.
    """

    key: str
    there: int = 0
    blank: int = 0
    lists: int = 0
    mappings: int = 0
    scalars: int = 0
    days: int = 0
    fits: Counter[FieldType] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def add(self, value: Value) -> None:
        """Count a value."""
        self.there += 1
        if not value or (isinstance(value, str) and is_blank(value)):
            self.blank += 1
        elif isinstance(value, str):
            self._add_scalar(value)
        elif isinstance(value, list):
            self.lists += 1
            self._show(next((item for item in value if isinstance(item, str)), ""))
        else:
            self.mappings += 1

    def _add_scalar(self, written: str) -> None:
        self.scalars += 1
        self._show(written)
        is_code = _CODE.match(written) is not None
        for kind, reader in _READERS.items():
            if is_code and kind in (FieldType.INTEGER, FieldType.NUMBER):
                continue
            # What never fitted before fits no more: a date is tried in a dozen ways.
            if self.fits[kind] == self.scalars - 1:
                cell = reader.read(written, (), _SILENCE)
                if not isinstance(cell, Wrong):
                    self.fits[kind] += 1
                    self.days += kind is FieldType.DATETIME and _is_day(cell)

    def _show(self, written: str) -> None:
        shown = " ".join(written.split())
        if len(self.examples) < _EXAMPLES and shown and not is_secret_key(self.key):
            clipped = shown[:_LONGEST_EXAMPLE]
            if clipped not in self.examples:
                self.examples.append(clipped)

    def type(self) -> FieldType:
        """The narrowest type that all values are of."""
        if self.mappings:
            return FieldType.OBJECT if not self.scalars + self.lists else FieldType.ANY
        if self.lists:
            return FieldType.LIST
        for kind in SCALARS:
            if self.scalars and self.fits[kind] == self.scalars:
                only_days = kind is FieldType.DATETIME and self.days == self.scalars
                return FieldType.DATE if only_days else kind
        return FieldType.STRING


def _is_day(cell: Cell) -> bool:
    return isinstance(cell, int) and cell % DAY == 0


@dataclass(slots=True)
class Usage:
    """The keys of a corpus by their names, and how many articles have front matter at all."""

    articles: int = 0
    keys: dict[str, KeyUsage] = field(default_factory=dict)

    def add(self, values: Mapping[str, Value]) -> None:
        """Count the front matter of one article."""
        self.articles += 1
        for key, value in values.items():
            self.keys.setdefault(key, KeyUsage(key)).add(value)

    def ranked(self) -> Iterator[KeyUsage]:
        """The keys, those first that most articles have; ties by name."""
        yield from sorted(self.keys.values(), key=lambda usage: (-usage.there, usage.key))
