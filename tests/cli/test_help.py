"""The commands, their help, and docs/cli.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import click
import pytest
from click.testing import Result

from corpuskit.cli import main

Run: TypeAlias = Callable[..., Result]

DOCS = Path(__file__).resolve().parents[2] / "docs" / "cli.md"
CONTEXT = click.Context(main)
COMMANDS = main.list_commands(CONTEXT)


def options(name: str) -> set[str]:
    """The long options of a command, `--help` left out."""
    command = main.get_command(CONTEXT, name)
    assert command is not None
    spelled = {
        option
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    return {option for option in spelled if option.startswith("--")}


def documented() -> dict[str, str]:
    """What docs/cli.md says of each command."""
    sections = re.split(r"^## corpuskit (\w+).*\n", DOCS.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(sections[1::2], sections[2::2], strict=True))


def test_the_documentation_has_the_commands_in_their_order() -> None:
    assert list(documented()) == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_the_documentation_lists_the_options_that_a_command_has(name: str) -> None:
    rows = [line.split("|")[1] for line in documented()[name].splitlines() if line[:3] == "| `"]
    assert set(re.findall(r"--[a-z0-9-]+", " ".join(rows))) == options(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_a_line_of_help(name: str) -> None:
    command = main.get_command(CONTEXT, name)
    assert command is not None
    without = [p.name for p in command.params if isinstance(p, click.Option) and not p.help]
    assert without == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_is_printed(run: Run, name: str) -> None:
    result = run(name, "-h")
    assert result.exit_code == 0
    assert options(name) <= set(re.findall(r"--[a-z0-9-]+", result.stdout))


def test_without_a_command_help_is_printed_and_the_exit_code_is_2(run: Run) -> None:
    result = run()
    assert result.exit_code == 2
    assert "Usage: corpuskit" in result.stderr


def test_a_mistyped_command_ends_with_2_and_a_suggestion(run: Run) -> None:
    result = run("vrify")
    assert result.exit_code == 2
    assert "did you mean 'verify'?" in result.stderr
