"""What a published audit says of the sources: all that was found, or nothing that quotes them.

A redacted diagnostic is made anew of what is no word of a source: path and digest, line and column,
code and severity, and the field where it is a column of the schema. Its message is the name of the
code. Nothing is searched for in messages and cut out.
"""

from __future__ import annotations

from dataclasses import dataclass

from corpuskit.identity import article_id
from corpuskit.manifest import AuditKind
from corpuskit.model import Diagnostic, Place


def in_words(label: str) -> str:
    """`missing field` for `missing-field`: the message of a redacted diagnostic of that code."""
    return label.replace("-", " ")


@dataclass(frozen=True, slots=True)
class AuditRules:
    """What an audit may say.

    Of diagnostics about one of the `omitted` columns no audit quotes anything. `fields` are the
    schema's, and the columns of quality.
    """

    kind: AuditKind = "full"
    fields: frozenset[str] = frozenset()
    omitted: frozenset[str] = frozenset()

    def diagnostic(self, found: Diagnostic) -> Diagnostic:
        """What is published of a diagnostic."""
        if self.kind == "full" and found.field not in self.omitted:
            return found
        place = found.place
        return Diagnostic(
            code=found.code,
            message=in_words(found.code.label),
            place=None if place is None else Place(place.line, place.column),
            field=found.field if found.field in self.fields else None,
            severity=found.severity,
            path=found.path,
            source_sha256=found.source_sha256,
        )

    def id_of(self, path: str, own_id: str | None) -> str | None:
        """What is published of the id of a source that is no row: none that is a field's value."""
        return own_id if self.kind == "full" or own_id == article_id(path) else None


WHOLE = AuditRules()
"""All that was found."""
