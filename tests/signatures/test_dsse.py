"""Envelopes: what is signed, and that of one there is one reading only."""

from __future__ import annotations

import base64
import json

import pytest

from corpuskit.signatures.dsse import Envelope, EnvelopeSignature, dump, load, pae
from corpuskit.strict_json import JsonError
from tests.keys import private_key

KIND = "http://example.com/HelloWorld"
ENVELOPE = Envelope(KIND, b"hello world", (EnvelopeSignature(b"\xfb\xff" * 32, "k"),))


def spelled(**members: object) -> bytes:
    known = json.loads(dump(ENVELOPE))
    return json.dumps(known | members).encode()


def test_what_is_signed_is_the_example_of_the_specification() -> None:
    """protocol.md, "Test Vectors"."""
    assert pae(KIND, b"hello world") == (b"DSSEv1 29 http://example.com/HelloWorld 11 hello world")


def test_lengths_are_those_of_bytes() -> None:
    assert pae("é", "港".encode()) == "DSSEv1 2 é 3 港".encode()
    assert pae("", b"") == b"DSSEv1 0  0 "


def test_a_kind_and_a_payload_cannot_be_cut_elsewhere() -> None:
    """Of other parts something else is signed, although the characters in a row are the same."""
    assert pae("a 1 b", b"c") != pae("a", b"b 1 c")


def test_the_example_of_the_specification_is_read() -> None:
    """`envelope.md`'s form, with members of no meaning, without a key's name."""
    (found,) = load(
        b'{"payload": "aGVsbG8gd29ybGQ=", "payloadType": "http://example.com/HelloWorld",'
        b' "more": 1, "signatures": [{"sig": "A3JqsQ==", "cert": "x"}]}'
    ).signatures
    assert found == EnvelopeSignature(b"\x03rj\xb1", None)


def test_an_envelope_is_read_as_it_was_written() -> None:
    assert load(dump(ENVELOPE)) == ENVELOPE
    nameless = Envelope(KIND, b"", (EnvelopeSignature(b""),))
    assert load(dump(nameless)) == nameless


def test_both_alphabets_are_read() -> None:
    """As the specification demands."""
    sig = {"sig": base64.urlsafe_b64encode(b"\xfb\xff" * 32).decode(), "keyid": "k"}
    assert load(spelled(signatures=[sig])) == ENVELOPE


@pytest.mark.parametrize(
    "text",
    [
        "aGVsbG8gd29ybGR=",  # the same bytes to a lenient reader
        "aGVsbG8gd29ybGQ",
        "aGVsbG8g\nd29ybGQ=",
        "aGVs bG8=",
        "====",
        "+_8=",  # two alphabets
        "港",
        "a",
    ],
)
def test_base64_is_read_only_as_an_encoder_writes_it(text: str) -> None:
    with pytest.raises(JsonError, match="payload: is not base64"):
        load(spelled(payload=text))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"signatures": []}, "signatures: is empty"),
        ({"signatures": [{}]}, r'signatures\[0\]: has no "sig"'),
        ({"signatures": [{"sig": "", "keyid": 1}]}, r"signatures\[0\].keyid: should be a string"),
        ({"signatures": {}}, "signatures: should be an array"),
        ({"payloadType": None}, "payloadType: should be a string"),
    ],
)
def test_what_is_no_envelope_is_told(changed: dict[str, object], said: str) -> None:
    with pytest.raises(JsonError, match=said):
        load(spelled(**changed))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"payload": "", "payload": ""}', b"\xff"])
def test_other_data_is_no_envelope(data: bytes) -> None:
    with pytest.raises(JsonError):
        load(data)


def test_a_signature_can_be_checked_without_us() -> None:
    """By whoever has the key, the specification, and a library for Ed25519."""
    key = private_key(1)
    envelope = Envelope(KIND, b"x", (EnvelopeSignature(key.sign(pae(KIND, b"x"))),))
    said = json.loads(dump(envelope))
    kind, payload = said["payloadType"].encode(), base64.b64decode(said["payload"])
    signed = b" ".join([b"DSSEv1", b"%d" % len(kind), kind, b"%d" % len(payload), payload])
    key.public_key().verify(base64.b64decode(said["signatures"][0]["sig"]), signed)
