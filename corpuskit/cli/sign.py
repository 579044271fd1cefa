"""`corpuskit sign RELEASE --key KEYFILE`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

import corpuskit
from corpuskit.cli.options import output_options, quiet_option
from corpuskit.cli.output import write
from corpuskit.cli.report import OutputFormat, report_as
from corpuskit.errors import UsageError

_VARIABLE = "CORPUSKIT_PASSPHRASE"


@click.command
@click.argument("release", type=click.Path())
@click.option(
    "--key",
    required=True,
    type=click.Path(),
    metavar="FILE",
    help="An Ed25519 private key: of OpenSSH, or PEM (PKCS #8).",
)
@click.option(
    "--passphrase-file",
    type=click.Path(),
    metavar="FILE",
    help=f"The key's passphrase, on the first line; instead of {_VARIABLE}, or of typing it.",
)
@output_options
@quiet_option
def sign(
    release: str, *, key: str, passphrase_file: str | None, output: OutputFormat, quiet: bool
) -> int:
    """Sign all files of a version with your key, after it was verified.

    The signature goes beside the versions, in signatures/, and publish takes it along. Others check
    it with verify --signer and your public key.
    """
    result = corpuskit.sign(release, key, passphrase=lambda: _passphrase(key, passphrase_file))
    write(report_as(output).signed(result, quiet=quiet))
    return 0


def _passphrase(key: str, file: str | None) -> str:
    """From a file, else the environment, else a terminal; never from the command line."""
    if file is not None:
        return _first_line(Path(file))
    stated = os.environ.get(_VARIABLE)
    if stated is not None:
        return stated
    if not sys.stdin.isatty():
        raise UsageError(f"{key} has a passphrase; add --passphrase-file, or set {_VARIABLE}")
    typed: str = click.prompt(f"Passphrase of {key}", hide_input=True, err=True)
    return typed


def _first_line(file: Path) -> str:
    try:
        return file.read_text("utf-8").partition("\n")[0].removesuffix("\r")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not UTF-8") from error
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
