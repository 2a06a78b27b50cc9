"""Kinds of section G of the catalogue: households on the register, and the measures that reach them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from events.catalogue.actors import Deliverer
from events.catalogue.base import Kind, at_least_one, maybe, titled
from events.fields import AnyId, Citation, Count, Day, Flag, FreeMap, JurisdictionId, Money, Text, ThingId

_SECTION = "catalogue of kinds, section G (docs/events.md)"


class HouseholdIdentified(Kind):
    """A household or person is identified and registered (建档立卡)."""

    NAME = "household.identified"
    TITLE_ZH = "农户识别"
    SOURCE = _SECTION

    household_id: ThingId = titled("农户编号", note="不得使用公民身份号码")
    jurisdiction_id: JurisdictionId | None = maybe("区划编号")
    persons: Count | None = maybe("人数", note="人")
    causes: list[Text] | None = maybe("致贫原因", note="行业认定的代码")
    deliberation_event_id: Citation | None = maybe("评议会议事件标识")
    effective_from: Day | None = maybe("生效日期", note="与登记日期至少填其一")
    registered_on: Day | None = maybe("登记日期", note="与生效日期至少填其一")

    @model_validator(mode="after")
    def _dated(self) -> Self:
        at_least_one(self, "effective_from", "registered_on")
        return self


class HouseholdUpdated(Kind):
    """Circumstances change: composition, causes, needs, risk state."""

    NAME = "household.updated"
    TITLE_ZH = "农户信息变更"
    SOURCE = _SECTION

    household_id: ThingId = titled("农户编号")
    jurisdiction_id: JurisdictionId | None = maybe("区划编号")
    changes: FreeMap | None = maybe("变更内容")
    effective_from: Day = titled("生效日期")


class HouseholdRemoved(Kind):
    """A household leaves the register because it was wrongly identified (清退), which is not an exit."""

    NAME = "household.removed"
    TITLE_ZH = "农户清退"
    SOURCE = _SECTION

    household_id: ThingId = titled("农户编号")
    jurisdiction_id: JurisdictionId | None = maybe("区划编号")
    persons: Count | None = maybe("人数", note="人")
    reason: Literal["inaccurate", "duplicate", "deceased", "moved"] | None = maybe(
        "清退原因", note="inaccurate 识别不准、duplicate 重复、deceased 死亡、moved 迁出"
    )
    effective_from: Day = titled("清退日期")


class MeasureDelivered(Kind):
    """An assistance measure reaches a household, village or person."""

    NAME = "measure.delivered"
    TITLE_ZH = "措施落实"
    SOURCE = _SECTION

    measure_id: ThingId = titled("措施编号")
    kind: Text | None = maybe(
        "措施类型",
        note="如 industry 产业、employment 就业、relocation 搬迁、education 教育、medical 医疗、housing 住房、"
        "water 饮水、subsistence 低保、finance 金融、ecology 生态、other 其他",
    )
    beneficiary_id: AnyId | None = maybe("受益对象编号", note="农户、村或人员")
    amount: Money | None = maybe("金额(元)")
    delivered_on: Day = titled("落实日期")
    delivered_by: Deliverer | None = maybe("落实方")
    confirmed_by_beneficiary: Flag | None = maybe("受益对象是否确认")
