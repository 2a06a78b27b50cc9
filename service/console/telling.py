"""How a post of a chain stands, in one line: what is compared when a slider moves, and what a change is told as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from service.console import words
from service.console.words import Pair, pick

Doc = Mapping[str, Any]

FORCE: Final[Mapping[str, Pair]] = {
    "certain": ("当日有效", "in force that day"),
    "possible": ("当日可能有效", "possibly in force that day"),
    "no": ("当日不在有效期", "not in force that day"),
}
"""Whether a letter is in force on the day asked about."""


def period(told: Doc, language: str) -> str:
    """`2016-05 → 2018-03`, with what is only known as a day by which it had begun or ended."""
    by = "不晚于 " if language == "zh" else "by "
    since = told["from"] or (by + told["held_by"] if told["held_by"] else "…")
    until = told["until"] or (by + told["gone_by"] if told["gone_by"] else "…")
    return f"{since} → {until}"


def person_of(told: Doc, language: str) -> str:
    """The name of a holder, or the id where no name is on record."""
    person = told["person"]
    if person is None:
        return "姓名未登记" if language == "zh" else "no person named"
    return str(person["name"] or person["id"])


def post_told(post: Doc, language: str) -> str:
    """How a post stands: its status, and each holder with capacity, certainty and days."""
    status = words.name(post["status"], language)
    holders = [
        f"{person_of(held, language)} ({words.name(held['capacity'], language)}, "
        f"{words.name(held['certainty'], language)}, {period(held, language)})"
        for held in post["holders"]
    ]
    gap = [vacancy_told(post["vacancy"], language)] if post["vacancy"] else []
    stood_in = []
    if post["substantive"] != post["status"]:
        word = "实任" if language == "zh" else "substantively"
        stood_in = [f"{word} {words.name(post['substantive'], language)}"]
    return " · ".join([status, *stood_in, *gap, *holders])


def vacancy_told(gap: Doc, language: str) -> str:
    """`2017-05-31 → 2017-07-10, 40 天`."""
    days = "" if gap["days"] is None else f", {gap['days']} {'天' if language == 'zh' else 'days'}"
    return f"{gap['from'] or '…'} → {gap['until'] or '…'}{days}"


def letter_told(letter: Doc, language: str) -> str:
    """A letter in one line: since when it is in force and how it was signed."""
    signed = "签于" if language == "zh" else "signed"
    state = pick(FORCE[letter["in_force"]], language)
    return (
        f"{state} · {signed} {letter['signed_on']} · {letter['effective_from'] or letter['signed_on']} → "
        f"{letter['effective_until'] or '…'} · {words.name(letter['signatures'], language)}"
    )
