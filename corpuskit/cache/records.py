"""The cache of what parsing made of sources: packs of rows, and beside each its records.

A folder holds what was made under equal rules by equal parsers (its name is the fingerprint of
both), so a source is looked up by its SHA-256 alone. What constraints say of the rows is kept
beside them under a fingerprint of its own. Files appear whole and are never changed, so that builds
can share them; each begins with the digest of what follows, or is named in one that does. What is
damaged is deleted, and so is a miss.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import TZPATH

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.cache.identities import read_identities, with_identities
from corpuskit.constraints.verdicts import Verdicts
from corpuskit.disk.checked_tables import read_table, write_table
from corpuskit.generator import code_digest, generator, unstated
from corpuskit.packs import SUFFIX, Pack, PackFolder
from corpuskit.packs.records import with_pack
from corpuskit.parse_rules import BatchRules
from corpuskit.schema import Schema

if TYPE_CHECKING:
    from corpuskit.batch import BatchResult

RECORDS = ".records"
VERDICTS = ".verdicts"
IDENTITIES = ".identities"
PARSED = "parsed"
"""The folder below the cache's home for what parsing made of sources."""
FILES = "files"
"""The one for what is known of files by what they look like, of builds and of shards."""
_PACK_CHECKSUM = b"pack_checksum"
_IDENTITIES = b"identities"
_JUDGED = ("constraints", "warn")
_VERDICTS_SCHEMA = pa.schema([("row", pa.int32()), ("found", pa.string())])
_AT_ONCE = 64
_LAYOUT = 2
"""Goes up when packs or records change their columns."""


@dataclass(slots=True)
class Known:
    """Packs, and the records of the sources that they were made from; `pack` is the pack.

    `verdicts` are those on the rows of each pack that the constraints in force have been asked of,
    by the pack's place. The identities of rows of packs whose places are in `unidentified` are
    those of a release that omits other columns.
    """

    packs: list[Pack]
    records: pa.Table
    verdicts: dict[int, Verdicts]
    unidentified: frozenset[int] = frozenset()

    def let_go_of_records(self) -> pa.Table:
        """The records, of which nothing is kept: they are most of what a build has in memory."""
        records, self.records = self.records, self.records.schema.empty_table()
        return records


def parse_fingerprint(rules: BatchRules) -> str:
    """A digest of all that parsing depends on besides a source's bytes."""
    said = asdict(replace(rules, blob_ids=False, omitted=()))
    schema = said["parse"]["schema"]
    if not rules.parse.quality:
        del said["parse"]["quality"]
    # What is only said of a column reaches no row; `keys` has what order and uniqueness need.
    del schema["title"], schema["description"], schema["order"]
    for field in schema["fields"]:
        for member in ("title", "description", "unique", *_JUDGED):
            del field[member]
    makers = generator(rules.parse.text, near=rules.signed)
    del makers["pandera"]
    zones = {name: _zone_digest(name) for name in _zones(rules)}
    return _digest(layout=_LAYOUT, generator=makers, zones=zones, rules=said)


def verdict_fingerprint(schema: Schema) -> str:
    """A digest of all that verdicts depend on besides what was parsed."""
    fields = [asdict(field) for field in schema.fields]
    said = [[f[member] for member in ("name", "severity", "message", *_JUDGED)] for f in fields]
    return _digest(layout=_LAYOUT, generator=generator(), constraints=said)


