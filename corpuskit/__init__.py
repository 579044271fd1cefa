"""corpuskit turns a folder of articles into a dataset release that other people can trust.

    import corpuskit

    result = corpuskit.build("articles/")          # BuildResult
    release = corpuskit.load(result.path)          # Release
    release.to_pandas(columns=["title", "date"])
    corpuskit.check("articles/").diagnostics       # what is wrong, file by file
    corpuskit.verify(result.path)                  # (), or what does not hold

The map, in the order in which data flows:

    model, codes, errors, schema, manifest    the nouns
    config, settings                          what is asked for; with schema and arguments, as one
    config_reader, schema_reader              what files say of that
    fetch, discover, sources                  a folder, archive or URL → sources
    parse                                     bytes → article: decode, front_matter, text, values
    constraints                               the schema's rules, a batch at a time
    batch, workers, packs, records            some sources, parsed and checked, as rows on disk
    parsing, executors                        batches in parallel, supervised
    cache                                     what need not be read or parsed again
    withdrawing, withdrawals                  what must not be published
    plan, near, parts                         order, duplicates, which shard a row is in
    sharing, writing, shards                  Parquet
    describe, audit, documents                manifest, where every source went, cards, checksums
    succession, dataset_folder                which version, and may it; staged, renamed, indexed
    pipeline, outcome                         all of it on one screen, and how it can end
    previewing                                what one file becomes, without building
    suggesting                                what recurs in articles, and rules that drop it
    starting                                  a schema for a corpus that is there
    progress                                  what a build is at, and where its time went
    finding, verifying, releases              what readers use, of this machine or of a URL
    reporting                                 one page that shows a version to people
    signing, signatures                       who stands for a version, and what for
    publishing, stores                        a version put elsewhere, as files or as one
    retracting, tombstones                    versions whose rows are deleted
    cli                                       flags → one call → exit code

Importing this package imports none of its engines; the first call does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpuskit.building import build
    from corpuskit.checking import CheckResult, check
    from corpuskit.codes import Code, Severity
    from corpuskit.errors import (
        ConfigurationError,
        CorpuskitError,
        GoneError,
        MissingExtraError,
        RefusedError,
        ReleaseError,
        UnfinishedError,
        UsageError,
    )
    from corpuskit.model import Counts, Diagnostic, Place
    from corpuskit.outcome import BuildResult
    from corpuskit.previewing import Preview, preview
    from corpuskit.progress import Progress
    from corpuskit.progress.profiling import Profile, Profiler, StageProfile
    from corpuskit.publishing.archiving import ArchiveResult, archive
    from corpuskit.publishing.publish import PublishResult, publish
    from corpuskit.releases.audit import RejectedSource
    from corpuskit.releases.differences import ColumnChange, Diff
    from corpuskit.releases.diffing import diff
    from corpuskit.releases.exporting import export
    from corpuskit.releases.release import Release, load
    from corpuskit.releases.tracing import Origin, trace
    from corpuskit.reporting import report, write_report
    from corpuskit.retracting.pruning import PruneResult, prune
    from corpuskit.retracting.retract import RetractResult, retract
    from corpuskit.signing import SignResult, sign
    from corpuskit.starting import InitResult, infer_schema, init
    from corpuskit.suggesting.rules import RecurringLine, SourceGroup, Suggested, Suggestion
    from corpuskit.suggesting.suggest import suggest
    from corpuskit.verifying import Examination, VersionResult, examine, verify

__version__ = "0.1.0"

__all__ = [
    "ArchiveResult",
    "BuildResult",
    "CheckResult",
    "Code",
    "ColumnChange",
    "ConfigurationError",
    "CorpuskitError",
    "Counts",
    "Diagnostic",
    "Diff",
    "Examination",
    "GoneError",
    "InitResult",
    "MissingExtraError",
    "Origin",
    "Place",
    "Preview",
    "Profile",
    "Profiler",
    "Progress",
    "PruneResult",
    "PublishResult",
    "RecurringLine",
    "RefusedError",
    "RejectedSource",
    "Release",
    "ReleaseError",
    "RetractResult",
    "Severity",
    "SignResult",
    "SourceGroup",
    "StageProfile",
    "Suggested",
    "Suggestion",
    "UnfinishedError",
    "UsageError",
    "VersionResult",
    "archive",
    "build",
    "check",
    "diff",
    "examine",
    "export",
    "infer_schema",
    "init",
    "load",
    "preview",
    "prune",
    "publish",
    "report",
    "retract",
    "sign",
    "suggest",
    "trace",
    "verify",
    "write_report",
]

_HOMES = {
    "ArchiveResult": "publishing.archiving",
    "BuildResult": "outcome",
    "CheckResult": "checking",
    "Code": "codes",
    "ColumnChange": "releases.differences",
    "ConfigurationError": "errors",
    "CorpuskitError": "errors",
    "Counts": "model",
    "Diagnostic": "model",
    "Diff": "releases.differences",
    "Examination": "verifying",
    "GoneError": "errors",
    "InitResult": "starting",
    "MissingExtraError": "errors",
    "Origin": "releases.tracing",
    "Place": "model",
    "Preview": "previewing",
    "Profile": "progress.profiling",
    "Profiler": "progress.profiling",
    "Progress": "progress",
    "PruneResult": "retracting.pruning",
    "PublishResult": "publishing.publish",
    "RecurringLine": "suggesting.rules",
    "RefusedError": "errors",
    "RejectedSource": "releases.audit",
    "Release": "releases.release",
    "ReleaseError": "errors",
    "RetractResult": "retracting.retract",
    "Severity": "codes",
    "SignResult": "signing",
    "SourceGroup": "suggesting.rules",
    "StageProfile": "progress.profiling",
    "Suggested": "suggesting.rules",
    "Suggestion": "suggesting.rules",
    "UnfinishedError": "errors",
    "UsageError": "errors",
    "VersionResult": "verifying",
    "archive": "publishing.archiving",
    "build": "building",
    "check": "checking",
    "diff": "releases.diffing",
    "examine": "verifying",
    "export": "releases.exporting",
    "infer_schema": "starting",
    "init": "starting",
    "load": "releases.release",
    "preview": "previewing",
    "prune": "retracting.pruning",
    "publish": "publishing.publish",
    "report": "reporting",
    "retract": "retracting.retract",
    "sign": "signing",
    "suggest": "suggesting.suggest",
    "trace": "releases.tracing",
    "verify": "verifying",
    "write_report": "reporting",
}


def __getattr__(name: str) -> object:
    """Import a public name's module when it is first asked for."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
