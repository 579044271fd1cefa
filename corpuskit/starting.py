"""`corpuskit.infer_schema` and `corpuskit.init`: a first schema and configuration for a corpus."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpuskit.arguments import StrPath
from corpuskit.decode import decode
from corpuskit.discover import Discovery, commonest, discover
from corpuskit.errors import RefusedError, UnfinishedError, UsageError
from corpuskit.fetch import local
from corpuskit.find_config import FILE_NAME
from corpuskit.front_matter import read_front_matter
from corpuskit.inferring import inferred_schema
from corpuskit.key_usage import Usage
from corpuskit.model import Diagnostic, Source
from corpuskit.parse_rules import MAX_SOURCE_BYTES
from corpuskit.presets import PRESETS, preset_text
from corpuskit.read import read_source
from corpuskit.schema import Schema
from corpuskit.schema_reader import read_schema
from corpuskit.settings import Overrides, load_settings

SCHEMA_FILE = "schema.yaml"

_NO_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class InitResult:
    """The files that were written, and how many articles they were made from."""

    config: Path
    schema: Path
    articles: int


def infer_schema(src: StrPath, *, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> str:
    """A schema document in YAML for the articles that are there, to be read and edited.

    Where nothing is there, and it is called like a preset, it is that.

    What the keys of the front matter hold decides on types; nothing is required that an article
    lacks. The configuration counts as far as it says what is a source.

    Raises:
        UsageError: there is no article.
        UnfinishedError: the disk or the network got in the way.
    """
    if os.fspath(src) in PRESETS and not os.path.lexists(src):
        return preset_text(os.fspath(src))
    with local(os.fspath(src)) as found:
        usage = _usage(found.path, found.root, include, exclude)
        return inferred_schema(_name(found.default_name), usage, _known())


def init(
    folder: StrPath = ".", *, include: Sequence[str] = (), exclude: Sequence[str] = ()
) -> InitResult:
    """Write a configuration and an inferred schema into a folder of articles.

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
    usage = _usage(root, None, include, exclude)
    name = _name(root.resolve().name)
    try:
        schema.write_text(inferred_schema(name, usage, _known()), "utf-8")
        config.write_text(_configuration(name, include, exclude), "utf-8")
    except OSError as error:
        raise UnfinishedError(f"{error.filename}: {error.strerror}") from error
    return InitResult(config, schema, usage.articles)


def _usage(
    path: Path, within: Path | None, include: Sequence[str], exclude: Sequence[str]
) -> Usage:
    """The keys of all articles that can be read; what is wrong with others, `check` says."""
    overrides = Overrides(include=tuple(include) or None, exclude=tuple(exclude))
    # Its schema may be the one that is missing.
    rules = load_settings(path, None, "any", overrides, within).config.source
    found = discover(path, rules.include, rules.exclude)
    usage = Usage()
    for source in found.sources:
        _add(source, usage)
    if not usage.articles:
        raise UsageError(_nothing_in(path, found))
    return usage


def _add(source: Source, usage: Usage) -> None:
    data = source.fault or read_source(source.location, MAX_SOURCE_BYTES)
    if isinstance(data, Diagnostic):
        return
    decoded = decode(data, None)
    if not isinstance(decoded, Diagnostic):
        front = read_front_matter(decoded.text)
        if front.values or not any(d.is_error for d in front.diagnostics):
            usage.add(front.values)


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


def _configuration(name: str, include: Sequence[str], exclude: Sequence[str]) -> str:
    stated = [
        f"{key} = [{', '.join(map(_toml, patterns))}]"
        for key, patterns in (("include", include), ("exclude", exclude))
        if patterns
    ]
    source = "".join(f"{line}\n" for line in ["[source]", *stated, ""]) if stated else ""
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

[site]
timezone = "UTC"  # of dates that name none
"""


def _toml(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
