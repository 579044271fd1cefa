"""Results for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from corpuskit.cli import (
    build_text,
    diff_text,
    gone_text,
    preview_text,
    profile_text,
    release_text,
    suggest_text,
)
from corpuskit.cli.command_line import CommandLine
from corpuskit.cli.diagnostic_text import COLOURS, in_full
from corpuskit.cli.output import width
from corpuskit.cli.views import Overview
from corpuskit.codes import Code
from corpuskit.model import Counts, Diagnostic, Duplicate, Exclusion
from corpuskit.rules import page
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


class TextReport:
    """As wide as the terminal, with colours that are dropped where none are wanted."""

    def built(
        self,
        result: BuildResult,
        typed: CommandLine,
        *,
        quiet: bool,
        profile: Profile | None,  # noqa: ARG002 - no part of the result
    ) -> Iterator[str]:
        """The five numbers, what was rejected and why, and what to type next."""
        return build_text.faults(result, typed) if quiet else build_text.built(result, typed)

    def profiled(self, profile: Profile | None) -> Iterator[str]:
        """A table, if it was asked for."""
        if profile is not None:
            yield from profile_text.profiled(profile)

    def checked(
        self, diagnostics: Sequence[Diagnostic], line_of: Callable[[Diagnostic], str | None]
    ) -> Iterator[str]:
        """Each diagnostic with its line, a blank line after it."""
        cells = width()
        for diagnostic in diagnostics:
            yield from in_full(diagnostic, line_of(diagnostic), cells)
            yield ""

    def previewed(
        self, preview: Preview, line_of: Callable[[Diagnostic], str | None]
    ) -> Iterator[str]:
        """Each part under its name, then the diagnostics."""
        yield from preview_text.previewed(preview)
        yield from self.checked(preview.diagnostics, line_of)

    def text_profiles(self, profiles: Mapping[str, TextProfile]) -> Iterator[str]:
        """Each as the configuration that would say the same."""
        return preview_text.profiles(profiles)

    def suggested(self, found: Suggested) -> Iterator[str]:
        """TOML to paste, with what was found in comments."""
        return suggest_text.suggested(found)

    def verified(self, found: Examination) -> Iterator[str]:
        """`holds`, or one finding a line."""
        return release_text.verified(found)

    def traced(self, origin: Origin) -> Iterator[str]:
        """A line a fact, then what was found."""
        return release_text.traced(origin)

    def differs(self, diff: Diff, *, listed: bool) -> Iterator[str]:
        """Counts and columns, and before these the rows that differ."""
        return diff_text.differs(diff, listed=listed)

    def signed(self, result: SignResult, *, quiet: bool) -> Iterator[str]:
        """Where it is, and whose."""
        if not quiet:
            yield from release_text.signed(result)

    def published(self, result: PublishResult, *, quiet: bool) -> Iterator[str]:
        """Where it is, and what that took."""
        if not quiet:
            yield from release_text.published(result)

    def retracted(self, result: RetractResult, *, quiet: bool) -> Iterator[str]:
        """That it is gone, and what is left."""
        if not quiet:
            yield from gone_text.retracted(result)

    def pruned(self, result: PruneResult, *, quiet: bool) -> Iterator[str]:
        """Which versions went, and what that freed."""
        if not quiet:
            yield from gone_text.pruned(result)

    def archived(self, result: ArchiveResult, *, quiet: bool) -> Iterator[str]:
        """Where it is, and by what it is known."""
        if not quiet:
            yield from release_text.archived(result)

    def shown(self, overview: Overview) -> Iterator[str]:
        """Facts, columns, sample rows, how to load it."""
        return release_text.shown(overview)

    def rejected(
        self, counts: Counts | None, rejections: Sequence[RejectedSource]
    ) -> Iterator[str]:
        """Each rejected source with its codes and its first error."""
        return release_text.rejected(counts, rejections)

    def rejected_by_code(self, rejections: Sequence[RejectedSource]) -> Iterator[str]:
        """A line a code, most sources first."""
        return release_text.rejected_by_code(rejections)

    def warned(self, counts: Counts | None, warnings: Sequence[Diagnostic]) -> Iterator[str]:
        """Each in one line."""
        return release_text.warned(counts, warnings)

    def warned_by_code(self, warnings: Sequence[Diagnostic]) -> Iterator[str]:
        """A line a code, the commonest first."""
        return release_text.warned_by_code(warnings)

    def excluded(self, counts: Counts, exclusions: Sequence[Exclusion]) -> Iterator[str]:
        """Each excluded source with the reason."""
        return release_text.excluded(counts, exclusions)

    def duplicates(self, counts: Counts, duplicates: Sequence[Duplicate]) -> Iterator[str]:
        """Each duplicate with the source that was kept."""
        return release_text.duplicates(counts, duplicates)

    def rule(self, code: Code) -> Iterator[str]:
        """The page as it is."""
        yield from page(code).splitlines()

    def rules(self) -> Iterator[str]:
        """`CK204  duplicate-key  error`, one a line."""
        widest = max(len(code.label) for code in Code)
        for code in Code:
            severity = click.style(str(code.severity), fg=COLOURS[code.severity])
            yield f"{code}  {code.label:<{widest}}  {severity}"
