"""`corpuskit.suggest` on small corpora of the kinds that are found."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import corpuskit
from corpuskit.errors import RefusedError, UsageError
from corpuskit.executors import InlineExecutor
from corpuskit.settings import load_settings
from corpuskit.suggesting import search as boilerplate_search
from corpuskit.suggesting import surveying
from corpuskit.suggesting.rules import Suggested

NAMES = ["王小明", "李红", "赵一", "钱二", "孙三", "周四", "吴五", "郑六", "冯七", "陈八"]
ADVERT = """\
<style>.appendQr_wrap&#123;padding:8px&#125;</style>
<div class="clearfix appendQr_wrap"><div class="qr"><img src="https://example.org/qr.png"></div>
    <div class="appendQr_normal_txt">海量资讯，尽在客户端</div></div>
"""


def news(number: int) -> str:
    """An article with an advert, and the line of its editor."""
    own = "".join(f'<p cms-style="font-L">　　第{number}篇第{n}段。</p>' for n in range(3))
    editor = f'<p class="article-editor">责任编辑：{NAMES[number % 10]} SF{number:03}</p>'
    return f"<div>\n{own}{ADVERT}{editor}\n</div>\n"


def write(folder: Path, bodies: Mapping[str, str]) -> None:
    for path, body in bodies.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        source = f"---\ntitle: {path}\ndate: 2024-05-01\n---\n{body}"
        (folder / path).write_text(source, "utf-8")


def suggest(folder: Path, *, written: bool = False, min_articles: int = 5) -> Suggested:
    return corpuskit.suggest(
        folder, min_articles=min_articles, write=written, executor=InlineExecutor()
    )


def selectors(found: Suggested) -> list[str]:
    return [suggestion.selector for suggestion in found.suggestions]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    write(tmp_path, {f"{n}.md": news(n) for n in range(20)})
    return tmp_path


def test_the_advert_and_the_line_of_the_editor_are_found(archive: Path) -> None:
    found = suggest(archive)
    advert, editor = found.suggestions
    assert (advert.selector, advert.articles, advert.addresses) == (".appendQr_wrap", 20, 20)
    assert advert.examples == ("海量资讯，尽在客户端",)
    assert (editor.selector, editor.label, editor.field) == (
        *(".article-editor", "责任编辑：", "article_editor"),
    )
    assert found.profile == "sina-finance"
    assert (found.articles, found.changed, found.lines) == (20, 20, ())


def test_the_rules_are_toml_that_a_configuration_takes(archive: Path) -> None:
    text = suggest(archive).toml()
    assert tomllib.loads(text)["text"]["drop"] == [".appendQr_wrap", ".article-editor"]
    schema = "name: a\nfields: [{name: article_editor, type: string}]\n"
    (archive / "schema.yaml").write_text(schema, "utf-8")
    (archive / "corpuskit.toml").write_text(f'{text}\n[schema]\nuse = "schema.yaml"\n', "utf-8")
    preview = corpuskit.preview(archive / "3.md")
    assert preview.text == "第3篇第0段。\n第3篇第1段。\n第3篇第2段。"
    assert preview.captured == {"article_editor": ["钱二 SF003"]}


def test_a_label_is_dropped_without_a_capture_where_there_is_one(archive: Path) -> None:
    config = '[text]\nprofile = "sina-finance"\ndrop = []\n'
    (archive / "corpuskit.toml").write_text(config, "utf-8")
    assert suggest(archive).suggestions == ()
    config = (
        '[schema]\nuse = "schema.yaml"\n[[text.capture]]\nfield = "editor"\n'
        'selector = ".article-editor"\n'
    )
    (archive / "corpuskit.toml").write_text(config, "utf-8")
    schema = "name: a\nfields: [{name: editor, type: string}]\n"
    (archive / "schema.yaml").write_text(schema, "utf-8")
    assert [(s.selector, s.field) for s in suggest(archive).suggestions] == [
        (".appendQr_wrap", None),
        (".article-editor", None),
    ]


@pytest.mark.parametrize(
    "byline",
    [
        "<p>Of the day. <b class=by>By: A{0}</b></p>",
        "<div class=by>By: A{0}<p>own {0} of the box</p></div>",
        "<p class=by>By 1{0}: A</p>",
        "<p class=by>By: A{0} " + "and so on and so forth, " * 5 + "</p>",
        "<p class=by>By: <a href=people/{0}>A{0}</a></p>",
        "<p class=by>{0} By: A</p>",
        "<p class=by>By: A{0}</p><p>{0}</p><p class=by>By: B{0}</p>",
    ],
    ids=[
        *("in a line", "several lines", "digits", "a sentence", "its own link", "label at the end"),
        "two in one article",
    ],
)
def test_a_line_is_not_dropped_for_its_label_if_more_would_go(tmp_path: Path, byline: str) -> None:
    write(tmp_path, {f"{n}.html": f"<p>own {n}</p>{byline.format(n)}" for n in range(9)})
    assert suggest(tmp_path).suggestions == ()


def test_no_capture_is_for_a_field_that_front_matter_fills(tmp_path: Path) -> None:
    """It goes before what is captured, which would be lost."""
    bodies = {f"{n}.html": f"<p>{n}</p><p class=date>Changed: in {n} ways</p>" for n in range(9)}
    write(tmp_path, bodies)
    (rule,) = suggest(tmp_path, written=True).suggestions
    assert (rule.selector, rule.field, rule.is_known) == (".date", "date_in_text", False)
    assert not (tmp_path / "corpuskit.toml").exists()


def test_a_field_that_no_text_fits_into_is_not_the_one_of_a_capture(archive: Path) -> None:
    (archive / "corpuskit.toml").write_text('[schema]\nuse = "schema.yaml"\n', "utf-8")
    for kind, is_known in (("string", True), ("list", True), ("datetime", False)):
        schema = f"name: a\nfields: [{{name: article_editor, type: {kind}}}]\n"
        (archive / "schema.yaml").write_text(schema, "utf-8")
        assert suggest(archive).suggestions[1].is_known is is_known


def test_a_rule_whose_capture_the_schema_lacks_is_not_written(archive: Path) -> None:
    found = suggest(archive, written=True)
    assert found.written == str(archive / "corpuskit.toml")
    assert load_settings(archive).config.text.drop == (".appendQr_wrap",)
    assert selectors(suggest(archive)) == [".article-editor"]


def test_a_rule_that_is_written_leaves_what_is_there(archive: Path) -> None:
    config = '# ours\n[text]\ndrop = [  # adverts\n  ".ad",\n]\n\n[site]\nlanguage = "zh"\n'
    (archive / "corpuskit.toml").write_text(config, "utf-8")
    suggest(archive, written=True)
    written = (archive / "corpuskit.toml").read_text("utf-8")
    assert written == config.replace("drop = [", 'drop = [".appendQr_wrap", ')


def test_a_configuration_keeps_its_mode_and_its_mark(archive: Path) -> None:
    config = archive / "corpuskit.toml"
    config.write_text('\ufeff[site]\nlanguage = "zh"\n', "utf-8")
    config.chmod(0o600)
    suggest(archive, written=True)
    assert config.stat().st_mode & 0o777 == 0o600
    assert config.read_text("utf-8").startswith("\ufeff[site]")
    assert "drop" in config.read_text("utf-8")


def test_a_selector_that_also_matches_an_own_text_is_not_suggested(archive: Path) -> None:
    body = news(20).replace("</div>\n", '<p class="appendQr_wrap">只此一次。</p></div>\n')
    write(archive, {"20.md": body})
    assert selectors(suggest(archive)) == [".appendQr_normal_txt", ".article-editor"]


def test_two_classes_are_a_selector_where_one_would_take_too_much(tmp_path: Path) -> None:
    own = '<div class="p-4">own {0}</div><p class="md:flex">own {0} too</p>'
    body = f'{own}<div class="p-4 md:flex">Sign up to our newsletter</div>'
    write(tmp_path, {f"{n}.html": body.format(n) for n in range(8)})
    assert selectors(suggest(tmp_path)) == [r".md\:flex.p-4"]
    assert suggest(tmp_path).lines == ()


def test_a_link_that_differs_from_article_to_article_is_not_lost(tmp_path: Path) -> None:
    body = '<p>own {0}</p><p class="more"><a href="https://example.org/{0}">Read on</a></p>'
    write(tmp_path, {f"{n}.html": body.format(n) for n in range(8)})
    found = suggest(tmp_path)
    assert found.suggestions == ()
    assert [(line.line, line.articles) for line in found.lines] == [("Read on", 8)]


def test_a_paragraph_without_class_is_told_of_and_has_no_rule(tmp_path: Path) -> None:
    write(tmp_path, {f"{n}.md": f"Own text {n}.\n\nAll rights reserved.\n" for n in range(9)})
    found = suggest(tmp_path)
    assert found.suggestions == ()
    (line,) = found.lines
    assert (line.line, line.articles, line.example) == ("All rights reserved.", 9, "0.md")
    assert tomllib.loads(found.toml()) == {}
    assert '# 9 articles: "All rights reserved."' in found.toml()
    rule = 'text.drop-lines = "All rights reserved."\n'
    (tmp_path / "corpuskit.toml").write_text(rule, "utf-8")
    assert suggest(tmp_path).lines == ()


def test_of_a_line_that_is_too_long_only_the_beginning_is_told(tmp_path: Path) -> None:
    line = "All rights reserved, " * 20
    write(tmp_path, {f"{n}.md": f"Own text {n}.\n\n{line}\n" for n in range(9)})
    found = suggest(tmp_path)
    assert found.lines[0].line == line[:200]
    assert found.toml().endswith("All rights reserved, A…\n")


def test_of_a_selector_that_would_take_too_much_it_is_said_how_much(tmp_path: Path) -> None:
    body = '<p>own {0}</p><div class="box">Follow us</div><div class="box wide">{0}th</div>'
    write(tmp_path, {f"{n}.html": body.format(n) for n in range(9)})
    (line,) = suggest(tmp_path).lines
    assert (line.line, line.selector, line.losing, line.lost) == ("Follow us", ".box", 9, 27)
    assert "#     .box would take 27 characters of 9 articles" in suggest(tmp_path).toml()


def test_of_a_selector_that_is_part_of_a_line_it_is_said_that_it_would_change(
    tmp_path: Path,
) -> None:
    body = '<p><b class="brand">Gazette</b> of day {0}</p><p>Gazette</p>'
    write(tmp_path, {f"{n}.html": body.format(n) for n in range(9)})
    (line,) = suggest(tmp_path).lines
    assert (line.line, line.selector, line.losing, line.lost) == ("Gazette", ".brand", 0, 0)
    assert ".brand is part of lines that would change" in suggest(tmp_path).toml()


def test_lines_of_brackets_are_not_told_of(tmp_path: Path) -> None:
    write(tmp_path, {f"{n}.md": f"Own {n}\n\n```\n{{\n}}\n```\n" for n in range(9)})
    assert suggest(tmp_path).lines == ()


def test_html_in_markdown_has_selectors(tmp_path: Path) -> None:
    body = 'Own {0}\n\n<div class="signup">\n\n**Subscribe** now\n\n</div>\n\nOwn end {0}\n'
    write(tmp_path, {f"{n}.md": body.format(n) for n in range(9)})
    assert selectors(suggest(tmp_path)) == [".signup"]


def test_what_recurs_in_one_folder_is_dropped_in_it_where_others_have_text_of_their_own(
    tmp_path: Path,
) -> None:
    common = '<p>own {0}</p><div class="box">Follow the harbour</div>'
    own = '<p>own {0}</p><div class="box">This box says {0}</div>'
    write(tmp_path, {f"news/[x]/{n}.html": common.format(n) for n in range(9)})
    write(tmp_path, {f"notes/{n}.html": own.format(n) for n in range(9)})
    found = suggest(tmp_path, written=True)
    (suggestion,) = found.suggestions
    assert (suggestion.selector, suggestion.paths) == (".box", ("news/**",))
    text = load_settings(tmp_path).config.text
    assert text.drop == ()
    assert [(p.paths, p.rules.drop) for p in text.by_path] == [(("news/**",), (".box",))]
    assert suggest(tmp_path).suggestions == ()


def test_rules_for_a_table_that_is_there_are_written_into_it(tmp_path: Path) -> None:
    body = '<p>own {0}</p><div class="box">{1}</div><div class="end">The end of it</div>'
    write(tmp_path, {f"a/{n}.html": body.format(n, "Follow us") for n in range(9)})
    write(tmp_path, {f"b/{n}.html": body.format(n, n) for n in range(9)})
    config = '[text]\ndrop = ".end"\n[[text.for]]\npaths = ["a/"]\nkeep = ["div, p"]\n'
    (tmp_path / "corpuskit.toml").write_text(config, "utf-8")
    found = suggest(tmp_path, written=True)
    assert [(s.paths, s.has_table) for s in found.suggestions] == [(("a/",), True)]
    written = (tmp_path / "corpuskit.toml").read_text("utf-8")
    assert written == config.replace("[[text.for]]\n", '[[text.for]]\ndrop = [".box"]\n')
    assert suggest(tmp_path).suggestions == ()


def test_nothing_is_written_into_a_pyproject(archive: Path) -> None:
    pyproject = '[tool.corpuskit.dataset]\nname = "news"\n'
    (archive / "pyproject.toml").write_text(pyproject, "utf-8")
    with pytest.raises(RefusedError, match="paste"):
        suggest(archive, written=True)
    assert (archive / "pyproject.toml").read_text("utf-8") == pyproject


def test_nothing_is_written_where_there_is_nothing_to_write(tmp_path: Path) -> None:
    write(tmp_path, {f"{n}.md": f"Own text {n}\n" for n in range(9)})
    assert suggest(tmp_path, written=True).written is None
    assert not (tmp_path / "corpuskit.toml").exists()


def test_what_is_in_fewer_articles_than_asked_for_does_not_recur(archive: Path) -> None:
    assert suggest(archive, min_articles=21).suggestions == ()
    with pytest.raises(UsageError, match="at least 2"):
        suggest(archive, min_articles=1)


def test_drafts_and_files_without_text_are_looked_over(archive: Path) -> None:
    draft = "---\ntitle: d\ndate: 2024-05-01\ndraft: true\n---\n<p class=appendQr_wrap>own</p>\n"
    (archive / "draft.md").write_text(draft, "utf-8")
    (archive / "empty.md").write_text("", "utf-8")
    (archive / "broken.md").write_bytes(b"---\ntitle: b\n---\n\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xff")
    found = suggest(archive)
    assert (found.sources, found.articles) == (23, 20)
    assert len(found.suggestions) == 2


def test_rejected_articles_count_as_well(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}.md").write_text(news(number), "utf-8")
    assert selectors(suggest(tmp_path)) == [".appendQr_wrap", ".article-editor"]


def test_few_counters_find_what_many_do(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = suggest(archive)
    monkeypatch.setattr(boilerplate_search, "_COUNTERS", 60)
    assert suggest(archive) == many


def test_with_too_few_counters_more_articles_are_asked_for_and_nothing_wrong_is_said(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = suggest(archive)
    monkeypatch.setattr(boilerplate_search, "_COUNTERS", 4)
    few = suggest(archive)
    assert few.groups[0].least > many.groups[0].least
    assert {*selectors(few)} <= {*selectors(many)}


def test_processes_find_what_one_finds(tmp_path: Path) -> None:
    write(tmp_path, {f"{n % 3}/{n}.md": news(n) for n in range(80)})
    alone = corpuskit.suggest(tmp_path, executor=InlineExecutor())
    assert alone.suggestions
    assert corpuskit.suggest(tmp_path, workers=3) == alone


def test_the_example_is_suggested_the_rules_that_it_has(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "examples" / "harbor-gazette"
    shutil.copytree(example, tmp_path / "own")
    config = tmp_path / "own" / "corpuskit.toml"
    text = config.read_text("utf-8")
    config.write_text(text.replace("\ndrop = ", "\n# drop = "), "utf-8")
    found = corpuskit.suggest(
        config.parent / "articles", share="5%", min_articles=3, executor=InlineExecutor()
    )
    assert selectors(found) == [".appendQr_normal_txt", ".article-editor", ".ori_titlesource"]
    assert [s.label for s in found.suggestions] == ["", "责任编辑：", "原标题："]
    assert [s.field for s in found.suggestions] == [None, None, None]


def test_a_sample_is_looked_at_in_place_of_all(archive: Path) -> None:
    found = corpuskit.suggest(archive, limit=12, min_articles=5, executor=InlineExecutor())
    assert (found.sources, found.articles) == (12, 12)
    assert selectors(found) == [".appendQr_wrap", ".article-editor"]


def test_both_parsers_are_suggested_the_same(archive: Path) -> None:
    lexbor = suggest(archive)
    (archive / "corpuskit.toml").write_text('[text]\nparser = "beautifulsoup"\n', "utf-8")
    assert replace(suggest(archive), written=None) == lexbor


def test_elements_that_are_deep_or_many_are_bounded(tmp_path: Path) -> None:
    deep = "<div class=d>" * 900 + "x" + "</div>" * 900
    wide = "".join(f'<p id="i{n}" class="c{n} x{n}">{n}</p>' for n in range(200))
    bodies = [deep, wide]
    write(
        tmp_path,
        {f"{n}-{m}.html": f"{b}<i>{n}</i>" for n in range(5) for m, b in enumerate(bodies)},
    )
    found = suggest(tmp_path)
    assert found.articles == 10
    assert len(found.suggestions) >= 100
    assert (found.changed, found.lines) == (10, ())


def test_of_an_element_of_many_classes_some_are_looked_at(tmp_path: Path) -> None:
    classes = " ".join(f"k{n}" for n in range(5000))
    body = f'<p class="{classes}">same</p>'
    write(tmp_path, {f"{n}.html": f"{body}<i>{n}</i>" for n in range(5)})
    assert selectors(suggest(tmp_path)) == [".k0"]


def test_a_selector_in_an_article_that_is_too_long_to_be_read_again_is_not_suggested(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surveying, "MOST_CHARACTERS", len(news(0)) - 20)
    assert suggest(archive).suggestions == ()


def test_two_rules_that_are_harmless_alone_are_not_both_suggested(tmp_path: Path) -> None:
    """Without both there is nothing between two texts: they would become one line."""
    body = '<div>own {0}<div class="x">Scan!</div><div class="y">Follow us</div>end {0}</div>'
    write(tmp_path, {f"{n}.html": body.format(n) for n in range(9)})
    found = suggest(tmp_path, written=True)
    assert len(found.suggestions) == 1
    assert [line.line for line in found.lines] == [
        {".x": "Follow us", ".y": "Scan!"}[found.suggestions[0].selector]
    ]


def test_counts_are_exact_though_there_are_too_few_counters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = "".join(f"<p>own {{0}} {n}</p>" for n in range(20))
    for number in range(30):
        common = "<p>Follow us</p>" if number % 3 else "<p>Scan!</p>"
        write(tmp_path, {f"{number}.html": own.format(number) + common})
    monkeypatch.setattr(boilerplate_search, "_COUNTERS", 100)
    found = {line.line: line.articles for line in suggest(tmp_path).lines}
    assert found == {"Follow us": 20, "Scan!": 10}


def test_what_stands_after_a_label_in_several_lines_has_no_rule(tmp_path: Path) -> None:
    body = '<p>own {0}</p><div class="by">By: Lin {0}<br>who is of {0}</div>'
    write(tmp_path, {f"{n}.html": body.format(n) for n in range(9)})
    assert suggest(tmp_path).suggestions == ()


def test_no_two_rules_for_one_article_fill_one_field(tmp_path: Path) -> None:
    body = '<p>own {0}</p><div id="note">Source: S{0}</div><div class="note">Place: P{0}</div>'
    write(tmp_path, {f"{n}.html": body.format(n) for n in range(9)})
    schema = "name: x\nfields:\n  - {name: title, type: string}\n  - {name: note, type: string}\n"
    (tmp_path / "schema.yaml").write_text(schema, "utf-8")
    (tmp_path / "corpuskit.toml").write_text('schema.use = "schema.yaml"\n', "utf-8")
    found = suggest(tmp_path, written=True)
    assert [(s.field, s.is_known) for s in found.suggestions] == [("note", True), ("note_2", False)]
    text = load_settings(tmp_path).config.text
    assert (text.drop, [c.field for c in text.captures]) == (
        *((found.suggestions[0].selector,), ["note"]),
    )


def test_a_field_for_each_of_two_folders_may_be_the_same(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        body = f'<p>own {{0}}</p><div class="by">{folder} by: Lin {{0}}</div>'
        write(tmp_path, {f"{folder}/{n}.html": body.format(n) for n in range(9)})
    found = suggest(tmp_path)
    assert {(s.paths, s.field) for s in found.suggestions} == {
        *((("a/**",), "by"), (("b/**",), "by")),
    }


@pytest.mark.parametrize("name", ["text", "path", "format", "title"])
def test_a_field_is_not_named_as_a_column_that_is_there(tmp_path: Path, name: str) -> None:
    body = f'<p>own {{0}}</p><div class="{name}">Note: {{0}}</div>'
    write(tmp_path, {f"{n}.html": body.format(n) for n in range(9)})
    assert [s.field for s in suggest(tmp_path).suggestions] == [f"{name}_in_text"]


def test_bodies_too_long_for_all_selectors_have_no_rules(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surveying, "MOST_CHARACTERS", 0)
    assert suggest(archive).suggestions == ()


def test_labels_of_lines_in_markdown_are_told_of(tmp_path: Path) -> None:
    body = "Own {0}.\n\n责任编辑：李{0}\n\n本文链接：https://example.org/{0}/\n\n来源：港口公报\n"
    write(tmp_path, {f"{n}.md": body.format(n) for n in range(9)})
    found = suggest(tmp_path)
    assert {(line.line, line.articles, line.is_label) for line in found.lines} == {
        *(("责任编辑：", 9, True), ("本文链接：", 9, True), ("来源：港口公报", 9, False)),
    }
    assert '# 9 articles begin a line: "本文链接："' in found.toml()
    rules = 'drop-lines-beginning = ["责任编辑：", "本文链接："]\ndrop-lines = "来源：港口公报"\n'
    (tmp_path / "corpuskit.toml").write_text(f"[text]\n{rules}", "utf-8")
    assert suggest(tmp_path).lines == ()


def test_addresses_and_sentences_begin_with_no_label(tmp_path: Path) -> None:
    body = (
        "https://example.org/{0}\n\nIt was so: "
        + "the tide of day {0} came in " * 6
        + "\n\nNote:\n"
    )
    write(tmp_path, {f"{n}.md": body.format(n) for n in range(9)})
    assert [line.line for line in suggest(tmp_path).lines] == ["Note:"]


@pytest.mark.parametrize(
    "element",
    [
        '<pre><code class="language-bash">npm ci</code></pre>',
        '<div class="highlight"><pre>npm ci</pre></div>',
        '<h2 id="synopsis">Synopsis</h2>',
    ],
)
def test_code_and_headings_that_recur_have_no_rule(tmp_path: Path, element: str) -> None:
    write(tmp_path, {f"{n}.html": f"<div><p>own {n}</p>{element}</div>" for n in range(9)})
    found = suggest(tmp_path)
    assert found.suggestions == ()
    assert len(found.lines) == 1
