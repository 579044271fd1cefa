"""`corpuskit.report`: what the page says, and that it says it in the same bytes."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpuskit
from corpuskit.codes import Code
from corpuskit.manifest import Column, Creator, Description
from corpuskit.model import Diagnostic, Place
from corpuskit.reporting import charts
from corpuskit.reporting import page as report_page
from corpuskit.reporting.figures import (
    AuditFigures,
    Bar,
    CodeFigures,
    ColumnFigures,
    DuplicateGroup,
    ExclusionFigures,
    Ranking,
    Report,
)
from tests.reporting.conftest import HOSTILE, write_articles

_ELEMENTS_OF_PROSE = {"code"}


class Seen(HTMLParser):
    """The elements of a page, each with the names of its attributes, and all of its text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        if tag not in _ELEMENTS_OF_PROSE:
            self.elements.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += f"{data} "


def test_a_part_has_no_report_of_its_own(release: corpuskit.Release) -> None:
    """What became of sources is said of all of them."""
    with pytest.raises(corpuskit.UsageError, match="of a whole version"):
        corpuskit.report(replace(release, parts=()))


@pytest.fixture(scope="module")
def seen(release: corpuskit.Release) -> Seen:
    return Seen(corpuskit.report(release))


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_same_version_gives_the_same_bytes(release: corpuskit.Release) -> None:
    again = corpuskit.load(release.path)
    assert corpuskit.report(release) == corpuskit.report(again)


def test_where_the_version_lies_changes_no_byte(release: corpuskit.Release, tmp_path: Path) -> None:
    moved = shutil.copytree(release.path, tmp_path / "elsewhere")
    assert corpuskit.report(corpuskit.load(moved)) == corpuskit.report(release)


