"""The columns that every release has: what no build writes into them, whatever the sources hold."""

from __future__ import annotations

import codecs
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import get_args

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.codes import Code
from corpuskit.config.omission import NEEDED, omitted_by
from corpuskit.dates import DAY
from corpuskit.identity import text_key
from corpuskit.language import declared_language
from corpuskit.manifest import Column, Json, Manifest
from corpuskit.model import Cell
from corpuskit.quality.rules import columns_by
from corpuskit.rows import columns
from corpuskit.schema import OWN_COLUMNS, Schema
from corpuskit.text import Format, TextRules
from corpuskit.verifying.findings import SHOWN_PER_CODE, Findings, clipped
from corpuskit.verifying.maker import is_ours, preset_of
from corpuskit.verifying.own_front_matter import DECLARED, FrontMatterRules
from corpuskit.verifying.own_signals import SignalRules
from corpuskit.verifying.own_texts import differing, rules_of_texts, unencodable

_FRONT_MATTER, _CONFIGURATION, _DETECTED = "front matter", "configuration", "detected"
_LANGUAGE_SOURCES = (_FRONT_MATTER, _CONFIGURATION, _DETECTED)

# The grammar of RE2, in which `\s` is ASCII only and `\z` the end.
_NO_SOURCE = r"(?:\A|/)\.{0,2}(?:/|\z)|\x00"
_IN_DRAFTS = r"(?:\A|/)_drafts/"
_NEVER_IN_TEXT = r"[\x00-\x08\x0b-\x1f\x7f\x{feff}]"

_NO_CHARSETS = frozenset({"idna", "punycode", "raw_unicode_escape", "undefined", "unicode_escape"})
"""Encodings of text to Python that nothing declares or detects, only a configuration names."""

_LONGEST_CODEC = 40


@dataclass(frozen=True, slots=True)
class OwnRules:
    """What a manifest lets the rows be.

    Of what another corpuskit made only that is asked which holds of any release (`is_ours` false).
    `latest` is the greatest value of `date`, as stored; `unique_from` the length from which texts
    occur once. `site_language` is of no account without `knows_site`. `texts` are the rules by
    which a text is made of its body, if it can be.
    """

    is_ours: bool = False
    has_body: bool = False
    without_drafts: bool = False
    latest: int | None = None
    unique_from: int | None = None
    encoding: str | None = None
    knows_site: bool = False
    site_language: str | None = None
    signals: SignalRules = field(default_factory=SignalRules)
    texts: TextRules | None = None

    @classmethod
    def of(cls, manifest: Manifest) -> OwnRules:
        """The rules of one release."""
        if not is_ours(manifest):
            return cls()
        source, site, dedup = (_table(manifest, name) for name in ("source", "site", "dedup"))
        language, encoding = site.get("language"), source.get("encoding")
        least, preset = dedup.get("min_chars"), preset_of(manifest)
        without_drafts = source.get("drafts") == "exclude"
        return cls(
            is_ours=True,
            has_body=preset is not None and preset.body.min_chars > 0,
            without_drafts=without_drafts,
            latest=_latest(manifest) if without_drafts else None,
            unique_from=least if dedup.get("exact") is True and isinstance(least, int) else None,
            encoding=encoding if isinstance(encoding, str) else None,
            knows_site="language" in site,
            site_language=language if isinstance(language, str) else None,
            signals=SignalRules.of(manifest),
            texts=rules_of_texts(manifest),
        )


def _table(manifest: Manifest, name: str) -> Mapping[str, Json]:
    found = manifest.config.get(name)
    return found if isinstance(found, dict) else {}


