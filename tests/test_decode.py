"""From bytes to text: what is declared, what is detected, and what is never guessed."""

from __future__ import annotations

import codecs

import pytest

from corpuskit.codes import Code
from corpuskit.decode import Decoded, decode
from corpuskit.model import Diagnostic, Place

CHINESE = "港务局昨天公布了新的冬季航班表，这样一来，住在小鲸岛的居民下班以后也赶得上回家的船了。\n"
TRADITIONAL = (
    "港務局昨天公布了新的冬季航班表，這樣一來，住在小鯨島的居民下班以後也趕得上回家的船了。\n"
)
JAPANESE = (
    "港湾局は昨日、新しい冬の時刻表を発表しました。"
    "島に住む人たちは、仕事のあとでも帰りの船に間に合うと喜んでいます。\n"
)
KOREAN = (
    "항만청은 어제 새로운 겨울 운항 시간표를 발표했다. "
    "섬에 사는 주민들은 퇴근한 뒤에도 집으로 가는 배를 탈 수 있게 되었다고 말했다.\n"
)
RUSSIAN = (
    "Портовое управление вчера опубликовало новое зимнее расписание. "
    "Жители острова говорят, что теперь и после работы успеют домой.\n"
)
FRENCH = "Le café du port reste ouvert jusqu’à minuit pendant tout l’été.\n"

CENSUS = [
    ("gbk", CHINESE, "gb18030"),
    ("gb18030", CHINESE + "𠮷\n", "gb18030"),
    ("big5", TRADITIONAL, "big5hkscs"),
    ("euc_kr", KOREAN, "cp949"),
    ("shift_jis", JAPANESE, "cp932"),
    ("euc_jp", JAPANESE, "euc_jp"),
    ("koi8-r", RUSSIAN, "koi8-r"),
    ("cp1251", RUSSIAN, "cp1251"),
    ("cp1252", FRENCH, "cp1252"),
]
"""How it was written, what, and the codec that it is found to be in: a superset of the first."""

DECLARATIONS = [
    '<meta charset="{}">\n',
    "<meta http-equiv='Content-Type' content='text/html; charset={}'>\n",
    '<?xml version="1.0" encoding="{}"?>\n',
    "<!-- -*- coding: {} -*- -->\n",
    "---\nencoding: {}\n---\n",
]


def decoded(data: bytes, expected: str | None = None) -> Decoded:
    """What `data` decodes to; its text gives the very bytes back."""
    found = decode(data, expected)
    assert isinstance(found, Decoded), found
    assert data.endswith(found.text.encode(found.encoding))
    return found


def refused(data: bytes, expected: str | None = None) -> Diagnostic:
    found = decode(data, expected)
    assert isinstance(found, Diagnostic), found
    assert found.is_error
    return found


def codes(found: Decoded) -> list[Code]:
    return [diagnostic.code for diagnostic in found.diagnostics]


@pytest.mark.parametrize("text", ["", "plain\n", CHINESE, "𠮷🦀\r\n\u2028", "\ufffd"])
def test_utf8_is_read_as_it_is(text: str) -> None:
    assert decoded(text.encode()) == Decoded(text, "utf-8")


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
@pytest.mark.parametrize("text", [CHINESE, "a", "", "\ufeffa"])
def test_a_byte_order_mark_decides_and_is_left_out(mark: bytes, encoding: str, text: str) -> None:
    assert decoded(mark + text.encode(encoding)) == Decoded(text, encoding)


@pytest.mark.parametrize(("written", "text", "encoding"), CENSUS)
def test_what_is_detected_is_said(written: str, text: str, encoding: str) -> None:
    found = decoded(text.encode(written))
    assert (found.text, found.encoding) == (text, encoding)
    assert codes(found) == [Code.ENCODING_GUESSED]


@pytest.mark.parametrize("declaration", DECLARATIONS)
@pytest.mark.parametrize(("written", "text", "encoding"), CENSUS)
def test_what_is_declared_is_believed(
    written: str, text: str, encoding: str, declaration: str
) -> None:
    whole = declaration.format(written) + text
    assert decoded(whole.encode(written)) == Decoded(whole, encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", [f"title: 一\n\n{CHINESE}", "tide table\n"], ids=["chinese", "english"]
)
def test_utf16_without_a_mark_is_told_by_its_zeros(encoding: str, text: str) -> None:
    found = decoded(text.encode(encoding))
    assert (found.text, found.encoding) == (text, encoding)
    assert codes(found) == [Code.ENCODING_GUESSED]


@pytest.mark.parametrize(("written", "text", "encoding"), CENSUS)
def test_what_is_configured_is_not_doubted(written: str, text: str, encoding: str) -> None:
    assert decoded(text.encode(written), encoding) == Decoded(text, encoding)


def test_a_declaration_in_seven_bit_text_is_believed() -> None:
    """ISO-2022-JP is ASCII to look at, and UTF-8 to every detector."""
    text = f'<html><head><meta charset="iso-2022-jp"></head><p>{JAPANESE.strip()}</p></html>\n'
    found = decoded(text.encode("iso2022_jp"))
    assert (found.text, found.encoding) == (text, "iso2022_jp")


