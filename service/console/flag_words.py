"""What a flag says, in a sentence: its detail told for people, in the page's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from service.console import words
from service.console.amounts import yuan
from service.console.details import Teller

Doc = Mapping[str, Any]

CODES: Final[Mapping[str, tuple[str, str, str]]] = {
    "contested-post": ("在任人数超过席位", "more holders than seats", "high"),
    "approved-while-vacant": (
        "资金监管岗位空缺期间批准用款",
        "payment approved while a supervising post was vacant",
        "high",
    ),
    "closed-by-completer": ("完成整改的一方自行核查或销号", "rectification closed by who reported it done", "high"),
    "left-behind": ("撤并后下级区划未划转", "place left behind by a merger", "high"),
    "parent-cycle": ("区划隶属成环", "places above each other in a circle", "high"),
    "parent-not-on-record": ("上级区划不在册", "parent not on record", "middle"),
    "change-before-registration": ("区划变更早于登记生效", "change before registration", "middle"),
    "vacant-post": ("岗位空缺", "vacant post", "middle"),
    "same-person-twice": ("同一人在同一岗位有两次任职", "same person twice in a post", "middle"),
    "dangling-reference": ("引用的编号查无登记", "reference to an id that nothing bears", "middle"),
    "letter-unsigned": ("责任书无签字凭证", "letter without proof of signature", "middle"),
    "uncertain-post": ("在任人不能确定", "holder uncertain", "low"),
    "letter-paper-only": ("责任书只有纸质签字", "letter signed on paper alone", "low"),
    "back-dated": ("事后补录", "recorded long after", "low"),
    "duty": ("职责未履行", "duty not met", "high"),
}
"""Sort to its name in both languages and how heavily it weighs at most; in the order of the API."""
ELSEWHERE: Final = frozenset({"duty"})
"""Sorts that another page counts."""


def title(item: Doc, language: str) -> str:
    """The name of a flag: as the API says it in Chinese."""
    if language == "zh":
        return str(item["title"])
    return CODES[item["flag"]][1] if item["flag"] in CODES else str(item["flag"])


def saying(item: Doc, teller: Teller, language: str) -> str:
    """The sentence of a flag; empty where its sort has none, so that the page shows the parts of its detail."""
    say = _SAYINGS.get(item["flag"])
    return "" if say is None else say(item["detail"], _Voice(teller, language))


class _Voice:
    """A language, and what names things in it."""

    def __init__(self, teller: Teller, language: str) -> None:
        self.teller = teller
        self.language = language

    def __call__(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def who(self, thing: Doc | None) -> str:
        """The name of a person, post or body, else its id."""
        if thing is None:
            return self("未登记", "not on record")
        return str(thing.get("name") or thing.get("title") or thing["id"])

    def many(self, some: list[str]) -> str:
        """Several, or nobody."""
        return self("、", ", ").join(some) or self("无人", "nobody")

    def state(self, word: str | None) -> str:
        """What a state is called."""
        return words.name(word, self.language)


def _missing(detail: Doc, voice: _Voice) -> str:
    told = [f"{voice.teller.key(one['field'])} {one['id']}" for one in detail["missing"]]
    return voice("查无登记:", "not on record: ") + voice.many(told)


def _late(detail: Doc, voice: _Voice) -> str:
    of, days = voice.teller.word(detail["of"]), detail["days_late"]
    day = detail["recorded_at"][:10]
    return voice(
        f"“{of}”所述为 {detail['on']},{day} 才录入,晚 {days} 天",
        f"“{of}” is about {detail['on']} and was recorded on {day}, {days} days late",
    )


def _payment(detail: Doc, voice: _Voice) -> str:
    acting = voice.many([voice.who(one["person"]) for one in detail["acting"]])
    gap = detail["vacancy"] or {}
    days = f"{gap.get('from') or '…'} → {gap.get('until') or '…'}"
    post, amount = voice.who(detail["post"]), yuan(detail["amount"])
    return voice(
        f"{amount},{detail['approved_on']} 批准、{detail['disbursed_on'] or '尚未'} 拨付;批准之日 {post} "
        f"无正式任职人(空缺 {days}),代理:{acting}",
        f"{amount}, approved on {detail['approved_on']}, paid on {detail['disbursed_on'] or '…'}; "
        f"on the day of approval {post} had no substantive holder (vacant {days}), acting: {acting}",
    )


def _closure(detail: Doc, voice: _Voice) -> str:
    done, by = voice.who(detail["completed_by"]), voice.who(detail["by"])
    kind = voice.teller.word(detail["type"])
    return voice(f"{done} 报告完成,又由 {by} {kind}", f"reported done by {done}; {kind} by {by}")


def _letter(detail: Doc, voice: _Voice) -> str:
    signed = [f"{voice.who(one['person'])} {voice.state(one['signatures'])}" for one in detail["signatures"]]
    name = detail["number"] or (voice.teller.word(detail["kind"]) if detail["kind"] else "")
    return voice(
        f"{name} 签于 {detail['signed_on']};{voice.many(signed)}",
        f"{name} signed {detail['signed_on']}; {voice.many(signed)}",
    )


def _post(detail: Doc, voice: _Voice) -> str:
    held = [f"{voice.who(one['person'])}({voice.state(one['certainty'])})" for one in detail["holders"]]
    post, seats = voice.who(detail["post"]), detail["seats"]
    told = voice(
        f"{post},{seats} 个席位;任职人:{voice.many(held)}", f"{post}, seats {seats}; holders: {voice.many(held)}"
    )
    before, after = detail.get("previous"), detail.get("next")
    if before is not None:
        told += voice(";前任 ", "; before ") + voice.who(before["person"])
    if after is not None:
        told += voice(";后任 ", "; after ") + voice.who(after["person"])
    return told


def _parent(detail: Doc, voice: _Voice) -> str:
    return voice("上级 ", "parent ") + voice.who(detail["parent"])


def _duty(detail: Doc, voice: _Voice) -> str:
    would = (
        ""
        if detail["would_be"] is None
        else voice("(若有约束力:", " (if it bound: ") + voice.state(detail["would_be"]) + voice(")", ")")
    )
    due = "" if detail["due_on"] is None else voice(f",最后期限 {detail['due_on']}", f", due on {detail['due_on']}")
    return f"{detail['article']} {voice.state(detail['status'])}{would}{due}:{detail['quote']}"


_SAYINGS: Final[Mapping[str, Callable[[Doc, _Voice], str]]] = {
    "dangling-reference": _missing,
    "back-dated": _late,
    "approved-while-vacant": _payment,
    "closed-by-completer": _closure,
    "letter-unsigned": _letter,
    "letter-paper-only": _letter,
    "vacant-post": _post,
    "contested-post": _post,
    "uncertain-post": _post,
    "left-behind": _parent,
    "duty": _duty,
}
"""Sorts that are said in a sentence."""
