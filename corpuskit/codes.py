"""Every diagnostic code, once: its number, its name, its severity.

A code is never reused. CK1xx read, CK2xx front matter, CK3xx values, CK4xx body, CK5xx corpus,
CK6xx configuration and schema, CK8xx verify. Each has a page in `corpuskit/rules/` and cases in
`tests/cases/`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Severity(StrEnum):
    """How much a diagnostic costs: an error rejects its source, the others do not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Code(StrEnum):
    """A diagnostic code; the member's name is its name with dashes for underscores."""

    UNREADABLE = "CK101"
    NOT_A_REGULAR_FILE = "CK102"
    BROKEN_LINK = "CK103"
    LINK_LEAVES_ROOT = "CK104"
    SOURCE_TOO_LARGE = "CK105"
    EMPTY_FILE = "CK106"
    DAMAGED_UTF8 = "CK107"
    UNKNOWN_ENCODING = "CK108"
    ENCODING_GUESSED = "CK109"
    ENCODING_MISDECLARED = "CK110"
    ENCODING_LOSSY = "CK111"
    PROCESS_DIED = "CK112"
    TIME_LIMIT = "CK113"
    PATH_NOT_UTF8 = "CK114"
    CONTROL_CHARACTERS = "CK115"

    NO_FRONT_MATTER = "CK201"
    UNCLOSED_FRONT_MATTER = "CK202"
    FRONT_MATTER_SYNTAX = "CK203"
    DUPLICATE_KEY = "CK204"
    NOT_A_MAPPING = "CK205"
    FRONT_MATTER_TOO_LARGE = "CK206"
    FRONT_MATTER_TOO_DEEP = "CK207"
    TOO_MANY_ALIASES = "CK208"
    TEMPLATE_FILE = "CK209"
    BROKEN_QUOTES = "CK210"
    RESERVED_INDICATOR = "CK211"
    UNQUOTED_COLON = "CK212"
    VALUE_CUT_BY_COMMENT = "CK213"
    FOLDED_ITEM = "CK214"
    TAB_INDENT = "CK215"
    INVALID_ESCAPE = "CK216"
    FRONT_MATTER_CONTROL_CHARACTERS = "CK217"
    MISSING_OPENER = "CK218"
    LONG_FENCE = "CK219"
    UNKNOWN_KEY = "CK220"
    TAG_IGNORED = "CK221"
    UNREAD_METADATA = "CK222"

    MISSING_FIELD = "CK301"
    NULL_VALUE = "CK302"
    EMPTY_VALUE = "CK303"
    BLANK_VALUE = "CK304"
    WRONG_TYPE = "CK305"
    EMPTY_ITEM = "CK306"
    NESTED_LIST = "CK307"
    UNREADABLE_DATE = "CK310"
    IMPOSSIBLE_DATE = "CK311"
    AMBIGUOUS_DATE = "CK312"
    UNKNOWN_ZONE = "CK313"
    WRONG_WEEKDAY = "CK314"
    TOO_SHORT = "CK320"
    TOO_LONG = "CK321"
    PATTERN_MISMATCH = "CK322"
    NOT_IN_ENUM = "CK323"
    BELOW_MINIMUM = "CK324"
    ABOVE_MAXIMUM = "CK325"

    EMPTY_BODY = "CK401"
    THIN_BODY = "CK402"
    MARKUP_TOO_DEEP = "CK403"
    BODY_TOO_SHORT = "CK404"
    UNCLOSED_ELEMENT = "CK405"
    SIGNAL_OUT_OF_BOUNDS = "CK410"
    ONLY_LINKS = "CK411"
    ONLY_IMAGES = "CK412"
    STUB = "CK413"

    DUPLICATE_TEXT = "CK501"
    DUPLICATE_ID = "CK502"
    SHORT_DUPLICATE = "CK503"
    NOT_UNIQUE = "CK504"
    GROUP_SPANS_SPLITS = "CK506"
    WITHDRAWN_TEXT = "CK510"
    UNMATCHED_WITHDRAWAL = "CK511"
    NEAR_DUPLICATE = "CK520"
    NEAR_NOT_COMPARED = "CK521"

    CONFIG_SYNTAX = "CK601"
    CONFIG_UNKNOWN_KEY = "CK602"
    CONFIG_WRONG_TYPE = "CK603"
    CONFIG_INVALID_VALUE = "CK604"
    SCHEMA_NOT_FOUND = "CK605"
    SCHEMA_SYNTAX = "CK606"
    SCHEMA_UNKNOWN_KEY = "CK607"
    SCHEMA_INVALID_VALUE = "CK608"
    RESERVED_NAME = "CK609"
    REPEATED_FIELD = "CK610"
    UNKNOWN_FIELD = "CK611"
    WITHDRAWALS_NOT_FOUND = "CK620"
    WITHDRAWALS_SYNTAX = "CK621"
    MASK_LEAKS = "CK630"

    MISSING_FILE = "CK801"
    STRAY_FILE = "CK802"
    DIGEST_MISMATCH = "CK803"
    INVALID_MANIFEST = "CK804"
    INVALID_CHECKSUMS = "CK805"
    UNREADABLE_SHARD = "CK806"
    ROW_COUNT_MISMATCH = "CK807"
    SCHEMA_MISMATCH = "CK808"
    REPEATED_ROW_ID = "CK809"
    ROW_DIGEST_MISMATCH = "CK810"
    CONTENT_DIGEST_MISMATCH = "CK811"
    METADATA_DISAGREES = "CK812"
    COUNTS_DO_NOT_ADD_UP = "CK813"
    INDEX_DISAGREES = "CK814"
    AUDIT_DISAGREES = "CK815"
    MISSING_SIGNATURE = "CK820"
    WRONG_SIGNER = "CK821"
    INVALID_SIGNATURE = "CK822"
    MALFORMED_SIGNATURE = "CK823"
    FOREIGN_SIGNATURE = "CK824"
    NOT_AS_SIGNED = "CK825"

    @property
    def label(self) -> str:
        """The code's name, such as `duplicate-key`."""
        return self.name.lower().replace("_", "-")

    @property
    def severity(self) -> Severity:
        """The severity that a diagnostic of this code has unless a schema says otherwise."""
        return _MILDER.get(self, Severity.ERROR)


