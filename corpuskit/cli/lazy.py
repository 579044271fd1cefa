"""A group of commands whose modules are imported when they are called."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any

import click

from corpuskit.cli.ending import end
from corpuskit.cli.output import prepare_streams


class LazyGroup(click.Group):
    """Commands by name; `main` is the boundary at which every run ends with an exit code."""

    def __init__(self, *, modules: Mapping[str, tuple[str, str]], **attributes: Any) -> None:  # noqa: ANN401 - click's own
        """Take the commands in the order in which help lists them.

        Args:
            modules: A command's name → the module that holds it under that name, and a line of
                help. The line is here so that `--help` imports no command.
            attributes: Those of `click.Group`.
        """
        super().__init__(**attributes)
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return [*self.modules, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        if cmd_name not in self.modules:
            return super().get_command(ctx, cmd_name)
        found = getattr(import_module(self.modules[cmd_name][0]), cmd_name)
        assert isinstance(found, click.Command), f"{cmd_name} is no command"
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which was probably meant."""
        name = args[0]
        if name not in self.list_commands(ctx) and not name.startswith("-"):
            close = difflib.get_close_matches(name, self.list_commands(ctx), 1)
            hint = f"did you mean {close[0]!r}?" if close else "see --help"
            raise click.UsageError(f"no command {name!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - the signature of click
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.modules.items()])

    def main(  # type: ignore[override] # click overloads it; the exit code is one for all
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - the signature of click
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002 - likewise
        **extra: Any,  # noqa: ANN401 - likewise
    ) -> int:
        """Run a command line; ends the process with the exit code, or returns it."""
        prepare_streams()
        call = partial(
            super().main,
            args,
            prog_name,
            complete_var,
            standalone_mode=False,
            windows_expand_args=windows_expand_args,
            **extra,
        )
        code = end(call)
        if standalone_mode:
            sys.exit(code)
        return code
