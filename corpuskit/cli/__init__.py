"""The command line: flags → one library call → exit code.

Each command is a module, imported when it is called: `corpuskit --help` waits for no engine.
"""

from __future__ import annotations

import click

import corpuskit
from corpuskit.cli.lazy import LazyGroup

__all__ = ["main"]

_COMMANDS = {
    "init": ("corpuskit.cli.init", "Write a configuration and a schema to begin with."),
    "build": ("corpuskit.cli.build", "Turn a folder of articles into a release."),
    "check": ("corpuskit.cli.check", "Find what is wrong with articles, without building."),
    "schema": ("corpuskit.cli.schema", "Print a schema: for articles that are there, or a preset."),
    "text": ("corpuskit.cli.text", "Show what one article becomes, and what rules change."),
    "suggest": ("corpuskit.cli.suggest", "Find boilerplate, and the rules that drop it."),
    "verify": ("corpuskit.cli.verify", "Hold everything in a release against everything else."),
    "show": ("corpuskit.cli.show", "Say what a release is, and how to load it."),
    "where": ("corpuskit.cli.where", "Say where a row comes from."),
    "export": ("corpuskit.cli.export", "Write a release's rows as lines of text."),
    "diff": ("corpuskit.cli.diff", "Say what differs between two releases."),
    "sign": ("corpuskit.cli.sign", "Sign a release, so that others can tell whose it is."),
    "publish": ("corpuskit.cli.publish", "Put a release where others find it."),
    "retract": ("corpuskit.cli.retract", "Take a version back, for everybody who would read it."),
    "prune": ("corpuskit.cli.prune", "Delete the rows of old versions."),
    "cache": ("corpuskit.cli.cache", "Say what the cache holds, or make it smaller."),
    "rule": ("corpuskit.cli.rule", "Explain a diagnostic code, or list them all."),
}

main = LazyGroup(
    name="corpuskit",
    modules=_COMMANDS,
    help="Turn a folder of articles into a dataset release that other people can trust.",
    epilog="First steps: corpuskit build articles/",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
click.version_option(corpuskit.__version__, prog_name="corpuskit")(main)
