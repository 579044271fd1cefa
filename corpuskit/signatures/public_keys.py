"""Public keys as OpenSSH writes them: lines in `.pub`, authorized_keys and allowed_signers files.

RFC 4253 section 6.6, RFC 8709; sshd(8) "AUTHORIZED_KEYS FILE FORMAT", ssh-keygen(1) "ALLOWED
SIGNERS". Of all kinds of keys only Ed25519 is read.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

_ED25519 = b"ssh-ed25519"
_RAW_BYTES = 32

_TOKEN = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^\s"])+')
_KIND = re.compile(r"(?:sk-)?(?:ssh|ecdsa|webauthn-sk-ecdsa)-[a-z0-9@.-]+")
_CONDITION = re.compile(
    r"^@|(?:^|,)(?:cert-authority(?:,|$)|(?:namespaces|valid-after|valid-before)=)", re.IGNORECASE
)
"""What a line may say before its key that limits what it is trusted for, or revokes it."""

KINDS = {
    "ssh-rsa": "RSA",
    "ssh-dss": "DSA",
    "ssh-ed448": "Ed448",
    "ecdsa-sha2-nistp256": "ECDSA",
    "ecdsa-sha2-nistp384": "ECDSA",
    "ecdsa-sha2-nistp521": "ECDSA",
    "sk-ssh-ed25519@openssh.com": "a security key",
    "sk-ecdsa-sha2-nistp256@openssh.com": "a security key",
}
"""How messages call kinds of keys, by OpenSSH's name."""


class KeyTextError(ValueError):
    """Text that holds no key that can be used; the message says why."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 key: `raw` are its 32 bytes (RFC 8032), `comment` is what a line says of it."""

    raw: bytes
    comment: str = ""

    @property
    def fingerprint(self) -> str:
        """`SHA256:` and base64 without padding, as `ssh-keygen -l` prints it."""
        return f"SHA256:{base64.b64encode(self._digest()).decode().rstrip('=')}"

    @property
    def file_part(self) -> str:
        """The fingerprint in the base64 of file names, 43 characters."""
        return base64.urlsafe_b64encode(self._digest()).decode().rstrip("=")

    def _digest(self) -> bytes:
        parts = (_ED25519, self.raw)
        blob = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hashlib.sha256(blob).digest()


def kind_name(kind: str) -> str:
    """What messages call a kind of key: `RSA (ssh-rsa)`."""
    if "-cert-v0" in kind:
        return f"a certificate ({kind})"
    return f"{KINDS[kind]} ({kind})" if kind in KINDS else kind


def read_lines(text: str) -> tuple[PublicKey, ...]:
    """The Ed25519 keys of a text with a key a line; blank lines and `#` comments are passed over.

    What stands before a key (options, principals) is passed over, too, unless it limits what the
    key is trusted for, which nobody here could check: then the key is.

    Raises:
        KeyTextError: a line is none, or there is no key that can be used.
    """
    found, passed = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        key = _read_line(line, number)
        if isinstance(key, PublicKey):
            found.append(key)
        else:
            passed.append(key)
    if not found:
        raise KeyTextError(f"holds no Ed25519 key: {passed[0] if passed else 'it is empty'}")
    return tuple(found)


def _read_line(line: str, number: int) -> PublicKey | str:
    """The key of a line, or why it is passed over."""
    spans = [*_TOKEN.finditer(line)]
    tokens = [span[0] for span in spans]
    at = next((n for n, token in enumerate(tokens[:-1]) if _KIND.fullmatch(token)), None)
    # A quotation mark without another one before the key: what is in it may be no key.
    if at is None or line[: spans[at].start()].count('"') % 2:
        raise KeyTextError(f"line {number} is no public key of OpenSSH")
    kind = tokens[at]
    if any(_CONDITION.search(token) for token in tokens[:at]):
        return f"what line {number} is trusted for has conditions, which are not checked here"
    if kind != _ED25519.decode():
        return f"line {number} is {kind_name(kind)}"
    try:
        parts = wire_strings(base64.b64decode(tokens[at + 1], validate=True))
    except (binascii.Error, KeyTextError):
        parts = []
    if len(parts) != 2 or parts[0] != _ED25519 or len(parts[1]) != _RAW_BYTES:
        raise KeyTextError(f"line {number} is a damaged key: its base64 is no {kind}")
    return PublicKey(parts[1], " ".join(tokens[at + 2 :]))


def wire_strings(data: bytes) -> list[bytes]:
    """The strings that OpenSSH's wire format is made of, each after its length (RFC 4251).

    Raises:
        KeyTextError: it ends within one.
    """
    found, at = [], 0
    while at < len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        if at + 4 > len(data) or end > len(data):
            raise KeyTextError("is damaged: it ends too early")
        found.append(data[at + 4 : end])
        at = end
    return found
