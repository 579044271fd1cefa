"""Ed25519 signatures (RFC 8032), and the keys that make them, by `cryptography`.

It is imported when a key is used: most who read a release have no use for it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from corpuskit.errors import MissingExtraError
from corpuskit.signatures.public_keys import KINDS, KeyTextError, PublicKey, kind_name, wire_strings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END", re.DOTALL)
_OPENSSH_MAGIC = b"openssh-key-v1\0"
_ONLY = "only Ed25519 keys are used here: ssh-keygen -t ed25519 makes one"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, and the public one that belongs to it."""

    public: PublicKey
    _private: Ed25519PrivateKey

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of a signature; of the same data they are always the same."""
        return self._private.sign(data)


def is_signed(data: bytes, signature: bytes, key: PublicKey) -> bool:
    """Whether a signature of `data` was made with the private part of a key."""
    _require("cryptography")
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, data)
    except (InvalidSignature, ValueError):  # the latter of bytes that are no point of the curve
        return False
    return True


def read_public_pem(data: bytes) -> PublicKey:
    """The key of a PEM file (SubjectPublicKeyInfo).

    Raises:
        KeyTextError: it is of another kind, or private, or none.
    """
    label, _ = _pem(data)
    if "PRIVATE KEY" in label:
        raise KeyTextError("is a private key; name the public one that belongs to it")
    if label != "PUBLIC KEY":
        raise KeyTextError(f"is {_article(label)}; {_ONLY}")
    _require("cryptography")
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        return _public(load_pem_public_key(data))
    except (ValueError, UnsupportedAlgorithm) as error:
        if isinstance(error, KeyTextError):
            raise
        raise KeyTextError("is a damaged key") from None


def read_private(data: bytes, passphrase: Callable[[], bytes]) -> SigningKey:
    """The key of a private key file of OpenSSH or in PEM (PKCS #8).

    Args:
        data: What the file holds.
        passphrase: Asked only if the key is encrypted.

    Raises:
        KeyTextError: it is of another kind, or public, or none; or the passphrase is wrong.
        MissingExtraError: a package is not installed.
    """
    label, body = _pem(data)
    match label:
        case "OPENSSH PRIVATE KEY":
            encrypted = _look_into_openssh(body)
        case "PRIVATE KEY" | "ENCRYPTED PRIVATE KEY":
            encrypted = label.startswith("ENCRYPTED")
        case _ if "PRIVATE" in label:
            raise KeyTextError(f"is {_article(label)}; {_ONLY}")
        case _:
            raise KeyTextError("is no private key; name that, and keep it to yourself")
    _require("cryptography", *(("bcrypt",) if encrypted and label.startswith("OPENSSH") else ()))
    return _loaded(data, label, passphrase() if encrypted else None)


def _loaded(data: bytes, label: str, passphrase: bytes | None) -> SigningKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import (
        load_pem_private_key,
        load_ssh_private_key,
    )

    load = load_ssh_private_key if label.startswith("OPENSSH") else load_pem_private_key
    try:
        private: Any = load(data, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        wrong = (
            "is a damaged key" if passphrase is None else "has another passphrase, or is damaged"
        )
        raise KeyTextError(wrong) from None
    return SigningKey(_public(private.public_key()), private)


def _public(key: Any) -> PublicKey:  # noqa: ANN401 - a class for every kind, without a root
    """A public key of `cryptography` as ours."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if isinstance(key, Ed25519PublicKey):
        return PublicKey(key.public_bytes_raw())
    kind = type(key).__name__.removesuffix("PublicKey")
    raise KeyTextError(f"is a key of the kind {'ECDSA' if kind == 'EC' else kind}; {_ONLY}")


def _look_into_openssh(body: bytes) -> bool:
    """Whether a private key of OpenSSH is encrypted; its kind is told even then.

    OpenSSH's PROTOCOL.key: magic, names of cipher and key derivation, its options, the number of
    keys, the public key.
    """
    try:
        data = base64.b64decode(b"".join(body.split()), validate=True)
        at, found = len(_OPENSSH_MAGIC), []
        for skipped in (0, 0, 0, 4):
            start = at + skipped + 4
            at = start + int.from_bytes(data[start - 4 : start], "big")
            found.append(data[start:at])
        kind = wire_strings(found[3])[0].decode() if data.startswith(_OPENSSH_MAGIC) else ""
    except (binascii.Error, UnicodeDecodeError, IndexError, KeyTextError):
        kind = ""
    if not kind:
        raise KeyTextError("is a damaged key")
    if kind != "ssh-ed25519":
        raise KeyTextError(f"is {kind_name(kind) if kind in KINDS else 'another kind'}; {_ONLY}")
    return found[0] != b"none"


def _pem(data: bytes) -> tuple[str, bytes]:
    """The label and the base64 of a PEM file.

    Raises:
        KeyTextError: it is none.
    """
    found = _PEM.search(data)
    if found:
        return found[1].decode(), found[2]
    if data.startswith(b"PuTTY-User-Key-File"):
        raise KeyTextError("is a key of PuTTY; puttygen can export it for OpenSSH")
    if data.lstrip().startswith((b"ssh-", b"ecdsa-", b"sk-")):
        raise KeyTextError("is a public key; name the private one that belongs to it")
    if data.startswith(b"---- BEGIN SSH2"):
        raise KeyTextError("is an SSH2 key; ssh-keygen -i converts it")
    raise KeyTextError("is no key of OpenSSH and no PEM file")


def _article(label: str) -> str:
    """`a CERTIFICATE`, `an RSA PRIVATE KEY`."""
    return f"{'an' if label[:1] in 'AEIOR' else 'a'} {label}"


def _require(*packages: str) -> None:
    for package in packages:
        try:
            import_module(package)
        except ImportError as error:
            raise MissingExtraError(package, "sign") from error
