"""A flag (疑点): one thing on record that deserves a look, where it is, since when, and the entries that show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from events.canonical import canonical
from projections.tenure import days_between, next_day

Doc = Mapping[str, Any]

CODES: Final[Mapping[str, tuple[str, str]]] = {
    "contested-post": ("在任人数超过席位", "high"),
    "approved-while-vacant": ("资金监管岗位空缺期间批准用款", "high"),
    "closed-by-completer": ("完成整改的一方自行核查或销号", "high"),
    "left-behind": ("撤并后下级区划未划转", "high"),
    "parent-cycle": ("区划隶属成环", "high"),
    "parent-not-on-record": ("上级区划不在册", "middle"),
    "change-before-registration": ("区划变更早于登记生效,未起作用", "middle"),
    "vacant-post": ("岗位空缺", "middle"),
    "same-person-twice": ("同一人在同一岗位有两次任职", "middle"),
    "dangling-reference": ("引用的编号查无登记", "middle"),
    "letter-unsigned": ("责任书无签字凭证", "middle"),
    "uncertain-post": ("在任人不能确定", "low"),
    "letter-paper-only": ("责任书只有纸质签字", "low"),
    "back-dated": ("事后补录", "low"),
}
"""Code to its Chinese title and how heavily it weighs; in the order in which the flags of a place are listed."""
_RANK: Final = {code: rank for rank, code in enumerate(CODES)}


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag. `since` and `until` are the days [since, until) for which it holds, None where there is no bound."""

    code: str
    place: str | None
    """The id of the place it belongs to; None where it belongs to none that is on record."""
    about: Doc
    """What it is about, each id under the name of what it is."""
    since: str | None = None
    until: str | None = None
    days: int | None = None
    detail: Doc = field(default_factory=dict)
    evidence: Sequence[Doc] = ()
    concerns: frozenset[str] = frozenset()
    """Persons, posts and bodies that it concerns, besides those it is about."""
    title: str | None = None
    """Where the code is none of `CODES`."""
    severity: str | None = None

    @property
    def weight(self) -> str | None:
        """How heavily it weighs: `high`, `middle` or `low`."""
        return self.severity or CODES.get(self.code, (self.code, None))[1]

    def concerns_any(self, ids: frozenset[str]) -> bool:
        """Whether it is about or concerns one of these ids."""
        return not ids.isdisjoint(self.concerns) or any(one in ids for one in self.about.values())

    def shown(self, place: Doc | None) -> dict[str, Any]:
        """As an answer shows it; `place` is the brief of its place."""
        title, _ = CODES.get(self.code, (self.code, None))
        return {
            "flag": self.code,
            "title": self.title or title,
            "severity": self.weight,
            "jurisdiction": place,
            "about": dict(self.about),
            "from": self.since,
            "until": self.until,
            "days": self.days,
            "detail": dict(self.detail),
            "evidence": list(self.evidence),
        }


def together(found: Iterable[Flag], further: Iterable[Flag], order: Mapping[str, int]) -> list[Flag]:
    """Flags found here and further ones, sorted by place, sort, day and what they are about.

    `order` says how places follow each other; what belongs to no place comes last. `further` is where duties that
    are not met come in, or whatever else is computed elsewhere: codes that are not of `CODES` follow the others.
    """

    def key(flag: Flag) -> tuple[int, int, str, str, bytes]:
        place = order.get(flag.place or "", len(order))
        rank = _RANK.get(flag.code, len(_RANK))
        return place, rank, flag.code, flag.since or "", canonical({"about": dict(flag.about), "until": flag.until})

    return sorted([*found, *further], key=key)


def lasted(since: str | None, until: str | None, day: str) -> int | None:
    """The days of [since, until), up to and including a day where it lasts; None where the beginning is not known."""
    end = until if until is not None and until <= day else next_day(day)
    return None if since is None or since >= end else days_between(since, end)
