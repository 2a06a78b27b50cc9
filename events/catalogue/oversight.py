"""Kinds of section E of the catalogue: oversight, from the inspection to the finding and its rectification."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from events.catalogue.actors import Actor
from events.catalogue.base import Kind, maybe, titled
from events.fields import (
    AnyId,
    BodyId,
    Citation,
    Day,
    Flag,
    JurisdictionId,
    Money,
    PostId,
    Sha256,
    Text,
    ThingId,
)

_SECTION = "catalogue of kinds, section E (docs/events.md)"
_ADDED = "kinds added to the catalogue (docs/events.md)"


class InspectionHeld(Kind):
    """An inspection, supervision, spot check, unannounced visit, look-back or cross-check takes place."""

    NAME = "inspection.held"
    TITLE_ZH = "督查检查"
    SOURCE = _SECTION

    inspection_id: ThingId = titled("督查编号")
    kind: (
        Literal[
            "comprehensive",
            "special",
            "routine",
            "unannounced",
            "look-back",
            "cross-check",
            "spot-check",
            "democratic",
            "legislative",
            "on-site-supervision",
        ]
        | None
    ) = maybe(
        "督查类型",
        note="comprehensive 综合督查、special 专项督查、routine 日常督查、unannounced 暗访、look-back 回头看、"
        "cross-check 交叉检查、spot-check 抽查、democratic 民主监督、legislative 人大监督、"
        "on-site-supervision 驻点督导",
    )
    inspector_body_id: BodyId | None = maybe("督查机构编号")
    subject_id: AnyId | None = maybe("督查对象编号", note="区划、单位、项目或农户")
    areas: list[Text] | None = maybe("督查内容")
    started_on: Day = titled("开始日期")
    ended_on: Day | None = maybe("结束日期", note="含当日")


class AuditCompleted(Kind):
    """An audit report is completed."""

    NAME = "audit.completed"
    TITLE_ZH = "审计完成"
    SOURCE = _SECTION

    audit_id: ThingId = titled("审计编号")
    scope: Literal["funds", "key-projects", "policy", "full"] | None = maybe(
        "审计范围", note="funds 资金、key-projects 重点项目、policy 政策落实、full 全面"
    )
    subject_id: AnyId | None = maybe("被审计对象编号")
    period_from: Day | None = maybe("审计期起始日期")
    period_until: Day | None = maybe("审计期截止日期", note="不含当日")
    amount_examined: Money | None = maybe("审计金额(元)")
    completed_on: Day = titled("完成日期")


class FindingRaised(Kind):
    """A finding (问题) is raised against a subject, from an inspection, audit, evaluation or complaint."""

    NAME = "finding.raised"
    TITLE_ZH = "发现问题"
    SOURCE = _SECTION

    finding_id: ThingId = titled("问题编号")
    jurisdiction_id: JurisdictionId | None = maybe("区划编号")
    source_event_id: Citation | None = maybe("来源事件标识")
    source_kind: (
        Literal["central-inspection", "evaluation", "screening", "audit", "inspection", "complaint", "discipline"]
        | None
    ) = maybe(
        "来源类型",
        note="central-inspection 中央巡视、evaluation 考核、screening 排查、audit 审计、inspection 督查、"
        "complaint 信访举报、discipline 纪检监察",
    )
    subject_id: AnyId | None = maybe("问题对象编号")
    responsible_posts: list[PostId] | None = maybe("责任岗位编号", note="按事实发生之日确定")
    category: Text | None = maybe("问题类别")
    occurred_from: Day | None = maybe("发生起始日期")
    occurred_until: Day | None = maybe("发生截止日期", note="不含当日")
    raised_on: Day = titled("提出日期")
    amount: Money | None = maybe("涉及金额(元)")


class RectificationOrdered(Kind):
    """Rectification is ordered with a deadline and a responsible post."""

    NAME = "rectification.ordered"
    TITLE_ZH = "责令整改"
    SOURCE = _SECTION

    rectification_id: ThingId = titled("整改编号")
    finding_id: ThingId | None = maybe("问题编号")
    responsible: Actor | None = maybe("整改责任人", note="岗位,及当日任职的人员")
    ordered_by: AnyId | None = maybe("责令机关编号")
    lead_body_id: BodyId | None = maybe("牵头单位编号")
    responsible_body_ids: list[BodyId] | None = maybe("责任单位编号")
    measures: Text | None = maybe("整改措施")
    deadline: Day | None = maybe("整改期限")
    ordered_on: Day = titled("责令日期")


class RectificationExtended(Kind):
    """The deadline of an open rectification is moved."""

    NAME = "rectification.extended"
    TITLE_ZH = "整改延期"
    SOURCE = _ADDED

    rectification_id: ThingId = titled("整改编号")
    deadline: Day = titled("延期后的整改期限")
    extended_on: Day = titled("批准延期日期")
    reason: Text | None = maybe("延期理由")
    approved_by: AnyId | None = maybe("批准方编号")
    document_number: Text | None = maybe("批准文号")


class RectificationReassigned(Kind):
    """Responsibility for an open rectification passes to another person or post."""

    NAME = "rectification.reassigned"
    TITLE_ZH = "整改责任移交"
    SOURCE = _SECTION

    rectification_id: ThingId = titled("整改编号")
    from_: Actor | None = Field(default=None, alias="from", title="移交人")
    to: Actor | None = maybe("接收人")
    handover_on: Day = titled("移交日期")
    state_at_handover: Text | None = maybe("移交时整改状态")
    deadline_unchanged: Flag | None = maybe("整改期限是否不变")


class RectificationCompleted(Kind):
    """The responsible party reports the rectification as done."""

    NAME = "rectification.completed"
    TITLE_ZH = "整改完成"
    SOURCE = _SECTION

    rectification_id: ThingId = titled("整改编号")
    completed_on: Day = titled("完成日期")
    completed_by: AnyId | None = maybe("完成方编号", note="人员、岗位或机构")
    evidence: list[Sha256] | None = maybe("佐证材料 SHA-256")
    amount_recovered: Money | None = maybe("追回金额(元)")


class RectificationVerified(Kind):
    """Another party confirms or rejects that the rectification holds."""

    NAME = "rectification.verified"
    TITLE_ZH = "整改核查"
    SOURCE = _SECTION

    rectification_id: ThingId = titled("整改编号")
    verified_by: AnyId | None = maybe("核查方编号", note="机构等;不应是完成整改的一方")
    verdict: Literal["confirmed", "not-effective", "falsified"] | None = maybe(
        "核查结论", note="confirmed 属实、not-effective 未见效、falsified 弄虚作假"
    )
    verified_on: Day = titled("核查日期")


class RectificationReopened(Kind):
    """A rectification that was closed or reported done is opened again."""

    NAME = "rectification.reopened"
    TITLE_ZH = "整改重启"
    SOURCE = _ADDED

    rectification_id: ThingId = titled("整改编号")
    reopened_on: Day = titled("重启日期")
    reopened_by: AnyId | None = maybe("重启方编号", note="人员、岗位或机构")
    reason: Text | None = maybe("重启原因")
    deadline: Day | None = maybe("新的整改期限")


class RectificationClosed(Kind):
    """A rectification is struck off (销号) by someone other than who completed it."""

    NAME = "rectification.closed"
    TITLE_ZH = "整改销号"
    SOURCE = _ADDED

    rectification_id: ThingId = titled("整改编号")
    closed_on: Day = titled("销号日期")
    closed_by: AnyId | None = maybe("销号方编号", note="人员、岗位或机构;不应是完成整改的一方")
    reason: Text | None = maybe("销号理由")
    document_number: Text | None = maybe("销号文号")
    evidence: list[Sha256] | None = maybe("佐证材料 SHA-256")
