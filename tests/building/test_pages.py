"""Releases of whole pages: the same bytes however they are built, and sound to `verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import corpuskit
from corpuskit import parsing

if TYPE_CHECKING:
    from tests.building.conftest import Built, Corpus

RULES = """
[text]
mode = "article"

[[text.for]]
paths = "raw/**"
mode = "body"
"""
PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head><title>Page {n} | Gazette</title>
<meta property="og:title" content="Page {n}">
<script type="application/ld+json">
{{"@type": "NewsArticle", "datePublished": "2024-02-{day:02d}T10:00:00Z", "author": ["Ann", "Bo"]}}
</script></head>
<body><nav>Menu</nav><main><p>Text {n} of a page.</p></main></body></html>
"""


@pytest.fixture(autouse=True)
def _pages(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "_READ_HERE", 0)
    corpus.write("corpuskit.toml", RULES)
    for n in range(40):
        language = ("en", "fr", "")[n % 3]
        corpus.write(f"pages/{n}.html", PAGE.format(n=n, day=n % 28 + 1, language=language))
    corpus.write("pages/late.html", PAGE.format(n=98, day=1, language="en").replace("2024", "2031"))
    corpus.write("pages/odd.html", PAGE.format(n=99, day=1, language="en").replace("2024", "2O24"))
    corpus.article("post.md", "Words of a *post*.\n\n<nav>in Markdown</nav>")
    corpus.article("raw/page.html", "<main><p>Text of a body.</p></main><nav>Menu</nav>")


def files(built: Built) -> dict[str, bytes]:
    """The bytes of a release by path."""
    return {
        str(file.relative_to(built.path)): file.read_bytes()
        for file in sorted(built.path.rglob("*"))
        if file.is_file()
    }


def test_a_release_of_pages_is_the_same_for_any_workers_and_cache_and_verifies(
    corpus: Corpus, tmp_path: Path
) -> None:
    inline = corpus.build(out=tmp_path / "a", cache=False)
    assert inline.counts == (44, 42, 1, 0, 1)
    assert inline.codes("pages/odd.html") == ["CK310"]
    assert inline.reasons() == {"pages/late.html": "future"}
    assert corpuskit.verify(inline.path) == ()
    for out, workers in (("b", 1), ("c", 3)):
        built = corpus.build(out=tmp_path / out, workers=workers, cache_dir=tmp_path / "cache")
        assert files(built) == files(inline)


def test_a_release_that_trafilatura_reads_is_the_same_for_any_workers_and_verifies(
    corpus: Corpus, tmp_path: Path
) -> None:
    corpus.write("corpuskit.toml", RULES.replace("mode", 'parser = "trafilatura"\nmode', 1))
    inline = corpus.build(out=tmp_path / "a", cache=False)
    assert inline.counts == (44, 42, 1, 0, 1)
    assert corpuskit.verify(inline.path) == ()
    generator = inline.manifest["generator"]
    assert isinstance(generator, dict)
    assert "trafilatura" in generator
    assert files(corpus.build(out=tmp_path / "b", workers=2, cache=False)) == files(inline)


def test_the_mode_holds_by_path_and_is_stated(corpus: Corpus) -> None:
    built = corpus.build()
    texts = dict(zip(built.column("path"), built.column("text"), strict=True))
    assert texts["pages/7.html"] == "Text 7 of a page."
    assert texts["raw/page.html"] == "Text of a body.\nMenu"
    assert texts["post.md"] == "Words of a post.\nin Markdown"
    config = built.manifest["config"]
    assert isinstance(config, dict)
    stated = config["settings"]["text"]
    assert stated["mode"] == "article"
    assert "mode" not in stated["by_path"][0]["rules"]


def test_without_the_mode_a_release_says_nothing_of_it(corpus: Corpus) -> None:
    corpus.write("corpuskit.toml", "")
    built = corpus.build(schema="any")
    assert "mode" not in str(built.manifest["config"])
    assert "x-corpuskit" not in str(built.column("front_matter"))
