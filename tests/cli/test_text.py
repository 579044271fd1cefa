"""`corpuskit text`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

import corpuskit
from corpuskit.text_profiles import PROFILES

Run: TypeAlias = Callable[..., Result]

PAGE = """---
title: Harbour
created: 2024-05-01 10:00:00 +0800
api_token: abc123
---
<div><p>The ferry <a href="a.html">sails</a> again.</p><img src="b.png">
<div class="qr">Scan this code!</div><p class="by">Edited by Lin</p></div>
"""
RULES = """[schema]
use = "schema.yaml"
[text]
drop = [".qr"]
[[text.capture]]
field = "editor"
selector = ".by"
pattern = "by (.+)"
"""
SCHEMA = """name: page
fields:
  - {name: title, type: string, constraints: {required: true, maxLength: 10}}
  - {name: date, type: datetime, x-corpuskit: {from: [date, created]}}
  - {name: days, type: list, itemType: date}
  - {name: api_token, type: string}
  - {name: editor, type: string}
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An article beside its configuration, in the working directory."""
    monkeypatch.chdir(tmp_path)
    Path("corpuskit.toml").write_text(RULES)
    Path("schema.yaml").write_text(SCHEMA)
    Path("a.md").write_text(PAGE)
    return "a.md"


def test_everything_that_an_article_becomes_is_shown(run: Run, page: str) -> None:
    result = run("text", page)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "a.md: html, utf-8, en, front matter in yaml → a row",
        "front matter",
        "    title      Harbour",
        "    created    2024-05-01 10:00:00 +0800",
        "    api_token  ***",
        "columns",
        "    title      Harbour  (line 2)",
        "    date       2024-05-01T02:00:00Z  (`created`, line 3)",
        "    days       –",
        "    api_token  ***  (line 4)",
        "    editor     Lin  (captured in the body)",
        "captures",
        '    editor  ["Lin"]',
        "links",
        "    a.html  sails",
        "images",
        "    b.png",
        "text, 36 characters",
        "    The ferry sails again.",
        "    Edited by Lin",
        "",
    ]


def test_what_rules_change_is_shown_instead_of_the_text(run: Run, page: str) -> None:
    lines = run("text", page, "--diff", "none").stdout.splitlines()
    assert lines[lines.index("text, as it changes") :] == [
        "text, as it changes",
        "    --- no rules",
        "    +++ corpuskit.toml",
        "    @@ -1,3 +1,2 @@",
        "     The ferry sails again.",
        "    -Scan this code!",
        "     Edited by Lin",
        "",
    ]


def test_two_configurations_are_compared(run: Run, page: str) -> None:
    Path("other.toml").write_text("[text]\ndrop = ['.by']\n")
    said = json.loads(run("text", page, "--diff", "other.toml", "--json").stdout)
    changed = [line for line in said["text_diff"] if line[0] in "+-"]
    assert changed == ["--- other.toml", "+++ corpuskit.toml", "-Scan this code!", "+Edited by Lin"]
    same = run("text", page, "--diff", "corpuskit.toml").stdout
    assert "text, which is the same\n" in same


def test_json_has_all_of_it(run: Run, page: str) -> None:
    said = json.loads(run("text", page, "--json").stdout)
    assert said["outcome"] == "row"
    assert said["front_matter"]["api_token"] == "***"
    assert said["fields"][1] == {
        "name": "date",
        "type": "datetime",
        "value": "2024-05-01T02:00:00Z",
        "origin": "front matter",
        "key": "created",
        "line": 3,
    }
    assert [field["origin"] for field in said["fields"]][2:] == [None, "front matter", "body"]
    assert said["captured"] == {"editor": ["Lin"]}
    assert said["links"] == [{"href": "a.html", "text": "sails"}]
    assert (said["images"], said["text_diff"]) == (["b.png"], None)
    assert "abc123" not in json.dumps(said)


def test_days_in_a_list_are_spelled(page: str) -> None:
    Path(page).write_text("---\ntitle: a\ndays: [2024-05-01, 1969-12-31]\n---\nText")
    fields = {field.name: field.value for field in corpuskit.preview(page).fields}
    assert fields["days"] == ["2024-05-01", "1969-12-31"]


def test_it_is_what_a_build_makes_of_it(page: str) -> None:
    shown = corpuskit.preview(page)
    result = corpuskit.build(page, out="out", workers=1)
    (row,) = corpuskit.load(result.path).iter_rows()
    assert (shown.text, shown.format) == (row["text"], row["format"])
    assert list(shown.images) == row["images"]
    assert [link.href for link in shown.links] == row["links"]
    assert {f.name: f.value for f in shown.fields}["editor"] == row["editor"]


def test_faults_are_shown_as_check_shows_them(run: Run, page: str) -> None:
    Path(page).write_text(PAGE.replace("Harbour", "The whole harbour"))
    result, checked = run("text", page), run("check", page)
    assert result.exit_code == 1
    assert result.stdout.startswith("a.md: html, utf-8, en, front matter in yaml → rejected")
    assert result.stdout.endswith(f"\n\n{checked.stdout}")
    assert "CK321" in checked.stdout
    assert corpuskit.preview(page).diagnostics == corpuskit.check(page).diagnostics


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("---\ntitle: a\ndraft: true\n---\nText", "draft"),
        ("---\ntitle: [\n---\nText", "rejected"),
        ("", "rejected"),
        ("No front matter", "rejected"),
    ],
)
def test_an_article_that_is_no_row_is_shown_as_far_as_it_was_read(
    run: Run, page: str, source: str, outcome: str
) -> None:
    Path(page).write_text(source)
    said = json.loads(run("text", page, "--json").stdout)
    assert said["outcome"] == outcome
    assert run("text", page, "--diff", "none").exit_code == (1 if outcome == "rejected" else 0)


@pytest.mark.usefixtures("page")
def test_a_draft_by_its_folder_is_excluded() -> None:
    Path("_drafts").mkdir()
    Path("_drafts/a.md").write_text(PAGE)
    assert corpuskit.preview("_drafts/a.md").outcome == "drafts-folder"


def test_a_captured_secret_is_masked(page: str) -> None:
    Path("corpuskit.toml").write_text(RULES.replace('"editor"', '"api_token"'))
    Path(page).write_text(PAGE.replace("api_token: abc123\n", ""))
    shown = corpuskit.preview(page)
    assert shown.captured == {"api_token": ["***"]}
    assert {f.name: f.value for f in shown.fields}["api_token"] == "***"


def test_columns_are_masked_as_a_build_masks_them(page: str) -> None:
    mask = 'quality.mask = ["email"]\nrelease.omit = ["body", "front_matter"]\n'
    Path("corpuskit.toml").write_text(f'{mask}release.audit = "redacted"\n{RULES}')
    Path(page).write_text(PAGE.replace("Lin", "lin@example.org").replace("Harbour", "to a@b.org"))
    shown = corpuskit.preview(page)
    values = {f.name: f.value for f in shown.fields}
    assert (values["title"], values["editor"]) == ("to [email]", "[email]")
    assert shown.captured == {"editor": ["[email]"]}
    built = corpuskit.build(page, out="out", created="2025-01-01T00:00:00Z", workers=1)
    assert built.path is not None
    (row,) = corpuskit.load(built.path).to_arrow(["title", "editor"]).to_pylist()
    assert row == {"title": values["title"], "editor": values["editor"]}


@pytest.mark.usefixtures("page")
def test_more_than_one_file_ends_with_2(run: Run) -> None:
    Path("b.md").write_text(PAGE)
    result = run("text", ".")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "holds 2 sources; name one file" in result.stderr


@pytest.mark.parametrize("arguments", [(), ("a.md", "--profiles")])
@pytest.mark.usefixtures("page")
def test_a_file_or_profiles_are_named(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("text", *arguments).exit_code == 2


def test_profiles_are_listed_as_a_configuration_has_them(run: Run) -> None:
    said = run("text", "--profiles").stdout
    assert all(f"{name}: {profile.about}\n" in said for name, profile in PROFILES.items())
    assert '    strip-templates = ["hexo"]\n' in said
    assert '    selector = "p:has(a[href])"\n' in said
    listed = json.loads(run("text", "--profiles", "--json").stdout)
    assert [profile["name"] for profile in listed] == list(PROFILES)
    assert listed[0]["fields"][3] == {"name": "attachments", "type": "list"}


def test_text_cannot_steer_the_terminal(run: Run, page: str) -> None:
    Path(page).write_text("---\ntitle: 'a'\n---\n<p>\x1b[31mred\u202e</p>", "utf-8")
    assert "\x1b" not in run("text", page).stdout
    assert "\u202e" not in run("text", page).stdout


@pytest.mark.parametrize("package", ["trafilatura", "lxml_html_clean"])
def test_a_parser_that_is_not_installed_is_asked_for_by_name(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, package, None)
    Path("corpuskit.toml").write_text('[text]\nparser = "trafilatura"\nmode = "article"\n')
    Path("a.html").write_text("<!DOCTYPE html><title>Harbour</title><p>The ferry sails again.</p>")
    for command in ("text a.html", "check a.html", "build ."):
        result = run(*command.split())
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"{package} is not installed; type: pip install trafilatura" in result.stderr


def test_values_of_a_page_are_shown_with_their_element(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("corpuskit.toml").write_text('[text]\nmode = "article"\n')
    Path("a.html").write_text(
        "<!DOCTYPE html>\n<title>Harbour</title>\n<meta name=date content=2024-05-01>\n"
        "<nav>Menu</nav><main><p>The ferry sails again.</p></main>"
    )
    result = run("text", "a.html", "--diff", "none")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "  Harbour  (`title`, line 2)" in result.stdout
    assert "(`meta date`, line 3)" in result.stdout
    assert "    -Menu" in result.stdout.splitlines()
    fields = {f["name"]: f for f in json.loads(run("text", "a.html", "--json").stdout)["fields"]}
    assert (fields["title"]["origin"], fields["title"]["key"]) == ("page", "title")
