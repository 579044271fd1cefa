"""Charts for a report, as SVG by pygal, which is imported by the first of them.

What pygal draws is shapes with classes and no colours: the page's style sheet has these, for a
light and a dark screen and for paper. All labels are numbers or dates, and text stays text.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Comment, Element, SubElement, tostring

from corpuskit.errors import MissingExtraError
from corpuskit.reporting.figures import Bar

if TYPE_CHECKING:
    from pygal import Bar as BarChart

_WIDTH = 880
_HEIGHT = 240
_STRIP_HEIGHT = 44
_LABEL_WIDTH = 62
"""What a label on the axis of time takes, with the gap beside it."""
_TICKS = 4
_UNUSED: frozenset[object] = frozenset({Comment, "defs", "title", "desc"})
"""The tags of styles and scripts, of what these show, and of comments, one of which has a date."""


def prepare() -> ModuleType:
    """Import pygal.

    Raises:
        MissingExtraError: it is not installed.
    """
    is_first = "pygal" not in sys.modules
    try:
        import pygal
    except ModuleNotFoundError as error:
        raise MissingExtraError("pygal", "report") from error
    if is_first:
        # It finds nothing but maps, and before Python 3.12 makes every import that fails a warning.
        ours = (finder for finder in sys.meta_path if isinstance(finder, pygal.PluginImportFixer))
        for finder in [*ours]:
            sys.meta_path.remove(finder)
    found: ModuleType = pygal
    return found


def columns(name: str, title: str, bars: Sequence[Bar]) -> str:
    """A bar for each number, from left to right.

    Args:
        name: Tells the chart from the others of a page.
        title: What it shows, for those who do not see it.
        bars: At least one.
    """
    labels = [bar.label for bar in bars]
    every = -(-len(bars) * _LABEL_WIDTH // _WIDTH)
    ticks = _ticks(max(bar.count for bar in bars))
    chart = prepare().Bar(
        height=_HEIGHT,
        x_labels=labels,
        x_labels_major=labels[::every],
        show_minor_x_labels=False,
        y_labels=ticks,
        range=(0, ticks[-1]),
        truncate_label=-1,
        value_formatter=lambda number: f"{number:,.0f}",
        margin=4,
        **_bare(name),
    )
    chart.add("", [bar.count for bar in bars])
    return _drawn(chart, name, title, [[f"{bar.label}: {bar.count:,}" for bar in bars]])


def strip(name: str, title: str, parts: Sequence[Bar]) -> str:
    """One bar that is divided into its parts, in their order; some number is above 0."""
    chart = prepare().HorizontalStackedBar(
        height=_STRIP_HEIGHT,
        show_x_labels=False,
        show_y_labels=False,
        range=(0, sum(part.count for part in parts)),
        margin=0,
        spacing=0,
        **_bare(name),
    )
    for part in parts:
        chart.add("", [part.count])
    chart.add_xml_filter(_cropped)
    return _drawn(chart, name, title, [[f"{part.label}: {part.count:,}"] for part in parts])


def _bare(name: str) -> dict[str, Any]:
    """What every chart is drawn with: nothing of pygal's own style."""
    classes = ("chart", f"chart-{name}")
    return {"width": _WIDTH, "css": (), "js": (), "show_legend": False, "classes": classes}


def _ticks(most: int) -> list[int]:
    """Some round numbers from 0 to `most` or above."""
    step = next(s for s in _steps() if s * _TICKS >= most)
    return [*range(0, -(-most // step) * step + 1, step)]


def _steps() -> Iterator[int]:
    size = 1
    while True:
        yield from (size, 2 * size, 5 * size)
        size *= 10


def _drawn(chart: BarChart, name: str, title: str, said: Sequence[Sequence[str]]) -> str:
    # What it is called among others would be random.
    chart.uuid = name
    chart.add_xml_filter(_still(title, said))
    with _standard_trees():
        svg: str = tostring(chart.render_tree(), "unicode")
    return svg


@contextmanager
def _standard_trees() -> Iterator[None]:
    """Have pygal draw with the standard library also where lxml is, which writes other bytes."""
    from pygal.etree import etree

    was_lxml = etree.lxml
    etree.to_etree()
    try:
        yield
    finally:
        if was_lxml:
            etree.to_lxml()


def _still(title: str, said: Sequence[Sequence[str]]) -> Callable[[Element], Element]:
    """What makes a picture of pygal's tree: no script, style or date, and words for what is seen.

    Args:
        title: What the chart shows.
        said: What each bar of each series stands for.
    """

    def still(svg: Element) -> Element:
        svg.set("role", "img")
        svg.set("aria-label", title)
        for parent in list(svg.iter()):
            for child in list(parent):
                if _is_unused(child):
                    parent.remove(child)
        series = [g for g in svg.iter("g") if g.get("class", "").startswith("series ")]
        # What may lie over the shapes of all of them comes after these.
        for group, texts in zip(series, said, strict=False):
            bars = (g for g in group.iter("g") if g.get("class") == "bar")
            for bar, text in zip(bars, texts, strict=True):
                SubElement(bar, "title").text = text
        return svg

    return still


def _cropped(svg: Element) -> Element:
    """Only the bars, without the room that pygal leaves around them."""
    bars = [bar.attrib for bar in svg.iter("rect") if "rect" in bar.get("class", "").split()]
    left, top, height = (float(bars[0][name]) for name in ("x", "y", "height"))
    right = max(float(bar["x"]) + float(bar.get("width", 0)) for bar in bars)
    svg.set("viewBox", f"{left:g} {top:g} {right - left:g} {height:g}")
    return svg


def _is_unused(node: Element) -> bool:
    return node.tag in _UNUSED or node.get("class") in {"plot tooltip-overlay", "titles"}
