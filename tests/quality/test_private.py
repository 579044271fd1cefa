"""Private data: what is found, what is not, and how long it may take."""

from __future__ import annotations

import pytest

from corpuskit.quality import private as private_module
from corpuskit.quality.private import Found, find_private, is_card, is_resident_id, masked_private
from corpuskit.quality.rules import KINDS

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKC\nAQEA+/=\n-----END RSA PRIVATE KEY-----"
ENCRYPTED = (
    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,8C1D\n\n"
    "MIIEowIBAAKC\n-----END RSA PRIVATE KEY-----"
)
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
GITHUB = f"ghp_{'a1B2' * 9}"

FOUND = [
    ("email", "a.b+c@example.org"),
    ("email", "user_1@mail.example.co.uk"),
    ("phone", "13800138000"),
    ("phone", "138-0013-8000"),
    ("phone", "138 0013 8000"),
    ("phone", "+86 13800138000"),
    ("phone", "0755-86013388"),
    ("phone", "(010) 62345678"),
    ("phone", "010-62345678-8012"),
    ("phone", "+49 30 1234567"),
    ("phone", "+1 (415) 555-2671"),
    ("phone", "+442079460958"),
    ("id-cn", "11010519491231002X"),
    ("id-cn", "11010519491231002x"),
    ("card", "4111111111111111"),
    ("card", "4111 1111 1111 1111"),
    ("card", "5500-0055-5555-5559"),
    ("card", "3782 822463 10005"),
    ("card", "6222020000000000000"),
    ("ip", "203.0.113.77"),
    ("ip", "2001:db8:85a3::8a2e:370:7334"),
    ("key", "AKIAABCDEFGHIJKLMNOP"),
    ("key", GITHUB),
    ("key", JWT),
    ("key", PEM),
    ("key", ENCRYPTED),
]

AROUND = ["{}", "在{}处", "({})", "see {}.", "a\n{}\nb", "「{}」，"]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize(("kind", "private"), FOUND)
def test_private_data_is_found_whole(kind: str, private: str, around: str) -> None:
    text = around.format(private)
    (found,) = find_private(text)
    assert (found.kind, text[found.start : found.end]) == (kind, private)
    assert masked_private(text, [kind]) == around.format(f"[{kind}]")


@pytest.mark.parametrize(
    "text",
    [
        "git@example.org:user/repository",  # an address of a repository
        "logo@2x.png",
        "org.astro@1.0.jar",
        "@someone and someone@here",
        "12800138000",  # no mobile number begins so
        "213800138000",
        "1380013800",
        "https://example.org/13800138000.html",
        "2024-01-02 12:30:45",
        "2020-2021",
        "x+123456789012",
        "+1 2 3 4 5 6 7 8 9 10",  # a list
        "110105194912310021",  # a wrong check digit
        "11010519491331002X",  # a 13th month
        "4111111111111112",
        "1700000000000",  # milliseconds
        "9111111111111111",  # no scheme begins so
        "10.0.0.1, 192.168.1.77, 172.16.99.1, 127.0.0.1, 169.254.99.1",
        "239.255.255.250, 255.255.255.0",
        "version 1.18.2.0, section 15.12.2.6",
        "203.0.113.0/24",
        "203.0.113.77.5",
        "1.2.3",
        "12:30:45:12, std::string, ::1, fe80::1, 2001:",
        "AKIAABC",
        "gh_pages, ghp_short",
        "eyJhbGciOiJIUzI1NiJ9",
        "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
    ],
)
def test_what_only_looks_like_it_is_not_found(text: str) -> None:
    assert find_private(text) == []


def test_what_one_detector_has_found_is_none_of_anothers() -> None:
    text = "+86 13800138000, 11010519491231002X, 13800138000@example.org"
    assert [one.kind for one in find_private(text)] == ["phone", "id-cn", "email"]


def test_only_the_kinds_that_are_named_are_masked() -> None:
    text = "a@example.org, 13800138000"
    assert masked_private(text, ["phone"]) == "a@example.org, [phone]"
    assert masked_private(text, KINDS) == "[email], [phone]"


def test_a_private_key_without_an_end_is_masked_up_to_what_is_no_key() -> None:
    text = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\n…and so on"
    assert masked_private(text, ["key"]) == "[key]…and so on"


@pytest.mark.parametrize("number", ["11010519491231002X", "440308199901101512"])
def test_the_check_digit_of_a_resident_id_is_the_standards(number: str) -> None:
    others = [number[:17] + check for check in "0123456789X" if check != number[17]]
    assert is_resident_id(number)
    assert not any(map(is_resident_id, others))


def test_one_of_ten_check_digits_makes_a_card() -> None:
    assert [d for d in "0123456789" if is_card(f"411111111111111{d}")] == ["1"]


HOSTILE = [
    *(
        "a",
        "1",
        "1 ",
        "1-",
        "+1",
        "+",
        "(",
        "1.",
        "1.1.1.1.",
        "2001:",
        ":",
        "a@",
        "@",
        "a.",
        "a-",
        "a@a.",
    ),
    *(
        "a@a.a",
        "-",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN A ",
        "eyJ",
        "eyJaaaaaaaa.",
        ".eyJ",
        "gh",
    ),
    *("ghp_", "AKIA", "4111 ", "4111-", "86 1", "0755-", "(010", "138 ", "20"),
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_work_grows_no_faster_than_the_text(piece: str) -> None:
    """A pattern that backtracks over a whole run would take hours over the half million."""
    text = piece * (500_000 // len(piece))
    masked = masked_private(f"{text} !", KINDS)
    assert masked.endswith("!")


CHAINED = "a@" + "b" * 62 + ".cc" + ("_a@" + "b" * 62 + ".cc") * 400


def test_what_one_mask_lays_bare_is_masked_as_well() -> None:
    chain = "a@b.example_c@d.example 13800138000"
    assert masked_private(chain, KINDS) == "[email][email] [phone]"
    assert masked_private(chain, ["email"]) == "[email][email] 13800138000"


def test_a_chain_of_what_masks_lay_bare_is_looked_at_a_few_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks: list[str] = []

    def look(text: str) -> list[Found]:
        looks.append(text)
        return find_private(text)

    monkeypatch.setattr(private_module, "find_private", look)
    masked = masked_private(f"before\n{CHAINED}\nafter", ["email"])
    assert masked == "before\n[email]\nafter"
    assert len(looks) <= 10
