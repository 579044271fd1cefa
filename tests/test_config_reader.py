"""Configuration files: what they say, and what is said of the ones that cannot be used."""

from __future__ import annotations

import pytest

from corpuskit.codes import Code
from corpuskit.config import (
    Config,
    Dataset,
    DedupRules,
    ReleaseRules,
    Site,
    SourceRules,
)
from corpuskit.config.parts import PartRules, SplitRules
from corpuskit.config_reader import PYPROJECT_TABLE, check_config, read_config
from corpuskit.manifest import Creator
from corpuskit.model import Diagnostic
from corpuskit.schema import Field, FieldType, Schema
from corpuskit.shares import read_share
from corpuskit.text_rules import Capture, TextRules

WHOLE = """\
[dataset]
name = "news-2021"
version = "1.2.0"
title = "News"
description = "What was in the papers."
license = "CC-BY-4.0"
homepage = "https://example.org/news"
creators = ["A. Author", "B. Author"]
keywords = "news"

[source]
include = ["*.md"]
exclude = ["drafts/", "!drafts/kept.md"]
drafts = "include"
encoding = "GBK"
max-bytes = 1_000_000

[site]
timezone = "Asia/Shanghai"
language = "zh_CN"

[schema]
use = "page"

[text]
parser = "beautifulsoup"
drop = [".advert", "footer"]

[[text.capture]]
field = "editor"
selector = ".article-editor"
pattern = "责任编辑：(.+)"

[[text.capture]]
field = "code"
selector = "pre"

[dedup]
exact = false
min-chars = 0

[release]
max-rejected = "5%"
"""


def _faults(
    text: str, path: str = "corpuskit.toml", table: tuple[str, ...] = ()
) -> tuple[Diagnostic, ...]:
    found = read_config(text, path, table)
    assert isinstance(found, tuple), found
    return found


def _pointed_at(text: str, found: Diagnostic) -> str:
    assert found.place is not None
    line = text.split("\n")[found.place.line - 1]
    return line[found.place.column - 1 :][: found.place.length]


def test_every_key_is_read() -> None:
    assert read_config(WHOLE, "corpuskit.toml") == Config(
        dataset=Dataset(
            name="news-2021",
            version="1.2.0",
            title="News",
            description="What was in the papers.",
            license="CC-BY-4.0",
            homepage="https://example.org/news",
            creators=(Creator("A. Author"), Creator("B. Author")),
            keywords=("news",),
        ),
        source=SourceRules(
            include=("*.md",),
            exclude=("drafts/", "!drafts/kept.md"),
            drafts="include",
            encoding="gbk",
            max_bytes=1_000_000,
        ),
        site=Site("Asia/Shanghai", "zh-CN"),
        schema="page",
        text=TextRules(
            "beautifulsoup",
            (".advert", "footer"),
            (
                Capture("editor", ".article-editor", "责任编辑：(.+)"),
                Capture("code", "pre"),
            ),
        ),
        dedup=DedupRules(exact=False, min_chars=0),
        release=ReleaseRules(max_rejected=0.05),
    )


def test_an_empty_file_is_the_defaults() -> None:
    assert read_config("", "corpuskit.toml") == Config()


@pytest.mark.parametrize("stated", ["0.25", '"25%"', '"25 %"', '"0.25"', '"25.0%"'])
def test_a_share_is_a_number_or_a_percentage(stated: str) -> None:
    config = read_config(f"[release]\nmax-rejected = {stated}\n", "corpuskit.toml")
    assert isinstance(config, Config)
    assert config.release.max_rejected == 0.25


@pytest.mark.parametrize("text", ["", "%", "-1%", "101%", "50", "1.5", "1e-1", "nan", "٥٠%"])
def test_no_share_is_read_from_anything_else(text: str) -> None:
    assert read_share(text) is None


