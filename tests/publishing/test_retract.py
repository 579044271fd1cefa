"""A version that is retracted is read by nobody, and is never forgotten; old ones are pruned."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

import corpuskit
from corpuskit.publishing import sending
from corpuskit.retracting import retract as retracting
from corpuskit.stores import Store, open_store
from tests.publishing.conftest import CREATED, LICENCE, build

if TYPE_CHECKING:
    Fetched = Callable[[str], Path]

PATIENCE = 240.0
WHEN = "2024-07-01T10:00:00Z"
REASON = "the dates are wrong"
LEFT = {"manifest.json", "RETRACTED.json"}


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def index(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "index.json").read_bytes())
    return found


def retract(release: str | Path, reason: str = REASON) -> corpuskit.RetractResult:
    return corpuskit.retract(release, reason, created=WHEN)


@pytest.fixture(autouse=True)
def _no_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is what a test states."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


@pytest.fixture
def src(tmp_path: Path) -> Path:
    """A folder of one article."""
    folder = tmp_path / "src"
    folder.mkdir()
    (folder / "corpuskit.toml").write_text(LICENCE)
    write(folder, "a")
    return folder


@pytest.fixture
def own(src: Path, tmp_path: Path) -> Path:
    """A dataset with the versions 1.0.0, 1.1.0 and 1.2.0, an article more in each."""
    for name in "abc":
        write(src, name)
        result = build(src, tmp_path / "datasets")
    return result.path.parent


def write(src: Path, name: str) -> None:
    text = f"---\ntitle: {name}\ndate: 2021-01-01\n---\nWhat {name} says and nobody else.\n"
    (src / f"{name}.md").write_text(text)


# Here


def test_the_rows_go_and_the_manifest_stays_with_a_reason(own: Path) -> None:
    before = files(own)
    result = retract(f"{own}@1.1.0")
    assert (result.status, result.version, result.latest) == ("retracted", "1.1.0", "1.2.0")
    assert files(own / "1.1.0").keys() == LEFT
    manifest = before["1.1.0/manifest.json"]
    assert (own / "1.1.0/manifest.json").read_bytes() == manifest
    assert json.loads((own / "1.1.0/RETRACTED.json").read_bytes()) == {
        "manifest_sha256": hashlib.sha256(manifest).hexdigest(),
        "reason": REASON,
        "version": "1.1.0",
        "when": WHEN,
    }
    for number in ("1.0.0", "1.2.0"):
        assert files(own / number) == {
            path.removeprefix(f"{number}/"): data
            for path, data in before.items()
            if path.startswith(number)
        }
    assert corpuskit.verify(own, history=True) == ()


def test_the_documents_of_the_dataset_say_it(own: Path) -> None:
    retract(f"{own}@1.2.0", "see `#7` | <b>")
    found = index(own)
    assert found["latest"] == "1.1.0"
    assert isinstance(found["versions"], list)
    assert [v.get("retracted") for v in found["versions"]] == [None, None, "see `#7` | <b>"]
    readme = (own / "README.md").read_text()
    header = yaml.safe_load(readme.split("---\n")[1])
    paths = {c["config_name"]: c["data_files"][0]["path"] for c in header["configs"]}
    assert paths == {
        "default": "1.1.0/data/*.parquet",
        "1.1.0": "1.1.0/data/*.parquet",
        "1.0.0": "1.0.0/data/*.parquet",
    }
    said = r"on 2024-07-01: see \`\#7\` &#124; &lt;b&gt;"
    assert f"- 1.2.0 was retracted {said}" in readme
    changes = (own / "CHANGELOG.md").read_text()
    assert f"## 1.2.0 - 2024-06-01\n\n**Retracted** {said}\n\n### Added" in changes


@pytest.mark.parametrize("asked", ["1.2.0", "1.2", "folder"])
def test_who_asks_for_it_is_told_why(own: Path, asked: str) -> None:
    retract(own / "1.2.0")
    release = own / "1.2.0" if asked == "folder" else f"{own}@{asked}"
    with pytest.raises(corpuskit.GoneError, match=f"1.2.0 was retracted on 2024-07-01: {REASON}"):
        corpuskit.load(release)
    assert corpuskit.load(own).version == "1.1.0"
    assert corpuskit.load(own, "1").version == "1.1.0"


def test_retracting_twice_says_so(own: Path) -> None:
    retract(f"{own}@1.1.0")
    before = files(own)
    again = corpuskit.retract(f"{own}@1.1.0", "another reason", created=CREATED)
    assert (again.status, again.reason, again.when, again.files) == ("already", REASON, WHEN, 0)
    assert files(own) == before


@pytest.mark.parametrize(
    ("release", "said"),
    [
        ("", "such as .*@1.2.0"),
        ("@1", "such as .*@1.2.0"),
        ("@latest", "such as .*@1.2.0"),
    ],
)
def test_the_version_is_named_in_full(own: Path, release: str, said: str) -> None:
    before = files(own)
    with pytest.raises(corpuskit.UsageError, match=said):
        retract(f"{own}{release}")
    assert files(own) == before


@pytest.mark.parametrize("reason", ["", " \n", "x" * 1001])
def test_a_reason_is_needed(own: Path, reason: str) -> None:
    with pytest.raises(corpuskit.UsageError, match="reason"):
        retract(f"{own}@1.1.0", reason)


def test_a_version_that_is_not_there_is_not_retracted(own: Path) -> None:
    with pytest.raises(corpuskit.ReleaseError, match=r"has no 2\.0\.0"):
        retract(f"{own}@2.0.0")


def test_a_shard_that_another_version_has_as_well_stays_there(own: Path) -> None:
    """It has two names, and loses one."""
    shard = own / "1.1.0/data/part-00000.parquet"
    other = own / "1.2.0/data/twin.parquet"
    (own / "1.2.0/data").chmod(0o755)
    os.link(shard, other)
    data = other.read_bytes()
    went = [
        len(data)
        for name, data in files(own / "1.1.0").items()
        if name not in ("manifest.json", "data/part-00000.parquet")
    ]
    result = retract(f"{own}@1.1.0")
    assert other.read_bytes() == data
    assert result.freed == sum(went)


def test_the_folders_of_a_version_may_be_read_only(own: Path) -> None:
    for folder in (own / "1.1.0/data", own / "1.1.0/audit", own / "1.1.0"):
        folder.chmod(0o555)
    retract(f"{own}@1.1.0")
    assert files(own / "1.1.0").keys() == LEFT


def test_the_next_version_follows_the_last_one_that_is_left(own: Path, src: Path) -> None:
    """Its number is above all that there ever were."""
    retract(f"{own}@1.2.0")
    write(src, "d")
    manifest = corpuskit.load(build(src, own.parent).path).manifest
    assert manifest.version == "1.3.0"
    assert manifest.previous is not None
    assert manifest.previous.version == "1.1.0"
    assert manifest.changes is not None
    assert (manifest.changes.added, manifest.changes.unchanged) == (2, 2)
    assert corpuskit.verify(own, history=True) == ()


def test_what_a_retracted_version_had_is_built_again(own: Path, src: Path, tmp_path: Path) -> None:
    """Though it is known how the last build ended; and what was there before is not."""
    cache = tmp_path / "cache"

    def again() -> corpuskit.BuildResult:
        return corpuskit.build(
            src, out=own.parent, name="articles", created=CREATED, cache_dir=cache, workers=1
        )

    assert [again().status, again().status] == ["unchanged", "unchanged"]
    retract(f"{own}@1.2.0")
    assert again().version == "1.3.0"
    retract(f"{own}@1.3.0")
    (src / "c.md").unlink()
    last = again()
    assert (last.status, last.version) == ("unchanged", "1.1.0")


def test_all_versions_may_be_retracted(own: Path, src: Path) -> None:
    for number in ("1.0.0", "1.1.0", "1.2.0"):
        last = retract(f"{own}@{number}")
    assert last.latest is None
    assert index(own)["latest"] is None
    assert "configs" not in yaml.safe_load((own / "README.md").read_text().split("---\n")[1])
    assert corpuskit.verify(own, history=True) == ()
    with pytest.raises(corpuskit.GoneError, match=r"1\.2\.0 was retracted"):
        corpuskit.load(own)
    manifest = corpuskit.load(build(src, own.parent).path).manifest
    assert (manifest.version, manifest.previous, manifest.changes) == ("1.3.0", None, None)
    assert corpuskit.verify(own, history=True) == ()


@pytest.mark.parametrize("number", ["1.0.0", "1.1.0", "1.2.0"])
def test_the_number_of_a_retracted_version_is_not_used_again(
    own: Path, src: Path, number: str
) -> None:
    retract(f"{own}@{number}")
    write(src, "d")
    with pytest.raises(corpuskit.RefusedError, match=r"is not above 1\.2\.0"):
        corpuskit.build(src, out=own.parent, name="articles", version=number, workers=1)


def test_a_reader_of_what_is_deleted_meanwhile_is_told(own: Path) -> None:
    release = corpuskit.load(own, "1.1.0")
    retract(f"{own}@1.1.0")
    for read in (release.to_arrow, release.to_polars, release.diagnostics):
        with pytest.raises(corpuskit.ReleaseError, match=r"1\.1\.0"):
            read()
    with pytest.raises(corpuskit.GoneError, match=REASON):
        release.to_arrow()


def test_what_is_withdrawn_stays_so_when_its_version_is_retracted(own: Path, src: Path) -> None:
    (src / "corpuskit.toml").write_text(f'{LICENCE}withdraw = "withdrawn.txt"\n')
    (src / "withdrawn.txt").write_text("a.md  # on request\n")
    assert build(src, own.parent).version == "1.3.0"
    retract(f"{own}@1.3.0")
    assert files(own / "1.3.0").keys() == LEFT | {"audit/withdrawn.jsonl"}
    (src / "corpuskit.toml").write_text(LICENCE)
    result = build(src, own.parent)
    assert corpuskit.load(result.path).to_arrow(["path"])["path"].to_pylist() == ["b.md", "c.md"]
    assert corpuskit.verify(own, history=True) == ()


def tampered(own: Path, how: str) -> None:
    folder = own / "1.1.0"
    stone = json.loads((folder / "RETRACTED.json").read_bytes())
    match how:
        case "tombstone":
            (folder / "RETRACTED.json").write_text("{}")
        case "reason":
            (folder / "RETRACTED.json").write_text(json.dumps(stone | {"reason": "none"}))
        case "digest":
            stone["manifest_sha256"] = "0" * 64
            (folder / "RETRACTED.json").write_text(json.dumps(stone))
        case "version":
            (folder / "RETRACTED.json").write_text(json.dumps(stone | {"version": "1.0.0"}))
        case "manifest":
            (folder / "manifest.json").chmod(0o644)
            (folder / "manifest.json").write_bytes(
                (folder / "manifest.json").read_bytes().replace(b'"rows": 2', b'"rows": 3')
            )
        case "rows":
            shutil.copytree(own / "1.0.0/data", folder / "data")
        case "gone":
            shutil.rmtree(folder)
        case _:
            (folder / "manifest.json").unlink()


@pytest.mark.parametrize(
    ("how", "code", "path"),
    [
        ("tombstone", "CK812", "1.1.0/RETRACTED.json"),
        ("reason", "CK814", "index.json"),
        ("digest", "CK803", "1.1.0/manifest.json"),
        ("version", "CK812", "1.1.0/RETRACTED.json"),
        ("manifest", "CK803", "1.1.0/manifest.json"),
        ("rows", "CK802", "1.1.0/data/part-00000.parquet"),
        ("gone", "CK812", "1.2.0/manifest.json"),
        ("no manifest", "CK801", "1.1.0/manifest.json"),
    ],
)
def test_verify_finds_what_was_done_to_a_retracted_version(
    own: Path, how: str, code: str, path: str
) -> None:
    retract(f"{own}@1.1.0")
    tampered(own, how)
    found = [(str(d.code), d.path) for d in corpuskit.verify(own, history=True)]
    assert (code, path) in found


def test_a_retracted_version_is_verified_by_its_name(own: Path) -> None:
    retract(f"{own}@1.1.0")
    for release in (f"{own}@1.1.0", own / "1.1.0"):
        found = corpuskit.examine(release)
        assert found.holds
        assert [(v.gone, v.note) for v in found.versions] == [
            ("retracted", f"retracted on 2024-07-01: {REASON}")
        ]


# Somewhere else


@pytest.fixture
def published(own: Path, place: str) -> str:
    """All three versions, published."""
    for number in ("1.0.0", "1.1.0", "1.2.0"):
        corpuskit.publish(f"{own}@{number}", place)
    return place


def test_a_published_version_is_retracted_where_it_is(
    own: Path, published: str, fetched: Fetched
) -> None:
    result = retract(f"{published}@1.2.0")
    assert (result.status, result.latest) == ("retracted", "1.1.0")
    copy = fetched(published)
    assert files(copy / "1.2.0").keys() == LEFT
    assert index(copy)["latest"] == "1.1.0"
    assert corpuskit.verify(copy, history=True) == ()
    assert corpuskit.verify(published, history=True) == ()
    assert corpuskit.load(published).version == "1.1.0"
    for release in (f"{published}@1.2.0", f"{published}/1.2.0"):
        with pytest.raises(corpuskit.GoneError, match=f"1.2.0 was retracted.*: {REASON}"):
            corpuskit.load(release)
        assert corpuskit.examine(release).versions[0].gone == "retracted"
    before = files(fetched(published))
    again = retract(f"{published}/1.2.0", "another reason")
    assert (again.status, again.reason) == ("already", REASON)
    assert files(fetched(published)) == before
    retract(own / "1.2.0")
    assert files(fetched(published)) == files(own)


def test_a_retracted_version_is_not_published(own: Path, published: str, fetched: Fetched) -> None:
    """Neither when it was retracted there, nor here."""
    retract(f"{published}@1.1.0")
    before = files(fetched(published))
    with pytest.raises(corpuskit.RefusedError, match=f"1.1.0 was retracted on .*{REASON}; it does"):
        corpuskit.publish(f"{own}@1.1.0", published)
    retract(f"{own}@1.2.0")
    with pytest.raises(corpuskit.RefusedError, match=f"{REASON}; such a version is not published"):
        corpuskit.publish(f"{own}@1.2.0", published)
    assert files(fetched(published)) == before


def test_a_version_is_published_beside_a_retracted_one(
    own: Path, published: str, src: Path, fetched: Fetched
) -> None:
    retract(f"{published}@1.2.0")
    retract(f"{own}@1.2.0")
    write(src, "d")
    build(src, own.parent)
    corpuskit.publish(own, published)
    copy = fetched(published)
    assert files(copy) == files(own)
    assert corpuskit.verify(copy, history=True) == ()
    assert corpuskit.load(published).version == "1.3.0"


def test_what_a_web_server_shows_is_passed_over_too(own: Path, web: tuple[Path, str]) -> None:
    """It lists nothing, but has an index."""
    root, url = web
    retract(f"{own}@1.2.0")
    shutil.copytree(own, root / "retracted")
    assert corpuskit.load(f"{url}/retracted").version == "1.1.0"
    with pytest.raises(corpuskit.GoneError, match=REASON):
        corpuskit.load(f"{url}/retracted@1.2.0")
    assert corpuskit.verify(f"{url}/retracted", history=True) == ()


class Killed(BaseException):
    """What ends a process at once."""


class Dying:
    """A store that changes some things, and then ends the process that uses it."""

    def __init__(self, store: Store, left: int) -> None:
        self.store = store
        self.left = left

    def __getattr__(self, name: str) -> object:
        method = getattr(self.store, name)
        if name not in {"write", "delete"}:
            return method

        def change(*arguments: object) -> object:
            if self.left == 0:
                raise Killed
            self.left -= 1
            return method(*arguments)

        return change


def test_who_is_killed_leaves_a_version_that_is_whole_or_retracted(
    own: Path, monkeypatch: pytest.MonkeyPatch, fetched: Fetched
) -> None:
    """At every single change; and the next one goes on from there."""
    finished = None
    for left in range(100):
        place = f"memory://killed-{os.getpid()}-{left}"
        for number in ("1.0.0", "1.1.0"):
            corpuskit.publish(f"{own}@{number}", place)
        with monkeypatch.context() as patch:
            patch.setattr(retracting, "open_store", lambda url, n=left: Dying(open_store(url), n))
            try:
                retract(f"{place}@1.1.0")
            except Killed:
                readable(place)
            else:
                break
        again = retract(f"{place}@1.1.0")
        assert again.latest == "1.0.0"
        found = files(fetched(place))
        assert finished is None or found == finished
        finished = found
        assert corpuskit.verify(place, history=True) == ()
    assert left > 10


def readable(place: str) -> None:
    """What a reader gets is whole."""
    try:
        rows = corpuskit.load(f"{place}@1.1.0").to_arrow().num_rows
    except corpuskit.GoneError:
        assert corpuskit.load(place).version == "1.0.0"
    else:
        assert rows == 2


KILLED_AT_EVERY_STEP = """
import os, shutil, signal, sys
import corpuskit

CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "fcntl.flock"}
prepared, scratch, command = sys.argv[1:]

def run(dataset, last):
    changes = 0
    def watch(event, arguments):
        nonlocal changes
        writes = event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR)
        if event in CHANGES or writes:
            if changes == last:
                os.kill(os.getpid(), signal.SIGKILL)
            changes += 1
    sys.addaudithook(watch)
    if command == "retract":
        corpuskit.retract(f"{dataset}@1.2.0", "the dates are wrong", created="2024-07-01T10:00:00Z")
    else:
        corpuskit.prune(dataset, 1, created="2024-07-01T10:00:00Z")
    os._exit(changes)

def child(name, last):
    shutil.copytree(prepared, f"{scratch}/{name}")
    pid = os.fork()
    if pid == 0:
        run(f"{scratch}/{name}", last)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

corpuskit.retract, corpuskit.prune
total = child("finished", None)
assert 20 < total < 200, total
for last in range(total):
    ended = child(f"killed {last:03d}", last)
    assert ended == -signal.SIGKILL, (last, total, ended)
"""


@pytest.mark.parametrize("command", ["retract", "prune"])
def test_kill_at_any_moment_leaves_whole_versions_or_none(
    own: Path, tmp_path: Path, command: str
) -> None:
    """No reader takes what is left of a version for a whole one; the next call finishes."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    subprocess.run(
        [sys.executable, "-P", "-c", KILLED_AT_EVERY_STEP, str(own), str(scratch), command],
        check=True,
        timeout=PATIENCE,
    )
    finished, *steps = sorted(scratch.iterdir())
    assert corpuskit.verify(finished, history=True) == ()
    for dataset in steps:
        for number in ("1.0.0", "1.1.0", "1.2.0"):
            try:
                release = corpuskit.load(dataset, number)
            except corpuskit.GoneError:
                continue
            assert files(dataset / number) == files(own / number), dataset.name
            assert release.to_arrow().num_rows == len(release)
        if command == "retract":
            retract(f"{dataset}@1.2.0")
        else:
            corpuskit.prune(dataset, 1, created=WHEN)
        assert files(dataset) == files(finished), dataset.name