def _digest(**stated: object) -> str:
    whole = json.dumps({**stated, "engines": unstated(), "code": code_digest()}, sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def _zones(rules: BatchRules) -> set[str]:
    fields = rules.parse.schema.fields
    return {rules.parse.timezone, *(f.timezone for f in fields if f.timezone is not None)}


def _zone_digest(name: str) -> str | None:
    """Of the system's rules for a zone, which change with the world; None for UTC and offsets."""
    files = (Path(folder, name) for folder in TZPATH)
    found = next((file for file in files if file.is_file()), None)
    return None if found is None else hashlib.sha256(found.read_bytes()).hexdigest()


def pack_folder(cache: Path, rules: BatchRules) -> PackFolder:
    """The folder of what was made under `rules`, which is made if it is not there.

    Raises:
        OSError: it cannot be made.
    """
    folder = cache / PARSED / parse_fingerprint(rules)
    folder.mkdir(parents=True, exist_ok=True)
    os.utime(folder)
    verdicts = f".{verdict_fingerprint(rules.parse.schema)[:16]}{VERDICTS}"
    identities = f".{_digest(omitted=rules.omitted)[:16]}{IDENTITIES}"
    return PackFolder(str(folder), kept=True, verdicts=verdicts, identities=identities)


def write_result(folder: PackFolder, result: BatchResult) -> None:
    """Keep the records and verdicts of a batch whose pack is in `folder`."""
    checksum = result.pack.checksum if result.pack else None
    said = {_PACK_CHECKSUM: checksum or "", _IDENTITIES: folder.identities}
    table = result.records.replace_schema_metadata(said)
    write_verdicts(folder, result.name, result.verdicts)
    write_table(os.path.join(folder.path, result.name + RECORDS), table)  # noqa: PTH118


def write_verdicts(folder: PackFolder, name: str, verdicts: Verdicts) -> None:
    """Keep what the constraints in force say of all rows of a pack."""
    table = pa.table([list(verdicts), list(verdicts.values())], _VERDICTS_SCHEMA)
    write_table(os.path.join(folder.path, name + folder.verdicts), table)  # noqa: PTH118


def load_records(folder: PackFolder, empty: pa.Table) -> Known:
    """All that a folder knows; what is damaged, or a pack or records alone, is deleted."""
    packs: list[Pack] = []
    whole, tables = [empty], list[pa.Table]()
    verdicts: dict[int, Verdicts] = {}
    unidentified: set[int] = set()
    for path in sorted(Path(folder.path).glob(f"*{RECORDS}")):
        found = _read(path, empty.schema)
        if found is None:
            discard(path)
            continue
        table, checksum, identities = found
        if checksum:
            pack = path.with_suffix(SUFFIX)
            if not pack.exists():
                discard(path)
                continue
            table = with_pack(table, len(packs))
            given = _read_verdicts(Path(folder.path) / (path.stem + folder.verdicts))
            if given is not None:
                verdicts[len(packs)] = given
            if identities != folder.identities:
                known = read_identities(folder, path.stem)
                if known is None or len(known) != pc.count(table["row"]).as_py():
                    unidentified.add(len(packs))
                else:
                    table = with_identities(table, known)
            packs.append(Pack(str(pack), checksum))
        tables.append(table)
        if len(tables) == _AT_ONCE:
            # A table is one piece of memory, of which no column can be let go of by itself.
            whole.append(pa.concat_tables(tables).combine_chunks())
            tables = []
    whole.append(pa.concat_tables([empty, *tables]).combine_chunks())
    return Known(packs, pa.concat_tables(whole), verdicts, frozenset(unidentified))


def _read_verdicts(path: Path) -> Verdicts | None:
    table = read_table(path)
    if table is None or table.schema != _VERDICTS_SCHEMA:
        return None
    return dict(zip(*(column.to_pylist() for column in table.columns), strict=True))


def discard(path: Path) -> None:
    """Forget a pack or its records, and with it all that goes with it."""
    for file in path.parent.glob(f"{path.stem}.*"):
        file.unlink(missing_ok=True)


def _read(path: Path, schema: pa.Schema) -> tuple[pa.Table, str, str] | None:
    """Records, the checksum of their pack, and for which identities they were made."""
    table = read_table(path)
    if table is None:
        return None
    said = table.schema.metadata or {}
    checksum, identities = (said.get(key, b"").decode() for key in (_PACK_CHECKSUM, _IDENTITIES))
    table = table.replace_schema_metadata(None)
    return (table, checksum, identities) if table.schema == schema else None