@pytest.mark.parametrize(
    "licence",
    [
        "MIT",
        "unknown",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "(MIT OR Apache-2.0)",
        "https://creativecommons.org/licenses/by/4.0/",
    ],
)
def test_a_licence_is_an_spdx_expression_or_an_address(licence: str) -> None:
    config = read_config(f'[dataset]\nlicense = "{licence}"\n', "corpuskit.toml")
    assert isinstance(config, Config)
    assert config.dataset.license == licence


def test_a_table_of_pyproject_is_read_alone() -> None:
    text = '[tool.other]\ndataset = 1\n[tool.corpuskit.schema]\nuse = "page"\n[project]\n'
    config = read_config(text, "pyproject.toml", PYPROJECT_TABLE)
    assert isinstance(config, Config)
    assert config.schema == "page"


def test_faults_in_pyproject_have_their_places_in_it() -> None:
    text = '[project]\nname = "x"\n[tool.corpuskit]\ndedup.exakt = true\n'
    (found,) = _faults(text, "pyproject.toml", PYPROJECT_TABLE)
    assert (found.where, found.field) == ("pyproject.toml:4:7", "tool.corpuskit.dedup.exakt")


def test_a_pyproject_without_our_table_is_no_configuration() -> None:
    (found,) = _faults("[tool]\n", "pyproject.toml", PYPROJECT_TABLE)
    assert found.code is Code.CONFIG_SYNTAX


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a = \n", "1:5"),
        ("a = 1\r\nb = 2\r\nc = = 3\r\n", "3:5"),
        ("a = 1\r\na = 2\r\n", "2:6"),
        ('title = "open\n', "1:14"),
        ("[dataset]\nname = [1,\n\n", "2:10"),
        ("a = " + "1" * 5000, "1:1"),
        ("a." * 40 + "b = 1", "1:1"),
        ("a = " + "[" * 10_000, "1:1"),
    ],
)
def test_text_that_is_no_toml_is_a_fault_where_reading_stopped(text: str, where: str) -> None:
    (found,) = _faults(text)
    assert (found.code, found.where) == (Code.CONFIG_SYNTAX, f"corpuskit.toml:{where}")


def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    assert read_config("\ufeff[dataset]\n", "corpuskit.toml") == Config()


@pytest.mark.parametrize(
    ("text", "pointed_at", "help_"),
    [
        ("[datset]", "datset", "did you mean `dataset`?"),
        ("[dataset]\nlicence = 'MIT'", "licence", "did you mean `license`?"),
        ("[source]\nmax_bytes = 1", "max_bytes", "did you mean `max-bytes`?"),
        ("[release]\nworkers = 4", "workers", "known here: max-rejected"),
        ("text = {parsr = 'lexbor'}", "parsr", "did you mean `parser`?"),
        ("[[text.capture]]\nfield='a'\nselector='b'\nx.y = 1", "x", "known here: field, selector"),
        ("workers = 4", "workers", "known here: dataset, source"),
    ],
)
def test_an_unknown_key_is_met_with_the_likely_one_or_a_list(
    text: str, pointed_at: str, help_: str
) -> None:
    (found,) = _faults(text)
    assert found.code is Code.CONFIG_UNKNOWN_KEY
    assert _pointed_at(text, found) == pointed_at
    assert str(found.help).startswith(help_)


