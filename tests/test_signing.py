"""`corpuskit.sign`: what is signed, where it goes, and what is refused."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import corpuskit
from corpuskit import signing
from corpuskit.executors import InlineExecutor
from corpuskit.verifying import verify
from tests.keys import payload_of, private_key, public_key, public_line, signature_file, write_keys


def build(folder: Path, *, dev: bool = False) -> Path:
    (folder / "articles").mkdir(exist_ok=True)
    text = "---\ntitle: T\ndate: 2021-01-01\n---\nText.\n"
    (folder / "articles/a.md").write_text(text)
    result = corpuskit.build(
        folder / "articles",
        out=folder / "datasets",
        created="2024-01-01T00:00:00Z",
        executor=InlineExecutor(),
        cache=False,
        dev=dev,
    )
    return result.path


@pytest.fixture
def version(tmp_path: Path) -> Path:
    """A version, datasets/articles/1.0.0."""
    return build(tmp_path)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return write_keys(tmp_path, 1)[0]


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_every_file_of_a_version_is_signed(version: Path, key: Path) -> None:
    before = files(version)
    result = corpuskit.sign(version, key)
    assert result.path == signature_file(version.parent, "1.0.0", 1)
    assert (result.status, result.name, result.version) == ("signed", "articles", "1.0.0")
    assert (result.keyid, result.files) == (public_key(1).fingerprint, len(before))
    subjects = payload_of(result.path)["subject"]
    assert {s["name"]: s["digest"]["sha256"] for s in subjects} == {
        name: hashlib.sha256(data).hexdigest() for name, data in before.items()
    }
    assert files(version) == before


def test_what_was_signed_can_be_checked_without_us(version: Path, key: Path) -> None:
    envelope = json.loads(corpuskit.sign(version, key).path.read_bytes())
    payload = base64.b64decode(envelope["payload"])
    (signature,) = envelope["signatures"]
    signed = b"DSSEv1 28 application/vnd.in-toto+json %d " % len(payload) + payload
    private_key(1).public_key().verify(base64.b64decode(signature["sig"]), signed)
    assert envelope["payloadType"] == "application/vnd.in-toto+json"
    assert signature["keyid"] == public_key(1).fingerprint


def test_signing_again_gives_the_same_bytes_and_says_so(version: Path, key: Path) -> None:
    first = corpuskit.sign(version, key)
    before, written = first.path.read_bytes(), first.path.stat().st_mtime_ns
    again = corpuskit.sign(version.parent, key)
    assert (again.status, again.path, again.keyid) == ("there", first.path, first.keyid)
    assert first.path.stat().st_mtime_ns == written
    first.path.unlink()
    assert corpuskit.sign(version, key).path.read_bytes() == before


def test_a_signature_is_the_same_on_every_machine(tmp_path: Path, key: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    one, other = (corpuskit.sign(build(place), key) for place in (tmp_path, tmp_path / "elsewhere"))
    assert one.path.read_bytes() == other.path.read_bytes()


def test_several_sign_one_version(version: Path, key: Path, tmp_path: Path) -> None:
    paths = {corpuskit.sign(version, key).path}
    paths.add(corpuskit.sign(version, write_keys(tmp_path, 2, "other")[0]).path)
    assert set((version.parent / "signatures").iterdir()) == paths
    assert len(paths) == 2


def test_a_signature_that_was_damaged_is_replaced(version: Path, key: Path) -> None:
    path = corpuskit.sign(version, key).path
    sound = path.read_bytes()
    envelope = json.loads(sound)
    envelope["signatures"][0]["sig"] = base64.b64encode(bytes(64)).decode()
    path.write_text(json.dumps(envelope), "utf-8")
    assert corpuskit.sign(version, key).status == "replaced"
    assert path.read_bytes() == sound


def test_what_does_not_hold_is_not_signed(version: Path, key: Path) -> None:
    (version / "README.md").chmod(0o644)
    (version / "README.md").write_text("better")
    with pytest.raises(corpuskit.ReleaseError, match=r"does not hold \(\d findings\): README"):
        corpuskit.sign(version, key)
    assert not (version.parent / "signatures").exists()


def test_a_rehearsal_is_not_signed(tmp_path: Path, key: Path) -> None:
    rehearsed = build(tmp_path, dev=True)
    with pytest.raises(corpuskit.RefusedError, match="is a rehearsal, which the next one replaces"):
        corpuskit.sign(rehearsed, key)


def test_what_is_not_on_this_machine_is_not_signed(key: Path) -> None:
    with pytest.raises(corpuskit.UsageError, match="sign it here, and publish it"):
        corpuskit.sign("memory://articles@1.0.0", key)


def test_a_key_that_cannot_be_used_is_told_before_anything_is_read(
    version: Path, key: Path
) -> None:
    with pytest.raises(corpuskit.UsageError, match="is a public key"):
        corpuskit.sign(version, key.with_suffix(".pub"))


@pytest.fixture
def unwritable(version: Path) -> Iterator[Path]:
    """Where nobody can make a folder, root included: a file is in its place."""
    (version.parent / "signatures").write_text("")
    yield version
    (version.parent / "signatures").unlink()


def test_where_nothing_can_be_written_it_is_told(unwritable: Path, key: Path) -> None:
    with pytest.raises(corpuskit.UnfinishedError, match=r"signatures/1\.0\.0.*: Not a directory"):
        corpuskit.sign(unwritable, key)


def test_who_is_killed_while_signing_leaves_no_half_signature(
    version: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = version.parent / "signatures"
    for at in ("mkdir", "fsync", "replace"):
        if (child := os.fork()) == 0:
            with monkeypatch.context() as patch:
                end = lambda *_, **__: os._exit(9)  # noqa: E731
                patch.setattr(os if at == "fsync" else Path, at, end)
                signing.sign(version, key)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
        assert not list(folder.glob("*.dsse.json"))
        assert verify(version.parent) == ()
    corpuskit.sign(version, key)
    assert verify(version.parent, signer=public_line(1)) == ()


def test_the_version_that_a_link_leads_to_is_signed_where_it_is(
    version: Path, key: Path, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(version)
    result = corpuskit.sign(tmp_path / "link", key)
    assert result.path == signature_file(version.parent, "1.0.0", 1)
    assert verify(tmp_path / "link", signer=public_line(1)) == ()


def test_a_version_is_signed_from_within(
    version: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(version)
    assert corpuskit.sign(".", key).path == signature_file(version.parent, "1.0.0", 1)


def test_a_version_that_was_moved_keeps_its_number(version: Path, key: Path) -> None:
    """Its signature follows the manifest where the folder says nothing."""
    moved = version.rename(version.with_name("release"))
    assert corpuskit.sign(moved, key).path == signature_file(version.parent, "1.0.0", 1)
    assert verify(moved, signer=public_line(1)) == ()
