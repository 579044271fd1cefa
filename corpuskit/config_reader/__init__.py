"""A configuration file → `Config`, or everything that is wrong with it.

Of the tables that take more than a few lines each has a module of its name; `entry` is what stands
in any of them.
"""

from __future__ import annotations

import re
import tomllib
from codecs import lookup
from collections.abc import Collection, Mapping
from typing import get_args

from corpuskit.codes import Code
from corpuskit.config import (
    DEFAULT_PATTERNS,
    DEFAULT_SCHEMA,
    Config,
    DedupRules,
    Drafts,
    ReleaseRules,
    Site,
    SourceRules,
)
from corpuskit.config.near import LEAST_THRESHOLD, NearAction, NearRules
from corpuskit.config_reader.dataset import KEYS as DATASET_KEYS
from corpuskit.config_reader.dataset import read_dataset
from corpuskit.config_reader.entry import ConfigEntry, ConfigPlaces, Members
from corpuskit.config_reader.entry import line as _line
from corpuskit.config_reader.entry import texts as _texts
from corpuskit.config_reader.omission import check_omission
from corpuskit.config_reader.parts import (
    SPLIT_KEYS,
    check_part_fields,
    read_files_rules,
    read_splits,
)
from corpuskit.config_reader.quality import KEYS as QUALITY_KEYS
from corpuskit.config_reader.quality import check_quality, read_quality
from corpuskit.config_reader.text import TEXT_KEYS, check_text, read_text
from corpuskit.entries import Findings, clipped
from corpuskit.language import declared_language
from corpuskit.lines import LineIndex
from corpuskit.manifest import AuditKind
from corpuskit.model import Diagnostic, Place, diagnose
from corpuskit.schema import Schema
from corpuskit.shares import read_share
from corpuskit.toml_places import MAX_DEPTH, nests_too_deep, toml_places

PYPROJECT_TABLE = ("tool", "corpuskit")

_TABLE = re.compile(r"\('([^']*)',\)")
"""How `tomllib` names a table."""

_TABLES = ("dataset", "source", "site", "schema", "text", "quality", "dedup", "splits", "release")
_LIMITS = ("max-rejected", "max-removed", "max-new-rejects")
_RELEASE = (*_LIMITS, "omit", "audit", "subsets", "shard-size")
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")


def read_config(
    text: str, path: str, table: tuple[str, ...] = ()
) -> Config | tuple[Diagnostic, ...]:
    """Read a configuration.

    Args:
        text: TOML.
        path: What diagnostics call the file.
        table: The table that holds the configuration; of pyproject.toml, `PYPROJECT_TABLE`.

    Returns:
        The configuration, with defaults for what is not there, or its faults by line and column.
    """
    text = text.removeprefix("\ufeff")
    values = read_toml(text, path)
    if isinstance(values, Diagnostic):
        return (values,)
    findings = config_findings(text, path)
    inner: object = values
    for key in table:
        inner = inner.get(key) if isinstance(inner, dict) else None
    if inner is None:
        findings.add(Code.CONFIG_SYNTAX, (), f"there is no table [{'.'.join(table)}]")
        return findings.in_order()
    config = _read(ConfigEntry(inner, table, findings))
    return findings.in_order() or config


def check_config(
    config: Config, schema: Schema, path: str, text: str, table: tuple[str, ...] = ()
) -> tuple[Diagnostic, ...]:
    """What of a configuration does not fit the schema; `path`, `text`, `table` as it was read."""
    findings = config_findings(text, path)
    check_text(config.text, schema, (*table, "text"), findings)
    check_part_fields(config.parts, schema, table, findings, near=config.dedup.near is not None)
    release, quality = config.release, config.quality
    check_omission(release, schema, (*table, "release", "omit"), findings, quality.columns)
    rules = [config.text, *(path.rules for path in config.text.by_path)]
    named = {
        "drop-lines": [line for one in rules for line in one.drop_lines],
        "drop-lines-beginning": [line for one in rules for line in one.drop_lines_beginning],
    }
    check_quality(quality, schema, release.omit, release.audit, named, table, findings)
    return findings.in_order()


def config_findings(text: str, path: str) -> Findings:
    """A collector of further faults of a configuration that could be read."""
    text = text.removeprefix("\ufeff")
    return Findings(path, LineIndex(text), ConfigPlaces(toml_places(text)))


