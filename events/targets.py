"""The one reference that the door checks: the event which a correction or annulment names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from events.catalogue import registry
from events.cloudevent import Target, data_faults
from events.item_errors import CorrectionForbidden, Malformed, TargetUnknown
from events.receipts import Offer
from events.standing import ANNULLED, CORRECTED


@dataclass(frozen=True, slots=True)
class Known:
    """An entry of the log as a look-up by source and id gives it."""

    position: int
    recorded_at: datetime
    leaf_hash: bytes | None
    """None while its leaf is not made."""
    kind: str
    target_position: int | None
    fact_position: int


@dataclass(frozen=True, slots=True)
class Named:
    """Where a correction or annulment aims: the entry it names, and the fact that one is about."""

    position: int
    fact_position: int


@dataclass(frozen=True, slots=True)
class About:
    """The fact that a named entry is about: its kind and its source."""

    kind: str
    source: str


def no_such_event(target: Target) -> TargetUnknown:
    """The error of a correction that names what is neither below it in the log nor earlier in its batch."""
    return TargetUnknown(
        id=target.id,
        source=target.source,
        reason_zh="本日志此前没有这条事件",
        reason_en="this log has no such event before it",
    )


def aim(offer: Offer, named: Known | None, fact: About | None) -> Named:
    """Where an offered correction or annulment aims.

    `named` is the entry it names, at a lower position or earlier in the batch; `fact` what that entry
    is about. A correction of a correction corrects the fact, so it takes the fact's source; an
    annulment takes that of the fact or of the entry it names. Raises TargetUnknown,
    CorrectionForbidden, or Malformed where the corrected payload does not fit the fact's kind.
    """
    sent = offer.submission
    target = sent.target
    assert target is not None
    if named is None or fact is None:
        raise no_such_event(target)
    if sent.kind == CORRECTED and named.kind == ANNULLED:
        raise TargetUnknown(
            id=target.id,
            source=target.source,
            reason_zh="作废不能更正,只能再作废",
            reason_en="an annulment can be annulled, not corrected",
        )
    if fact.kind.startswith("key."):
        raise TargetUnknown(
            id=target.id,
            source=target.source,
            reason_zh="密钥登记不能更正或作废",
            reason_en="a key's registration cannot be corrected",
        )
    owners = {fact.source} if sent.kind == CORRECTED else {fact.source, target.source}
    if sent.source not in owners and not offer.may_correct:
        raise CorrectionForbidden(source=sent.source, target_source=fact.source, id=target.id)
    if sent.kind == CORRECTED:
        kind = registry.find(fact.kind)
        assert kind is not None, fact.kind
        faults = list(data_faults(kind, sent.data["corrected_payload"], "/data/corrected_payload"))
        if faults:
            raise Malformed(faults)
    return Named(named.position, named.fact_position)
