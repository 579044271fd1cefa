"""Makers of releases with one thing wrong; `made.json` files name them.

Each gets a copy of a small dataset of one version, and gives back the folder to verify. Where it
leaves a `signer.pub` beside the dataset, that signer is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpuskit import footers
from corpuskit.documents import checksums, render_from_manifest
from corpuskit.identity import digest
from corpuskit.manifest_json import load
from corpuskit.shards import write_table
from corpuskit.signing import sign
from tests.keys import payload_of, rewrite_payload, signature_file, write_keys

Json = dict[str, Any]

SHARD = "data/part-00000.parquet"
VERSION = "1.0.0"

RELEASES: dict[str, Callable[[Path], Path]] = {}


def made(maker: Callable[[Path], Path]) -> Callable[[Path], Path]:
    """Enter a maker by its name."""
    RELEASES[maker.__name__] = maker
    return maker


@made
def nothing_changed(dataset: Path) -> Path:
    return dataset


def _version(dataset: Path) -> Path:
    """The version alone: without the dataset's index, which would tell of a changed manifest."""
    for path in dataset.iterdir():
        if path.is_file():
            path.unlink()
    return dataset / VERSION


def _reseal(version: Path, change: Callable[[Json], object] = lambda _manifest: None) -> Path:
    """Make manifest, documents and digests agree with the files again, but for `change`."""
    manifest = json.loads((version / "manifest.json").read_bytes())
    ends = version / footers.PATH
    known = footers.parse(ends.read_bytes())
    with suppress(footers.FooterError):  # a shard that is no Parquet
        known |= {path: footers.footer_of(version / path) for path in known}
    ends.write_bytes(footers.render(known))
    for entry in manifest["files"]:
        data = (version / entry["path"]).read_bytes()
        entry |= {"bytes": len(data), "sha256": digest(data)}
    change(manifest)
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (version / "manifest.json").write_text(text, "utf-8")
    for name, data in render_from_manifest(load(text.encode())).items():
        (version / name).write_bytes(data)
    return _resum(version)


def _resum(version: Path) -> Path:
    """Write SHA256SUMS again, of the files that are there."""
    files = sorted(p for p in version.rglob("*") if p.is_file() and p.name != "SHA256SUMS")
    lines = [f"{digest(p.read_bytes())}  {p.relative_to(version).as_posix()}\n" for p in files]
    text = "".join(lines).encode()
    assert checksums.parse(text)
    (version / "SHA256SUMS").write_bytes(text)
    return version


def _edit(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data, f"{path.name} holds no {old!r}"
    path.write_bytes(data.replace(old, new, 1))


def _rewrite(version: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    rows = change(pq.read_table(version / SHARD))
    kinds = [pa.list_(t.value_type) if pa.types.is_list(t) else t for t in rows.schema.types]
    # Read from Parquet, the items of lists have another name.
    schema = pa.schema(list(zip(rows.schema.names, kinds, strict=True)))
    write_table(rows.cast(schema), version / SHARD)


@made
def shard_deleted(dataset: Path) -> Path:
    (dataset / VERSION / SHARD).unlink()
    return dataset / VERSION


@made
def readme_deleted(dataset: Path) -> Path:
    (dataset / VERSION / "README.md").unlink()
    return dataset / VERSION


@made
def file_added(dataset: Path) -> Path:
    (dataset / VERSION / "notes.txt").write_text("待办\n", "utf-8")
    return dataset / VERSION


@made
def shard_added(dataset: Path) -> Path:
    version = dataset / VERSION
    (version / "data" / "part-00001.parquet").write_bytes((version / SHARD).read_bytes())
    return version


@made
def byte_of_a_shard_flipped(dataset: Path) -> Path:
    path = dataset / VERSION / SHARD
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    return dataset / VERSION


@made
def shard_cut_short(dataset: Path) -> Path:
    path = dataset / VERSION / SHARD
    path.write_bytes(path.read_bytes()[:-1])
    return dataset / VERSION


@made
def manifest_is_no_json(dataset: Path) -> Path:
    version = _version(dataset)
    (version / "manifest.json").write_text("{", "utf-8")
    return _resum(version)


@made
def manifest_lacks_counts(dataset: Path) -> Path:
    version = _version(dataset)
    manifest = json.loads((version / "manifest.json").read_bytes())
    del manifest["counts"]
    (version / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return _resum(version)


@made
def checksums_without_a_line(dataset: Path) -> Path:
    path = dataset / VERSION / "SHA256SUMS"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "README" not in line), "utf-8")
    return dataset / VERSION


@made
def checksums_are_prose(dataset: Path) -> Path:
    (dataset / VERSION / "SHA256SUMS").write_text("every file is fine\n", "utf-8")
    return dataset / VERSION


@made
def shard_is_no_parquet(dataset: Path) -> Path:
    version = _version(dataset)
    (version / SHARD).write_bytes(b"PAR1" + bytes(100) + b"PAR1")
    return _reseal(version)


@made
def entry_counts_one_row_more(dataset: Path) -> Path:
    def change(manifest: Json) -> None:
        entry = next(e for e in manifest["files"] if e["path"] == SHARD)
        entry["rows"] += 1

    return _reseal(_version(dataset), change)


@made
def column_removed(dataset: Path) -> Path:
    version = _version(dataset)
    _rewrite(version, lambda table: table.drop_columns(["image"]))
    return _reseal(version)


@made
def column_retyped(dataset: Path) -> Path:
    version = _version(dataset)
    at = ("n_chars", pa.int32())
    _rewrite(
        version, lambda t: t.set_column(t.schema.names.index(at[0]), at[0], t[at[0]].cast(at[1]))
    )
    return _reseal(version)


@made
def row_twice(dataset: Path) -> Path:
    version = _version(dataset)
    _rewrite(version, lambda table: pa.concat_tables([table.slice(0, 1), table]).combine_chunks())
    return _reseal(version)


@made
def title_edited(dataset: Path) -> Path:
    version = _version(dataset)

    def change(table: pa.Table) -> pa.Table:
        titles = ["改过的题目", *table["title"].to_pylist()[1:]]
        return table.set_column(table.schema.names.index("title"), "title", pa.array(titles))

    _rewrite(version, change)
    return _reseal(version)


@made
def content_digest_edited(dataset: Path) -> Path:
    return _reseal(_version(dataset), lambda m: m.update(content_sha256="0" * 64))


@made
def croissant_edited(dataset: Path) -> Path:
    version = _version(dataset)
    _edit(version / "croissant.json", b'"name": "title"', b'"name": "headline"')
    return _resum(version)


@made
def stats_edited(dataset: Path) -> Path:
    def change(manifest: Json) -> None:
        manifest["stats"]["characters"] += 1

    return _reseal(_version(dataset), change)


@made
def sources_counted_wrong(dataset: Path) -> Path:
    def change(manifest: Json) -> None:
        manifest["counts"]["sources"] += 1
        manifest["sources"]["count"] += 1

    return _reseal(_version(dataset), change)


@made
def index_edited(dataset: Path) -> Path:
    index = json.loads((dataset / "index.json").read_bytes())
    index["versions"][0]["rows"] += 1
    text = json.dumps(index, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (dataset / "index.json").write_text(text, "utf-8")
    return dataset


@made
def index_of_another_manifest(dataset: Path) -> Path:
    manifest = digest((dataset / VERSION / "manifest.json").read_bytes()).encode()
    _edit(dataset / "index.json", manifest, b"0" * 64)
    return dataset


@made
def rejection_without_a_diagnostic(dataset: Path) -> Path:
    version = _version(dataset)
    path = version / "audit" / "diagnostics.jsonl"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "CK301" not in line), "utf-8")

    def change(manifest: Json) -> None:
        entry = next(e for e in manifest["files"] if e["path"] == "audit/diagnostics.jsonl")
        entry["rows"] -= 1
        manifest["counts"]["by_code"].pop("CK301")

    return _reseal(version, change)


