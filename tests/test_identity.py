"""Ids and digests: what changes them, and above all what must not."""

from __future__ import annotations

import hashlib
import json
import sys
from json.encoder import encode_basestring

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit import identity
from corpuskit.identity import (
    UNHASHED_COLUMNS,
    RowHasher,
    article_id,
    content_digest,
    content_digest_of,
    digest,
    merkle_root,
    root_of_parts,
    text_key,
)
from corpuskit.model import Cell

KINDS = {
    "id": "string",
    "title": "string",
    "date": "datetime",
    "day": "date",
    "stars": "integer",
    "score": "number",
    "pinned": "boolean",
    "tags": "list<string>",
    "seen": "list<datetime>",
    "days": "list<date>",
    "flags": "list<boolean>",
    "extra": "object",
    "source_sha256": "string",
    "encoding": "string",
    "row_sha256": "string",
}
FLAGS: list[int] = [True, False]
ROW: dict[str, Cell] = {
    "id": "a",
    "title": 'He said "it\'s" \\ 新闻 😀 \u2028',
    "date": 1_663_232_287_500_000,
    "day": -1,
    "stars": 2**63 - 1,
    "score": 0.1,
    "pinned": False,
    "tags": ["b", "", "a"],
    "seen": [0],
    "days": [0, 19_000],
    "flags": FLAGS,
    "extra": '{"b":1,"a":2}',
    "source_sha256": "s",
    "encoding": "gb18030",
    "row_sha256": "r",
}


def _sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _leaf(path: str, sha256: str) -> bytes:
    return _sha(b"\0" + f"{sha256} {path}".encode())


def _node(left: bytes, right: bytes) -> bytes:
    return _sha(b"\1" + left + right)


def test_article_id_is_the_start_of_the_sha256_of_the_path() -> None:
    assert article_id("news/a.md") == hashlib.sha256(b"news/a.md").hexdigest()[:32]


@pytest.mark.parametrize(
    ("composed", "decomposed"),
    [("é", "e\u0301"), ("が", "か\u3099"), ("한", "\u1112\u1161\u11ab")],
)
def test_article_id_does_not_depend_on_the_form_in_which_a_file_system_keeps_names(
    composed: str, decomposed: str
) -> None:
    assert article_id(f"{composed}.md") == article_id(f"{decomposed}.md")


@pytest.mark.parametrize(("one", "other"), [("a.md", "A.md"), ("a.md", "ａ.md"), ("²", "2")])
def test_article_id_differs_for_what_only_looks_alike(one: str, other: str) -> None:
    """NFC joins spellings of one character, unlike NFKC, which joins characters."""
    assert article_id(one) != article_id(other)


def test_text_key_has_sixteen_bytes() -> None:
    assert len(text_key("")) == 16


def test_text_key_tells_normal_forms_apart() -> None:
    """Texts are normalised before they get here."""
    assert text_key("é") != text_key("e\u0301")


def test_canonical_row_is_compact_json_of_all_that_is_not_null() -> None:
    assert RowHasher(KINDS).canonical(ROW).decode() == (
        '{"date":"2022-09-15T08:58:07.500000Z","day":"1969-12-31",'
        '"days":["1970-01-01","2022-01-08"],"extra":"{\\"b\\":1,\\"a\\":2}",'
        '"flags":[true,false],"id":"a","pinned":false,"score":0.1,'
        '"seen":["1970-01-01T00:00:00Z"],"stars":9223372036854775807,"tags":["b","","a"],'
        '"title":"He said \\"it\'s\\" \\\\ 新闻 😀 \u2028"}'
    )


def test_canonical_row_is_json() -> None:
    read = json.loads(RowHasher(KINDS).canonical(ROW))
    assert read["title"] == ROW["title"]
    assert set(read) == set(KINDS) - UNHASHED_COLUMNS


