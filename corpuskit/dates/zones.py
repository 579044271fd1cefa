"""Zones: the offsets that spellings state, and the rules of the zone that is configured."""

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from corpuskit.dates.instants import DateFault, DateProblem

Offset = int | DateFault
"""Seconds east of UTC, or why a zone in a spelling gives none."""

# RFC 2822 section 4.3, in hours. Its military letters are declared meaningless, so are left out.
_RFC_ZONES: Final = {
    "ut": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_OFFSET: Final = re.compile(r"[+-](?:\d\d?|\d\d?:\d\d|\d{4})", re.ASCII)


@lru_cache(maxsize=1024)
def read_offset(zone: str) -> Offset:
    """Read a lower-case offset, or a name that stands for UTC everywhere."""
    if zone in {"z", "utc", "gmt"}:
        return 0
    if not _OFFSET.fullmatch(zone):
        return DateFault.UNKNOWN_ZONE
    digits = zone[1:].replace(":", "")
    hours, minutes = (digits, "0") if len(digits) < 3 else (digits[:-2], digits[-2:])
    if int(hours) > 23 or int(minutes) > 59:
        return DateFault.IMPOSSIBLE
    return int(f"{zone[0]}1") * (int(hours) * 3600 + int(minutes) * 60)


def read_rfc_offset(zone: str) -> Offset:
    """Read an offset, or a zone that RFC 2822 names."""
    hours = _RFC_ZONES.get(zone)
    return read_offset(zone) if hours is None else hours * 3600


def zone_rules(name: str) -> int | ZoneInfo:
    """Return a zone's fixed offset in seconds, or its rules when it is an IANA zone.

    Raises:
        ValueError: It is neither, or this machine has no time zone database.
    """
    if name == "UTC" or name.startswith(("+", "-")):
        offset = read_offset(name.lower())
        if isinstance(offset, DateFault):
            raise ValueError(f'timezone "{name}" is no offset such as "+08:00"')
        return offset
    try:
        # Another zone on another machine, and zones that count leap seconds.
        if not name.startswith(("localtime", "posixrules", "right/")):
            return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        pass
    names = {n.casefold(): n for n in sorted(available_timezones() - {"localtime"})}
    if not names:
        raise ValueError(
            f'timezone "{name}" cannot be looked up, for this machine has no time zone database: '
            'install the Python package tzdata, or write an offset such as "+08:00"'
        )
    close = get_close_matches(name.casefold(), names, 1)
    hint = f'; did you mean "{names[close[0]]}"?' if close else ""
    if name.isalpha() and name.isupper():
        # Some name is close to any three letters: "UCT" to "CST".
        hint = '; abbreviations stand for several zones, so name a city, such as "Asia/Shanghai"'
    raise ValueError(f'timezone "{name}" is no IANA name, "UTC" or offset such as "+08:00"{hint}')


def no_such_zone(fault: DateFault) -> DateProblem:
    """The problem of a spelling whose zone gives no offset."""
    why = "names a zone that stands for no certain offset"
    if fault is DateFault.IMPOSSIBLE:
        why = "has an offset of 24 hours or more, or of more than 59 minutes in the hour"
    return DateProblem(fault, why, "write the offset as +08:00 or -05:00, or Z for UTC")
