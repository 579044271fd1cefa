"""Articles as an RSS archive writes them into a Hexo folder: any number, always the same.

Front matter by string formatting, a body of HTML with the boilerplate of a portal, four of five in
Chinese. Of a hundred, two are broken in one of nine ways and three repeat the body of the one
before. Article `n` depends on the seed and `n` alone: more articles are an append, and several
processes can write slices.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import repeat
from pathlib import Path

BROKEN = 0.02
REPEATED = 0.03
CHINESE = 0.8

_PER_FOLDER = 1000
_SLICE = 2000
_FIRST_DAY = datetime(2021, 1, 1, tzinfo=UTC)
_SPAN = timedelta(days=700)
_SIGNS = (
    "港口贸易经济发展市场企业产业政策改革开放创新数据服务质量标准合作项目投资消费增长"
    "生产供应能源交通城市农村文化教育科技环境安全管理规划建设研究报告会议通知问题方案机制效果水平"
)
_WORDS = (
    *("harbour", "trade", "market", "policy", "growth", "supply", "price", "council", "report"),
    *("index", "demand", "reform", "energy", "rail", "school", "water", "notice", "release"),
    *("service", "quality", "quarter", "budget", "vessel", "export", "import", "meeting", "plan"),
)
_FEEDS = (
    ("财经", "潮汐财经", "国内"),
    ("编程", "开源港", "资讯"),
    ("新媒体", "灯塔", "首页"),
    ("传统媒体", "Tidewick Radio", "Chinese"),
)
_BOILERPLATE = """<!-- keywords: market,harbour, -->





<!-- after the text -->
            <style>
            .appendQr_wrap&#123;border:1px solid #E6E6E6;padding:8px;&#125;
            .appendQr_normal&#123;float:left;&#125;
            </style>
            <div class="clearfix appendQr_wrap"><div class="appendQr_normal">\
<img src="https://img.example.org/qr.png"></div>
                <div class="appendQr_normal_txt">更多消息，请扫描二维码</div></div>