def _latest(manifest: Manifest) -> int | None:
    created = dt.datetime.fromisoformat(manifest.created)
    micros = (created - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
    kinds = {column.name: column.type for column in manifest.columns}
    return {"date": micros // DAY, "datetime": micros}.get(kinds.get("date", ""))


def column_difference(manifest: Manifest) -> str | None:
    """In what the own columns are not described as every build describes them, if in anything."""
    omitted, signals = omitted_by(manifest.config), columns_by(manifest.config)
    described = columns(Schema(name="", fields=()), omitted, signals)
    known = {column.name: column for column in described}
    found = {column.name: column for column in manifest.columns}
    for name in omitted:
        if name in NEEDED:
            return f"config.omit: expected columns that can be left out, found `{name}`"
        if name in found:
            return f"columns: expected none called `{clipped(name)}` (config.omit), found one"
    for name, expected in known.items():
        if found.get(name) != expected:
            return (
                f"columns: expected {_described(expected)} as every release has it, "
                f"found {_described(found[name]) if name in found else 'none'}"
            )
    order = [column.name for column in manifest.columns]
    own = [name for name in order if name in OWN_COLUMNS or name in signals]
    places = (*range(2), *range(len(order) - len(known) + 2, len(order)))
    if own != list(known) or own != [order[place] for place in places]:
        return f"columns: expected {', '.join([*known][:2])}, the schema's fields, then all others"
    return None


def _described(column: Column) -> str:
    needed = "required" if column.required else "nullable"
    said = f"{column.title} {column.description}" if column.title else str(column.description)
    return f"`{column.name}` ({column.arrow}, {needed}: {clipped(said)})"


@dataclass(frozen=True, slots=True)
class _Fault:
    """The rows of a batch in which a column is not as expected; `is_shown` is what it is then."""

    column: str
    broken: pa.Array
    expected: str
    is_shown: bool = True


@dataclass(slots=True)
class _Count:
    rows: int
    first: int
    found: str


@dataclass(slots=True)
class OwnColumns:
    """What is wrong in one shard: by column and expectation how many rows, and the first of them.

    `keys` has 16 bytes for every text that may be there once, and null for others.
    """

    counts: dict[tuple[str, str], _Count] = field(default_factory=dict)
    keys: list[bytes | None] = field(default_factory=list)

    def count(
        self,
        rules: OwnRules,
        batch: pa.RecordBatch,
        cells: Mapping[str, Sequence[Cell]],
        done: int,
    ) -> None:
        """Add the rows of one batch, which follow on `done` of the shard."""
        for fault in _faults(rules, batch, cells):
            broken = pc.fill_null(fault.broken, fill_value=False)
            rows = pc.sum(broken).as_py()
            if not rows:
                continue
            known = self.counts.get((fault.column, fault.expected))
            if known is None:
                place = pc.index(broken, value=True).as_py()
                found = clipped(str(cells[fault.column][place])) if fault.is_shown else "another"
                known = _Count(0, done + place + 1, found)
                self.counts[fault.column, fault.expected] = known
            known.rows += rows
        if rules.unique_from is not None:
            texts = cells.get("text", ())
            self.keys += [_key(text, rules.unique_from) for text in texts]

    def report(self, shard: str, findings: Findings) -> None:
        """Note one finding for each thing that is wrong."""
        for (column, expected), count in self.counts.items():
            problem = f"row {count.first}: `{column}`: expected {expected}, found {count.found}"
            if count.rows > 1:
                problem += f"; the first of {count.rows} rows"
            findings.add(Code.METADATA_DISAGREES, shard, problem)


def _key(text: Cell, least: int) -> bytes | None:
    return text_key(text) if isinstance(text, str) and len(text) >= least else None


def check_texts(
    keys: Mapping[str, pa.Array], rows: Mapping[str, pa.Table], findings: Findings
) -> None:
    """Check that no two articles have one text.

    By shard, `keys` are those of the texts and `rows` have the ids: a row that is there twice is
    found by its id already.
    """
    every = pa.chunked_array(list(keys.values()), pa.binary(16)).drop_null()
    counted = pc.value_counts(every)
    repeated = counted.filter(pc.greater(counted.field("counts"), 1)).field("values")
    first: dict[int, tuple[str, str]] = {}
    for shard, own in keys.items() if len(repeated) else ():
        numbers = pc.index_in(own, value_set=repeated.slice(0, SHOWN_PER_CODE + 1))
        for place in pc.indices_nonzero(pc.is_valid(numbers)).to_pylist():
            here, row_id = f"row {place + 1} of {shard}", rows[shard]["id"][place].as_py()
            kept, kept_id = first.setdefault(numbers[place].as_py(), (here, row_id))
            if kept_id != row_id:
                problem = (
                    f"row {place + 1}: `text`: expected one that is not there before "
                    f"(config.dedup.exact), found that of {kept}"
                )
                findings.add(Code.METADATA_DISAGREES, shard, problem)


def _faults(
    rules: OwnRules, batch: pa.RecordBatch, cells: Mapping[str, Sequence[Cell]]
) -> Iterator[_Fault]:
    named = dict(zip(batch.schema.names, batch.columns, strict=True))
    yield from _path_faults(rules, named)
    if "text" in named:
        yield from _text_faults(rules, named["text"], cells["text"])
    if {"links", "link_texts"} <= named.keys():
        lengths = (pc.list_value_length(named[name]) for name in ("links", "link_texts"))
        yield _Fault("link_texts", pc.not_equal(*lengths), "one for each of `links`")
    if "language_score" in named:
        yield _score_fault(named["language_score"])
    if rules.is_ours:
        yield from _word_faults(rules, named)
        yield from _language_faults(rules, named)
    for wrong in rules.signals.wrong(cells):
        yield _Fault(wrong.column, pa.array(wrong.rows, pa.bool_()), wrong.expected)
    if rules.latest is not None and pa.types.is_temporal(named["date"].type):
        late = [isinstance(date, int) and date > rules.latest for date in cells["date"]]
        yield _Fault("date", pa.array(late, pa.bool_()), "none after `created`", is_shown=False)
    if "front_matter" in named:
        yield from _front_matter_faults(rules, cells)
    if "body" in named:
        yield from _body_faults(rules, cells)


def _body_faults(rules: OwnRules, cells: Mapping[str, Sequence[Cell]]) -> Iterator[_Fault]:
    is_known = _codecs(rules.encoding)
    found = [unencodable(cells, is_known)] if "encoding" in cells else []
    found += differing(rules.texts, cells) if rules.texts is not None else ()
    for wrong in found:
        is_shown = wrong.column not in ("text", "links", "link_texts", "images")
        yield _Fault(wrong.column, pa.array(wrong.rows, pa.bool_()), wrong.expected, is_shown)


def _path_faults(rules: OwnRules, named: Mapping[str, pa.Array]) -> Iterator[_Fault]:
    odd = pc.match_substring_regex(named["path"], _NO_SOURCE)
    yield _Fault("path", odd, "a relative path without empty, `.` or `..` parts")
    if rules.without_drafts:
        drafts = pc.match_substring_regex(named["path"], _IN_DRAFTS)
        yield _Fault("path", drafts, "none of a draft (config.source.drafts)")


def _text_faults(rules: OwnRules, text: pa.Array, cells: Sequence[Cell]) -> Iterator[_Fault]:
    odd = pc.match_substring_regex(text, _NEVER_IN_TEXT)
    yield _Fault("text", odd, "no control characters and no byte order mark", is_shown=False)
    # Arrow goes to the last character from the first, and takes five times as long.
    outer = [isinstance(t, str) and (t[:1].isspace() or t[-1:].isspace()) for t in cells]
    yield _Fault("text", pa.array(outer), "no white space around it", is_shown=False)
    if rules.has_body:
        empty = pc.equal(pc.binary_length(text), 0)
        yield _Fault("text", empty, "some, which the schema asks for", is_shown=False)


def _score_fault(score: pa.Array) -> _Fault:
    # NaN is in no order, and so neither at least 0 nor at most 1.
    fits = pc.and_(pc.greater_equal(score, 0.0), pc.less_equal(score, 1.0))
    return _Fault("language_score", pc.invert(fits), "a number from 0 to 1")


def _word_faults(rules: OwnRules, named: Mapping[str, pa.Array]) -> Iterator[_Fault]:
    for name, is_known, expected in (
        ("format", get_args(Format).__contains__, f"one of {', '.join(get_args(Format))}"),
        ("language", _is_tag, "a BCP 47 tag"),
        (
            "language_source",
            _LANGUAGE_SOURCES.__contains__,
            f"one of {', '.join(_LANGUAGE_SOURCES)}",
        ),
        ("encoding", _codecs(rules.encoding), "a codec that sources are read with"),
    ):
        if name in named:
            yield _Fault(name, _unknown(named[name], is_known), expected)


def _unknown(column: pa.Array, is_known: Callable[[str], bool]) -> pa.Array:
    """Where a column of few values has one that is not known; nulls are."""
    values = pc.unique(column.drop_null()).to_pylist()
    odd = pa.array([value for value in values if not is_known(value)], column.type)
    return pc.is_in(column, odd)


def _is_tag(language: str) -> bool:
    return declared_language(language) == language


def _codecs(configured: str | None) -> Callable[[str], bool]:
    return lambda name: (
        _is_codec(name) and (name == configured or name.replace("-", "_") not in _NO_CHARSETS)
    )


@lru_cache(maxsize=1024)
def _is_codec(name: str) -> bool:
    """Whether Python has a codec of text that it calls so; it has others, such as `rot13`."""
    try:
        found = codecs.lookup(name) if len(name) <= _LONGEST_CODEC else None
    except (LookupError, ValueError):
        return False
    return found is not None and found.name == name and getattr(found, "_is_text_encoding", True)


def _language_faults(rules: OwnRules, named: Mapping[str, pa.Array]) -> Iterator[_Fault]:
    if not {"language", "language_score", "language_source"} <= named.keys():
        return
    language, source = named["language"], named["language_source"]
    parted = pc.not_equal(pc.is_valid(language), pc.is_valid(source))
    yield _Fault("language_source", parted, "it where there is a `language`, and only there")
    detected = pc.fill_null(pc.equal(source, _DETECTED), fill_value=False)
    scored = pc.is_valid(named["language_score"])
    expected = "it where the language is detected, and only there"
    yield _Fault("language_score", pc.not_equal(scored, detected), expected)
    if not rules.knows_site:
        return
    configured = pc.fill_null(pc.equal(source, _CONFIGURATION), fill_value=False)
    if rules.site_language is None:
        yield _Fault("language_source", configured, "another, for none is configured")
    else:
        other = pc.invert(pc.fill_null(pc.equal(source, _FRONT_MATTER), fill_value=False))
        as_configured = pc.fill_null(pc.equal(language, rules.site_language), fill_value=False)
        wrong = pc.and_(other, pc.invert(pc.and_(configured, as_configured)))
        yield _Fault("language", wrong, f"the configured {clipped(rules.site_language)}")


def _front_matter_faults(rules: OwnRules, cells: Mapping[str, Sequence[Cell]]) -> Iterator[_Fault]:
    reader = FrontMatterRules(is_ours=rules.is_ours, without_drafts=rules.without_drafts)
    read = [reader.read(text) for text in cells["front_matter"]]
    problems = [found.problem for found in read]
    for problem in dict.fromkeys(problems):
        if problem is not None:
            broken = pa.array([other == problem for other in problems])
            yield _Fault("front_matter", broken, problem, is_shown=False)
    if rules.is_ours and {"language", "language_source"} <= cells.keys():
        declared = [found.language for found in read]
        stated = [
            language if source == _FRONT_MATTER else None
            for language, source in zip(cells["language"], cells["language_source"], strict=True)
        ]
        wrong = [a != b for a, b in zip(declared, stated, strict=True)]
        yield _Fault("language", pa.array(wrong, pa.bool_()), DECLARED)
