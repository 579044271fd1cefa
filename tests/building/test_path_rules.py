"""Rules for text by path: a source is parsed under those of its own path, whatever is cached."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import corpuskit
from corpuskit import parsing
from corpuskit.executors import InlineExecutor
from tests.building.test_cache import Counting

if TYPE_CHECKING:
    from tests.building.conftest import Built, Corpus

RULES = """
[text]
drop = ".ad"

[[text.for]]
paths = "news/**"
keep = "main"

[[text.for]]
paths = ["*.html", "wiki/"]
strip-templates = "liquid"
"""
BODY = """<div><main>Main {{ tag }} text</main><p class=ad>Advert</p>
<p>And the rest of the page</p></div>"""
GENERAL = "Main {{ tag }} text\nAnd the rest of the page"
NEWS = "Main {{ tag }} text"
WIKI = "Main text\nAnd the rest of the page"


@pytest.fixture(autouse=True)
def _rules(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "_READ_HERE", 0)
    corpus.write("corpuskit.toml", RULES + "[dedup]\nexact = false\n")


@pytest.fixture
def build(corpus: Corpus, tmp_path: Path) -> Callable[..., tuple[Built, int]]:
    """Build with a cache; what was built, and how many sources were parsed."""

    def run(out: str | None = None) -> tuple[Built, int]:
        executor = Counting()
        where = {} if out is None else {"out": tmp_path / out}
        built = corpus.build(cache_dir=tmp_path / "cache", executor=executor, **where)  # type: ignore[arg-type]
        return built, executor.counts.get("process_batch", 0)

    return run


def texts(built: Built) -> dict[object, object]:
    """The text of each row by its path."""
    return dict(zip(built.column("path"), built.column("text"), strict=True))


def test_equal_bytes_are_a_text_for_each_of_the_rules(
    corpus: Corpus, build: Callable[..., tuple[Built, int]]
) -> None:
    for path in ("a.md", "news/a.md", "news/b/c.md", "wiki/a.md", "d.html"):
        corpus.article(path, BODY)
    expected = {
        "a.md": GENERAL,
        "d.html": WIKI,
        "news/a.md": NEWS,
        "news/b/c.md": NEWS,
        "wiki/a.md": WIKI,
    }
    assert texts(build()[0]) == expected
    again, parsed = build("again")
    assert (texts(again), parsed) == (expected, 0)


def test_a_renamed_source_is_parsed_when_other_rules_hold_there(
    corpus: Corpus, build: Callable[..., tuple[Built, int]]
) -> None:
    corpus.article("a.md", BODY)
    assert build()[1] == 1
    for old, new, text, parsed in (
        ("a.md", "b.md", GENERAL, 0),
        ("b.md", "news/b.md", NEWS, 1),
        ("news/b.md", "news/c/d.md", NEWS, 0),
        ("news/c/d.md", "wiki/e.md", WIKI, 1),
        ("wiki/e.md", "f.md", GENERAL, 0),
        ("f.md", "news/g.md", NEWS, 0),
    ):
        (corpus.src / new).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(corpus.src / old, corpus.src / new)
        built, count = build()
        assert (texts(built), count) == ({new: text}, parsed)


def test_builds_on_a_cache_equal_builds_without_one(corpus: Corpus, tmp_path: Path) -> None:
    """Whatever moves where, byte for byte."""
    chance = random.Random(17)
    folders = ("", "news/", "wiki/", "news/old/")
    bodies = [BODY, BODY.replace("rest", "end"), "Words {{ tag }} only"]
    for step in range(6):
        for path in corpus.src.rglob("*.md"):
            if chance.random() < 0.5:
                path.unlink()
        for number in range(4):
            corpus.article(f"{chance.choice(folders)}{number}.md", chance.choice(bodies))
        out = tmp_path / f"{step}"
        cached = corpus.build(
            out=out / "a", cache_dir=tmp_path / "cache", executor=InlineExecutor()
        )
        clean = corpus.build(out=out / "b", executor=InlineExecutor())
        files = {
            p.relative_to(clean.path): p.read_bytes() for p in clean.path.rglob("*") if p.is_file()
        }
        assert files == {
            p.relative_to(cached.path): p.read_bytes()
            for p in cached.path.rglob("*")
            if p.is_file()
        }


def test_other_patterns_are_other_rules(
    corpus: Corpus, build: Callable[..., tuple[Built, int]]
) -> None:
    corpus.article("news/a.md", BODY)
    build()
    corpus.write("corpuskit.toml", RULES.replace("news/**", "olds/**"))
    built, parsed = build()
    assert (texts(built), parsed) == ({"news/a.md": GENERAL}, 1)


def test_a_manifest_has_the_rules_of_all_paths(
    corpus: Corpus, build: Callable[..., tuple[Built, int]]
) -> None:
    corpus.article("a.md", BODY)
    config = build()[0].manifest["config"]
    assert isinstance(config, dict)
    assert config["settings"]["text"]["by_path"] == [
        {
            "paths": ["news/**"],
            "rules": {"captures": [], "drop": [".ad"], "keep": ["main"], "parser": "lexbor"},
        },
        {
            "paths": ["*.html", "wiki/"],
            "rules": {
                "captures": [],
                "drop": [".ad"],
                "parser": "lexbor",
                "strip_templates": ["liquid"],
            },
        },
    ]


@pytest.mark.parametrize("within", [".", "news", "news/a.md"])
def test_check_and_preview_go_by_the_path_below_the_configuration(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, within: str
) -> None:
    """However the path is typed."""
    file = corpus.article("news/a.md", "<p>Nothing to keep</p>")
    below = corpus.src / within
    monkeypatch.chdir(below if below.is_dir() else below.parent)
    assert [d.code for d in corpuskit.check(".").diagnostics] == ["CK401"]
    assert [d.code for d in corpuskit.check(file).diagnostics] == ["CK401"]
    shown = corpuskit.preview(file, against="none")
    assert (shown.outcome, shown.text) == ("rejected", "")
    assert shown.text_diff is not None
    assert "-Nothing to keep" in shown.text_diff
