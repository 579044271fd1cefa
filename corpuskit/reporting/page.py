"""The page of a report: HTML from a template, by Jinja, which is imported by the first page.

Whatever comes from a corpus is escaped, for Jinja escapes all that is not marked as safe, and only
what `charts` draws, of numbers and dates alone, is. A policy in the page's head forbids
browsers to load or run anything on top.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING

from corpuskit import rules as rule_pages
from corpuskit.config.omission import omitted_by
from corpuskit.documents.card import snippets
from corpuskit.documents.people import creators
from corpuskit.documents.web import web_address
from corpuskit.documents.wording import description, title
from corpuskit.errors import MissingExtraError
from corpuskit.generator import generator
from corpuskit.manifest import Manifest
from corpuskit.reporting import charts as report_charts
from corpuskit.reporting.figures import Bar, Report
from corpuskit.shown_values import STEERING, shown_cell, shown_size

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = files("corpuskit.reporting") / "templates"
_LONGEST = 600
"""Characters of a value that are shown; more of a title or a message is no title any more."""

# As on a terminal: controls, those of the direction of writing, and surrogates are shown, not sent.
_UNSEEN = re.compile(f"[\x00-\x08\x0b-\x1f{STEERING}]")
_MEANING = re.compile(r"## What it means\n\n(.+?)(?:\n\n|\Z)", re.DOTALL)


def prepare() -> None:
    """Import Jinja.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import jinja2  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtraError("jinja2", "report") from error


def render(report: Report) -> bytes:
    """The page, in UTF-8."""
    manifest = report.manifest
    named = f"{manifest.name}@{manifest.version}"
    page = _environment().get_template("report.html").render(
        report=report,
        manifest=manifest,
        counts=manifest.counts,
        title=title(manifest),
        description=description(manifest),
        creators=[creator.name for creator in creators(manifest)],
        homepage=web_address(manifest.description.homepage),
        omitted=omitted_by(manifest.config),
        charts=_charts(report),
        listing=f"corpuskit show {shlex.quote(named)}",
        meanings={found.code: _meaning(found.code) for found in report.audit.rejected},
        snippets=snippets(manifest),
        files=(len(manifest.files), sum(entry.bytes for entry in manifest.files)),
        corpuskit=generator()["corpuskit"],
    )  # fmt: skip
    return page.encode()


def _charts(report: Report) -> dict[str, str]:
    from markupsafe import Markup

    drawn = dict(_drawn(report))
    return {name: Markup(svg) for name, svg in drawn.items()}  # noqa: S704 - numbers and dates


def _drawn(report: Report) -> Iterator[tuple[str, str]]:
    parts = [Bar(name, count) for name, count in _outcomes(report.manifest)]
    if report.manifest.counts.sources:
        yield "sum", report_charts.strip("sum", "Where the sources went", parts)
    found = report.columns
    if found.over_time:
        yield "time", report_charts.columns("time", f"Articles by {found.unit}", found.over_time)
    if found.lengths:
        yield "length", report_charts.columns("length", "Articles by length", found.lengths)


def _outcomes(manifest: Manifest) -> list[tuple[str, int]]:
    counts = manifest.counts
    names = ("rows", "rejected", "duplicates", "excluded")
    return [(name, getattr(counts, name)) for name in names]


def _environment() -> Environment:
    from jinja2 import DictLoader, Environment, StrictUndefined

    templates = {
        name: (_TEMPLATES / name).read_text("utf-8") for name in ("report.html", "report.css")
    }
    environment = Environment(
        loader=DictLoader(templates),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "share": _share,
        "cell": partial(shown_cell, longest=_LONGEST),
        "size": shown_size,
    }
    environment.globals["outcomes"] = _outcomes
    return environment


def _shown(value: object) -> object:
    """A text as it is put into the page, before it is escaped; what is marked as safe stays."""
    if type(value) is not str:
        return f"{value:,}" if type(value) is int else value
    clipped = value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), clipped)


def _share(part: int, whole: int) -> str:
    """`42.0 %`; what is not nothing is never said to be, nor is what is not all."""
    percent = 100 * part / whole if whole else 0.0
    if 0 < percent < 0.1:
        return "< 0.1 %"
    if 99.9 < percent < 100:
        return "> 99.9 %"
    return f"{percent:.1f} %"


def _meaning(code: str) -> str:
    """The first paragraph of what a code means; empty for one that this corpuskit does not know."""
    if code not in rule_pages.all_codes():
        return ""
    found = _MEANING.search(rule_pages.page(code))
    return " ".join(found[1].split()) if found else ""
