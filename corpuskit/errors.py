"""The exceptions: what ends a run, as opposed to what is wrong with an article.

    CorpuskitError            the root; `exit_code` says how the command ends
    ├── UsageError            2  arguments that make no sense together, a missing folder
    ├── ConfigurationError    2  an unusable config or schema; carries its CK6xx diagnostics
    ├── RefusedError          1  what must not be done to a version, such as to publish it twice
    ├── ReleaseError          4  a folder that is not a readable release
    │   └── GoneError         4  a version that was retracted or pruned
    ├── MissingExtraError     2  an optional package that the call needs
    └── UnfinishedError       4  disk, network or rights got in the way

Faults in articles are `Diagnostic` values and are never raised. Every exception pickles: its
arguments are all that it is made of.
"""

from __future__ import annotations

from typing import ClassVar

from corpuskit.model import Diagnostic


class CorpuskitError(Exception):
    """The root of what corpuskit raises on purpose."""

    exit_code: ClassVar[int] = 4


class UsageError(CorpuskitError):
    """The call asks for something that makes no sense."""

    exit_code = 2


class ConfigurationError(CorpuskitError):
    """A configuration or schema file cannot be used; `diagnostics` say where and why."""

    exit_code = 2

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(diagnostics)
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        return "; ".join(f"{d.where}: {d.code} {d.message}" for d in self.diagnostics)


class RefusedError(CorpuskitError):
    """What was asked for must not be done: the message says why."""

    exit_code = 1


class ReleaseError(CorpuskitError):
    """The path is not a release that can be read."""


class GoneError(ReleaseError):
    """The rows of the version were deleted; there is a `reason` if it was retracted."""

    def __init__(self, place: str, said: str, reason: str | None = None) -> None:
        super().__init__(place, said, reason)
        self.place = place
        self.said = said
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.place} was {self.said}"


_NEEDED = {"report": ("pygal", "jinja2"), "trafilatura": ("trafilatura", "lxml_html_clean")}
"""The packages of extras that have several."""


class MissingExtraError(CorpuskitError):
    """An optional package is not installed."""

    exit_code = 2

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(package, extra)
        self.package = package
        self.extra = extra

    def __str__(self) -> str:
        needed = " ".join(_NEEDED.get(self.extra, (self.package,)))
        return f"{self.package} is not installed; type: pip install {needed}"


class UnfinishedError(CorpuskitError):
    """The run could not finish for a reason outside the corpus."""
