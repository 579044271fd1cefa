"""Reports in Chromium: nothing is loaded, nothing runs, and both themes can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

import corpuskit
from tests.reporting.chromium import Page

COLOURS = """
(() => {
  const luminance = colour => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map(Number).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = luminance(getComputedStyle(document.body).backgroundColor);
  const contrast = (colour) => {
    const [low, high] = [luminance(colour), paper].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const least = (selector, property) => Math.min(
    ...[...document.querySelectorAll(selector)].map(e => contrast(getComputedStyle(e)[property])));
  return {
    paper,
    text: least("p, a, th, td, dt, dd, li, code, summary, figcaption, caption, strong", "color"),
    labels: least(".chart text", "fill"),
    bars: least(".chart .bar rect", "fill"),
    rows: least("td.bar span", "backgroundColor"),
  };
})()
"""
"""How the page's colours stand out from its ground, as WCAG 2.2 computes it."""


@pytest.fixture
def report(release: corpuskit.Release, tmp_path: Path) -> Path:
    return corpuskit.write_report(release, tmp_path / "report.html")


def test_a_report_opens_without_a_word_on_the_console(page: Page, report: Path) -> None:
    page.open(report)
    assert page.complaints() == []


def test_a_report_asks_for_no_other_file(page: Page, report: Path) -> None:
    page.open(report)
    assert page.requests() == [report.as_uri(), *["data:,"] * (len(page.requests()) - 1)]


def test_nothing_that_a_corpus_holds_becomes_an_element(page: Page, report: Path) -> None:
    page.open(report)
    assert page.run("document.querySelectorAll('script, img, iframe, [onload], b').length") == 0
    assert "alert(1)" in page.run("document.body.innerText")


def test_a_policy_keeps_scripts_from_running(page: Page, report: Path) -> None:
    attacked = report.read_text("utf-8").replace("</main>", "<script>document.title = 'x'</script>")
    report.write_text(attacked, "utf-8")
    page.open(report)
    assert page.run("document.title") != "x"
    assert len(page.complaints()) == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_stands_out_from_the_ground_in_both_themes(
    page: Page, report: Path, theme: str
) -> None:
    page.wants(prefers_color_scheme=theme)
    page.open(report)
    found = page.run(COLOURS)
    assert (found["paper"] > 0.5) == (theme == "light")
    # https://www.w3.org/TR/WCAG22/#contrast-minimum and #non-text-contrast
    assert min(found["text"], found["labels"]) >= 4.5
    assert min(found["bars"], found["rows"]) >= 3


@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_is_as_wide_as_the_screen(page: Page, report: Path, width: int) -> None:
    page.call(
        "Emulation.setDeviceMetricsOverride",
        width=width, height=800, deviceScaleFactor=1, mobile=False,
    )  # fmt: skip
    page.open(report)
    assert (
        page.run("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    )


def test_headings_tables_and_pictures_say_what_they_are(page: Page, report: Path) -> None:
    page.open(report)
    assert page.run("document.querySelectorAll('h1').length") == 1
    assert page.run("[...document.querySelectorAll('section')].every(s => s.querySelector('h2'))")
    assert page.run("[...document.querySelectorAll('table')].every(t => t.caption.textContent)")
    assert page.run(
        "[...document.querySelectorAll('svg')].every(s => s.role == 'img' && s.ariaLabel)"
    )
    assert page.run("document.querySelectorAll('svg').length") == 3
    assert page.run(
        "[...document.querySelectorAll('a')].every(a => document.querySelector(a.hash))"
    )


def test_the_first_screen_says_how_many_were_rejected(page: Page, report: Path) -> None:
    page.call(
        "Emulation.setDeviceMetricsOverride",
        width=1280, height=900, deviceScaleFactor=1, mobile=False,
    )  # fmt: skip
    page.open(report)
    assert page.run("document.querySelector('.sum .rejected strong').innerText") == "3"
    assert page.run("document.querySelector('#h-rejected').getBoundingClientRect().bottom") < 900
