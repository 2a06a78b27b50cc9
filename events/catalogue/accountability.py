"""Kinds of section E of the catalogue: accountability, in interviews, cases, sanctions, evaluations and rewards."""

from __future__ import annotations

from typing import Literal

from events.catalogue.actors import Actor
from events.catalogue.base import Kind, Part, maybe, titled
from events.fields import (
    AnyId,
    BodyId,
    Count,
    Day,
    Decimal,
    Flag,
    Money,
    PersonId,
    Ratio,
    Text,
    ThingId,
    Year,
)

_SECTION = "catalogue of kinds, section E (docs/events.md)"


class InterviewHeld(Kind):
    """An admonitory interview (约谈, 诫勉谈话) is held."""

    NAME = "interview.held"
    TITLE_ZH = "约谈"
    SOURCE = _SECTION

    interview_id: ThingId = titled("约谈编号")
    interviewee: Actor | None = maybe("被约谈人")
    kind: Literal["interview", "admonishment-talk"] | None = maybe(
        "约谈类型", note="interview 约谈、admonishment-talk 诫勉谈话"
    )
    ground: Text | None = maybe("约谈事由")
    held_on: Day = titled("约谈日期")
    held_by: BodyId | None = maybe("约谈机关编号")


class AccountabilityCaseOpened(Kind):
    """A discipline, supervision or criminal-prevention case is opened or referred."""

    NAME = "accountability-case.opened"
    TITLE_ZH = "问责立案"
    SOURCE = _SECTION

    case_id: ThingId = titled("案件编号")
    authority: Literal["discipline-inspection", "supervision-commission", "procuratorate"] | None = maybe(
        "办案机关类型",
        note="discipline-inspection 纪律检查机关、supervision-commission 监察委员会、procuratorate 检察机关",
    )
    subject_persons: list[PersonId] | None = maybe("涉案人员编号")
    responsibility_class: Literal["leadership", "direct"] | None = maybe(
        "责任性质", note="leadership 领导责任、direct 直接责任"
    )
    trigger: Text | None = maybe("触发的义务编号")
    occurred_from: Day | None = maybe("事实发生起始日期")
    opened_on: Day = titled("立案日期")


class AccountabilityCaseClosed(Kind):
    """The case is closed with or without a sanction."""

    NAME = "accountability-case.closed"
    TITLE_ZH = "问责结案"
    SOURCE = _SECTION

    case_id: ThingId = titled("案件编号")
    outcome: Literal["sanction", "no-fault", "referred", "withdrawn"] | None = maybe(
        "结案结果", note="sanction 给予处理、no-fault 无责、referred 移送、withdrawn 撤案"
    )
    closed_on: Day = titled("结案日期")


class SanctionImposed(Kind):
    """A sanction or grade limit is imposed on a person or unit."""

    NAME = "sanction.imposed"
    TITLE_ZH = "处理处分"
    SOURCE = _SECTION

    sanction_id: ThingId = titled("处理编号")
    subject: AnyId | None = maybe("处理对象编号", note="人员或单位")
    kind: (
        Literal[
            "circulated-criticism",
            "interview-consequence",
            "recall",
            "accountability",
            "grade-cap",
            "discipline",
            "other",
        ]
        | None
    ) = maybe(
        "处理类型",
        note="circulated-criticism 通报批评、interview-consequence 约谈后果、recall 召回、accountability 问责、"
        "grade-cap 考核等次限制、discipline 党纪政务处分、other 其他",
    )
    ground_obligation_id: Text | None = maybe("所依据义务编号")
    case_id: ThingId | None = maybe("案件编号")
    imposed_on: Day = titled("处理日期")
    effective_until: Day | None = maybe("影响期截止日期", note="不含当日")


class SanctionLifted(Kind):
    """A sanction ends or is withdrawn."""

    NAME = "sanction.lifted"
    TITLE_ZH = "处理处分解除"
    SOURCE = _SECTION

    sanction_id: ThingId = titled("处理编号")
    reason: Literal["expired", "withdrawn", "appeal-upheld", "correction"] | None = maybe(
        "解除原因", note="expired 期满、withdrawn 撤销、appeal-upheld 申诉成立、correction 更正"
    )
    lifted_on: Day = titled("解除日期")


class EvaluationComponent(Part):
    """One component of an evaluation, with its weight and score."""

    name: Text | None = maybe("指标名称")
    weight: Ratio | None = maybe("权重", note="0 至 1")
    score: Decimal | None = maybe("得分")


class EvaluationRecorded(Kind):
    """An evaluation result is recorded, with weights, scores, grade and scorers."""

    NAME = "evaluation.recorded"
    TITLE_ZH = "考核结果"
    SOURCE = _SECTION

    evaluation_id: ThingId = titled("考核编号")
    scheme_instrument_id: ThingId | None = maybe("考核办法文件编号")
    subject: AnyId | None = maybe("考核对象编号", note="区划、单位或人员")
    year: Year | None = maybe("考核年度")
    components: list[EvaluationComponent] | None = maybe("分项得分")
    total_score: Decimal | None = maybe("总分", note="分")
    grade: Literal["excellent", "fairly-good", "good", "qualified", "unqualified"] | None = maybe(
        "考核等次", note="excellent 优秀、fairly-good 较好、good 良好、qualified 合格、unqualified 不合格"
    )
    scorers: list[AnyId] | None = maybe("评分人编号", note="自下而上评分时填写")
    third_party: Flag | None = maybe("是否第三方评估")
    ranking: Count | None = maybe("排名")
    recorded_on: Day = titled("考核结果认定日期")


class RewardGranted(Kind):
    """A commendation, award, promotion priority or bonus is granted."""

    NAME = "reward.granted"
    TITLE_ZH = "表彰奖励"
    SOURCE = _SECTION

    reward_id: ThingId = titled("奖励编号")
    subject: AnyId | None = maybe("奖励对象编号")
    kind: Literal["circulated-commendation", "award", "promotion-priority", "rank-in-place", "bonus"] | None = maybe(
        "奖励类型",
        note="circulated-commendation 通报表扬、award 表彰、promotion-priority 优先提拔、"
        "rank-in-place 就地提级、bonus 奖金",
    )
    ground_obligation_id: Text | None = maybe("所依据义务编号")
    amount: Money | None = maybe("金额(元)")
    granted_on: Day = titled("授予日期")
