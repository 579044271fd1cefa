"""The YAML header of a dataset card, as the Hugging Face Hub and `datasets` read it.

https://huggingface.co/docs/hub/datasets-cards and repositories-licenses. `dataset_info` is left
out on purpose: a size in it that is off by one makes `load_dataset` fail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from corpuskit.config.parts import TRAIN
from corpuskit.documents.licences import licence
from corpuskit.documents.wording import keywords, languages, title
from corpuskit.documents.yaml_text import Plain, header
from corpuskit.manifest import Manifest
from corpuskit.parts.folders import DATA, has_subsets, parts_of, splits_of

_SIZES = ("1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T")


def card_header(manifest: Manifest, configs: Mapping[str, Mapping[str, str]]) -> str:
    """The header of a card about `manifest`'s rows.

    `configs` maps the name of a configuration to the globs of its splits' Parquet files; there may
    be none.
    """
    members: dict[str, Plain] = {}
    if codes := languages(manifest):
        members["language"] = [*codes]
    members |= _licence(manifest)
    members["pretty_name"] = title(manifest)
    members["size_categories"] = [size_category(manifest.counts.rows)]
    if tags := keywords(manifest):
        members["tags"] = [*tags]
    if configs:
        members["configs"] = [_config(name, globs) for name, globs in configs.items()]
    return header(members)


def split_globs(manifest: Manifest, below: str = "") -> dict[str, str]:
    """By its split, the glob of all shards; `below` is the folder in which the version's is."""
    level = "*/" if has_subsets(manifest) else ""
    splits = splits_of(manifest)
    if not splits:
        return {TRAIN: f"{below}{DATA}/{level}*.parquet"}
    return {split: f"{below}{DATA}/{level}{split}/*.parquet" for split in splits}


def subset_globs(manifest: Manifest, below: str = "") -> dict[str, dict[str, str]]:
    """By each subset's name, what `split_globs` gives for its shards; nothing without subsets."""
    found: dict[str, dict[str, str]] = {}
    parts = parts_of(manifest)
    for split in splits_of(manifest) or [None]:
        for part in parts:
            if part.subset is not None and part.split == split:
                globs = found.setdefault(part.subset, {})
                globs[split or TRAIN] = f"{below}{part.folder}/*.parquet"
    return dict(sorted(found.items()))


def size_category(rows: int) -> str:
    """The Hub's bucket for a number of rows; a bucket's lower bound belongs to it."""
    bounds = [1_000 * 10**power for power in range(len(_SIZES))]
    reached = sum(rows >= bound for bound in bounds)
    if reached == 0:
        return f"n<{_SIZES[0]}"
    if reached == len(_SIZES):
        return f"n>{_SIZES[-1]}"
    return f"{_SIZES[reached - 1]}<n<{_SIZES[reached]}"


def _licence(manifest: Manifest) -> dict[str, Plain]:
    known = licence(manifest.description.license)
    members: dict[str, Plain] = {"license": known.hugging_face}
    if known.hugging_face == "other" and known.given is not None:
        members["license_name"] = _licence_name(known.spdx or known.given)
        if known.url is not None:
            members["license_link"] = known.url
    return members


def _licence_name(given: str) -> str:
    """The Hub wants a short lower-case name beside `other`; an address is for `license_link`."""
    name = "custom" if "://" in given else re.sub(r"[^a-z0-9.]+", "-", given.lower())
    return name[:64].strip("-.") or "custom"


def _config(name: str, globs: Mapping[str, str]) -> dict[str, Plain]:
    files: list[Plain] = [{"split": split, "path": glob} for split, glob in globs.items()]
    return {"config_name": name, "data_files": files}
