"""A small corpus, and the command line on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from corpuskit.cli import main

GOOD = """---
title: {title}
date: {date}
---

{body}
"""


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No terminal of whoever runs the tests, and one time for all releases."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1735689600")
    for name in ("NO_COLOR", "FORCE_COLOR", "CORPUSKIT_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run() -> Callable[..., Result]:
    """Runs a command line in this process."""

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return run


def write_corpus(folder: Path) -> Path:
    """Six sources: three rows (two dates without a zone), a rejection, a duplicate, a draft."""
    folder.mkdir()
    long = "The ferry sails again, and the pier is full of people who have waited for it."
    articles = {
        "a.md": GOOD.format(title="Harbour", date="2024-05-01 10:00:00 +0800", body="Ships."),
        "b.md": GOOD.format(title="港口公报", date="2024-05-02 10:00:00", body=long),
        "c.md": GOOD.format(title="Tide [bold]", date="2024-05-03 10:00:00", body="High water."),
        "copy.md": GOOD.format(title="Again", date="2024-06-02", body=long),
        "draft.md": GOOD.format(title="Soon\ndraft: true", date="2024-05-04", body="Not yet."),
        "坏.md": "---\ntitle: 标题\ntitle: 又一个\ndate: 2024-02-31\n---\n\nText.\n",
        "notes.txt": "ignored",
    }
    for name, text in articles.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of its own, for tests that change it."""
    return write_corpus(tmp_path / "gazette")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the corpus, built once and not to be changed."""
    folder = tmp_path_factory.mktemp("release")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1735689600")
        src = write_corpus(folder / "gazette")
        arguments = ["build", str(src), "--out", str(folder / "out"), "--workers", "1"]
        result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return folder / "out" / "gazette" / "1.0.0"
