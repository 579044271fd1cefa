"""What git knows of a source folder, asked without running anything of the repository's.

`git status` and `git diff` run filters and monitors that a repository's own configuration names.
Listing a tree reads objects and nothing else, so changes are found by comparing blob ids.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_TIMEOUT_SECONDS = 60
_SETTINGS = (
    "core.fsmonitor=false",
    "log.showSignature=false",
    "i18n.logOutputEncoding=UTF-8",
)
_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}


@dataclass(frozen=True, slots=True)
class GitHead:
    """The checked-out commit: its id, and its date in seconds since 1970."""

    commit: str
    seconds: int


def git_head(folder: Path) -> GitHead | None:
    """The commit that `folder` is checked out from; None outside of git, or without git."""
    shown = run_git(folder, "log", "-1", "--no-show-signature", "--format=%H %ct", "HEAD")
    if shown is None:
        return None
    commit, seconds = shown.decode().split()
    return GitHead(commit, int(seconds))


def committed_blobs(folder: Path, head: GitHead) -> dict[str, str] | None:
    """The blob ids of a commit's files in `folder` by path, relative to it; None without git."""
    listed = run_git(folder, "ls-tree", "-r", "-z", head.commit)
    if listed is None:
        return None
    blobs = {}
    for entry in listed.split(b"\0"):
        described, _, name = entry.partition(b"\t")
        fields = described.split()
        if len(fields) == 3 and fields[1] == b"blob":
            blobs[os.fsdecode(name)] = fields[2].decode()
    return blobs


def path_in_repository(folder: Path) -> str | None:
    """The way from the top of the repository to a folder, with a slash at its end; None without."""
    shown = run_git(folder, "rev-parse", "--show-prefix")
    return None if shown is None else os.fsdecode(shown.removesuffix(b"\n"))


def blob_id(data: bytes) -> str:
    """The id that git gives to a file of these bytes."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def run_git(folder: Path, *arguments: str, given: bytes = b"") -> bytes | None:
    """What a command of git prints in `folder`, with `given` as its input; None if it fails.

    Only for commands that read objects, the index and attributes, and so run nothing.
    """
    environment = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    environment |= _ENVIRONMENT
    command = ["git", *(part for setting in _SETTINGS for part in ("-c", setting)), *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command; the folder is only its directory
            command,
            cwd=folder,
            env=environment,
            input=given,
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