def test_canonical_row_does_not_depend_on_the_order_of_columns() -> None:
    backwards = RowHasher(dict(reversed(KINDS.items())))
    row = dict(reversed(ROW.items()))
    assert backwards.canonical(row) == RowHasher(KINDS).canonical(ROW)


@pytest.mark.parametrize("column", sorted(UNHASHED_COLUMNS))
def test_canonical_row_does_not_depend_on_how_the_source_was_stored(column: str) -> None:
    changed = {**ROW, column: "something else"}
    assert RowHasher(KINDS).canonical(changed) == RowHasher(KINDS).canonical(ROW)


@pytest.mark.parametrize("column", sorted(set(KINDS) - UNHASHED_COLUMNS))
def test_canonical_row_depends_on_every_other_column(column: str) -> None:
    changed = {**ROW, column: None}
    assert RowHasher(KINDS).canonical(changed) != RowHasher(KINDS).canonical(ROW)


def test_canonical_row_is_the_same_before_and_after_a_column_that_is_null_arrives() -> None:
    wider = {**KINDS, "subtitle": "string", "also": "list<integer>"}
    row = {**ROW, "subtitle": None, "also": None}
    assert RowHasher(wider).canonical(row) == RowHasher(KINDS).canonical(ROW)


@pytest.mark.parametrize(("column", "empty"), [("title", ""), ("tags", []), ("stars", 0)])
def test_canonical_row_tells_empty_values_from_null(column: str, empty: Cell) -> None:
    hasher = RowHasher(KINDS)
    assert hasher.canonical({**ROW, column: empty}) != hasher.canonical({**ROW, column: None})


def test_canonical_row_sorts_columns_by_code_points_and_not_by_locale() -> None:
    names = ["é", "z", "Z", "_", "a b", "新"]
    hasher = RowHasher(dict.fromkeys(names, "integer"))
    written = hasher.canonical(dict.fromkeys(names, 1))
    assert list(json.loads(written)) == ["Z", "_", "a b", "z", "é", "新"]


def test_canonical_row_of_a_row_of_nulls_is_an_empty_object() -> None:
    assert RowHasher(KINDS).canonical(dict.fromkeys(KINDS)) == b"{}"


