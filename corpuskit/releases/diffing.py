"""`corpuskit.diff`: what differs between two releases, whoever names them."""

from __future__ import annotations

import os

from corpuskit.releases.differences import Diff
from corpuskit.releases.release import Release, load


def diff(old: str | os.PathLike[str] | Release, new: str | os.PathLike[str] | Release) -> Diff:
    """What differs between two releases, row by row.

    Rows are told by `id` and compared by `row_sha256`. Only shards that one of the two lacks are
    read, and only some columns of these, unless rows changed.

    Args:
        old: The older one: whatever `corpuskit.load` takes, such as `articles@1.0.0`, or a release.
        new: The newer one.

    Raises:
        ReleaseError: one of them is no release, or cannot be read.
        UsageError: nothing is there, or what is stated is no version.
    """
    return (old if isinstance(old, Release) else load(old)).diff(new)
