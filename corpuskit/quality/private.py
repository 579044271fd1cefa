"""Private data and secrets in a text, by what they look like: found, counted, masked.

A number counts where it stands alone: digits or letters beside it make it part of something else.
What has a check digit is held to it. Digits and letters are ASCII's.

Every pattern takes linear time: it begins where a run of its characters begins, each of its
repetitions has a bound, and no two of them can share a character. What a pattern needs is looked
for first, for most texts have none of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import cache
from ipaddress import IPv6Address
from typing import NamedTuple

from corpuskit.quality.rules import KINDS


class Found(NamedTuple):
    """Private data of a kind, from `start` up to `end` of a text."""

    kind: str
    start: int
    end: int


_ALONE, _TO_THE_END = r"(?<![0-9A-Za-z_])", r"(?![0-9A-Za-z_])"

_PEM = (
    r"-----BEGIN (?:[A-Z]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:[A-Za-z0-9+/=\s:,.]|-(?!-)){0,16384}"
    r"(?:-----END (?:[A-Z]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----)?"
)
_AWS = rf"{_ALONE}A(?:KIA|SIA)[A-Z2-7]{{16}}{_TO_THE_END}"
_GITHUB = (
    rf"{_ALONE}(?:gh[pousr]_[A-Za-z0-9]{{36,255}}|github_pat_[A-Za-z0-9_]{{40,255}}){_TO_THE_END}"
)
_JWT = (
    r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,2048}\.eyJ[A-Za-z0-9_-]{8,8192}\.[A-Za-z0-9_-]{16,2048}"
    r"(?![A-Za-z0-9_-])"
)
_EMAIL = (
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@"
    r"(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])"
)
_ID_CN = r"(?<![0-9A-Za-z_.])[1-8][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx](?![0-9A-Za-z_])"
_CARD = (
    r"(?<![0-9A-Za-z_.+-])(?:[2-6][0-9]{12,18}"
    r"|[2-6][0-9]{3}(?:(?: [0-9]{4}){3}(?: [0-9]{1,3})?|(?:-[0-9]{4}){3})"
    r"|3[47][0-9]{2}[ -][0-9]{6}[ -][0-9]{5})(?![0-9A-Za-z_.-]?[0-9A-Za-z_])"
)
_MOBILE_CN = r"(?:\+?86[ -]?)?1[3-9][0-9](?:[0-9]{8}|([ -])[0-9]{4}\1[0-9]{4})"
_LANDLINE_CN = (
    r"(?:\+?86[ -]?)?(?:\(0?[1-9][0-9]{1,2}\) ?|0[1-9][0-9]{1,2}-)[2-8][0-9]{6,7}(?:-[0-9]{1,5})?"
)
_ABROAD = r"\+[1-9](?:[ .()-]{0,2}[0-9]){8,14}"
_PHONE = (
    rf"(?<![0-9A-Za-z_.+/=#-])(?:{_MOBILE_CN}|{_LANDLINE_CN}|{_ABROAD})"
    r"(?![0-9A-Za-z_]|[.-][0-9])"
)
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = rf"(?<![0-9A-Za-z_.-]){_OCTET}(?:\.{_OCTET}){{3}}(?![0-9A-Za-z_-]|\.[0-9])"
_IPV6 = r"(?<![0-9A-Za-z_:.])[23][0-9A-Fa-f]{3}:[0-9A-Fa-f:]{2,34}(?![0-9A-Za-z_:])"

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
"""Of GB 11643-1999, which takes ISO 7064 MOD 11-2: weights, and check digits by remainder."""

_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_SCHEMES = re.compile(
    r"4[0-9]{15}(?:[0-9]{3})?|(?:5[1-5]|35|6[045])[0-9]{14}|2(?:2[2-9]|[3-6][0-9]|7[0-2])[0-9]{13}"
    r"|3[47][0-9]{13}|62[0-9]{14,17}"
)
"""Visa; Mastercard, JCB, Discover; Mastercard; American Express; UnionPay."""

_SMALL = 32

_MOST_GROUPS = 6
_ROUNDS = 8
"""Of masking; a list of addresses without anything between them takes two."""
_NO_DIGITS = re.compile("[^0-9]+")

_FILES = frozenset({"avif", "css", "gif", "jar", "jpeg", "jpg", "js", "png", "svg", "webp"})
"""What stands behind the last dot of `logo@2x.png` and `org.astro@1.0.jar`."""


def is_resident_id(number: str) -> bool:
    """Whether 18 characters are a Chinese resident identity number: date and check digit fit."""
    month, day = int(number[10:12]), int(number[12:14])
    if not (1 <= month <= len(_DAYS) and 1 <= day <= _DAYS[month - 1]):
        return False
    total = sum(w * int(digit) for w, digit in zip(_WEIGHTS, number[:17], strict=True))
    return _CHECKS[total % 11] == number[17].upper()


def is_card(number: str) -> bool:
    """Whether a number is one of a bank card: of a scheme, and with Luhn's check digit."""
    digits = "".join(filter(str.isdigit, number))
    if _SCHEMES.fullmatch(digits) is None:
        return False
    doubled = (_DOUBLED[int(digit)] for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def is_public_ipv4(address: str) -> bool:
    """Whether an IPv4 address can be somebody's: none of private networks, none that is reserved.

    One that ends in 0 is a network's, and one of numbers below 32 alone a version or a section:
    that spares four in five of the false ones in technical blogs, and one address in 4 000.
    """
    numbers = first, second, _, last = tuple(map(int, address.split(".")))
    return not (
        first in (0, 10, 127)
        or first >= 224
        or (first, second) in ((169, 254), (192, 168))
        or (first == 172 and 16 <= second < 32)
        or last == 0
        or max(numbers) < _SMALL
    )


def is_ipv6(address: str) -> bool:
    """Whether it is an IPv6 address; the pattern has it begin as those of the internet do."""
    try:
        IPv6Address(address)
    except ValueError:
        return False
    return True


def is_phone(number: str) -> bool:
    """Whether a number is cut as phone numbers are: a list of small numbers is not."""
    groups = _NO_DIGITS.split(number.strip("+()"))
    return len(groups) <= _MOST_GROUPS and all(len(group) > 1 for group in groups[1:])


def is_email(address: str) -> bool:
    """Whether an address can be somebody's: no file, no repository."""
    local, _, domain = address.partition("@")
    return local != "git" and domain.rpartition(".")[2].lower() not in _FILES


def _always(_found: str) -> bool:
    return True


class _Detector(NamedTuple):
    kind: str
    pattern: str
    fits: Callable[[str], bool]
    needs: Callable[[str], bool]


def _has_number(text: str) -> bool:
    return _NUMBER.search(text) is not None


def _has_dotted(text: str) -> bool:
    return _DOTTED.search(text) is not None


def _has_colons(text: str) -> bool:
    return _COLONS.search(text) is not None


_NUMBER = re.compile(r"[0-9](?:[ .()-]{0,3}[0-9]){8}")
_DOTTED = re.compile(r"[0-9]\.[0-9]{1,3}\.[0-9]")
_COLONS = re.compile(r"[23][0-9A-Fa-f]{3}:[0-9A-Fa-f:]")

_DETECTORS = (
    _Detector("key", _PEM, _always, lambda text: "PRIVATE KEY" in text),
    _Detector("key", _JWT, _always, lambda text: ".eyJ" in text),
    _Detector("key", _GITHUB, _always, lambda text: "gh" in text or "github_pat_" in text),
    _Detector("key", _AWS, _always, lambda text: "AKIA" in text or "ASIA" in text),
    _Detector("email", _EMAIL, is_email, lambda text: "@" in text),
    _Detector("id-cn", _ID_CN, is_resident_id, _has_number),
    _Detector("card", _CARD, is_card, _has_number),
    _Detector("phone", _PHONE, is_phone, _has_number),
    _Detector("ip", _IPV4, is_public_ipv4, _has_dotted),
    _Detector("ip", _IPV6, is_ipv6, _has_colons),
)
"""In the order in which they are asked: what one has found is not found by another."""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def find_private(text: str) -> list[Found]:
    """All private data in a text, by where it begins; no two overlap."""
    found: list[Found] = []
    for detector in _DETECTORS:
        if not detector.needs(text):
            continue
        spans = list(_matches(detector, text))
        found = _merged(found, spans) if spans else found
    return found


def _matches(detector: _Detector, text: str) -> Iterator[Found]:
    for match in _compiled(detector.pattern).finditer(text):
        if detector.fits(match[0]):
            yield Found(detector.kind, *match.span())


def _merged(found: list[Found], later: list[Found]) -> list[Found]:
    """`found` and what of `later` overlaps none of it; both are in order, and so is the result."""
    kept, at = [], 0
    for one in later:
        while at < len(found) and found[at].end <= one.start:
            at += 1
        if at == len(found) or one.end <= found[at].start:
            kept.append(one)
    return sorted([*found, *kept], key=lambda one: one.start)


def count_private(found: Collection[Found]) -> dict[str, int]:
    """How much there is of each kind, of all kinds."""
    counted = Counter(one.kind for one in found)
    return {kind: counted[kind] for kind in KINDS}


def masked_private(text: str, kinds: Collection[str]) -> str:
    """`text` with `[email]`, `[phone]` and so on in place of what is found of some kinds.

    It is looked again until nothing is found: what is masked may have hidden what is beside it. Of
    chains of so much of it that nobody means it, the whole line is masked.
    """
    rounds = 0
    while found := [one for one in find_private(text) if one.kind in kinds]:
        parts, done = [], 0
        for one in found:
            start, end = _line_of(text, one) if rounds >= _ROUNDS else one[1:]
            if end > done:
                parts += [text[done:start], f"[{one.kind}]"]
                done = end
        text = "".join([*parts, text[done:]])
        rounds += 1
    return text


def _line_of(text: str, found: Found) -> tuple[int, int]:
    """Where the line begins and ends in which it stands; or the lines."""
    end = text.find("\n", found.end)
    return text.rfind("\n", 0, found.start) + 1, len(text) if end < 0 else end
