"""Keys for tests, always the same ones, and signatures made without corpuskit's help."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from corpuskit.signatures.public_keys import PublicKey

Json = dict[str, Any]


def private_key(seed: int) -> Ed25519PrivateKey:
    """A key that is anything but secret."""
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


def public_key(seed: int) -> PublicKey:
    """The public part of `private_key`."""
    return PublicKey(private_key(seed).public_key().public_bytes_raw())


def private_file(
    seed: int,
    kind: PrivateFormat = PrivateFormat.OpenSSH,
    passphrase: str | None = None,
) -> bytes:
    """A private key as OpenSSH or OpenSSL writes it."""
    hidden = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return private_key(seed).private_bytes(Encoding.PEM, kind, hidden)


def public_line(seed: int, comment: str = "") -> str:
    """A public key as OpenSSH writes it."""
    line = private_key(seed).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return f"{line.decode()} {comment}".strip()


def write_keys(folder: Path, seed: int, name: str = "id") -> tuple[Path, Path]:
    """The files of a key pair, as `ssh-keygen` would make them."""
    private, public = folder / name, folder / f"{name}.pub"
    private.write_bytes(private_file(seed))
    public.write_text(public_line(seed, f"{name}@example.org") + "\n", "utf-8")
    return private, public


def signature_file(dataset: Path, version: str, seed: int) -> Path:
    """Where the signature of a version with a key belongs."""
    return dataset / "signatures" / f"{version}.{public_key(seed).file_part}.dsse.json"


def payload_of(path: Path) -> Json:
    """What a signature is of."""
    statement: Json = json.loads(base64.b64decode(json.loads(path.read_bytes())["payload"]))
    return statement


def rewrite_payload(path: Path, statement: Json, seed: int) -> None:
    """Put something else into a signature, and sign that."""
    payload = json.dumps(statement).encode()
    kind = "application/vnd.in-toto+json"
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
    signature = {"sig": base64.b64encode(private_key(seed).sign(signed)).decode()}
    envelope = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": kind,
        "signatures": [signature],
    }
    path.write_text(json.dumps(envelope), "utf-8")
