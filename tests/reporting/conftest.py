"""Releases whose reports are tested, and a browser to open these in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import corpuskit
from tests.reporting.chromium import Page, opened_page

HOSTILE = "</script></style><svg onload=alert(1)>\"'`{{ 7*7 }}<img src=http://127.0.0.1/x.png>"
"""A text that does something wherever it is taken for anything but text."""

_ARTICLE = """---
title: {title}
date: {date}
categories: {categories}
{more}---

{body}
"""
_CREATED = "2025-01-01T00:00:00Z"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def write_articles(folder: Path) -> Path:
    """Twelve rows, three rejections of two codes, two duplicates, a draft."""
    folder.mkdir()
    for number in range(12):
        article = _ARTICLE.format(
            title=_quoted(HOSTILE) if number == 0 else f"Tide {number}",
            date=f"20{10 + number}-03-04",
            categories=f"[{_quoted(HOSTILE)}, 港口]" if number % 2 else "[ferry]",
            more=f"url: https://example.org/{number}\nimage: pier-{number % 2}.png\n",
            body=f"The ferry sails again, for the {number}th time. " * (number + 1),
        )
        below = folder / ("north" if number % 3 else "south")
        below.mkdir(exist_ok=True)
        (below / f"{number:02d}.md").write_text(article, "utf-8")
    good = (folder / "north/04.md").read_text("utf-8")
    for number in range(2):
        (folder / f"copy-{number}.md").write_text(good.replace("2014", "2023"), "utf-8")
    for number in range(2):
        (folder / f"undated-{number}.md").write_text("---\ntitle: When\n---\n\nText.\n", "utf-8")
    twice = "---\ntitle: One\ntitle: Two\ndate: 2024-01-01\n---\n\nText.\n"
    (folder / "<b onclick=alert(2)>&amp;.md").write_text(twice, "utf-8")
    draft = _ARTICLE.format(
        title="Soon\ndraft: true", date="2024-01-01", categories="[]", more="", body="No"
    )
    (folder / "draft.md").write_text(draft, "utf-8")
    return folder


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> corpuskit.Release:
    """A release of them, built once and not to be changed."""
    folder = tmp_path_factory.mktemp("reporting")
    src = write_articles(folder / "gazette")
    built = corpuskit.build(src, out=folder / "out", created=_CREATED, workers=1)
    assert built.path is not None
    return corpuskit.load(built.path)


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page of Chromium."""
    with opened_page(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened
