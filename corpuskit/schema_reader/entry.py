"""Values of a schema file: strings from the YAML reader, typed as the schema language says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from corpuskit.codes import Code
from corpuskit.entries import Entry
from corpuskit.front_matter.tree import Tree

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_BOOLEANS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_MEANT = {
    **dict.fromkeys(("true", "yes", "on", "1"), "true"),
    **dict.fromkeys(("false", "no", "off", "0"), "false"),
}


@dataclass(frozen=True, slots=True)
class SchemaEntry(Entry):
    """A value of a schema; `tree` knows which values were quoted, so are text whatever they say."""

    tree: Tree

    UNKNOWN_KEY: ClassVar[Code] = Code.SCHEMA_UNKNOWN_KEY
    WRONG_TYPE: ClassVar[Code] = Code.SCHEMA_INVALID_VALUE
    INVALID: ClassVar[Code] = Code.SCHEMA_INVALID_VALUE
    MAPPING: ClassVar[str] = "a mapping"

    def text(self) -> str | None:
        """Any scalar as it was written: `1936`, `no` and `12:30` are text where text is due."""
        if isinstance(self.value, str):
            return self.value
        self.unfit("text")
        return None

    def boolean(self) -> bool | None:
        """An unquoted `true` or `false`: YAML 1.2's words, not 1.1's `yes` and `no`."""
        word = self._unquoted()
        if word is not None and word in _BOOLEANS:
            return _BOOLEANS[word]
        meant = _MEANT.get(str(self.value).lower())
        self.unfit("true or false", f"write `{meant}`, without quotes" if meant else None)
        return None

    def integer(self) -> int | None:
        """An unquoted whole number of at most 19 decimal digits."""
        word = self._unquoted()
        if word is not None and _INTEGER.fullmatch(word):
            return int(word)
        digits = isinstance(self.value, str) and _INTEGER.fullmatch(self.value)
        self.unfit("a whole number", f"write {self.value} without quotes" if digits else None)
        return None

    def _unquoted(self) -> str | None:
        is_plain = isinstance(self.value, str) and self.keys not in self.tree.quoted
        return str(self.value) if is_plain else None
