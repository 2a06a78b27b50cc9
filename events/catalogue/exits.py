"""Kinds of section G of the catalogue: exits, step by step, and incidents."""

from __future__ import annotations

from typing import Literal

from events.catalogue.base import Kind, maybe, titled
from events.fields import AnyId, BodyId, Citation, Day, Flag, Text, ThingId

_SECTION = "catalogue of kinds, section G (docs/events.md)"


class ExitProposed(Kind):
    """A household, village or county is proposed for exit."""

    NAME = "exit.proposed"
    TITLE_ZH = "退出提出"
    SOURCE = _SECTION

    exit_id: ThingId = titled("退出编号")
    subject: AnyId | None = maybe("退出对象编号", note="农户或区划")
    level: Literal["household", "village", "county"] | None = maybe(
        "退出层级", note="household 户、village 村、county 县"
    )
    proposed_by: BodyId | None = maybe("提出机构编号")
    proposed_on: Day = titled("提出日期")


class ExitVerified(Kind):
    """The facts and procedure of the exit are verified (核实, 核查)."""

    NAME = "exit.verified"
    TITLE_ZH = "退出核查"
    SOURCE = _SECTION

    exit_id: ThingId = titled("退出编号")
    verifiers: list[AnyId] | None = maybe("核查方编号", note="机构或人员")
    result: Literal["confirmed", "rejected"] | None = maybe("核查结果", note="confirmed 属实、rejected 不属实")
    verified_on: Day = titled("核查日期")


class ExitConsented(Kind):
    """The household acknowledges the exit (认可)."""

    NAME = "exit.consented"
    TITLE_ZH = "退出认可"
    SOURCE = _SECTION

    exit_id: ThingId = titled("退出编号")
    household_id: ThingId | None = maybe("农户编号")
    consent: Flag | None = maybe("是否认可")
    consented_on: Day = titled("认可日期")


class ExitPublicised(Kind):
    """The proposed exit is posted for public notice."""

    NAME = "exit.publicised"
    TITLE_ZH = "退出公示"
    SOURCE = _SECTION

    exit_id: ThingId = titled("退出编号")
    notice_from: Day = titled("公示起始日期")
    notice_until: Day | None = maybe("公示截止日期", note="不含当日")
    place: Text | None = maybe("公示地点", note="公示栏或网站")
    posting_event_id: Citation | None = maybe("公示事件标识")


class ExitObjected(Kind):
    """An objection to the notice is recorded and resolved."""

    NAME = "exit.objected"
    TITLE_ZH = "退出异议"
    SOURCE = _SECTION

    exit_id: ThingId = titled("退出编号")
    objector: AnyId | None = maybe("异议人编号", note="匿名填 anonymous")
    objected_on: Day = titled("异议日期")
    resolution: Text | None = maybe("处理结果")
    resolved_on: Day | None = maybe("处理日期")


class ExitReviewed(Kind):
    """The next level reviews the exit (初审, 审核, 验收审核)."""

    NAME = "exit.reviewed"
    TITLE_ZH = "退出审核"
    SOURCE = _SECTION

    exit_id: ThingId = titled("退出编号")
    reviewer_body_id: BodyId | None = maybe("审核机构编号")
    result: Literal["passed", "returned"] | None = maybe("审核结果", note="passed 通过、returned 退回")
    reviewed_on: Day = titled("审核日期")


class ExitAssessed(Kind):
    """Special assessment or sector single-item acceptance of an exit."""

    NAME = "exit.assessed"
    TITLE_ZH = "退出评估"
    SOURCE = _SECTION

    exit_id: ThingId = titled("退出编号")
    assessor: BodyId | None = maybe("评估机构编号")
    indicator: Text | None = maybe("评估指标")
    opinion: Literal["meets", "does-not-meet"] | None = maybe("评估意见", note="meets 达标、does-not-meet 不达标")
    assessed_on: Day = titled("评估日期")


class ExitApproved(Kind):
    """The competent body approves the exit."""

    NAME = "exit.approved"
    TITLE_ZH = "退出批准"
    SOURCE = _SECTION

    exit_id: ThingId = titled("退出编号")
    approved_by: BodyId | None = maybe("批准机关编号")
    basis_instrument_id: ThingId | None = maybe("依据文件编号", note="决定由哪一级批准")
    approved_on: Day = titled("批准日期")
    effective_on: Day | None = maybe("生效日期")


class ExitRejected(Kind):
    """The exit is refused or returned."""

    NAME = "exit.rejected"
    TITLE_ZH = "退出驳回"
    SOURCE = _SECTION

    exit_id: ThingId = titled("退出编号")
    rejected_by: BodyId | None = maybe("驳回机关编号")
    ground: Text | None = maybe("驳回理由")
    rejected_on: Day = titled("驳回日期")


class ExitRecorded(Kind):
    """The exit is marked in the information system of the campaign."""

    NAME = "exit.recorded"
    TITLE_ZH = "退出标注"
    SOURCE = _SECTION

    exit_id: ThingId = titled("退出编号")
    system_record_id: Text | None = maybe("信息系统记录号")
    recorded_on: Day = titled("标注日期")


class ExitReported(Kind):
    """The exit is reported to the next level."""

    NAME = "exit.reported"
    TITLE_ZH = "退出上报"
    SOURCE = _SECTION

    exit_id: ThingId = titled("退出编号")
    recipient_body_id: BodyId | None = maybe("接收机构编号")
    reported_on: Day = titled("上报日期")


class IncidentReported(Kind):
    """A major or ordinary incident is reported."""

    NAME = "incident.reported"
    TITLE_ZH = "事件报告"
    SOURCE = _SECTION

    incident_id: ThingId = titled("事件编号")
    severity: Literal["major", "ordinary"] | None = maybe("严重程度", note="major 重大、ordinary 一般")
    place_id: AnyId | None = maybe("发生地编号")
    occurred_on: Day | None = maybe("发生日期")
    reported_on: Day = titled("报告日期")


class IncidentResolved(Kind):
    """The incident is handled and the result reported back."""

    NAME = "incident.resolved"
    TITLE_ZH = "事件办结"
    SOURCE = _SECTION

    incident_id: ThingId = titled("事件编号")
    resolution: Text | None = maybe("处置结果")
    resolved_on: Day = titled("办结日期")