# Pruning


def prune(dataset: Path, keep: int, *, dry_run: bool = False) -> corpuskit.PruneResult:
    return corpuskit.prune(dataset, keep, dry_run=dry_run, created=WHEN)


def test_all_but_the_newest_versions_are_pruned(own: Path, src: Path) -> None:
    result = prune(own, 2)
    assert (result.pruned, result.kept) == (("1.0.0",), ("1.1.0", "1.2.0"))
    assert files(own / "1.0.0").keys() == {"manifest.json", "PRUNED.json"}
    assert corpuskit.verify(own, history=True) == ()
    found = index(own)
    assert isinstance(found["versions"], list)
    assert [v.get("pruned") for v in found["versions"]] == [WHEN, None, None]
    assert "**Pruned** on 2024-07-01; its rows were deleted." in (own / "CHANGELOG.md").read_text()
    with pytest.raises(corpuskit.GoneError, match="was pruned on 2024-07-01"):
        corpuskit.load(own, "1.0.0")
    assert prune(own, 1).pruned == ("1.1.0",)
    assert prune(own, 1).pruned == ()
    write(src, "d")
    assert build(src, own.parent).version == "1.3.0"
    assert corpuskit.verify(own, history=True) == ()


def test_a_dry_run_says_what_would_go_and_does_nothing(own: Path) -> None:
    before = files(own)
    said = prune(own, 1, dry_run=True)
    assert files(own) == before
    done = prune(own, 1)
    assert (said.pruned, said.kept, said.files, said.freed) == (
        done.pruned,
        done.kept,
        done.files,
        done.freed,
    )
    gone = sum(map(len, before.values())) - sum(map(len, files(own).values()))
    assert 0 < gone <= done.freed


