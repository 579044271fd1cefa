"""What is left of a version whose rows were deleted: why, and the digest of its manifest.

A version is *retracted* because nobody should use it any more, or *pruned* because it is old. Its
manifest stays in either case, for versions after it name its digest, and so does the list of what
is withdrawn.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from corpuskit.dataset_names import MANIFEST
from corpuskit.strict_json import JsonError, Node, dumps, parse
from corpuskit.withdrawals import WITHDRAWN

Kind: TypeAlias = Literal["retracted", "pruned"]

FILES: dict[Kind, str] = {"retracted": "RETRACTED.json", "pruned": "PRUNED.json"}
"""The file of each kind, in the version's folder; the first one counts if both are there."""

LONGEST_REASON = 1000

_VERSION = re.compile(r"(0|[1-9][0-9]{0,8})(\.(0|[1-9][0-9]{0,8})){2}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WHEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True, slots=True)
class Tombstone:
    """That the rows of a version were deleted; `when` is ISO 8601 in UTC.

    There is a `reason` if it was retracted.
    """

    kind: Kind
    version: str
    when: str
    manifest_sha256: str
    reason: str | None = None

    @property
    def is_readable(self) -> bool:
        """Whether its file says what it should; else it stands for one that does not."""
        return bool(self.manifest_sha256)

    @property
    def file(self) -> str:
        """Its name in the version's folder."""
        return FILES[self.kind]

    @property
    def said(self) -> str:
        """What became of the version: `retracted on 2024-06-01: wrong dates`."""
        return f"{self.kind} on {self.when[:10]}{f': {self.reason}' if self.reason else ''}"

    def dump(self) -> bytes:
        """The bytes of its file."""
        about = {"reason": self.reason} if self.kind == "retracted" else {}
        return dumps(
            {
                "manifest_sha256": self.manifest_sha256,
                "version": self.version,
                "when": self.when,
                **about,
            }
        )


def load(kind: Kind, data: bytes) -> Tombstone:
    """The tombstone that the bytes of such a file are.

    Raises:
        JsonError: they are none.
    """
    names = ("manifest_sha256", "version", "when")
    members = Node(parse(data)).members(*names, *(("reason",) if kind == "retracted" else ()))
    when = members["when"].text(_WHEN)
    try:
        dt.datetime.fromisoformat(when)
    except ValueError as error:
        raise JsonError("when", f"is no date and time: {error}") from None
    return Tombstone(
        kind,
        members["version"].text(_VERSION),
        when,
        members["manifest_sha256"].text(_SHA256),
        members["reason"].text() if "reason" in members else None,
    )


def unreadable(kind: Kind, version: str) -> Tombstone:
    """What stands for a file that is no tombstone: the rows are not to be relied on."""
    return Tombstone(kind, version, "some day", "", f"see {version}/{FILES[kind]}")


def stays(path: str, tombstone: str | None = None) -> bool:
    """Whether a file of a version stays when its rows are deleted, as `tombstone` says."""
    return path in (MANIFEST, WITHDRAWN, tombstone)
