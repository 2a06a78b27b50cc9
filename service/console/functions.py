"""What the function codes of posts and bodies are called, and how heavily a duty binds in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.console.words import Pair

FUNCTIONS: Final[Mapping[str, Pair]] = {
    "any": ("任何岗位或机构", "any post or body"),
    "party-committee": ("党委", "Party committee"),
    "government": ("政府", "government"),
    "village-committee": ("村民委员会", "village committee"),
    "party-branch": ("党支部", "Party branch"),
    "leading-group": ("领导小组", "leading group"),
    "leading-group-office": ("领导小组办公室", "office of the leading group"),
    "general-office": ("办公厅(室)", "general office"),
    "sector-department": ("行业部门", "sector department"),
    "finance-department": ("财政部门", "finance department"),
    "organisation-department": ("组织部门", "organisation department"),
    "propaganda-department": ("宣传部门", "propaganda department"),
    "discipline-body": ("纪检监察机关", "discipline body"),
    "audit-office": ("审计机关", "audit office"),
    "procuratorate": ("检察机关", "procuratorate"),
    "people-congress": ("人大", "people's congress"),
    "cppcc": ("政协", "CPPCC"),
    "supervising-side": ("督导方", "supervising side"),
    "ministry-office": ("部委司局", "office of a ministry"),
    "assisting-unit": ("帮扶单位", "assisting unit"),
    "work-team": ("驻村工作队", "work team"),
    "enterprise": ("企业", "enterprise"),
    "army": ("部队", "army"),
    "democratic-party": ("民主党派", "democratic party"),
    "social-organisation": ("社会组织", "social organisation"),
    "third-party-evaluator": ("第三方评估机构", "third-party evaluator"),
    "party-principal": ("党委主要负责人", "Party principal"),
    "government-principal": ("政府主要负责人", "government principal"),
    "deputy-party-secretary": ("党委副书记", "deputy Party secretary"),
    "deputy-in-charge": ("分管负责人", "deputy in charge"),
    "executive-deputy": ("常务副职", "executive deputy"),
    "standing-committee-member": ("常委", "standing-committee member"),
    "other-leader": ("其他领导成员", "other leader"),
    "department-head": ("部门主要负责人", "department head"),
    "assisting-unit-head": ("帮扶单位负责人", "head of the assisting unit"),
    "ministry-leader": ("部委领导", "leader of a ministry"),
    "seconded-official": ("挂职干部", "seconded official"),
    "village-party-secretary": ("村党组织书记", "village Party secretary"),
    "village-group-leader": ("村民小组长", "village group leader"),
    "first-secretary": ("第一书记", "first secretary"),
    "helper": ("帮扶责任人", "helper"),
    "non-party-person": ("党外人士", "person outside the Party"),
    "citizen": ("公民", "citizen"),
    "general-chief": ("总河长", "general river chief"),
    "river-chief": ("河长", "river chief"),
    "chief-office": ("河长制办公室", "river chief office"),
}
"""Function codes, with those of the river-chief pack."""
