"""The table `[quality]` of a configuration, and what of it does not go with the rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from corpuskit.codes import Code
from corpuskit.config_reader.entry import ConfigEntry, Members
from corpuskit.entries import Findings, KeyPath
from corpuskit.manifest import AuditKind
from corpuskit.named import Named
from corpuskit.quality.rules import GROUPS, KINDS, SIGNALS, Bound, QualityRules
from corpuskit.schema import Schema

KEYS = QualityRules.__slots__
_BOUND_KEYS = ("minimum", "maximum", "enum")
_LARGEST = 1_000_000_000
_LEAKING = {
    "body": "it has the characters as they were written",
    "front_matter": "it has the front matter as it was written",
}

# Its patterns take some milliseconds to compile, and few corpora are masked.
_find_private = Named("corpuskit.quality.private", "find_private")


def read_quality(table: Members) -> QualityRules:
    """What the table says; what is wrong in it is noted."""
    thin = table["thin"].boolean() if "thin" in table else None
    stubs = [item.regex() for item in table["stubs"].spread()] if "stubs" in table else []
    return QualityRules(
        signals=_chosen(table, "signals", GROUPS),
        require=_bounds(table, "require"),
        warn=_bounds(table, "warn"),
        thin=bool(thin),
        stubs=tuple(stub for stub in stubs if stub),
        mask=_chosen(table, "mask", KINDS),
    )


def _chosen(table: Members, key: str, known: Collection[str]) -> tuple[str, ...]:
    """Those of the known words that a list has, in their own order."""
    stated = [item.choice(known) for item in table[key].spread()] if key in table else []
    return tuple(word for word in known if word in stated)


def _bounds(table: Members, key: str) -> tuple[Bound, ...]:
    """By signal, in the order of their columns."""
    stated = table[key].members(tuple(SIGNALS)) if key in table else {}
    read = {name: _bound(name, entry) for name, entry in stated.items()}
    return tuple(read[name] for name in SIGNALS if name in read)


def _bound(name: str, entry: ConfigEntry) -> Bound:
    kind = SIGNALS[name].kind
    is_number = kind in ("integer", "number")
    table = entry.members(_BOUND_KEYS[:2] if is_number else _BOUND_KEYS[2:])
    if not table and entry.value == {}:
        entry.invalid(f"{entry.name} says nothing of what it has to be")
    low, high = (_number(table, key, kind) for key in _BOUND_KEYS[:2])
    if low is not None and high is not None and low > high:
        entry.invalid(f"no value is at least {low} and at most {high}")
    options = (
        tuple(_option(item, kind) for item in table["enum"].items()) if "enum" in table else None
    )
    if options == ():
        table["enum"].invalid("`enum` lists nothing, so that no value is left")
    return Bound(name, low, high, options)


def _number(table: Members, key: str, kind: str) -> int | float | None:
    if key not in table:
        return None
    entry = table[key]
    if kind == "integer":
        return entry.count()
    value = entry.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        entry.unfit("a number")
    elif not 0 <= value <= _LARGEST:
        entry.invalid(f"{entry.name} must be a number from 0 to {_LARGEST}")
    else:
        return value
    return None


def _option(entry: ConfigEntry, kind: str) -> str | bool:
    return (entry.boolean() if kind == "boolean" else entry.line()) or False


def check_quality(
    rules: QualityRules,
    schema: Schema,
    omitted: Collection[str],
    audit: AuditKind,
    named: Mapping[str, Collection[str]],
    table: KeyPath,
    findings: Findings,
) -> None:
    """Note columns that the schema has a field for, and what would publish what is masked.

    `named` are the lines of text that rules of `[text]` name, by their key.
    """
    fields = {field.name.casefold() for field in schema.fields}
    for name in rules.columns:
        if name in fields:
            message = f"`{name}` is a column of these signals, and a field of the schema"
            keys: KeyPath = (*table, "quality", "signals")
            findings.add(Code.RESERVED_NAME, keys, message, "give the field another name")
    keys = (*table, "quality", "mask")
    for name, why in _LEAKING.items() if rules.mask else ():
        if name not in omitted:
            message = f"what is masked in `text` would be published in `{name}`: {why}"
            help_ = 'write `omit = ["body", "front_matter"]` in [release]'
            findings.add(Code.MASK_LEAKS, keys, message, help_)
    for key, lines in named.items() if rules.mask else ():
        if any(found.kind in rules.mask for line in lines for found in _find_private(line)):
            message = f"what is masked in `text` would be published in the manifest, in `{key}`"
            help_ = "name a part of the line that is no such thing, in `drop-lines-beginning`"
            findings.add(Code.MASK_LEAKS, (*table, "text", key), message, help_)
    if rules.mask and audit == "full":
        message = (
            "what is masked in `text` could be published in the audit, which quotes the sources"
        )
        findings.add(Code.MASK_LEAKS, keys, message, 'write `audit = "redacted"` in [release]')
