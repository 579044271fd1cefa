"""Shares as they are written: `50%` or `0.5`."""

from __future__ import annotations

import re

from corpuskit.errors import UsageError

_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,9})?) ?(%?)")


def read_share(text: str) -> float | None:
    """The share that `50%` or `0.5` says, from 0 to 1; None when it says none."""
    found = _SHARE.fullmatch(text.strip())
    if found is None:
        return None
    share = float(found[1]) / (100 if found[2] else 1)
    return share if share <= 1 else None


def stated_share(stated: str | float) -> float:
    """The share, from 0 to 1, that a call or a command asks for.

    Raises:
        UsageError: it is none; a number that was probably a percentage is suggested as one.
    """
    if isinstance(stated, str):
        share = read_share(stated)
        text, number = stated.strip(), _number(stated)
    elif isinstance(stated, bool) or not isinstance(stated, int | float):
        raise UsageError(f"{stated!r} is no share; write '50%' or 0.5")
    else:
        share = float(stated) if 0 <= stated <= 1 else None
        text, number = str(stated), stated
    if share is not None:
        return share
    if number is None or 0 <= number <= 1:
        raise UsageError(f"{text!r} is no share; type 50% or 0.5")
    meant = f"; did you mean {text}%?" if 1 < number <= 100 and "%" not in text else ""
    raise UsageError(f"{text!r} is not between 0% and 100%{meant}")


def _number(text: str) -> float | None:
    bare = text.strip()
    try:
        return float(bare.removesuffix("%")) / (100 if bare.endswith("%") else 1)
    except ValueError:
        return None
