"""Kinds of section F of the catalogue: projects, and the working ledgers kept on them."""

from __future__ import annotations

from typing import Literal

from events.catalogue.base import Kind, maybe, titled
from events.fields import (
    AnyId,
    BodyId,
    Citation,
    Count,
    Day,
    Decimal,
    JurisdictionId,
    Money,
    PersonId,
    Text,
    ThingId,
)

_SECTION = "catalogue of kinds, section F (docs/events.md)"


class ProjectProposed(Kind):
    """A village or unit applies for a project (申报)."""

    NAME = "project.proposed"
    TITLE_ZH = "项目申报"
    SOURCE = _SECTION

    project_id: ThingId = titled("项目编号")
    name_zh: Text | None = maybe("项目名称")
    jurisdiction_id: JurisdictionId | None = maybe("区划编号")
    proposer_id: AnyId | None = maybe("申报方编号")
    kind: Text | None = maybe("项目类型")
    budget: Money | None = maybe("预算(元)")
    beneficiary_households: Count | None = maybe("受益户数", note="户")
    consultation_event_id: Citation | None = maybe("征求群众意见事件标识")
    proposed_on: Day = titled("申报日期")


class ProjectReviewed(Kind):
    """The township or department reviews the application."""

    NAME = "project.reviewed"
    TITLE_ZH = "项目审核"
    SOURCE = _SECTION

    project_id: ThingId = titled("项目编号")
    name_zh: Text | None = maybe("项目名称")
    jurisdiction_id: JurisdictionId | None = maybe("区划编号")
    reviewer_body_id: BodyId | None = maybe("审核机构编号")
    result: Literal["passed", "returned", "rejected"] | None = maybe(
        "审核结果", note="passed 通过、returned 退回、rejected 不通过"
    )
    reviewed_on: Day = titled("审核日期")


class ProjectRegistered(Kind):
    """The project enters the project library (项目库)."""

    NAME = "project.registered"
    TITLE_ZH = "项目入库"
    SOURCE = _SECTION

    project_id: ThingId = titled("项目编号")
    name_zh: Text | None = maybe("项目名称")
    jurisdiction_id: JurisdictionId | None = maybe("区划编号")
    library: JurisdictionId | None = maybe("项目库所属区划编号")
    registered_on: Day = titled("入库日期")


class ProjectApproved(Kind):
    """The project is approved for implementation."""

    NAME = "project.approved"
    TITLE_ZH = "项目批准"
    SOURCE = _SECTION

    project_id: ThingId = titled("项目编号")
    name_zh: Text | None = maybe("项目名称")
    jurisdiction_id: JurisdictionId | None = maybe("区划编号")
    approved_by: BodyId | None = maybe("批准机构编号")
    approved_amount: Money | None = maybe("批准金额(元)")
    approved_on: Day = titled("批准日期")


class ProjectAccepted(Kind):
    """The project is accepted (验收), at completion or at the year end for ledger items."""

    NAME = "project.accepted"
    TITLE_ZH = "项目验收"
    SOURCE = _SECTION

    project_id: ThingId = titled("项目编号")
    name_zh: Text | None = maybe("项目名称")
    jurisdiction_id: JurisdictionId | None = maybe("区划编号")
    accepted_by: BodyId | None = maybe("验收机构编号")
    result: Literal["passed", "conditional", "failed"] | None = maybe(
        "验收结果", note="passed 合格、conditional 有条件合格、failed 不合格"
    )
    built_quantity: Decimal | None = maybe("完成工程量", note="计量单位在依据中注明")
    accepted_on: Day = titled("验收日期")
    participants: list[PersonId] | None = maybe("参加验收人员编号")


class LedgerEntryRecorded(Kind):
    """An entry in a working ledger (台账) is recorded."""

    NAME = "ledger-entry.recorded"
    TITLE_ZH = "台账登记"
    SOURCE = _SECTION

    ledger: Text | None = maybe("台账名称")
    group: Text | None = maybe("小组")
    unit: Text | None = maybe("单位(部门)")
    paired_village: JurisdictionId | None = maybe("结对帮扶村编号")
    project_name: Text | None = maybe("项目名称")
    content: Text | None = maybe("内容")
    implementing_unit: Text | None = maybe("实施单位")
    beneficiaries: Text | None = maybe("扶贫对象")
    funds: Money | None = maybe("经费(元)")
    expected_effect: Text | None = maybe("预期扶贫效果")
    entered_on: Day = titled("登记日期")
