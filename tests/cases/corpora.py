"""Makers of corpora that neither git nor an archive could hold; `made.json` files name them.

Each gets a folder with `a.md` and `b.md` in it, and adds what its case is about.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar

from corpuskit.executors import InlineExecutor, SupervisedPool
from corpuskit.model import Source

P = ParamSpec("P")
R = TypeVar("R")

LIMIT = 256 * 1024
"""Characters of front matter that are read."""


@dataclass(frozen=True, slots=True)
class Made:
    """How a made corpus is to be built; `unprivileged` as someone who may not read everything."""

    executor: Executor = field(default_factory=InlineExecutor)
    unprivileged: bool = False


CORPORA: dict[str, Callable[[Path], Made]] = {}


def made(maker: Callable[[Path], Made]) -> Callable[[Path], Made]:
    """Enter a maker by its name."""
    CORPORA[maker.__name__] = maker
    return maker


def article(title: str, body: str, front: str = "") -> str:
    return f"---\ntitle: {title}\ndate: 2021-03-04\n{front}---\n{body}\n"


@made
def unreadable_file(corpus: Path) -> Made:
    (corpus / "locked.md").write_text(article("锁", "谁也读不到。"), "utf-8")
    (corpus / "locked.md").chmod(0)
    return Made(unprivileged=True)


@made
def unlisted_folder(corpus: Path) -> Made:
    (corpus / "locked").mkdir()
    (corpus / "locked" / "c.md").write_text(article("锁", "谁也读不到。"), "utf-8")
    (corpus / "locked").chmod(0)
    return Made(unprivileged=True)


@made
def read_only_file(corpus: Path) -> Made:
    (corpus / "locked.md").write_text(article("锁", "谁都能读，谁也不能改。"), "utf-8")
    (corpus / "locked.md").chmod(0o444)
    return Made(unprivileged=True)


@made
def named_pipe(corpus: Path) -> Made:
    os.mkfifo(corpus / "pipe.md")
    return Made()


@made
def link_to_named_pipe(corpus: Path) -> Made:
    os.mkfifo(corpus / "pipe")
    (corpus / "link.md").symlink_to("pipe")
    return Made()


@made
def unix_socket(corpus: Path) -> Made:
    here = os.open(".", os.O_RDONLY)
    os.chdir(corpus)  # the address of a socket has some hundred bytes, a temporary folder more
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind("socket.md")
    finally:
        os.fchdir(here)
        os.close(here)
    return Made()


@made
def link_to_file(corpus: Path) -> Made:
    (corpus / "kept.txt").write_text(article("链接", "链接指向的文字。"), "utf-8")
    (corpus / "link.md").symlink_to("kept.txt")
    return Made()


@made
def link_to_folder(corpus: Path) -> Made:
    (corpus / "again").symlink_to(".")
    (corpus / "folder.md").symlink_to(".")
    return Made()


@made
def dangling_link(corpus: Path) -> Made:
    (corpus / "link.md").symlink_to("nowhere.md")
    return Made()


@made
def link_to_itself(corpus: Path) -> Made:
    (corpus / "link.md").symlink_to("link.md")
    return Made()


@made
def link_to_link(corpus: Path) -> Made:
    link_to_file(corpus)
    (corpus / "link.md").rename(corpus / "middle.txt")
    (corpus / "link.md").symlink_to("middle.txt")
    return Made()


@made
def link_out_of_the_root(corpus: Path) -> Made:
    (corpus.parent / "outside.md").write_text(article("外", "墙外的文字。"), "utf-8")
    (corpus / "link.md").symlink_to("../outside.md")
    return Made()


@made
def link_to_a_sibling_with_a_longer_name(corpus: Path) -> Made:
    sibling = corpus.with_name(f"{corpus.name}-old")
    sibling.mkdir()
    (sibling / "c.md").write_text(article("外", "隔壁的文字。"), "utf-8")
    (corpus / "link.md").symlink_to(sibling / "c.md")
    return Made()


@made
def link_up_and_back_into_the_root(corpus: Path) -> Made:
    (corpus / "kept.txt").write_text(article("链接", "链接指向的文字。"), "utf-8")
    (corpus / "sub").mkdir()
    (corpus / "sub" / "link.md").symlink_to(f"../../{corpus.name}/kept.txt")
    return Made()


@made
def twenty_megabytes(corpus: Path) -> Made:
    with (corpus / "long.md").open("wb") as file:
        file.truncate(20 * 2**20)
    return Made()


@made
def line_of_937_540_characters(corpus: Path) -> Made:
    (corpus / "long.md").write_text(article("长行", "雾" * 937_540), "utf-8")
    return Made()


@made
def body_of_1_600_000_characters(corpus: Path) -> Made:
    (corpus / "long.md").write_text(article("长文", "雾里看不见对岸。\n\n" * 160_000), "utf-8")
    return Made()


def _text_of(corpus: Path, characters: int) -> Made:
    (corpus / "corpuskit.toml").write_text('[dedup]\nnear = {action = "report"}\n', "utf-8")
    (corpus / "long.md").write_text(article("长文", "雾" * characters), "utf-8")
    return Made()


@made
def text_beyond_what_is_compared(corpus: Path) -> Made:
    return _text_of(corpus, 1_000_001)


@made
def text_that_is_just_compared(corpus: Path) -> Made:
    return _text_of(corpus, 1_000_000)


@made
def front_matter_beyond_the_limit(corpus: Path) -> Made:
    (corpus / "long.md").write_text(_front_matter_of(LIMIT + 1), "utf-8")
    return Made()


@made
def front_matter_at_the_limit(corpus: Path) -> Made:
    (corpus / "long.md").write_text(_front_matter_of(LIMIT), "utf-8")
    return Made()


def _front_matter_of(characters: int) -> str:
    head = "title: 长\ndate: 2021-03-04\ndescription: "
    return f"---\n{head}{'x' * (characters - len(head) - 1)}\n---\n长头的文章。\n"


@made
def json_front_matter_beyond_the_limit(corpus: Path) -> Made:
    head = {"title": "长", "date": "2021-03-04", "description": "x" * LIMIT}
    (corpus / "long.md").write_text(json.dumps(head) + "\n长头的文章。\n", "utf-8")
    return Made()


@made
def short_json_over_a_long_body(corpus: Path) -> Made:
    head = {"title": "短", "date": "2021-03-04"}
    text = json.dumps(head) + "\n" + "{雾里看不见对岸}\n" * 30_000
    (corpus / "long.md").write_text(text, "utf-8")
    return Made()


@made
def brackets_200_000(corpus: Path) -> Made:
    (corpus / "deep.md").write_text(article("深", "很深。", f"deep: {'[' * 200_000}\n"), "utf-8")
    return Made()


@made
def html_100_000_deep(corpus: Path) -> Made:
    body = "<div>" * 100_000 + "很深。" + "</div>" * 100_000
    (corpus / "deep.html").write_text(article("深", body), "utf-8")
    return Made()


@made
def quotes_100_000_deep(corpus: Path) -> Made:
    (corpus / "deep.md").write_text(article("深", f"{'>' * 100_000} 很深。"), "utf-8")
    return Made()


@made
def name_in_latin_1(corpus: Path) -> Made:
    name = os.fsdecode("café.md".encode("latin-1"))
    (corpus / name).write_text(article("咖啡", "名字不是 UTF-8。"), "utf-8")
    return Made()


@made
def names_that_are_odd(corpus: Path) -> Made:
    names = ['"' * 12, "🦀", " 前", "后 ", " ", "名" * 46, "x" * 252, "cafe\u0301", "两\n行"]
    for number, name in enumerate(names):
        (corpus / f"{name}.md").write_text(article("名", f"第 {number} 个名字。"), "utf-8")
    return Made()


class Treacherous(Executor):
    """Runs batches here, but those that hold `fatal.md` end as a real worker that does a deed.

    Stands in for parsers that crash or hang, of which none is known.
    """

    def __init__(self, deed: Callable[..., object], argument: object, times: int) -> None:
        self.deed, self.argument, self.times = deed, argument, times
        self.honest = InlineExecutor()
        self.pool = SupervisedPool(1, time_limit=0.2)

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Run `fn`, or what ends its worker."""
        if self.times and _holds_fatal(args):
            self.times -= 1
            return self.pool.submit(self.deed, self.argument)  # type: ignore[arg-type]  # no result comes
        return self.honest.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the real worker."""
        self.pool.shutdown(wait, cancel_futures=cancel_futures)


def _holds_fatal(arguments: tuple[object, ...]) -> bool:
    items = [item for batch in arguments if isinstance(batch, Sequence) for item in batch]
    sources = [part for item in items if isinstance(item, tuple) for part in item]
    return any(isinstance(part, Source) and part.path == "fatal.md" for part in sources)


def _fatal(corpus: Path, deed: Callable[..., object], argument: object, times: int) -> Made:
    (corpus / "fatal.md").write_text(article("险", "这一篇不好读。"), "utf-8")
    return Made(Treacherous(deed, argument, times))


@made
def source_that_kills_its_worker(corpus: Path) -> Made:
    return _fatal(corpus, signal.raise_signal, signal.SIGKILL, times=100)


@made
def worker_that_dies_once(corpus: Path) -> Made:
    return _fatal(corpus, signal.raise_signal, signal.SIGKILL, times=1)


@made
def source_that_never_ends(corpus: Path) -> Made:
    return _fatal(corpus, time.sleep, 3600, times=100)


@made
def worker_that_hangs_once(corpus: Path) -> Made:
    return _fatal(corpus, time.sleep, 3600, times=1)


def publishable(corpus: Path) -> None:
    """Write a corpus whose release has every kind of line in its audit."""
    long = "港务局提醒各位乘客，今天早晨海上有大雾，四号线的第一班船推迟到七点，请留意公告。"
    texts = {
        "fog.md": article("雾", long),
        "fog-again.md": article("雾", long),
        "harbour.md": article("港", "港里停着六艘船。"),
        "lamp.md": article("灯", "灯在雾里亮了一夜。", "tags: [灯塔]\n"),
        "draft.md": article("草稿", "还没写完。", "draft: true\n"),
        "broken.md": "---\ntitle: 没有日期\n---\n没有日期的文章。\n",
    }
    for name, text in texts.items():
        (corpus / name).write_text(text, "utf-8")
