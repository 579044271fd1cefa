"""A command as it was typed, and with a change."""

from __future__ import annotations

import shlex

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.cli.command_line import CommandLine, TypedCommand, typed


@click.command(cls=TypedCommand, name="demo")
@click.argument("paths", nargs=-1)
@click.option("--include", multiple=True)
@click.option("--name")
@click.option("--share", type=float)
@click.option("--drafts/--no-drafts", default=None)
@click.option("--quiet", "-q", is_flag=True)
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text")
@click.option("--json", "output", flag_value="json")
def demo(**_arguments: object) -> None:
    click.echo(str(typed()))


def said(*words: str) -> str:
    result = CliRunner().invoke(demo, words)
    assert result.exit_code == 0, result.output
    return result.output.rstrip("\n")


@pytest.mark.parametrize(
    "line",
    [
        "corpuskit demo a",
        "corpuskit demo a --share 0.50",
        "corpuskit demo a b --include '*.txt' --name 'two words' --include x",
        "corpuskit demo a --no-drafts --quiet",
        "corpuskit demo a --drafts --json",
        "corpuskit demo a --format json",
        "corpuskit demo --name x -- -a",
    ],
)
def test_a_command_is_told_as_it_was_typed(line: str) -> None:
    assert said(*shlex.split(line)[2:]) == line


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--name=x", "-q", "a"], "corpuskit demo a --name x --quiet"),
        (["--name", "x", "a", "--name", "y"], "corpuskit demo a --name y"),
        (["a\x1b[2J"], "corpuskit demo 'a\\x1b[2J'"),
    ],
    ids=["other spellings", "the last one counts", "steering characters"],
)
def test_a_command_is_told_in_one_way_and_safely(words: list[str], line: str) -> None:
    assert said(*words) == line


WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1)


@given(WORDS, st.lists(WORDS, max_size=3), st.booleans() | st.none())
def test_what_is_told_can_be_typed_again(
    path: str, patterns: list[str], drafts: bool | None
) -> None:
    flags = [] if drafts is None else ["--drafts" if drafts else "--no-drafts"]
    words = [*(f"--include={pattern}" for pattern in patterns), *flags, "--", path]
    line = said(*words)
    assert said(*shlex.split(line)[2:]) == line
    assert all(word in shlex.split(line) for word in (path, *patterns))


LINE = CommandLine(
    "build", ("a",), (("--no-drafts", None), ("--schema", "page"), ("--include", "*.txt"))
)


def test_another_value_takes_the_place_of_the_one_before() -> None:
    line = LINE.but("--schema", "any").but("--drafts")
    assert str(line) == "corpuskit build a --include '*.txt' --schema any --drafts"


def test_one_more_value_leaves_those_before() -> None:
    line = LINE.also("--include", "*.md")
    assert str(line).endswith(" --include '*.txt' --include '*.md'")


def test_another_command_gets_the_options_that_it_takes() -> None:
    line = LINE.as_command("check", {"--schema", "--include", "--select"})
    assert str(line) == "corpuskit check a --schema page --include '*.txt'"
