"""Chromium without a window, driven over two pipes (`--remote-debugging-pipe`).

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--remote-debugging-pipe",
)
_IN, _OUT = 3, 4
"""Where it reads commands and writes answers."""


class Page:
    """One tab; what happened in it is in `events`."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = commands
        self._answers = answers
        self._buffer = b""
        self._number = 0
        self._session: str | None = None
        self.events: list[tuple[str, dict[str, Any]]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: object) -> Any:  # noqa: ANN401 - whatever it gives
        """What a command gives."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self._note(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def open(self, path: Path) -> None:
        """Open a file and wait until all of it is there."""
        self.events.clear()
        self.call("Page.navigate", url=path.as_uri())
        while not any(method == "Page.loadEventFired" for method, _ in self.events):
            self._note(self._next())

    def run(self, script: str) -> Any:  # noqa: ANN401 - whatever it is
        """The value of an expression in JavaScript."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def wants(self, **features: str) -> None:
        """Have the reader prefer something: `prefers_color_scheme="dark"`."""
        stated = [{"name": n.replace("_", "-"), "value": v} for n, v in features.items()]
        self.call("Emulation.setEmulatedMedia", features=stated)

    def requests(self) -> list[str]:
        """The addresses that were asked for, or would have been, since the page was opened."""
        return [
            event["request"]["url"]
            for method, event in self.events
            if method == "Network.requestWillBeSent"
        ]

    def complaints(self) -> list[dict[str, Any]]:
        """What the console says: errors, violations of the page's policy, and all the rest."""
        said = {"Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"}
        return [event for method, event in self.events if method in said]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            read = os.read(self._answers, 1 << 16)
            assert read, "Chromium has ended"
            self._buffer += read
        message, _, self._buffer = self._buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found

    def _note(self, message: dict[str, Any]) -> None:
        if "method" in message:
            self.events.append((message["method"], message["params"]))


@contextmanager
def opened_page(folder: Path) -> Iterator[Page]:
    """A page of a Chromium whose profile is in `folder`; it ends with the block."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    assert program is not None, "the tests need Chromium: make browser"
    read, commands = os.pipe()
    answers, write = os.pipe()
    # Above those that the copies get, or one would close the other.
    theirs = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in (read, write)]
    os.close(read)
    os.close(write)
    flags = [*_FLAGS, f"--user-data-dir={folder / 'profile'}"]
    log = (os.POSIX_SPAWN_OPEN, 2, str(folder / "log"), os.O_CREAT | os.O_WRONLY, 0o600)
    copies = [(os.POSIX_SPAWN_DUP2, fd, to) for fd, to in zip(theirs, (_IN, _OUT), strict=True)]
    child = os.posix_spawn(
        program, [program, *flags], os.environ, file_actions=[*copies, log], setpgroup=0
    )
    for fd in theirs:
        os.close(fd)
    try:
        yield Page(commands, answers)
    finally:
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(commands)
        os.close(answers)
