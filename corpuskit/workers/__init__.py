"""How many processes a call may use; `processes` makes them, and `tasks` is what runs in one."""

from __future__ import annotations

import os

from corpuskit.errors import UsageError


def worker_count(stated: int | None) -> int:
    """The stated number of workers, or one a core that this process may run on.

    Raises:
        UsageError: the number is less than 1.
    """
    if stated is None:
        # macOS and Windows have no affinities.
        affinity = getattr(os, "sched_getaffinity", None)
        return len(affinity(0)) if affinity else os.cpu_count() or 1
    if stated < 1:
        raise UsageError(f"{stated} workers cannot do anything; at least 1")
    return stated