def test_bytes_that_another_version_has_are_not_freed(own: Path) -> None:
    """And those of two versions that both go are freed once."""
    shards = [own / number / "data/part-00000.parquet" for number in ("1.0.0", "1.1.0", "1.2.0")]
    plain = prune(own, 1, dry_run=True).freed
    sizes = [shard.stat().st_size for shard in shards]
    for shard in shards[:2]:
        shard.unlink()
    os.link(shards[2], shards[1])
    assert prune(own, 1, dry_run=True).freed == plain - sizes[0] - sizes[1]
    shards[1].unlink()
    shards[0].write_bytes(b"x" * 1000)
    os.link(shards[0], shards[1])
    assert prune(own, 1, dry_run=True).freed == plain - sizes[0] - sizes[1] + 1000


def test_retracted_versions_do_not_count_among_those_that_are_kept(own: Path) -> None:
    retract(f"{own}@1.2.0")
    result = prune(own, 1)
    assert (result.pruned, result.kept) == (("1.0.0",), ("1.1.0",))
    assert prune(own, 5).kept == ("1.1.0",)
    assert retract(f"{own}@1.0.0").status == "retracted"
    assert files(own / "1.0.0").keys() == LEFT
    assert corpuskit.verify(own, history=True) == ()


@pytest.mark.parametrize("keep", [0, -1])
def test_the_latest_version_is_never_pruned(own: Path, keep: int) -> None:
    with pytest.raises(corpuskit.UsageError, match="the latest one always is"):
        prune(own, keep)