def test_utf8_that_declares_something_else_is_read_as_utf8_with_a_warning() -> None:
    text = f'<meta charset="gb2312"><p>{CHINESE}'
    found = decoded(text.encode())
    assert (found.text, found.encoding) == (text, "utf-8")
    assert codes(found) == [Code.ENCODING_MISDECLARED]


@pytest.mark.parametrize("declared", ["utf-8", "big5"])
def test_a_declaration_that_cannot_be_is_not_believed(declared: str) -> None:
    text = f'<meta charset="{declared}"><p>{RUSSIAN}'
    found = decoded(text.encode("koi8-r").replace(b"<p>", b"<p>\xff\xff "))
    assert found.encoding != declared
    assert set(codes(found)) == {Code.ENCODING_MISDECLARED, Code.ENCODING_GUESSED}


def test_a_declaration_of_no_known_encoding_is_passed_over() -> None:
    text = f'<meta charset="klingon"><p>{CHINESE}'
    assert codes(decoded(text.encode("gbk"))) == [Code.ENCODING_GUESSED]


@pytest.mark.parametrize("breaks", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("damage", "column"),
    [
        (lambda char: char[:1], 4),
        (lambda char: char[1:], 4),
        (lambda char: char[:2] + b"?", 4),
        (lambda char: b"\xff" + char, 4),
        (lambda _char: b"\xed\xa0\xbd\xed\xb8\x80", 4),
        (lambda _char: b"\xc0\xaf", 4),
        (lambda _char: b"\xf8\x88\x80\x80\x80", 4),
    ],
    ids=["lead", "tail", "replaced", "added", "surrogates", "overlong", "five-bytes"],
)
def test_damaged_utf8_is_placed_and_never_guessed(damage: object, column: int, breaks: str) -> None:
    assert callable(damage)
    before, after = f"{CHINESE.strip()}{breaks}灯塔在", f"雾里亮了一夜{breaks}{CHINESE * 4}"
    data = before.encode() + damage("海".encode()) + after.encode()
    found = refused(data)
    assert found.code is Code.DAMAGED_UTF8
    assert found.place == Place(2, column)
    assert f"byte {len(before.encode())} " in found.message


def test_text_that_is_cut_within_a_character_is_damaged() -> None:
    data = CHINESE.encode()[:-2]
    found = refused(data)
    assert (found.code, found.place) == (Code.DAMAGED_UTF8, Place(1, len(CHINESE) - 1))


def test_damage_behind_a_utf8_mark_is_placed() -> None:
    found = refused(codecs.BOM_UTF8 + "潮\n水".encode() + b"\xff")
    assert (found.code, found.place) == (Code.DAMAGED_UTF8, Place(2, 2))


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\x06\0\0\0" + bytes(range(256)),
        b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0" + bytes(range(255, -1, -1)),
        b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0",
        b"tide" + bytes(400),
        bytes(100),
    ],
    ids=["png", "zip", "gif", "zeros-after-text", "zeros"],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    assert refused(data).code is Code.UNKNOWN_ENCODING


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (codecs.BOM_UTF16_LE + b"a\0b", None),
        (codecs.BOM_UTF16_LE + b"\0\xd8a\0", None),
        (CHINESE.encode("gbk"), "shift_jis"),
        (b"caf\xe9", "ascii"),
    ],
    ids=["half-a-unit", "lone-surrogate", "wrong-configuration", "not-ascii"],
)
def test_what_a_mark_or_the_configuration_cannot_read_is_refused(
    data: bytes, expected: str | None
) -> None:
    assert refused(data, expected).code is Code.UNKNOWN_ENCODING


def test_a_single_nul_is_kept_and_told() -> None:
    found = decoded("第一句\n第二\0句\n".encode())
    assert found.text == "第一句\n第二\0句\n"
    assert [(d.code, d.place) for d in found.diagnostics] == [
        (Code.CONTROL_CHARACTERS, Place(2, 3))
    ]


def test_two_spellings_of_one_character_are_not_read_as_one() -> None:
    """Shift_JIS of one vendor has ≒ twice, and the second would come back as the first."""
    page = f'<meta charset="shift_jis"><p>{JAPANESE}'.encode("cp932")
    assert decoded(page + "≒\n".encode("cp932")).diagnostics == ()
    assert refused(page + b"\x87\x90\n").code is Code.ENCODING_LOSSY


@pytest.mark.parametrize(("written", "text", "encoding"), CENSUS)
def test_a_body_encodes_to_a_slice_of_its_source(written: str, text: str, encoding: str) -> None:
    data = f"---\ntitle: tide\n---\n{text}".encode(written)
    found = decoded(data)
    body = found.text.partition("---\n")[2].partition("---\n")[2]
    assert body.encode(found.encoding) == text.encode(written)
    assert data.endswith(body.encode(encoding))
