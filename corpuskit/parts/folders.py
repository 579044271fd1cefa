"""The parts of a release: folders of shards, one for each split of each subset."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from corpuskit.config.parts import SPLITS, TRAIN
from corpuskit.manifest import Json, Manifest

DATA: Final = "data"

_SHARD = re.compile(r"(data(?:/[^/]+)*)/part-([0-9]{5,})\.parquet")


@dataclass(frozen=True, slots=True)
class Part:
    """One folder of shards; `subset` and `split` are None where rows are not parted so."""

    subset: str | None = None
    split: str | None = None

    @property
    def folder(self) -> str:
        """Its path in the release."""
        return "/".join(name for name in (DATA, self.subset, self.split) if name is not None)

    def shard(self, number: int) -> str:
        """The path of its shard of that number, from 0."""
        return f"{self.folder}/part-{number:05d}.parquet"


def has_splits(manifest: Manifest) -> bool:
    """Whether the rows of a release are in splits."""
    return "splits" in _rules(manifest)


def has_subsets(manifest: Manifest) -> bool:
    """Whether the rows of a release are in subsets."""
    return "subsets" in _rules(manifest)


def parting(manifest: Manifest) -> Json:
    """What of its rules decides in which folder a row is; equal for releases that part alike."""
    return {name: rule for name, rule in _rules(manifest).items() if name in ("splits", "subsets")}


def _rules(manifest: Manifest) -> Mapping[str, Json]:
    rules = manifest.config.get("parts")
    return rules if isinstance(rules, dict) else {}


def part_of(path: str, manifest: Manifest) -> tuple[Part, int] | None:
    """The part that a shard is in, and its number in it; None if no shard has such a path."""
    found = _SHARD.fullmatch(path)
    if found is None:
        return None
    _, *names = found[1].split("/")
    subset = names.pop(0) if has_subsets(manifest) and names else None
    split = names.pop(0) if has_splits(manifest) and names else None
    part = Part(subset, split)
    number = int(found[2])
    return (part, number) if part.shard(number) == path and _is_whole(part, manifest) else None


def _is_whole(part: Part, manifest: Manifest) -> bool:
    stated = part.subset is not None, part.split is not None
    return stated == (has_subsets(manifest), has_splits(manifest))


def rows_by_part(manifest: Manifest) -> Counter[Part]:
    """The rows of each part."""
    rows: Counter[Part] = Counter()
    for entry in manifest.shards:
        found = part_of(entry.path, manifest)
        if found is not None:
            rows[found[0]] += entry.rows
    return rows


def rows_by_split(manifest: Manifest) -> dict[str, int]:
    """The rows of each split, in the order of `splits_of`."""
    rows = rows_by_part(manifest).items()
    return {name: sum(n for p, n in rows if p.split == name) for name in splits_of(manifest)}


def rows_by_subset(manifest: Manifest) -> dict[str, int]:
    """The rows of each subset, in the order of their names."""
    rows = dict.fromkeys(subsets_of(manifest), 0)
    for part, count in rows_by_part(manifest).items():
        if part.subset is not None:
            rows[part.subset] += count
    return rows


def splits_of(manifest: Manifest, parts: Collection[Part] | None = None) -> tuple[str, ...]:
    """The splits that have rows, or of some parts, `train` first; none where rows are not split."""
    there = {part.split for part in parts_of(manifest) if parts is None or part in parts}
    return tuple(split for split in (TRAIN, *reversed(SPLITS)) if split in there)


def subsets_of(manifest: Manifest, parts: Collection[Part] | None = None) -> tuple[str, ...]:
    """The subsets, or those of some parts, in the order of their names; none without any."""
    found = (part for part in parts_of(manifest) if parts is None or part in parts)
    return tuple(sorted({part.subset for part in found if part.subset is not None}))


def shards_glob(manifest: Manifest) -> str:
    """The pattern of all shards' paths, as DuckDB, polars and Croissant take it."""
    return f"{DATA}/**/*.parquet" if parting(manifest) else f"{DATA}/*.parquet"


def parts_of(manifest: Manifest) -> tuple[Part, ...]:
    """The parts that have rows, in the order of the shards."""
    found = (part_of(entry.path, manifest) for entry in manifest.shards)
    return tuple(dict.fromkeys(part for part, _ in filter(None, found)))
