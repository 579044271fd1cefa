"""Tags of template languages that are no text, and where they are all the same."""

from __future__ import annotations

import pytest

from corpuskit.text import Extraction, Extractor, Format, TextRules
from corpuskit.text_rules import Templates

ALL: tuple[Templates, ...] = ("hexo", "liquid", "hugo", "mdx")


def text(body: str, languages: tuple[Templates, ...] = ALL, form: Format = "markdown") -> str:
    """The text that both parsers find, who must agree."""
    extractors = (
        Extractor(TextRules("lexbor", strip_templates=languages)),
        Extractor(TextRules("beautifulsoup", strip_templates=languages)),
    )
    one, other = (extractor.extract(body, form) for extractor in extractors)
    assert one == other
    assert isinstance(one, Extraction)
    return one.text


@pytest.mark.parametrize("form", ["html", "markdown"])
@pytest.mark.parametrize(
    ("language", "left"),
    [
        ("hexo", "a c {{ d }} {{< e >}} {{% f %}}"),
        ("liquid", "a c {{< e >}} {{% f %}}"),
        ("hugo", "a {% b %} c {{ d }}"),
        ("mdx", "a {% b %} c {{ d }} {{< e >}} {{% f %}}"),
    ],
)
def test_each_language_loses_its_own_tags(language: Templates, left: str, form: Format) -> None:
    body = "a {% b %} c {{ d }} {{< e >}} {{% f %}}"
    assert text(body, (language,), form) == left


def test_nothing_is_stripped_unless_asked_for() -> None:
    assert text("a {% b %} {{ c }} {{< d >}}", ()) == "a {% b %} {{ c }} {{< d >}}"


def test_what_stands_between_tags_stays() -> None:
    body = "{% note info %}\n**Mind** the gap\n{% endnote %}\n\n{{< tab >}}\nThat\n{{< /tab >}}\n"
    assert text(body) == "Mind the gap\nThat"


def test_code_keeps_its_lines() -> None:
    code = '{% a %}\nimport x from "y"\n\nexport const b = 1\n{{ c }}'
    assert text(f"w\n\n```js\n{code}\n```\n") == f"w\n{code}"
    assert text(f"w\n\n~~~\n{code}\n~~~\n") == f"w\n{code}"
    assert text(f"<pre>\n{code}\n</pre>\n") == code
    assert text("w `{% a %}` w {% a %}") == "w {% a %} w"


def test_a_block_of_code_loses_the_tags_around_it_alone() -> None:
    body = '{% codeblock lang:js %}\n{% a %}\n\nimport x from "y"\n{% endcodeblock %}\n\nw'
    assert text(body) == '{% a %}\n\nimport x from "y"\nw'
    assert text(f"```\n{body}\n```") == body


def test_code_in_html_loses_the_tags_around_it_alone() -> None:
    body = "<div>{% codeblock %}{% a %} <b>b</b>{% endcodeblock %}{% c %} <pre>{% d %}</pre></div>"
    assert text(body, form="html") == "{% a %} b\n{% d %}"


def test_tables_keep_their_lines() -> None:
    table = "| a | b |\n|---|---|\n| {{< i x | y >}} | c |\n| `{% d %}` | e |\n"
    assert text(table) == "a\tb\nc\n{% d %}\te"


def test_what_is_raw_is_shown() -> None:
    assert text("{% raw %}{{ a }} {% b %}{% endraw %} {{ c }}") == "{{ a }} {% b %}"
    assert text("{{</* a */>}} {{< b >}}") == "{{</* a */>}}"


def test_raw_is_no_word_of_hugo() -> None:
    assert text("{% raw %}{{< a >}}{% endraw %}", ("hugo",)) == "{% raw %}{% endraw %}"


def test_an_address_stays_as_it_is_written() -> None:
    extraction = Extractor(TextRules(strip_templates=ALL)).extract(
        "[a]({% post_url b %})\n\n<a href='{{ c }}'>d</a> {{ e }}", "markdown"
    )
    assert isinstance(extraction, Extraction)
    assert extraction.links == ["{% post_url b %}", "{{ c }}"]
    assert extraction.text == "a\nd"


@pytest.mark.parametrize(
    "module",
    [
        "import A from './a'",
        'import {A, B as C} from "a";',
        "import * as a from 'a'",
        "import './a.css'",
        "import {\n  A,\n  B\n} from 'a'",
        "export const a = 1",
        "export const a = {\n  b: [1],\n\n  c: 2\n}",
        "export default function A() {\n  return 1\n}",
        "export * from 'a'",
        "import A from 'a'\nimport B from 'b'\nexport {A}",
    ],
)
def test_modules_are_no_text_of_mdx(module: str) -> None:
    assert text(f"{module}\n\n# Title\n\nText\n") == "Title\nText"
    assert text(f"Text\n\n{module}\n\nMore", ("mdx",)) == "Text\nMore"
    assert text(f"{module}\n\nText", ("hexo",)) != "Text"


@pytest.mark.parametrize(
    "prose",
    [
        "import taxes rose in May",
        'import "duties" on cars, so they say',
        "export taxes fell",
        "Words\nimport A from 'a'",
        "  import A from 'a'",
        "import {\n\n} from 'a'",
        "export const a = {",
    ],
)
def test_english_that_begins_so_is_text(prose: str) -> None:
    assert text(prose).split() == prose.split()


def test_a_stripped_tag_hides_nothing_after_it() -> None:
    """`{{<title>}}` would be a title that is never closed."""
    extraction = Extractor(TextRules(strip_templates=("hugo",))).extract("{{<title>}} a", "html")
    assert isinstance(extraction, Extraction)
    assert (extraction.text, extraction.unclosed) == ("a", None)
