"""URLs as users type them, and as messages may say them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://|:)")


def is_url(text: str) -> bool:
    """Whether `text` is a URL, or several in a chain: `simplecache::s3://…`."""
    return _URL.match(text) is not None


def shown(url: str) -> str:
    """A URL without user, password and query, each of which may be a secret; a chain likewise."""
    return "::".join(map(_shown, url.split("::")))


def _shown(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.partition("//")[0] + "//…"
    if not parts.netloc:
        return url.partition("?")[0]
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