def read_toml(text: str, path: str) -> dict[str, object] | Diagnostic:
    """The tables of a TOML document, or why it is none."""
    if nests_too_deep(text):
        message = f"nested deeper than {MAX_DEPTH} levels"
        return diagnose(Code.CONFIG_SYNTAX, message, Place(1, 1), path=path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _syntax_fault(_TABLE.sub(r"`\1`", str(error)), text, path)
    except ValueError:  # Python turns no more than 4300 digits into a number
        return diagnose(Code.CONFIG_SYNTAX, "a number is beyond 64 bits", Place(1, 1), path=path)


def _syntax_fault(message: str, text: str, path: str) -> Diagnostic:
    at = _AT.search(message)
    place = LineIndex(text).place(_offset(text, at[1], at[2]) if at else 0)
    plain = _AT.sub("", message)
    return diagnose(Code.CONFIG_SYNTAX, plain[:1].lower() + plain[1:], place, path=path)


def _offset(text: str, line: str | None, column: str | None) -> int:
    """Where tomllib stopped: its lines end in LF alone, and CRLF counts as one character."""
    if line is None or column is None:
        return max(len(text.rstrip()) - 1, 0)
    start = 0
    for _ in range(int(line) - 1):
        start = text.find("\n", start) + 1
    return start + int(column) - 1


def _read(entry: ConfigEntry) -> Config:
    tables = entry.members(_TABLES)
    return Config(
        dataset=read_dataset(_table(tables, "dataset", DATASET_KEYS)),
        source=_source(
            _table(tables, "source", ("include", "exclude", "drafts", "encoding", "max-bytes"))
        ),
        site=_site(_table(tables, "site", ("timezone", "language"))),
        schema=_line(_table(tables, "schema", ("use",)), "use") or DEFAULT_SCHEMA,
        text=read_text(_table(tables, "text", TEXT_KEYS)),
        quality=read_quality(_table(tables, "quality", QUALITY_KEYS)),
        dedup=_dedup(_table(tables, "dedup", ("exact", "min-chars", "near"))),
        splits=read_splits(_table(tables, "splits", SPLIT_KEYS)),
        release=_release(_table(tables, "release", _RELEASE)),
    )


def _table(tables: Members, name: str, known: Collection[str]) -> Members:
    return tables[name].members(known) if name in tables else {}


def _source(table: Members) -> SourceRules:
    defaults = SourceRules()
    include = _texts(table, "include")
    if "include" in table and table["include"].value == []:
        table["include"].invalid("`include` names no pattern, so that nothing is a source")
    drafts: Drafts = "exclude"
    if "drafts" in table and table["drafts"].choice(get_args(Drafts)) == "include":
        drafts = "include"
    max_bytes = table["max-bytes"].count(1) if "max-bytes" in table else None
    return SourceRules(
        include=include or DEFAULT_PATTERNS,
        exclude=_texts(table, "exclude"),
        drafts=drafts,
        encoding=_encoding(table),
        max_bytes=max_bytes or defaults.max_bytes,
    )


def _encoding(table: Members) -> str | None:
    """Python's name of the codec, so that one encoding has one spelling."""
    name = _line(table, "encoding")
    if name is None:
        return None
    try:
        "a".encode(name)  # refuses codecs that are not for text
        return lookup(name).name
    except (LookupError, ValueError):
        table["encoding"].invalid(f"`{clipped(name)}` is no text encoding that Python knows")
        return None


def _site(table: Members) -> Site:
    zone = table["timezone"].zone() if "timezone" in table else None
    language = _line(table, "language")
    tag = declared_language(language)
    if language is not None and tag is None:
        table["language"].invalid("`language` must be a BCP 47 tag such as `zh-CN`")
    return Site(zone, tag)


def _dedup(table: Members) -> DedupRules:
    exact = table["exact"].boolean() if "exact" in table else None
    least = table["min-chars"].count() if "min-chars" in table else None
    defaults = DedupRules()
    near = _near(table["near"]) if "near" in table else None
    if exact is False and near is not None and near.action == "drop":
        table["near"].invalid(
            '`action = "drop"` drops what is the same as well, which `exact = false` keeps',
            "leave `exact` out, or report near duplicates",
        )
    return DedupRules(
        defaults.exact if exact is None else exact,
        defaults.min_chars if least is None else least,
        near,
    )


def _near(entry: ConfigEntry) -> NearRules | None:
    if not isinstance(entry.value, Mapping):
        entry.unfit("a table", help="near = {threshold = 0.85}")
        return None
    table = entry.members(("threshold", "action"))
    defaults = NearRules()
    threshold = _share(table, "threshold")
    if threshold is not None and threshold < LEAST_THRESHOLD:
        table["threshold"].invalid(
            f"`threshold` must be from {LEAST_THRESHOLD:.0%} to 100%, or {LEAST_THRESHOLD} to 1"
        )
        threshold = None
    drops = "action" in table and table["action"].choice(get_args(NearAction)) == "drop"
    return NearRules(threshold or defaults.threshold, "drop" if drops else "report")


def _release(table: Members) -> ReleaseRules:
    defaults, key = ReleaseRules(), "max-new-rejects"
    rejected, removed = _share(table, "max-rejected"), _share(table, "max-removed")
    parts = read_files_rules(table)
    return ReleaseRules(
        parts.subsets,
        parts.shard_bytes,
        defaults.max_rejected if rejected is None else rejected,
        defaults.max_removed if removed is None else removed,
        table[key].count() if key in table else defaults.max_new_rejects,
        omit=_texts(table, "omit"),
        audit=_audit(table),
    )


def _audit(table: Members) -> AuditKind:
    kinds = get_args(AuditKind)
    is_redacted = "audit" in table and table["audit"].choice(kinds) == "redacted"
    return "redacted" if is_redacted else "full"


def _share(table: Members, key: str) -> float | None:
    if key not in table:
        return None
    entry = table[key]
    if isinstance(entry.value, bool) or not isinstance(entry.value, str | int | float):
        entry.unfit('a share such as "50%" or 0.5')
        return None
    if isinstance(entry.value, str):
        share = read_share(entry.value)
    else:
        share = float(entry.value) if 0 <= entry.value <= 1 else None
    if share is None:
        entry.invalid(f'`{key}` must be from "0%" to "100%", or from 0 to 1')
    return share
