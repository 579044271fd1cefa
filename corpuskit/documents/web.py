"""Web addresses in documents."""

from __future__ import annotations

import re

_WEB_ADDRESS = re.compile(r"https?://\w[^\s<>\[\]\"'`\\^{|}\x00-\x20\x7f]*")


def is_web_address(text: str) -> bool:
    """Whether `text` is an http(s) address that stands in any document as it is.

    `javascript:` and the like, and characters that RFC 3986 does not allow bare, are refused; so
    are schemes in capitals, unknown to the JSON Schemas of CITATION.cff and Data Package.
    """
    return _WEB_ADDRESS.fullmatch(text) is not None


def web_address(text: str | None) -> str | None:
    """`text` without the blanks around it if it is a web address."""
    stripped = (text or "").strip()
    return stripped if is_web_address(stripped) else None
