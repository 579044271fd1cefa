"""Identifiers of people and works, each in the one spelling that all formats take."""

from __future__ import annotations

import re

_ORCID = re.compile(r"(?:https?://)?(?:orcid\.org/)?((?:[0-9]{4}-){3}[0-9]{3}[0-9X])/?", re.I)
_DOI = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.[0-9]{4,9}(?:\.[0-9]+)?/[A-Za-z0-9:/_;.()-]+)", re.I
)
_EMAIL = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9_+-]|\.(?=[A-Za-z0-9_+-])){0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)


def orcid(text: str) -> str | None:
    """`0000-0002-1825-0097`, also of its address; None if it is none, or a digit of it is wrong.

    The last character is a check digit: ISO 7064, MOD 11-2.
    """
    found = _ORCID.fullmatch(text.strip())
    if found is None:
        return None
    identifier = found[1].upper()
    characters = identifier.replace("-", "")
    total, check = 0, characters[-1]
    for digit in characters[:-1]:
        total = (total + int(digit)) * 2
    expected = (12 - total % 11) % 11
    return identifier if check == ("X" if expected == 10 else str(expected)) else None


def orcid_address(identifier: str) -> str:
    """The address of an ORCID, which is its full form."""
    return f"https://orcid.org/{identifier}"


def doi(text: str) -> str | None:
    """`10.5281/zenodo.1003150`, also of its address; None if it is none.

    Of what a DOI may hold, that which CITATION.cff and addresses can.
    """
    found = _DOI.fullmatch(text.strip())
    return found[1] if found else None


def doi_address(identifier: str) -> str:
    """Where a DOI leads."""
    return f"https://doi.org/{identifier}"


def email(text: str) -> str | None:
    """An e-mail address that every format takes for one."""
    found = _EMAIL.fullmatch(text.strip())
    return found[0] if found else None
