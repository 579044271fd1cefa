"""`corpuskit sign`, and `verify --signer`."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from tests.keys import private_file, public_key, public_line, signature_file, write_keys

Run: TypeAlias = Callable[..., Result]

KEYID = public_key(1).fingerprint
SECRET = "low tide"


@pytest.fixture(autouse=True)
def no_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CORPUSKIT_PASSPHRASE", raising=False)


@pytest.fixture
def own(release: Path, tmp_path: Path) -> Path:
    """A copy of the release, in a dataset of its own."""
    shutil.copytree(release.parent, tmp_path / "gazette")
    return tmp_path / "gazette" / release.name


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return write_keys(tmp_path, 1)[0]


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """A key with a passphrase."""
    (tmp_path / "locked").write_bytes(private_file(1, passphrase=SECRET))
    return tmp_path / "locked"


def test_it_is_said_who_signed_what_and_where(run: Run, own: Path, key: Path) -> None:
    path = signature_file(own.parent, "1.0.0", 1)
    for said in (
        f"signed gazette 1.0.0 by {KEYID}",
        f"unchanged gazette 1.0.0 is signed by {KEYID} already",
    ):
        result = run("sign", own, "--key", key)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == f"{said}  → {path}\n"
    path.write_text(path.read_text("utf-8").rstrip(), "utf-8")
    assert run("sign", own, "--key", key).stdout.splitlines() == [
        f"signed gazette 1.0.0 by {KEYID}  → {path}",
        "    in place of another file of that name",
    ]
    assert run("sign", own, "--key", key, "--quiet").stdout == ""


def test_json_is_one_object(run: Run, own: Path, key: Path) -> None:
    files = sum(1 for path in own.rglob("*") if path.is_file())
    assert json.loads(run("sign", own, "--key", key, "--json").stdout) == {
        "status": "signed",
        "name": "gazette",
        "version": "1.0.0",
        "path": str(signature_file(own.parent, "1.0.0", 1)),
        "keyid": KEYID,
        "files": files,
    }


def test_a_signature_is_checked_if_its_signer_is_named(run: Run, own: Path, key: Path) -> None:
    holds = run("verify", own).stdout.rstrip()
    run("sign", own, "--key", key)
    for signer in (key.with_suffix(".pub"), public_line(1)):
        result = run("verify", own, "--signer", signer)
        assert (result.exit_code, result.stdout) == (0, f"{holds}, signed by {KEYID}\n")
    assert run("verify", own).stdout == (
        f"{holds}\nnote: 1.0.0 has 1 signature, not checked: say whose, with --signer\n"
    )
    (said,) = json.loads(run("verify", own, "--signer", public_line(1), "--json").stdout)["results"]
    assert (said["signed_by"], said["unchecked"]) == ([KEYID], 0)
    (said,) = json.loads(run("verify", own, "--json").stdout)["results"]
    assert (said["signed_by"], said["unchecked"]) == ([], 1)


def test_all_who_are_named_must_have_signed(run: Run, own: Path, key: Path) -> None:
    run("sign", own, "--key", key)
    result = run("verify", own, "--signer", public_line(1), "--signer", public_line(2))
    name = signature_file(own.parent, "1.0.0", 2).name
    assert result.exit_code == 1
    assert result.stdout.startswith(f"../signatures/{name}: CK821 expected a signature by SHA256:")


def test_a_passphrase_comes_from_a_file_or_the_environment(
    run: Run, own: Path, locked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\nmore\n", "utf-8")
    sign = ("sign", own, "--key", locked)
    assert run(*sign, "--passphrase-file", tmp_path / "secret").exit_code == 0
    monkeypatch.setenv("CORPUSKIT_PASSPHRASE", SECRET)
    assert run(*sign).stdout.startswith("unchanged")
    (tmp_path / "secret").write_text("high tide")
    result = run(*sign, "--passphrase-file", tmp_path / "secret")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "has another passphrase, or is damaged" in result.stderr


def test_without_a_terminal_it_is_said_how_to_give_a_passphrase(
    run: Run, own: Path, locked: Path
) -> None:
    result = run("sign", own, "--key", locked)
    assert result.exit_code == 2
    said = "has a passphrase; add --passphrase-file, or set CORPUSKIT_PASSPHRASE"
    assert said in result.stderr


@pytest.mark.parametrize("data", [None, b"\xff\xfe"])
def test_a_passphrase_file_that_cannot_be_read_is_a_usage_error(
    run: Run, own: Path, locked: Path, tmp_path: Path, data: bytes | None
) -> None:
    if data is not None:
        (tmp_path / "secret").write_bytes(data)
    result = run("sign", own, "--key", locked, "--passphrase-file", tmp_path / "secret")
    assert result.exit_code == 2
    assert f"error: {tmp_path / 'secret'}" in result.stderr


def test_on_a_terminal_the_passphrase_is_asked_for_and_not_shown(own: Path, locked: Path) -> None:
    terminal, its_end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "corpuskit", "sign", own, "--key", locked, "--quiet"],
        stdin=its_end,
        stdout=subprocess.PIPE,
        stderr=its_end,
        start_new_session=True,
    )
    os.close(its_end)
    shown = b""
    while b"Passphrase of" not in shown:
        shown += os.read(terminal, 1000)
    os.write(terminal, f"{SECRET}\n".encode())
    assert process.wait(60) == 0
    with suppress(OSError):  # the other end is closed
        while more := os.read(terminal, 1000):
            shown += more
    os.close(terminal)
    assert SECRET.encode() not in shown
    assert process.stdout is not None
    assert process.stdout.read() == b""
    process.stdout.close()
    assert signature_file(own.parent, "1.0.0", 1).exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sign", "{release}"), "Missing option '--key'"),
        (("sign", "{release}", "--key", "nowhere"), "error: nowhere: No such file"),
        (("verify", "{release}", "--signer", "nowhere"), "error: nowhere: No such file"),
        (("verify", "{release}", "--signer", KEYID), "is a fingerprint; name the key itself"),
    ],
)
def test_a_key_that_is_not_there_is_a_usage_error(
    run: Run, release: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = run(*(argument.format(release=release) for argument in arguments))
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_published_signatures_are_counted(run: Run, key: Path, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/corpuskit.toml").write_text('[dataset]\nlicense = "CC0-1.0"\n')
    (tmp_path / "src/a.md").write_text("---\ntitle: T\ndate: 2021-01-01\n---\nText.\n")
    run("build", tmp_path / "src", "--out", tmp_path / "out", "--workers", 1)
    version, place = tmp_path / "out/src/1.0.0", tmp_path / "there"
    run("sign", version, "--key", key)
    first, second = run("publish", version, place), run("publish", version, place)
    files = sum(1 for path in version.rglob("*") if path.is_file())
    assert first.stdout.splitlines()[1].startswith(f"    {files} files, 1 signature, ")
    assert second.stdout == f"unchanged src 1.0.0 is there already  → {place}\n"
    run("sign", version, "--key", write_keys(tmp_path, 2, "other")[0])
    third = run("publish", version, place)
    assert third.stdout == f"unchanged src 1.0.0 is there already, 1 signature sent  → {place}\n"
    assert json.loads(run("publish", version, place, "--json").stdout)["signatures"] == 0
