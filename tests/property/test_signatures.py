"""Signed releases and every single byte of them."""

from __future__ import annotations

import base64
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

import corpuskit
from corpuskit.codes import Code
from corpuskit.executors import InlineExecutor
from corpuskit.signatures import dsse
from corpuskit.signatures.dsse import Envelope, EnvelopeSignature
from corpuskit.signing import sign
from corpuskit.strict_json import JsonError
from corpuskit.verifying import verify
from tests.keys import public_line, signature_file, write_keys

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
OTHER = st.integers(1, 255)
"""What a byte is combined with, so that it becomes another one."""
PLACE = st.floats(0, 1, exclude_max=True)
"""Where in a file, from its beginning to its end."""


@cache
def signed() -> Path:
    """A signed version of a few articles, which nothing may touch."""
    folder = Path(tempfile.mkdtemp(prefix="corpuskit-signed-"))
    (folder / "articles").mkdir()
    for number in range(3):
        text = f"---\ntitle: T{number}\ndate: 2021-01-0{number + 1}\n---\nText {number}.\n"
        (folder / f"articles/{number}.md").write_text(text)
    (folder / "articles/bad.md").write_text("---\ntitle: T\ndate: soon\n---\nText.\n")
    built = corpuskit.build(
        folder / "articles",
        out=folder / "datasets",
        created="2024-01-01T00:00:00Z",
        executor=InlineExecutor(),
        cache=False,
    )
    sign(built.path, write_keys(folder, 1)[0])
    return built.path


@contextmanager
def a_copy() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        dataset = Path(folder) / "articles"
        shutil.copytree(signed().parent, dataset)
        yield dataset / signed().name


def flipped(data: bytes, place: float, other: int) -> bytes:
    at = int(len(data) * place)
    return data[:at] + bytes([data[at] ^ other]) + data[at + 1 :]


def found_in(version: Path) -> list[str]:
    return [str(d.path) for d in verify(version, signer=public_line(1))]


def test_what_is_signed_holds() -> None:
    assert found_in(signed()) == []


@settings(max_examples=80)
@given(st.sampled_from(["payload", "sig"]), PLACE, OTHER)
def test_a_changed_byte_of_what_was_signed_or_of_its_signature_is_found(
    part: str, place: float, other: int
) -> None:
    """Before it is base64: every byte counts."""
    with a_copy() as version:
        path = signature_file(version.parent, version.name, 1)
        envelope = json.loads(path.read_bytes())
        holder = envelope if part == "payload" else envelope["signatures"][0]
        data = flipped(base64.b64decode(holder[part]), place, other)
        holder[part] = base64.b64encode(data).decode()
        path.write_text(json.dumps(envelope), "utf-8")
        assert found_in(version) == [f"../signatures/{path.name}"]


@settings(max_examples=150)
@given(PLACE, OTHER)
def test_a_changed_byte_of_an_envelope_is_found_or_changes_nothing_that_it_says(
    place: float, other: int
) -> None:
    """White space, and the alphabet of base64, are nobody's secret."""
    with a_copy() as version:
        path = signature_file(version.parent, version.name, 1)
        before = path.read_bytes()
        after = flipped(before, place, other)
        path.write_bytes(after)
        if found_in(version) == []:
            assert _said(after) == _said(before)


def _said(data: bytes) -> tuple[str, bytes, list[bytes]]:
    envelope = dsse.load(data)
    return envelope.payload_type, envelope.payload, [s.sig for s in envelope.signatures]


@settings(max_examples=100)
@given(st.data(), PLACE, OTHER)
def test_a_changed_byte_of_a_version_is_found(
    data: st.DataObject, place: float, other: int
) -> None:
    with a_copy() as version:
        files = sorted(p for p in version.rglob("*") if p.is_file() and p.stat().st_size)
        path = data.draw(st.sampled_from(files))
        before = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(flipped(before, place, other))
        found = verify(version, signer=public_line(1))
        named = path.relative_to(version).as_posix()
        assert (Code.NOT_AS_SIGNED, named) in [(d.code, d.path) for d in found]


@given(TEXT, st.binary(max_size=50), st.lists(st.tuples(st.binary(max_size=70), st.none() | TEXT)))
def test_an_envelope_is_read_as_it_was_written(
    kind: str, payload: bytes, made: list[tuple[bytes, str | None]]
) -> None:
    assume(made)
    envelope = Envelope(kind, payload, tuple(EnvelopeSignature(*each) for each in made))
    assert dsse.load(dsse.dump(envelope)) == envelope


@given(st.tuples(TEXT, st.binary(max_size=20)), st.tuples(TEXT, st.binary(max_size=20)))
def test_two_payloads_are_never_signed_as_one(
    one: tuple[str, bytes], other: tuple[str, bytes]
) -> None:
    assert (dsse.pae(*one) == dsse.pae(*other)) is (one == other)


@given(st.binary(max_size=100) | TEXT.map(str.encode))
def test_whatever_is_no_envelope_is_told_so(data: bytes) -> None:
    with suppress(JsonError):
        assert dsse.load(data).signatures
