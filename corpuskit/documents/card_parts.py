"""What a dataset card says of splits and subsets."""

from __future__ import annotations

from collections.abc import Sequence

from corpuskit.config.parts import SplitRules, read_parts
from corpuskit.documents.markdown import code, fenced, number, table
from corpuskit.manifest import Manifest
from corpuskit.parts.folders import Part, rows_by_part, splits_of, subsets_of

_SHOWN_SUBSETS = 40


def parts_section(manifest: Manifest) -> str:
    """How many rows each split and subset has, and by which rule; empty without any."""
    splits, subsets = splits_of(manifest), subsets_of(manifest)
    rules = read_parts(manifest.config.get("parts"))
    if rules is None or not (splits or subsets):
        return ""
    says = []
    if subsets:
        says.append(f"Subsets are by {code(str(rules.subsets))}.")
    if splits:
        says.append(_split_rule(rules.splits))
    parts = ["## Splits and subsets", " ".join(says), _table(manifest, splits, subsets)]
    if subsets:
        split = splits[0] if splits else "train"
        call = f'load_dataset("./{manifest.version}", "{subsets[0]}", split="{split}")'
        parts.append(fenced("python", f"from datasets import load_dataset\n\nsubset = {call}"))
    return "\n\n".join(parts)


def _split_rule(rules: SplitRules) -> str:
    what = "days" if rules.by == "date" else "rows"
    extents = [f"{code(name)} is {share * 100:.6g} % of the {what}" for name, share in rules.shares]
    extents += [f"{code(name)} begins on {start}" for name, start in rules.starts]
    says = [f"{', '.join(extents)}; `train` is all else."]
    if rules.group:
        same = " or ".join(map(code, rules.group))
        apart = "but for those that an earlier version had apart"
        says.append(f"Rows with the same {same} are together, {apart}.")
    says.append("An article, told by its id, stays where it is from version to version.")
    return " ".join(says)


def _table(manifest: Manifest, splits: Sequence[str], subsets: Sequence[str]) -> str:
    rows = rows_by_part(manifest)
    columns: Sequence[str | None] = splits or [None]

    def line(label: str, own: Sequence[str | None]) -> list[str]:
        return [label, *(number(sum(rows[Part(s, split)] for s in own)) for split in columns)]

    lines = [line(code(subset), [subset]) for subset in subsets[:_SHOWN_SUBSETS]]
    if left := subsets[_SHOWN_SUBSETS:]:
        lines.append(line(f"{number(len(left))} more", left))
    lines.append(line("all", subsets or [None]))
    head = ["", *map(code, splits)] if splits else ["", "rows"]
    return table(head, lines, frozenset(range(1, len(head))))
