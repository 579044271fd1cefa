"""What says that the rows of a version were deleted."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.strict_json import JsonError
from corpuskit.tombstones import Tombstone, load, stays

STONE = Tombstone("retracted", "1.0.0", "2024-07-01T10:00:00Z", "0" * 64, "wrong dates")


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_tombstone_is_read_back(reason: str) -> None:
    stone = Tombstone("retracted", "1.10.0", "2024-07-01T10:00:00Z", "0" * 64, reason)
    assert load("retracted", stone.dump()) == stone
    pruned = Tombstone("pruned", "1.10.0", "2024-07-01T10:00:00Z", "0" * 64)
    assert load("pruned", pruned.dump()) == pruned


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("version", "1.0"),
        ("version", "01.0.0"),
        ("when", "2024-07-01"),
        ("when", "2024-02-31T10:00:00Z"),
        ("manifest_sha256", "0"),
        ("reason", None),
        ("further", "1"),
    ],
)
def test_what_is_none_is_refused(member: str, value: str | None) -> None:
    said = json.loads(STONE.dump()) | {member: value}
    with pytest.raises(JsonError):
        load("retracted", json.dumps(said).encode())


def test_a_reason_is_for_what_was_retracted_alone() -> None:
    with pytest.raises(JsonError):
        load("pruned", STONE.dump())


def test_manifest_tombstone_and_what_is_withdrawn_stay() -> None:
    paths = ["manifest.json", "RETRACTED.json", "audit/withdrawn.jsonl", "data/part-00000.parquet"]
    paths += ["audit/excluded.jsonl", "README.md", "PRUNED.json", "data/manifest.json"]
    assert [path for path in paths if stays(path, STONE.file)] == paths[:3]