class OtherCode(str):
    """A code that only another corpuskit knows, with its name and severity as that one wrote them.

    It has all that readers ask of a `Code`, in whose place it stands.
    """

    __slots__ = ("label", "severity")

    label: str
    severity: Severity

    def __new__(cls, code: str, label: str, severity: Severity) -> Self:
        """Take what stands in a line of an audit."""
        made = super().__new__(cls, code)
        made.label, made.severity = label, severity
        return made


_MILDER: dict[Code, Severity] = {
    **dict.fromkeys(
        (
            Code.ENCODING_GUESSED,
            Code.ENCODING_MISDECLARED,
            Code.CONTROL_CHARACTERS,
            Code.BROKEN_QUOTES,
            Code.RESERVED_INDICATOR,
            Code.UNQUOTED_COLON,
            Code.VALUE_CUT_BY_COMMENT,
            Code.FOLDED_ITEM,
            Code.TAB_INDENT,
            Code.INVALID_ESCAPE,
            Code.FRONT_MATTER_CONTROL_CHARACTERS,
            Code.MISSING_OPENER,
            Code.LONG_FENCE,
            Code.UNKNOWN_KEY,
            Code.TAG_IGNORED,
            Code.UNREAD_METADATA,
            Code.EMPTY_ITEM,
            Code.NESTED_LIST,
            Code.WRONG_WEEKDAY,
            Code.THIN_BODY,
            Code.UNCLOSED_ELEMENT,
            Code.ONLY_LINKS,
            Code.ONLY_IMAGES,
            Code.STUB,
            Code.GROUP_SPANS_SPLITS,
            Code.WITHDRAWN_TEXT,
            Code.UNMATCHED_WITHDRAWAL,
        ),
        Severity.WARNING,
    ),
    Code.DUPLICATE_TEXT: Severity.INFO,
    Code.SHORT_DUPLICATE: Severity.INFO,
    Code.NEAR_DUPLICATE: Severity.INFO,
    Code.NEAR_NOT_COMPARED: Severity.INFO,
}
