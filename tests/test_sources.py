"""Sources, leaves and readings: columns give back what went into them."""

from __future__ import annotations

import pickle
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.codes import Code
from corpuskit.discover import discover
from corpuskit.leaves import Leaves
from corpuskit.model import UNSEEN, Source, diagnose
from corpuskit.sources.reading import Reading
from corpuskit.sources.readings import Readings
from corpuskit.sources.table import LOOKS, LOOKS_SCHEMA, Sources, look_of

LOOK = (7, 3, 2, 2**63 + 5, 1)
FAULT = diagnose(Code.UNREADABLE, "a fault")
PATHS = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=8)
DIGESTS = st.binary(min_size=32, max_size=32).filter(any).map(bytes.hex)


@given(st.lists(st.builds(Source, PATHS, PATHS, st.none() | st.just(FAULT))))
def test_sources_come_out_as_they_went_in(sources: list[Source]) -> None:
    columns = Sources.of(sources)
    assert list(columns) == sources
    assert [columns[place] for place in range(len(columns))] == sources
    assert list(columns.each_path()) == [source.path for source in sources]


@given(st.lists(st.tuples(PATHS, st.just("") | DIGESTS)))
def test_leaves_come_out_as_they_went_in(pairs: list[tuple[str, str]]) -> None:
    leaves = Leaves.of(pairs)
    assert list(leaves) == pairs
    places = list(range(len(pairs)))[::-1]
    assert [(leaves.path(n), leaves.digest(n)) for n in places] == pairs[::-1]
    column = pa.array(places, pa.int32())
    backwards = zip(leaves.paths_at(column), leaves.digests_at(column), strict=True)
    assert list(backwards) == pairs[::-1]


def test_a_part_of_the_leaves_is_sent_without_the_others() -> None:
    leaves = Leaves.of((f"{n:06d}.md", "ab" * 32) for n in range(10_000))
    sent = pickle.dumps(leaves.part(100, 3))
    assert len(sent) < 2_000
    assert list(pickle.loads(sent)) == [(f"{n:06d}.md", "ab" * 32) for n in (100, 101, 102)]


def test_more_sources_than_are_in_memory_at_once_stay_in_order() -> None:
    paths = [f"{n:06d}" for n in range(40_000)]
    assert list(Sources.of(Source(path, path) for path in paths).each_path()) == paths
    assert [path for path, _ in Leaves.of((path, "") for path in paths)] == paths


def test_what_is_read_of_some_sources_leaves_the_others_unknown() -> None:
    readings = Readings(3)
    reading = Reading(["ab" * 32, ""], [7, 0], ["cd" * 20, ""], [LOOK, UNSEEN], {1: FAULT})
    readings.put([0, 2], reading)
    assert readings.sha256.to_pylist() == [bytes.fromhex("ab" * 32), None, None]
    assert readings.blobs.to_pylist() == [bytes.fromhex("cd" * 20), None, None]
    assert readings.sizes.to_pylist() == [7, 0, 0]
    assert readings.bytes == 7
    assert readings.faults == {2: FAULT}
    assert [tuple(look.values()) for look in readings.looks.to_pylist()] == [LOOK, UNSEEN, UNSEEN]


def test_a_source_that_reads_now_has_no_fault_any_more() -> None:
    readings = Readings(1)
    readings.put([0], Reading([""], [0], [""], [UNSEEN], {0: FAULT}))
    readings.put([0], Reading(["ab" * 32], [1], [""], [LOOK]))
    assert readings.faults == {}


@given(st.lists(st.none() | st.tuples(DIGESTS, st.integers(0, 2**40))))
def test_readings_recall_what_a_table_knows(known: list[tuple[str, int] | None]) -> None:
    readings = Readings(len(known))
    digests = [bytes.fromhex(entry[0]) if entry else None for entry in known]
    sizes = [entry[1] if entry else None for entry in known]
    columns = {
        "source_sha256": pa.chunked_array([pa.array(digests, pa.binary(32))]),
        "blob": pa.chunked_array([pa.nulls(len(known), pa.binary(20))]),
        "size": pa.chunked_array([pa.array(sizes, pa.int64())]),
    }
    readings.recall(pa.table(columns))
    assert readings.sha256.to_pylist() == digests
    assert readings.sizes.to_pylist() == [size or 0 for size in sizes]
    assert readings.blobs.null_count == len(known)


def test_what_files_look_like_is_noted_beside_their_paths(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("four")
    (tmp_path / "a.md").write_text("x")
    (tmp_path / "c.md").symlink_to("b.md")
    (tmp_path / "d.md").symlink_to("nowhere")
    sources = discover(tmp_path, ("*.md",), looks=True).sources
    assert sources.looks is not None
    looks = sources.looks.to_pylist()
    for source, look in zip(sources, looks, strict=True):
        if source.path == "d.md":
            assert set(look.values()) == {None}
            continue
        seen = Path(source.location).stat()
        expected = (seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino, seen.st_dev)
        assert tuple(look[name] for name in LOOKS) == expected


def test_nobody_looks_unless_asked(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    assert discover(tmp_path, ("*.md",)).sources.looks is None


@pytest.mark.parametrize("spelled", ["", "sub/.."])
def test_sources_can_be_opened_and_sent_elsewhere(spelled: str, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "中文 a.md").write_text("there")
    sources = discover(tmp_path / spelled, ("*.md",)).sources
    again = pickle.loads(pickle.dumps(sources[0]))
    assert Path(again.location).read_text() == "there"


def test_files_are_known_by_their_looks_whenever_these_were_noted(tmp_path: Path) -> None:
    """The digests are the same whether one looks when files are found or when they are read."""
    for name in ("b/z.md", "a.md", "b/é.md", "c.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "d.md").symlink_to("nowhere")
    found, unseen = (discover(tmp_path, ("*.md",), looks=looks) for looks in (True, False))
    looks = [UNSEEN if s.fault else look_of(Path(s.location).stat()) for s in unseen.sources]
    columns = [
        pa.array(c, f.type) for c, f in zip(zip(*looks, strict=True), LOOKS_SCHEMA, strict=True)
    ]
    assert unseen.found.looks_digests() is None
    digests = unseen.found.looks_digests(pa.table(columns, LOOKS_SCHEMA))
    assert digests == found.found.looks_digests()
    assert digests == discover(tmp_path, ("*.md",), looks=True).found.looks_digests()
    (tmp_path / "a.md").write_text("longer than before")
    assert digests != discover(tmp_path, ("*.md",), looks=True).found.looks_digests()


def test_what_files_look_like_is_heard_while_they_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some files at a time; the last of the digests is of what is odd, and nobody's to hear."""
    monkeypatch.setattr("corpuskit.sources.table._AT_ONCE", 2)
    for name in "abcde":
        (tmp_path / f"{name}.md").write_text(name)
    heard: list[str] = []
    found = discover(tmp_path, ("*.md",), looks=True, watch=heard.append)
    assert len(heard) == 2
    digests = found.found.looks_digests()
    assert digests is not None
    assert heard == digests[:-1]
    assert len(set(heard)) == 3
    looks = found.sources.looks
    assert found.found.looks_digests() == digests
    unseen = discover(tmp_path, ("*.md",))
    assert len(unseen.sources) == 5
    assert unseen.found.looks_digests(looks) == digests
