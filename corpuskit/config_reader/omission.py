"""Whether the columns that `[release] omit` names can be left out of a release."""

from __future__ import annotations

from corpuskit.codes import Code
from corpuskit.config import ReleaseRules
from corpuskit.config.omission import NEEDED
from corpuskit.entries import Findings, KeyPath, clipped
from corpuskit.parts.subsets import subset_rule
from corpuskit.schema import OWN_COLUMNS, Schema
from corpuskit.schema_reader import effective_order


def check_omission(
    release: ReleaseRules,
    schema: Schema,
    keys: KeyPath,
    findings: Findings,
    signals: tuple[str, ...] = (),
) -> None:
    """Note which of the names to omit, at `keys`, are no columns, or are needed.

    `signals` are the columns of quality.
    """
    names, subset = release.omit, subset_rule(release.subsets or "", schema)
    columns = [*OWN_COLUMNS, *signals, *(field.name for field in schema.fields)]
    for index, name in enumerate(names):
        place = (*keys, index)
        if name not in columns:
            message = f"there is no column `{clipped(name)}` that could be omitted"
            help_ = findings.suggest(name, columns) or f"there are: {', '.join(columns)}"
            findings.add(Code.UNKNOWN_FIELD, place, message, help_)
        elif (why := _needed_for(name, schema)) is not None:
            message = f"`{clipped(name)}` cannot be omitted: {why[0]}"
            findings.add(Code.CONFIG_INVALID_VALUE, place, message, why[1])
        elif subset is not None and name == subset.column:
            message = f"`{clipped(name)}` cannot be omitted: its values are the names of subsets"
            findings.add(Code.CONFIG_INVALID_VALUE, place, message, "take other `subsets`, or none")


def _needed_for(name: str, schema: Schema) -> tuple[str, str | None] | None:
    """Why a column has to be there, and what could be done about that."""
    if name in NEEDED:
        return NEEDED[name], None
    if name == schema.id_field:
        return "its values are the ids", "take another `id` in the schema, or none"
    if name in effective_order(schema):
        return "rows are sorted by it", "take another `order` in the schema, such as `[path]`"
    return None
