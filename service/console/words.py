"""What the API's words are called on a page, in Chinese and English, and the sign that tells states apart in print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Pair = tuple[str, str]


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
    "high": Sign("高", "high", "▲", "bad"),
    "middle": Sign("中", "middle", "◆", "warn"),
    "low": Sign("低", "low", "·", "calm"),
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
    "binding": ("强制", "binding"),
    "guiding": ("指导", "guiding"),
    "draft": ("征求意见稿", "draft"),
    "advisory": ("建议", "advisory"),
    "reported-practice": ("经验做法", "reported practice"),
    "scripted": ("脚本时钟(示例日志)", "scripted clock (sample log)"),
    "live": ("实时时钟", "live clock"),
}


def sign(word: str | None, language: str) -> dict[str, str]:
    """A state as a page shows it: `text`, `mark` and `tone`; a word that has no sign is shown as it is."""
    found = SIGNS.get(word or "", Sign(word or "—", word or "—", "·", "calm"))
    return {
        "word": word or "",
        "text": found.zh if language == "zh" else found.en,
        "mark": found.mark,
        "tone": found.tone,
    }


def name(word: Any, language: str) -> str:
    """What a word of the API is called; the word itself where it has no name here."""
    if word is None:
        return "—"
    pair = NAMES.get(str(word)) or ((SIGNS[word].zh, SIGNS[word].en) if word in SIGNS else None)
    return str(word) if pair is None else pair[0 if language == "zh" else 1]
