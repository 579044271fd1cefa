"""The first thing in which one JSON document differs from another."""

from __future__ import annotations

from collections.abc import Mapping

from corpuskit.manifest import Json
from corpuskit.verifying.findings import clipped


def json_difference(
    expected: Json, found: Json, path: str = "$", *, exact: bool = False
) -> str | None:
    """The first thing in which `found` is not `expected`; unless `exact`, it may have more keys."""
    pairs: Mapping[str, tuple[Json, Json]] = {}
    if isinstance(expected, dict) and isinstance(found, dict):
        pairs = {f".{key}": (value, found.get(key)) for key, value in expected.items()}
        extra = sorted(found.keys() - expected.keys()) if exact else []
        if extra:
            value = clipped(str(found[extra[0]]))
            return f"{path}: expected no `{clipped(extra[0])}`, found {value}"
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        numbered = enumerate(zip(expected, found, strict=True))
        pairs = {f"[{number}]": pair for number, pair in numbered}
    elif type(expected) is not type(found) or expected != found:
        return f"{path}: expected {clipped(str(expected))}, found {clipped(str(found))}"
    problems = (json_difference(*pair, path + key, exact=exact) for key, pair in pairs.items())
    return next((problem for problem in problems if problem is not None), None)