@pytest.mark.parametrize(
    ("text", "pointed_at"),
    [
        ("dataset = 1", "1"),
        ("[dataset]\ntitle = 1979-05-27", "1979-05-27"),
        ("[dataset]\ncreators = ['a', 1]", "1"),
        ("[[dataset]]", "[[dataset]]"),
        ("[source]\ninclude = {}", "{}"),
        ("[source]\nmax-bytes = 1.5", "1.5"),
        ("[source]\nmax-bytes = true", "true"),
        ("[schema]\nuse = ['page']", "['page']"),
        ("[site]\ntimezone = 8", "8"),
        ("[text]\ncapture = {}", "{}"),
        ("[[text.capture]]\nfield = 'a'\nselector = 'p'\nall = 'yes'", "'yes'"),
        ("[[text.capture]]\nfield = 'a'\ncomment = 1\nselector = 'p'", "1"),
        ("[text]\nprofile = ['hexo']", "['hexo']"),
        ("[text]\nfor = {}", "{}"),
        ("[[text.for]]\npaths = 1", "1"),
        ("[text]\ncapture = [1]", "1"),
        ("[dedup]\nexact = 'yes'", "'yes'"),
        ("[release]\nmax-rejected = true", "true"),
        ("[release]\nmax-rejected = [1]", "[1]"),
        ("[dataset]\nname = 0x" + "f" * 5000, "0x" + "f" * 5000),
        ("[splits]\ntest = true", "true"),
        ("[splits]\ntest = 2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("[splits]\ntest = ['5%']", "['5%']"),
        ("[splits]\ntest = 0.1\nsalt = 1", "1"),
        ("[release]\nsubsets = ['lang']", "['lang']"),
        ("[release]\nshard-size = true", "true"),
    ],
)
def test_a_value_of_the_wrong_type_is_a_fault_where_it_is(text: str, pointed_at: str) -> None:
    (found,) = _faults(text)
    assert found.code is Code.CONFIG_WRONG_TYPE
    assert _pointed_at(text, found) == pointed_at


@pytest.mark.parametrize(
    ("text", "pointed_at"),
    [
        ("[dataset]\nname = 'Bad Name'", "'Bad Name'"),
        ("[dataset]\nname = '../x'", "'../x'"),
        ("[dataset]\nname = '" + "a" * 101 + "'", "'" + "a" * 101 + "'"),
        ("[dataset]\nversion = '1.2'", "'1.2'"),
        ("[dataset]\nlicense = 'MIT License'", "'MIT License'"),
        ("[dataset]\nhomepage = 'example.org'", "'example.org'"),
        ("[dataset]\ntitle = ' '", "' '"),
        ("[source]\ninclude = []", "[]"),
        ("[source]\nexclude = ['a', '']", "''"),
        ("[source]\ndrafts = 'keep'", "'keep'"),
        ("[source]\nencoding = 'hex'", "'hex'"),
        ("[source]\nencoding = 'utf-88'", "'utf-88'"),
        ("[source]\nmax-bytes = 0", "0"),
        ("[site]\ntimezone = 'Asia/Shangai'", "'Asia/Shangai'"),
        ("[site]\nlanguage = 'Chinese'", "'Chinese'"),
        ("[text]\nparser = 'html5lib'", "'html5lib'"),
        ("[text]\nmode = 'page'", "'page'"),
        ("[text]\nparser = 'trafilatura'", "'trafilatura'"),
        ("[text]\nmode = 'article'\nparser = 'beautifulsoup'", "'beautifulsoup'"),
        (
            "[text]\nparser = 'beautifulsoup'\n[[text.for]]\npaths = 'a/'\nmode = 'article'",
            "'beautifulsoup'",
        ),
        ("[text]\ndrop = ['p', '[']", "'['"),
        ("[[text.capture]]\nfield = 'a'", "[[text.capture]]"),
        ("[[text.capture]]\nselector = 'a'", "[[text.capture]]"),
        ("[[text.capture]]\nfield = 'a'\nselector = '['", "'['"),
        ("[[text.capture]]\nfield = 'a'\nselector = 'p'\npattern = '('", "'('"),
        ("[[text.capture]]\nfield = 'a'\nselector = 'p'\npattern = ['a', '(']", "'('"),
        ("[[text.capture]]\nfield = 'a'\nselector = 'p'\npattern = []", "[]"),
        ("[[text.capture]]\nfield = 'a'\nselector = 'p'\nwhere = '('", "'('"),
        ("[[text.capture]]\nfield = 'a'\nselector = 'p'\ninner = 'a['", "'a['"),
        ("[[text.capture]]\nfield = 'a'\nselector = 'p'\nattribute = 'a b'", "'a b'"),
        ("[[text.capture]]\nfield = 'a'\ncomment = true", "[[text.capture]]"),
        ("[[text.capture]]\nfield='a'\ncomment=true\npattern='x'\nselector='p'", "'p'"),
        ("[text]\nkeep = ['p', '[']", "'['"),
        ("[text]\ndrop-lines = ['a', '\u200b']", "'\u200b'"),
        ("[text]\ndrop-lines-beginning = ''", "''"),
        ('[text]\ndrop-lines = "a\\nb"', '"a\\nb"'),
        ("[text]\nstrip-templates = ['hexo', 'jekyl']", "'jekyl'"),
        ("[text]\nprofile = 'sina'", "'sina'"),
        ("[[text.for]]\ndrop = 'p'", "[[text.for]]"),
        ("[[text.for]]\npaths = []", "[]"),
        ("[[text.for]]\npaths = 'a/'\nkeep = '['", "'['"),
        ("[dedup]\nmin-chars = -1", "-1"),
        ("[dedup]\nnear = {threshold = 0.4}", "0.4"),
        ('[dedup]\nexact = false\nnear = {action = "drop"}', '{action = "drop"}'),
        ("[release]\nmax-rejected = 50", "50"),
        ("[release]\nmax-rejected = '150%'", "'150%'"),
        ("[release]\nmax-rejected = nan", "nan"),
        ("[splits]\ntest = 0", "0"),
        ("[splits]\ntest = 1", "1"),
        ("[splits]\ntest = 5", "5"),
        ("[splits]\ntest = '100%'", "'100%'"),
        ("[splits]\ntest = '2024-13-01'", "'2024-13-01'"),
        ("[splits]\nby = 'title'\ntest = 0.1", "'title'"),
        ("[splits]\ntest = 0.5\nvalidation = 0.5", "0.5"),
        ("[splits]\nby = 'date'\ntest = 0.5\nvalidation = 2024-01-01", "2024-01-01"),
        ("[splits]\nby = 'date'\ntest = 2024-01-01\nvalidation = '2024-01-01'", "'2024-01-01'"),
        ("[splits]\ntest = 2024-01-01", "2024-01-01"),
        ("[splits]\nsalt = 'x'", "salt"),
        ("[release]\nsubsets = ' '", "' '"),
        ("[release]\nshard-size = '4 TB'", "'4 TB'"),
        ("[release]\nshard-size = '1 KB'", "'1 KB'"),
        ("[release]\nshard-size = 100_000_000", "100_000_000"),
    ],
)
def test_an_impossible_value_is_a_fault_where_it_is(text: str, pointed_at: str) -> None:
    (found,) = _faults(text)
    assert found.code is Code.CONFIG_INVALID_VALUE
    assert _pointed_at(text, found) == pointed_at


def test_all_faults_come_at_once_in_the_order_of_their_places() -> None:
    text = "[release]\nmax-rejected = 2\n[dataset]\nname = 1\ntitel = 'x'\n"
    assert [(d.code, d.where) for d in _faults(text)] == [
        (Code.CONFIG_INVALID_VALUE, "corpuskit.toml:2:16"),
        (Code.CONFIG_WRONG_TYPE, "corpuskit.toml:4:8"),
        (Code.CONFIG_UNKNOWN_KEY, "corpuskit.toml:5:1"),
    ]


def _schema(*names: str) -> Schema:
    return Schema("news", tuple(Field(name, FieldType.STRING, (name,)) for name in names))


def test_a_capture_fills_a_field_that_the_schema_has() -> None:
    config = read_config(WHOLE, "corpuskit.toml")
    assert isinstance(config, Config)
    assert check_config(config, _schema("editor", "code"), "corpuskit.toml", WHOLE) == ()


TAKING = """
[text]
keep = ["main", ".entry"]
strip-templates = ["mdx", "hexo", "mdx"]

[[text.capture]]
field = "files"
selector = "p"
where = "^Files"
inner = "a"
attribute = "HREF"
all = true

[[text.capture]]
field = "section"
comment = true
pattern = ["section: (.*)", "in: (.*)"]
"""


def test_every_key_of_what_is_taken_is_read() -> None:
    config = read_config(TAKING, "corpuskit.toml")
    assert isinstance(config, Config)
    assert config.text == TextRules(
        captures=(
            Capture("files", "p", None, "^Files", "a", "href", all=True),
            Capture("section", pattern=("section: (.*)", "in: (.*)"), comment=True),
        ),
        keep=("main", ".entry"),
        strip_templates=("hexo", "mdx"),
    )


BY_PATH = """
[text]
parser = "beautifulsoup"
profile = "jekyll"
drop = ".ad"
capture = [{field = "editor", selector = ".by"}]

[[text.for]]
paths = ["news/**", "!news/old/"]
drop = [".menu", ".ad"]
strip-templates = "hexo"

[[text.for]]
paths = "wp/"
profile = "wordpress-export"
capture = [{field = "editors", selector = ".author"}]
"""


def test_rules_for_paths_are_put_on_top_of_the_general_ones() -> None:
    config = read_config(BY_PATH, "corpuskit.toml")
    assert isinstance(config, Config)
    news, wordpress = config.text.by_path
    assert news.paths == ("news/**", "!news/old/")
    assert news.rules == TextRules(
        "beautifulsoup",
        (".ad", ".menu"),
        (Capture("editor", ".by"),),
        strip_templates=("hexo", "liquid"),
        profile="jekyll",
    )
    assert wordpress.paths == ("wp/",)
    assert [c.field for c in wordpress.rules.captures] == ["editors", "embeds", "editor"]
    assert wordpress.rules.profile == "wordpress-export"
    assert wordpress.rules.drop[0] == ".ad"


def test_a_mode_holds_for_paths_that_state_no_other() -> None:
    text = "[text]\nmode='article'\n[[text.for]]\npaths='a/'\n[[text.for]]\npaths='b/'\nmode='body'"
    config = read_config(text, "corpuskit.toml")
    assert isinstance(config, Config)
    assert config.text.mode == "article"
    assert [path.rules.mode for path in config.text.by_path] == ["article", "body"]
    assert read_config("", "corpuskit.toml") == Config()
    assert read_config("[text]\nmode = 'body'", "corpuskit.toml") == Config()
    judged = read_config(f"{text}\n".replace("[text]", "[text]\nparser='trafilatura'"), "a.toml")
    assert isinstance(judged, Config)
    assert judged.text.parser == judged.text.by_path[0].rules.parser == "trafilatura"


def test_a_capture_for_some_paths_needs_its_field_too() -> None:
    config = read_config(BY_PATH, "corpuskit.toml")
    assert isinstance(config, Config)
    (found,) = check_config(config, _schema("editor"), "corpuskit.toml", BY_PATH)
    assert (found.code, _pointed_at(BY_PATH, found)) == (Code.UNKNOWN_FIELD, '"editors"')


def test_all_values_need_a_list_to_go_to() -> None:
    config = read_config(TAKING, "corpuskit.toml")
    assert isinstance(config, Config)
    (found,) = check_config(config, _schema("files", "section"), "corpuskit.toml", TAKING)
    assert (found.code, _pointed_at(TAKING, found)) == (Code.CONFIG_INVALID_VALUE, "true")
    lists = Schema("a", (Field("files", FieldType.LIST, ("files",)), *_schema("section").fields))
    assert check_config(config, lists, "corpuskit.toml", TAKING) == ()


def test_an_unknown_profile_is_met_with_the_likely_one() -> None:
    (found,) = _faults("[text]\nprofile = 'sina-finanse'")
    assert (found.code, found.help) == (Code.CONFIG_INVALID_VALUE, "did you mean `sina-finance`?")


def test_the_rules_of_a_profile_follow_those_of_the_configuration() -> None:
    text = "[text]\nprofile = 'hexo'\ndrop = '.ad'\nstrip-templates = 'mdx'"
    config = read_config(text, "corpuskit.toml")
    assert isinstance(config, Config)
    assert config.text == TextRules(drop=(".ad",), strip_templates=("hexo", "mdx"), profile="hexo")


def test_lines_to_drop_at_some_paths_come_besides_the_general_ones() -> None:
    text = """
        text.drop-lines = "end"
        [[text.for]]
        paths = "a/"
        drop-lines = ["done", "end"]
        drop-lines-beginning = "by "
        """
    config = read_config(text, "corpuskit.toml")
    assert isinstance(config, Config)
    (own,) = config.text.by_path
    assert (config.text.drop_lines, config.text.drop_lines_beginning) == (("end",), ())
    assert (own.rules.drop_lines, own.rules.drop_lines_beginning) == (("end", "done"), ("by ",))


def test_a_capture_for_no_field_is_a_fault_of_its_own_table() -> None:
    config = read_config(WHOLE, "corpuskit.toml")
    assert isinstance(config, Config)
    (found,) = check_config(config, _schema("editor", "codes"), "corpuskit.toml", WHOLE)
    assert (found.code, found.help) == (Code.UNKNOWN_FIELD, "did you mean `codes`?")
    assert _pointed_at(WHOLE, found) == '"code"'


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (
            "[splits]\ntest = '5%'\nvalidation = 0.1",
            SplitRules((("test", 0.05), ("validation", 0.1))),
        ),
        (
            "[splits]\nby = 'date'\nvalidation = 2023-01-01\ntest = '2024-01-01'",
            SplitRules((), (("test", "2024-01-01"), ("validation", "2023-01-01")), "date"),
        ),
        (
            "[splits]\ntest = 0.1\nby = 'date'\nsalt = 'x'\ngroup = 'story'",
            SplitRules((("test", 0.1),), (), "date", "x", ("story",)),
        ),
    ],
)
def test_splits_are_shares_or_days(text: str, rules: SplitRules) -> None:
    config = read_config(text, "corpuskit.toml")
    assert isinstance(config, Config)
    assert config.splits == rules


