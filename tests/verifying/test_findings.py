"""How findings are collected, and brought together."""

from __future__ import annotations

from corpuskit.codes import Code
from corpuskit.verifying.findings import SHOWN_PER_CODE, Findings


def test_what_was_found_elsewhere_keeps_all_that_was_said_of_it() -> None:
    elsewhere, findings = Findings(), Findings()
    elsewhere.add(Code.STRAY_FILE, "a", "one; two", 3, "delete it", details=("one", "two"))
    findings.below("1.0.0").absorb(elsewhere)
    (found,) = findings.close()
    (alone,) = elsewhere.close()
    assert found == alone.at("1.0.0/a")
    assert (found.where, found.help, found.details) == (
        "1.0.0/a:3:1",
        "delete it",
        ("one", "two"),
    )


def test_what_is_not_shown_is_counted_wherever_it_was_found() -> None:
    elsewhere, findings = Findings(), Findings()
    for row in range(SHOWN_PER_CODE + 5):
        elsewhere.add(Code.ROW_DIGEST_MISMATCH, "a", f"row {row}")
    version = findings.below("1.0.0")
    version.absorb(elsewhere)
    assert (findings.total, version.own, findings.own) == (SHOWN_PER_CODE + 5,) * 2 + (0,)
    *_, last = findings.close()
    assert (last.path, last.message.split(",")[0]) == (
        "1.0.0/a",
        f"and 5 more of {Code.ROW_DIGEST_MISMATCH}",
    )
