"""Kinds of section F of the catalogue: money appropriated, allocated, paid, settled, recovered or given."""

from __future__ import annotations

from typing import Literal

from events.catalogue.actors import Actor
from events.catalogue.base import Kind, Part, maybe, titled
from events.fields import AnyId, BodyId, Citation, Day, JurisdictionId, Money, Text, ThingId, Year

_SECTION = "catalogue of kinds, section F (docs/events.md)"


class BudgetAppropriated(Kind):
    """A fiscal appropriation to a special fund is adopted or amended for a year."""

    NAME = "budget.appropriated"
    TITLE_ZH = "预算安排"
    SOURCE = _SECTION

    budget_id: ThingId = titled("预算编号")
    jurisdiction_id: JurisdictionId | None = maybe("区划编号")
    fiscal_year: Year | None = maybe("财政年度")
    fund: Text | None = maybe("专项资金名称", note="代码由责任制配置声明")
    special_fund: Money = titled("专项资金金额(元)")
    base_revenue: Money | None = maybe("基数收入(元)", note="比例所依据的收入")
    base_definition: (
        Literal["public-budget-revenue", "general-public-budget-revenue", "local-fiscal-revenue"] | None
    ) = maybe(
        "基数口径",
        note="public-budget-revenue 公共财政预算收入、general-public-budget-revenue 一般公共预算收入、"
        "local-fiscal-revenue 地方财政收入",
    )
    previous_year_fund: Money | None = maybe("上年专项资金金额(元)")
    previous_year_revenue: Money | None = maybe("上年基数收入(元)")
    adopted_on: Day = titled("批准日期")


class FundsAllocated(Kind):
    """Funds of a named source are allocated to a jurisdiction or project."""

    NAME = "funds.allocated"
    TITLE_ZH = "资金下达"
    SOURCE = _SECTION

    allocation_id: ThingId = titled("下达编号")
    source: Text | None = maybe(
        "资金来源",
        note="代码由责任制配置声明,如 central-special、provincial、city、county、consolidated、east-west、social",
    )
    allocator_id: AnyId | None = maybe("下达方编号", note="区划或机构")
    from_allocation_id: ThingId | None = maybe("上级下达编号", note="转下达时填写")
    recipient_id: AnyId | None = maybe("接收方编号", note="区划、机构或项目")
    amount: Money = titled("金额(元)")
    purpose: Text | None = maybe("用途")
    allocated_on: Day = titled("下达日期")
    document: Text | None = maybe("下达文件")


class ConsolidatedSource(Part):
    """One source of consolidated funds and its amount."""

    source: Text | None = maybe("资金来源")
    amount: Money | None = maybe("金额(元)")


class FundsConsolidated(Kind):
    """Fiscal funds of several sources are consolidated into one project pool."""

    NAME = "funds.consolidated"
    TITLE_ZH = "资金整合"
    SOURCE = _SECTION

    consolidation_id: ThingId = titled("整合编号")
    jurisdiction_id: JurisdictionId | None = maybe("区划编号")
    amount: Money = titled("整合金额(元)")
    sources: list[ConsolidatedSource] | None = maybe("资金构成")
    plan_id: ThingId | None = maybe("整合方案编号")
    due_on: Day | None = maybe("整合期限")
    consolidated_on: Day = titled("整合日期")


class FundsDisbursed(Kind):
    """Funds are paid out to an implementing unit, contractor, household or account."""

    NAME = "funds.disbursed"
    TITLE_ZH = "资金拨付"
    SOURCE = _SECTION

    disbursement_id: ThingId = titled("拨付编号")
    project_id: ThingId | None = maybe("项目编号")
    jurisdiction_id: JurisdictionId | None = maybe("区划编号")
    payer: BodyId | None = maybe("付款单位编号")
    payee: AnyId | None = maybe("收款方编号", note="单位或农户")
    amount: Money = titled("金额(元)")
    approved_on: Day | None = maybe("审批日期", note="按审批之日认定责任")
    disbursed_on: Day = titled("拨付日期")
    approved_by: Actor | None = maybe("审批人", note="人员及审批时所任岗位")
    account_hash: Text | None = maybe("收款账户哈希")


class FundsReimbursed(Kind):
    """Project funds are settled by reimbursement (报账) against vouchers."""

    NAME = "funds.reimbursed"
    TITLE_ZH = "资金报账"
    SOURCE = _SECTION

    reimbursement_id: ThingId = titled("报账编号")
    project_id: ThingId | None = maybe("项目编号")
    disbursed_base: Money | None = maybe("已拨付基数(元)")
    amount: Money = titled("报账金额(元)")
    reimbursed_on: Day = titled("报账日期")
    acceptance_event_id: Citation | None = maybe("验收事件标识", note="应先于报账")


class FundsRecovered(Kind):
    """Misused or unspent funds are recovered."""

    NAME = "funds.recovered"
    TITLE_ZH = "资金追回"
    SOURCE = _SECTION

    recovery_id: ThingId = titled("追回编号")
    project_id: ThingId | None = maybe("项目编号")
    amount: Money = titled("追回金额(元)")
    recovered_on: Day = titled("追回日期")
    finding_id: ThingId | None = maybe("问题编号")


class DonationReceived(Kind):
    """A donation or social assistance fund is received with the donor's intent; goods have no amount."""

    NAME = "donation.received"
    TITLE_ZH = "捐赠接收"
    SOURCE = _SECTION

    donation_id: ThingId = titled("捐赠编号")
    jurisdiction_id: JurisdictionId | None = maybe("区划编号")
    donor_id: AnyId | None = maybe("捐赠方编号")
    amount: Money | None = maybe("金额(元)", note="捐赠物资时可缺省")
    goods: Text | None = maybe("捐赠物资")
    intent: Text | None = maybe("捐赠意愿", note="约定用途")
    received_on: Day = titled("接收日期")
