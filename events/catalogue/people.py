"""Kinds of section B of the catalogue: people, their appointments, pairings and handovers."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from events.catalogue.actors import CAPACITIES_ZH, Capacity
from events.catalogue.base import Kind, Part, at_least_one, exactly_one, maybe, titled
from events.fields import (
    AnyId,
    AppointmentId,
    BodyId,
    Citation,
    Count,
    Day,
    EdtfDate,
    PairingId,
    PersonId,
    PostId,
    Text,
    ThingId,
)

_SECTION = "catalogue of kinds, section B (docs/events.md)"
_ADDED = "kinds added to the catalogue (docs/events.md)"


class PersonRegistered(Kind):
    """A person enters the register under an id of the sender; never with an identity number."""

    NAME = "person.registered"
    TITLE_ZH = "人员登记"
    SOURCE = _ADDED

    person_id: PersonId = titled("人员编号", note="不得使用公民身份号码")
    name_zh: Text = titled("姓名")
    born: EdtfDate | None = maybe("出生年月", note="用于区分同名人员")
    unit: Text | None = maybe("所在单位")
    aliases: list[Text] | None = maybe("曾用名或别名")


class PersonMerged(Kind):
    """Two ids turn out to be one person: the first is given up, the second stays."""

    NAME = "person.merged"
    TITLE_ZH = "人员编号合并"
    SOURCE = _ADDED

    person_id: PersonId = titled("停用的人员编号")
    into_person_id: PersonId = titled("保留的人员编号")
    merged_on: Day | None = maybe("合并日期")


class AppointmentStarted(Kind):
    """A person begins to hold a post, in a capacity."""

    NAME = "appointment.started"
    TITLE_ZH = "任职开始"
    SOURCE = _SECTION

    appointment_id: AppointmentId = titled("任职编号")
    person_id: PersonId = titled("人员编号")
    post_id: PostId = titled("岗位编号")
    capacity: Capacity | None = maybe("任职方式", note=CAPACITIES_ZH)
    sending_unit_id: BodyId | None = maybe("派出单位编号", note="第一书记、挂职干部填写")
    effective_from: EdtfDate | None = maybe("任职起始日期", note="与“最迟已在任日期”恰填其一")
    held_by: Day | None = maybe("最迟已在任日期", note="起始日期不明时,已知在任的最早一日")
    decision_document: Text | None = maybe("任职文件")
    planned_until: EdtfDate | None = maybe("计划任期截止日期")

    @model_validator(mode="after")
    def _one_start(self) -> Self:
        exactly_one(self, "effective_from", "held_by")
        return self


class AppointmentEnded(Kind):
    """A person ceases to hold a post."""

    NAME = "appointment.ended"
    TITLE_ZH = "任职结束"
    SOURCE = _SECTION

    appointment_id: AppointmentId = titled("任职编号")
    reason: (
        Literal[
            "transfer",
            "promotion",
            "retirement",
            "resignation",
            "recall",
            "death",
            "term-end",
            "body-dissolved",
            "correction",
        ]
        | None
    ) = maybe("离任原因")
    effective_until: EdtfDate | None = maybe("任职截止日期", note="不含当日;与“最迟已离任日期”恰填其一")
    gone_by: Day | None = maybe("最迟已离任日期", note="截止日期不明时,已知不再任职的最早一日")
    decision_document: Text | None = maybe("免职文件")
    handover_id: ThingId | None = maybe("交接编号")

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        exactly_one(self, "effective_until", "gone_by")
        return self


class AppointmentObserved(Kind):
    """The holder of an appointment was seen in office on a day."""

    NAME = "appointment.observed"
    TITLE_ZH = "在任见证"
    SOURCE = _ADDED

    appointment_id: AppointmentId = titled("任职编号")
    on: Day = titled("见到在任的日期")
    person_id: PersonId | None = maybe("人员编号")
    post_id: PostId | None = maybe("岗位编号")
    capacity: Capacity | None = maybe("任职方式", note=CAPACITIES_ZH)


class PortfolioAssigned(Kind):
    """The holder of an appointment is put in charge of areas of work (分管)."""

    NAME = "portfolio.assigned"
    TITLE_ZH = "分管工作调整"
    SOURCE = _ADDED

    appointment_id: AppointmentId = titled("任职编号")
    areas: list[Text] | None = maybe("分管领域")
    effective_from: EdtfDate = titled("生效日期")
    document_number: Text | None = maybe("文号")


class TransferProposed(Kind):
    """Transfer or promotion of an official under a tenure rule is proposed."""

    NAME = "transfer.proposed"
    TITLE_ZH = "调整提议"
    SOURCE = _SECTION

    person_id: PersonId = titled("人员编号")
    from_post_id: PostId | None = maybe("现任岗位编号")
    to_post_id: PostId | None = maybe("拟任岗位编号")
    kind: Literal["transfer", "promotion-in-place", "promotion-away"] | None = maybe(
        "调整类型", note="transfer 调动、promotion-in-place 就地提级、promotion-away 提拔调离"
    )
    proposed_on: Day = titled("提议日期")
    designation_state: Text | None = maybe("当日名单状态", note="所在地当日的名单状态,照录备查")


class TransferDecided(Kind):
    """The proposal is approved or refused, with the ground."""

    NAME = "transfer.decided"
    TITLE_ZH = "调整决定"
    SOURCE = _SECTION

    proposal_event_id: Citation = titled("提议事件标识")
    decision: Literal["approved", "refused", "approved-as-exception"] | None = maybe(
        "决定", note="approved 同意、refused 不同意、approved-as-exception 作为例外同意"
    )
    ground: Text | None = maybe("理由")
    decided_on: Day = titled("决定日期")
    decided_by: BodyId | None = maybe("决定机关编号")


class StaffingAdjusted(Kind):
    """Posts, budgeted staff or manpower of a body change."""

    NAME = "staffing.adjusted"
    TITLE_ZH = "编制调整"
    SOURCE = _SECTION

    body_id: BodyId = titled("机构编号")
    budgeted_posts_before: Count | None = maybe("调整前编制数", note="人")
    budgeted_posts_after: Count | None = maybe("调整后编制数", note="人")
    effective_from: Day = titled("生效日期")


class PairingStarted(Kind):
    """An assistance relation begins: leader to county, unit to village, helper to household."""

    NAME = "pairing.started"
    TITLE_ZH = "结对开始"
    SOURCE = _SECTION

    pairing_id: PairingId = titled("结对编号")
    helper: AnyId = titled("帮扶方编号", note="人员、岗位或单位")
    assisted: AnyId = titled("受帮扶方编号", note="区划、单位或农户")
    kind: Text | None = maybe(
        "结对类型",
        note="如 contact-county、contact-point、fixed-point-unit、helper-household、party-branch、"
        "enterprise-village、east-west",
    )
    effective_from: EdtfDate = titled("结对起始日期")
    instrument_or_letter_id: AnyId | None = maybe("依据文件或责任书编号")


class PairingEnded(Kind):
    """An assistance relation ends."""

    NAME = "pairing.ended"
    TITLE_ZH = "结对结束"
    SOURCE = _SECTION

    pairing_id: PairingId = titled("结对编号")
    reason: Literal["exited", "reassigned", "transfer", "unit-merged", "correction"] | None = maybe(
        "结束原因", note="exited 退出、reassigned 重新安排、transfer 调动、unit-merged 单位合并、correction 更正"
    )
    effective_until: EdtfDate = titled("结对截止日期", note="不含当日")
    successor_pairing_id: PairingId | None = maybe("接续结对编号")


class HandoverItem(Part):
    """One line of a handover list: an object, or plain text."""

    kind: Text | None = maybe("事项类别", note="如问题、整改、资金、项目、责任书、结对")
    id: AnyId | None = maybe("事项编号")
    text: Text | None = maybe("事项内容")
    state: Text | None = maybe("交接时状态")

    @model_validator(mode="before")
    @classmethod
    def _plain_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _something(self) -> Self:
        at_least_one(self, "id", "text")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler, /) -> JsonSchemaValue:
        return {"anyOf": [handler(core), {"type": "string"}]}


class HandoverCompleted(Kind):
    """The outgoing holder of a post hands over to the incoming one."""

    NAME = "handover.completed"
    TITLE_ZH = "工作交接完成"
    SOURCE = _ADDED

    handover_id: ThingId = titled("交接编号")
    outgoing_appointment_id: AppointmentId | None = maybe("移交人任职编号")
    incoming_appointment_id: AppointmentId | None = maybe("接收人任职编号", note="岗位空缺时可缺省")
    witness: AnyId | None = maybe("监交人编号", note="人员、岗位或机构")
    completed_on: Day = titled("交接日期")
    items: list[HandoverItem] | None = maybe("交接清单")
