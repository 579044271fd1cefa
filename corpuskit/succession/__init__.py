"""Which version comes next: the release at hand against the last one that is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corpuskit.dataset_folder import Published, left_of
from corpuskit.describe import with_version
from corpuskit.errors import RefusedError
from corpuskit.manifest import Changes, Manifest, Previous
from corpuskit.substance import bump_between, verdict_between
from corpuskit.versions import (
    BUMPS,
    FIRST,
    Bump,
    SchemaVerdict,
    Version,
    stated_version,
)


def succeed(
    draft: Manifest,
    changes_since: Callable[[Published, SchemaVerdict], Changes],
    published: Sequence[Published],
    stated: str | None,
    pinned: str | None = None,
    least: Bump | None = None,
) -> Manifest | Published:
    """`draft` with the version it gets, or the published version that it would only repeat.

    Args:
        draft: A manifest without version.
        changes_since: Counts what differs between its rows and those of a version.
        published: The versions that are there, oldest first. The new one follows the last of those
            whose rows are there; its number is above all.
        stated: The version that the user asks for.
        pinned: The version that the configuration names, as long as nothing changes.
        least: The part of the number that is raised at the least, if anything changes.

    Raises:
        RefusedError: the stated version is not above the last one, or `least` says less than
            what changed.
        UsageError: it is no version.
    """
    wanted = stated_version(stated or pinned or "") if stated or pinned else None
    if not published:
        return with_version(draft, str(wanted or FIRST), None, None)
    highest = published[-1].version
    left = left_of(published)
    if not left:
        _check_number(draft, wanted, highest, stated)
        bump = bump_between(published[-1].manifest, draft, rows_differ=True)
        number = wanted or highest.next(_bump(bump, least))
        return with_version(draft, str(number), None, None)
    last = left[-1]
    bump = bump_between(last.manifest, draft)
    if bump is None and (wanted is None or (not stated and wanted == last.version)):
        return last
    _check_number(draft, wanted, highest, stated)
    changes = changes_since(last, verdict_between(last.manifest, draft))
    number = wanted or highest.next(_bump(bump, least))
    previous = Previous(str(last.version), last.manifest_sha256)
    return with_version(draft, str(number), previous, changes)


def _check_number(
    draft: Manifest, wanted: Version | None, highest: Version, stated: str | None
) -> None:
    if wanted is not None and wanted <= highest:
        advice = "" if stated else "; change [dataset] version in the configuration, or delete it"
        raise RefusedError(
            f"version {wanted} of {draft.name} is not above {highest}, the last one, "
            f"and a version never changes{advice}"
        )


def _bump(computed: Bump | None, least: Bump | None) -> Bump:
    """The bump that was asked for, unless it says less than what changed."""
    computed = computed or "patch"
    if least is None:
        return computed
    if BUMPS.index(least) > BUMPS.index(computed):
        raise RefusedError(f"what changed is {computed}, and {least} would say less")
    return least
