"""The same sources make the same bytes, whatever the machine is like and however it is divided."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import corpuskit

if TYPE_CHECKING:
    from tests.building.conftest import Corpus

EPOCH = "1700000000"
PATIENCE = 120.0

BUILD = """
import os, sys
import corpuskit
src, out, workers, mask = sys.argv[1:]
os.umask(int(mask, 8))
corpuskit.build(src, name="corpus", out=out, workers=int(workers))
"""

KINDS = (
    "---\ntitle: '{n}: 晴れ'\ndate: 2021-03-{d:02d}\ntags: [a, b]\n---\nText {n}, *marked* up.\n",
    "---\ntitle: {n}\ndate: 2021-03-{d:02d} 1:00\n---\n<p>Text {n}<p>with <a href=/x>a link</a>\n",
    '+++\ntitle = "{n}"\ndate = 2021-03-{d:02d}T08:00:00Z\n+++\n\nText {n} below TOML.\n',
    "---\ntitle: {n}\ndate: Invalid Date\n---\nText {n} that is rejected.\n",
    "---\ntitle: {n}\ndate: 2021-03-{d:02d}\n---\nThe same text over and over, so a duplicate.\n",
    "---\ntitle: {n}\ndate: 2021-03-{d:02d}\ndraft: true\n---\nText {n} of a draft.\n",
    "---\ntitle: {n}\ndate: 2031-03-{d:02d}\n---\nText {n} of the future.\n",
    "---\ntitle: '{n:0501d}'\ndate: 2021-03-{d:02d}\n---\nText {n} with too long a title.\n",
    "Text {n} without front matter, which is an error.\n",
    "---\ntitle: {n}\ndate: 2021-03-{d:02d}\ntgas: [x]\nauthor: é, ü\n---\n短い文章\n",
)


def sources(count: int) -> dict[str, str]:
    """Sources of all outcomes under names of several scripts and cases."""
    folders = ("", "Zürich/", "a b/", "新聞/", "a/b/c/")
    return {
        f"{folders[n % 5]}{n:03d}{'é' * (n % 2)}.md": KINDS[n % len(KINDS)].format(
            n=n, d=n % 28 + 1
        )
        for n in range(count)
    }


@pytest.fixture
def reference(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The release of 150 sources, built inline."""
    for path, content in sources(150).items():
        corpus.write(path, content)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    built = corpus.build(out=corpus.out / "reference", created=None)
    assert min(built.counts) > 0
    return corpus.contents(corpus.out / "reference")


def built_apart(
    corpus: Corpus, name: str, workers: int, cwd: Path, mask: str, environment: Mapping[str, str]
) -> dict[str, bytes]:
    """The release that a Python process of another environment makes."""
    out = corpus.out / name
    # Relative paths, so that the working directory has a say.
    src, target = (os.path.relpath(path, cwd) for path in (corpus.src, out))
    subprocess.run(
        [sys.executable, "-P", "-c", BUILD, src, target, str(workers), mask],
        cwd=cwd,
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH, **environment},
        check=True,
        timeout=PATIENCE,
    )
    return corpus.contents(out)


def test_two_workers_build_what_none_build(corpus: Corpus, reference: dict[str, bytes]) -> None:
    built = corpus.build(out=corpus.out / "pool", created=None, workers=2)
    assert built.status == "published"
    assert corpus.contents(corpus.out / "pool") == reference


@pytest.mark.parametrize(
    ("workers", "mask", "environment"),
    [
        (1, "077", {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"}),
        (3, "000", {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LANG": "C.utf8"}),
    ],
    ids=["one worker in Tokyo", "three workers in New York"],
)
def test_the_environment_has_no_say(
    corpus: Corpus,
    reference: dict[str, bytes],
    workers: int,
    mask: str,
    environment: dict[str, str],
) -> None:
    cwd = corpus.src / "a b" if workers == 1 else corpus.src.parent
    assert built_apart(corpus, "apart", workers, cwd, mask, environment) == reference


def test_a_locale_that_is_not_utf_8_has_no_say(corpus: Corpus, reference: dict[str, bytes]) -> None:
    """Python decodes file names by the locale when it is told to; sources keep their paths."""
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert built_apart(corpus, "ascii", 1, corpus.src, "022", ascii_only) == reference


def test_the_order_in_which_files_were_made_has_no_say(
    corpus: Corpus, reference: dict[str, bytes], tmp_path: Path
) -> None:
    items = list(sources(150).items())
    for seed in range(3):
        random.Random(seed).shuffle(items)
        src = tmp_path / f"shuffled {seed}"
        for path, content in items:
            (src / path).parent.mkdir(parents=True, exist_ok=True)
            (src / path).write_text(content, "utf-8")
        again = type(corpus)(src, tmp_path / f"from {seed}")
        again.build(created=None)
        assert again.contents(again.out) == reference


def test_where_the_sources_lie_has_no_say(
    corpus: Corpus, reference: dict[str, bytes], tmp_path: Path
) -> None:
    moved = corpus.src.rename(tmp_path / "elsewhere")
    again = type(corpus)(moved, tmp_path / "out of elsewhere")
    again.build(created=None)
    assert again.contents(again.out) == reference


def test_the_dates_of_files_have_no_say(corpus: Corpus, reference: dict[str, bytes]) -> None:
    for path in corpus.src.rglob("*.md"):
        os.utime(path, (1, 1))
    corpus.build(out=corpus.out / "touched", created=None)
    assert corpus.contents(corpus.out / "touched") == reference


def test_the_epoch_goes_before_what_is_stated(corpus: Corpus, reference: dict[str, bytes]) -> None:
    corpus.build(out=corpus.out / "stated", created="2001-01-01T00:00:00Z")
    assert corpus.contents(corpus.out / "stated") == reference


def test_the_build_time_is_all_that_the_clock_decides(corpus: Corpus) -> None:
    corpus.article("a.md")
    one, two = (
        corpus.build(out=corpus.out / created, created=created).manifest
        for created in ("2024-01-01T00:00:00Z", "2024-01-02")
    )
    assert (one["created"], two["created"]) == ("2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z")
    assert one | {"created": None} == two | {"created": None}


@pytest.mark.parametrize("epoch", ["now", "-1", "1.5", "٣", "9" * 12])
def test_an_epoch_that_is_none_is_a_usage_error(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, epoch: str
) -> None:
    corpus.article("a.md")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(corpuskit.UsageError, match="SOURCE_DATE_EPOCH"):
        corpus.build()
    assert corpus.contents(corpus.out) == {}
