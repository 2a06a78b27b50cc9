"""What one who looks at the console may post: to which logs, of which kinds, as which sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.console.visit import Answer, Visit
from service.console.words import Pair
from service.tables.ledger import SOURCE as LEDGER_SOURCE

FORM_SOURCE: Final = "urn:zeren:console:form"
"""The source of what is entered in a form."""
_GROUPS: Final = (
    ("区划与文件", "Places and instruments", ("jurisdiction", "designation", "instrument")),
    ("机构与岗位", "Bodies and posts", ("body", "post", "staffing")),
    (
        "人员与任职", "People and tenures",
        ("person", "appointment", "portfolio", "transfer", "pairing", "handover"),
    ),
    ("责任书与计划", "Letters and plans", ("responsibility-letter", "target", "plan", "task")),
    (
        "履职", "Work",
        ("visit", "meeting", "report", "duty-report", "training", "outreach", "issue", "opinion"),
    ),
    ("监督与整改", "Oversight and rectification", ("inspection", "audit", "finding", "rectification", "interview")),
    ("问责与考核", "Accountability and evaluation", ("accountability-case", "sanction", "evaluation", "reward")),
    ("资金与项目", "Money and projects", ("budget", "funds", "donation", "ledger-entry", "project")),
    ("农户与退出", "Households and exits", ("household", "measure", "exit", "incident")),
    ("公开与记录", "Publicity and records", ("publicity", "record", "dataset", "key")),
)  # fmt: skip
_OTHERS: Final = ("其他", "Others")


@dataclass(frozen=True)
class Posting:
    """What a key may post."""

    own: Answer
    """The key: `roles`, `logs`, `kinds`, `sources`, `correct`."""
    logs: Sequence[Answer]
    """The logs that take what it posts."""
    kinds: Sequence[Answer]

    @property
    def may_post(self) -> bool:
        """Whether it may post at all."""
        return "recorder" in self.own["roles"]

    @property
    def may_make(self) -> bool:
        """Whether it may make a log."""
        return "operator" in self.own["roles"]

    def sources(self, otherwise: str = LEDGER_SOURCE) -> list[str]:
        """The sources that it may post as; `otherwise` where it is not limited."""
        return list(self.own["sources"]) or [otherwise]

    def groups(self) -> list[tuple[Pair, list[Answer]]]:
        """The kinds, in groups that have names."""
        found = {(zh, en): self._of(nouns) for zh, en, nouns in _GROUPS}
        named = {kind["type"] for kinds in found.values() for kind in kinds}
        found[_OTHERS] = [kind for kind in self.kinds if kind["type"] not in named]
        return [(title, kinds) for title, kinds in found.items() if kinds]

    def _of(self, nouns: Sequence[str]) -> list[Answer]:
        return [kind for kind in self.kinds if str(kind["type"]).partition(".")[0] in nouns]


async def posting(visit: Visit) -> Posting:
    """What the visitor's key may post, as the API tells it."""
    own = await visit.ask("/keys/self")
    logs = (await visit.ask("/logs", limit=1000))["items"]
    kinds = (await visit.ask("/kinds", limit=1000))["items"]
    open_logs = [log for log in logs if log["state"] == "open" and log["clock"] != "scripted"]
    return Posting(own, open_logs if "recorder" in own["roles"] else [], [one for one in kinds if _may(own, one)])


def _may(own: Answer, kind: dict[str, Any]) -> bool:
    if kind["service_only"] or (own["kinds"] and kind["type"] not in own["kinds"]):
        return False
    return own["key_kinds"] or not kind["type"].startswith("key.")
