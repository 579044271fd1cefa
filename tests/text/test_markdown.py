"""What a body in Markdown says."""

import pytest

from corpuskit.text import Extraction, Extractor, TextRules


def extract(markdown: str) -> Extraction:
    extraction = Extractor(TextRules()).extract(markdown, "markdown")
    assert isinstance(extraction, Extraction)
    by_soup = Extractor(TextRules(parser="beautifulsoup")).extract(markdown, "markdown")
    assert by_soup == extraction
    return extraction


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# a\n\nb\nc\n\n> d\n", "a\nb c\nd"),
        ("- a\n  - b\n1. c\n", "a\nb\nc"),
        ("- [ ] a\n- [x] b\n", "a\nb"),
        ("| a | b |\n|---|---|\n| c | d |\n", "a\tb\nc\td"),
        ("term\n: what it means\n", "term\nwhat it means"),
        ("~~a~~ **b** *c* `d  e`", "a b c d e"),
        ("a  \nb\\\nc", "a\nb\nc"),
        ("a\n\n---\n\nb", "a\nb"),
        ("![alt](i.png 'title')", ""),
        ('"a" -- b... (c)', '"a" -- b... (c)'),
        ("**「甲」**乙**丙。**丁", "「甲」乙丙。丁"),
    ],
)
def test_text_has_what_was_written_and_no_markup(markdown: str, text: str) -> None:
    assert extract(markdown).text == text


def test_code_keeps_its_lines_and_indents() -> None:
    markdown = "a\n\n```py\nif x:\n    y < 1\n\n\tz\n```\n\n    indented\n"
    assert extract(markdown).text == "a\nif x:\n    y < 1\n\n\tz\nindented"


def test_rule_and_second_front_matter_fence_are_part_of_the_body() -> None:
    assert extract("a\n\n---\n\n| b |\n|---|\n| c |\n\n---\nd: e\n---\n").text == "a\nb\nc\nd: e"


def test_footnotes_stay_where_they_are_defined() -> None:
    markdown = "a[^1] b[^1] c[^no]\n\n[^1]: *first*\n\nd\n\n[^unused]: second\n\n    more\n\ne\n"
    extraction = extract(markdown)
    assert extraction.text == "a b c[^no]\nfirst\nd\nsecond\nmore\ne"
    assert extraction.links == []


def test_links_and_images_are_as_written() -> None:
    markdown = (
        "[甲](/乙 'c') ![d](图.png) <http://e.example/é> [f][r] [g](<h i>) http://no.example\n\n"
        "[r]: /%20"
    )
    extraction = extract(markdown)
    assert extraction.links == ["/乙", "http://e.example/é", "/%20", "h i"]
    assert extraction.link_texts == ["甲", "http://e.example/é", "f", "g"]
    assert extraction.images == ["图.png"]


def test_raw_html_is_read_as_html() -> None:
    markdown = (
        '<div align="center">\n\n*a*\n\n<img src="b">\n</div>\n\n'
        '<style>\nc {}\n\nd {}\n</style>\n\ne<br>f <a href="g">h</a>'
    )
    extraction = extract(markdown)
    assert extraction.text == "a\ne\nf h"
    assert (extraction.links, extraction.images) == (["g"], ["b"])


@pytest.mark.parametrize(
    "tag",
    [
        "{% raw %}",
        "{%- include a.html b='*c*' -%}",
        '{{< ref "a_b_.md" >}}',
        '{{<figure src="a_b_.png">}}',
        "{{% notice *x* %}}",
        "{{ site.*url* }}",
        "<{{ a }}>",
    ],
)
def test_template_tags_are_kept_as_written(tag: str) -> None:
    assert extract(f"a {tag} *b*").text == f"a {tag} b"
    assert extract(f"`{tag}`").text == tag
    assert extract(f"a\n\n    {tag}\n").text == f"a\n{tag}"


def test_template_tag_in_an_address_is_part_of_it() -> None:
    markdown = (
        "[a]({% post_url 2020-01-01-b %}) ![c]({{ site.url }}/d.png) <a href='{{ \"e\" }}'>f</a>"
    )
    extraction = extract(markdown)
    assert extraction.links == ["{% post_url 2020-01-01-b %}", '{{ "e" }}']
    assert extraction.images == ["{{ site.url }}/d.png"]
    assert extraction.text == "a f"


@pytest.mark.parametrize("name", ["highlight", "codeblock"])
def test_code_between_template_tags_is_kept_as_written(name: str) -> None:
    block = f"{{% {name} js %}}\nf(*a*, _b_)\n\n  <p>{{{{c}}}}</p>\n{{% end{name} %}}"
    assert extract(f"x\n\n{block}\n\ny").text == f"x\n{block}\ny"
    assert extract(f"````\n{block}\n````").text == block


def test_template_tags_that_do_not_end_are_text() -> None:
    assert extract("{% a\n\nb %} {{ {{").text == "{% a\nb %} {{ {{"


def test_characters_that_look_like_markup_survive() -> None:
    assert extract("若 1 <= n，依<中华人民共和国海关法>办理").text == (
        "若 1 <= n，依<中华人民共和国海关法>办理"
    )


@pytest.mark.parametrize(
    "words",
    [
        "0address 7address",
        "templatetag0address",
        "&#116;emplatetag0address &#x74;emplatetag9inline",
    ],
)
def test_body_may_contain_the_words_that_stand_for_addresses(words: str) -> None:
    extraction = extract(f"[a](b) {words}")
    assert extraction.text == f"a {words}".replace("&#116;", "t").replace("&#x74;", "t")
    assert extraction.links == ["b"]
    assert extract(f"{{{{ a }}}} {words}").text.startswith("{{ a }} ")


def test_body_may_contain_the_words_that_stand_for_template_tags() -> None:
    assert extract("templatetag0inline {{ a }} templatetagx0block").text == (
        "templatetag0inline {{ a }} templatetagx0block"
    )
