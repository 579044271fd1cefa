"""How the rows of a release are parted: into splits, into subsets, and into shards of a size."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from corpuskit.manifest import Json

TRAIN: Final = "train"
"""The split of all rows that no other one takes; the one of a release without splits."""

SPLITS: Final = ("test", "validation")
"""The others, as `datasets` and the Hub know them, in the order in which they take their rows."""

SHARD_BYTES: Final = 4 * 1024 * 1024
"""The mean size of a shard where nothing else is said, in bytes of its rows' canonical JSON."""


@dataclass(frozen=True, slots=True)
class SplitRules:
    """`[splits]`: which rows are kept apart from `train`.

    `shares` maps a split to its share of all rows, from 0 to 1, `starts` to the first day of it,
    as ISO 8601 writes it, in UTC; one of the two is empty. Shares are of rows told by their id, or
    of days (`by`), chosen by a hash that begins with `salt`. Rows with equal values in a field of
    `group` are in one split.
    """

    shares: tuple[tuple[str, float], ...] = ()
    starts: tuple[tuple[str, str], ...] = ()
    by: Literal["id", "date"] = "id"
    salt: str = ""
    group: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.shares or self.starts)

    @property
    def follows_from_id(self) -> bool:
        """Whether a row's split depends on its id alone."""
        return self.by == "id" and not self.group

    def as_json(self) -> dict[str, Json]:
        """What a manifest says of them."""
        return {
            **dict(self.shares),
            **dict(self.starts),
            "by": self.by,
            "salt": self.salt,
            "group": list(self.group),
        }


@dataclass(frozen=True, slots=True)
class PartRules:
    """All that decides in which file a row is; `subsets` is what `[release] subsets` says."""

    splits: SplitRules = field(default_factory=SplitRules)
    subsets: str | None = None
    shard_bytes: int = SHARD_BYTES

    def as_json(self) -> dict[str, Json]:
        """What a manifest says of them: nothing of what is as it is without rules."""
        said: dict[str, Json] = {}
        if self.splits:
            said["splits"] = self.splits.as_json()
        if self.subsets is not None:
            said["subsets"] = self.subsets
        if self.shard_bytes != SHARD_BYTES:
            said["shard_bytes"] = self.shard_bytes
        return said


def read_parts(said: Json) -> PartRules | None:
    """The rules that a manifest has; None if it says what no configuration can."""
    if said is None:
        return PartRules()
    if not isinstance(said, dict) or not said.keys() <= {"splits", "subsets", "shard_bytes"}:
        return None
    splits = _read_splits(said["splits"]) if "splits" in said else SplitRules()
    subsets, size = said.get("subsets"), said.get("shard_bytes", SHARD_BYTES)
    if splits is None or not isinstance(subsets, str | None) or not isinstance(size, int):
        return None
    return PartRules(splits, subsets, size)


def _read_splits(said: Json) -> SplitRules | None:
    if not isinstance(said, dict) or not said.keys() <= {*SPLITS, "by", "salt", "group"}:
        return None
    extents = [(name, said[name]) for name in SPLITS if name in said]
    by, salt, group = said.get("by"), said.get("salt"), said.get("group")
    if not isinstance(salt, str) or not isinstance(group, list) or not extents:
        return None
    rules = SplitRules(
        tuple((name, share) for name, share in extents if isinstance(share, float)),
        tuple((name, start) for name, start in extents if isinstance(start, str)),
        "date" if by == "date" else "id",
        salt,
        tuple(name for name in group if isinstance(name, str)),
    )
    fits = all(0 < share < 1 for _, share in rules.shares) and sum(s for _, s in rules.shares) < 1
    return rules if fits and rules.as_json() == said else None
