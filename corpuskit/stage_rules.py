"""What each stage depends on, taken from the settings: the rest of them cannot reach its output."""

from __future__ import annotations

from corpuskit.config.near import NEAR_DUPLICATE
from corpuskit.config.omission import omitted_columns
from corpuskit.dates import DAY
from corpuskit.index import key_fields, temporal_date
from corpuskit.masking import is_secret_field
from corpuskit.parse_rules import BatchRules, ParseRules
from corpuskit.parts.parting import Parting
from corpuskit.parts.subsets import subset_rule
from corpuskit.plan import PlanRules
from corpuskit.redaction import AuditRules
from corpuskit.schema import FieldType
from corpuskit.schema_reader import effective_order
from corpuskit.settings import Settings
from corpuskit.withdrawals import URL


def parse_rules(settings: Settings) -> ParseRules:
    """What of the settings parsing depends on."""
    config = settings.config
    return ParseRules(
        schema=settings.schema,
        text=config.text,
        timezone=config.site.timezone or "UTC",
        language=config.site.language,
        encoding=config.source.encoding,
        drafts=config.source.drafts == "include",
        max_bytes=config.source.max_bytes,
        quality=config.quality,
    )


def batch_rules(settings: Settings, *, blob_ids: bool = False) -> BatchRules:
    """What workers need to know for a build."""
    schema = settings.schema
    keys = key_fields(schema, effective_order(schema), _named_by(settings))
    parting = [key for key in _parting(settings).keys if key != NEAR_DUPLICATE or schema.field(key)]
    keys = tuple(dict.fromkeys((*keys, *parting)))
    return BatchRules(
        parse_rules(settings),
        keys,
        blob_ids=blob_ids,
        omitted=omitted_columns(settings.config),
        signed=settings.config.dedup.near is not None,
    )


def _named_by(settings: Settings) -> tuple[str, ...]:
    """The fields by which articles are withdrawn, besides their ids."""
    url = settings.schema.field(URL)
    is_text = url is not None and url.type is FieldType.STRING
    return (URL,) if settings.config.dataset.withdraw and is_text else ()


def plan_rules(settings: Settings, created: int) -> PlanRules:
    """What planning depends on; `created` is in UTC microseconds."""
    schema, config = settings.schema, settings.config
    temporal = temporal_date(schema)
    future = created // DAY if temporal is FieldType.DATE else created
    hides_future = temporal is not None and config.source.drafts == "exclude"
    return PlanRules(
        order=effective_order(schema),
        exact_duplicates=config.dedup.exact,
        duplicate_min_chars=config.dedup.min_chars,
        near=config.dedup.near,
        future=future if hides_future else None,
        unique=tuple(f.name for f in schema.fields if f.unique),
        secret=frozenset(f.name for f in schema.fields if is_secret_field(f)),
        parts=_parting(settings),
    )


def _parting(settings: Settings) -> Parting:
    rules, schema = settings.config.parts, settings.schema
    return Parting(
        rules.splits,
        None if rules.subsets is None else subset_rule(rules.subsets, schema),
        rules.shard_bytes,
        temporal_date(schema) if rules.splits.by == "date" else None,
    )


def audit_rules(settings: Settings) -> AuditRules:
    """What the published audit may say."""
    signals = settings.config.quality.columns
    fields = frozenset((*(f.name for f in settings.schema.fields), *signals))
    omitted = frozenset(omitted_columns(settings.config))
    return AuditRules(settings.config.release.audit, fields, omitted)
