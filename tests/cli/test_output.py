"""What reaches a terminal."""

from __future__ import annotations

import io
import sys

import pytest

from corpuskit.cli.output import as_json, prepare_streams, wants_colour, write
from corpuskit.shown_values import printable

STEERING = [
    "\x1b[31m",
    "\x07",
    "\x9b2J",
    "\n",
    "\r",
    "\x7f",
    "\u202e",
    "\u2066",
    "\u200f",
    "\udcff",
]


@pytest.mark.parametrize("sequence", STEERING)
def test_steering_characters_are_shown_as_escapes(sequence: str) -> None:
    shown = printable(f"a{sequence}b")
    assert shown.startswith("a\\")
    assert shown.isprintable()


def test_ordinary_text_of_any_script_is_left_as_it_is() -> None:
    text = "港口公报 · Café שלום ไทย 👩\u200d🔬 🦀 [bold]not markup[/bold]"
    assert printable(text) == text


def test_json_is_ascii_where_the_locale_is_not_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="latin-1"))
    assert as_json("é港🦀") == '"\\u00e9\\u6e2f\\ud83e\\udd80"'


def test_what_the_locale_cannot_write_is_written_as_an_escape(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, encoding="latin-1"))
    prepare_streams()
    write(["é 港"])
    assert buffer.getvalue() == b"\xe9 \\u6e2f\n"


def test_a_closed_stream_takes_text_and_loses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    prepare_streams()
    write(["lost"])
    sys.stdout.close()


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:  # noqa: D102 - of io
        return True


def test_colours_are_for_terminals_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert wants_colour(Terminal())
    assert not wants_colour(io.StringIO())


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_the_environment_can_ask_for_no_colours(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(name, value)
    assert not wants_colour(Terminal())
