"""Signatures of a version: whose they are, whether they are genuine, and of these files.

What stands in a signature is believed only if its key is one that the caller trusts. Of others it
is known no more than that they are readable, and about the files that are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpuskit.codes import Code
from corpuskit.dataset_names import SIGNATURES
from corpuskit.disk.plain_files import read_document
from corpuskit.signatures import attestation, dsse
from corpuskit.signatures.attestation import PAYLOAD_TYPE, Statement
from corpuskit.signatures.dsse import Envelope
from corpuskit.signatures.ed25519 import is_signed
from corpuskit.signatures.files import signature_name, signatures_beside
from corpuskit.signatures.key_files import Signer
from corpuskit.signatures.public_keys import PublicKey
from corpuskit.strict_json import JsonError
from corpuskit.tombstones import stays
from corpuskit.verifying.differences import json_difference
from corpuskit.verifying.findings import clipped
from corpuskit.verifying.version import ExaminedVersion
from corpuskit.versions import Version

_NAMED = 3
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_IN_FILE_NAMES = str.maketrans("+/", "-_")


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why a signature cannot be used."""

    code: Code
    problem: str


def check_signatures(version: ExaminedVersion, signers: Sequence[Signer]) -> None:
    """Check all signatures of a version, and that each of some signers has signed it.

    Who has is noted in the version, and how many signatures there are if nobody was asked for.
    """
    trusted = {key.file_part: key for signer in signers for key in signer.keys}
    try:
        folder, names = signatures_beside(version.root, _number(version))
    except OSError as error:
        problem = f"the folder cannot be listed: {error.strerror}"
        version.findings.add(Code.MALFORMED_SIGNATURE, f"../{SIGNATURES}", problem)
        return
    # Where a version does not hold, a signature that nobody vouches for tells nothing new.
    sound = not version.findings.own
    good = set()
    for part, name in names.items():
        key, where = trusted.get(part), f"../{SIGNATURES}/{name}"
        read = _read(folder / name, part, key)
        if isinstance(read, _Fault):
            version.findings.add(read.code, where, read.problem)
        elif (key is not None or sound) and _fits(version, read, where, key):
            good.add(part)
    for signer in signers:
        _check_signer(version, signer, names, good)
    version.signed_by = tuple(key.fingerprint for part, key in trusted.items() if part in good)
    version.unchecked = 0 if signers else len(names)


def _number(version: ExaminedVersion) -> str:
    """What a version is called: like its folder, unless that has another name altogether."""
    name = version.root.resolve().name
    return name if Version.parse(name) or not version.manifest else version.manifest.version


def _read(path: Path, part: str, key: PublicKey | None) -> Statement | _Fault:
    """What a signature says, or what is wrong with it.

    `part` is the key that it is named after, `key` the same if it is trusted: then the signature
    must be genuine.
    """
    try:
        envelope = dsse.load(read_document(path))
        genuine = key is not None and _is_genuine(envelope, key)
        if not genuine and (other := _other_key(envelope, part)):
            return _Fault(Code.WRONG_SIGNER, f"expected the key of the file's name, found {other}")
        if key is not None and not genuine:
            problem = f"expected a signature by {key.fingerprint} of what it holds, found another"
            return _Fault(Code.INVALID_SIGNATURE, problem)
        if envelope.payload_type != PAYLOAD_TYPE:
            found = clipped(envelope.payload_type)
            return _Fault(Code.MALFORMED_SIGNATURE, f"expected {PAYLOAD_TYPE}, found {found}")
        return attestation.load(envelope.payload)
    except OSError as error:
        return _Fault(Code.MALFORMED_SIGNATURE, f"cannot be read: {error.strerror}")
    except JsonError as error:
        problem = f"expected a signature, found {clipped(str(error))}"
        return _Fault(Code.MALFORMED_SIGNATURE, problem)


