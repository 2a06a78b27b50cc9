"""Kinds of section A of the catalogue: territory and designations."""

from __future__ import annotations

from typing import Literal

from events.catalogue.base import Kind, Part, maybe, titled
from events.fields import (
    AnyId,
    Day,
    Decimal,
    DivisionCode,
    JurisdictionId,
    Text,
    ThingId,
)

_SECTION = "catalogue of kinds, section A (docs/events.md)"


class JurisdictionRegistered(Kind):
    """An administrative division or village enters the register."""

    NAME = "jurisdiction.registered"
    TITLE_ZH = "行政区划登记"
    SOURCE = _SECTION

    jurisdiction_id: JurisdictionId = titled("区划编号")
    code: DivisionCode = titled("区划代码", note="GB/T 2260 或统计用区划代码")
    name_zh: Text = titled("名称")
    aliases: list[Text] | None = maybe("别名")
    level: Literal["province", "city", "county", "township", "village"] = titled("层级")
    parent_id: JurisdictionId | None = maybe("上级区划编号")
    effective_from: Day | None = maybe("生效日期", note="缺省表示一直在册")


class JurisdictionRenamed(Kind):
    """Name or code of a division changes without a change of territory."""

    NAME = "jurisdiction.renamed"
    TITLE_ZH = "区划更名或变更代码"
    SOURCE = _SECTION

    jurisdiction_id: JurisdictionId = titled("区划编号")
    old_name_zh: Text | None = maybe("原名称")
    new_name_zh: Text | None = maybe("新名称")
    old_code: DivisionCode | None = maybe("原代码")
    new_code: DivisionCode | None = maybe("新代码")
    effective_from: Day = titled("生效日期")
    approval_document: Text | None = maybe("批准文号")


class JurisdictionReparented(Kind):
    """A division moves under another parent, perhaps with a new code."""

    NAME = "jurisdiction.reparented"
    TITLE_ZH = "区划隶属变更"
    SOURCE = "kinds added to the catalogue (docs/events.md)"

    jurisdiction_id: JurisdictionId = titled("区划编号")
    new_parent_id: JurisdictionId = titled("新上级区划编号")
    new_code: DivisionCode | None = maybe("新代码")
    effective_from: Day = titled("生效日期")
    approval_document: Text | None = maybe("批准文号")


class DutySuccession(Part):
    """One duty or letter and the place it passes to."""

    id: AnyId = titled("义务或责任书编号")
    successor_id: AnyId = titled("承接方编号")


class JurisdictionRestructured(Kind):
    """Divisions are merged, split or abolished: it ends the predecessors and moves no child."""

    NAME = "jurisdiction.restructured"
    TITLE_ZH = "区划调整(合并、拆分、撤销)"
    SOURCE = _SECTION

    kind: Literal["merge", "split", "abolish"] | None = maybe("调整方式")
    predecessor_ids: list[JurisdictionId] = titled("被调整区划编号")
    successor_ids: list[JurisdictionId] | None = maybe("承接区划编号")
    duty_succession: list[DutySuccession] | None = maybe("义务承接", note="明示,无默认")
    effective_from: Day = titled("生效日期")
    approval_document: Text | None = maybe("批准文号")


class DesignationListed(Kind):
    """A place is put on a list; list names are open codes that policy packs declare."""

    NAME = "designation.listed"
    TITLE_ZH = "列入名单"
    SOURCE = _SECTION

    list: Text = titled("名单")
    jurisdiction_id: JurisdictionId = titled("区划编号")
    criterion: Literal["not-delisted", "poor-population", "poverty-rate", "other"] | None = maybe("列入标准")
    criterion_value: Decimal | None = maybe("标准数值", note="人数或比例")
    document: Text | None = maybe("文件")
    effective_from: Day = titled("生效日期")


class DesignationLifted(Kind):
    """A designation ends: delisted (摘帽), exited, supervision ended."""

    NAME = "designation.lifted"
    TITLE_ZH = "移出名单"
    SOURCE = _SECTION

    list: Text = titled("名单")
    jurisdiction_id: JurisdictionId = titled("区划编号")
    cause: Literal["exit-approved", "correction", "expired"] | None = maybe("原因")
    exit_id: ThingId | None = maybe("退出编号")
    effective_from: Day = titled("生效日期")
