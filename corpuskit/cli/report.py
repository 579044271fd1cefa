"""The ways of printing a command's result: a class each, a method for each result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from corpuskit.cli.command_line import CommandLine
from corpuskit.cli.report_json import JsonReport
from corpuskit.cli.report_text import TextReport
from corpuskit.cli.views import Overview
from corpuskit.codes import Code
from corpuskit.model import Counts, Diagnostic, Duplicate, Exclusion
from corpuskit.text_profiles import TextProfile

if TYPE_CHECKING:
    from corpuskit import (
        ArchiveResult,
        BuildResult,
        Diff,
        Examination,
        Origin,
        Preview,
        Profile,
        PruneResult,
        PublishResult,
        RejectedSource,
        RetractResult,
        SignResult,
        Suggested,
    )

OutputFormat: TypeAlias = Literal["text", "json"]


class Report(Protocol):
    """Results as lines of standard output."""

    def built(
        self, result: BuildResult, typed: CommandLine, *, quiet: bool, profile: Profile | None
    ) -> Iterable[str]:
        """How the build that was `typed` ended; people who want it `quiet` hear of faults alone."""

    def profiled(self, profile: Profile | None) -> Iterable[str]:
        """Where the time went, for standard error, unless `built` has said it."""

    def checked(
        self, diagnostics: Sequence[Diagnostic], line_of: Callable[[Diagnostic], str | None]
    ) -> Iterable[str]:
        """What is wrong with some files; `line_of` reads the line that a diagnostic is about."""

    def previewed(
        self, preview: Preview, line_of: Callable[[Diagnostic], str | None]
    ) -> Iterable[str]:
        """What one file becomes, and what is wrong with it."""

    def text_profiles(self, profiles: Mapping[str, TextProfile]) -> Iterable[str]:
        """Ready rules for text, by their names."""

    def suggested(self, found: Suggested) -> Iterable[str]:
        """What recurs in articles, and rules that drop it."""

    def verified(self, found: Examination) -> Iterable[str]:
        """What verifying a release found."""

    def traced(self, origin: Origin) -> Iterable[str]:
        """Where a row comes from."""

    def differs(self, diff: Diff, *, listed: bool) -> Iterable[str]:
        """What differs between two releases; the rows one by one, if they are to be listed."""

    def signed(self, result: SignResult, *, quiet: bool) -> Iterable[str]:
        """What became of a signature."""

    def published(self, result: PublishResult, *, quiet: bool) -> Iterable[str]:
        """What became of a version somewhere else."""

    def retracted(self, result: RetractResult, *, quiet: bool) -> Iterable[str]:
        """What became of a version that is taken back."""

    def pruned(self, result: PruneResult, *, quiet: bool) -> Iterable[str]:
        """What became of old versions."""

    def archived(self, result: ArchiveResult, *, quiet: bool) -> Iterable[str]:
        """What became of a version as one file."""

    def shown(self, overview: Overview) -> Iterable[str]:
        """What a release is."""

    def rejected(
        self, counts: Counts | None, rejections: Sequence[RejectedSource]
    ) -> Iterable[str]:
        """The rejected sources of a build; its counts are known if it was published."""

    def rejected_by_code(self, rejections: Sequence[RejectedSource]) -> Iterable[str]:
        """How many sources were rejected for each code, and one of them."""

    def warned(self, counts: Counts | None, warnings: Sequence[Diagnostic]) -> Iterable[str]:
        """What was found in the sources of a build that is no error."""

    def warned_by_code(self, warnings: Sequence[Diagnostic]) -> Iterable[str]:
        """How often each of those codes was found, and in what source first."""

    def excluded(self, counts: Counts, exclusions: Sequence[Exclusion]) -> Iterable[str]:
        """The sources of a release that were left out on purpose."""

    def duplicates(self, counts: Counts, duplicates: Sequence[Duplicate]) -> Iterable[str]:
        """The sources whose text another row of the release has."""

    def rule(self, code: Code) -> Iterable[str]:
        """A code's page."""

    def rules(self) -> Iterable[str]:
        """All codes."""


def report_as(output: OutputFormat) -> Report:
    """The report of that name."""
    reports: dict[OutputFormat, Report] = {"text": TextReport(), "json": JsonReport()}
    return reports[output]
