"""Kinds of section D of the catalogue: the work done, in visits, meetings, reports, issues and opinions."""

from __future__ import annotations

from typing import Literal

from events.catalogue.actors import Actor, Reporter
from events.catalogue.base import Kind, maybe, titled
from events.fields import (
    AnyId,
    BodyId,
    Count,
    Day,
    Decimal,
    Flag,
    JurisdictionId,
    PersonId,
    Sha256,
    Text,
    ThingId,
    Timestamp,
)

_SECTION = "catalogue of kinds, section D (docs/events.md)"


class VisitMade(Kind):
    """An official or team visits a county, village or household."""

    NAME = "visit.made"
    TITLE_ZH = "走访调研"
    SOURCE = _SECTION

    visit_id: ThingId = titled("走访编号")
    visitor: list[Actor] | None = maybe("走访人", note="人员及当时所任岗位")
    place_id: AnyId | None = maybe("走访地点编号", note="区划或农户")
    started_on: Day = titled("开始日期")
    ended_on: Day | None = maybe("结束日期", note="含当日")
    nights: Count | None = maybe("住宿晚数")
    purpose: Literal["research", "assistance", "supervision", "household", "unannounced"] | None = maybe(
        "走访目的", note="research 调研、assistance 帮扶、supervision 督查、household 入户、unannounced 暗访"
    )
    matters: list[Text] | None = maybe("了解或办理事项")
    confirmed_by: list[AnyId] | None = maybe("确认人编号", note="村或农户方")


class MeetingHeld(Kind):
    """A meeting, weekly meeting, dispatch, observation activity or signing ceremony is held."""

    NAME = "meeting.held"
    TITLE_ZH = "会议召开"
    SOURCE = _SECTION

    meeting_id: ThingId = titled("会议编号")
    kind: Literal["leading-group", "weekly", "dispatch", "observation", "liaison", "household-deliberation"] | None = (
        maybe(
            "会议类型",
            note="leading-group 领导小组会、weekly 周例会、dispatch 调度会、observation 观摩、liaison 联席会、"
            "household-deliberation 村民评议",
        )
    )
    body_id: BodyId | None = maybe("召开机构编号")
    held_on: Day = titled("召开日期")
    attendees: list[Actor] | None = maybe("出席人")
    decisions: list[Text] | None = maybe("议定事项")


class ReportSubmitted(Kind):
    """A report for a stated period is submitted upward or to a donor."""

    NAME = "report.submitted"
    TITLE_ZH = "报告报送"
    SOURCE = _SECTION

    report_id: ThingId = titled("报告编号")
    reporter: Reporter | None = maybe("报告人或报告机构")
    recipient: BodyId | None = maybe("接收机构编号")
    kind: Literal["annual", "quarterly", "monthly", "special", "donor-feedback", "incident", "duty"] | None = maybe(
        "报告类型",
        note="annual 年度、quarterly 季度、monthly 月度、special 专题、donor-feedback 捐赠反馈、"
        "incident 事件、duty 履责",
    )
    period_from: Day | None = maybe("报告期起始日期")
    period_until: Day | None = maybe("报告期截止日期", note="不含当日")
    submitted_on: Day = titled("报送日期")
    document_sha256: Sha256 | None = maybe("报告文件 SHA-256")


class ReportAcknowledged(Kind):
    """The recipient records receipt of a report."""

    NAME = "report.acknowledged"
    TITLE_ZH = "报告签收"
    SOURCE = _SECTION

    report_id: ThingId = titled("报告编号")
    received_on: Day = titled("签收日期")
    received_by: PersonId | None = maybe("签收人编号")


class DutyReportDelivered(Kind):
    """A leading group, team or official delivers a duty report (述职) and is appraised."""

    NAME = "duty-report.delivered"
    TITLE_ZH = "述职"
    SOURCE = _SECTION

    duty_report_id: ThingId = titled("述职编号")
    subject_id: AnyId | None = maybe("述职对象编号", note="单位、机构或人员")
    delivered_on: Day = titled("述职日期")
    period_from: Day | None = maybe("述职期起始日期")
    period_until: Day | None = maybe("述职期截止日期", note="不含当日")
    includes_poverty_alleviation: Flag | None = maybe("是否包含脱贫攻坚内容")
    appraisal: Text | None = maybe("评议结果")


class TrainingHeld(Kind):
    """Training of cadres, data staff or residents is held."""

    NAME = "training.held"
    TITLE_ZH = "培训举办"
    SOURCE = _SECTION

    training_id: ThingId = titled("培训编号")
    jurisdiction_id: JurisdictionId | None = maybe("区划编号")
    kind: Literal["cadre", "data-entry", "vocational", "farm-skill"] | None = maybe(
        "培训类型", note="cadre 干部、data-entry 数据录入、vocational 职业技能、farm-skill 农技"
    )
    held_on: Day = titled("举办日期")
    participants: Count | None = maybe("参训人数", note="人")
    hours: Decimal | None = maybe("学时", note="小时")


class OutreachHeld(Kind):
    """A policy briefing, publicity activity or residents' meeting is held."""

    NAME = "outreach.held"
    TITLE_ZH = "政策宣讲"
    SOURCE = _SECTION

    outreach_id: ThingId = titled("宣讲编号")
    place_id: AnyId | None = maybe("宣讲地点编号")
    started_at: Timestamp = titled("开始时间")
    ended_at: Timestamp | None = maybe("结束时间")
    participants: Count | None = maybe("参加人数", note="人")
    questions: Count | None = maybe("提问数", note="个")


class IssueEscalated(Kind):
    """A problem is raised to the level that can solve it."""

    NAME = "issue.escalated"
    TITLE_ZH = "问题上报"
    SOURCE = _SECTION

    issue_id: ThingId = titled("事项编号")
    raised_by: AnyId | None = maybe("上报方编号", note="岗位或机构")
    addressed_to: BodyId | None = maybe("受理机构编号")
    content: Text | None = maybe("问题内容")
    raised_on: Day = titled("上报日期")
    deadline: Day | None = maybe("答复期限")


class IssueResolved(Kind):
    """The addressed body resolves or declines the issue."""

    NAME = "issue.resolved"
    TITLE_ZH = "上报问题办结"
    SOURCE = _SECTION

    issue_id: ThingId = titled("事项编号")
    resolution: Text | None = maybe("办理结果")
    resolved_on: Day = titled("办结日期")


class OpinionReceived(Kind):
    """Residents, a democratic party, the CPPCC, a scorer or a notice reader submits an opinion."""

    NAME = "opinion.received"
    TITLE_ZH = "意见收到"
    SOURCE = _SECTION

    opinion_id: ThingId = titled("意见编号")
    jurisdiction_id: JurisdictionId | None = maybe("区划编号")
    source: Literal["resident", "democratic-party", "cppcc", "congress", "public-notice", "scorer"] | None = maybe(
        "意见来源",
        note="resident 群众、democratic-party 民主党派、cppcc 政协、congress 人大、"
        "public-notice 公示反馈、scorer 测评人",
    )
    received_on: Day = titled("收到日期")
    content: Text | None = maybe("意见内容")


class OpinionAnswered(Kind):
    """The handling of an opinion is reported back."""

    NAME = "opinion.answered"
    TITLE_ZH = "意见答复"
    SOURCE = _SECTION

    opinion_id: ThingId = titled("意见编号")
    answer: Text | None = maybe("答复内容")
    answered_on: Day = titled("答复日期")
    answered_by: BodyId | None = maybe("答复机构编号")