@pytest.mark.parametrize(
    ("micros", "written"),
    [
        (-62_135_596_800_000_000, "0001-01-01T00:00:00Z"),
        (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
    ],
)
def test_canonical_row_spells_the_first_and_last_instant(micros: int, written: str) -> None:
    row: dict[str, Cell] = {"date": micros}
    assert RowHasher({"date": "datetime"}).canonical(row) == f'{{"date":"{written}"}}'.encode()


@pytest.mark.parametrize(("day", "written"), [(-719_162, "0001-01-01"), (2_932_896, "9999-12-31")])
def test_canonical_row_spells_the_first_and_last_day(day: int, written: str) -> None:
    assert RowHasher({"day": "date"}).canonical({"day": day}) == f'{{"day":"{written}"}}'.encode()


@pytest.mark.parametrize("number", [0.0, -0.0, 1e16, 1e-7, 5e-324, 1.7976931348623157e308, 0.1])
def test_canonical_row_spells_numbers_so_that_they_are_read_back(number: float) -> None:
    written = RowHasher({"score": "number"}).canonical({"score": number})
    assert written == json.dumps({"score": number}, separators=(",", ":")).encode()


def test_canonical_row_escapes_every_character_as_the_standard_library_does() -> None:
    every = "".join(chr(n) for n in range(sys.maxunicode + 1) if not 0xD800 <= n < 0xE000)
    written = RowHasher({"title": "string"}).canonical({"title": every})
    assert written == f'{{"title":{encode_basestring(every)}}}'.encode()


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_canonical_row_spells_what_is_no_number_as_python_does(number: float) -> None:
    row: dict[str, Cell] = {"score": number}
    assert RowHasher({"score": "number"}).canonical(row) == f'{{"score":{number!r}}}'.encode()


@pytest.mark.parametrize("item", ["string", "integer", "number", "boolean", "date", "datetime"])
def test_canonical_row_is_none_of_a_list_with_a_null_in_it(item: str) -> None:
    row: dict[str, Cell] = {"x": [None]}  # type: ignore[dict-item]  # as a forged shard has it
    with pytest.raises(TypeError):
        RowHasher({"x": f"list<{item}>"}).canonical(row)


def test_canonical_row_is_none_of_half_a_surrogate_pair() -> None:
    with pytest.raises(TypeError):
        RowHasher({"title": "string"}).canonical({"title": "\ud83d"})


def test_content_digest_does_not_depend_on_the_order_of_rows() -> None:
    assert content_digest([("b", "2"), ("a", "1")]) == content_digest([("a", "1"), ("b", "2")])


def test_content_digest_is_over_one_line_a_row() -> None:
    assert content_digest([("b", "2"), ("a", "1")]) == digest(b"a 1\nb 2\n")


def test_content_digest_of_no_rows_is_that_of_nothing() -> None:
    assert content_digest([]) == digest(b"")


def test_content_digest_counts_a_row_as_often_as_it_is_there() -> None:
    assert content_digest([("a", "1")]) != content_digest([("a", "1"), ("a", "1")])


LEAVES = [(f"{n}.md", f"{n}" * 64) for n in range(7)]


def test_merkle_root_of_no_sources_is_the_hash_of_nothing() -> None:
    assert merkle_root([]) == hashlib.sha256(b"").hexdigest()


def test_merkle_root_of_one_source_is_its_leaf() -> None:
    assert merkle_root(LEAVES[:1]) == _leaf(*LEAVES[0]).hex()


def test_merkle_root_of_an_odd_number_moves_the_last_node_up() -> None:
    a, b, c, d, e, f, g = (_leaf(*leaf) for leaf in LEAVES)
    assert merkle_root(LEAVES[:3]) == _node(_node(a, b), c).hex()
    assert merkle_root(LEAVES[:5]) == _node(_node(_node(a, b), _node(c, d)), e).hex()
    seven = _node(_node(_node(a, b), _node(c, d)), _node(_node(e, f), g))
    assert merkle_root(LEAVES) == seven.hex()


def test_merkle_root_a_repeated_last_leaf_is_not_the_same_tree() -> None:
    """Duplicating the odd node instead would give both lists one root."""
    three = LEAVES[:3]
    assert merkle_root(three) != merkle_root([*three, three[-1]])


def test_merkle_root_a_leaf_that_spells_a_node_is_none() -> None:
    left, right = (_leaf(*leaf) for leaf in LEAVES[:2])
    assert merkle_root(LEAVES[:2]) != _sha(b"\0" + left + right).hex()


def test_merkle_root_depends_on_the_order_given() -> None:
    assert merkle_root(LEAVES) != merkle_root(LEAVES[::-1])


def test_merkle_root_takes_any_iterable_once() -> None:
    assert merkle_root(iter(LEAVES)) == merkle_root(LEAVES)


@given(st.integers(0, 40), st.integers(0, 4))
def test_the_root_is_that_of_the_roots_of_parts(count: int, bits: int) -> None:
    leaves = [(f"{n}.md", f"{n:064x}") for n in range(count)]
    parts = [leaves[start : start + 2**bits] for start in range(0, count, 2**bits)]
    assert root_of_parts(map(merkle_root, parts)) == merkle_root(leaves)


TEXTS = st.text(st.sampled_from("a\t \n\x00é\U0001f4f0"))


@given(st.lists(st.tuples(TEXTS, TEXTS)), st.integers(1, 3))
def test_content_digest_of_columns_is_that_of_their_pairs(
    pairs: list[tuple[str, str]], at_once: int
) -> None:
    ids, digests = (pa.chunked_array([[pair[n] for pair in pairs]], pa.string()) for n in (0, 1))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(identity, "_AT_ONCE", at_once)
        assert content_digest_of(ids, digests) == content_digest(pairs)
