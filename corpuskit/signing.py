"""`corpuskit.sign`: who has a key says that a version is as they know it, file by file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpuskit.dataset_folder import replace_file
from corpuskit.dataset_names import CHECKSUMS, DEV, MANIFEST
from corpuskit.disk.syncing import sync
from corpuskit.documents import checksums
from corpuskit.errors import RefusedError, UnfinishedError, UsageError
from corpuskit.finding.release import divided, find_version
from corpuskit.identity import digest
from corpuskit.manifest import Manifest
from corpuskit.manifest_json import load
from corpuskit.signatures import attestation, dsse
from corpuskit.signatures.attestation import PAYLOAD_TYPE
from corpuskit.signatures.dsse import Envelope, EnvelopeSignature
from corpuskit.signatures.ed25519 import SigningKey
from corpuskit.signatures.files import folder_beside, signature_name
from corpuskit.signatures.key_files import Passphrase, read_signing_key
from corpuskit.urls import is_url
from corpuskit.verifying import require_holding


@dataclass(frozen=True, slots=True)
class SignResult:
    """What became of a signature, which is the file at `path`.

    `status` is `there` if the key had signed the version before, and `replaced` if another file
    was in its place. `keyid` is the key's fingerprint, `files` how many it has signed.
    """

    status: Literal["signed", "there", "replaced"]
    name: str
    version: str
    path: Path
    keyid: str
    files: int


def sign(
    release: str | os.PathLike[str],
    key: str | os.PathLike[str],
    *,
    passphrase: Passphrase = None,
) -> SignResult:
    """Sign all files of a version, after it was verified.

    The signature is written beside the versions, in `signatures/`. The same key gives the same
    bytes for the same version, whenever and wherever it signs.

    Args:
        release: The folder of a version on this machine, or of a dataset, or a name such as
            `articles@1.0.0`.
        key: The file of an Ed25519 private key: of OpenSSH, or PEM with PKCS #8.
        passphrase: That of the key, or a function that is asked for it if the key has one.

    Raises:
        ReleaseError: there is no such version, or it does not hold.
        RefusedError: it is a rehearsal.
        UsageError: nothing is at `release`, it is a URL, or the key cannot be used.
        MissingExtraError: a package is not installed.
        UnfinishedError: the signature cannot be written.
    """
    if is_url(divided(release)[0]):
        raise UsageError("what is behind a URL cannot be signed; sign it here, and publish it")
    folder, _ = find_version(release)
    if folder.resolve().name == DEV:
        raise RefusedError(f"{folder} is a rehearsal, which the next one replaces")
    signing_key = read_signing_key(key, passphrase)
    # One that is there and damaged is what it may be called to replace.
    require_holding(folder, signatures=False)
    manifest = load((folder / MANIFEST).read_bytes())
    sums = (folder / CHECKSUMS).read_bytes()
    digests = checksums.parse(sums) | {CHECKSUMS: digest(sums)}
    path = folder_beside(folder) / signature_name(manifest.version, signing_key.public.file_part)
    status = _put(path, signed(manifest, digests, signing_key))
    keyid = signing_key.public.fingerprint
    return SignResult(status, manifest.name, manifest.version, path, keyid, len(digests))


def signed(manifest: Manifest, digests: dict[str, str], key: SigningKey) -> bytes:
    """The signature of a version whose files have these digests: the bytes of its file."""
    payload = attestation.dump(manifest, digests)
    signature = key.sign(dsse.pae(PAYLOAD_TYPE, payload))
    signatures = (EnvelopeSignature(signature, key.public.fingerprint),)
    return dsse.dump(Envelope(PAYLOAD_TYPE, payload, signatures))


def _put(path: Path, data: bytes) -> Literal["signed", "there", "replaced"]:
    """Have a file hold `data`, whole or not at all."""
    try:
        there = path.read_bytes() if path.exists() else None
        if there == data:
            return "there"
        if not path.parent.exists():
            path.parent.mkdir(exist_ok=True)
            sync(path.parent.parent)
        replace_file(path, data)
        sync(path.parent)
    except OSError as error:
        raise UnfinishedError(f"{path}: {error.strerror}") from error
    return "signed" if there is None else "replaced"
