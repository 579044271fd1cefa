"""Keys as users name them: a file, or the text of a public key itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from corpuskit.errors import UsageError
from corpuskit.signatures.ed25519 import SigningKey, read_private, read_public_pem
from corpuskit.signatures.public_keys import KeyTextError, PublicKey, read_lines

StatedSigners: TypeAlias = "str | os.PathLike[str] | Sequence[str | os.PathLike[str]]"
"""Whose signatures are asked for: files of public keys, or such keys; one, or several."""

Passphrase: TypeAlias = "str | Callable[[], str] | None"  # noqa: S105 - a type

_MAX_BYTES = 2**20
_KINDS = ("ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-")


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who must have signed: with any one of `keys`. `stated` is what the user typed."""

    stated: str
    keys: tuple[PublicKey, ...]


def read_signers(stated: StatedSigners | None) -> tuple[Signer, ...]:
    """The signers that a caller names; nobody for None.

    Raises:
        UsageError: a file is not there, or holds no key that can be used; or a list is empty,
            which would let pass what nobody has signed.
        MissingExtraError: a key in PEM cannot be read without another package.
    """
    if stated is None:
        return ()
    listed = [stated] if isinstance(stated, (str, os.PathLike)) else stated
    if not listed:
        raise UsageError("no signer is named")
    return tuple(_signer(os.fspath(each)) for each in listed)


def _signer(stated: str) -> Signer:
    if stated.startswith(_KINDS) and " " in stated:
        return Signer(stated, _public_keys(stated.encode(), "the signer's key"))
    if stated.startswith("SHA256:") and not Path(stated).exists():
        raise UsageError(f"{stated} is a fingerprint; name the key itself, or a file that holds it")
    return Signer(stated, _public_keys(_read(Path(stated)), stated))


def _public_keys(data: bytes, named: str) -> tuple[PublicKey, ...]:
    try:
        if data.lstrip().startswith(b"-----BEGIN "):
            return (read_public_pem(data),)
        return read_lines(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UsageError(f"{named} is no public key of OpenSSH and no PEM file") from None
    except KeyTextError as error:
        raise UsageError(f"{named} {_said(error)}") from None


def _said(error: KeyTextError) -> str:
    """As the end of a sentence that begins with the file."""
    text = str(error)
    return f"cannot be used: {text}" if text.startswith("line ") else text


def read_signing_key(path: str | os.PathLike[str], passphrase: Passphrase = None) -> SigningKey:
    """The private key in a file.

    Args:
        path: A file of OpenSSH, or PEM with PKCS #8.
        passphrase: What the key is encrypted with, if it is, or who is asked for it.

    Raises:
        UsageError: the file is not there, or holds no private Ed25519 key; or the passphrase is
            missing or wrong.
        MissingExtraError: a package is not installed.
    """

    def ask() -> bytes:
        if passphrase is None:
            raise UsageError(f"{os.fspath(path)} has a passphrase, and none is given")
        return (passphrase if isinstance(passphrase, str) else passphrase()).encode()

    try:
        return read_private(_read(Path(path)), ask)
    except KeyTextError as error:
        raise UsageError(f"{os.fspath(path)} {error}") from None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    if len(data) > _MAX_BYTES:
        raise UsageError(f"{path} is too large for a file of keys")
    return data
