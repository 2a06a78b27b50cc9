"""Kinds of section A of the catalogue: posts, and the instruments and bodies they rest on."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from events.catalogue.base import Kind, Part, at_least_one, exactly_one, maybe, titled
from events.fields import (
    BodyId,
    Classification,
    Count,
    Day,
    EdtfDate,
    Function,
    JurisdictionId,
    PostId,
    Seats,
    Text,
    ThingId,
)

_SECTION = "catalogue of kinds, section A (docs/events.md)"


class InstrumentIssued(Kind):
    """A normative text, plan or guidance is issued, with separate printing and effective dates."""

    NAME = "instrument.issued"
    TITLE_ZH = "文件印发"
    SOURCE = _SECTION

    instrument_id: ThingId = titled("文件编号", note="系统内编号,不是文号")
    title_zh: Text | None = maybe("文件标题")
    document_number: Text | None = maybe("文号")
    status: Literal["draft", "in-force"] | None = maybe("效力状态", note="draft 征求意见或讨论稿、in-force 正式施行")
    printed_on: EdtfDate | None = maybe("印发日期")
    effective_from: EdtfDate | None = maybe("施行日期", note="可早于印发日期")
    legal_basis: list[Text] | None = maybe("制定依据", note="上位文件的编号或文号")
    scope_jurisdictions: list[JurisdictionId] | None = maybe("适用区划编号")
    interpreted_by: BodyId | None = maybe("解释机关编号")
    rules: list[Text] | None = maybe("所含义务编号")
    pages: Count | None = maybe("页数")
    classification: Classification | None = maybe("密级标识", note="公开或内部;秘密及以上不得进入本系统")


class InstrumentSuperseded(Kind):
    """An instrument, or a parameter in it such as an evaluation weight, is replaced."""

    NAME = "instrument.superseded"
    TITLE_ZH = "文件废止或修改"
    SOURCE = _SECTION

    instrument_id: ThingId = titled("原文件编号")
    superseded_by: ThingId | None = maybe("替代文件编号")
    parameter: Text | None = maybe("修改的参数", note="仅修改一项参数时填写")
    old_value: Text | None = maybe("原值")
    new_value: Text | None = maybe("新值")
    effective_from: EdtfDate = titled("生效日期")


class BodyEstablished(Kind):
    """A leading group, office, unit, work team, fund platform or village group is set up."""

    NAME = "body.established"
    TITLE_ZH = "机构设立"
    SOURCE = _SECTION

    body_id: BodyId = titled("机构编号")
    name_zh: Text | None = maybe("机构名称")
    body_type: (
        Literal[
            "leading-group",
            "special-leading-group",
            "office",
            "station",
            "village-office",
            "project-group",
            "supervision-group",
            "work-team",
            "platform",
            "fund",
            "unit",
            "enterprise",
            "committee",
            "government",
            "department",
            "village-committee",
        ]
        | None
    ) = maybe("机构类型")
    jurisdiction_id: JurisdictionId | None = maybe("所属区划编号")
    unit_id: BodyId | None = maybe("所属单位编号")
    leader_rule: Literal["single", "dual"] | None = maybe("组长设置", note="single 单组长、dual 双组长")
    functions: list[Function] | None = maybe("职能代码", note="供责任规则识别,如 leading-group")
    effective_from: Day | None = maybe("设立日期", note="缺省表示一直在册")


class BodyDissolved(Kind):
    """A body ends; open duties pass to a named successor."""

    NAME = "body.dissolved"
    TITLE_ZH = "机构撤销"
    SOURCE = _SECTION

    body_id: BodyId = titled("机构编号")
    successor_id: BodyId | None = maybe("承接机构编号")
    effective_from: Day = titled("撤销日期")


class ClaimedResponsibility(Part):
    """A responsibility that the sender attaches to a post; it is shown as claimed."""

    kind: Text | None = maybe("责任类型", note="如 first、overall、principal")
    role: Text | None = maybe("责任名称", note="如 第一责任人")
    scope: Text | None = maybe("责任范围")
    obligation_id: Text | None = maybe("义务编号")

    @model_validator(mode="after")
    def _something(self) -> Self:
        at_least_one(self, "kind", "role", "scope", "obligation_id")
        return self


class PostEstablished(Kind):
    """A post exists in a body or division, apart from whoever holds it."""

    NAME = "post.established"
    TITLE_ZH = "岗位设立"
    SOURCE = _SECTION

    post_id: PostId = titled("岗位编号")
    title_zh: Text = titled("岗位名称")
    body_id: BodyId | None = maybe("所属机构编号", note="与所属区划编号恰填其一")
    jurisdiction_id: JurisdictionId | None = maybe("所属区划编号", note="与所属机构编号恰填其一")
    functions: list[Function] | None = maybe("职能代码", note="供责任规则识别,如 party-principal")
    responsibilities: list[ClaimedResponsibility] | None = maybe("所附责任", note="按报送方所称展示")
    seats: Seats | None = maybe("职数", note="缺省为 1")
    effective_from: Day | None = maybe("设立日期", note="缺省表示一直在册")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        exactly_one(self, "body_id", "jurisdiction_id")
        return self


class PostAbolished(Kind):
    """A post ends and its duties pass to a named post."""

    NAME = "post.abolished"
    TITLE_ZH = "岗位撤销"
    SOURCE = _SECTION

    post_id: PostId = titled("岗位编号")
    successor_post_id: PostId | None = maybe("承接岗位编号")
    effective_from: Day = titled("撤销日期")
