"""Whatever single byte of a release changes, it is found, and in its own file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpuskit.model import Cell
from corpuskit.verifying import verify

Row = dict[str, Cell]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_byte_that_changes_is_found_in_its_file(release: Path, data: st.DataObject) -> None:
    files = sorted(path for path in release.rglob("*") if path.is_file())
    path = data.draw(st.sampled_from(files))
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    mask = data.draw(st.integers(1, 255))
    try:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ mask]) + whole[at + 1 :])
        assert {d.path for d in verify(release)} == {path.relative_to(release).as_posix()}
    finally:
        path.write_bytes(whole)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_in_any_files_raise_nothing(release: Path, data: st.DataObject) -> None:
    files = sorted(path for path in release.rglob("*") if path.is_file())
    wholes = {path: path.read_bytes() for path in files}
    harmed = data.draw(st.lists(st.sampled_from(files), min_size=1, max_size=4, unique=True))
    try:
        for path in harmed:
            path.write_bytes(data.draw(st.binary(max_size=300)))
        told = {release / (d.path or "") for d in verify(release)}
        sums, manifest = release / "SHA256SUMS", release / "manifest.json"
        # Without both there is nothing left to hold the others against.
        lost = {sums, manifest} <= set(harmed)
        assert told >= ({manifest} if lost else set(harmed) - {sums})
    finally:
        for path, whole in wholes.items():
            path.write_bytes(whole)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers=st.permutations(range(6)), cut=st.integers(1, 5))
def test_any_other_order_of_the_rows_is_found(
    release: Path,
    read_rows: Callable[[Path], list[Row]],
    rewrite_shard: Callable[..., None],
    reseal: Callable[..., None],
    numbers: list[int],
    cut: int,
) -> None:
    shards = sorted((release / "data").iterdir())
    rows = sorted((r for s in shards for r in read_rows(s)), key=lambda row: str(row["path"]))
    mixed = [rows[number] for number in numbers]
    parts = (mixed[:cut], mixed[cut:])
    for shard, part in zip(shards, parts, strict=True):
        rewrite_shard(shard, part)
    counts = {f"data/{shard.name}": len(part) for shard, part in zip(shards, parts, strict=True)}
    reseal(
        release,
        lambda m: replace(
            m, files=tuple(replace(f, rows=counts.get(f.path, f.rows)) for f in m.files)
        ),
    )
    assert (verify(release) == ()) is (numbers == sorted(numbers))
