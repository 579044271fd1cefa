"""Envelopes around what was signed: DSSE, version 1.0.0.

https://github.com/secure-systems-lab/dsse, protocol.md and envelope.md. What is signed is not the
JSON but PAE(payload type, payload), so that one kind of payload can never pass for another.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from corpuskit.manifest import Json
from corpuskit.strict_json import JsonError, Node, dumps, parse


@dataclass(frozen=True, slots=True)
class EnvelopeSignature:
    """One signature; `keyid` only hints at whose it is, nobody has signed it."""

    sig: bytes
    keyid: str | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload, how to read it, and who signed both."""

    payload_type: str
    payload: bytes
    signatures: tuple[EnvelopeSignature, ...]


def pae(payload_type: str, payload: bytes) -> bytes:
    """What is signed: both parts with their lengths in bytes."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def dump(envelope: Envelope) -> bytes:
    """An envelope as canonical JSON, its bytes in standard base64."""
    signatures: list[Json] = []
    for signature in envelope.signatures:
        members: dict[str, Json] = {"sig": base64.b64encode(signature.sig).decode()}
        if signature.keyid is not None:
            members["keyid"] = signature.keyid
        signatures.append(members)
    return dumps(
        {
            "payload": base64.b64encode(envelope.payload).decode(),
            "payloadType": envelope.payload_type,
            "signatures": signatures,
        }
    )


def load(data: bytes) -> Envelope:
    """The envelope that `data` is; members that the specification does not know are passed over.

    Raises:
        JsonError: it is none.
    """
    node = Node(parse(data))
    signatures = tuple(map(_signature, node.member("signatures").items()))
    if not signatures:
        node.member("signatures").fail("is empty")
    return Envelope(node.member("payloadType").text(), _bytes(node.member("payload")), signatures)


def _signature(node: Node) -> EnvelopeSignature:
    keyid = dict(node.entries()).get("keyid", Node(None))
    return EnvelopeSignature(_bytes(node.member("sig")), keyid.optional(Node.text))


def _bytes(node: Node) -> bytes:
    """Base64 of either alphabet, and only as an encoder writes it.

    A lenient decoder would take other texts for the same bytes: a file that was damaged could
    still be read as the one that was signed.
    """
    text = node.text()
    if not {"-", "_"}.isdisjoint(text) and {"+", "/"}.isdisjoint(text):
        text = text.translate(str.maketrans("-_", "+/"))
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise JsonError(node.path, "is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise JsonError(node.path, "is not base64 as an encoder writes it")
    return data
