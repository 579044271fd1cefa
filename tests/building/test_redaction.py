"""`[release] audit = "redacted"`: everything is accounted for, and nothing is quoted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

import corpuskit
from corpuskit.codes import Code
from corpuskit.documents import checksums, render_from_manifest
from corpuskit.identity import digest
from corpuskit.manifest import FileEntry
from corpuskit.manifest_json import dump, load

from .conftest import Built, Corpus

WORDS = "quagga"
"""What the sources of this corpus are full of, and a redacted audit must be without."""

SCHEMA = """\
name: x
fields:
  - name: title
    type: string
    constraints: {required: true, maxLength: 30, pattern: "[^!]*"}
  - {name: date, type: datetime}
  - {name: stars, type: integer, x-corpuskit: {severity: warning}}
  - {name: isbn, type: string, constraints: {unique: true}}
x-corpuskit: {id: isbn, order: [path], unknown: warn}
"""

Edit = Callable[[dict[str, object]], object]


@pytest.fixture
def quoting(corpus: Corpus) -> Corpus:
    """Sources that end in every way, each with diagnostics that quote it in a full audit."""
    text = f"The {WORDS} is a zebra of the plains that nobody has seen for years."
    (corpus.src.parent / "schema.yaml").write_text(SCHEMA)
    corpus.write("good.md", f"---\ntitle: a\nisbn: {WORDS}-1\nstars: {WORDS}\n---\n{text}\n")
    corpus.write("copy.md", f"---\ntitle: b\nisbn: {WORDS}-2\n---\n{text}\n")
    corpus.write("again.md", f"---\ntitle: c\nisbn: {WORDS}-1\n---\nOther words.\n")
    corpus.write("long.md", f"---\ntitle: {WORDS * 9}\nisbn: {WORDS}-3\n---\nA {WORDS}.\n")
    corpus.write("date.md", f"---\ntitle: d\ndate: {WORDS}\nisbn: {WORDS}-4\n---\nText.\n")
    corpus.write("later.md", f"---\ntitle: e\ndate: 2999-01-01\nisbn: {WORDS}-5\n---\nText.\n")
    corpus.write("key.md", f"---\ntitel_{WORDS}: f\ntitle: f\ntitels: {WORDS}\n---\nKeys.\n")
    corpus.write("twice.md", f"---\ntitle: g\n{WORDS}: 1\n{WORDS}: 2\n---\nText.\n")
    corpus.write("colon.md", f"---\ntitle: {WORDS}: the zebra\n---\nColons.\n")
    corpus.write("tag.md", f"---\ntitle: !!{WORDS} h\n---\nTags.\n")
    corpus.write("draft.md", "---\ndraft: true\n---\n")
    return corpus


def _build(corpus: Corpus, audit: str | None = "redacted", **release: object) -> Built:
    stated = {**({} if audit is None else {"audit": audit}), **release}
    lines = [f"{key} = {json.dumps(value)}" for key, value in stated.items()]
    corpus.write("corpuskit.toml", "\n".join(["[release]", 'max-rejected = "90%"', *lines, ""]))
    return corpus.build(schema=str(corpus.src.parent / "schema.yaml"))


def _audit(built: Built) -> dict[str, str]:
    folder = built.path / "audit"
    return {path.stem: path.read_text("utf-8") for path in sorted(folder.iterdir())}


def test_a_redacted_audit_has_no_word_of_the_sources(quoting: Corpus) -> None:
    audit = _audit(_build(quoting))
    kept = [json.loads(line)["kept_id"] for line in audit["duplicates"].splitlines()]
    assert kept == [f"{WORDS}-2"], "the id of a row that is published"
    audit["duplicates"] = audit["duplicates"].replace(f"{WORDS}-2", "")
    assert [name for name, text in audit.items() if WORDS in text] == []


def test_the_corpus_of_this_test_is_quoted_by_a_full_audit(quoting: Corpus) -> None:
    """Or the test above says nothing."""
    built = _build(quoting, None)
    quoted = {line["code"] for line in built.audit("diagnostics") if WORDS in json.dumps(line)}
    assert quoted >= {"CK204", "CK212", "CK220", "CK221", "CK305", "CK310", "CK321"}
    assert all(WORDS in _audit(built)[name] for name in ("rejected", "duplicates", "excluded"))


def test_what_is_left_is_where_and_which_rule(quoting: Corpus) -> None:
    full = _build(quoting, None).audit("diagnostics")
    redacted = _build(quoting).audit("diagnostics")
    keys = ("path", "source_sha256", "line", "column", "code", "name", "severity")
    assert [[line[key] for key in keys] for line in redacted] == [
        [line[key] for key in keys] for line in full
    ]
    for line in redacted:
        assert line["message"] == str(line["name"]).replace("-", " ")
        assert (line["value"], line["help"]) == (None, None)
        assert line["field"] in (None, "title", "date", "stars", "isbn")
    assert {line["field"] for line in redacted} > {"title", "date", "stars"}


def test_a_redacted_release_holds_and_says_what_it_is(quoting: Corpus) -> None:
    built = _build(quoting)
    assert corpuskit.verify(built.path) == ()
    assert built.manifest["audit"] == "redacted"
    assert "it quotes no source" in (built.path / "README.md").read_text("utf-8")


def test_a_redacted_audit_is_read_like_any_other(quoting: Corpus) -> None:
    release = corpuskit.load(_build(quoting).path)
    first = {r.path: r.first.message for r in release.rejections() if r.first is not None}
    assert first["date.md"] == "unreadable date"
    assert {e.path: e.id for e in release.exclusions()}["later.md"] is None
    assert [d.id for d in release.duplicates()] == [None]


def test_to_redact_the_audit_is_a_patch_even_where_nothing_was_found(corpus: Corpus) -> None:
    corpus.article("a.md")
    corpus.build()
    corpus.write("corpuskit.toml", '[release]\naudit = "redacted"\n')
    assert corpus.build().version == "1.0.1"
    assert corpus.build().status == "unchanged"


def test_who_builds_is_told_everything(quoting: Corpus) -> None:
    """Also what is kept of a refused build, which is no part of the dataset."""
    built = _build(quoting)
    assert any(WORDS in d.message for d in built.result.diagnostics)
    quoting.write("corpuskit.toml", '[release]\naudit = "redacted"\nmax-rejected = 0\n')
    refused = quoting.build(schema=str(quoting.src.parent / "schema.yaml"))
    assert refused.status == "refused"
    assert any(WORDS in str(line["message"]) for line in refused.audit("diagnostics"))


def test_an_omitted_column_is_not_quoted_by_a_full_audit_either(quoting: Corpus) -> None:
    built = _build(quoting, None, omit=["title", "stars"])
    about = [x for x in built.audit("diagnostics") if x["field"] in ("title", "stars")]
    assert {line["code"] for line in about} == {"CK305", "CK321"}
    assert WORDS not in json.dumps(about)
    others = [line for line in built.audit("diagnostics") if line["field"] == "date"]
    assert WORDS in json.dumps(others)
    assert corpuskit.verify(built.path) == ()


def _forge(built: Built, name: str, edit: Edit, generator: dict[str, str] | None = None) -> None:
    """Edit the first line of a file of the audit, and all digests with it."""
    (built.path.parent / "index.json").unlink()
    path = built.path / f"audit/{name}.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    edit(lines[0])
    _write(path, lines)
    manifest = load((built.path / "manifest.json").read_bytes())
    files = tuple(_entry(built.path, f) for f in manifest.files)
    manifest = replace(manifest, files=files, generator=generator or manifest.generator)
    documents = {**render_from_manifest(manifest), "manifest.json": dump(manifest)}
    documents["schema.json"] = (built.path / "schema.json").read_bytes()
    audit = {f"audit/{p.name}": p.read_bytes() for p in (built.path / "audit").iterdir()}
    documents["SHA256SUMS"] = checksums.render(manifest, {**documents, **audit})
    for own, data in documents.items():
        (built.path / own).chmod(0o644)
        (built.path / own).write_bytes(data)


def _write(path: Path, lines: Iterable[object]) -> None:
    spelled = (
        json.dumps(x, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for x in lines
    )
    path.chmod(0o644)
    path.write_text("".join(f"{line}\n" for line in spelled), "utf-8")


def _entry(root: Path, entry: FileEntry) -> FileEntry:
    data = (root / entry.path).read_bytes()
    return replace(entry, bytes=len(data), sha256=digest(data))


@pytest.mark.parametrize("maker", ["this corpuskit", "another"])
@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("diagnostics", lambda line: line.update(value=WORDS)),
        ("diagnostics", lambda line: line.update(help=WORDS)),
        ("diagnostics", lambda line: line.update(message=WORDS)),
        ("diagnostics", lambda line: line.update(message=f"{WORDS} ", name=WORDS)),
        ("diagnostics", lambda line: line.update(field=WORDS)),
        ("diagnostics", lambda line: line.update(excerpt=WORDS)),
        ("rejected", lambda line: line.update(id=WORDS)),
        ("rejected", lambda line: line.update(title=WORDS)),
        ("duplicates", lambda line: line.update(id=WORDS)),
        ("excluded", lambda line: line.update(id=WORDS)),
    ],
)
def test_a_word_of_a_source_in_a_redacted_audit_is_a_finding_that_does_not_repeat_it(
    quoting: Corpus, name: str, edit: Edit, maker: str
) -> None:
    built = _build(quoting)
    _forge(built, name, edit, {"corpuskit": "99.0.0"} if maker == "another" else None)
    found = corpuskit.verify(built.path)
    assert {(d.code, d.path) for d in found} == {(Code.AUDIT_DISAGREES, f"audit/{name}.jsonl")}
    assert WORDS not in " ".join(d.message for d in found)


@pytest.mark.parametrize("maker", ["this corpuskit", "another"])
def test_a_redacted_audit_that_was_only_written_again_holds(quoting: Corpus, maker: str) -> None:
    """Or what the test above finds may be its own doing."""
    built = _build(quoting)
    generator = {"corpuskit": "99.0.0"} if maker == "another" else None
    _forge(built, "diagnostics", lambda line: line.update(line), generator)
    assert corpuskit.verify(built.path) == ()


def test_a_redacted_audit_is_something_new(corpus: Corpus) -> None:
    """Though there was nothing to redact."""
    corpus.article("a.md")
    corpus.build()
    corpus.write("corpuskit.toml", '[release]\naudit = "redacted"\n')
    built = corpus.build()
    assert built.version == "1.0.1"
    log = (built.path.parent / "CHANGELOG.md").read_text("utf-8")
    assert "Rows and columns are the same. Changed: the audit." in log
