"""What `verify` says of near duplicates that no build writes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from corpuskit.codes import Code
from corpuskit.manifest import Json, Manifest
from corpuskit.strict_json import dumps
from corpuskit.verifying import verify

Reseal = Callable[..., None]
EditAudit = Callable[..., None]

NEAR: dict[str, Json] = {"how": "near", "similarity": 0.9}
DROP: dict[str, Json] = {"threshold": 0.85, "action": "drop"}


@pytest.fixture
def problems(
    release: Path, reseal: Reseal, edit_audit: EditAudit
) -> Callable[[dict[str, Json], Json], list[str]]:
    """What is wrong with a release whose duplicate says this, and its configuration that."""

    def problems(line: dict[str, Json], near: Json) -> list[str]:
        def configured(manifest: Manifest) -> Manifest:
            config = {**manifest.config, "dedup": {"exact": True, "near": near}}
            digest = hashlib.sha256(dumps(config)).hexdigest()
            return replace(manifest, config=config, config_sha256=digest)

        edit_audit(release, "duplicates", lambda lines: lines[0].update(line))
        reseal(release, configured)
        found = verify(release)
        assert {d.code for d in found} <= {Code.AUDIT_DISAGREES}
        return [d.message for d in found]

    return problems


def test_one_above_the_threshold_of_a_release_that_drops_them_holds(
    problems: Callable[..., list[str]],
) -> None:
    assert problems(NEAR, DROP) == []
    assert problems({**NEAR, "similarity": 1.0}, {**DROP, "threshold": 1.0}) == []


@pytest.mark.parametrize(
    ("line", "near", "problem"),
    [
        ({**NEAR, "similarity": 0.84}, DROP, "near.threshold (0.85) or more"),
        ({**NEAR, "similarity": 1.5}, DROP, "`similarity` that is no number from 0 to 1"),
        ({**NEAR, "similarity": None}, DROP, "`similarity` that is no number from 0 to 1"),
        ({**NEAR, "similarity": True}, DROP, "`similarity` that is no number from 0 to 1"),
        ({"how": "near"}, DROP, "no `similarity`"),
        ({"similarity": 0.9}, DROP, "an unknown key `similarity`"),
        ({**NEAR, "kept_id": "0" * 32}, DROP, "that is kept, found none"),
        (NEAR, {**DROP, "action": "report"}, "config.dedup.near drops none"),
        (NEAR, None, "config.dedup.near drops none"),
        (NEAR, {"action": "drop"}, "near.threshold (None) or more"),
    ],
)
def test_what_no_build_writes_is_found(
    problems: Callable[..., list[str]], line: dict[str, Json], near: Json, problem: str
) -> None:
    (found,) = problems(line, near)
    assert problem in found


@pytest.mark.parametrize(
    ("code", "near", "holds"),
    [
        ("CK520", {**DROP, "action": "report"}, True),
        ("CK520", DROP, False),
        ("CK520", None, False),
        ("CK521", DROP, True),
        ("CK521", None, False),
    ],
)
def test_what_is_told_of_near_rows_is_told_where_they_are_looked_for(
    release: Path, reseal: Reseal, edit_audit: EditAudit, code: str, near: Json, holds: bool
) -> None:
    def configured(manifest: Manifest) -> Manifest:
        dedup: dict[str, Json] = {"exact": True, **({"near": near} if near else {})}
        config = {**manifest.config, "dedup": dedup}
        digest = hashlib.sha256(dumps(config)).hexdigest()
        return replace(manifest, config=config, config_sha256=digest)

    def told(lines: list[dict[str, Json]]) -> None:
        label = Code(code).label
        severity = str(Code(code).severity)
        lines[0].update(code=code, name=label, severity=severity)

    edit_audit(release, "diagnostics", told)
    reseal(release, configured)
    said = f"expected no {code}, which config.dedup.near does not ask for"
    assert any(said in d.message for d in verify(release)) is not holds
