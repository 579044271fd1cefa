"""Keys as people have them: of OpenSSH and in PEM, with and without a passphrase."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_public_key,
)

from corpuskit.errors import UsageError
from corpuskit.signatures.ed25519 import is_signed
from corpuskit.signatures.key_files import read_signers, read_signing_key
from corpuskit.signatures.public_keys import PublicKey
from tests.keys import private_file, private_key, public_key, public_line

PKCS8, OPENSSH = PrivateFormat.PKCS8, PrivateFormat.OpenSSH
P256 = ec.generate_private_key(ec.SECP256R1())
OTHERS: dict[str, Any] = {
    "RSA": rsa.generate_private_key(65537, 2048),
    "ECDSA": P256,
    "Ed448": ed448.Ed448PrivateKey.generate(),
    "X25519": x25519.X25519PrivateKey.generate(),
}


def never() -> str:
    raise AssertionError("asked for a passphrase")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "key"


@pytest.mark.parametrize("kind", [OPENSSH, PKCS8])
def test_a_private_key_is_read(file: Path, kind: PrivateFormat) -> None:
    file.write_bytes(private_file(1, kind))
    key = read_signing_key(file, never)
    assert key.public == public_key(1)
    assert key.sign(b"x") == private_key(1).sign(b"x")


@pytest.mark.parametrize("kind", [OPENSSH, PKCS8])
def test_a_passphrase_is_asked_for_only_if_there_is_one(file: Path, kind: PrivateFormat) -> None:
    file.write_bytes(private_file(1, kind, "tide 潮"))
    assert read_signing_key(file, "tide 潮").public == public_key(1)
    assert read_signing_key(file, lambda: "tide 潮").public == public_key(1)
    with pytest.raises(UsageError, match="has a passphrase, and none is given"):
        read_signing_key(file)
    for wrong in ("tide", ""):
        with pytest.raises(UsageError, match="has another passphrase, or is damaged"):
            read_signing_key(file, wrong)


def other_private(kind: str, form: PrivateFormat = PKCS8) -> bytes:
    data: bytes = OTHERS[kind].private_bytes(Encoding.PEM, form, NoEncryption())
    return data


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (other_private("RSA", OPENSSH), r"is RSA \(ssh-rsa\); only Ed25519 keys"),
        (other_private("ECDSA", OPENSSH), r"is ECDSA \(ecdsa-sha2-nistp256\); only Ed25519"),
        (other_private("RSA"), "is a key of the kind RSA; only Ed25519"),
        (other_private("ECDSA"), "is a key of the kind ECDSA; only Ed25519"),
        (other_private("Ed448"), "is a key of the kind Ed448; only Ed25519"),
        (other_private("X25519"), "is a key of the kind X25519; only Ed25519"),
        (other_private("RSA", PrivateFormat.TraditionalOpenSSL), "is an RSA PRIVATE KEY; only"),
        (other_private("ECDSA", PrivateFormat.TraditionalOpenSSL), "is an EC PRIVATE KEY; only"),
        (public_line(1).encode(), "is a public key; name the private one"),
        (b"PuTTY-User-Key-File-3: ssh-ed25519\n", "is a key of PuTTY"),
        (b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n", "is no private key"),
        (b"", "is no key of OpenSSH and no PEM file"),
        (b"\xff\x00", "is no key of OpenSSH and no PEM file"),
    ],
)
def test_what_is_no_key_to_sign_with_is_named(file: Path, data: bytes, said: str) -> None:
    file.write_bytes(data)
    with pytest.raises(UsageError, match=f"^{re.escape(str(file))} {said}"):
        read_signing_key(file, never)


def test_the_kind_of_an_encrypted_key_is_told_before_it_is_decrypted(file: Path) -> None:
    """OpenSSH keeps the public part in the clear."""
    data = private_file(1, OPENSSH, "x").splitlines()
    inner = bytearray(base64.b64decode(b"".join(data[1:-1])))
    at = inner.index(b"ssh-ed25519")
    inner[at : at + 11] = b"ssh-ed25\xff19"
    for kind, said in ((b"ssh-ed25\xff19", "is a damaged key"), (b"ssh-xxxxxxx", "another kind")):
        inner[at : at + 11] = kind
        body = base64.encodebytes(bytes(inner))
        file.write_bytes(b"\n".join([data[0], body, data[-1]]))
        with pytest.raises(UsageError, match=said):
            read_signing_key(file, never)


@pytest.mark.parametrize("kind", [OPENSSH, PKCS8])
@pytest.mark.parametrize("at", [0.3, 0.5, 0.6, 0.9])
def test_a_damaged_key_is_told_and_never_used(file: Path, kind: PrivateFormat, at: float) -> None:
    lines = private_file(1, kind).splitlines()
    body = bytearray(b"".join(lines[1:-1]))
    del body[int(len(body) * at) :]
    file.write_bytes(b"\n".join([lines[0], body, lines[-1]]))
    with pytest.raises(UsageError, match="is a damaged key"):
        read_signing_key(file, never)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_signing_key(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="Is a directory"):
        read_signers(tmp_path)
    (tmp_path / "long").write_bytes(bytes(2**20 + 1))
    with pytest.raises(UsageError, match="is too large for a file of keys"):
        read_signers(tmp_path / "long")


def keys_of(text: str, file: Path) -> tuple[PublicKey, ...]:
    file.write_text(text, "utf-8")
    (signer,) = read_signers(file)
    return signer.keys


def test_a_fingerprint_is_that_of_openssh() -> None:
    """As `ssh-keygen -l` prints it of the key of RFC 8032, section 7.1, test 1."""
    raw = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    line = load_ssh_public_key(f"ssh-ed25519 {_blob(raw)}".encode())
    assert line.public_bytes(Encoding.Raw, PublicFormat.Raw) == raw
    assert PublicKey(raw).fingerprint == "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8"


def _blob(raw: bytes) -> str:
    parts = (b"ssh-ed25519", raw)
    return base64.b64encode(b"".join(len(p).to_bytes(4, "big") + p for p in parts)).decode()


def test_a_key_may_be_a_line_or_a_file_or_in_pem(file: Path) -> None:
    line = public_line(1, "ops@example.org")
    own = PublicKey(public_key(1).raw, "ops@example.org")
    assert keys_of(f"{line}\n", file) == (own,)
    assert keys_of(f"\ufeff{line}\r\n", file) == (own,)
    assert [s.keys for s in read_signers(line)] == [(own,)]
    assert [s.keys for s in read_signers([line, file])] == [(own,), (own,)]
    pem = private_key(1).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert keys_of(pem.decode(), file) == (public_key(1),)


def test_files_of_several_keys_give_those_of_our_kind(file: Path) -> None:
    rsa_line = OTHERS["RSA"].public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    text = f"""# who may sign
    {public_line(1, "one two")}

