"""Kinds of section C of the catalogue: responsibility letters, and the plans, targets and tasks under them."""

from __future__ import annotations

from typing import Literal

from events.catalogue.actors import Signatory
from events.catalogue.base import Kind, Part, maybe, titled
from events.fields import (
    AnyId,
    Citation,
    Classification,
    Count,
    Day,
    Decimal,
    EdtfDate,
    LetterId,
    Money,
    Sha256,
    Text,
    ThingId,
)

_SECTION = "catalogue of kinds, section C (docs/events.md)"


class ResponsibilityLetterSigned(Kind):
    """A signatory signs a responsibility letter of a given kind towards a counterparty."""

    NAME = "responsibility-letter.signed"
    TITLE_ZH = "责任书签订"
    SOURCE = _SECTION

    letter_id: LetterId = titled("责任书编号", note="系统内编号,不是文号")
    kind: Text | None = maybe(
        "责任书类型",
        note="代码由责任制配置声明,如 exit-letter 脱贫责任书、principal-letter 主体责任书、"
        "assistance-letter 帮扶责任书",
    )
    signatory: Signatory | None = maybe("签订人")
    counterparty: AnyId | None = maybe("签订对方编号", note="机构或区划")
    scope: Citation | None = maybe("责任范围", note="区划、联系点或单位与村的结对")
    signed_on: EdtfDate = titled("签订日期", note="落款日期")
    effective_from: EdtfDate | None = maybe("生效日期", note="可早于签订日期")
    effective_until: EdtfDate | None = maybe("截止日期", note="不含当日")
    duties: list[Text] | None = maybe("所载义务编号")
    targets: list[ThingId] | None = maybe("所载目标编号")
    scan_sha256: Sha256 | None = maybe("扫描件 SHA-256")
    document_number: Text | None = maybe("文号")
    pages: Count | None = maybe("页数")
    classification: Classification | None = maybe("密级标识", note="公开或内部;秘密及以上不得进入本系统")


class ResponsibilityLetterCountersigned(Kind):
    """The counterparty or the second principal signs the same letter."""

    NAME = "responsibility-letter.countersigned"
    TITLE_ZH = "责任书会签"
    SOURCE = _SECTION

    letter_id: LetterId = titled("责任书编号")
    signatory: Signatory | None = maybe("会签人")
    role: Literal["counterparty", "co-principal", "organiser"] | None = maybe(
        "会签身份", note="counterparty 签订对方、co-principal 另一主要负责人、organiser 组织方"
    )
    signed_on: EdtfDate = titled("会签日期")


class ResponsibilityLetterSuperseded(Kind):
    """A letter is replaced by a later one: annual renewal, change of post, new contact point."""

    NAME = "responsibility-letter.superseded"
    TITLE_ZH = "责任书更替"
    SOURCE = _SECTION

    letter_id: LetterId = titled("原责任书编号")
    new_letter_id: LetterId | None = maybe("新责任书编号")
    effective_from: EdtfDate = titled("更替日期")
    reason: Literal["renewal", "post-change", "scope-change", "correction"] | None = maybe(
        "更替原因", note="renewal 续签、post-change 岗位变动、scope-change 范围变化、correction 更正"
    )


class ResponsibilityLetterDischarged(Kind):
    """The letter ends because its scope exited or the holder was released with handover."""

    NAME = "responsibility-letter.discharged"
    TITLE_ZH = "责任书解除"
    SOURCE = _SECTION

    letter_id: LetterId = titled("责任书编号")
    effective_until: EdtfDate = titled("解除日期", note="不含当日")
    reason: Literal["exit-approved", "handover", "body-dissolved"] | None = maybe(
        "解除原因", note="exit-approved 退出获批、handover 已交接、body-dissolved 机构撤销"
    )
    handover_id: ThingId | None = maybe("交接编号")


class TargetSet(Kind):
    """A numeric or dated target is set for a jurisdiction, unit or post."""

    NAME = "target.set"
    TITLE_ZH = "目标下达"
    SOURCE = _SECTION

    target_id: ThingId = titled("目标编号")
    subject_id: AnyId | None = maybe("承担对象编号", note="区划、单位或岗位")
    measure: Text | None = maybe("指标", note="如贫困人口、村、县、比例、等次")
    value: Decimal | None = maybe("目标值")
    unit: Text | None = maybe("计量单位")
    due_on: Day | None = maybe("完成期限")
    instrument_or_letter_id: AnyId | None = maybe("依据文件或责任书编号")


class PlanItem(Part):
    """One item of a plan, with who answers for it."""

    text: Text | None = maybe("内容")
    responsible: AnyId | None = maybe("责任人或责任岗位编号")
    due_on: Day | None = maybe("完成期限")
    amount: Money | None = maybe("金额(元)")


class PlanAdopted(Kind):
    """A plan of a stated kind is adopted for a period."""

    NAME = "plan.adopted"
    TITLE_ZH = "计划制定"
    SOURCE = _SECTION

    plan_id: ThingId = titled("计划编号")
    plan_kind: (
        Literal[
            "rolling",
            "annual",
            "measures",
            "implementation",
            "fund-consolidation",
            "village",
            "household",
            "supervision",
            "contingency",
            "assistance",
        ]
        | None
    ) = maybe("计划类型")
    owner_id: AnyId | None = maybe("制定主体编号")
    covers_from: Day | None = maybe("覆盖起始日期")
    covers_until: Day | None = maybe("覆盖截止日期", note="不含当日")
    items: list[PlanItem] | None = maybe("计划事项")
    document_sha256: Sha256 | None = maybe("文件 SHA-256")


class PlanRevised(Kind):
    """A plan is rolled forward or amended."""

    NAME = "plan.revised"
    TITLE_ZH = "计划修订"
    SOURCE = _SECTION

    plan_id: ThingId = titled("计划编号")
    revision: Count | None = maybe("修订次数")
    changes: Text | None = maybe("修订内容")
    effective_from: Day = titled("生效日期")


class TaskAssigned(Kind):
    """A task is given to a person or unit with content and deadline."""

    NAME = "task.assigned"
    TITLE_ZH = "任务交办"
    SOURCE = _SECTION

    task_id: ThingId = titled("任务编号")
    assignee: AnyId | None = maybe("承办人编号", note="人员、岗位或单位")
    assigned_by: AnyId | None = maybe("交办人编号", note="人员或机构")
    content: Text | None = maybe("任务内容")
    due_on: Day | None = maybe("完成期限")
    beneficiary_id: AnyId | None = maybe("受益对象编号", note="农户或村")
    plan_item_id: Text | None = maybe("计划事项编号")


class TaskCompleted(Kind):
    """The task is done, with evidence."""

    NAME = "task.completed"
    TITLE_ZH = "任务完成"
    SOURCE = _SECTION

    task_id: ThingId = titled("任务编号")
    completed_on: Day = titled("完成日期")
    result: Text | None = maybe("完成结果")
    evidence: list[Sha256] | None = maybe("佐证材料 SHA-256")