def _other_key(envelope: Envelope, part: str) -> str | None:
    """Whose signatures are in an envelope, by what they say, if they are of no key of that name.

    Other programs name keys in other ways; that says nothing.
    """
    said = {s.keyid for s in envelope.signatures if s.keyid and _FINGERPRINT.fullmatch(s.keyid)}
    own = any(keyid[7:].translate(_IN_FILE_NAMES) == part for keyid in said)
    return None if own or not said else min(said)


def _is_genuine(envelope: Envelope, key: PublicKey) -> bool:
    data = dsse.pae(envelope.payload_type, envelope.payload)
    return any(is_signed(data, signature.sig, key) for signature in envelope.signatures)


def _fits(
    version: ExaminedVersion, statement: Statement, where: str, key: PublicKey | None
) -> bool:
    """Whether what was said of a version is so."""
    findings, manifest = version.findings, version.manifest
    own = (manifest.name if manifest else statement.name, _number(version))
    if (statement.name, statement.version) != own:
        expected, found = (" ".join(named) for named in (own, (statement.name, statement.version)))
        problem = f"expected a signature of {expected}, found one of {clipped(found)}"
        findings.add(Code.FOREIGN_SIGNATURE, where, problem)
        return False
    differing = [*_differing(version, statement)]
    if differing and key is None:
        # Nobody knows who wrote it: no reason to lay blame on files.
        named = ", ".join(clipped(path) for path, _ in differing[:_NAMED])
        more = f" and {len(differing) - _NAMED} more" if len(differing) > _NAMED else ""
        problem = f"expected the digests of the files, found others of {named}{more}"
        findings.add(Code.NOT_AS_SIGNED, where, problem)
    elif key is not None:
        for path, problem in differing:
            findings.add(Code.NOT_AS_SIGNED, path, f"{problem} (signed by {key.fingerprint})")
    if differing or manifest is None:
        return not differing
    built = json_difference(attestation.provenance(manifest), statement.predicate, "predicate")
    if built is not None:
        findings.add(Code.METADATA_DISAGREES, where, built)
    return built is None


def _differing(version: ExaminedVersion, statement: Statement) -> Iterator[tuple[str, str]]:
    """The files that are not as they were signed, with what is wrong.

    Of a version whose rows were deleted those count that stay: they are still vouched for.
    """
    signed, found = statement.digests, version.digests
    if version.gone is not None:
        signed = {path: sha256 for path, sha256 in signed.items() if stays(path)}
    # Where neither manifest nor checksums can be read, nobody has looked for the other files.
    listed = version.manifest is not None or version.sums is not None
    for path in sorted(signed.keys() | found.keys() if listed else found.keys()):
        if path not in found:
            problem = "found none that the release lists"
            yield path, f"SHA-256: expected {signed[path]} as it was signed, {problem}"
        elif path not in signed:
            yield path, "expected the files that were signed, found one more"
        elif signed[path] != found[path]:
            yield path, f"SHA-256: expected {signed[path]} as it was signed, found {found[path]}"


def _check_signer(
    version: ExaminedVersion, signer: Signer, names: dict[str, str], good: set[str]
) -> None:
    """Make sure that one of a signer's keys has signed; what is wrong with a file is known.

    A version whose rows are gone need not be: nobody can sign it any more.
    """
    if version.gone is not None:
        return
    parts = [key.file_part for key in signer.keys]
    if not good.isdisjoint(parts) or any(part in names for part in parts):
        return
    where = f"../{SIGNATURES}/"
    if len(parts) == 1:
        where += signature_name(_number(version), parts[0])
    keys = " or ".join(key.fingerprint for key in signer.keys[:_NAMED])
    asked = keys + (" or another" if len(parts) > _NAMED else "") + f" of {clipped(signer.stated)}"
    if names:
        problem = f"expected a signature by {asked}, found {len(names)} by others"
        version.findings.add(Code.WRONG_SIGNER, where, problem)
    else:
        problem = f"expected a signature by {asked}, found none of this version"
        version.findings.add(Code.MISSING_SIGNATURE, where, problem)
