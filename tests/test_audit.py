"""The audit: every source in one place, every line in one order."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from corpuskit.audit import Audit, make_audit
from corpuskit.codes import Code
from corpuskit.corpus import ParsedCorpus
from corpuskit.index import index_schema
from corpuskit.leaves import Leaves
from corpuskit.model import (
    Counts,
    Diagnostic,
    Duplicate,
    Exclusion,
    Place,
    Rejection,
    diagnose,
)
from corpuskit.plan import KEPT, Plan
from corpuskit.schema import Schema


def _corpus(*paths: str) -> ParsedCorpus:
    index = index_schema(Schema("none", ()), ()).empty_table()
    return ParsedCorpus(index, Leaves.of((path, "5" * 64) for path in paths))


def _kept(*ids: str) -> pa.Table:
    rows = [
        {"place": n, "id": own, "row_sha256": own * 64, "pack": 0, "row": n}
        for n, own in enumerate(ids)
    ]
    return pa.Table.from_pylist(rows, KEPT)


def _rejection(path: str, *codes: Code) -> Rejection:
    return Rejection(path, "5" * 64, f"id of {path}", codes or (Code.EMPTY_BODY,))


def _exclusion(path: str) -> Exclusion:
    return Exclusion(path, "5" * 64, f"id of {path}", "draft")


def _fault(path: str, code: Code = Code.EMPTY_BODY, place: Place | None = None) -> Diagnostic:
    return diagnose(code, "a fault", place).at(path, "5" * 64)


def _lines(audit: Audit, name: str) -> list[dict[str, object]]:
    data, count = audit.files[f"audit/{name}.jsonl"]
    lines = [json.loads(line) for line in data.split(b"\n")[:-1]]
    assert len(lines) == count
    return lines


def test_every_source_is_counted_once() -> None:
    corpus = _corpus(*"abcdef")
    corpus.rejections = [_rejection("a")]
    corpus.exclusions = [_exclusion("b")]
    plan = Plan(
        kept=_kept("f"),
        rejections=[_rejection("c", Code.DUPLICATE_ID)],
        exclusions=[Exclusion("d", "d" * 64, "id of d", "future")],
        duplicates=[Duplicate("e", "e" * 64, "id of e", "f", "f")],
    )
    assert make_audit(corpus, plan, ignored=9).counts == Counts(6, 1, 2, 1, 2, ignored=9)


@pytest.mark.parametrize("paths", ["", "ab", "abcd"])
def test_a_source_that_is_lost_or_counted_twice_stops_the_build(paths: str) -> None:
    plan = Plan(rejections=[_rejection("a"), _rejection("b"), _rejection("c")])
    with pytest.raises(AssertionError, match="lost or counted twice"):
        make_audit(_corpus(*paths), plan, ignored=0)


def test_entries_are_sorted_by_the_bytes_of_their_paths() -> None:
    """As UTF-16 sorts and locales do, 😀 would go before ﬀ, and é before z."""
    paths = ["Z", "a", "a/b", "a0", "z", "é", "ﬀ", "😀"]
    corpus = _corpus(*paths * 3)
    corpus.rejections = [_rejection(path) for path in paths[::-1]]
    corpus.exclusions = [_exclusion(path) for path in paths[4:] + paths[:4]]
    corpus.diagnostics = [_fault(path) for path in paths[::-1]]
    plan = Plan(duplicates=[Duplicate(p, "5" * 64, p, "k", "k") for p in paths[::-1]])
    audit = make_audit(corpus, plan, ignored=0)
    for name in ("rejected", "excluded", "duplicates", "diagnostics"):
        assert [line["path"] for line in _lines(audit, name)] == paths


def test_rejections_of_parsing_and_planning_are_merged() -> None:
    corpus = _corpus("a", "b", "c")
    corpus.rejections = [_rejection("a"), _rejection("c")]
    audit = make_audit(corpus, Plan(rejections=[_rejection("b")]), ignored=0)
    assert [r.path for r in audit.rejections] == ["a", "b", "c"]


def test_diagnostics_of_a_source_are_in_the_order_of_their_places() -> None:
    corpus = _corpus("a")
    corpus.rejections = [_rejection("a")]
    corpus.diagnostics = [
        _fault("a", Code.TOO_LONG, Place(10, 1)),
        _fault("a", Code.NULL_VALUE, Place(9, 5)),
        _fault("a", Code.MISSING_FIELD, Place(9, 5)),
    ]
    plan = Plan(diagnostics=[_fault("a", Code.DUPLICATE_ID)])
    assert [d.code for d in make_audit(corpus, plan, ignored=0).diagnostics] == [
        *(Code.DUPLICATE_ID, Code.MISSING_FIELD, Code.NULL_VALUE, Code.TOO_LONG)
    ]


def test_nothing_is_said_of_an_article_that_is_not_published_yet() -> None:
    """Its diagnostics quote it, and publishing them would be a leak."""
    corpus = _corpus("a", "b")
    corpus.diagnostics = [_fault("a", Code.THIN_BODY), _fault("b", Code.THIN_BODY)]
    plan = Plan(kept=_kept("b"), exclusions=[Exclusion("a", "a" * 64, "id of a", "future")])
    audit = make_audit(corpus, plan, ignored=0)
    assert [d.path for d in audit.diagnostics] == ["b"]
    assert audit.codes == {"CK402": 1}


def test_codes_are_counted_in_their_own_order() -> None:
    found = [_fault("a", code) for code in (Code.TOO_LONG, Code.EMPTY_FILE, Code.TOO_LONG)]
    audit = Audit(Counts(0, 0, 0, 0, 0), diagnostics=found)
    assert list(audit.codes.items()) == [("CK106", 1), ("CK321", 2)]


def test_a_rejection_names_each_of_its_codes_once() -> None:
    audit = Audit(Counts(0, 0, 0, 0, 0))
    codes = (Code.TOO_LONG, Code.EMPTY_BODY, Code.TOO_LONG)
    audit.rejections = [_rejection("a", *codes), Rejection("b", None, "id", (Code.UNREADABLE,))]
    assert [(line["codes"], line["source_sha256"]) for line in _lines(audit, "rejected")] == [
        (["CK321", "CK401"], "5" * 64),
        (["CK101"], None),
    ]


def test_entries_say_why_a_source_is_no_row() -> None:
    audit = Audit(Counts(0, 0, 0, 0, 0))
    audit.duplicates = [Duplicate("b", "5" * 64, "id of b", "id of a", "a")]
    audit.exclusions = [_exclusion("c")]
    assert _lines(audit, "duplicates") == [
        {
            "path": "b",
            "source_sha256": "5" * 64,
            "id": "id of b",
            "kept_id": "id of a",
            "kept_path": "a",
            "how": "same text",
        }
    ]
    assert _lines(audit, "excluded") == [
        {"path": "c", "source_sha256": "5" * 64, "id": "id of c", "reason": "draft"}
    ]


def test_a_diagnostic_has_all_that_is_known_of_it() -> None:
    fault = diagnose(
        Code.TOO_LONG, "too long", Place(2, 8, 3), field="title", value="新\n闻", help="cut it"
    )
    audit = Audit(Counts(0, 0, 0, 0, 0), diagnostics=[fault.at("a.md", "5" * 64)])
    assert _lines(audit, "diagnostics") == [
        {
            "code": "CK321",
            "name": "too-long",
            "severity": "error",
            "path": "a.md",
            "source_sha256": "5" * 64,
            "line": 2,
            "column": 8,
            "field": "title",
            "value": "新\n闻",
            "message": "too long",
            "help": "cut it",
        }
    ]


def test_lines_are_canonical_json() -> None:
    fault = diagnose(Code.TOO_LONG, "新\u2028闻\r\n", value="a").at("a.md")
    audit = Audit(Counts(0, 0, 0, 0, 0), diagnostics=[fault])
    data, _ = audit.files["audit/diagnostics.jsonl"]
    entry = json.loads(data)
    canonical = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert data == canonical.encode() + b"\n"
    assert list(entry) == sorted(entry)


def test_a_file_without_entries_is_there_and_empty() -> None:
    files = Audit(Counts(0, 0, 0, 0, 0)).files
    assert files == {
        f"audit/{name}.jsonl": (b"", 0)
        for name in ("diagnostics", "rejected", "duplicates", "excluded")
    }
