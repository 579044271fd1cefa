"""The audit of a release or of a refused build, read back: the inverse of `audit`."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from corpuskit.codes import Code, OtherCode, Severity
from corpuskit.dataset_names import REFUSED
from corpuskit.errors import ReleaseError, UnfinishedError, UsageError
from corpuskit.finding.release import DATASETS
from corpuskit.manifest import Json
from corpuskit.model import Diagnostic, Duplicate, Exclusion, ExclusionReason, HowDuplicate, Place
from corpuskit.strict_json import Node
from corpuskit.withdrawals import Withdrawn, withdrawn_entry

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RejectedSource:
    """A source that became no row: its codes, and the first error that was found in it."""

    path: str
    codes: tuple[str, ...]
    first: Diagnostic | None


class AuditFiles:
    """What stands in the files of an audit; each is read when it is asked for.

    Every method raises ReleaseError if its file cannot be read.
    """

    def __init__(self, read: Callable[[str], bytes], shown: Callable[[str], str]) -> None:
        """Take what reads a file by its name, such as `rejected.jsonl`, and what names it."""
        self._read = read
        self._shown = shown

    def diagnostics(self) -> list[Diagnostic]:
        """Everything that was found, in the order of paths and places."""
        return self._lines("diagnostics", _diagnostic)

    def each_diagnostic(self) -> Iterator[Diagnostic]:
        """Everything that was found, in the same order, one by one."""
        return self._each("diagnostics", _diagnostic)

    def rejected(self) -> list[dict[str, Json]]:
        """The rejected sources as they stand there."""
        return self._lines("rejected", lambda line: {k: v.value for k, v in line.entries()})

    def rejections(self) -> list[RejectedSource]:
        """The rejected sources with the first error of each, in the order of their paths."""
        first: dict[str | None, Diagnostic] = {}
        for diagnostic in self.diagnostics():
            if diagnostic.is_error:
                first.setdefault(diagnostic.path, diagnostic)

        def rejected(line: Node) -> RejectedSource:
            path = line.member("path").text()
            codes = tuple(code.text() for code in line.member("codes").items())
            return RejectedSource(path, codes, first.get(path))

        return self._lines("rejected", rejected)

    def exclusions(self) -> list[Exclusion]:
        """The sources that were left out on purpose, in the order of their paths."""
        return self._lines("excluded", _exclusion)

    def withdrawn(self) -> list[Withdrawn]:
        """What is kept of withdrawn articles, in the order of their ids; needs the file."""
        return self._lines("withdrawn", withdrawn_entry)

    def duplicates(self) -> list[Duplicate]:
        """The sources whose text another row has, in the order of their paths."""
        return self._lines("duplicates", _duplicate)

    def _lines(self, kind: str, make: Callable[[Node], T]) -> list[T]:
        return [*self._each(kind, make)]

    def _each(self, kind: str, make: Callable[[Node], T]) -> Iterator[T]:
        name = f"{kind}.jsonl"
        try:
            file = io.TextIOWrapper(io.BytesIO(self._read(name)), "utf-8", newline="\n")
            for n, line in enumerate(file, 1):
                yield make(Node(json.loads(line), f"line {n}"))
        except (OSError, ValueError, RecursionError, UnfinishedError) as error:
            said = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise ReleaseError(
                f"{self._shown(name)} cannot be read: {said}; for what is wrong: corpuskit verify"
            ) from error


def last_refusal(dataset: str) -> AuditFiles:
    """What the last build of a dataset found, if it was refused; by its folder, or its name.

    Raises:
        UsageError: the last build was not refused.
    """
    folders = [Path(dataset), *([Path(DATASETS, dataset)] if "/" not in dataset else [])]
    kept = next((folder / REFUSED for folder in folders if (folder / REFUSED).is_dir()), None)
    if not any(folder.is_dir() for folder in folders):
        raise UsageError(f"{dataset}: there is no such dataset")
    if kept is None:
        raise UsageError(f"{dataset}: the last build was not refused, or one has published since")
    return AuditFiles(lambda name: (kept / name).read_bytes(), lambda name: str(kept / name))


def _diagnostic(line: Node) -> Diagnostic:
    """A line of diagnostics.jsonl as the value that it was written from."""
    members = dict(line.entries())

    def text(name: str) -> str | None:
        return members[name].optional(Node.text) if name in members else None

    def count(name: str) -> int | None:
        return members[name].optional(Node.count) if name in members else None

    severity = Severity(text("severity") or "")
    row, column = count("line"), count("column")
    return Diagnostic(
        code=_code(text("code") or "", text("name") or "", severity),
        message=text("message") or "",
        place=None if row is None else Place(row, column or 1),
        field=text("field"),
        value=text("value"),
        help=text("help"),
        severity=severity,
        path=text("path"),
        source_sha256=text("source_sha256"),
    )


def _code(code: str, label: str, severity: Severity) -> Code:
    try:
        return Code(code)
    except ValueError:
        return cast("Code", OtherCode(code, label, severity))


def _exclusion(line: Node) -> Exclusion:
    path, sha256 = (line.member(n).optional(Node.text) for n in ("path", "source_sha256"))
    (reason,) = _texts(line, "reason")
    return Exclusion(path, sha256, _id(line), cast("ExclusionReason", reason))


def _duplicate(line: Node) -> Duplicate:
    names = ("path", "source_sha256", "kept_id", "kept_path", "how")
    path, sha256, kept_id, kept_path, how = _texts(line, *names)
    kind = cast("HowDuplicate", how)
    members = dict(line.entries())
    similarity = members["similarity"].number() if "similarity" in members else None
    return Duplicate(path, sha256, _id(line), kept_id, kept_path, kind, similarity)


def _id(line: Node) -> str | None:
    return line.member("id").optional(Node.text)


def _texts(line: Node, *names: str) -> list[str]:
    return [line.member(name).text() for name in names]
