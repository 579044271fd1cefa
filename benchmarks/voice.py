"""What documents are made of that are known word by word: words, and things that say something."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import NamedTuple

_ENGLISH = tuple(
    re.findall(
        r"\w+",
        """harbour ferry morning old men quay tea price bread storm letter school island night
        window market road river stone bridge garden train paper radio summer winter boat engine
        captain weather north south lamp kitchen table story question answer number house friend""",
    )
)
_CHINESE = tuple(
    re.findall(
        r"\w+",
        """港口 渡轮 早晨 老人 码头 喝茶 价格 面包 风暴 来信 学校 海岛 夜里 窗户 集市 道路 河流
        石头 大桥 花园 火车 报纸 电台 夏天 冬天 小船 发动机 船长 天气 北方 南方 灯塔 厨房 桌子
        故事 问题 回答 数字 房子 朋友 這裡 離開 說話""",
    )
)
_BETWEEN = {"en": " ", "zh": ""}


class Said(NamedTuple):
    """Something written, and what it says: lines, or a part of one."""

    written: str
    says: str


class Block(NamedTuple):
    """Lines of a source, and the lines of text that they say."""

    written: list[str]
    says: list[str]


@dataclass(frozen=True, slots=True)
class Document:
    """One document.

    `source` is Markdown or HTML, `says` its text by what was put in, line by line. `kinds` are the
    constructs that it has, so that a bad one can be traced to what is in it.
    """

    source: str
    says: str
    kinds: tuple[str, ...]


class Voice:
    """Where the words of a document come from: English, Chinese, or a phrase of either."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.language = chance.choice(["en", "en", "zh", "zh", "both"])
        self._count = 0

    def number(self) -> int:
        """One that no other name of this document has."""
        self._count += 1
        return self._count

    def words(self, least: int = 2, most: int = 7) -> str:
        """Some words in one language."""
        tongue = self.chance.choice(["en", "zh"]) if self.language == "both" else self.language
        known = _CHINESE if tongue == "zh" else _ENGLISH
        return _BETWEEN[tongue].join(self.chance.choices(known, k=self.chance.randint(least, most)))

    def some(self, count: int) -> list[str]:
        """So many times some words."""
        return [self.words() for _ in range(count)]
