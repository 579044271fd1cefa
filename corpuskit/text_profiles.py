"""Ready rules for text, by where articles come from, with the fields that they fill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args

from corpuskit.schema import Field, FieldType, Schema
from corpuskit.text_rules import Capture, Templates, TextRules


@dataclass(frozen=True, slots=True)
class TextProfile:
    """Rules, the fields that they fill or that such articles have, and what it is for."""

    about: str
    rules: TextRules
    fields: tuple[Field, ...] = ()


def _text(name: str, description: str, *also: str) -> Field:
    return Field(name, FieldType.STRING, (name, *also), description=description)


def _texts(name: str, description: str, *also: str) -> Field:
    return Field(name, FieldType.LIST, (name, *also), FieldType.STRING, description=description)


_PERMALINK = _text("permalink", "The address that the article has on its site, as it states it.")

_SINA_FINANCE = TextProfile(
    about="articles of Sina Finance (新浪财经), as RSS archives keep them",
    rules=TextRules(
        drop=(".appendQr_wrap", ".article-editor", ".ori_titlesource"),
        captures=(
            # `责任编辑：张三 SF001`: a name, and mostly a code.
            Capture(
                "editor",
                ".article-editor",
                r"责任编辑\s*[：:]\s*(\S.{0,200}?)\s*(?:[（(]?\s*[A-Z]{1,4}\d{2,5}\s*[)）]?)?\s*\Z",
            ),
            Capture("editor_code", ".article-editor", r"([A-Z]{1,4}\d{2,5})\s*[)）]?\s*\Z"),
            Capture("original_title", ".ori_titlesource", r"原标题\s*[：:]\s*(\S.{0,500}?)\s*\Z"),
            # `附件：`, `附件1：`, `附件一、`, each before links of its paragraph.
            Capture(
                "attachments",
                "p:has(a[href])",
                where=r"\A附\s*件\s*[0-9０-９一二三四五六七八九十]*\s*(?:[：:、.．]|\Z)",
                inner="a[href]",
                attribute="href",
            ),
        ),
    ),
    fields=(
        _text("editor", "Who edited the article (责任编辑)."),
        _text("editor_code", "The code of the editor, such as SF001."),
        _text("original_title", "The title that the article had where it comes from (原标题)."),
        _texts("attachments", "Addresses of files that go with the article (附件)."),
    ),
)

_HEXO = TextProfile(
    about="posts of a Hexo site: its tags are no text",
    rules=TextRules(strip_templates=("hexo",)),
    fields=(
        _PERMALINK,
        _text("excerpt", "The excerpt that the article states."),
    ),
)

_JEKYLL = TextProfile(
    about="posts of a Jekyll site: the tags and objects of Liquid are no text",
    rules=TextRules(strip_templates=("liquid",)),
    fields=(
        _PERMALINK,
        _text("excerpt", "The excerpt that the article states."),
    ),
)

_HUGO = TextProfile(
    about="pages of a Hugo site: its shortcodes are no text",
    rules=TextRules(strip_templates=("hugo",)),
    fields=(
        _text("slug", "The last part of the article's address."),
        _text("summary", "The summary that the article states."),
        _texts("aliases", "Former addresses of the article."),
    ),
)

_WORDPRESS = TextProfile(
    about="what exporters make of a WordPress site: buttons and related posts are no text",
    rules=TextRules(
        drop=(
            ".sharedaddy",
            ".jp-relatedposts",
            ".addtoany_share_save_container",
            ".wp-block-buttons",
            ".screen-reader-text",
            "a.more-link",
        ),
        captures=(
            # `<!-- wp:embed {"url":"https://…"} -->`: so the block editor keeps its blocks.
            Capture(
                "embeds",
                pattern=r'\Awp:(?:core-)?embed\S*\s+\{.*?"url":"([^"\\]+)"',
                comment=True,
            ),
        ),
    ),
    fields=(
        _PERMALINK,
        _text("guid", "The identifier that WordPress gave the article."),
        _text("excerpt", "The excerpt that the article states."),
        _texts("embeds", "Addresses of what is embedded in the article."),
    ),
)

PROFILES: Mapping[str, TextProfile] = {
    "sina-finance": _SINA_FINANCE,
    "hexo": _HEXO,
    "jekyll": _JEKYLL,
    "hugo": _HUGO,
    "wordpress-export": _WORDPRESS,
}
"""By the name that `[text] profile` has for it."""


def with_rules(rules: TextRules, name: str) -> TextRules:
    """`rules` with those of a profile after them; of captures of one field, the first fills it.

    Raises:
        KeyError: there is no such profile.
    """
    added = PROFILES[name].rules
    return replace(
        rules,
        drop=_joined(rules.drop, added.drop),
        keep=_joined(rules.keep, added.keep),
        strip_templates=_in_order(*rules.strip_templates, *added.strip_templates),
        captures=(*rules.captures, *added.captures),
        profile=name,
    )


def on_top(rules: TextRules, general: TextRules) -> TextRules:
    """The general rules with those of some paths before them."""
    return replace(
        general,
        drop=_joined(general.drop, rules.drop),
        keep=_joined(general.keep, rules.keep),
        strip_templates=_in_order(*general.strip_templates, *rules.strip_templates),
        captures=(*rules.captures, *general.captures),
        drop_lines=_joined(general.drop_lines, rules.drop_lines),
        drop_lines_beginning=_joined(general.drop_lines_beginning, rules.drop_lines_beginning),
        profile=rules.profile or general.profile,
        mode=rules.mode,
    )


def with_fields(schema: Schema, rules: TextRules) -> Schema:
    """`schema` with the fields of all profiles after its own; a field that it has stays its own."""
    for profile in dict.fromkeys((rules.profile, *(p.rules.profile for p in rules.by_path))):
        if profile is not None:
            fields = PROFILES[profile].fields
            added = tuple(f for f in fields if schema.field(f.name) is None)
            schema = replace(schema, fields=(*schema.fields, *added))
    return schema


def _in_order(*languages: Templates) -> tuple[Templates, ...]:
    return tuple(language for language in get_args(Templates) if language in languages)


def _joined(first: tuple[str, ...], then: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *then)))
