"""Near duplicates in real builds: counted, the same whatever the machine, and verified."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

import corpuskit
from benchmarks.near_texts import HAN, LATIN, chinese, edited, english
from corpuskit.codes import Code
from corpuskit.errors import ConfigurationError

from .conftest import Built, Corpus
from .test_determinism import EPOCH, built_apart

DROP = '[dedup]\nnear = {threshold = "85%", action = "drop"}\n'
REPORT = "[dedup.near]\nthreshold = 0.85\n"
GROUP = '[splits]\ntest = "40%"\ngroup = ["near_duplicate"]\n'
STORIES = 12


def _text(number: int, edits: int) -> str:
    """A story, after it was edited a number of times."""
    random = Random(number)
    write, alphabet = ((chinese, HAN), (english, LATIN))[number % 2]
    text = write(random, 700) if write is chinese else write(random, 150)
    for _ in range(edits):
        text = edited(random, text, alphabet)
    return text


def _write(corpus: Corpus, numbers: range) -> None:
    """Of each story a first, a second and a third edition; the third is near the second alone."""
    for number in numbers:
        for edition in range(3):
            path = f"{number % 3}/{number:02}-{edition}.md"
            day = f"2021-0{1 + edition}-{1 + number:02}"
            corpus.article(path, _text(number, 0 if edition == 0 else edition), date=day)


def _near(built: Built) -> dict[object, tuple[object, object]]:
    return {line["path"]: (line["how"], line["kept_path"]) for line in built.audit("duplicates")}


def _verified(built: Built) -> list[str]:
    return [str(found.message) for found in corpuskit.verify(built.path)]


@pytest.fixture
def stories(corpus: Corpus) -> Corpus:
    """Twelve stories in three editions each, of which near ones are dropped."""
    _write(corpus, range(STORIES))
    corpus.write("corpuskit.toml", DROP)
    return corpus


def test_the_later_edition_is_a_duplicate_of_the_earlier_one(stories: Corpus) -> None:
    built = stories.build()
    expected = {f"{n % 3}/{n:02}-1.md": ("near", f"{n % 3}/{n:02}-0.md") for n in range(STORIES)}
    assert _near(built) == expected
    assert built.counts == (3 * STORIES, 2 * STORIES, 0, STORIES, 0)
    assert all(0.85 <= float(str(line["similarity"])) < 1 for line in built.audit("duplicates"))
    assert built.audit("diagnostics") == []
    assert _verified(built) == []


def test_duplicates_are_read_back_with_their_similarity(stories: Corpus) -> None:
    built = stories.build()
    lines = built.audit("duplicates")
    assert [d.as_json() for d in corpuskit.load(built.path).duplicates()] == lines


def test_report_drops_nothing_and_says_of_which_text_it_is(stories: Corpus) -> None:
    stories.write("corpuskit.toml", REPORT)
    built = stories.build()
    assert built.counts == (3 * STORIES, 3 * STORIES, 0, 0, 0)
    told = {line["path"]: str(line["message"]) for line in built.audit("diagnostics")}
    assert told["0/00-1.md"].startswith("nearly the same text as 0/00-0.md (0.")
    assert told["0/00-2.md"].startswith("nearly the same text as 0/00-1.md (0.")
    assert {line["severity"] for line in built.audit("diagnostics")} == {"info"}
    assert _verified(built) == []


def test_a_redacted_audit_keeps_the_similarity(stories: Corpus) -> None:
    stories.write("corpuskit.toml", DROP + '[release]\naudit = "redacted"\n')
    built = stories.build()
    assert len(_near(built)) == STORIES
    assert _verified(built) == []


def test_a_redacted_report_quotes_nothing(stories: Corpus) -> None:
    stories.write("corpuskit.toml", REPORT + '[release]\naudit = "redacted"\n')
    built = stories.build()
    assert {line["message"] for line in built.audit("diagnostics")} == {"near duplicate"}
    assert _verified(built) == []


def test_without_it_a_manifest_says_nothing_of_it(stories: Corpus) -> None:
    stories.write("corpuskit.toml", "[dedup]\nexact = true\n")
    built = stories.build()
    config = corpuskit.load(built.path).manifest.config
    assert config["dedup"] == {"exact": True, "min_chars": 32}
    assert built.audit("duplicates") == []


@pytest.mark.parametrize("rules", [DROP, REPORT + GROUP])
def test_machine_and_workers_have_no_say(
    stories: Corpus, monkeypatch: pytest.MonkeyPatch, rules: str
) -> None:
    stories.write("corpuskit.toml", rules)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    stories.build(created=None, cache=False)
    expected = stories.contents(stories.out)
    for workers, seed in ((1, "1"), (2, "2")):
        apart = built_apart(
            stories, f"by {workers}", workers, stories.src, "022", {"PYTHONHASHSEED": seed}
        )
        assert apart == expected


@pytest.mark.parametrize("rules", [DROP, REPORT + GROUP])
def test_an_incremental_build_is_a_clean_one(stories: Corpus, rules: str) -> None:
    """Sources come, go, move and change, so that other ones are the first of their story."""
    stories.write("corpuskit.toml", rules)
    clean = stories.src.parent / "clean"
    for out in (stories.out, clean):
        stories.build(out=out, cache=False)
    (stories.src / "0/00-0.md").unlink()
    (stories.src / "1/01-0.md").rename(stories.src / "moved.md")
    stories.article("2/02-0.md", _text(2, 5), date="2021-01-03")
    _write(stories, range(STORIES, STORIES + 2))
    stories.build()
    built = stories.build(out=clean, cache=False)
    assert stories.contents(stories.out) == stories.contents(clean)
    assert _verified(built) == []


def test_what_is_in_the_cache_without_signatures_is_parsed_again(stories: Corpus) -> None:
    stories.write("corpuskit.toml", "")
    stories.build(out=stories.out.parent / "before")
    stories.write("corpuskit.toml", DROP)
    assert len(_near(stories.build())) == STORIES


def test_a_damaged_pack_is_a_miss_also_where_texts_are_compared(
    stories: Corpus, tmp_path: Path
) -> None:
    home = tmp_path / "packs"
    stories.build(out=tmp_path / "first", cache_dir=home)
    for pack in home.rglob("*.rows"):
        data = bytearray(pack.read_bytes())
        middle = len(data) // 2
        data[middle : middle + 16] = bytes(16)
        pack.write_bytes(data)
    assert len(_near(stories.build(cache_dir=home))) == STORIES


def test_editions_are_on_one_side_of_a_split(stories: Corpus) -> None:
    stories.write("corpuskit.toml", REPORT + GROUP)
    built = stories.build()
    sides: dict[str, set[str]] = {}
    for split in ("train", "test"):
        for path in corpuskit.load(built.path).part(split).to_arrow()["path"].to_pylist():
            sides.setdefault(path.split("/")[1][:2], set()).add(split)
    assert len(sides) == STORIES
    assert {tuple(found) for found in sides.values()} == {("train",), ("test",)}
    assert _verified(built) == []


def test_to_group_by_near_duplicates_they_must_be_looked_for(stories: Corpus) -> None:
    stories.write("corpuskit.toml", GROUP)
    with pytest.raises(ConfigurationError) as raised:
        stories.build()
    (fault,) = raised.value.diagnostics
    assert fault.code is Code.UNKNOWN_FIELD
    assert 'near = {action = "report"}' in (fault.help or "")