@made
def line_that_is_no_json(dataset: Path) -> Path:
    version = _version(dataset)
    path = version / "audit" / "rejected.jsonl"
    path.write_text(path.read_text("utf-8") + "broken.md\n", "utf-8")
    return _reseal(version)


SIGNER, ANOTHER = 1, 2


def _signed(dataset: Path, seed: int = SIGNER) -> Path:
    """Sign the version; the file of the signature."""
    private, _ = write_keys(dataset.parent, seed, f"key-{seed}")
    sign(dataset / VERSION, private)
    return signature_file(dataset, VERSION, seed)


def _ask(dataset: Path) -> Path:
    """Have the signer asked for."""
    write_keys(dataset.parent, SIGNER, "signer")
    return dataset


@made
def signed_by_the_signer(dataset: Path) -> Path:
    _signed(dataset)
    _signed(dataset, ANOTHER)
    return _ask(dataset)


@made
def signed_by_somebody(dataset: Path) -> Path:
    _signed(dataset)
    return dataset


@made
def signed_by_nobody(dataset: Path) -> Path:
    return _ask(dataset)


@made
def signed_by_another(dataset: Path) -> Path:
    _signed(dataset, ANOTHER)
    return _ask(dataset)


@made
def signature_under_the_name_of_another_key(dataset: Path) -> Path:
    _signed(dataset).rename(signature_file(dataset, VERSION, ANOTHER))
    return dataset


@made
def signature_with_another_one_in_it(dataset: Path) -> Path:
    path, other = _signed(dataset), _signed(dataset, ANOTHER)
    envelope = json.loads(path.read_bytes())
    envelope["signatures"][0]["sig"] = json.loads(other.read_bytes())["signatures"][0]["sig"]
    path.write_text(json.dumps(envelope), "utf-8")
    return _ask(dataset)


@made
def signature_is_no_json(dataset: Path) -> Path:
    _signed(dataset).write_text("signed by me", "utf-8")
    return dataset


@made
def signature_of_something_else(dataset: Path) -> Path:
    rewrite_payload(_signed(dataset), {"greeting": "hello world"}, SIGNER)
    return _ask(dataset)


@made
def signature_of_another_program(dataset: Path) -> Path:
    """By its name it is none of ours."""
    (dataset / "signatures").mkdir()
    (dataset / "signatures" / f"{VERSION}.minisig").write_text("untrusted comment", "utf-8")
    return dataset


@made
def signature_of_another_version(dataset: Path) -> Path:
    path = _signed(dataset)
    statement = payload_of(path)
    statement["predicate"]["release"]["version"] = "1.1.0"
    rewrite_payload(path, statement, SIGNER)
    return _ask(dataset)


@made
def licence_edited_after_signing(dataset: Path) -> Path:
    _signed(dataset)
    _ask(dataset)
    return _reseal(_version(dataset), lambda m: m.update(license="CC0-1.0"))


@made
def signature_of_other_files(dataset: Path) -> Path:
    path = _signed(dataset)
    statement = payload_of(path)
    statement["subject"][0]["digest"]["sha256"] = "0" * 64
    rewrite_payload(path, statement, SIGNER)
    return dataset
