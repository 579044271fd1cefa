"""A command as it was typed: what is suggested after it is the same command with a change."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import click

from corpuskit.shown_values import printable

Option: TypeAlias = tuple[str, str | None]
"""An option's long name and its value, which a flag has none of."""

_TYPED = "corpuskit.typed"


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command, its arguments, and its options in the order in which they were typed."""

    command: str
    arguments: tuple[str, ...]
    options: tuple[Option, ...] = ()

    def __str__(self) -> str:
        """What to type: quoted for a shell, and safe on a terminal."""
        options = [word for option in self.options for word in option if word is not None]
        last = ["--"] if any(word.startswith("-") for word in self.arguments) else []
        front = [] if last else self.arguments
        back = self.arguments if last else []
        words = ["corpuskit", self.command, *front, *options, *last, *back]
        return " ".join(shlex.quote(printable(word)) for word in words)

    def also(self, name: str, value: str | None = None) -> CommandLine:
        """The same with one more option."""
        return replace(self, options=(*self.options, (name, value)))

    def but(self, name: str, value: str | None = None) -> CommandLine:
        """The same with this option in place of what it said, or of the flag that denies it."""
        gone = {name, name.replace("--", "--no-", 1)}
        kept = tuple(option for option in self.options if option[0] not in gone)
        return replace(self, options=kept).also(name, value)

    def as_command(self, command: str, names: Collection[str]) -> CommandLine:
        """Another command on the same arguments, with those of the options that it takes."""
        kept = tuple(option for option in self.options if option[0] in names)
        return CommandLine(command, self.arguments, kept)


class TypedCommand(click.Command):
    """A command that remembers how it was typed."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the words before their values are converted: `50%` is suggested as `50%`."""
        values, _, typed = self.make_parser(ctx).parse_args(args=[*args])
        arguments = [
            word
            for parameter in self.params
            if isinstance(parameter, click.Argument)
            for word in _words(values.get(parameter.name or ""))
        ]
        options = _options([p for p in typed if isinstance(p, click.Option)], values)
        ctx.meta[_TYPED] = CommandLine(
            ctx.info_name or "", tuple(arguments), tuple(dict.fromkeys(options))
        )
        return super().parse_args(ctx, args)


def typed() -> CommandLine:
    """The command that runs, as it was typed."""
    found = click.get_current_context().meta[_TYPED]
    assert isinstance(found, CommandLine)
    return found


def _options(typed: list[click.Option], values: dict[str, object]) -> Iterator[Option]:
    left = {name: [*_words(value)] for name, value in values.items()}
    for option in typed:
        name = option.name or ""
        if option.is_flag:
            says_no = values.get(name) is False
            yield max(option.secondary_opts if says_no else option.opts, key=len), None
        elif left[name]:
            # Of an option that is not repeatable, the last value alone is there.
            yield max(option.opts, key=len), left[name].pop(0)


def _words(value: object) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [str(word) for word in value]
    return [value] if isinstance(value, str) else []
