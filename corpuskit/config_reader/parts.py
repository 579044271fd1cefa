"""`[splits]` and what `[release]` says of subsets and shards → `PartRules`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Literal

from corpuskit.codes import Code
from corpuskit.config.near import NEAR_DUPLICATE
from corpuskit.config.parts import SHARD_BYTES, SPLITS, PartRules, SplitRules
from corpuskit.config_reader.entry import ConfigEntry
from corpuskit.entries import Findings, KeyPath, clipped
from corpuskit.index import temporal_date
from corpuskit.parts.subsets import subset_rule
from corpuskit.schema import FieldType, Schema
from corpuskit.shares import read_share

SPLIT_KEYS = (*SPLITS, "by", "salt", "group")

_SIZE = re.compile(r"([0-9]{1,9}) ?(KB|MB|KiB|MiB)")
_UNITS = {"KB": 1000, "MB": 1000**2, "KiB": 1024, "MiB": 1024**2}
_LEAST_SHARD, _MOST_SHARD = 64 * 1024, 64 * 1024**2
"""A shard of some 16 KB is all footer; one of 256 MB, four times the mean, is written by each
worker in as much memory."""

_OWN_SCHEMA = (
    "name a field of one value, or add it to a schema of your own: "
    "corpuskit schema article > schema.yaml"
)

Members = Mapping[str, ConfigEntry]


def read_splits(table: Members) -> SplitRules:
    """The rules of `[splits]`, whose members are among `SPLIT_KEYS`."""
    by: Literal["id", "date"] = "id"
    if "by" in table and table["by"].choice(("id", "date")) == "date":
        by = "date"
    shares: list[tuple[str, float]] = []
    starts: list[tuple[str, str]] = []
    for name in SPLITS:
        if name in table:
            match _extent(table[name]):
                case dt.date() as start:
                    starts.append((name, start.isoformat()))
                case float() as share:
                    shares.append((name, share))
                case None:
                    pass
    rules = SplitRules(
        tuple(shares),
        tuple(starts),
        by,
        (table["salt"].text() or "") if "salt" in table else "",
        table["group"].texts() if "group" in table else (),
    )
    _check(rules, table)
    return rules


def _extent(entry: ConfigEntry) -> float | dt.date | None:
    """A share of the rows, or the first day of a split."""
    match entry.value:
        case dt.datetime() | bool():
            pass
        case dt.date() as day:
            return day
        case int() | float() as share:
            return _share(entry, float(share) if share <= 1 else None)
        case str() as text if _is_day(text):
            return dt.date.fromisoformat(text)
        case str() as text:
            return _share(entry, read_share(text))
        case _:
            pass
    entry.unfit('a share such as "5%" or 0.05, or the first day such as 2024-01-01')
    return None


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _share(entry: ConfigEntry, share: float | None) -> float | None:
    if share is None or not 0 < share < 1:
        entry.invalid(f'{entry.name} must be between "0%" and "100%", or a day such as 2024-01-01')
        return None
    return share


def _check(rules: SplitRules, table: Members) -> None:
    """Note what makes no sense together."""
    last = next((table[name] for name in reversed(SPLITS) if name in table), None)
    if last is None:
        if table:
            key, entry = next(iter(table.items()))
            entry.invalid(
                f"`{key}` says how, and no split is named", "add `test = 0.05`", at_key=True
            )
        return
    if rules.shares and rules.starts:
        last.invalid("splits are shares or begin on a day, not one this way and one the other")
    if rules.starts and rules.by == "id":
        last.invalid("splits that begin on a day go by date", 'add `by = "date"`')
    if sum(share for _, share in rules.shares) >= 1:
        last.invalid("the shares leave nothing to `train`")
    if len({start for _, start in rules.starts}) < len(rules.starts):
        last.invalid("two splits begin on the same day")


def read_files_rules(table: Members) -> PartRules:
    """What `[release]` says of subsets and shards; without splits."""
    subsets = table["subsets"].line() if "subsets" in table else None
    size = _size(table["shard-size"]) if "shard-size" in table else None
    return PartRules(subsets=subsets, shard_bytes=size or SHARD_BYTES)


def _size(entry: ConfigEntry) -> int | None:
    if isinstance(entry.value, str):
        found = _SIZE.fullmatch(entry.value.strip())
        size = int(found[1]) * _UNITS[found[2]] if found else None
    else:
        size = entry.integer()
        if size is None:
            return None
    if size is None or not _LEAST_SHARD <= size <= _MOST_SHARD:
        entry.invalid(f"{entry.name} must be from `64 KiB` to `64 MiB`")
        return None
    return size


def check_part_fields(
    rules: PartRules, schema: Schema, keys: KeyPath, findings: Findings, *, near: bool = False
) -> None:
    """Note what of the rules does not fit the schema; `keys` lead to the configuration.

    `near` says whether near duplicates are looked for, which are then groups as well.
    """
    names = [field.name for field in schema.fields]
    if rules.subsets is not None and subset_rule(rules.subsets, schema) is None:
        findings.add(
            Code.UNKNOWN_FIELD,
            (*keys, "release", "subsets"),
            f"no field of the schema `{clipped(schema.name)}` makes subsets by "
            f"`{clipped(rules.subsets)}`",
            "`language`, `folder`, `year(date)`, or a field of type string, integer or boolean",
        )
    for index, name in enumerate(rules.splits.group):
        field = schema.field(name)
        if name == NEAR_DUPLICATE and field is None:
            if not near:
                message = f"`{name}` groups what `near` of [dedup] finds, which is not there"
                cure = 'write `near = {action = "report"}` below [dedup]'
                findings.add(Code.UNKNOWN_FIELD, (*keys, "splits", "group", index), message, cure)
        elif field is None or field.type is FieldType.LIST:
            where: KeyPath = (*keys, "splits", "group", index)
            known = "is a list" if field else "is not in it"
            message = f"the schema `{clipped(schema.name)}`: `{clipped(name)}` {known}"
            help_ = None if field else findings.suggest(name, names)
            findings.add(Code.UNKNOWN_FIELD, where, message, help_ or _OWN_SCHEMA)
    if rules.splits.by == "date" and temporal_date(schema) is None:
        message = f"the schema `{clipped(schema.name)}` has no date or datetime called `date`"
        findings.add(Code.UNKNOWN_FIELD, (*keys, "splits", "by"), message, 'use `by = "id"`')
