"""What `verify` says of signatures; each was made by `sign`, and harm was done then."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from corpuskit.codes import Code
from corpuskit.errors import MissingExtraError, UsageError
from corpuskit.model import Diagnostic
from corpuskit.signing import sign
from corpuskit.verifying import examine, require_holding, verify
from tests.keys import (
    payload_of,
    public_key,
    public_line,
    rewrite_payload,
    signature_file,
    write_keys,
)

Reseal = Callable[..., None]
OURS, THEIRS = public_line(1), public_line(2)


@pytest.fixture
def signed(dataset: Path, tmp_path: Path) -> Path:
    """The dataset, both versions of it signed with the first key."""
    key, _ = write_keys(tmp_path, 1)
    for number in ("1.0.0", "1.1.0"):
        sign(dataset / number, key)
    return dataset


def codes(found: tuple[Diagnostic, ...]) -> list[tuple[Code, str | None]]:
    return [(d.code, d.path) for d in found]


def relative(path: Path, dataset: Path) -> str:
    return path.relative_to(dataset).as_posix()


def test_a_signed_dataset_holds_and_says_whose_it_is(signed: Path) -> None:
    found = examine(signed, signer=OURS)
    assert found.findings == ()
    assert [v.signed_by for v in found.versions] == [(public_key(1).fingerprint,)] * 2
    assert [v.unchecked for v in found.versions] == [0, 0]
    assert examine(signed / "1.0.0", signer=OURS).holds


def test_signatures_that_nobody_asked_for_are_counted(signed: Path, tmp_path: Path) -> None:
    sign(signed / "1.1.0", write_keys(tmp_path, 2)[0])
    found = examine(signed)
    assert found.holds
    assert [(v.unchecked, v.signed_by) for v in found.versions] == [(1, ()), (2, ())]


def test_what_was_signed_by_nobody_is_told_of_every_version(dataset: Path) -> None:
    found = examine(dataset, signer=OURS)
    assert codes(found.findings) == [
        (Code.MISSING_SIGNATURE, relative(signature_file(dataset, number, 1), dataset))
        for number in ("1.0.0", "1.1.0")
    ]
    assert ([v.holds for v in found.versions], found.around) == ([False, False], 0)


def test_of_a_version_alone_signatures_are_looked_for_beside_it(signed: Path) -> None:
    path = signature_file(signed, "1.0.0", 1)
    path.unlink()
    expected = (Code.MISSING_SIGNATURE, f"../signatures/{path.name}")
    assert codes(verify(signed / "1.0.0", signer=OURS)) == [expected]
    assert verify(signed / "1.1.0", signer=OURS) == ()


def test_all_signers_that_are_named_must_have_signed(signed: Path, tmp_path: Path) -> None:
    expected = [
        (Code.WRONG_SIGNER, relative(signature_file(signed, number, 2), signed))
        for number in ("1.0.0", "1.1.0")
    ]
    assert codes(verify(signed, signer=[OURS, THEIRS])) == expected
    for number in ("1.0.0", "1.1.0"):
        sign(signed / number, write_keys(tmp_path, 2)[0])
    found = examine(signed, signer=[OURS, THEIRS])
    both = (public_key(1).fingerprint, public_key(2).fingerprint)
    assert (found.findings, found.versions[0].signed_by) == ((), both)


def test_of_the_keys_in_a_file_any_will_do(signed: Path, tmp_path: Path) -> None:
    team = tmp_path / "team.pub"
    team.write_text(f"{THEIRS}\n{OURS}\n", "utf-8")
    assert verify(signed, signer=team) == ()
    team.write_text(f"{THEIRS}\n{public_line(3)}\n", "utf-8")
    (finding, _) = verify(signed, signer=team)
    assert (finding.code, finding.path) == (Code.WRONG_SIGNER, "signatures/")
    assert all(public_key(seed).fingerprint in finding.message for seed in (2, 3))


def test_a_file_that_was_changed_is_named_though_all_digests_agree(
    signed: Path, reseal: Reseal
) -> None:
    """The attack that nothing within a release can tell of."""
    (signed / "index.json").unlink()
    reseal(signed / "1.1.0", lambda m: replace(m, created="2020-01-01T00:00:00Z"))
    assert codes(verify(signed / "1.1.0", signer=OURS)) == [
        (Code.NOT_AS_SIGNED, name)
        for name in (
            "CITATION.cff", "README.md", "SHA256SUMS", "croissant.json", "datapackage.json",
            "manifest.json",
        )
    ]  # fmt: skip


def test_files_that_came_or_went_after_signing_are_named(signed: Path) -> None:
    """Here the signature is edited: with the release itself nothing is wrong."""
    path = signature_file(signed, "1.0.0", 1)
    statement = payload_of(path)
    gone = statement["subject"].pop()["name"]
    statement["subject"].append({"name": "x", "digest": {"sha256": "0" * 64}})
    rewrite_payload(path, statement, 1)
    assert codes(verify(signed / "1.0.0", signer=OURS)) == [
        (Code.NOT_AS_SIGNED, gone),
        (Code.NOT_AS_SIGNED, "x"),
    ]


def test_nobody_is_blamed_by_a_signature_that_anybody_can_have_written(signed: Path) -> None:
    path = signature_file(signed, "1.0.0", 1)
    statement = payload_of(path)
    for subject in statement["subject"][:5]:
        subject["digest"]["sha256"] = "0" * 64
    rewrite_payload(path, statement, 3)
    found = verify(signed)
    assert codes(found) == [(Code.NOT_AS_SIGNED, relative(path, signed))]
    names = [subject["name"] for subject in statement["subject"][:5]]
    assert f"found others of {', '.join(names[:3])} and 2 more" in found[0].message
    forged = (Code.INVALID_SIGNATURE, f"../signatures/{path.name}")
    assert codes(verify(signed / "1.0.0", signer=OURS)) == [forged]


def test_a_damaged_file_is_told_from_its_digest_and_from_the_signature(signed: Path) -> None:
    (signed / "1.0.0/README.md").write_text("better")
    assert codes(verify(signed, signer=OURS)) == [
        (Code.DIGEST_MISMATCH, "1.0.0/README.md"),
        (Code.NOT_AS_SIGNED, "1.0.0/README.md"),
    ]


def test_a_damaged_file_is_told_once_where_nobody_vouches_for_the_signature(signed: Path) -> None:
    (signed / "1.0.0/README.md").write_text("better")
    assert codes(verify(signed)) == [(Code.DIGEST_MISMATCH, "1.0.0/README.md")]


def test_a_shard_is_not_said_to_be_gone_where_nobody_has_looked(signed: Path) -> None:
    """Neither manifest nor checksums say which files there are."""
    for name in ("manifest.json", "SHA256SUMS"):
        (signed / "1.0.0" / name).write_text("?")
    (signed / "index.json").unlink()
    found = codes(verify(signed / "1.0.0", signer=OURS))
    assert [path for code, path in found if code is Code.NOT_AS_SIGNED] == [
        "SHA256SUMS",
        "manifest.json",
    ]


def test_a_signature_of_another_version_is_told(signed: Path) -> None:
    path = signature_file(signed, "1.1.0", 1)
    shutil.copyfile(signature_file(signed, "1.0.0", 1), path)
    expected = (Code.FOREIGN_SIGNATURE, relative(path, signed))
    for signer in (None, OURS):
        (finding,) = found = verify(signed, signer=signer)
        assert codes(found) == [expected]
        assert finding.message == "expected a signature of small 1.1.0, found one of small 1.0.0"


def test_a_signature_of_another_dataset_is_told(signed: Path) -> None:
    path = signature_file(signed, "1.0.0", 1)
    statement = payload_of(path)
    statement["predicate"]["release"]["name"] = "large"
    rewrite_payload(path, statement, 1)
    (finding,) = found = verify(signed, signer=OURS)
    assert codes(found) == [(Code.FOREIGN_SIGNATURE, relative(path, signed))]
    assert finding.message == "expected a signature of small 1.0.0, found one of large 1.0.0"


def test_provenance_that_the_manifest_contradicts_is_told(signed: Path) -> None:
    path = signature_file(signed, "1.0.0", 1)
    statement = payload_of(path)
    statement["predicate"]["buildDefinition"]["sources"]["git_commit"] = "0" * 40
    rewrite_payload(path, statement, 1)
    (finding,) = found = verify(signed, signer=OURS)
    assert codes(found) == [(Code.METADATA_DISAGREES, relative(path, signed))]
    assert finding.message.startswith("predicate.buildDefinition.sources.git_commit: expected None")


def test_a_signature_under_the_name_of_another_key_is_told(signed: Path) -> None:
    path = signature_file(signed, "1.0.0", 2)
    signature_file(signed, "1.0.0", 1).rename(path)
    for signer in (None, THEIRS):
        found = verify(signed, signer=signer)
        assert (Code.WRONG_SIGNER, relative(path, signed)) in codes(found)


def test_of_several_signatures_in_one_envelope_one_is_enough(signed: Path) -> None:
    """As other programs write them; a key need not be named."""
    path = signature_file(signed, "1.0.0", 1)
    envelope = json.loads(path.read_bytes())
    other = {"sig": base64.b64encode(bytes(64)).decode(), "keyid": "other"}
    envelope["signatures"].insert(0, other)
    path.write_text(json.dumps(envelope), "utf-8")
    assert verify(signed / "1.0.0", signer=OURS) == ()
    del envelope["signatures"][0]
    for keyid in (None, "ops@example.org", public_key(2).fingerprint):
        envelope["signatures"][0]["keyid"] = keyid
        path.write_text(json.dumps(envelope), "utf-8")
        assert verify(signed / "1.0.0", signer=OURS) == ()


def test_another_payload_is_no_statement_though_it_is_signed(signed: Path) -> None:
    path = signature_file(signed, "1.0.0", 1)
    envelope = json.loads(path.read_bytes())
    envelope["payloadType"] = "text/plain"
    path.write_text(json.dumps(envelope), "utf-8")
    assert codes(verify(signed)) == [(Code.MALFORMED_SIGNATURE, relative(path, signed))]
    found = verify(signed, signer=OURS)
    assert (Code.INVALID_SIGNATURE, relative(path, signed)) in codes(found)


def test_a_link_in_place_of_a_signature_is_not_followed(signed: Path) -> None:
    path = signature_file(signed, "1.0.0", 1)
    path.rename(signed.parent / "elsewhere")
    path.symlink_to(signed.parent / "elsewhere")
    assert codes(verify(signed)) == [(Code.MALFORMED_SIGNATURE, relative(path, signed))]


def test_what_else_lies_there_is_nobodys_business(signed: Path) -> None:
    """Signatures of other programs, and of versions that are not on this machine."""
    folder = signed / "signatures"
    for name in ("1.0.0.minisig", "1.0.0.sigstore.json", "1.0.0.x.dsse.json", "README"):
        (folder / name).write_text("?")
    (folder / "more").mkdir()
    shutil.copyfile(signature_file(signed, "1.0.0", 1), signature_file(signed, "0.9.0", 1))
    found = examine(signed)
    assert (found.findings, [v.unchecked for v in found.versions]) == ((), [1, 1])
    assert verify(signed, signer=OURS) == ()


def test_a_file_in_place_of_the_folder_holds_no_signature(dataset: Path) -> None:
    (dataset / "signatures").write_text("?")
    found = codes(verify(dataset, signer=OURS))
    assert (Code.STRAY_FILE, "signatures") in found
    assert [code for code, _ in found].count(Code.MISSING_SIGNATURE) == 2


def test_what_does_not_hold_for_its_signature_is_not_passed_on(signed: Path) -> None:
    require_holding(signed / "1.0.0")
    signature_file(signed, "1.0.0", 1).write_text("{}")
    with pytest.raises(Exception, match=r"does not hold \(1 findings\): \.\./signatures/1\.0\.0"):
        require_holding(signed / "1.0.0")


def test_signatures_are_looked_at_without_the_package_and_checked_with_it(
    signed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "cryptography", None)
    assert examine(signed).versions[0].unchecked == 1
    with pytest.raises(MissingExtraError, match="pip install cryptography"):
        verify(signed, signer=OURS)


def test_an_empty_list_of_signers_lets_nothing_pass(signed: Path) -> None:
    with pytest.raises(UsageError, match="no signer is named"):
        verify(signed, signer=[])


def test_a_signer_that_cannot_be_used_ends_the_call_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nobody"):
        verify(tmp_path / "nothing", signer=tmp_path / "nobody.pub")
