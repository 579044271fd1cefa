"""The versions of everything that has a say in a release's bytes."""

from __future__ import annotations

import platform
from importlib.metadata import version as installed

PARSE_REVISION = 2
"""Goes up with every change that can alter what parsing makes of the same bytes."""

_ENGINES = ("comrak", "pandera", "pyarrow", "python-frontmatter", "pyyaml", "resiliparse")


def generator() -> dict[str, str]:
    """The versions of everything that has a say in a release's bytes."""
    return {
        "corpuskit": installed("corpuskit"),
        "parse_revision": str(PARSE_REVISION),
        "python": platform.python_version(),
        **{name: installed(name) for name in _ENGINES},
    }