restrict,command="say \\"ssh-rsa AAAA\\"" {public_line(2, "two")}
a@example.org,*@b.example {public_line(3)}
{rsa_line.decode()} old
"""
    found = keys_of(text, file)
    assert [(key.raw, key.comment) for key in found] == [
        (public_key(1).raw, "one two"),
        (public_key(2).raw, "two"),
        (public_key(3).raw, ""),
    ]


@pytest.mark.parametrize(
    "before",
    [
        "*.example.org cert-authority",
        'a@example.org namespaces="git"',
        'a@example.org valid-before="20200101"',
        'a@example.org restrict,VALID-AFTER="20990101"',
        "@revoked *",
        "cert-authority",
    ],
)
def test_a_key_with_conditions_that_nobody_checks_is_not_trusted(file: Path, before: str) -> None:
    line = f"{before} {public_line(1)}\n"
    with pytest.raises(UsageError, match="line 1 is trusted for has conditions"):
        keys_of(line, file)
    assert [key.raw for key in keys_of(line + public_line(2), file)] == [public_key(2).raw]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no Ed25519 key: it is empty"),
        ("# nothing\n", "holds no Ed25519 key: it is empty"),
        ("hello world\n", "cannot be used: line 1 is no public key"),
        ("ssh-ed25519\n", "cannot be used: line 1 is no public key"),
        ("ssh-ed25519 AAAA\n", "cannot be used: line 1 is a damaged key"),
        (f"ssh-ed25519 {_blob(bytes(31))}\n", "cannot be used: line 1 is a damaged key"),
        (f'"ssh-ed25519 {_blob(bytes(32))}\n', "cannot be used: line 1 is no public key"),
        (public_line(1).replace("AAAAC", "AAAAB"), "cannot be used: line 1 is a damaged key"),
        ("sk-ssh-ed25519@openssh.com AAAA x\n", r"line 1 is a security key \(sk-ssh-ed25519"),
        ("ssh-ed25519-cert-v01@openssh.com AAAA x\n", r"line 1 is a certificate \(ssh-ed25519-c"),
        (other_private("RSA").decode(), "is a private key; name the public one"),
        (private_file(1).decode(), "is a private key; name the public one"),
    ],
)
def test_what_holds_no_signers_key_is_told(file: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=f"^{re.escape(str(file))} .*{said}"):
        keys_of(text, file)


@pytest.mark.parametrize("kind", OTHERS)
def test_the_kind_of_a_public_key_in_pem_is_named(file: Path, kind: str) -> None:
    public = OTHERS[kind].public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with pytest.raises(UsageError, match=f"is a key of the kind {kind}; only Ed25519"):
        keys_of(pem, file)


def test_a_fingerprint_is_no_key() -> None:
    with pytest.raises(UsageError, match="is a fingerprint; name the key itself"):
        read_signers(public_key(1).fingerprint)


def test_a_signature_is_one_of_these_bytes_by_this_key() -> None:
    signature = private_key(1).sign(b"x")
    assert is_signed(b"x", signature, public_key(1))
    assert not is_signed(b"y", signature, public_key(1))
    assert not is_signed(b"x", signature, public_key(2))
    assert not is_signed(b"x", signature[:-1], public_key(1))
    assert not is_signed(b"x", b"", public_key(1))


@pytest.mark.parametrize("package", ["cryptography", "bcrypt"])
def test_a_missing_package_is_named(tmp_path: Path, package: str) -> None:
    """In an interpreter that cannot import it; an OpenSSH key needs both if it is encrypted."""
    (tmp_path / "key").write_bytes(private_file(1, OPENSSH, "x"))
    script = (
        "import sys\n"
        "class Missing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {package!r}: raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Missing())\n"
        "from corpuskit.errors import MissingExtraError\n"
        "from corpuskit.signatures.key_files import read_signing_key\n"
        "try: read_signing_key(sys.argv[1], 'x')\n"
        "except MissingExtraError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "key")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"{package} is not installed; type: pip install {package}\n"


def test_keys_are_those_of_openssh_where_there_is_one(tmp_path: Path) -> None:
    """Made by `ssh-keygen` if this machine has it, else as `cryptography` writes them."""
    program = shutil.which("ssh-keygen")
    for passphrase in ("", "tide"):
        path = tmp_path / f"id{len(passphrase)}"
        if program:
            make = (program, "-q", "-t", "ed25519", "-N", passphrase, "-C", "me", "-f", path)
            subprocess.run(make, check=True)
            listed = (program, "-l", "-f", path)
            said = subprocess.run(listed, check=True, capture_output=True, text=True).stdout
        else:
            path.write_bytes(private_file(1, OPENSSH, passphrase or None))
            path.with_suffix(".pub").write_text(public_line(1, "me"), "utf-8")
            said = public_key(1).fingerprint
        (signer,) = read_signers(path.with_suffix(".pub"))
        key = read_signing_key(path, passphrase)
        assert [(k.raw, k.comment) for k in signer.keys] == [(key.public.raw, "me")]
        assert key.public.fingerprint in said
