"""What `verify` says of releases that were forged: all digests are right, and the words are not."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from corpuskit.codes import Code
from corpuskit.identity import article_id, content_digest
from corpuskit.manifest import Json, Manifest
from corpuskit.model import Cell, Diagnostic
from corpuskit.strict_json import dumps
from corpuskit.verifying import verify

Row = dict[str, Cell]
Line = dict[str, object]
Reseal = Callable[..., None]
ReadRows = Callable[[Path], list[Row]]
Rewrite = Callable[..., None]
EditAudit = Callable[..., None]
Forge = Callable[..., None]

SHARDS = ("data/part-00000.parquet", "data/part-00001.parquet")
DIAGNOSTICS, REJECTED = "audit/diagnostics.jsonl", "audit/rejected.jsonl"


def codes(found: tuple[Diagnostic, ...]) -> list[tuple[Code, str | None]]:
    return [(d.code, d.path) for d in found]


def configured(manifest: Manifest, **settings: Json) -> Manifest:
    """The manifest with other settings, and the fingerprint that they have."""
    config = {**manifest.config, **settings}
    digest = hashlib.sha256(dumps(config)).hexdigest()
    return replace(manifest, config=config, config_sha256=digest)


def by_another(manifest: Manifest) -> Manifest:
    return replace(manifest, generator={"corpuskit": "99.0.0"})


@pytest.fixture
def reorder(read_rows: ReadRows, rewrite_shard: Rewrite) -> Callable[..., None]:
    """Writes the rows of a release as numbers say: four into the first shard, two into the next."""

    def reorder(root: Path, numbers: list[int]) -> None:
        rows = [row for name in SHARDS for row in read_rows(root / name)]
        chosen = [rows[number - 1] for number in numbers]
        rewrite_shard(root / SHARDS[0], chosen[:4])
        rewrite_shard(root / SHARDS[1], chosen[4:])

    return reorder


# Rows


@pytest.mark.parametrize(
    ("order", "numbers"),
    [
        (["path"], [1, 2, 3, 4, 5, 6]),
        (["date", "path"], [3, 6, 1, 2, 4, 5]),
        (["stars", "path"], [2, 4, 6, 1, 3, 5]),
        (["score", "path"], [4, 1, 2, 3, 5, 6]),
        (["pinned", "path"], [1, 3, 5, 2, 4, 6]),
        (["pinned", "day", "path"], [1, 3, 5, 2, 4, 6]),
    ],
)
def test_rows_stand_in_the_order_that_the_manifest_says(
    release: Path,
    reseal: Reseal,
    reorder: Callable[..., None],
    order: list[Json],
    numbers: list[int],
) -> None:
    """Nulls first; false before true; of equal rows the path decides."""
    state = partial(configured, order=order)
    reorder(release, numbers)
    reseal(release, state)
    assert verify(release) == ()
    reorder(release, [2, 1, 3, 4, 5, 6])
    reseal(release)
    assert codes(verify(release)) == [(Code.METADATA_DISAGREES, SHARDS[0])]


def test_strings_are_sorted_by_their_utf8_bytes(
    release: Path, reseal: Reseal, read_rows: ReadRows, rewrite_shard: Rewrite
) -> None:
    """U+FF21 comes before U+1F600 in UTF-8, after it in UTF-16."""
    titles = ["Z", "a", "\N{FULLWIDTH LATIN CAPITAL LETTER A}", "\N{GRINNING FACE}"]
    later = [row | {"title": "\N{GRINNING FACE}z"} for row in read_rows(release / SHARDS[1])]
    rewrite_shard(release / SHARDS[1], later)
    rows = read_rows(release / SHARDS[0])
    for order, expected in ((titles, []), ([*titles[:2], *titles[:1:-1]], [SHARDS[0]])):
        named = [row | {"title": title} for row, title in zip(rows, order, strict=True)]
        rewrite_shard(release / SHARDS[0], named)
        every = [row for name in SHARDS for row in read_rows(release / name)]
        digest = content_digest((str(row["id"]), str(row["row_sha256"])) for row in every)
        reseal(release, partial(configured, order=["title", "path"]))
        reseal(release, partial(replace, content_sha256=digest))
        assert [d.path for d in verify(release)] == expected


def test_rows_that_changed_places_are_named(
    release: Path, reseal: Reseal, reorder: Callable[..., None]
) -> None:
    reorder(release, [1, 2, 4, 3, 5, 6])
    reseal(release)
    (found,) = verify(release)
    assert (found.code, found.path) == (Code.METADATA_DISAGREES, SHARDS[0])
    assert found.message.startswith("row 3: expected row 4 here, in the order of path")


def test_shards_that_changed_places_are_named(
    release: Path, reseal: Reseal, reorder: Callable[..., None]
) -> None:
    """Each is in order on its own."""
    reorder(release, [3, 4, 5, 6, 1, 2])
    reseal(release)
    (found,) = verify(release)
    assert (found.code, found.path) == (Code.METADATA_DISAGREES, SHARDS[1])
    assert SHARDS[0] in found.message


def test_shards_are_listed_in_the_order_of_their_names(release: Path, reseal: Reseal) -> None:
    reseal(release, lambda m: replace(m, files=(*m.files[:-2], *m.files[:-3:-1])))
    found = codes(verify(release))
    assert (Code.INVALID_MANIFEST, "manifest.json") in found


@pytest.mark.parametrize(
    "order",
    [
        None,
        [],
        "path",
        ["date"],
        ["path", "date"],
        ["path", "path"],
        ["tags", "path"],
        ["x", "path"],
    ],
)
def test_an_order_that_rows_cannot_have_is_found(
    release: Path, reseal: Reseal, order: Json
) -> None:
    reseal(release, partial(configured, order=order))
    (found,) = verify(release)
    assert (found.code, found.path) == (Code.METADATA_DISAGREES, "manifest.json")
    assert found.message.startswith("config.order: ")


def test_an_id_that_is_no_digest_of_the_path_is_found(
    release: Path, reseal: Reseal, read_rows: ReadRows, rewrite_shard: Rewrite
) -> None:
    rows = read_rows(release / SHARDS[1])
    rows[1]["id"] = article_id("elsewhere.md")
    rewrite_shard(release / SHARDS[1], rows)
    reseal(release)
    found = [d for d in verify(release) if d.path == SHARDS[1]]
    assert [d.code for d in found] == [Code.METADATA_DISAGREES]
    assert "row 2: expected the id" in found[0].message


# Columns that every release has


def edited(number: int, **cells: Cell) -> Callable[[list[Row]], object]:
    """Changes cells of one row, numbered from 1, and the counts and ids that follow from them."""

    def edit(rows: list[Row]) -> None:
        row = rows[number - 1]
        row.update(cells)
        row["n_chars"] = len(str(row["text"]))
        row["id"] = article_id(str(row["path"]))

    return edit


def as_they_are(rows: list[Row]) -> None:
    """Changes nothing."""
    assert rows


def site(language: str | None) -> Callable[[Manifest], Manifest]:
    return partial(configured, site={"language": language})


CREATED = 1_000_000 * int(dt.datetime(2026, 2, 3, 4, 5, 6, tzinfo=dt.UTC).timestamp())
WITHOUT_DRAFTS = partial(configured, source={"drafts": "exclude", "encoding": None})
FRONT_MATTER: Row = {"language_source": "front matter", "language_score": None}
CONFIGURED: Row = {"language_source": "configuration", "language_score": None}
DETECTED: Row = {"language": "en", "language_source": "detected", "language_score": 0.5}
NO_LANGUAGE: Row = dict.fromkeys(("language", "language_score", "language_source"))


@pytest.mark.parametrize(
    "path",
    ["../../etc/passwd", "/etc/passwd", "a//b.md", "a/", ".", "..", "./a.md", "a/../b.md", "x\0y"],
)
@pytest.mark.parametrize("maker", [lambda m: m, by_another])
def test_a_path_that_no_source_has_is_found(
    release: Path, forge: Forge, path: str, maker: Callable[[Manifest], Manifest]
) -> None:
    forge(release, edited(6, path=path), maker)
    (found,) = verify(release)
    assert found.code is Code.METADATA_DISAGREES
    assert "`path`: expected a relative path" in found.message


@pytest.mark.parametrize("path", ["...", "a/.b", "a..b/c.. ", "a\nb", "a\\b", "_drafts.md", "~/x"])
def test_a_path_may_be_whatever_a_file_system_has(release: Path, forge: Forge, path: str) -> None:
    forge(release, edited(6, path=path), WITHOUT_DRAFTS)
    assert verify(release) == ()


@pytest.mark.parametrize("path", ["../a.md", "/a.md", "a//b.md", "a/./b.md", "..", "a\0"])
def test_a_path_of_the_audit_is_that_of_a_source(
    release: Path, reseal: Reseal, edit_audit: EditAudit, path: str
) -> None:
    edit_audit(release, "rejected", lambda lines: lines[1].update(path=path))
    reseal(release)
    assert (Code.AUDIT_DISAGREES, REJECTED) in codes(verify(release))


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"text": "a\rb"}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": "a\ufeffb"}, "text"),
        ({"text": " a"}, "text"),
        ({"text": "a\n"}, "text"),
        ({"text": "a\u3000"}, "text"),
        ({"links": ["/a"]}, "link_texts"),
        ({"links": ["/a"], "link_texts": ["a", "b"]}, "link_texts"),
        ({"language_score": 1.01}, "language_score"),
        ({"language_score": -0.01}, "language_score"),
        ({"language_score": math.nan}, "language_score"),
        ({"language_score": math.inf}, "language_score"),
        ({"front_matter": ""}, "front_matter"),
        ({"front_matter": "[]"}, "front_matter"),
        ({"front_matter": "null"}, "front_matter"),
        ({"front_matter": '{"title":"x"'}, "front_matter"),
        ({"front_matter": '{"a":' * 100_000}, "front_matter"),
        ({"front_matter": '{"a":' * 5000 + '"b"' + "}" * 5000}, "front_matter"),
        ({"front_matter": '{"password":"hunter2"}'}, "front_matter"),
        ({"front_matter": '{"a":[{"api_key":{"b":"c"}}]}'}, "front_matter"),
    ],
)
@pytest.mark.parametrize("maker", [lambda m: m, by_another])
def test_a_cell_that_no_build_writes_is_found(
    release: Path,
    forge: Forge,
    cells: Row,
    column: str,
    maker: Callable[[Manifest], Manifest],
) -> None:
    forge(release, edited(2, **cells), maker)
    (found,) = verify(release)
    assert (found.code, found.path) == (Code.METADATA_DISAGREES, SHARDS[0])
    assert found.message.startswith(f"row 2: `{column}`: expected ")
    assert "hunter2" not in found.message


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"front_matter": '{"title": "x"}'}, "front_matter"),
        ({"front_matter": '{"a":"b","a":"b"}'}, "front_matter"),
        ({"front_matter": '{"a":"\\u0062"}'}, "front_matter"),
        ({"front_matter": '{"a":"\\ud800"}'}, "front_matter"),
        ({"front_matter": '{"a":1}'}, "front_matter"),
        ({"front_matter": '{"a":[true]}'}, "front_matter"),
        ({"front_matter": '{"a":NaN}'}, "front_matter"),
        ({"format": "pdf"}, "format"),
        ({"encoding": "rot13"}, "encoding"),
        ({"encoding": "rot-13"}, "encoding"),
        ({"encoding": "base64"}, "encoding"),
        ({"encoding": "UTF8"}, "encoding"),
        ({"encoding": "utf-9"}, "encoding"),
        ({"encoding": "a\0"}, "encoding"),
        ({"encoding": "a" * 100}, "encoding"),
        ({"encoding": "unicode-escape"}, "encoding"),
        ({"language": "English, mostly"}, "language"),
        ({"language": "zh_CN"}, "language"),
        ({"language": ""}, "language"),
        ({"language_source": "guessed"}, "language_source"),
        ({"language": None}, "language_source"),
        ({"language_source": None}, "language_source"),
        ({"language_score": None}, "language_score"),
        (NO_LANGUAGE | {"language_score": 0.5}, "language_score"),
        (CONFIGURED | {"language_score": 0.5}, "language_score"),
        (FRONT_MATTER, "language"),
        (FRONT_MATTER | {"front_matter": '{"lang":"fr"}'}, "language"),
        ({"front_matter": '{"lang":"en"}'}, "language"),
    ],
)
def test_a_cell_that_this_corpuskit_does_not_write_is_found(
    release: Path, forge: Forge, cells: Row, column: str
) -> None:
    """Another may have more words, and other ways to write."""
    forge(release, edited(2, **cells))
    found = verify(release)
    assert set(codes(found)) == {(Code.METADATA_DISAGREES, SHARDS[0])}
    assert any(d.message.startswith(f"row 2: `{column}`: expected ") for d in found)
    forge(release, as_they_are, by_another)
    assert verify(release) == ()


@pytest.mark.parametrize(
    "cells",
    [
        {"text": "a\tb\n\n  c \u200d"},
        {"text": ""},
        {"links": ["/a", "/b"], "link_texts": ["a", ""]},
        {"language_score": 0.0},
        {"language_score": 1.0},
        {"front_matter": "{}"},
        {"front_matter": '{"password":"***","token":null,"tokens":"3","a":["b",{"c":null}]}'},
        {"front_matter": '{"draft":"true"}'},
        {"front_matter": '{"lang":"no tag at all","note":"\\n\\"\U0001f600"}'},
        {"format": "text"},
        {"encoding": "gb18030"},
        {"encoding": "big5hkscs"},
        {"encoding": "utf-16-le"},
        {"encoding": "utf-32-be"},
        {"encoding": "cp1252"},
        {"encoding": "iso2022_jp"},
        NO_LANGUAGE,
        CONFIGURED,
        FRONT_MATTER | {"language": "zh-CN", "front_matter": '{"lang":"?","locale":" zh_CN"}'},
    ],
)
def test_a_cell_that_a_build_can_write_is_let_be(release: Path, forge: Forge, cells: Row) -> None:
    forge(release, edited(2, **cells))
    assert verify(release) == ()


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"path": "posts/_drafts/x.md"}, "`path`: expected none of a draft"),
        ({"path": "_drafts/x.md"}, "`path`: expected none of a draft"),
        ({"front_matter": '{"draft":"true"}'}, "`front_matter`: expected none of a draft"),
        ({"front_matter": '{"published":"no"}'}, "`front_matter`: expected none of a draft"),
        ({"front_matter": '{"status":"Hidden"}'}, "`front_matter`: expected none of a draft"),
        ({"date": CREATED + 1}, "`date`: expected none after `created`"),
    ],
)
def test_what_is_not_published_is_no_row(
    release: Path, forge: Forge, cells: Row, said: str
) -> None:
    """Nor what is dated a microsecond after `created`."""
    forge(release, edited(2, **cells))
    assert verify(release) == ()
    forge(release, as_they_are, WITHOUT_DRAFTS)
    (found,) = verify(release)
    assert found.code is Code.METADATA_DISAGREES
    assert said in found.message


def test_what_is_published_when_the_release_is_made_is_a_row(release: Path, forge: Forge) -> None:
    masked = '{"draft":"false","published":"","password":"***"}'
    forge(release, edited(2, date=CREATED, front_matter=masked), WITHOUT_DRAFTS)
    assert verify(release) == ()


@pytest.mark.parametrize(
    ("number", "cells", "language", "holds"),
    [
        (1, {}, None, True),
        (1, CONFIGURED, None, False),
        (1, CONFIGURED, "en", True),
        (1, CONFIGURED, "fr", False),
        (1, {}, "en", False),
        (3, {}, "en", False),
        (1, FRONT_MATTER | {"language": "fr", "front_matter": '{"lang":"fr"}'}, "en", True),
    ],
)
def test_a_language_is_detected_where_none_is_configured(
    release: Path, forge: Forge, number: int, cells: Row, language: str | None, holds: bool
) -> None:
    """The other rows are made to have the configured one."""

    def edit(rows: list[Row]) -> None:
        for row in rows if language else ():
            row.update(CONFIGURED | {"language": language})
        rows[number - 1].update(NO_LANGUAGE if number == 3 else DETECTED)
        edited(number, **cells)(rows)

    forge(release, edit, site(language))
    assert [d.path for d in verify(release)] == ([] if holds else [SHARDS[0]])


@pytest.mark.parametrize(("first", "second"), [(1, 3), (4, 5), (5, 6)])
def test_a_text_that_is_there_twice_is_found(
    release: Path, forge: Forge, first: int, second: int
) -> None:
    """In one shard or in two; one that is shorter than duplicates are may be there again."""
    text = "The same, word for word."

    def edit(rows: list[Row]) -> None:
        edited(first, text=text)(rows)
        edited(second, text=text)(rows)

    said: dict[str, Json] = {"exact": True, "min_chars": len(text)}
    for dedup, many in (
        (said, 1),
        (said | {"exact": False}, 0),
        (said | {"min_chars": len(text) + 1}, 0),
    ):
        forge(release, edit, partial(configured, dedup=dedup))
        found = verify(release)
        assert codes(found) == [(Code.METADATA_DISAGREES, SHARDS[second > 4])] * many
        for diagnostic in found:
            place = first if first < 5 else first - 4
            assert f"found that of row {place} of {SHARDS[first > 4]}" in diagnostic.message


def test_many_odd_cells_of_a_shard_are_one_finding(release: Path, forge: Forge) -> None:
    def edit(rows: list[Row]) -> None:
        for row in rows[1:4]:
            row["encoding"] = "rot13"

    forge(release, edit)
    (found,) = verify(release)
    assert found.message == (
        "row 2: `encoding`: expected a codec that sources are read with, found rot13; "
        "the first of 3 rows"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"description": "the author's home address"},
        {"title": "Text"},
        {"required": False},
    ],
)
def test_own_columns_are_described_as_every_release_describes_them(
    release: Path, reseal: Reseal, change: dict[str, Json]
) -> None:
    def describe(manifest: Manifest) -> Manifest:
        changed = (
            replace(c, **change) if c.name == "text" else c  # type: ignore[arg-type]
            for c in manifest.columns
        )
        return replace(manifest, columns=tuple(changed))

    reseal(release, describe)
    found = [d for d in verify(release) if d.path == "manifest.json"]
    assert [d.code for d in found] == [Code.METADATA_DISAGREES]
    assert found[0].message.startswith("columns: expected `text`")


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (slice(None, -1), "expected `row_sha256` (string, required: "),
        (slice(None, None, -1), "expected id, path, the schema's fields, then all others"),
    ],
)
def test_own_columns_are_all_there_and_in_their_places(
    release: Path, reseal: Reseal, order: slice, said: str
) -> None:
    reseal(release, lambda m: replace(m, columns=m.columns[order]))
    found = [d for d in verify(release) if d.message.startswith("columns: ")]
    assert codes(tuple(found)) == [(Code.METADATA_DISAGREES, "manifest.json")]
    assert said in found[0].message


def test_own_columns_have_their_types_whoever_made_them(release: Path, reseal: Reseal) -> None:
    def retype(manifest: Manifest) -> Manifest:
        changed = (
            replace(c, type="integer", arrow="int64", item_type=None) if c.name == "links" else c
            for c in manifest.columns
        )
        return by_another(replace(manifest, columns=tuple(changed)))

    reseal(release, retype)
    found = [d for d in verify(release) if d.code is Code.INVALID_MANIFEST]
    assert [d.message for d in found] == ["column `links`: expected list<string>, found integer"]


# The audit


def odd_reason(lines: list[Line]) -> None:
    lines[0]["reason"] = "boring"


def odd_how(lines: list[Line]) -> None:
    lines[0]["how"] = "a feeling"


def odd_id(lines: list[Line]) -> None:
    lines[0]["id"] = "0" * 32


def code_of_nothing(lines: list[Line]) -> None:
    lines[0]["codes"] = ["CK399"]


def code_of_a_release(lines: list[Line]) -> None:
    lines[0]["codes"] = ["CK803"]


def code_of_no_error(lines: list[Line]) -> None:
    lines[0]["codes"] = ["CK301", "CK310", "CK220"]


def codes_otherwise_ordered(lines: list[Line]) -> None:
    lines[0]["codes"] = ["CK310", "CK301"]


def code_left_out(lines: list[Line]) -> None:
    lines[0]["codes"] = ["CK301"]


def code_twice(lines: list[Line]) -> None:
    lines[0]["codes"] = ["CK301", "CK310", "CK310"]


def key_left_out(lines: list[Line]) -> None:
    del lines[0]["id"]


def key_too_many(lines: list[Line]) -> None:
    lines[0]["note"] = "x"


def exchanged(lines: list[Line]) -> None:
    lines.reverse()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        *(("excluded", change) for change in (odd_reason, odd_id, key_left_out, exchanged)),
        *(("duplicates", change) for change in (odd_how, key_too_many)),
        *(("rejected", change) for change in (odd_id, exchanged, key_left_out, key_too_many)),
        *(("rejected", change) for change in (code_of_nothing, code_of_a_release, code_twice)),
        *(("rejected", change) for change in (code_of_no_error, code_left_out)),
        ("rejected", codes_otherwise_ordered),
    ],
)
def test_a_line_that_is_not_as_it_was_written_is_found(
    release: Path,
    reseal: Reseal,
    edit_audit: EditAudit,
    name: str,
    change: Callable[[list[Line]], None],
) -> None:
    edit_audit(release, name, change)
    reseal(release)
    assert set(codes(verify(release))) == {(Code.AUDIT_DISAGREES, f"audit/{name}.jsonl")}


@pytest.mark.parametrize(
    "members",
    [
        {"severity": "fatal"},
        {"severity": "Error"},
        {"name": "missing-date"},
        {"code": "CK803", "name": "digest-mismatch"},
        {"code": "CK399", "name": "missing-field"},
        {"line": 0},
        {"line": "1"},
        {"line": True},
        {"line": None},
        {"column": None},
        {"field": 3},
        {"value": ["x"]},
        {"help": {}},
        {"message": None},
        {"message": ""},
    ],
)
def test_a_diagnostic_that_could_not_have_been_written_is_found(
    release: Path, reseal: Reseal, edit_audit: EditAudit, members: Line
) -> None:
    edit_audit(release, "diagnostics", lambda lines: lines[0].update(members))
    reseal(release)
    (found,) = verify(release)
    assert (found.code, found.where) == (Code.AUDIT_DISAGREES, f"{DIAGNOSTICS}:1:1")


def test_a_rejection_whose_diagnostics_are_no_errors_is_found(
    release: Path, reseal: Reseal, edit_audit: EditAudit
) -> None:
    edit_audit(release, "diagnostics", lambda lines: lines[2].update(severity="warning"))
    reseal(release)
    (found,) = verify(release)
    assert (found.code, found.path) == (Code.AUDIT_DISAGREES, REJECTED)
    assert "bad/b.md: expected a diagnostic of CK101" in found.message


@pytest.mark.parametrize("name", ["draft.md", "copy.md", "row"])
def test_an_error_of_a_source_that_was_not_rejected_is_found(
    release: Path, reseal: Reseal, edit_audit: EditAudit, read_rows: ReadRows, name: str
) -> None:
    row = read_rows(release / SHARDS[0])[0]
    path = str(row["path"]) if name == "row" else name
    sha256 = row["source_sha256"] if name == "row" else hashlib.sha256(path.encode()).hexdigest()
    line = {"path": path, "source_sha256": sha256}
    edit_audit(release, "diagnostics", lambda lines: lines.append(lines[0] | line))
    reseal(release, partial(with_one_more, code="CK301"))
    (found,) = verify(release)
    assert (found.code, found.path) == (Code.AUDIT_DISAGREES, DIAGNOSTICS)
    assert f"{path}: expected errors of rejected sources alone, found CK301" in found.message


def with_one_more(manifest: Manifest, code: str) -> Manifest:
    files = tuple(replace(f, rows=f.rows + (f.path == DIAGNOSTICS)) for f in manifest.files)
    return replace(
        manifest, files=files, codes={**manifest.codes, code: manifest.codes.get(code, 0) + 1}
    )


@pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 2), (2, 3)])
def test_diagnostics_are_sorted_by_path_and_place(
    release: Path, reseal: Reseal, edit_audit: EditAudit, first: int, second: int
) -> None:
    def exchange(lines: list[Line]) -> None:
        lines[first], lines[second] = lines[second], lines[first]

    edit_audit(release, "diagnostics", exchange)
    reseal(release)
    (found,) = verify(release)
    assert (found.code, found.where) == (Code.AUDIT_DISAGREES, f"{DIAGNOSTICS}:{second + 1}:1")
    assert "belongs before" in found.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"reason":"draft"', '"reason":"future","reason":"draft"'),
        ('"reason":"draft"', '"reason": "draft"'),
        ('"reason":"draft"', '"reason":"dr\\u0061ft"'),
        ('{"id"', '{ "id"'),
        ("}\n", "}\r\n"),
    ],
)
def test_a_line_is_spelled_as_it_was_written(
    release: Path, reseal: Reseal, old: str, new: str
) -> None:
    """A key that is there twice is read as the first by one program, as the last by another."""
    path = release / "audit/excluded.jsonl"
    data = path.read_bytes()
    path.write_bytes(data.replace(old.encode(), new.encode(), 1))
    reseal(release)
    (found,) = verify(release)
    assert (found.code, found.where) == (Code.AUDIT_DISAGREES, "audit/excluded.jsonl:1:1")


# Ids of what is no row


@pytest.mark.parametrize("name", ["duplicates", "excluded", "rejected"])
def test_an_id_may_be_that_of_a_field_only_of_what_was_read_that_far(
    release: Path,
    reseal: Reseal,
    edit_audit: EditAudit,
    read_rows: ReadRows,
    rewrite_shard: Rewrite,
    name: str,
) -> None:
    """Here the ids of rows are their titles, so that a field may give those of others too."""
    kept: dict[str, Cell] = {}
    for shard in SHARDS:
        rows = [row | {"id": row["title"]} for row in read_rows(release / shard)]
        kept |= {str(row["path"]): row["id"] for row in rows}
        rewrite_shard(release / shard, rows)

    def rename(lines: list[Line]) -> None:
        lines[0] |= {"kept_id": kept[str(lines[0]["kept_path"])]}

    edit_audit(release, "duplicates", rename)
    edit_audit(release, name, odd_id)
    reseal(release)
    about = [d for d in verify(release) if "the id" in d.message]
    assert [d.path for d in about] == ([] if name == "duplicates" else [f"audit/{name}.jsonl"])


# schema.json


@pytest.fixture
def edit_schema(reseal: Reseal) -> Callable[..., None]:
    """Changes the members of one field of schema.json, and every digest of it."""

    def edit(root: Path, column: str, change: Callable[[Line], object], **how: object) -> None:
        path = root / "schema.json"
        document = json.loads(path.read_text("utf-8"))
        change(next(f for f in document["fields"] if f["name"] == column))
        data = dumps(document)
        path.write_bytes(data)
        maker = how.get("maker", lambda manifest: manifest)
        digest = hashlib.sha256(data).hexdigest()
        reseal(root, lambda m: replace(maker(m), schema_sha256=digest))  # type: ignore[operator]

    return edit


def rule(**rules: Json) -> Callable[[Line], object]:
    """Adds rules to those that validators check."""
    return lambda field: field.update(
        constraints={**field.get("constraints", {}), **rules}  # type: ignore[dict-item]
    )


def noted(**rules: Json) -> Callable[[Line], object]:
    """Adds rules under our own key."""
    return lambda field: field["x-corpuskit"].update(constraints=rules)  # type: ignore[attr-defined]


@pytest.mark.parametrize("maker", [lambda m: m, by_another])
@pytest.mark.parametrize(
    ("column", "rules", "said"),
    [
        ("title", {"minLength": 10}, "`minLength`, which 6 rows break; the first is row 1 of data"),
        ("title", {"maxLength": 8}, "`maxLength`, which 6 rows break"),
        (
            "title",
            {"pattern": "Article [1-4]"},
            "`pattern`, which 2 rows break; the first is row 1",
        ),
        ("title", {"enum": ["Article 1"]}, "`enum`, which 5 rows break; the first is row 2"),
        ("day", {"minimum": "1970-01-05"}, "`minimum`, which 2 rows break"),
        ("day", {"maximum": "1970-01-03"}, "`maximum`, which 2 rows break"),
        ("pinned", {"enum": [True]}, "`enum`, which 3 rows break"),
    ],
)
def test_an_invented_rule_that_rows_break_is_found(
    release: Path,
    edit_schema: Callable[..., None],
    column: str,
    rules: dict[str, Json],
    said: str,
    maker: Callable[[Manifest], Manifest],
) -> None:
    edit_schema(release, column, rule(**rules), maker=maker)
    (found,) = verify(release)
    assert (found.code, found.path) == (Code.METADATA_DISAGREES, "schema.json")
    assert said in found.message


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("title", rule(unique=True)),
        ("format", rule(unique=True)),
        ("seen", noted(minLength=3)),
        ("stars", noted(maximum=2**53 + 1)),
        ("stars", noted(enum=[2**53 + 1])),
        ("score", noted(minimum=0.5)),
        ("date", noted(minimum="1972-06-01T00:00:00Z")),
        ("stars", lambda field: field["x-corpuskit"].update(warn={"minimum": 2**60})),
    ],
)
def test_an_invented_rule_that_rows_repeat_or_break_without_a_diagnostic_is_found(
    release: Path,
    edit_schema: Callable[..., None],
    read_rows: ReadRows,
    rewrite_shard: Rewrite,
    column: str,
    change: Callable[[Line], object],
) -> None:
    for shard in SHARDS:
        rewrite_shard(
            release / shard, [r | {"title": "The same"} for r in read_rows(release / shard)]
        )
    edit_schema(release, column, change)
    found = [d for d in verify(release) if d.path == "schema.json"]
    assert {d.code for d in found} == {Code.METADATA_DISAGREES}
    assert any(f"`{column}`" in d.message or "fields" in d.message for d in found)


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("n_chars", rule(minimum=1)),
        ("stars", rule(minimum=1)),
        ("title", rule(minimum=1)),
        ("title", rule(minLength="1")),
        ("title", rule(enum=[1])),
        ("title", rule(pattern=None)),
        ("title", rule(required=False)),
        ("title", rule(madeUp=1)),
        ("day", rule(minimum="yesterday")),
        ("date", noted(minimum="1972-06-01T00:00:00")),
        ("stars", noted(minimum=2**63)),
        ("stars", noted(minimum=True)),
        ("tags", rule(unique=True)),
        ("title", lambda field: field.update(title="A title")),
        ("title", lambda field: field.update(description="What it is")),
        ("title", lambda field: field.update(more="keys")),
        ("title", lambda field: field.update(type="any")),
        ("title", lambda field: field["x-corpuskit"].update(more="keys")),
    ],
)
def test_a_schema_that_would_not_be_written_so_is_found(
    release: Path,
    edit_schema: Callable[..., None],
    column: str,
    change: Callable[[Line], object],
) -> None:
    edit_schema(release, column, change)
    assert codes(verify(release)) == [(Code.METADATA_DISAGREES, "schema.json")]


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("title", rule(minLength=9, maxLength=9, pattern=r"Article \d", unique=True)),
        ("title", rule(pattern="Article [0-9]+")),
        ("day", rule(minimum="1970-01-01")),
        ("stars", noted(minimum=2**53, unique=True)),
        ("seen", noted(minLength=2, maxLength=2)),
        ("date", noted(minimum="1970-01-01T00:00:00Z")),
    ],
)
def test_rules_that_hold_are_let_be(
    release: Path, edit_schema: Callable[..., None], column: str, change: Callable[[Line], object]
) -> None:
    """What the schema was is not known here; rules in their place that all rows keep may be its."""
    edit_schema(release, column, change)
    assert verify(release) == ()


@pytest.mark.parametrize("pattern", ["(a+)+b", "((a*)*)*b", "(A?r?t?i?c?l?e?)*x"])
def test_a_pattern_never_keeps_verify_busy(
    release: Path,
    edit_schema: Callable[..., None],
    read_rows: ReadRows,
    rewrite_shard: Rewrite,
    pattern: str,
) -> None:
    """Python's own engine would not come back from these before the sun has gone out."""
    rows = [row | {"title": "a" * 5000} for row in read_rows(release / SHARDS[0])]
    rewrite_shard(release / SHARDS[0], rows)
    edit_schema(release, "title", rule(pattern=pattern))
    messages = [d.message for d in verify(release) if d.path == "schema.json"]
    assert any("`pattern`, which 6 rows break" in message for message in messages)


