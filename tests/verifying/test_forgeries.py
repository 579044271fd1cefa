"""What `verify` says of releases that were forged: all digests are right, and the words are not."""

from __future__ import annotations

import hashlib
import json
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
