"""Signatures that are published: they follow their version, and are checked where it is."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import corpuskit
from corpuskit.codes import Code
from corpuskit.publishing import publish as publishing
from corpuskit.publishing import sending
from corpuskit.stores import open_store
from tests.keys import public_key, public_line, signature_file, write_keys
from tests.publishing.conftest import somewhere
from tests.publishing.test_publish import Dying, Killed, _files

if TYPE_CHECKING:
    from tests.publishing.test_publish import Fetched

OURS, THEIRS = public_line(1), public_line(2)


@pytest.fixture
def own(dataset: Path, tmp_path: Path) -> Path:
    """A copy of the dataset of which the first version is signed."""
    own = tmp_path / "own" / "articles"
    shutil.copytree(dataset, own)
    corpuskit.sign(own / "1.0.0", write_keys(tmp_path, 1)[0])
    return own


def signed_there(place: str) -> list[str]:
    return open_store(place).names("signatures")


def test_a_version_is_published_with_its_signatures_alone(
    own: Path, place: str, fetched: Fetched
) -> None:
    assert corpuskit.publish(f"{own}@1.1.0", place).signatures == 0
    assert signed_there(place) == []
    assert corpuskit.publish(f"{own}@1.0.0", place).signatures == 1
    assert _files(fetched(place)) == _files(own)
    assert corpuskit.verify(fetched(place) / "1.0.0", signer=OURS) == ()


def test_a_signature_follows_a_version_that_is_there(
    own: Path, place: str, fetched: Fetched, tmp_path: Path
) -> None:
    corpuskit.publish(f"{own}@1.0.0", place)
    corpuskit.sign(own / "1.0.0", write_keys(tmp_path, 2)[0])
    result = corpuskit.publish(f"{own}@1.0.0", place)
    assert (result.status, result.uploaded, result.signatures) == ("there", 0, 1)
    assert corpuskit.verify(fetched(place), signer=[OURS, THEIRS]) == ()
    again = corpuskit.publish(f"{own}@1.0.0", place)
    assert (again.status, again.signatures) == ("there", 0)


def test_signatures_of_others_stay(own: Path, place: str, tmp_path: Path) -> None:
    """Who has published the version with theirs, and has not got ours."""
    corpuskit.publish(f"{own}@1.0.0", place)
    signature_file(own, "1.0.0", 1).unlink()
    corpuskit.sign(own / "1.0.0", write_keys(tmp_path, 2)[0])
    assert corpuskit.publish(f"{own}@1.0.0", place).signatures == 1
    assert len(signed_there(place)) == 2


def test_another_signature_of_that_name_is_never_written_over(own: Path, place: str) -> None:
    corpuskit.publish(f"{own}@1.0.0", place)
    path = f"signatures/{signature_file(own, '1.0.0', 1).name}"
    open_store(place).write(path, b"another")
    with pytest.raises(corpuskit.RefusedError, match=r"signatures/1\.0\.0\..*is another signature"):
        corpuskit.publish(f"{own}@1.0.0", place)
    assert open_store(place).read(path) == b"another"


def test_beside_another_signature_of_that_name_nothing_is_sent(own: Path, place: str) -> None:
    path = f"signatures/{signature_file(own, '1.0.0', 1).name}"
    open_store(place).write(path, b"another")
    open_store(place).write(".publishing/x", b"")  # a dataset that is begun
    with pytest.raises(corpuskit.RefusedError, match="is another signature"):
        corpuskit.publish(f"{own}@1.0.0", place)
    assert sorted(open_store(place).names()) == [".publishing", "signatures"]


def test_a_version_with_a_damaged_signature_is_not_published(own: Path, place: str) -> None:
    signature_file(own, "1.0.0", 1).write_text("{}")
    with pytest.raises(corpuskit.ReleaseError, match=r"\.\./signatures/1\.0\.0\S+: CK823"):
        corpuskit.publish(f"{own}@1.0.0", place)
    assert open_store(place).names() == []


def test_who_is_killed_before_a_signature_is_there_has_it_there_the_next_time(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At any of the last changes, of which the index is three."""
    monkeypatch.setattr(sending, "_AT_ONCE", 1)

    def publish(place: Path, changes: int) -> Dying:
        dying = Dying(open_store(str(place)), changes)
        with monkeypatch.context() as patch:
            patch.setattr(publishing, "open_store", lambda _: dying)
            corpuskit.publish(f"{own}@1.0.0", str(place))
        return dying

    enough = 10_000
    changes = enough - publish(tmp_path / "whole", enough).left
    without = 0
    for left in range(changes - 8, changes):
        place = tmp_path / f"published-{left}"
        with pytest.raises(Killed):
            publish(place, left)
        without += not signed_there(str(place))
        assert not signed_there(str(place)) or (place / "1.0.0/manifest.json").exists()
        corpuskit.publish(f"{own}@1.0.0", str(place))
        assert corpuskit.verify(place, signer=OURS) == ()
    assert without


@pytest.fixture(params=["memory", "s3", "web"])
def there(request: pytest.FixtureRequest, own: Path, tmp_path: Path) -> str:
    """The URL of the dataset, published, both versions signed."""
    corpuskit.sign(own / "1.1.0", write_keys(tmp_path, 1)[0])
    url, place = somewhere(request)
    for number in ("1.0.0", "1.1.0"):
        corpuskit.publish(f"{own}@{number}", place)
    return url


def test_signatures_are_checked_there(there: str) -> None:
    for named in (there, f"{there}@1.0", f"{there}/1.1.0"):
        found = corpuskit.examine(named, signer=OURS)
        assert found.findings == ()
        assert {v.signed_by for v in found.versions} == {(public_key(1).fingerprint,)}
    assert corpuskit.load(there).verify(signer=OURS) == ()


def test_who_has_not_signed_there_is_told(there: str) -> None:
    """Where a server lists nothing, nobody knows that others have."""
    codes = {d.code for d in corpuskit.verify(f"{there}@1.0", signer=THEIRS)}
    unlisted = there.startswith("http")
    assert codes == {Code.MISSING_SIGNATURE if unlisted else Code.WRONG_SIGNER}


def test_what_was_changed_there_after_it_was_signed_is_told(own: Path) -> None:
    url = f"memory://{uuid.uuid4().hex}"
    corpuskit.publish(f"{own}@1.0.0", url)
    name = f"signatures/{signature_file(own, '1.0.0', 1).name}"
    data = open_store(url).read(name)
    assert data is not None
    open_store(url).write(name, data.replace(b'"sig": "', b'"sig": "AAAA', 1))
    (finding,) = corpuskit.verify(url, signer=OURS)
    assert (finding.code, finding.path) == (Code.INVALID_SIGNATURE, name)
