"""The table `[dataset]` of a configuration: what a person says of the dataset."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from corpuskit.config import Dataset
from corpuskit.config_reader.entry import ConfigEntry, Members, line, matching, texts
from corpuskit.documents import rai
from corpuskit.documents.identifiers import doi, email, orcid
from corpuskit.documents.licences import licence
from corpuskit.documents.people import given_name
from corpuskit.entries import clipped
from corpuskit.manifest import Creator
from corpuskit.versions import Version

KEYS = Dataset.__slots__
CREATOR_KEYS = ("name", "family-name", "orcid", "affiliation", "email", "url")

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_SPDX = r"\(*[A-Za-z0-9][A-Za-z0-9.+-]*\)*"
_LICENSE = re.compile(rf"{_SPDX}(?: (?:AND|OR|WITH) {_SPDX})*|https?://[^\s<>\"]+")
_URL = re.compile(r"https?://[^\s<>\"]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})?)?")


def read_dataset(table: Members) -> Dataset:
    """What the table says; what is wrong in it is noted."""
    version = line(table, "version")
    if version is not None and Version.parse(version) is None:
        table["version"].invalid("`version` must be three numbers, such as `1.2.0`")
    return Dataset(
        name=matching(
            table, "name", _NAME, "1 to 100 of a-z, 0-9, `.`, `_` and `-`, a letter or digit first"
        ),
        version=version,
        title=line(table, "title"),
        description=line(table, "description"),
        license=_license(table),
        homepage=matching(table, "homepage", _URL, "an http(s) URL"),
        creators=_creators(table),
        publisher=line(table, "publisher"),
        keywords=texts(table, "keywords"),
        doi=_doi(table),
        citation=line(table, "citation"),
        rai=_rai(table["rai"]) if "rai" in table else {},
        withdraw=line(table, "withdraw"),
    )


def _license(table: Members) -> str | None:
    text = line(table, "license")
    if text is None or _LICENSE.fullmatch(text):
        return text
    known = licence("-".join(text.split())).spdx
    table["license"].invalid(
        f"`license` must be an SPDX identifier, a URL or `unknown`, not `{clipped(text)}`",
        f"did you mean `{known}`?" if known else "write an identifier such as `CC-BY-4.0`",
    )
    return text


def _creators(table: Members) -> tuple[Creator, ...]:
    if "creators" not in table:
        return ()
    found = [_creator(entry) for entry in table["creators"].spread()]
    return tuple(creator for creator in found if creator is not None)


def _creator(entry: ConfigEntry) -> Creator | None:
    """A name, or a table of more."""
    if not isinstance(entry.value, Mapping):
        if not isinstance(entry.value, str):
            entry.unfit("a name, or a table with a `name`")
            return None
        name = entry.line()
        return None if name is None else Creator(name)
    table = entry.members(CREATOR_KEYS)
    name = line(table, "name")
    if "name" not in table:
        entry.invalid("a creator needs a `name`")
    if name is None:
        return None
    creator = Creator(
        name=name,
        family_name=line(table, "family-name"),
        orcid=_orcid(table),
        affiliation=line(table, "affiliation"),
        email=_email(table),
        url=matching(table, "url", _URL, "an http(s) URL"),
    )
    if creator.family_name and not given_name(creator):
        table["family-name"].invalid(
            f"`family-name` must be the end or the beginning of `name`, which is `{clipped(name)}`"
        )
    return creator


def _orcid(table: Members) -> str | None:
    text = line(table, "orcid")
    if text is None:
        return None
    known = orcid(text)
    if known is None:
        table["orcid"].invalid(
            f"`{clipped(text)}` is no ORCID: its form or its last character, a check digit, is "
            "wrong",
            "write it as in `0000-0002-1825-0097`",
        )
    return known


def _email(table: Members) -> str | None:
    text = line(table, "email")
    if text is not None and email(text) is None:
        table["email"].invalid(f"`{clipped(text)}` is no e-mail address")
    return text


def _doi(table: Members) -> str | None:
    text = line(table, "doi")
    if text is None:
        return None
    known = doi(text)
    if known is None:
        table["doi"].invalid(
            f"`{clipped(text)}` is no DOI", "write it as in `10.5281/zenodo.1003150`"
        )
    return known


def _rai(entry: ConfigEntry) -> dict[str, tuple[str, ...]]:
    """By property of the vocabulary, its values."""
    return {
        rai.KEYS[key]: _values(item, rai.PROPERTIES[rai.KEYS[key]])
        for key, item in entry.members(tuple(rai.KEYS)).items()
    }


def _values(entry: ConfigEntry, known: rai.Property) -> tuple[str, ...]:
    if isinstance(entry.value, list) and not known.many:
        entry.unfit("one text")
        return ()
    if not known.is_time:
        return entry.texts()
    days = (_day(item) for item in entry.spread())
    return tuple(day for day in days if day is not None)


def _day(entry: ConfigEntry) -> str | None:
    """A date, or a time; TOML has both, and they may be given as text."""
    if isinstance(entry.value, dt.date):
        return entry.value.isoformat()
    text = entry.line()
    if text is None:
        return None
    if not _is_day(text):
        entry.invalid(f"`{clipped(text)}` is no date such as 2024-12-31")
    return text


def _is_day(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return _DAY.fullmatch(text) is not None