"""
_NOTHING = "<div>   \n<style>p&#123;&#125;</style>\n</div>"


@dataclass(frozen=True, slots=True)
class Article:
    """The parts of an article; `moment` is when it appeared, `date` how it says so."""

    number: int
    title: str
    feed: tuple[str, str, str]
    moment: datetime
    date: str
    body: str

    @property
    def path(self) -> str:
        """Where it lies below the root: by feed, a thousand to a folder."""
        return "/".join((*self.feed, f"{self.number // _PER_FOLDER:05d}", f"{self.title}.md"))


def moment(seed: int, number: int, *, newer: bool = False) -> datetime:
    """When article `number` appeared; `newer` ones are later than all that are not."""
    seconds = random.Random(f"{seed}/moment/{number}").randrange(int(_SPAN.total_seconds()))
    return _FIRST_DAY + timedelta(seconds=seconds) + (_SPAN if newer else timedelta())


def article(seed: int, number: int, *, newer: bool = False) -> Article:
    """Article `number` of that seed, whole and with a body of its own."""
    chance = random.Random(f"{seed}/article/{number}")
    chinese = chance.random() < CHINESE
    when = moment(seed, number, newer=newer)
    title = _signs(chance, 10, 28) if chinese else _sentence(chance, 9)
    as_mail = chance.random() < CHINESE
    return Article(
        number=number,
        title=f"{title} {number}",
        feed=chance.choice(_FEEDS),
        moment=when,
        date=format_datetime(when, usegmt=True) if as_mail else f"{when:%Y-%m-%d %H:%M:%S}",
        body=_body(chance, chinese=chinese),
    )


def source(seed: int, number: int, *, newer: bool = False) -> tuple[str, bytes]:
    """Path and bytes of article `number`, with its fault if it has one."""
    written = article(seed, number, newer=newer)
    chance = random.Random(f"{seed}/fault/{number}")
    lot = chance.random()
    if lot < BROKEN:
        return written.path, _broken(written, chance.choice(_FAULTS))
    if lot < BROKEN + REPEATED and number:
        return written.path, _rendered(written, body=article(seed, number - 1).body).encode()
    return written.path, _rendered(written).encode()


def write(root: Path, seed: int, numbers: Iterable[int], *, newer: bool = False) -> list[Path]:
    """Write those articles below `root`, in this process; returns where they are."""
    paths = []
    for number in numbers:
        name, data = source(seed, number, newer=newer)
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        paths.append(path)
    return paths


def write_corpus(root: Path, seed: int, count: int) -> list[Path]:
    """Write the first `count` articles on all cores; returns where they are, by number."""
    slices = [range(n, min(n + _SLICE, count)) for n in range(0, count, _SLICE)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        written = pool.map(write, repeat(root), repeat(seed), slices)
        return [path for paths in written for path in paths]


def newest(seed: int, count: int, share: float) -> list[int]:
    """The numbers of the newest articles among the first `count`, newest first; at least one."""
    numbers = sorted(range(count), key=lambda n: (moment(seed, n), n), reverse=True)
    return numbers[: max(1, round(count * share))]


def _signs(chance: random.Random, least: int, most: int) -> str:
    return "".join(chance.choices(_SIGNS, k=chance.randint(least, most)))


def _sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words)).capitalize()


def _paragraph(chance: random.Random, *, chinese: bool) -> str:
    if chinese:
        return "　　" + "，".join(_signs(chance, 6, 18) for _ in range(chance.randint(3, 9))) + "。"
    return f"{_sentence(chance, chance.randint(30, 110))}."


def _body(chance: random.Random, *, chinese: bool) -> str:
    text = "\n".join(_paragraphs(chance, chinese=chinese))
    return "".join(("<div>   \n", text, *_tail(chance)))


def _paragraphs(chance: random.Random, *, chinese: bool) -> Iterator[str]:
    for _ in range(chance.randint(3, 9)):
        yield f'<p cms-style="font-L">{_paragraph(chance, chinese=chinese)}</p>'


def _tail(chance: random.Random) -> Iterator[str]:
    """What follows the text: for some an attachment or a picture, for all the portal's own."""
    if chance.random() < 0.4:
        name = _signs(chance, 4, 9)
        link = f'<a href="http://files.example.org/{chance.random():.8f}.pdf" target="_blank">'
        yield f"<p><strong>附件：{link}{name}．pdf</a></strong></p>"
    if chance.random() < 0.5:
        picture = f"https://img.example.org/{chance.random():.8f}/w550h300.png"
        yield f'<p><img src="{picture}" referrerpolicy="no-referrer"></p>'
    yield _BOILERPLATE
    yield f'<p class="article-editor">责任编辑：{_signs(chance, 2, 3)}</p>'
    yield "\n  \n</div>\n            "


def _rendered(written: Article, *, title: str | None = None, body: str | None = None) -> str:
    category, feed, channel = written.feed
    return (
        f"\n---\ntitle: '{title or written.title}'\n"
        f"categories: \n - {category}\n - {feed}\n - {channel}\n"
        f"headimg: 'https://img.example.org/{written.number:09d}.png'\n"
        f"author: {feed}\ncomments: false\ndate: {written.date}\n"
        f"thumbnail: 'https://img.example.org/t.png'\n---\n\n"
        f"{written.body if body is None else body}"
    )


_FAULTS = (
    "quotes",
    "no date",
    "no such date",
    "no text",
    "no title",
    "never closed",
    "damaged",
    "key twice",
    "no front matter",
)


def _broken(written: Article, fault: str) -> bytes:
    whole = _rendered(written)
    match fault:
        case "quotes":
            whole = _rendered(written, title=f"it's \"{written.title}")
        case "no date":
            whole = whole.replace(f"date: {written.date}\n", "")
        case "no such date":
            whole = whole.replace(written.date, "2021-02-30 25:00:00")
        case "no text":
            whole = _rendered(written, body=_NOTHING)
        case "no title":
            whole = whole.replace(f"title: '{written.title}'\n", "")
        case "never closed":
            whole = whole.replace("\n---\n\n<div>", "\n\n<div>")
        case "damaged":
            return whole.encode()[:-40] + b"\xff\xfe\xfa" + b"x" * 20
        case "key twice":
            whole = whole.replace("comments: false\n", "comments: false\ntitle: 'again'\n")
        case _:
            whole = written.body
    return whole.encode()
