"""Whose the number of a version is, in a store, while the version is put in its place.

Of all who publish the same version each has a claim, a file beside the versions; somebody who
publishes another one of that number is told to wait.
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from corpuskit.dataset_names import UNDER_WAY
from corpuskit.errors import RefusedError
from corpuskit.publishing.sending import Sending

_TRIES = 6
_PAUSE_SECONDS = 0.2


@contextmanager
def claimed(version: Sending, *, take_over: bool) -> Iterator[Callable[[], None]]:
    """Claim a number for a version while its files are put in place; gives what checks the claim.

    Of two who claim at once at least one sees the other's claim, for each writes before it looks.
    Who sees one for another version withdraws and tries again, and gives up after some times. Who
    is killed leaves a claim, which does not hinder those who publish the same.

    Raises:
        RefusedError: somebody else has claimed it for another version, or another one is there.
    """
    store, number = version.store, version.number
    same = version.claim_prefix
    own = f"{UNDER_WAY}/{same}{secrets.token_hex(8)}"

    def check() -> None:
        # Who publishes the same deletes it, too, when all is there.
        if store.read(own) is None and not version.is_there():
            raise RefusedError(f"somebody else has taken over version {number} in {store.shown}")

    for attempt in range(_TRIES):
        store.write(own, b"")
        others = [
            name
            for name in store.names(UNDER_WAY)
            if name.startswith(f"claim-{number}-") and not name.startswith(same)
        ]
        if take_over:
            for name in others:
                store.delete(f"{UNDER_WAY}/{name}")
            others = []
        if not others:
            try:
                # Somebody may have come to the end since this was looked at.
                version.is_there()
            except RefusedError:
                store.delete(own)
                raise
            yield check
            store.delete(own)
            return
        store.delete(own)
        time.sleep(_PAUSE_SECONDS * random.random() * 2**attempt)  # noqa: S311 - no secret
    raise RefusedError(
        f"somebody else is publishing another version {number} in {store.shown}, or was killed "
        "while doing so; if you know that nobody is: --take-over"
    )
