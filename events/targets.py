"""The one reference that the door checks: the event which a correction or annulment names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from events.catalogue import registry
from events.cloudevent import data_faults
from events.errors import CorrectionForbidden, Malformed, TargetUnknown
from events.receipts import Offer
from events.standing import ANNULLED, CORRECTED


@dataclass(frozen=True, slots=True)
class Known:
    """An entry of the log as a look-up by source and id gives it."""

    position: int
    recorded_at: datetime
    leaf_hash: bytes
    kind: str
    target_position: int | None
    fact_position: int


@dataclass(frozen=True, slots=True)
class Named:
    """Where a correction or annulment aims: the entry it names, and the fact that one is about."""

    position: int
    fact_position: int


def aim(offer: Offer, named: Known | None, fact_kind: str | None) -> Named:
    """Where an offered correction or annulment aims.

    `named` is the entry it names, at a lower position or earlier in the batch; `fact_kind` the kind
    of the fact which that entry is about. Raises TargetUnknown, CorrectionForbidden, or Malformed
    where the corrected payload does not fit that kind.
    """
    sent = offer.submission
    target = sent.target
    assert target is not None
    if named is None or fact_kind is None:
        raise TargetUnknown(
            id=target.id,
            source=target.source,
            reason_zh="本日志此前没有这条事件",
            reason_en="this log has no such event before it",
        )
    if sent.kind == CORRECTED and named.kind == ANNULLED:
        raise TargetUnknown(
            id=target.id,
            source=target.source,
            reason_zh="作废不能更正,只能再作废",
            reason_en="an annulment can be annulled, not corrected",
        )
    if fact_kind.startswith("key."):
        raise TargetUnknown(
            id=target.id,
            source=target.source,
            reason_zh="密钥登记不能更正或作废",
            reason_en="a key's registration cannot be corrected",
        )
    if target.source != sent.source and not offer.may_correct:
        raise CorrectionForbidden(source=sent.source, target_source=target.source, id=target.id)
    if sent.kind == CORRECTED:
        kind = registry.find(fact_kind)
        assert kind is not None, fact_kind
        faults = list(data_faults(kind, sent.data["corrected_payload"], "/data/corrected_payload"))
        if faults:
            raise Malformed(faults)
    return Named(named.position, named.fact_position)
