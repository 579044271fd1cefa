"""Options that several commands share, and how what users type is read."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from corpuskit.codes import Code
from corpuskit.errors import UsageError
from corpuskit.shares import stated_share

F = TypeVar("F", bound=Callable[..., Any])

_NUMBER = re.compile(r"(?:ck?)?[ _-]?([0-9]{1,9})", re.IGNORECASE)


def share(_ctx: click.Context, _param: click.Parameter, value: str | None) -> float | None:
    """A share that is typed as `50%` or `0.5`, as a number from 0 to 1."""
    if value is None:
        return None
    try:
        return stated_share(value)
    except UsageError as error:
        raise click.BadParameter(str(error)) from error


def code_prefixes(
    _ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Codes or their beginnings, with commas between them or in several options: `CK2,CK301`."""
    typed = [part.strip().upper() for value in values for part in value.split(",")]
    prefixes = tuple(prefix for prefix in typed if prefix)
    for prefix in prefixes:
        if not any(code.startswith(prefix) for code in Code):
            raise click.BadParameter(f"no code begins with {prefix!r}{did_you_mean(prefix)}")
    return prefixes


def did_you_mean(text: str) -> str:
    """`; did you mean CK204 (duplicate-key)?` for the code whose number or name is close to `text`.

    Of a number, a digit more or less is forgiven, and a missing or separated `CK`. Without a code
    that is close, how to list them: the first code of all is no guess.
    """
    found = _NUMBER.fullmatch(text.strip())
    if found:
        digits = found[1]
        codes = [c for c in Code if digits.startswith(c[2:]) or c[2:].startswith(digits)]
        close = codes[0] if len(digits) > 1 and codes else None
    else:
        names = {code.label: code for code in Code}
        meant = difflib.get_close_matches(text.casefold(), names, 1)
        close = names[meant[0]] if meant else None
    return (
        f"; did you mean {close} ({close.label})?" if close else "; corpuskit rule lists them all"
    )


def output_options(command: F) -> F:
    """`--output-format`, `--json` and `--color`; the first two give the parameter `output`."""
    return output_options_with()(command)


def output_options_with(*formats: str) -> Callable[[F], F]:
    """`output_options` with further formats than text and JSON."""
    return lambda command: _output_options(command, ["text", "json", *formats])


def _output_options(command: F, formats: list[str]) -> F:
    command = click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        expose_value=False,
        callback=_set_colour,
        help="NO_COLOR=1 means never.",
    )(command)
    command = click.option(
        "--json", "output", flag_value="json", help="The same as --output-format json."
    )(command)
    return click.option(
        "--output-format",
        "output",
        type=click.Choice(formats),
        default="text",
        help="What standard output gets.",
    )(command)


SOURCE_OPTIONS = frozenset({"--config", "--schema", "--include", "--exclude"})


def source_options(command: F) -> F:
    """Those of `SOURCE_OPTIONS`, which every command that reads articles has."""
    command = click.option(
        "--exclude", multiple=True, metavar="PATTERN", help="What is no source; repeatable."
    )(command)
    command = click.option(
        "--include",
        multiple=True,
        metavar="PATTERN",
        help="What is a source, instead of the usual endings, as in .gitignore; repeatable.",
    )(command)
    command = click.option(
        "--schema", metavar="FILE|PRESET", help="A schema file, or: article, page, any."
    )(command)
    return click.option(
        "--config", type=click.Path(), metavar="FILE", help="Instead of the nearest corpuskit.toml."
    )(command)


cache_dir_option = click.option(
    "--cache-dir",
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    help="Instead of corpuskit in the user's folder of caches.",
)


def fetching_options(command: F) -> F:
    """`--cache` and `--cache-dir` of the commands that read a release, maybe behind a URL."""
    command = cache_dir_option(command)
    return click.option(
        "--cache/--no-cache",
        default=True,
        help="Use and keep what is fetched from a URL; see `corpuskit cache`.",
    )(command)


quiet_option = click.option("--quiet", "-q", is_flag=True, help="Only what is wrong.")


def _set_colour(ctx: click.Context, _param: click.Parameter, value: str) -> None:
    if value != "auto":
        ctx.color = value == "always"
