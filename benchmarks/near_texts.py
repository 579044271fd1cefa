"""Texts that are edited a little, and others that are not: what near duplicates are told from."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

HAN = [chr(0x4E00 + number) for number in range(0, 6000, 2)]
LATIN = "abcdefghijklmnopqrstuvwxyz "


def _words() -> list[str]:
    spelled = Random(1)
    letters = "eeeaaoiutnrshdlcmpgw"
    words = ["".join(spelled.choices(letters, k=spelled.randint(1, 11))) for _ in range(3000)]
    return words[:60] * 40 + words


WORDS = _words()


def chinese(random: Random, length: int = 2000) -> str:
    """Characters of which some are frequent, with punctuation."""
    common = HAN[:150] * 6 + HAN
    clauses = ("".join(random.choices(common, k=random.randint(4, 14))) for _ in range(length // 5))
    return "，".join(clauses)[:length]


def english(random: Random, words: int = 400) -> str:
    """Words of which some are frequent, in sentences."""
    return " ".join(
        random.choice(WORDS) + ("." if number % 12 == 11 else "") for number in range(words)
    )


def edited(random: Random, text: str, alphabet: Sequence[str], every: int = 100) -> str:
    """`text` with one character inserted, deleted or substituted in each stretch of `every`."""
    characters = list(text)
    for start in reversed(range(0, len(text) - every + 1, every)):
        at = start + random.randrange(every)
        match random.choice(("insert", "delete", "substitute")):
            case "insert":
                characters.insert(at, random.choice(alphabet))
            case "delete":
                del characters[at]
            case _:
                characters[at] = random.choice(alphabet)
    return "".join(characters)


def post(random: Random) -> str:
    """A short one in Chinese, of 40 to 140 characters, most of them frequent."""
    return chinese(random, random.randint(40, 140))
