"""The versions of everything that has a say in a release's bytes."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path

from corpuskit.text_rules import TextRules

PARSE_REVISION = 3
"""Goes up with every change that can alter what parsing makes of the same bytes."""

_ENGINES = ("comrak", "pandera", "pyarrow", "python-frontmatter", "pyyaml", "resiliparse")


@cache
def _installed() -> dict[str, str]:
    """The engines' versions; to look one up reads a file, which takes 2 ms."""
    return {name: installed(name) for name in ("corpuskit", *_ENGINES)}


def generator(text: TextRules | None = None, *, near: bool = False) -> dict[str, str]:
    """The versions of everything that has a say in the bytes of a release with these rules.

    With `near`, near duplicates are looked for.
    """
    found = dict(_installed())
    if text is not None and text.parser == "trafilatura":
        found |= _of_trafilatura()
    if near:
        found |= _of_signatures()
    return {
        "corpuskit": found.pop("corpuskit"),
        "parse_revision": str(PARSE_REVISION),
        "python": platform.python_version(),
        **found,
    }


@cache
def _of_trafilatura() -> dict[str, str]:
    return {name: installed(name) for name in ("justext", "lxml", "trafilatura")}


@cache
def _of_signatures() -> dict[str, str]:
    return {"rensa": installed("rensa")}


@cache
def unstated() -> dict[str, str]:
    """The versions of engines that say nothing of their own in a release, but make what is kept."""
    return {name: installed(name) for name in ("orjson", "polars")}


@cache
def code_digest() -> str:
    """A digest of this package's own code: what is kept from one version of it is not another's.

    A number that has to go up with each change would be forgotten in one of them.
    """
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*.py")):
        digest.update(f"{path.relative_to(folder).as_posix()} ".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
