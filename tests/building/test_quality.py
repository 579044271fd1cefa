"""`[quality]`: columns, bounds and masks of a release that asks for them; nothing for others."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import corpuskit
from corpuskit.cache.records import parse_fingerprint
from corpuskit.errors import ConfigurationError
from corpuskit.parse import Parser
from corpuskit.parse_rules import BatchRules, ParseRules
from corpuskit.quality.rules import GROUPS, KINDS, QualityRules, signals_of
from corpuskit.quality.signals import signals
from corpuskit.schema import Schema

from .conftest import Built, Corpus

ALL = f"signals = {json.dumps(list(GROUPS))}"
MASKED = """[release]
omit = ["body", "front_matter"]
audit = "redacted"
"""
PRIVATE = "Write to ada@example.org or call 13800138000; my card is 4111 1111 1111 1111."


@pytest.fixture
def articles(corpus: Corpus) -> Corpus:
    """Three articles: English, Chinese, and one with private data."""
    corpus.article("a.md", title="One")
    corpus.article(
        "b.md", "这里的渔船从来没有离开过码头。\n\n这里的渔船从来没有离开过码头。", title="Two"
    )
    corpus.article("c.md", f"{PRIVATE} [Ada](mailto:ada@example.org)", title="To ada@example.org")
    return corpus


def _asked(corpus: Corpus, *lines: str) -> None:
    corpus.write("corpuskit.toml", "\n".join(["[quality]", *lines, ""]))


def _columns_of_documents(built: Built) -> list[list[str]]:
    schema = json.loads((built.path / "schema.json").read_bytes())
    croissant = json.loads((built.path / "croissant.json").read_bytes())
    return [
        [field["name"] for field in schema["fields"]],
        [field["name"] for field in croissant["recordSet"][0]["field"]],
        *(pq.read_schema(shard).names for shard in built.shards),
    ]


def test_signals_become_columns_of_every_document_after_n_chars(articles: Corpus) -> None:
    _asked(articles, ALL)
    built = articles.build()
    names = [signal.name for signal in signals_of(tuple(GROUPS))]
    for columns in _columns_of_documents(built):
        start = columns.index("n_chars") + 1
        assert columns[start : start + len(names)] == names
    assert corpuskit.verify(built.path) == ()


def test_cells_are_what_is_counted_in_the_text(articles: Corpus) -> None:
    _asked(articles, ALL)
    rows = articles.build().table().to_pylist()
    for row in rows:
        counted = signals(row["text"], list(GROUPS))
        assert {name: row[name] for name in counted} == counted
    assert [row["script"] for row in rows] == ["Latn", "Hans", "Latn"]
    assert rows[1]["repeated_lines"] == 0.5
    assert [rows[2][f"pii_{kind}"] for kind in ("email", "phone", "card")] == [1, 1, 1]


def test_a_release_that_asks_for_nothing_is_what_it_was(articles: Corpus, tmp_path: Path) -> None:
    articles.write("corpuskit.toml", "")
    plain = articles.build(out=tmp_path / "plain")
    _asked(articles)
    empty = articles.build(out=tmp_path / "empty")
    files = [
        {p.relative_to(b.path): p.read_bytes() for p in b.path.rglob("*") if p.is_file()}
        for b in (plain, empty)
    ]
    assert files[0] == files[1]
    assert "quality" not in json.dumps(plain.manifest["config"])


def test_rules_of_quality_are_in_the_fingerprint_of_parsing_only_if_there_are_any() -> None:
    plain = ParseRules(Schema("none", ()))
    off = ParseRules(Schema("none", ()), quality=QualityRules())
    on = ParseRules(Schema("none", ()), quality=QualityRules(signals=("counts",)))
    prints = [parse_fingerprint(BatchRules(rules)) for rules in (plain, off, on)]
    assert prints[0] == prints[1] != prints[2]
    steps = [{step.__name__ for step in Parser(rules)._steps} for rules in (plain, on)]
    assert steps[1] - steps[0] == {"_assess"}


def test_a_signal_is_recalled_from_the_cache_as_it_was_counted(
    articles: Corpus, tmp_path: Path
) -> None:
    _asked(articles, ALL)
    first = articles.build()
    articles.article("d.md", title="Four")
    second = articles.build()
    (articles.src / "a.md").rename(articles.src / "moved.md")
    third = articles.build()
    clean = articles.build(out=tmp_path / "clean")
    assert [first.version, second.version, third.status] == ["1.0.0", "1.1.0", "published"]
    assert third.table().equals(clean.table())
    assert corpuskit.verify(third.path) == ()


def test_columns_of_signals_can_be_omitted(articles: Corpus) -> None:
    articles.write(
        "corpuskit.toml", '[quality]\nsignals = ["counts"]\n[release]\nomit = ["n_lines", "text"]\n'
    )
    built = articles.build()
    assert {"n_words", "n_paragraphs"} <= set(built.table().column_names)
    assert "n_lines" not in built.table().column_names
    assert corpuskit.verify(built.path) == ()


def test_what_breaks_a_bound_is_rejected_and_its_signal_needs_no_column(articles: Corpus) -> None:
    _asked(articles, '[quality.require]\nscript = {enum = ["Latn"]}', "n_words = {minimum = 3}")
    built = articles.build()
    assert built.counts == (3, 2, 1, 0, 0)
    assert built.codes("b.md") == ["CK410"]
    assert "script" not in built.table().column_names
    (found,) = built.audit("diagnostics")
    assert (found["field"], found["value"]) == ("script", "Hans")
    assert found["message"] == "`script` is Hans, none of Latn"
    assert corpuskit.verify(built.path) == ()


def test_what_breaks_a_bound_that_only_warns_stays(articles: Corpus) -> None:
    _asked(articles, "[quality.warn]", "repeated_lines = {maximum = 0.2}")
    built = articles.build()
    assert built.counts == (3, 3, 0, 0, 0)
    assert [line["severity"] for line in built.audit("diagnostics")] == ["warning"]


def test_a_redacted_audit_names_the_signal_and_no_value(articles: Corpus) -> None:
    _asked(articles, 'signals = ["script"]', "[quality.require]", 'script = {enum = ["Latn"]}')
    articles.write("corpuskit.toml", f"{(articles.src / 'corpuskit.toml').read_text()}\n{MASKED}")
    built = articles.build()
    (found,) = built.audit("diagnostics")
    assert (found["code"], found["field"], found["value"]) == ("CK410", "script", None)
    assert corpuskit.verify(built.path) == ()


def test_a_field_that_is_called_like_a_signal_is_refused(articles: Corpus) -> None:
    articles.write("schema.yaml", "name: s\nfields:\n  - {name: Script, type: string}\n")
    articles.write(
        "corpuskit.toml", '[schema]\nuse = "schema.yaml"\n[quality]\nsignals = ["script"]\n'
    )
    with pytest.raises(ConfigurationError) as raised:
        articles.build()
    assert [str(d.code) for d in raised.value.diagnostics] == ["CK609"]
    _asked(articles, 'signals = ["counts"]', "[schema]", 'use = "schema.yaml"')
    assert "Script" in articles.build().table().column_names


def test_nothing_private_is_in_any_file_of_a_masked_release(articles: Corpus) -> None:
    _asked(articles, 'signals = ["pii"]', f"mask = {json.dumps(list(KINDS))}", MASKED)
    built = articles.build()
    row = built.table().to_pylist()[2]
    assert row["text"] == "Write to [email] or call [phone]; my card is [card]. Ada"
    assert row["title"] == "To [email]"
    assert row["links"] == ["mailto:[email]"]
    assert [row[f"pii_{kind}"] for kind in ("email", "phone", "card", "ip")] == [1, 1, 1, 0]
    private = (b"ada@example.org", b"13800138000", b"4111 1111")
    plain = [
        p.read_bytes() for p in built.path.rglob("*") if p.suffix != ".parquet" and p.is_file()
    ]
    shown = json.dumps([list(map(str, row.values())) for row in built.table().to_pylist()]).encode()
    assert not [text for text in private for file in [*plain, shown] if text in file]
    assert corpuskit.verify(built.path) == ()


def test_only_the_kinds_that_are_named_are_masked(articles: Corpus) -> None:
    _asked(articles, 'signals = ["pii", "counts"]', 'mask = ["phone"]', MASKED)
    built = articles.build()
    row = built.table().to_pylist()[2]
    assert "call [phone]" in row["text"]
    assert "ada@example.org" in row["text"]
    assert (row["pii_email"], row["pii_phone"]) == (1, 1)
    assert corpuskit.verify(built.path) == ()


@pytest.mark.parametrize("left", ["omit", "audit"])
def test_a_mask_that_would_leak_is_refused(articles: Corpus, left: str) -> None:
    rest = [line for line in MASKED.splitlines() if not line.startswith(left)]
    _asked(articles, 'mask = ["email"]', *rest)
    with pytest.raises(ConfigurationError) as raised:
        articles.build()
    assert {str(d.code) for d in raised.value.diagnostics} == {"CK630"}


def test_workers_and_one_process_count_the_same(articles: Corpus, tmp_path: Path) -> None:
    _asked(articles, ALL)
    alone = articles.build(out=tmp_path / "alone")
    result = corpuskit.build(
        articles.src,
        name="corpus",
        out=tmp_path / "many",
        created="2024-06-01T12:00:00Z",
        workers=2,
    )
    digests = [(path / "SHA256SUMS").read_bytes() for path in (alone.path, result.path)]
    assert digests[0] == digests[1]