@pytest.mark.parametrize(
    ("text", "size"), [("'4 MB'", 4_000_000), ("'1MiB'", 2**20), ("65536", 2**16)]
)
def test_a_shard_size_is_bytes_or_names_its_unit(text: str, size: int) -> None:
    config = read_config(f"[release]\nshard-size = {text}\nsubsets = 'lang'", "corpuskit.toml")
    assert isinstance(config, Config)
    assert config.parts == PartRules(subsets="lang", shard_bytes=size)


@pytest.mark.parametrize(
    ("text", "pointed_at", "help_"),
    [
        ("[release]\nsubsets = 'sections'", "'sections'", "`language`, `folder`"),
        ("[release]\nsubsets = 'year(section)'", "'year(section)'", "`language`, `folder`"),
        ("[splits]\ntest = 0.1\ngroup = ['storys']", "'storys'", "did you mean `story`?"),
        ("[splits]\ntest = 0.1\ngroup = ['tags']", "'tags'", "name a field of one value"),
        ("[splits]\ntest = 0.1\nby = 'date'", "'date'", 'use `by = "id"`'),
    ],
)
def test_rules_about_fields_that_the_schema_does_not_have_are_faults(
    text: str, pointed_at: str, help_: str
) -> None:
    config = read_config(text, "corpuskit.toml")
    assert isinstance(config, Config)
    tags = Field("tags", FieldType.LIST, ("tags",), FieldType.STRING)
    schema = Schema("news", (*_schema("section", "story").fields, tags))
    (found,) = check_config(config, schema, "corpuskit.toml", text)
    assert found.code is Code.UNKNOWN_FIELD
    assert _pointed_at(text, found) == pointed_at
    assert str(found.help).startswith(help_)


@pytest.mark.parametrize(
    ("written", "help_"),
    [
        ("CC BY 4.0", "did you mean `CC-BY-4.0`?"),
        ("Apache 2.0", "did you mean `Apache-2.0`?"),
        ("all rights reserved", "write an identifier such as `CC-BY-4.0`"),
    ],
)
def test_a_licence_in_words_is_met_with_its_identifier(written: str, help_: str) -> None:
    (found,) = _faults(f"[dataset]\nlicense = '{written}'")
    assert found.help == help_
