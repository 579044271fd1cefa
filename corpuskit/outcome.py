"""What a build is asked for, how it can end, and when it must not be published."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias, TypedDict

from corpuskit.audit import Audit, count_codes
from corpuskit.corpus import ParsedCorpus
from corpuskit.dataset_folder import Published
from corpuskit.discover import Discovery
from corpuskit.manifest import Changes, Description, Manifest
from corpuskit.model import Counts, Diagnostic
from corpuskit.refusal import Refusal, refuse
from corpuskit.release_repr import build_fields, build_line, build_page
from corpuskit.settings import Settings
from corpuskit.versions import Bump

Status: TypeAlias = Literal["published", "unchanged", "rehearsed", "refused"]


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What to build, and how: `version` and `created` are as the user typed them.

    `dev` is a rehearsal, of `limit` sources if that is stated. `bump` is the least that there is to
    be, and `rebase` allows most ids to change.

    `copy_of` names what `src` was unpacked or fetched from; git knows nothing of a copy. `cache` is
    the folder that is shared with other builds; None keeps nothing.
    """

    src: Path
    settings: Settings
    name: str
    out: Path
    version: str | None = None
    bump: Bump | None = None
    dev: bool = False
    limit: int | None = None
    rebase: bool = False
    created: str | None = None
    workers: int = 1
    copy_of: str | None = None
    cache: Path | None = None


@dataclass(frozen=True, slots=True, repr=False)
class BuildResult:
    """How a build ended.

    `path` is the published release, the one that it would have repeated, the rehearsal, or, when it
    was refused for `reason`, the folder with its diagnostics. `hint` is a pattern for `include`
    that would have found more sources. `naive_dates` counts times without a zone, by the zone they
    were read in, `exclusions` the excluded sources by reason. `reparted` says that the last version
    put rows into splits and subsets by other rules, `out_in_src` that datasets are among the
    sources.

    Paths of `diagnostics` are those of the audit, relative to the root of the sources; `src` is
    what was built as the user named it, `below` its path relative to that root.
    """

    status: Status
    name: str
    version: str | None
    path: Path
    counts: Counts
    codes: dict[str, int] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    naive_dates: Mapping[str, int] = field(default_factory=dict)
    exclusions: Mapping[str, int] = field(default_factory=dict)
    refusal: Refusal | None = None
    changes: Changes | None = None
    reparted: bool = False
    hint: str | None = None
    src: str = "."
    below: str = "."
    out_in_src: bool = False

    @property
    def reason(self) -> str | None:
        """Why the build was refused."""
        return self.refusal.reason if self.refusal else None

    def __repr__(self) -> str:
        return build_line(self)

    def __rich_repr__(self) -> Iterator[object]:
        return build_fields(self)

    def _repr_html_(self) -> str:
        """What notebooks show."""
        return build_page(self)

    def as_typed(self, path: str) -> str:
        """The path of a diagnostic as the user would type it: below `src`."""
        if path == self.below:
            return self.src
        rest = path if self.below == "." else path.removeprefix(f"{self.below}/")
        return rest if self.src == "." else f"{self.src.rstrip('/')}/{rest}"


@dataclass(slots=True)
class Findings:
    """What the stages before publishing have found."""

    discovery: Discovery
    corpus: ParsedCorpus
    audit: Audit


def description_of(request: BuildRequest) -> Description:
    """What the configuration says of the dataset, under the name that it gets."""
    said = request.settings.config.dataset
    return Description(
        name=request.name,
        title=said.title,
        description=said.description,
        license=said.license,
        homepage=said.homepage,
        creators=said.creators,
        keywords=said.keywords,
        publisher=said.publisher,
        doi=said.doi,
        citation=said.citation,
        rai=said.rai,
    )


def refusal(request: BuildRequest, audit: Audit) -> Refusal | None:
    """Why this corpus must not be published: no rows, or too many rejected sources."""
    settings = request.settings
    limit = settings.config.release.max_rejected
    found = refuse(audit.counts, audit.diagnostics, limit, settings.schema_source)
    # `init` writes a configuration into a folder without one.
    can_begin = settings.config_path is None and request.src.is_dir()
    return found if found is None or can_begin else replace(found, pages=False)


def result(
    status: Status,
    request: BuildRequest,
    findings: Findings,
    path: Path,
    manifest: Manifest | None = None,
    reason: Refusal | None = None,
    *,
    reparted: bool = False,
) -> BuildResult:
    """The result of a build that has come this far."""
    return BuildResult(
        status=status,
        name=request.name,
        version=manifest.version if manifest else None,
        path=path,
        counts=findings.audit.counts,
        codes=count_codes(findings.audit.told),
        diagnostics=tuple(findings.audit.told),
        naive_dates=dict(sorted(findings.corpus.naive_dates.items())),
        exclusions=dict(sorted(Counter(e.reason for e in findings.audit.exclusions).items())),
        refusal=reason,
        changes=manifest.changes if manifest and status in _NEW else None,
        reparted=reparted,
        hint=findings.discovery.likely_pattern,
        **_place(request),
    )


def repeated(
    request: BuildRequest,
    found: Discovery,
    last: Published,
    diagnostics: Sequence[Diagnostic],
    exclusions: Mapping[str, int],
) -> BuildResult:
    """The result of a build that would find what the version `last` says already."""
    manifest = last.manifest
    return BuildResult(
        status="unchanged",
        name=request.name,
        version=manifest.version,
        path=last.folder,
        counts=replace(manifest.counts, ignored=found.ignored),
        codes=count_codes(diagnostics),
        diagnostics=tuple(diagnostics),
        naive_dates=dict(manifest.naive_dates),
        exclusions=dict(sorted(exclusions.items())),
        hint=found.likely_pattern,
        **_place(request),
    )


_NEW = ("published", "rehearsed")


class _Place(TypedDict):
    src: str
    below: str
    out_in_src: bool


def _place(request: BuildRequest) -> _Place:
    """What was built, in the words of the user."""
    return {
        "src": request.copy_of or str(request.src),
        "below": _below(request.src, request.settings.root),
        "out_in_src": request.copy_of is None and _is_in(request.out, request.src),
    }


def _below(src: Path, root: Path) -> str:
    """The path of `src` relative to the root, as sources are named: a link to a file stays one."""
    folder = src if src.is_dir() else src.parent
    way = os.path.relpath(os.path.realpath(folder), os.path.realpath(root))
    if folder is src:
        return way
    return src.name if way == "." else f"{way}/{src.name}"


def _is_in(path: Path, folder: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