def test_only_a_dataset_of_this_machine_is_pruned(own: Path) -> None:
    for wrong in (f"{own}@1.0.0", own / "1.0.0", "s3://bucket/articles"):
        with pytest.raises(corpuskit.UsageError):
            corpuskit.prune(wrong, 1)


def test_a_pruned_version_is_not_published(own: Path, tmp_path: Path) -> None:
    prune(own, 1)
    with pytest.raises(corpuskit.RefusedError, match="was pruned"):
        corpuskit.publish(f"{own}@1.0.0", str(tmp_path / "published"))


@pytest.mark.parametrize("kind", ["PRUNED.json", "RETRACTED.json"])
def test_a_tombstone_is_that_of_the_folder_it_is_in_whatever_it_says(own: Path, kind: str) -> None:
    """One that names the latest version, by mistake or not, does not delete that."""
    stone = {"manifest_sha256": "0" * 64, "version": "1.2.0", "when": WHEN}
    said = stone | ({"reason": "none"} if kind == "RETRACTED.json" else {})
    (own / "1.0.0").chmod(0o755)
    (own / "1.0.0" / kind).write_text(json.dumps(said))
    latest = files(own / "1.2.0")
    prune(own, 1)
    assert retract(f"{own}@1.0.0").version == "1.0.0"
    assert files(own / "1.2.0") == latest
    assert json.loads((own / "1.0.0/RETRACTED.json").read_text())["version"] == "1.0.0"


