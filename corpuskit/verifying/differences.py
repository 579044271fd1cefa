"""The first thing in which one JSON document, or one list of names, differs from another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def list_difference(what: str, expected: Sequence[str], found: Sequence[str]) -> str | None:
    """The first thing in which a list of names differs from the one that is expected."""
    if list(expected) == list(found):
        return None
    known, seen = set(expected), set(found)
    lacking = [name for name in expected if name not in seen]
    extra = [name for name in found if name not in known]
    if not lacking and not extra:
        return f"{what}: expected them in the manifest's order and once, found them otherwise"
    named = ", ".join(clipped(name) for name in (lacking or extra)[:3])
    return f"{what}: expected {named}, found none" if lacking else f"{what}: did not expect {named}"
