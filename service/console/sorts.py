"""What may stand on a timeline: its sorts, what they are called, and the lanes and filters they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from events.catalogue import registry
from service.console.terms import word
from service.console.words import Pair, pick


@dataclass(frozen=True)
class Group:
    """Sorts that are filtered together; one lane each, but for offices, whose lanes are the posts."""

    zh: str
    en: str
    tone: str
    """The class of its colour; states of a post have their own."""
    sorts: Mapping[str, Pair]

    def name(self, language: str) -> str:
        """What it is called."""
        return pick((self.zh, self.en), language)

    @property
    def types(self) -> str:
        """Its sorts as the API takes them."""
        return ",".join(self.sorts)


GROUPS: Final[Mapping[str, Group]] = {
    "offices": Group(
        "任职",
        "Tenures",
        "held",
        {
            "tenure": ("任职", "tenure"),
            "vacant": ("空缺", "vacant"),
            "uncertain": ("不确定", "uncertain"),
            "contested": ("重叠", "contested"),
        },
    ),
    "letters": Group("责任书", "Letters", "letter", {"letter": ("责任书", "letter")}),
    "pairings": Group("结对帮扶", "Pairings", "pairing", {"pairing": ("结对帮扶", "pairing")}),
    "visits": Group("走访", "Visits", "visit", {"visit": ("走访", "visit"), "outreach": ("宣讲", "outreach")}),
    "money": Group(
        "资金",
        "Money",
        "money",
        {
            "budget": ("预算", "budget"),
            "allocation": ("下达", "allocation"),
            "consolidation": ("整合", "consolidation"),
            "disbursement": ("拨付", "payment"),
            "reimbursement": ("报账", "reimbursement"),
            "recovery": ("追回", "recovery"),
            "donation": ("捐赠", "donation"),
        },
    ),
    "projects": Group(
        "项目与公示",
        "Projects and postings",
        "project",
        {
            "project": ("项目", "project"),
            "ledger-entry": ("台账", "ledger entry"),
            "posting": ("公示", "posting"),
            "record": ("归档", "record filed"),
        },
    ),
    "findings": Group(
        "问题",
        "Findings",
        "finding",
        {
            "finding": ("问题", "finding"),
            "inspection": ("检查", "inspection"),
            "audit": ("审计", "audit"),
            "incident": ("事件", "incident"),
            "opinion": ("意见", "opinion"),
        },
    ),
    "rectifications": Group("整改", "Rectifications", "rectification", {"rectification": ("整改", "rectification")}),
    "accountability": Group(
        "问责与奖惩",
        "Accountability",
        "accountability",
        {
            "interview": ("约谈", "interview"),
            "case": ("追责案件", "case"),
            "sanction": ("处分", "sanction"),
            "evaluation": ("考核", "evaluation"),
            "reward": ("表彰", "reward"),
            "transfer": ("调整审批", "transfer proposal"),
            "handover": ("交接", "handover"),
        },
    ),
    "exits": Group(
        "贫困退出",
        "Exits",
        "exit",
        {
            "designation": ("列入名单", "designation"),
            "exit": ("退出", "exit"),
            "household": ("建档立卡户", "household"),
            "measure": ("帮扶措施", "measure"),
        },
    ),
    "work": Group(
        "工作",
        "Work",
        "work",
        {
            "plan": ("计划", "plan"),
            "target": ("目标", "target"),
            "task": ("任务", "task"),
            "meeting": ("会议", "meeting"),
            "report": ("报告", "report"),
            "duty-report": ("述职", "duty report"),
            "training": ("培训", "training"),
            "issue": ("上报事项", "issue"),
            "dataset": ("数据确认", "dataset"),
        },
    ),
    "register": Group(
        "区划与机构",
        "Register",
        "register",
        {
            "jurisdiction": ("区划", "place"),
            "body": ("机构", "body"),
            "post": ("岗位", "post"),
            "staffing": ("编制", "staffing"),
            "instrument": ("文件", "instrument"),
            "key": ("签名密钥", "signing key"),
        },
    ),
}
"""From the top lane down. Breaches stand below all of them."""
OTHER: Final = Group("其他", "Other", "work", {})

STEPS: Final[Mapping[str, Pair]] = {
    "allocated": ("下达", "allocated"),
    "approved": ("审批", "approved"),
    "disbursed": ("拨付", "paid"),
    "reimbursed": ("报账", "settled"),
    "recovered": ("追回", "recovered"),
    "adopted": ("批准预算", "adopted"),
    "consolidated": ("整合", "consolidated"),
    "received": ("收到", "received"),
    "due": ("期限", "due"),
}
"""What the dates of events about money are called."""

GROUP_OF: Final[Mapping[str, str]] = {sort: key for key, group in GROUPS.items() for sort in group.sorts}
RANK: Final[Mapping[str, int]] = {key: rank for rank, key in enumerate(GROUPS)}


def group_of(sort: str) -> Group:
    """The group of a sort; a sort that has no name here is among the others."""
    return GROUPS.get(GROUP_OF.get(sort, ""), OTHER)


def name(sort: str, language: str) -> str:
    """What a sort is called; the word itself where it has no name here."""
    pair = group_of(sort).sorts.get(sort)
    return sort if pair is None else pick(pair, language)


def rank(sort: str) -> int:
    """How far down the lane of a sort stands."""
    return RANK.get(GROUP_OF.get(sort, ""), len(RANK))


def kind_name(kind: str, language: str) -> str:
    """What a kind of event is called."""
    known = registry.find(kind)
    return known.TITLE_ZH if language == "zh" and known is not None else kind.replace(".", " ").replace("-", " ")


def step_name(step: str, language: str) -> str:
    """What the day of a step is called."""
    pair = STEPS.get(step)
    return word(step, language) if pair is None else pick(pair, language)
