"""Results for programs: one JSON value on standard output."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from corpuskit.cli.command_line import CommandLine
from corpuskit.cli.output import as_json
from corpuskit.cli.views import Overview, by_code, name_of, of_each_code
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
        StageProfile,
        Suggested,
        VersionResult,
    )


class JsonReport:
    """An object or a list for each result; the keys are part of the interface."""

    def built(
        self,
        result: BuildResult,
        typed: CommandLine,  # noqa: ARG002 - programs are told nothing to type
        *,
        quiet: bool,  # noqa: ARG002 - and never get less than the whole value
        profile: Profile | None,
    ) -> Iterator[str]:
        """One object; it has a `profile` if that was asked for."""
        figures = {
            "status": result.status,
            "name": result.name,
            "version": result.version,
            "path": str(result.path),
            **asdict(result.counts),
            "codes": result.codes,
            "naive_dates": dict(result.naive_dates),
            "exclusions": dict(result.exclusions),
            "reason": result.reason,
            "changes": asdict(result.changes) if result.changes else None,
            **({"profile": _profile(profile)} if profile else {}),
        }
        yield as_json(figures, indent=2)

    def profiled(self, _profile: Profile | None) -> Iterable[str]:
        """Nothing: it is in the object."""
        return ()

    def checked(
        self, diagnostics: Sequence[Diagnostic], _line_of: Callable[[Diagnostic], str | None]
    ) -> Iterator[str]:
        """A list, one diagnostic a line."""
        yield from _listed(diagnostic.as_json() for diagnostic in diagnostics)

    def previewed(
        self, preview: Preview, _line_of: Callable[[Diagnostic], str | None]
    ) -> Iterator[str]:
        """One object."""
        found = [diagnostic.as_json() for diagnostic in preview.diagnostics]
        yield as_json({**asdict(preview), "diagnostics": found}, indent=2)

    def text_profiles(self, profiles: Mapping[str, TextProfile]) -> Iterator[str]:
        """A list, one profile a line."""
        yield from _listed(
            {
                "name": name,
                "about": profile.about,
                "rules": profile.rules.stated(),
                "fields": [{"name": f.name, "type": f.type} for f in profile.fields],
            }
            for name, profile in profiles.items()
        )

    def suggested(self, found: Suggested) -> Iterator[str]:
        """One object; `toml` is what a configuration would have."""
        figures = {**asdict(found), "articles": found.articles, "toml": found.toml()}
        yield as_json(figures, indent=2)

    def verified(self, found: Examination) -> Iterator[str]:
        """One object; what it says of the (latest) version is null when not all holds."""
        left = [version for version in found.versions if version.gone is None]
        latest = [*found.versions, *left][-1] if found.holds else None
        said = {
            "holds": found.holds,
            "path": str(found.path),
            "name": latest.name if latest else None,
            "version": latest.version if latest else None,
            "rows": latest.rows if latest else None,
            "files": latest.files if latest else None,
            "versions": len(found.versions) if found.is_dataset else None,
            "results": [_result(version) for version in found.versions],
            "findings": [finding.as_json() for finding in found.findings],
        }
        yield as_json(said, indent=2)

    def traced(self, origin: Origin) -> Iterator[str]:
        """One object."""
        found = [diagnostic.as_json() for diagnostic in origin.diagnostics]
        yield as_json({**asdict(origin), "diagnostics": found}, indent=2)

    def differs(self, diff: Diff, *, listed: bool) -> Iterator[str]:
        """One object; it has the `rows` that differ if these are to be listed."""
        kinds = ("added", "removed", "changed", "moved") if listed else ()
        rows = {kind: getattr(diff.rows, kind).to_pylist() for kind in kinds}
        said = {
            "old": {"name": diff.old.name, "version": diff.old.version},
            "new": {"name": diff.new.name, "version": diff.new.version},
            **asdict(diff.changes),
            "moved": len(diff.rows.moved),
            "fields": dict(diff.fields),
            "columns": [asdict(column) for column in diff.columns],
            "parts_differ": diff.parts_differ,
            "bump": diff.bump,
            **({"rows": rows} if listed else {}),
        }
        yield as_json(said, indent=2)

    def signed(
        self,
        result: SignResult,
        *,
        quiet: bool,  # noqa: ARG002 - programs never get less than the whole value
    ) -> Iterator[str]:
        """One object."""
        yield as_json({**asdict(result), "path": str(result.path)}, indent=2)

    def published(
        self,
        result: PublishResult,
        *,
        quiet: bool,  # noqa: ARG002 - programs never get less than the whole value
    ) -> Iterator[str]:
        """One object."""
        yield as_json(asdict(result), indent=2)

    def retracted(
        self,
        result: RetractResult,
        *,
        quiet: bool,  # noqa: ARG002 - programs never get less than the whole value
    ) -> Iterator[str]:
        """One object."""
        yield as_json(asdict(result), indent=2)

    def archived(
        self,
        result: ArchiveResult,
        *,
        quiet: bool,  # noqa: ARG002 - programs never get less than the whole value
    ) -> Iterator[str]:
        """One object."""
        yield as_json(asdict(result), indent=2)

    def pruned(
        self,
        result: PruneResult,
        *,
        quiet: bool,  # noqa: ARG002 - programs never get less than the whole value
    ) -> Iterator[str]:
        """One object."""
        yield as_json({**asdict(result), "path": str(result.path)}, indent=2)

    def shown(self, overview: Overview) -> Iterator[str]:
        """One object; the rows have the columns that text shows, and whole values."""
        manifest = overview.manifest
        stats = manifest.stats
        said = {
            "name": manifest.name,
            "version": manifest.version,
            "path": str(overview.path),
            "title": manifest.description.title,
            "license": manifest.description.license,
            "created": manifest.created,
            **asdict(manifest.counts),
            "characters": stats.characters,
            "first_date": stats.first_date,
            "last_date": stats.last_date,
            "languages": dict(stats.languages),
            "licenses": dict(stats.licenses),
            "columns": [
                {"name": c.name, "type": c.arrow, "non_null": stats.non_null.get(c.name, 0)}
                for c in manifest.columns
            ],
            "sample": [{k: _value(v) for k, v in row.items()} for row in overview.rows],
        }
        yield as_json(said, indent=2)

    def rejected(
        self, _counts: Counts | None, rejections: Sequence[RejectedSource]
    ) -> Iterator[str]:
        """A list, one source a line."""
        yield from _listed(map(_rejection, rejections))

    def rejected_by_code(self, rejections: Sequence[RejectedSource]) -> Iterator[str]:
        """A list, one code a line."""
        yield from _listed(
            {"code": code, "name": name_of(code), "count": len(found), "path": found[0].path}
            for code, found in by_code(rejections)
        )

    def warned(self, _counts: Counts | None, warnings: Sequence[Diagnostic]) -> Iterator[str]:
        """A list, one diagnostic a line."""
        yield from _listed(warning.as_json() for warning in warnings)

    def warned_by_code(self, warnings: Sequence[Diagnostic]) -> Iterator[str]:
        """A list, one code a line."""
        yield from _listed(
            {"code": code, "name": name_of(code), "count": len(found), "path": found[0].path}
            for code, found in of_each_code(warnings)
        )

    def excluded(self, _counts: Counts, exclusions: Sequence[Exclusion]) -> Iterator[str]:
        """A list, one source a line, as in the audit."""
        yield from _listed(map(asdict, exclusions))

    def duplicates(self, _counts: Counts, duplicates: Sequence[Duplicate]) -> Iterator[str]:
        """A list, one source a line, as in the audit."""
        yield from _listed(d.as_json() for d in duplicates)

    def rule(self, code: Code) -> Iterator[str]:
        """One object, with the page in Markdown."""
        yield as_json({**_rule(code), "page": page(code)}, indent=2)

    def rules(self) -> Iterator[str]:
        """A list, one code a line."""
        yield from _listed(map(_rule, Code))


def _result(result: VersionResult) -> dict[str, object]:
    return {"holds": result.holds, **asdict(result), "path": str(result.path)}


def _profile(profile: Profile) -> dict[str, object]:
    return {
        "seconds": round(profile.whole.seconds, 6),
        "sources": profile.sources,
        "stages": [_stage(profile, stage) for stage in profile.stages],
    }


def _stage(profile: Profile, stage: StageProfile) -> dict[str, object]:
    """What means nothing for a stage is null."""
    return {
        "stage": stage.stage,
        "seconds": round(stage.seconds, 6),
        "share": round(profile.share(stage), 4),
        "count": stage.count or None,
        "unit": stage.unit if stage.count else None,
        "per_second": _tenths(stage.per_second),
        "bytes": stage.bytes or None,
        "bytes_per_second": _tenths(stage.bytes_per_second),
        "us_per_source": _tenths(profile.microseconds_a_source(stage)),
    }


def _tenths(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 1)


def _rule(code: Code) -> dict[str, str]:
    return {"code": str(code), "name": code.label, "severity": str(code.severity)}


def _rejection(rejected: RejectedSource) -> dict[str, object]:
    first = rejected.first
    return {
        "path": rejected.path,
        "codes": list(rejected.codes),
        "line": first.place.line if first and first.place else None,
        "column": first.place.column if first and first.place else None,
        "message": first.message if first else None,
    }


def _value(value: object) -> object:
    """Dates and times as ISO 8601; whatever else a row may hold is JSON already."""
    return value.isoformat() if isinstance(value, dt.date) else value


def _listed(values: Iterable[object]) -> Iterator[str]:
    """A JSON list, one value a line; a million diagnostics are never one string."""
    yield "["
    line = None
    for value in values:
        if line is not None:
            yield f"{line},"
        line = f"  {as_json(value)}"
    if line is not None:
        yield line
    yield "]"
