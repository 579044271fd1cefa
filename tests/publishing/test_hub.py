"""Publishing on the Hugging Face Hub, to one on loopback: the root, one commit, a tag."""

from __future__ import annotations

import hashlib
import itertools
import logging.handlers
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import huggingface_hub.constants as hub_constants
import huggingface_hub.utils as hub_utils
import polars as pl
import pytest
from huggingface_hub import snapshot_download

import corpuskit
from tests.publishing.conftest import LICENCE, build
from tests.publishing.hub_stub import READ, WRITE, Hub, Repository, served

_names = itertools.count()


@pytest.fixture(scope="module")
def one_hub() -> Iterator[Hub]:
    """A Hub for all tests, each of which has a repository of its own."""
    with served() as hub:
        yield hub


@pytest.fixture
def hub(one_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A Hub that huggingface_hub asks: it has read the environment already."""
    constants = hub_constants
    monkeypatch.setattr(constants, "ENDPOINT", one_hub.url)
    places = "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", one_hub.url + places)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    # What Xet is sent, and how, only its own server knows.
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setenv("HF_TOKEN", WRITE)
    one_hub.before = one_hub.after = lambda _method, _path: None
    one_hub.requests.clear()
    one_hub.sent.clear()
    return one_hub


@pytest.fixture
def name() -> str:
    """The name of a repository that is not there."""
    return f"somebody/articles-{next(_names)}"


@pytest.fixture
def url(name: str) -> str:
    """Its URL."""
    return f"hf://datasets/{name}"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who tries again does not wait."""
    monkeypatch.setattr("time.sleep", lambda _seconds: None)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Versions 1.0.0 and 1.1.0 of few words."""
    src, out = tmp_path_factory.mktemp("articles"), tmp_path_factory.mktemp("datasets")
    (src / "corpuskit.toml").write_text(LICENCE)
    for number in range(2):
        (src / f"{number}.md").write_text(f"---\ntitle: T\ndate: 2021-01-01\n---\n{number}\n")
        build(src, out)
    return out / "articles"


def _files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def _version_in(repository: Repository, revision: str = "main") -> dict[str, bytes]:
    files = repository.files(revision)
    assert files.pop(".gitattributes")
    return files


def _other(tmp_path: Path, name: str = "articles", text: str = "Text.") -> Path:
    """Another 1.0.0."""
    src = tmp_path / f"other-{name}"
    src.mkdir()
    (src / "a.md").write_text(f"---\ntitle: T\ndate: 2021-01-01\n---\n{text}\n")
    (src / "corpuskit.toml").write_text(LICENCE)
    return build(src, tmp_path / "out", name).path


def test_a_version_becomes_the_root_of_a_private_repository_in_one_commit_and_a_tag(
    hub: Hub, dataset: Path, name: str, url: str
) -> None:
    result = corpuskit.publish(f"{dataset}@1.0.0", url)
    repository = hub.repositories[name]
    assert (result.status, result.version, result.url) == ("published", "1.0.0", url)
    assert (result.private, repository.private) == (True, True)
    assert _version_in(repository) == _files(dataset / "1.0.0")
    assert result.uploaded == sum(map(len, _version_in(repository).values()))
    assert len(repository.history) == 2
    assert repository.tags == {"1.0.0": repository.head}


def test_the_next_version_replaces_it_and_sends_no_shard_that_is_there(
    hub: Hub, dataset: Path, name: str, url: str
) -> None:
    old, new = (corpuskit.load(dataset, number).manifest for number in ("1.0.0", "1.1.0"))
    common = {e.sha256 for e in old.shards} & {e.sha256 for e in new.shards}
    corpuskit.publish(f"{dataset}@1.0.0", url)
    hub.sent.clear()
    result = corpuskit.publish(f"{dataset}@1.1.0", url)
    repository = hub.repositories[name]
    (ends,) = (e.sha256 for e in new.files if e.path == "footers.arrow.zst")
    assert sorted(hub.sent) == sorted(({e.sha256 for e in new.shards} - common) | {ends})
    assert result.copied == sum(e.bytes for e in new.shards if e.sha256 in common) > 0
    everything = sum(map(len, _version_in(repository).values()))
    assert result.uploaded < everything - result.copied
    assert _version_in(repository) == _files(dataset / "1.1.0")
    assert _version_in(repository, "1.0.0") == _files(dataset / "1.0.0")
    assert len(repository.history) == 3


def test_a_shard_under_another_name_is_copied_there(
    hub: Hub, dataset: Path, name: str, url: str
) -> None:
    entry = corpuskit.load(dataset).manifest.shards[0]
    repository = hub.create(name, private=True)
    repository.write_large({"old.parquet": (dataset / "1.1.0" / entry.path).read_bytes()})
    result = corpuskit.publish(dataset, url)
    assert entry.sha256 not in hub.sent
    assert result.copied == entry.bytes
    files = _version_in(repository)
    del files["old.parquet"]
    assert files == _files(dataset / "1.1.0")


def test_what_is_there_is_not_published_again(hub: Hub, dataset: Path, name: str, url: str) -> None:
    for number in ("1.0.0", "1.1.0"):
        corpuskit.publish(f"{dataset}@{number}", url)
    before = list(hub.repositories[name].history)
    for number in ("1.0.0", "1.1.0"):
        again = corpuskit.publish(f"{dataset}@{number}", url)
        assert (again.status, again.uploaded, again.copied) == ("there", 0, 0)
    assert hub.repositories[name].history == before


def test_another_version_of_the_same_number_is_refused(
    hub: Hub, dataset: Path, name: str, url: str, tmp_path: Path
) -> None:
    """Whether it has its tag or not."""
    corpuskit.publish(f"{dataset}@1.0.0", url)
    repository = hub.repositories[name]
    before = list(repository.history)
    other = _other(tmp_path)
    for _ in range(2):
        with pytest.raises(corpuskit.RefusedError, match=r"has another version 1\.0\.0, and a ver"):
            corpuskit.publish(other, url, take_over=True)
        repository.tags.clear()
    assert repository.history == before


def test_an_older_version_is_refused(hub: Hub, dataset: Path, name: str, url: str) -> None:
    corpuskit.publish(f"{dataset}@1.1.0", url)
    with pytest.raises(corpuskit.RefusedError, match=r"is at 1\.1\.0, and 1\.0\.0 is older"):
        corpuskit.publish(f"{dataset}@1.0.0", url)
    assert list(hub.repositories[name].tags) == ["1.1.0"]


@pytest.mark.usefixtures("hub")
def test_another_dataset_is_refused(dataset: Path, url: str, tmp_path: Path) -> None:
    corpuskit.publish(f"{dataset}@1.0.0", url)
    with pytest.raises(corpuskit.RefusedError, match="holds the dataset articles, not others"):
        corpuskit.publish(_other(tmp_path, "others"), url, take_over=True)


@pytest.mark.parametrize(
    "path", ["README.md", "manifest.json", "data/part-00000.parquet", "data/mine.parquet"]
)
def test_files_of_somebody_else_are_not_written_over(
    hub: Hub, dataset: Path, name: str, url: str, path: str
) -> None:
    repository = hub.create(name, private=False)
    repository.write({path: b"mine", "notes.txt": b"mine"})
    before = repository.files()
    with pytest.raises(corpuskit.RefusedError, match=f"{path} is somebody else's; .*--take-over"):
        corpuskit.publish(dataset, url)
    assert repository.files() == before
    result = corpuskit.publish(dataset, url, take_over=True)
    assert result.private is False
    assert _version_in(repository) == {**_files(dataset / "1.1.0"), "notes.txt": b"mine"}


@pytest.mark.parametrize(
    "card",
    [b"", b"---\nlicense: mit\ntags:\n- a\n---\n", b"---\r\nlicense: mit\r\n---", b"---\n---\n"],
)
def test_a_card_without_a_word_is_nobodys(
    hub: Hub, dataset: Path, name: str, url: str, card: bytes
) -> None:
    hub.create(name, private=False).write({"README.md": card})
    corpuskit.publish(dataset, url)
    assert _version_in(hub.repositories[name]) == _files(dataset / "1.1.0")


@pytest.mark.parametrize("card", [b"# Mine\n", b"---\nlicense: mit\n---\nMine\n---\n"])
def test_a_card_with_words_is_somebodys(
    hub: Hub, dataset: Path, name: str, url: str, card: bytes
) -> None:
    hub.create(name, private=False).write({"README.md": card})
    with pytest.raises(corpuskit.RefusedError, match=r"README\.md is somebody else's"):
        corpuskit.publish(dataset, url)


def test_a_card_that_was_edited_since_is_not_written_over(
    hub: Hub, dataset: Path, name: str, url: str
) -> None:
    corpuskit.publish(f"{dataset}@1.0.0", url)
    repository = hub.repositories[name]
    repository.write({"README.md": b"better"})
    assert corpuskit.publish(f"{dataset}@1.0.0", url).status == "there"
    with pytest.raises(corpuskit.RefusedError, match=r"README\.md is not as it was published"):
        corpuskit.publish(f"{dataset}@1.1.0", url)
    corpuskit.publish(f"{dataset}@1.1.0", url, take_over=True)
    assert _version_in(repository) == _files(dataset / "1.1.0")
    assert _version_in(repository, "1.0.0") == _files(dataset / "1.0.0")


def test_a_file_that_was_deleted_since_is_put_back(
    hub: Hub, dataset: Path, name: str, url: str
) -> None:
    corpuskit.publish(f"{dataset}@1.0.0", url)
    hub.repositories[name].write({"CITATION.cff": None})
    corpuskit.publish(f"{dataset}@1.1.0", url)
    assert _version_in(hub.repositories[name]) == _files(dataset / "1.1.0")


def test_nothing_is_left_out_by_what_git_ignores(
    hub: Hub, dataset: Path, name: str, url: str
) -> None:
    hub.create(name, private=True).write({".gitignore": b"*.parquet\n*.json\n"})
    corpuskit.publish(dataset, url)
    files = _version_in(hub.repositories[name])
    assert files.pop(".gitignore")
    assert files == _files(dataset / "1.1.0")


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("there", [True, False])
def test_who_is_cut_off_at_any_request_leaves_whole_versions_and_the_next_goes_on(
    hub: Hub, small: Path, url: str, *, there: bool
) -> None:
    """Before what was asked for is done, and after it."""
    whole = {number: _files(small / number) for number in ("1.0.0", "1.1.0")}
    for where in ("before", "after"):
        for left in range(1000):
            place = f"{url}-{where}-{left}"
            if there:
                corpuskit.publish(f"{small}@1.0.0", place)
            count = itertools.count()
            setattr(hub, where, lambda _m, _p, n=left, c=count: 503 if next(c) >= n else None)
            failed = _publish(f"{small}@1.1.0", place)
            hub.before = hub.after = lambda _method, _path: None
            _is_whole(hub, place, whole)
            result = corpuskit.publish(f"{small}@1.1.0", place)
            repository = hub.repositories[place.removeprefix("hf://datasets/")]
            assert _version_in(repository, "1.1.0") == whole["1.1.0"]
            assert len(repository.history) == 2 + there
            if not failed:
                assert result.status == "there"
                break
        assert left >= 10


def _is_whole(hub: Hub, place: str, whole: Mapping[str, Mapping[str, bytes]]) -> None:
    """Every version that a reader finds there is one that was published."""
    repository = hub.repositories.get(place.removeprefix("hf://datasets/"))
    tags = repository.tags if repository is not None else {}
    for tag in tags:
        assert repository is not None
        assert _version_in(repository, tag) == whole[tag]
    if tags:
        assert corpuskit.load(place).version == max(tags)


def _publish(release: str, place: str) -> bool:
    """Whether it ended before its end."""
    try:
        corpuskit.publish(release, place)
    except corpuskit.UnfinishedError:
        return True
    return False


def test_a_version_without_its_tag_is_tagged_by_who_publishes_the_next(
    hub: Hub, dataset: Path, name: str, url: str
) -> None:
    corpuskit.publish(f"{dataset}@1.0.0", url)
    repository = hub.repositories[name]
    tags = dict(repository.tags)
    repository.tags.clear()
    corpuskit.publish(f"{dataset}@1.1.0", url)
    assert repository.tags == {**tags, "1.1.0": repository.head}


def test_a_commit_whose_answer_is_lost_is_found(
    hub: Hub, dataset: Path, name: str, url: str
) -> None:
    hub.after = lambda _method, path: 500 if "/commit/" in path else None
    assert corpuskit.publish(dataset, url).status == "published"
    assert len(hub.repositories[name].history) == 2


@pytest.mark.usefixtures("hasty")
def test_a_server_that_stumbles_is_asked_again_without_a_word(
    hub: Hub, dataset: Path, url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    said = logging.handlers.BufferingHandler(1000)
    logging.getLogger("huggingface_hub").addHandler(said)
    stumbles = itertools.cycle([503, None])
    hub.before = lambda method, path: (
        next(stumbles) if method == "PUT" or "/preupload/" in path else None
    )
    assert corpuskit.publish(dataset, url).status == "published"
    logging.getLogger("huggingface_hub").removeHandler(said)
    assert (capfd.readouterr(), said.buffer) == (("", ""), [])


def test_of_two_who_publish_different_versions_one_comes_to_the_end(
    hub: Hub, dataset: Path, name: str, url: str, tmp_path: Path
) -> None:
    hub.create(name, private=True)
    barrier = Barrier(2)
    hub.before = lambda _method, path: _meet(barrier) if "/commit/" in path else None
    with ThreadPoolExecutor(2) as threads:
        releases = (str(_other(tmp_path)), f"{dataset}@1.0.0")
        runs = [threads.submit(corpuskit.publish, release, url) for release in releases]
        errors = [run.exception() for run in runs]
    (error,) = filter(None, errors)
    assert isinstance(error, corpuskit.RefusedError)
    assert "somebody else has changed it in between; run again" in str(error)
    repository = hub.repositories[name]
    winner = Path(releases[0]) if errors[1] else dataset / "1.0.0"
    assert _version_in(repository, "1.0.0") == _files(winner)
    assert len(repository.history) == 2


def _meet(barrier: Barrier) -> None:
    barrier.wait(30)


def test_two_who_publish_the_same_do_no_harm(hub: Hub, dataset: Path, name: str, url: str) -> None:
    hub.create(name, private=True)
    barrier = Barrier(2)
    hub.before = lambda _method, path: _meet(barrier) if "/commit/" in path else None
    with ThreadPoolExecutor(2) as threads:
        results = list(threads.map(lambda _: corpuskit.publish(dataset, url), range(2)))
    assert {result.status for result in results} == {"published"}
    assert _version_in(hub.repositories[name], "1.1.0") == _files(dataset / "1.1.0")
    assert len(hub.repositories[name].history) == 2


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize(
    ("token", "said"),
    [
        (None, r"no token is known; set HF_TOKEN .*, or type: hf auth login"),
        ("hf_other", r"the Hub does not know the token, .* or type: hf auth login"),
        (READ, r"the token may not do that; it needs the right to write to what is somebody's"),
    ],
)
def test_who_may_not_write_is_told_what_to_do(
    dataset: Path, url: str, token: str | None, said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if token is None:
        monkeypatch.delenv("HF_TOKEN")
    else:
        monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(corpuskit.UnfinishedError, match=f"^{url}: {said}"):
        corpuskit.publish(dataset, url)


@pytest.mark.usefixtures("hub")
def test_the_token_of_a_login_is_used(
    dataset: Path, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_TOKEN")
    (tmp_path / "token").write_text(WRITE)
    monkeypatch.setattr(hub_constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
    assert corpuskit.publish(dataset, url).status == "published"


@pytest.mark.parametrize(
    "url",
    ["hf://somebody/model", "hf://datasets/a/b/c", "hf://datasets/a/b@main", "hf://datasets/a"],
)
def test_what_is_no_repository_of_datasets_is_no_place(dataset: Path, url: str) -> None:
    with pytest.raises(corpuskit.UsageError, match="write hf://datasets/OWNER/NAME"):
        corpuskit.publish(dataset, url)


@pytest.mark.usefixtures("hub")
def test_a_name_that_the_hub_does_not_take_is_told(dataset: Path) -> None:
    with pytest.raises(corpuskit.UnfinishedError, match=r"hf://datasets/a--b/c: .*a--b/c"):
        corpuskit.publish(dataset, "hf://datasets/a--b/c")


@pytest.mark.usefixtures("hub")
def test_settings_of_who_has_imported_it_are_kept(dataset: Path, url: str) -> None:
    logger = logging.getLogger("huggingface_hub")
    before = (logger.level, list(warnings.filters))
    assert not hub_utils.are_progress_bars_disabled()
    corpuskit.publish(dataset, url)
    assert not hub_utils.are_progress_bars_disabled()
    assert (logger.level, list(warnings.filters)) == before


# Reading


@pytest.fixture
def there(hub: Hub, dataset: Path, url: str) -> str:  # noqa: ARG001 - it is asked
    """The URL of the dataset, published."""
    for number in ("1.0.0", "1.1.0"):
        corpuskit.publish(f"{dataset}@{number}", url)
    return url


def test_a_release_is_read_as_on_disk(dataset: Path, there: str) -> None:
    here, remote = corpuskit.load(dataset), corpuskit.load(there)
    assert (remote.version, remote.place) == ("1.1.0", f"{there}@1.1.0")
    assert remote.manifest == here.manifest
    assert remote.to_arrow().equals(here.to_arrow())
    lazy = remote.scan().filter(pl.col("title") == "T7").select("path").collect()
    assert lazy["path"].to_list() == ["007.md"]
    assert remote.diagnostics() == here.diagnostics()
    assert remote.verify() == ()


@pytest.mark.parametrize(
    ("stated", "number"), [("1.0", "1.0.0"), ("1", "1.1.0"), ("latest", "1.1.0"), (None, "1.1.0")]
)
def test_a_version_is_a_tag(there: str, stated: str | None, number: str) -> None:
    assert corpuskit.load(there, stated).version == number
    if stated is not None:
        assert corpuskit.load(f"{there}@{stated}").version == number


def test_what_is_not_there_is_told(there: str, hub: Hub, name: str) -> None:
    with pytest.raises(corpuskit.ReleaseError, match=r"has no 2; it has 1\.0\.0, 1\.1\.0$"):
        corpuskit.load(f"{there}@2")
    with pytest.raises(corpuskit.UsageError, match="nothing is there that your token may see"):
        corpuskit.load(f"{there}-nowhere")
    hub.create(f"{name}-empty", private=True)
    with pytest.raises(corpuskit.ReleaseError, match="is no release"):
        corpuskit.load(f"{there}-empty")


def test_a_private_repository_asks_for_a_token(there: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(corpuskit.UnfinishedError, match="none is set; set HF_TOKEN"):
        corpuskit.load(there)


def test_a_version_of_which_only_the_root_is_there_is_read(hub: Hub, there: str, name: str) -> None:
    hub.repositories[name].tags.clear()
    assert corpuskit.load(there).version == "1.1.0"
    assert corpuskit.verify(there) == ()


def test_releases_are_compared_there(dataset: Path, there: str) -> None:
    found = corpuskit.diff(f"{there}@1.0", there)
    assert found.changes == corpuskit.diff(f"{dataset}@1.0", dataset).changes
    assert not corpuskit.diff(there, dataset)


def test_what_was_published_is_verified_there(hub: Hub, there: str, name: str) -> None:
    found = corpuskit.examine(f"{there}@1.0")
    assert (found.holds, [str(v.path) for v in found.versions]) == (True, [f"{there}@1.0.0"])
    assert corpuskit.verify(there) == ()
    repository = hub.repositories[name]
    repository.tags["1.1.0"] = repository.write({"README.md": b"better"})
    assert [finding.path for finding in corpuskit.verify(there)] == ["README.md"]


@pytest.mark.usefixtures("there")
def test_a_snapshot_of_it_holds(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "snapshot"
    snapshot_download(
        name, repo_type="dataset", revision="1.1.0", local_dir=folder, cache_dir=tmp_path / "c"
    )
    assert {".gitattributes", ".cache"} <= {path.name for path in folder.iterdir()}
    assert corpuskit.verify(folder) == ()
    assert len(corpuskit.load(folder)) == 61


# In processes of their own, as people use it


@pytest.fixture
def environment(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """What a user has set."""
    for variable in ("HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        monkeypatch.delenv(variable)
    return {
        "HF_ENDPOINT": hub.url,
        "HF_TOKEN": WRITE,
        "HF_HUB_DISABLE_XET": "1",
        "HF_HOME": str(tmp_path / "hf"),
        # Where huggingface_hub sends word of the machine, it names this.
        "AI_AGENT": "somebody",
    }


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command."""
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)

    def run(*command: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(list(map(str, command)), capture_output=True, text=True)

    return run


_CORPUSKIT = Path(sys.executable).with_name("corpuskit")


def test_the_command_says_what_became_of_it_and_nothing_else(
    hub: Hub, dataset: Path, url: str, run: Run
) -> None:
    asked: list[str] = []
    hub.before = lambda _method, path: asked.append(path)
    done = run(_CORPUSKIT, "publish", f"{dataset}@1.0.0", url, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = run(_CORPUSKIT, "publish", dataset, url)
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        0,
        f"published articles 1.1.0  → {url}",
    )
    assert "the repository is private: who may see it" in done.stdout
    stumbles = iter([503])
    before_showing = len(asked)

    def stumble(_method: str, path: str) -> int | None:
        asked.append(path)
        return next(stumbles, None) if "/resolve/" in path else None

    hub.before = stumble
    shown = run(_CORPUSKIT, "show", f"{url}@1.0")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "articles 1.0.0" in shown.stdout
    assert next(stumbles, None) is None
    before_checking = len(asked)
    checked = run(_CORPUSKIT, "verify", url)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "articles 1.1.0, 61 rows" in checked.stdout
    assert 0 < before_showing < before_checking < len(asked)
    assert not [path for path in asked if "agent" in path or "telemetry" in path]


def test_through_xet_only_what_is_new_of_a_shard_is_sent(
    hub: Hub, dataset: Path, name: str, url: str, run: Run,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """As huggingface_hub does where hf_xet is installed; its server is a folder here."""
    monkeypatch.delenv("HF_HUB_DISABLE_XET")
    monkeypatch.setattr(hub, "xet", tmp_path / "xet")
    sizes = []
    for number in ("1.0.0", "1.1.0"):
        large = [*(dataset / number / "data").iterdir(), dataset / number / "footers.arrow.zst"]
        held = [path.read_bytes() for path in large]
        hub.known |= {hashlib.sha256(data).hexdigest(): data for data in held}
        done = run(_CORPUSKIT, "publish", f"{dataset}@{number}", url, "--quiet")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        kept = (path for path in (tmp_path / "xet/xet/xorbs/xorbs").rglob("*") if path.is_file())
        sizes.append(sum(path.stat().st_size for path in kept))
    assert _version_in(hub.repositories[name]) == _files(dataset / "1.1.0")
    assert hub.requests["batch"] == 0
    new = corpuskit.load(dataset).manifest.shards[-1]
    assert sizes[0] < sizes[1] < sizes[0] + new.bytes + len(held[-1]) + 1000


@pytest.mark.usefixtures("there")
def test_datasets_loads_what_was_published(dataset: Path, name: str, run: Run) -> None:
    script = (
        "import datasets, sys\n"
        "rows = datasets.load_dataset(sys.argv[1], split='train', revision=sys.argv[2])\n"
        "print(rows.num_rows, rows[7]['title'])\n"
    )
    for revision, rows in (("main", 61), ("1.0.0", 60)):
        done = run(sys.executable, "-c", script, name, revision)
        title = corpuskit.load(dataset).to_arrow(["title"])["title"][7].as_py()
        assert done.stdout == f"{rows} {title}\n", done.stderr


def test_a_missing_huggingface_hub_is_named(dataset: Path) -> None:
    """In an interpreter that cannot import the package."""
    script = (
        "import sys\n"
        "class Missing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'huggingface_hub': raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Missing())\n"
        "import corpuskit\n"
        "for call in (lambda u: corpuskit.publish(sys.argv[1], u), corpuskit.load):\n"
        "    try: call('hf://datasets/a/b')\n"
        "    except corpuskit.MissingExtraError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(dataset)], capture_output=True, text=True, check=True
    )
    said = "huggingface_hub is not installed; type: pip install huggingface_hub\n"
    assert done.stdout == 2 * said
