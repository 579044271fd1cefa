"""The benchmarks' own arithmetic and bookkeeping; nothing here looks at a clock."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks import fidelity, generate, main_content, near
from benchmarks.chunks import Difference, difference
from benchmarks.documents import KINDS, document
from benchmarks.edits import Corpus, make_corpus
from benchmarks.likeness import Pair, f1, likeness
from benchmarks.measure import (
    FailedRunError,
    family,
    order,
    processor_seconds,
    resident,
    run,
    understood,
)
from benchmarks.near_texts import HAN, chinese
from benchmarks.pages import page
from benchmarks.plot import chart, scale, spread
from benchmarks.report import (
    Ratio,
    contender_table,
    figures,
    new_bytes_table,
    phase_table,
    ratio_table,
    table,
    with_figures,
)
from benchmarks.results import Measured, Results, Run, load, save


def _runs(*seconds: float, phases: Mapping[str, float] | None = None) -> list[Run]:
    return [Run(s, 2 * s, 3_000_000, 10, phases or {}) for s in seconds]


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return make_corpus(tmp_path / "articles", 7, 40)


def _content(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_likeness_is_the_share_of_runs_that_two_texts_have_in_common() -> None:
    assert f1("abcdef", "abcdef") == f1("", "") == 1
    assert f1("abcdef", "bcdefg") == 0.5
    assert f1("abcdefgh", "abcdef") == f1("abcdef", "abcdefgh") == 2 * 2 / (4 + 2)
    assert f1("abcabc", "xyzxyz") == 0


def test_the_worst_pair_is_shown_with_the_lines_in_which_it_differs() -> None:
    good, bad = Pair("good", "a b c d e", "a b c d e"), Pair("bad", "lost\nkept", "kept")
    found = likeness([good, bad], shown=2)
    assert (found.pairs, found.differing, found.worst) == (2, 1, [bad])
    assert found.least < found.mean < 1
    assert bad.difference().splitlines()[-1] == "-lost"


def test_a_document_is_made_of_its_seed_and_number_alone() -> None:
    assert [document(7, n) for n in range(30)] == [document(7, n) for n in range(30)]
    assert [page(7, n) for n in range(30)] == [page(7, n) for n in range(30)]
    assert document(7, 1) != document(8, 1) != document(8, 2)


def test_documents_have_every_construct_and_both_languages() -> None:
    made = [document(7, n) for n in range(300)]
    assert {kind for one in made for kind in one.kinds} == KINDS.keys()
    assert {one.says.isascii() for one in made} == {True, False}


def test_examples_that_say_something_else_in_html_are_a_failure(tmp_path: Path) -> None:
    example = {"example": 1, "section": "Tabs", "markdown": "a b c d e", "html": "<p>a b c d e</p>"}
    path = tmp_path / "commonmark.json"
    path.write_text(json.dumps([example]), "utf-8")
    assert fidelity.main(["--documents", "1", "--examples", str(path)]) == 0
    path.write_text(json.dumps([example | {"html": "<p>a b</p>"}]), "utf-8")
    assert fidelity.main(["--documents", "1", "--examples", str(path)]) == 1


def test_copies_that_a_build_drops_are_counted(tmp_path: Path) -> None:
    found = near.find(tmp_path, chinese, HAN, pairs=4, others=3)
    assert found == near.Found(copies=4, found=4, right=4)


def test_recall_is_of_the_copies_and_precision_of_what_was_found() -> None:
    found = near.Found(copies=10, found=6, right=3)
    assert (found.recall, found.precision, found.is_good) == (0.3, 0.5, False)
    assert near.Found(copies=0, found=0, right=0).is_good
    assert not near.Found(copies=0, found=1, right=0).is_good


def test_what_is_added_is_the_median_of_the_rounds() -> None:
    runs = {"off": _runs(1, 2, 4), "drop": _runs(1.5, 2, 8)}
    assert near.added(runs, "drop", lambda run: run.processor) == 0.5


def test_a_seed_always_gives_the_same_articles() -> None:
    first, again = ([generate.source(7, n) for n in range(200)] for _ in range(2))
    assert first == again
    assert [generate.source(8, n) for n in range(200)] != first


def test_a_corpus_is_the_beginning_of_a_larger_one(tmp_path: Path) -> None:
    small = make_corpus(tmp_path / "small", 7, 30)
    large = make_corpus(tmp_path / "large", 7, 50)
    assert [p.relative_to(small.root) for p in small.paths] == [
        p.relative_to(large.root) for p in large.paths[:30]
    ]
    assert [p.read_bytes() for p in small.paths] == [p.read_bytes() for p in large.paths[:30]]
    assert small.size == sum(map(len, _content(small.root).values()))


def test_a_few_of_a_hundred_articles_are_broken_or_repeat_another() -> None:
    written = [generate.source(7, n)[1] for n in range(2000)]
    whole = [generate.article(7, n).body.encode() for n in range(2000)]
    own = sum(data.endswith(body) for data, body in zip(written, whole, strict=True))
    repeated = sum(data.endswith(body) for data, body in zip(written[1:], whole, strict=False))
    assert 0.93 < own / 2000 < 0.99
    assert 0.01 < repeated / 2000 < 0.05


def test_appended_articles_are_newer_than_all_others() -> None:
    latest = max(generate.moment(7, n) for n in range(500))
    assert all(generate.moment(7, n, newer=True) > latest for n in range(500, 600))


def test_the_newest_articles_are_those_of_the_latest_dates() -> None:
    newest = generate.newest(7, 200, 0.05)
    assert len(newest) == 10
    earliest = min(generate.moment(7, n) for n in newest)
    assert all(generate.moment(7, n) <= earliest for n in set(range(200)) - set(newest))


@pytest.mark.parametrize("change", ["edit", "append"])
def test_a_change_is_seen_and_leaves_nothing_behind(corpus: Corpus, change: str) -> None:
    before = _content(corpus.root)
    changed: AbstractContextManager[None] = (
        corpus.edited(corpus.picked(3, 1), "x") if change == "edit" else corpus.appended(0.1, 1)
    )
    with changed:
        during = _content(corpus.root)
        assert len(during.items() - before.items()) == (3 if change == "edit" else 4)
    assert _content(corpus.root) == before


def test_appends_of_two_turns_share_no_article(corpus: Corpus) -> None:
    before = _content(corpus.root)
    added = []
    for turn in (0, 1):
        with corpus.appended(0.1, turn):
            added.append(set(_content(corpus.root).values()) - set(before.values()))
    assert added[0] & added[1] == set()


def test_every_other_round_goes_backwards_after_one_to_warm_up() -> None:
    assert order(3) == [(0, False), (1, False), (2, True), (3, False)]


def test_a_run_counts_the_rows_that_its_command_prints(tmp_path: Path) -> None:
    assert run(_python("print('rows: 12')"), tmp_path).rows == 12


def test_a_run_keeps_the_phases_of_a_build(tmp_path: Path) -> None:
    printed = '{"rows": 3, "phases": {"plan": 0.5}, "status": "published"}'
    assert understood(printed) == (3, {"plan": 0.5}, "published")
    assert run(_python(f"print({printed!r})"), tmp_path, "published").phases == {"plan": 0.5}


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(FailedRunError, match="out of luck"):
        run(_python("raise SystemExit('out of luck')"), tmp_path)


def test_a_build_of_another_status_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(FailedRunError, match="is refused, not published"):
        run(_python("""print('{"rows": 0, "status": "refused"}')"""), tmp_path, "published")


def test_a_family_holds_the_children_of_children() -> None:
    inner = "import sys; print('up', flush=True); sys.stdin.read()"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    with subprocess.Popen(
        _python(outer), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        assert len(list(family(process.pid))) == 2
        process.communicate()


def test_memory_and_processor_are_read_from_what_proc_says() -> None:
    assert resident("Name:\tx\nRssAnon:\t    2048 kB\nRssFile:\t 1 kB\n") == 2 << 20
    assert resident("Name:\tx\nState:\tZ (zombie)\n") == 0
    fields = " ".join(str(n) for n in range(4, 53))
    assert processor_seconds(f"7 (a) b) R {fields}") == (14 + 15) / os.sysconf("SC_CLK_TCK")


def test_a_ratio_is_one_of_medians_and_one_of_rounds() -> None:
    runs = {"slow": _runs(10, 20, 90), "fast": _runs(1, 4, 10)}
    ratio = Ratio("slow", "fast")
    assert ratio.of_medians(runs) == 5
    assert ratio.by_round(runs) == 9


def test_a_ratio_can_allow_some_seconds() -> None:
    ratio = Ratio("slow", "fast", allowance=0.25)
    assert ratio.of_medians({"slow": _runs(1.25), "fast": _runs(1)}) == 1
    assert ratio.by_round({"slow": _runs(1.25), "fast": _runs(1)}) == 1
    assert str(ratio) == "(slow - 0.25 s) / fast"


def test_a_table_is_markdown_with_its_numbers_to_the_right() -> None:
    assert table(["", "s"], [["floor", "1.0"]]) == "|  | s |\n| --- | ---: |\n| floor | 1.0 |"


def test_contenders_are_shown_with_medians_and_speeds() -> None:
    measured = Measured(2000, 4_000_000, {"floor": _runs(1, 2, 40)})
    assert contender_table(measured).splitlines()[-1] == (
        "| floor | 2.00 | 4.00 | 1 000 | 2.0 | 1000.0 | 3 | 10 |"
    )


def test_phases_are_shown_with_their_share() -> None:
    runs = _runs(4, 4, phases={"parse": 3.0, "write": 1.0})
    lines = phase_table(Measured(1000, 3_000_000, {"phases": runs})).splitlines()
    assert lines[2:] == [
        "| parse | 3.00 | 75 % | 333 | 1.0 | 3000.0 |",
        "| write | 1.00 | 25 % | 1 000 | 3.0 | 1000.0 |",
    ]


def test_ratios_are_shown_by_size_where_both_sides_were_measured() -> None:
    both = Measured(1000, 1, {"build, no cache": _runs(3), "floor": _runs(2)})
    one = Measured(20_000, 1, {"floor": _runs(2)})
    assert ratio_table([both, one]).splitlines() == [
        "|  | 1 000 | 20 000 | wanted |",
        "| --- | ---: | ---: | ---: |",
        "| build, no cache / floor | 1.50, 1.50 |  | ≤ 1.6 |",
    ]


def test_new_bytes_are_shown_as_a_share_of_the_version() -> None:
    line = new_bytes_table({"append": Difference(2_000_000, 500_000, 50_000)}).splitlines()[-1]
    assert line == "| append | 2 000 | 500 | 50 | 2.50 % |"


def _results(runs: Mapping[str, Sequence[Run]]) -> Results:
    difference_ = Difference(3, 2, 1)
    return Results({"processor": "one"}, [Measured(10, 100, runs)], {"append": difference_})


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    results = _results({"phases": _runs(1, 2, phases={"plan": 1.0})})
    save(results, tmp_path / "new" / "results.json")
    assert load(tmp_path / "new" / "results.json") == results


def test_figures_hold_all_that_was_measured() -> None:
    text = figures(_results({"phases": _runs(1, phases={"plan": 1.0}), "floor": _runs(1)}))
    assert "* processor: one\n" in text
    assert "## 10 articles" in text
    assert "| plan |" in text
    assert "| append |" in text


def test_only_the_figures_of_a_page_change() -> None:
    page = "text\n<!-- figures -->\nold\n<!-- /figures -->\nmore\n"
    new = with_figures(page, "new\n")
    assert new == "text\n<!-- figures -->\n\nnew\n\n<!-- /figures -->\nmore\n"
    assert with_figures(new, "new\n") == new


def test_a_page_without_a_place_for_figures_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks"):
        with_figures("text", "new")


def test_the_page_in_docs_has_a_place_for_figures() -> None:
    page = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
    assert "\n\nnew\n\n" in with_figures(page.read_text("utf-8"), "new\n")


def test_a_scale_spans_whole_decades() -> None:
    across = scale([20.0, 3000.0], 0, 300)
    assert across.ticks() == [10, 100, 1000, 10_000]
    assert (across.at(10), across.at(10_000)) == (0, 300)
    assert scale([10.0], 0, 1).ticks() == [10, 100]


def test_labels_keep_their_distance_and_their_order() -> None:
    assert spread([30, 10, 12], 15) == [40, 10, 25]
    assert spread([10, 50], 15) == [10, 50]


def test_a_chart_is_xml_with_a_name_for_each_line() -> None:
    drawn = ET.fromstring(chart({"a < b": [(10, 1), (100, 9)], "c": [(10, 2)]}))
    texts = [node.text for node in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"a < b", "c", "articles", "100", "10 s"} <= set(texts)


def test_only_files_that_differ_are_cut_into_chunks(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    common = bytes(n * n % 251 for n in range(300_000))
    for folder, tail in ((old, b""), (new, b"tail")):
        (folder / "data").mkdir(parents=True)
        (folder / "data" / "same").write_bytes(b"same")
        (folder / "data" / "grown").write_bytes(common + tail)
    found = difference(old, new)
    assert found.total == len(common) + 8
    assert found.in_new_files == len(common) + 4
    assert 4 <= found.in_new_chunks < 140_000


def test_a_score_counts_each_word_as_often_as_it_is_expected() -> None:
    score = main_content.Score.of("The tide, the boat", "the tide THE moon and more")
    assert (score.precision, score.recall) == (3 / 6, 3 / 4)
    assert score.f1 == pytest.approx(0.6)
    assert (
        main_content.Score.of("a", "b")
        == main_content.Score.of("", "")
        == main_content.Score(0, 0, 0)
    )


def test_expected_html_is_read_without_scripts_and_with_borders_between_words() -> None:
    html = "<p>a&amp;b</p><p>c<script>d()</script><style>e{}</style></p>"
    assert main_content.words(main_content.plain(html)) == {"a": 1, "b": 1, "c": 1}


def test_pages_of_a_package_are_folders_with_both_files(tmp_path: Path) -> None:
    archive = tmp_path / "a.tgz"
    with tarfile.open(archive, "w:gz") as package:
        for name in ("t/b/source.html", "t/b/expected.html", "t/a/source.html", "t/b/x.json"):
            member = tarfile.TarInfo(name)
            member.size = len(name)
            package.addfile(member, io.BytesIO(name.encode()))
    assert main_content.read(archive) == [
        main_content.Sample("t/b", "t/b/source.html", "t/b/expected.html")
    ]


def test_the_mode_may_be_behind_resiliparse_on_a_page_by_little_and_on_average_not() -> None:
    def results(ours: Sequence[float], theirs: Sequence[float]) -> dict[str, main_content.Result]:
        named = {"corpuskit": ours, "Resiliparse": theirs, "body": [1.0] * len(ours)}
        return {
            name: main_content.Result([main_content.Score(f1, f1, f1) for f1 in scores], [1.0])
            for name, scores in named.items()
        }

    assert main_content.shortfall(results([0.9, 0.8], [0.85, 0.805])) is None
    assert "below 0.9500" in str(main_content.shortfall(results([0.9], [0.95])))
    assert "of a page is 0.0200" in str(main_content.shortfall(results([0.9, 0.8], [0.85, 0.82])))


def test_contenders_read_a_page_and_the_table_names_them() -> None:
    sample = main_content.Sample(
        "a", "<nav>menu</nav><main><p>the tide</p></main>", "<p>the tide</p>"
    )
    results = {
        name: main_content.measured([sample], e) for name, e in main_content.contenders().items()
    }
    assert [result.scores[0].f1 for result in results.values()][:3] == [1, 1, 1]
    said = main_content.figures([sample], results)
    assert all(f"| {name} | " in said for name in results)
    assert main_content.shortfall(results) is None