def test_the_schema_is_called_as_the_configuration_says(release: Path, reseal: Reseal) -> None:
    path = release / "schema.json"
    path.write_text(path.read_text("utf-8").replace('"schema": "article"', '"schema": "x"'))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    reseal(release, lambda m: replace(m, schema_sha256=digest))
    (found,) = verify(release)
    assert (found.code, found.path) == (Code.METADATA_DISAGREES, "schema.json")
    assert "$.x-corpuskit.schema: expected article, found x" in found.message


@pytest.mark.parametrize(
    "name", ["schema.json", "datapackage.json", "croissant.json", "manifest.json"]
)
def test_a_key_that_is_there_twice_in_a_document_is_found(
    release: Path, reseal: Reseal, reseal_bytes: Callable[[Path, bytes], None], name: str
) -> None:
    reseal(release, by_another)
    path = release / name
    doubled = path.read_bytes().replace(b"{", b'{"name": "x", "name": "x", ', 1)
    if name == "manifest.json":
        reseal_bytes(release, doubled)
    else:
        path.write_bytes(doubled)
        digest = hashlib.sha256((release / "schema.json").read_bytes()).hexdigest()
        reseal(release, lambda m: replace(m, schema_sha256=digest), documents=False)
    (found,) = verify(release)
    assert found.path == name
    assert 'repeats the key "name"' in found.message
