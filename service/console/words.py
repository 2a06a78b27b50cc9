"""What the API's words are called wherever they stand, in Chinese and English, and the signs of states.

Words that stand inside answers alone, or are called otherwise there, are in terms.py, which falls back on these; codes
of functions are in functions.py, sorts of a timeline in sorts.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Pair = tuple[str, str]
"""A text in Chinese and in English."""


@dataclass(frozen=True)
class Sign:
    """A state as it is shown: a name and a mark, so that no state is told by colour alone."""

    zh: str
    en: str
    mark: str
    tone: str
    """`good`, `bad`, `warn`, `open` or `calm`: the class of its style."""


SIGNS: Final[Mapping[str, Sign]] = {
    "held": Sign("在任", "held", "●", "good"),
    "vacant": Sign("空缺", "vacant", "○", "bad"),
    "uncertain": Sign("不确定", "uncertain", "◐", "open"),
    "contested": Sign("重叠", "contested", "▲", "warn"),
    "unestablished": Sign("未设", "not established", "–", "calm"),
    "certain": Sign("确定", "certain", "●", "good"),
    "possible": Sign("可能", "possible", "◐", "open"),
    "no": Sign("否", "no", "○", "calm"),
    "yes": Sign("是", "yes", "●", "good"),
    "unknown": Sign("不明", "unknown", "?", "open"),
    "verified": Sign("签名已验证", "signatures verified", "✓", "good"),
    "paper": Sign("纸质", "on paper", "▤", "calm"),
    "none": Sign("未签", "not signed", "✗", "bad"),
    "met": Sign("已履行", "met", "✓", "good"),
    "due": Sign("未到期", "due", "…", "calm"),
    "overdue": Sign("逾期", "overdue", "!", "warn"),
    "breached": Sign("违反", "breached", "✗", "bad"),
    "gap": Sign("无记录", "gap", "○", "warn"),
    "undetermined": Sign("无法判定", "undetermined", "?", "open"),
    "not-applicable": Sign("不适用", "not applicable", "–", "calm"),
    "open": Sign("未结", "open", "○", "warn"),
    "closed": Sign("已结", "closed", "✓", "good"),
    "awaiting_verification": Sign("待核验", "awaiting verification", "…", "open"),
    "force-certain": Sign("当日有效", "in force that day", "●", "good"),
    "force-possible": Sign("当日可能有效", "possibly in force that day", "◐", "open"),
    "force-no": Sign("当日无效", "not in force that day", "○", "calm"),
    "high": Sign("高", "high", "▲", "bad"),
    "middle": Sign("中", "middle", "◆", "warn"),
    "low": Sign("低", "low", "·", "calm"),
    "stands": Sign("有效", "stands", "●", "good"),
    "corrected": Sign("已更正", "corrected", "✎", "warn"),
    "superseded": Sign("此更正已被替代", "corrected again", "✎", "calm"),
    "annulled": Sign("已撤销", "annulled", "✗", "bad"),
    "erased": Sign("内容已删除", "content erased", "–", "calm"),
    "not-checked": Sign("未核验", "not checked", "–", "calm"),
    "log-open": Sign("可写入", "open", "●", "good"),
    "log-halted": Sign("已停止写入", "halted", "✗", "bad"),
    "log-sealed": Sign("已封存", "sealed", "–", "calm"),
}

NAMES: Final[Mapping[str, Pair]] = {
    "province": ("省级", "province"),
    "city": ("市级", "city"),
    "county": ("县级", "county"),
    "township": ("乡级", "township"),
    "village": ("村级", "village"),
    "substantive": ("实任", "substantive"),
    "acting": ("代理", "acting"),
    "concurrent": ("兼任", "concurrent"),
    "seconded": ("挂职", "seconded"),
    "signatory": ("签订人", "signatory"),
    "co-principal": ("共同签订", "co-principal"),
    "counterparty": ("对方会签", "counterparty"),
    "organiser": ("组织方", "organiser"),
    "exit-letter": ("脱贫责任书", "exit letter"),
    "principal-letter": ("主体责任书", "principal letter"),
    "assistance-letter": ("帮扶责任书", "assistance letter"),
    "contact-county": ("联系县", "contact county"),
    "contact-point": ("联系点", "contact point"),
    "fixed-point-unit": ("定点帮扶单位", "fixed-point unit"),
    "helper-household": ("帮扶到户", "helper of a household"),
    "party-branch": ("党支部结对", "Party branch"),
    "enterprise-village": ("企业帮村", "enterprise and village"),
    "east-west": ("东西部协作", "east-west collaboration"),
    "binding": ("强制", "binding"),
    "guiding": ("指导", "guiding"),
    "draft": ("征求意见稿", "draft"),
    "advisory": ("建议", "advisory"),
    "reported-practice": ("经验做法", "reported practice"),
    "scripted": ("脚本时钟(示例日志)", "scripted clock (sample log)"),
    "live": ("实时时钟", "live clock"),
    "leading-group": ("领导小组", "leading group"),
    "special-leading-group": ("专项领导小组", "special leading group"),
    "office": ("办公室", "office"),
    "station": ("工作站", "station"),
    "village-office": ("村办公室", "village office"),
    "project-group": ("项目组", "project group"),
    "supervision-group": ("督导组", "supervision group"),
    "work-team": ("驻村工作队", "work team"),
    "platform": ("平台公司", "platform"),
    "fund": ("基金", "fund"),
    "unit": ("单位", "unit"),
    "enterprise": ("企业", "enterprise"),
    "committee": ("党委", "Party committee"),
    "government": ("政府", "government"),
    "department": ("部门", "department"),
    "village-committee": ("村“两委”", "village committee"),
    "holders": ("任职人", "holders"),
    "own": ("责任主体自身", "the bearer itself"),
    "anywhere": ("本地及以下任何一方", "anyone at the place or below"),
    "signature": ("凡署名者", "whoever signed"),
    "one-each": ("各签一份", "one each"),
    "one-for-all": ("一人签署即算全体", "one for all"),
    "mechanisms": ("机制", "mechanisms"),
    "evaluation": ("考核", "evaluation"),
    "constraint": ("约束", "constraint"),
    "inspection": ("督查巡查", "inspection"),
    "exit": ("退出", "exit"),
    "assistance": ("帮扶", "assistance"),
    "special-poverty-fund": ("财政专项扶贫", "special fund against poverty"),
    "single": ("单组长", "one head"),
    "dual": ("双组长", "two heads"),
    "transfer": ("调动", "transfer"),
    "promotion": ("提拔", "promotion"),
    "retirement": ("退休", "retirement"),
    "resignation": ("辞职", "resignation"),
    "recall": ("召回", "recall"),
    "death": ("去世", "death"),
    "term-end": ("任期届满", "end of term"),
    "body-dissolved": ("机构撤销", "body dissolved"),
    "correction": ("更正", "correction"),
    "exit-approved": ("退出获批", "exit approved"),
    "handover": ("已交接", "handed over"),
    "discharged": ("已解除", "discharged"),
    "river-chief": ("河长责任书", "river chief's letter"),
    "certificate": ("证书", "a certificate"),
    "registrar": ("登记人", "a registrar"),
    "operator": ("仅管理员", "the operator alone"),
    "proved": ("已证明持有私钥", "possession proved"),
    "not-shown": ("未证明持有私钥", "possession not shown"),
    "valid": ("有效", "valid"),
    "revoked-later": ("事后吊销", "revoked later"),
    "allocated": ("分配", "allocated"),
    "disbursed": ("拨付", "paid"),
    "approved-unpaid": ("批准,当日未付", "approved, not yet paid"),
    "reimbursed": ("报账", "settled"),
    "recovered": ("追回", "recovered"),
    "proposed": ("提出", "proposed"),
    "reviewed": ("审核", "reviewed"),
    "registered": ("入库", "registered"),
    "approved": ("批准", "approved"),
    "accepted": ("验收", "accepted"),
    "passed": ("通过", "passed"),
    "conditional": ("有条件通过", "conditional"),
    "failed": ("不合格", "failed"),
    "returned": ("退回", "returned"),
    "rejected": ("不通过", "rejected"),
    "central-special": ("中央专项", "central, special"),
    "provincial": ("省级资金", "provincial"),
    "consolidated": ("整合资金", "consolidated"),
    "social": ("社会资金", "social"),
    "board": ("公示栏", "board"),
    "website": ("网站", "website"),
    "media": ("媒体", "media"),
    "card": ("明白卡", "card"),
    "other": ("其他", "other"),
    "content": ("建设内容", "content"),
    "funding": ("资金投入", "funding"),
    "scope": ("受益范围", "scope"),
    "beneficiary-households": ("受益户数", "households that benefit"),
    "expected-benefit": ("预期效益", "expected benefit"),
}


def pick(pair: Pair, language: str) -> str:
    """The text of a language."""
    return pair[0 if language == "zh" else 1]


def sign(word: str | None, language: str) -> dict[str, str]:
    """A state as a page shows it: `text`, `mark` and `tone`; a word that has no sign is shown as it is."""
    found = SIGNS.get(word or "", Sign(word or "—", word or "—", "·", "calm"))
    return {
        "word": word or "",
        "text": pick((found.zh, found.en), language),
        "mark": found.mark,
        "tone": found.tone,
    }


def name(word: Any, language: str) -> str:
    """What a word of the API is called; the word itself where it has no name here."""
    if word is None:
        return "—"
    pair = NAMES.get(str(word)) or ((SIGNS[word].zh, SIGNS[word].en) if word in SIGNS else None)
    return str(word) if pair is None else pick(pair, language)
