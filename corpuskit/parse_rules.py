"""What parsing depends on besides the bytes of sources; it needs no engine to be stated."""

from __future__ import annotations

from dataclasses import dataclass, field

from corpuskit.quality.rules import QualityRules
from corpuskit.schema import Schema
from corpuskit.text_rules import TextRules

MAX_SOURCE_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ParseRules:
    """All that parsing depends on besides the bytes: the parse fingerprint is over this."""

    schema: Schema
    text: TextRules = field(default_factory=TextRules)
    timezone: str = "UTC"
    language: str | None = None
    encoding: str | None = None
    drafts: bool = False
    max_bytes: int = MAX_SOURCE_BYTES
    quality: QualityRules = field(default_factory=QualityRules)


@dataclass(frozen=True, slots=True)
class BatchRules:
    """What a worker needs to know; equal rules share one compiled parser a process.

    `omitted` are columns that no digest of a row is over, for they are not published. If they are
    `signed`, records have the signatures of their texts. `root` is the folder that patterns are
    about where sources have other paths than those below it.
    """

    parse: ParseRules
    keys: tuple[str, ...] = ()
    blob_ids: bool = False
    omitted: tuple[str, ...] = ()
    signed: bool = False
    root: str | None = None


def is_left_out(path: str, rules: ParseRules) -> bool:
    """Whether a source is no article because of the folder that it is in."""
    return not rules.drafts and "_drafts/" in path and "_drafts" in path.split("/")
