"""Texts that are edited a little, and what the plan makes of texts that look alike."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pyarrow as pa

from corpuskit.identity import article_id, digest, text_key
from corpuskit.index import index_schema
from corpuskit.leaves import Leaves
from corpuskit.minhash import signatures
from corpuskit.near_rules import NearRules
from corpuskit.parting import Parting
from corpuskit.plan import Plan, PlanRules, make_plan
from corpuskit.schema import Schema

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


def plan(
    texts: Sequence[str],
    near: NearRules,
    parts: Parting | None = None,
    order: Sequence[int] = (),
    min_chars: int = 32,
) -> Plan:
    """The plan of texts, whose rows are in their order and have their numbers for paths."""
    paths = [f"{number:05}" for number in range(len(texts))]
    leaves = Leaves.of((path, digest(path.encode())) for path in paths)
    signed = signatures(texts)
    cells = [
        {
            "place": number,
            "id": article_id(paths[number]),
            "row_sha256": paths[number],
            "text_key": text_key(texts[number]),
            "n_chars": len(texts[number]),
            "size": 100,
            "pack": 0,
            "row": number,
            "minhash": signed[number],
        }
        for number in order or range(len(texts))
    ]
    index = pa.Table.from_pylist(cells, index_schema(Schema("demo", ()), (), signed=True))
    rules = PlanRules(("path",), near=near, parts=parts or Parting(), duplicate_min_chars=min_chars)
    return make_plan(index, leaves, rules, texts=lambda rows: [texts[row] for _, row in rows])