def test_a_page_says_neither_when_nor_by_what_it_was_drawn(release: corpuskit.Release) -> None:
    page = corpuskit.report(release).decode()
    assert "pygal" not in page
    assert set(re.findall(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T", page)) == {"2025-01-01T"}


def test_the_sum_is_there_in_figures_and_as_a_picture(seen: Seen) -> None:
    text = words(seen.text)
    assert "18 sources 12 rows 66.7 % 3 rejected 16.7 % 2 duplicates 11.1 % 1 excluded" in text
    assert "rows: 12 rejected: 3 duplicates: 2 excluded: 1" in text


def test_every_code_has_its_number_its_meaning_and_its_places(seen: Seen) -> None:
    text = words(seen.text)
    assert "CK301 missing-field in 2 sources" in text
    assert "A field that the schema requires is not there" in text
    assert "undated-0.md:2:1" in text
    assert "date is missing (none of the keys date, pubDate, published)" in text
    assert "CK204 duplicate-key in 1 source" in text


def test_examples_are_few_and_a_command_shows_the_rest(tmp_path: Path) -> None:
    src = tmp_path / "articles"
    src.mkdir()
    for number in range(9):
        (src / f"{number}.md").write_text("---\ntitle: When\n---\n\nText.\n", "utf-8")
    (src / "good.md").write_text("---\ntitle: T\ndate: 2024-01-01\n---\n\n# T\n", "utf-8")
    built = corpuskit.build(src, out=tmp_path / "out", max_rejected=1.0, workers=1)
    assert built.path is not None
    text = words(Seen(corpuskit.report(corpuskit.load(built.path))).text)
    assert text.count(".md:2:1") == 3
    assert "and 6 more: corpuskit show articles@1.0.0 --rejects" in text
    assert "All of them: corpuskit show articles@1.0.0 --warnings" in text


def test_categories_and_folders_are_ranked(seen: Seen) -> None:
    text = words(seen.text)
    assert f"By categories value articles {HOSTILE} 6 ferry 6 港口 6" in text
    assert "By folder value articles north 8 south 4" in text


def test_what_each_article_has_of_its_own_is_not_ranked(seen: Seen) -> None:
    text = words(seen.text)
    assert "By image value articles pier-0.png 6 pier-1.png 6" in text
    assert "By title" not in text
    assert "By url" not in text


def test_articles_are_counted_by_year_and_length(seen: Seen) -> None:
    assert [f"{year}: 1" in seen.text for year in range(2010, 2022)] == [True] * 12
    assert "Articles by length" in seen.text


def test_changes_are_those_against_the_version_before(tmp_path: Path) -> None:
    src = write_articles(tmp_path / "gazette")
    corpuskit.build(src, out=tmp_path / "out", workers=1)
    (src / "new.md").write_text("---\ntitle: T\ndate: 2024-01-01\n---\n\nNew.\n", "utf-8")
    built = corpuskit.build(src, out=tmp_path / "out", workers=1)
    assert built.path is not None
    text = words(Seen(corpuskit.report(corpuskit.load(built.path))).text)
    assert "Changes since 1.0.0" in text
    assert "added 1 removed 0 changed 0 unchanged 12" in text


def test_splits_and_subsets_are_counted(tmp_path: Path) -> None:
    src = write_articles(tmp_path / "gazette")
    config = '[release]\nsubsets = "folder"\n'
    (src / "corpuskit.toml").write_text(config + "[splits]\ntest = 0.3\n", "utf-8")
    built = corpuskit.build(src, out=tmp_path / "out", workers=1)
    assert built.path is not None
    release = corpuskit.load(built.path)
    text = words(Seen(corpuskit.report(release)).text)
    for split in release.splits:
        assert f"{split} {len(release.part(split))}" in text
    assert "By subset value articles" in text


def test_what_is_omitted_is_not_missed(tmp_path: Path) -> None:
    src = write_articles(tmp_path / "gazette")
    omitted = '[release]\nomit = ["n_chars", "text", "title", "language"]\n'
    (src / "corpuskit.toml").write_text(omitted, "utf-8")
    built = corpuskit.build(src, out=tmp_path / "out", workers=1)
    assert built.path is not None
    found = Seen(corpuskit.report(corpuskit.load(built.path)))
    assert "Made but not published: language, n_chars, text, title" in words(found.text)
    assert [tag for tag, _ in found.elements].count("svg") == 2


def test_what_a_corpus_holds_is_shown_and_does_nothing(seen: Seen) -> None:
    assert HOSTILE in seen.text
    assert not {"script", "img", "b", "iframe"} & {tag for tag, _ in seen.elements}
    assert not [name for _, names in seen.elements for name in names if name.startswith("on")]


text = st.text(min_size=1, max_size=20).map(lambda drawn: f"x{drawn}")
hostile = st.sampled_from(
    [
        HOSTILE,
        "</title>",
        "--><script>",
        "{% include 'x' %}",
        "\0\x1b[31m\u202e",
        "\ud800",
        "&lt;",
        "`",
    ]
).map(lambda drawn: f"x{drawn}")


def drawn_from(release: corpuskit.Release, texts: Iterator[str]) -> bytes:
    """A page in which everything that a corpus or its configuration says is one of `texts`."""

    def code() -> CodeFigures:
        found = Diagnostic(
            Code.MISSING_FIELD, next(texts), Place(1, 2), help=next(texts), path=next(texts)
        )
        return CodeFigures(next(texts), 7, (found,))

    manifest = release.manifest
    about = Description(
        name=next(texts),
        title=next(texts),
        description=next(texts),
        license=next(texts),
        creators=(Creator(next(texts)),),
    )
    report = Report(
        manifest=replace(
            manifest,
            description=about,
            columns=(Column(next(texts), "string", next(texts)),),
            naive_dates={next(texts): 1},
            generator={next(texts): next(texts)},
        ),
        manifest_sha256=next(texts),
        audit=AuditFigures(
            (code(),),
            (code(),),
            (DuplicateGroup(next(texts), 2, (next(texts),)),),
            1,
            (ExclusionFigures(next(texts), 2, (next(texts),)),),
        ),
        columns=ColumnFigures(
            (), "year", (), (Ranking(next(texts), (Bar(next(texts), 1),), 1, 1),),
            Ranking("folder", (Bar(next(texts), 1),), 1, 1),
        ),
        sample=({next(texts): next(texts), "text": next(texts)},),
    )  # fmt: skip
    return report_page.render(report)


@settings(max_examples=40)
@given(st.lists(hostile | text, min_size=1, max_size=5))
def test_no_text_makes_another_page(release: corpuskit.Release, texts: list[str]) -> None:
    expected = Seen(drawn_from(release, cycle("x")))
    assert Seen(drawn_from(release, cycle(texts))).elements == expected.elements


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", 'https://x/"onx=1'])
def test_only_addresses_of_the_web_become_links(release: corpuskit.Release, address: str) -> None:
    about = replace(release.manifest.description, homepage=address)
    manifest = replace(release.manifest, description=about)
    page = corpuskit.report(replace(release, manifest=manifest)).decode()
    assert "Homepage" not in page


def test_pygal_draws_the_same_whether_or_not_lxml_is_there() -> None:
    from pygal.etree import etree

    bars = [Bar("2024", 1), Bar("2025", 2)]
    plain = charts.columns("time", "T", bars)
    etree.to_lxml()
    try:
        assert charts.columns("time", "T", bars) == plain
        assert etree.lxml
    finally:
        etree.to_etree()


@given(st.lists(st.integers(min_value=0, max_value=10**7), min_size=1, max_size=48))
def test_a_chart_has_a_bar_for_each_number_and_says_it(counts: list[int]) -> None:
    svg = charts.columns("time", "T", [Bar(f"{n:04}", c) for n, c in enumerate(counts)])
    assert re.findall(r"<title>(.*?)</title>", svg) == [
        f"{n:04}: {count:,}" for n, count in enumerate(counts)
    ]


@pytest.mark.parametrize("module", ["pygal", "jinja2"])
def test_a_missing_library_is_asked_for_by_name(
    release: corpuskit.Release, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(
        corpuskit.MissingExtraError,
        match="pip install pygal jinja2",
    ):
        corpuskit.report(release)


def test_a_report_beside_the_version_is_no_finding(tmp_path: Path) -> None:
    built = corpuskit.build(write_articles(tmp_path / "g"), out=tmp_path / "out", workers=1)
    assert built.path is not None
    path = corpuskit.write_report(corpuskit.load(built.path))
    assert path == built.path.parent / "reports/1.0.0.html"
    assert corpuskit.verify(built.path.parent) == ()


def test_the_report_of_a_retracted_version_goes_with_it(tmp_path: Path) -> None:
    built = corpuskit.build(write_articles(tmp_path / "g"), out=tmp_path / "out", workers=1)
    assert built.path is not None
    path = corpuskit.write_report(corpuskit.load(built.path))
    corpuskit.retract(built.path, "it names people")
    assert not path.exists()


def test_a_version_in_no_dataset_has_no_place_for_its_report(
    release: corpuskit.Release, tmp_path: Path
) -> None:
    alone = corpuskit.load(shutil.copytree(release.path, tmp_path / "1.0.0"))
    with pytest.raises(corpuskit.UsageError, match="--output"):
        corpuskit.write_report(alone)
    assert corpuskit.write_report(alone, tmp_path / "r.html").read_bytes() == corpuskit.report(
        alone
    )


def test_a_damaged_audit_is_said(tmp_path: Path) -> None:
    built = corpuskit.build(write_articles(tmp_path / "g"), out=tmp_path / "out", workers=1)
    assert built.path is not None
    damaged = built.path / "audit/diagnostics.jsonl"
    damaged.chmod(0o600)
    damaged.write_bytes(b"{" + damaged.read_bytes()[1:-2] + b"]\n")
    with pytest.raises(corpuskit.ReleaseError, match=r"diagnostics\.jsonl"):
        corpuskit.report(corpuskit.load(built.path))


def test_a_page_is_small_whatever_the_number_of_findings(release: corpuskit.Release) -> None:
    assert json.loads((release.path / "manifest.json").read_bytes())["counts"]["sources"] == 18
    assert len(corpuskit.report(release)) < 150_000
