"""Seconds against articles as SVG, both in powers of ten."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

Point = tuple[float, float]

_WIDTH, _HEIGHT = 860, 520
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 190, 20, 50
_LABEL_STEP = 15
_COLOURS = (
    *("#1b9e77", "#d95f02", "#7570b3", "#e7298a", "#66a61e"),
    *("#a6761d", "#1f78b4", "#444444", "#b2182b", "#0b7285"),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to pixels, along one axis, in decades; `low` and `high` are powers of ten."""

    low: int
    high: int
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a value lies."""
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        """The powers of ten."""
        return [10.0**power for power in range(self.low, self.high + 1)]


def scale(values: Sequence[float], start: float, end: float) -> Scale:
    """The decades that hold all values, one at least."""
    low = math.floor(math.log10(min(values)))
    return Scale(low, max(low + 1, math.ceil(math.log10(max(values)))), start, end)


def chart(series: Mapping[str, Sequence[Point]]) -> str:
    """A line for each series of (articles, seconds), with its name at its end."""
    points = [point for line in series.values() for point in line]
    across = scale([x for x, _ in points], _LEFT, _WIDTH - _RIGHT)
    up = scale([y for _, y in points], _HEIGHT - _BOTTOM, _TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        '<g font-family="sans-serif" font-size="12">',
        *_grid(across, up),
    ]
    places = spread([up.at(line[-1][1]) for line in series.values()], _LABEL_STEP)
    for number, ((name, line), place) in enumerate(zip(series.items(), places, strict=True)):
        parts += _line(name, [(across.at(x), up.at(y)) for x, y in line], place, number)
    return "\n".join([*parts, "</g>", "</svg>\n"])


def spread(places: Sequence[float], step: float) -> list[float]:
    """Places at least `step` apart, in the same order along the axis, the first where it was."""
    moved = list(places)
    last = -math.inf
    for n in sorted(range(len(places)), key=lambda n: (places[n], n)):
        last = moved[n] = max(places[n], last + step)
    return moved


def _grid(across: Scale, up: Scale) -> list[str]:
    parts = []
    for value in across.ticks():
        x = across.at(value)
        parts.append(_stroke([(x, _TOP), (x, _HEIGHT - _BOTTOM)], "#ddd"))
        parts.append(_text(f"{value:,.0f}".replace(",", " "), x, _HEIGHT - _BOTTOM + 18, "middle"))
    for value in up.ticks():
        y = up.at(value)
        parts.append(_stroke([(_LEFT, y), (_WIDTH - _RIGHT, y)], "#ddd"))
        parts.append(_text(f"{value:g} s", _LEFT - 8, y + 4, "end"))
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    return [*parts, _text("articles", middle, _HEIGHT - 10, "middle")]


def _line(name: str, points: Sequence[Point], place: float, number: int) -> list[str]:
    colour = _COLOURS[number % len(_COLOURS)]
    end = _WIDTH - _RIGHT + 12
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
    leader = _stroke([points[-1], (end - 3, place)], colour, 'stroke-dasharray="1 3"')
    return [_stroke(points, colour), leader, *dots, _text(name, end, place + 4, "start", colour)]


def _stroke(points: Sequence[Point], colour: str, more: str = "") -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" {more}/>'


def _text(text: str, x: float, y: float, anchor: str, colour: str = "#444") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"'
    return f"<text {place}>{escape(text)}</text>"
