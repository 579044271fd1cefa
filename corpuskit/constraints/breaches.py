"""The constraints that the rows of a batch break, as diagnostics at the places of the values."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

from corpuskit.constraints import Breach, ConstraintChecker, checked_schema
from corpuskit.masking import MASK, is_secret_field
from corpuskit.model import Cell, Diagnostic, Place, Source, diagnose
from corpuskit.parse import Parser
from corpuskit.rows import to_batch
from corpuskit.schema import Schema
from corpuskit.sources.read import read_source


class BreachFinder:
    """Checks rows against one schema; made once a process."""

    def __init__(self, schema: Schema, parser: Parser) -> None:
        self._checker = ConstraintChecker(schema)
        self._checked = checked_schema(schema)
        self._parser = parser
        self._secret_fields = frozenset(f.name for f in schema.fields if is_secret_field(f))

    def find(
        self, columns: Mapping[str, Sequence[Cell]], source_of: Callable[[int], Source | None]
    ) -> dict[int, list[Diagnostic]]:
        """By row, what is wrong with it; the source of such a row, if there is one, is read again.

        `columns` are the fields and `source_sha256`, with cells of their types.

        Holding every article's places until its batch is checked would hold its parse tree.
        """
        found: dict[int, list[Breach]] = {}
        for breach in self._checker.check(to_batch(columns, self._checked)):
            found.setdefault(breach.row, []).append(breach)
        return {
            row: self._diagnosed(source_of(row), str(columns["source_sha256"][row]), breaches)
            for row, breaches in found.items()
        }

    def _diagnosed(
        self, source: Source | None, source_sha256: str, breaches: list[Breach]
    ) -> list[Diagnostic]:
        places = {} if source is None else self._places(source, source_sha256)
        return [
            diagnose(
                breach.code,
                breach.message,
                places.get(breach.field, Place(1, 1)),
                field=breach.field,
                value=MASK if breach.field in self._secret_fields else breach.value,
                severity=breach.severity,
            )
            for breach in breaches
        ]

    def _places(self, source: Source, source_sha256: str) -> dict[str, Place]:
        data = read_source(source.location, self._parser.rules.max_bytes)
        same = isinstance(data, bytes) and hashlib.sha256(data).hexdigest() == source_sha256
        return self._parser.places(data) if same and isinstance(data, bytes) else {}
