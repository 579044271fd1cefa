"""`corpuskit.infer_schema` and `corpuskit.init`: a first schema and configuration for a corpus."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpuskit.arguments import StrPath
from corpuskit.decode import decode
from corpuskit.discover import Discovery, commonest, discover
from corpuskit.errors import RefusedError, UnfinishedError, UsageError
from corpuskit.fetch import local
from corpuskit.finding.config import FILE_NAME
from corpuskit.front_matter import FrontMatter, read_front_matter
from corpuskit.model import Diagnostic, Source, Value
from corpuskit.pages.metadata import read_page
from corpuskit.parse_rules import MAX_SOURCE_BYTES
from corpuskit.presets import PRESETS, preset_text
from corpuskit.schema import Schema
from corpuskit.schema_reader import read_schema
from corpuskit.settings import Overrides, load_settings
from corpuskit.sources.read import read_source
from corpuskit.starting.inferring import inferred_schema, lacking
from corpuskit.starting.key_usage import Usage
from corpuskit.toml_text import toml_text

SCHEMA_FILE = "schema.yaml"

_PAGE = re.compile(
    r"(?:\s++|<!--(?>.*?-->)|<\?xml[^>]*+>)*+<(?:!doctype\s+)?html\b", re.DOTALL | re.IGNORECASE
)
"""Where a whole page begins."""
_NO_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class InitResult:
    """The files that were written, and how many articles they were made from.

    `lacking` are fields that articles should have, with how many have none.
    """

    config: Path
    schema: Path
    articles: int
    lacking: tuple[tuple[str, int], ...] = ()


def infer_schema(src: StrPath, *, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> str:
    """A schema document in YAML for the articles that are there, to be read and edited.

    Where nothing is there, and it is called like a preset, it is that.

    What the keys of the front matter hold decides on types; nothing is required that an article
    lacks. The configuration counts as far as it says what is a source, and what is a whole page:
    then what pages say of themselves counts as well, as it does where most sources are such pages.

    Raises:
        UsageError: there is no article.
        UnfinishedError: the disk or the network got in the way.
    """
    if os.fspath(src) in PRESETS and not os.path.lexists(src):
        return preset_text(os.fspath(src))
    with local(os.fspath(src)) as found:
        seen = _seen(found.path, found.root, include, exclude)
        return inferred_schema(_name(found.default_name), seen.usage, _known())


def init(
    folder: StrPath = ".", *, include: Sequence[str] = (), exclude: Sequence[str] = ()
) -> InitResult:
    """Write a configuration and an inferred schema into a folder of articles.

    Where most of them are whole pages, the configuration says so.

    Raises:
        RefusedError: one of the two files is there.
        UsageError: there is no such folder, or no article in it.
        UnfinishedError: the disk got in the way.
    """
    root = Path(folder)
    if not root.is_dir():
        raise UsageError(f"{root} is no folder")
    config, schema = root / FILE_NAME, root / SCHEMA_FILE
    for path in (config, schema):
        if os.path.lexists(path):
            raise RefusedError(f"{path} is there; delete it first, or look at `corpuskit schema`")
    if any(not _is_unicode(pattern) for pattern in (*include, *exclude)):
        raise UsageError("a pattern is not Unicode, and a configuration is")
    seen = _seen(root, None, include, exclude)
    name = _name(root.resolve().name)
    stated = _configuration(name, include, exclude, are_pages=seen.are_pages)
    try:
        schema.write_text(inferred_schema(name, seen.usage, _known()), "utf-8")
        config.write_text(stated, "utf-8")
    except OSError as error:
        raise UnfinishedError(f"{error.filename}: {error.strerror}") from error
    return InitResult(config, schema, seen.usage.articles, tuple(lacking(seen.usage, _known())))


def _is_unicode(text: str) -> bool:
    """Whether a text is no bytes that Python could not decode."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


@dataclass(slots=True)
class _Seen:
    """The keys of articles: of their front matter alone, and with what whole pages say besides."""

    are_pages_by_rule: bool
    of_front_matter: Usage = field(default_factory=Usage)
    of_pages: Usage = field(default_factory=Usage)
    pages: int = 0

    @property
    def are_pages(self) -> bool:
        """Whether the articles are whole pages: as somebody said, or most of them."""
        return self.are_pages_by_rule or 2 * self.pages > self.of_front_matter.articles

    @property
    def usage(self) -> Usage:
        """What counts."""
        return self.of_pages if self.are_pages else self.of_front_matter

    def add(self, front: FrontMatter) -> None:
        """Count the keys of one article."""
        said: dict[str, Value] = {}
        if _PAGE.match(front.text, front.body_start):
            self.pages += not front.values
            said = read_page(front.text, front.body_start).said()
        self.of_front_matter.add(front.values)
        self.of_pages.add({**said, **front.values})


def _seen(path: Path, within: Path | None, include: Sequence[str], exclude: Sequence[str]) -> _Seen:
    """The keys of all articles that can be read; what is wrong with others, `check` says."""
    overrides = Overrides(include=tuple(include) or None, exclude=tuple(exclude))
    # Its schema may be the one that is missing.
    config = load_settings(path, None, "any", overrides, within).config
    found = discover(path, config.source.include, config.source.exclude)
    seen = _Seen(config.text.mode == "article")
    for source in found.sources:
        front = _front_matter(source)
        if front is not None:
            seen.add(front)
    if not seen.of_front_matter.articles:
        raise UsageError(_nothing_in(path, found))
    return seen


def _front_matter(source: Source) -> FrontMatter | None:
    data = source.fault or read_source(source.location, MAX_SOURCE_BYTES)
    if isinstance(data, Diagnostic):
        return None
    decoded = decode(data, None)
    if isinstance(decoded, Diagnostic):
        return None
    front = read_front_matter(decoded.text)
    is_read = front.values or not any(d.is_error for d in front.diagnostics)
    return front if is_read else None


def _nothing_in(path: Path, found: Discovery) -> str:
    likely = commonest(found.endings)
    return f"{path}: there is no article" + (f"; try --include '{likely}'" if likely else "")


def _known() -> Schema:
    known = read_schema(preset_text("article"), "article.yaml")
    assert isinstance(known, Schema), "presets are schemas"
    return known


def _name(folder: str) -> str:
    """A folder's name as one for a dataset."""
    return _NO_NAME.sub("-", folder.casefold()).strip("-")[:100] or "articles"


def _configuration(
    name: str, include: Sequence[str], exclude: Sequence[str], *, are_pages: bool
) -> str:
    stated = [
        f"{key} = [{', '.join(map(toml_text, patterns))}]"
        for key, patterns in (("include", include), ("exclude", exclude))
        if patterns
    ]
    source = "".join(f"{line}\n" for line in ["[source]", *stated, ""]) if stated else ""
    text = '[text]\nmode = "article"  # sources are whole pages\n\n' if are_pages else ""
    return f"""\
# What each key does: docs/configuration.md
[dataset]
name = "{name}"
# title = ""
# description = ""
# creators = [""]
# homepage = ""
license = "unknown"  # an SPDX identifier such as "CC-BY-4.0", or a URL

{source}[schema]
use = "{SCHEMA_FILE}"

{text}[site]
timezone = "UTC"  # of dates that name none
"""