@pytest.mark.parametrize("kind", ["PRUNED.json", "RETRACTED.json"])
def test_a_damaged_tombstone_is_written_anew(own: Path, kind: str) -> None:
    (own / "1.0.0" / kind).write_text("{}")
    with pytest.raises(corpuskit.GoneError, match=f"see 1.0.0/{kind}"):
        corpuskit.load(f"{own}@1.0.0")
    if kind == "PRUNED.json":
        corpuskit.prune(own, 3, created=WHEN)
    else:
        assert retract(f"{own}@1.0.0").status == "retracted"
    assert json.loads((own / "1.0.0" / kind).read_bytes())["when"] == WHEN
    assert corpuskit.verify(own, history=True) == ()


def test_a_damaged_tombstone_is_written_anew_where_it_was_published(
    published: str, fetched: Fetched
) -> None:
    retract(f"{published}@1.0.0")
    whole = files(fetched(published))
    open_store(published).write("1.0.0/RETRACTED.json", b"{}")
    assert retract(f"{published}@1.0.0").status == "retracted"
    assert files(fetched(published)) == whole


def test_a_copy_of_a_version_is_no_dataset(own: Path, tmp_path: Path) -> None:
    """What lies beside it is somebody else's."""
    shutil.copytree(own / "1.0.0", tmp_path / "project/1.0.0")
    (tmp_path / "project/README.md").write_text("mine")
    with pytest.raises(corpuskit.UsageError, match="is not in the folder of a dataset"):
        retract(tmp_path / "project/1.0.0")
    with pytest.raises(corpuskit.UsageError, match=r"holds README\.md and no dataset"):
        build(own.parent.parent / "src", tmp_path, name="project")
    assert (tmp_path / "project/README.md").read_text() == "mine"


def test_nothing_is_deleted_through_a_link(own: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (own / "1.0.0").rename(elsewhere)
    (own / "1.0.0").symlink_to(elsewhere)
    before = files(elsewhere)
    with pytest.raises(corpuskit.RefusedError, match="is a link"):
        prune(own, 1)
    assert files(elsewhere) == before


def test_what_publishers_who_were_killed_have_sent_goes_with_the_version(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "published"
    with monkeypatch.context() as patch:
        patch.setattr(sending.Sending, "clean_up", lambda _: None)
        corpuskit.publish(own / "1.0.0", str(place))
    assert any((place / ".publishing").rglob("*.parquet"))
    retract(f"{place}@1.0.0")
    assert not any(place.rglob("*.parquet"))


@pytest.mark.parametrize("name", ["RETRACTED.json", "manifest.json"])
def test_nobody_waits_for_a_pipe(own: Path, name: str) -> None:
    path = own / "1.0.0" / name
    path.parent.chmod(0o755)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    with pytest.raises(corpuskit.CorpuskitError):
        corpuskit.load(own / "1.0.0")
    if name == "manifest.json":
        with pytest.raises(corpuskit.ReleaseError):
            prune(own, 1)
