"""Why a corpus must not be published, and which other command would publish it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from corpuskit.codes import Code
from corpuskit.model import Counts, Diagnostic

_ABSENT = frozenset({Code.MISSING_FIELD, Code.NULL_VALUE, Code.EMPTY_VALUE, Code.BLANK_VALUE})
_FIELDS_NAMED = 3
_OF_PAGES = (".html", ".htm", ".xhtml", ".shtml")


@dataclass(frozen=True, slots=True)
class Way:
    """An option with which the same would be published, and what who types it says."""

    option: str
    value: str | None
    remark: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """`reason` says what is wrong with the most sources, `example` is one of these errors.

    `schema` is a preset, and `drafts` says whether rows of drafts are enough, with which the same
    sources would be published; or, where sources are not what is wrong, `way` is. `pages` says that
    most of what lacks front matter is HTML, and so maybe whole pages.
    """

    reason: str
    example: Diagnostic | None = None
    schema: str | None = None
    drafts: bool = False
    way: Way | None = None
    pages: bool = False


def refuse(
    counts: Counts, diagnostics: Iterable[Diagnostic], limit: float, schema: str
) -> Refusal | None:
    """Why sources that came to this are not published; None when they are.

    Args:
        counts: Where they went.
        diagnostics: What was found in them.
        limit: The share of rejected sources above which nothing is published.
        schema: The preset in force, or the path of a schema, which no preset stands in for.
    """
    few = counts.rejected == 0 or counts.rejected / counts.sources <= limit
    if counts.rows and few:
        return None
    errors = [d for d in diagnostics if d.is_error]
    cause = _cause(errors)
    reason = f"none of {counts.sources} sources becomes a row"
    if not few:
        share = counts.rejected / counts.sources
        reason = f"{counts.rejected} of {counts.sources} sources ({share:.0%}) are rejected"
        reason += f", {_affected(cause)} of them for {_named(cause)}" if cause else ""
    drafts = few and bool(counts.excluded)
    preset = _preset(counts, errors, limit, schema)
    return Refusal(reason, cause[0] if cause else None, preset, drafts, pages=_are_pages(cause))


def _are_pages(cause: Sequence[Diagnostic]) -> bool:
    bare = {d.path for d in cause if d.code is Code.NO_FRONT_MATTER and d.path is not None}
    return 2 * sum(path.lower().endswith(_OF_PAGES) for path in bare) > _affected(cause)


def _cause(errors: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """The errors with one cure that the most sources have; of equals, what a schema can cure."""
    pools: dict[object, list[Diagnostic]] = {}
    for error in sorted(errors, key=_is_absent, reverse=True):
        pool = "absent" if _is_absent(error) else (error.code, error.field)
        pools.setdefault(pool, []).append(error)
    most = max(pools.values(), key=_affected, default=[])
    return _commonest_first(most)


def _preset(counts: Counts, errors: Sequence[Diagnostic], limit: float, schema: str) -> str | None:
    """The first preset that asks for less and with which enough sources would become rows."""
    for name, forgives in _PRESETS.get(schema, ()):
        left = _affected([d for d in errors if not forgives(d)])
        saved = _affected(errors) - left
        if saved and counts.rejected - saved <= limit * counts.sources:
            return name
    return None


def _affected(errors: Iterable[Diagnostic]) -> int:
    return len({d.path for d in errors})


def _commonest_first(errors: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The errors by code and field, those of which there are most before others."""
    codes = Counter(d.code for d in errors)
    fields = Counter((d.code, d.field) for d in errors)

    def rank(d: Diagnostic) -> tuple[int, str, int, str]:
        return -codes[d.code], d.code, -fields[d.code, d.field], d.field or ""

    return sorted(errors, key=rank)


def _named(errors: Iterable[Diagnostic]) -> str:
    """`CK301 missing-field of `title`, `date` or CK201 no-front-matter`."""
    said = []
    for code, group in groupby(errors, key=lambda d: d.code):
        fields = [f"`{name}`" for name in dict.fromkeys(d.field for d in group) if name]
        more = ["…"] if len(fields) > _FIELDS_NAMED else []
        of = f" of {', '.join(fields[:_FIELDS_NAMED] + more)}" if fields else ""
        said.append(f"{code} {code.label}{of}")
    return " or ".join(said)


def _is_absent(error: Diagnostic) -> bool:
    """Whether something that the schema asks for is not there; a misspelt key is."""
    if error.code is Code.NO_FRONT_MATTER:
        return True
    return error.code in _ABSENT and not (error.help or "").startswith("did you mean")


def _lacks_date(error: Diagnostic) -> bool:
    return error.field == "date" and _is_absent(error)


def _lacks_any(error: Diagnostic) -> bool:
    return error.field in {None, "title", "date"} and _is_absent(error)


_PRESETS: Mapping[str, Sequence[tuple[str, Callable[[Diagnostic], bool]]]] = {
    "article": (("page", _lacks_date), ("any", _lacks_any)),
    "page": (("any", _lacks_any),),
}
"""The presets that ask for less than one does, and the errors that each of them forgives."""
