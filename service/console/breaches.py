"""Duties breached or overdue, as lines below a timeline: what was owed, who was charged, for which days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.console import terms

Doc = Mapping[str, Any]

MOST_CHARGED: Final = 4
MOST_DECIDERS: Final = 20


@dataclass(frozen=True)
class Told:
    """With what breaches are put into words: titles of instruments, names of bodies that decided, the language."""

    titles: Mapping[str, str]
    bodies: Mapping[str, str]
    language: str


@dataclass(frozen=True)
class Breach:
    """One duty that was not met."""

    key: str
    status: str
    title: str
    """Of the instrument, with the article."""
    text: str
    place: Doc | None
    posts: Sequence[Doc]
    since: str | None
    until: str | None
    told: tuple[str, ...]
    charged: Sequence[Doc]
    evidence: Sequence[Doc]

    @property
    def drawn(self) -> bool:
        """Whether it has days of its own."""
        return self.since is not None or self.until is not None


def deciders(items: Iterable[Doc]) -> list[str]:
    """The bodies that decided on departures, the first few."""
    found = ((item.get("more") or {}).get("decision") or {} for item in items)
    return list(dict.fromkeys(one["decided_by"] for one in found if one.get("decided_by")))[:MOST_DECIDERS]


def breaches_of(items: Iterable[Doc], told: Told, post: str | None = None) -> list[Breach]:
    """Lines of some duties in the order of their days; with a post those alone that it bears or answers for."""
    found = [_breach(at, item, told) for at, item in enumerate(items) if post is None or _bears(item, post)]
    return sorted(found, key=lambda one: (one.since or "", one.until or ""))


def _bears(item: Doc, post: str) -> bool:
    about = (item.get("more") or {}).get("post") or {}
    named = {one["id"] for one in item["bearer"]["posts"]} | {one.get("post") for one in item["charged"]}
    return post in named or post in (item["about"], about.get("id"))


def _breach(at: int, item: Doc, told: Told) -> Breach:
    more, window = item.get("more") or {}, item["window"]
    about_post = more.get("post")
    return Breach(
        key=f"breach-{at}",
        status=item["status"],
        title=f"{told.titles.get(item['system'], item['system'])} {item['article'] or ''}".strip(),
        text=str(item["quote"] if told.language == "zh" else item["act"]),
        place=more.get("place") or item["jurisdiction"],
        posts=[about_post] if isinstance(about_post, Mapping) else item["bearer"]["posts"],
        since=window["from"],
        until=window["until"] or item["due_on"],
        told=tuple(_said(item, more, told)),
        charged=[one for one in item["charged"] if one["person"] is not None][:MOST_CHARGED],
        evidence=item["evidence"],
    )


def _said(item: Doc, more: Doc, told: Told) -> Iterable[str]:
    """What makes it a breach, in words: lateness, days without, a departure before its time and who decided it."""
    zh = told.language == "zh"
    if item["due_on"]:
        yield f"{'期限' if zh else 'due'} {item['due_on']}"
    if item["late_days"]:
        yield f"逾期 {item['late_days']} 天" if zh else f"{item['late_days']} days late"
    for gap in item["gaps"]:
        days = f" ({gap['days']} {'天' if zh else 'days'})" if gap["days"] is not None else ""
        yield f"{'缺' if zh else 'none'} {gap['from'] or '…'} → {gap['until'] or '…'}{days}"
    if "left_on" in more:
        yield from _departure(more, told)


def _departure(more: Doc, told: Told) -> Iterable[str]:
    zh = told.language == "zh"
    person = (more.get("person") or {}).get("name") or (more.get("person") or {}).get("id") or ""
    reason = terms.word(more["reason"], told.language) if more.get("reason") else ""
    yield f"{person} {_range(more['left_on'], ' → ')} {'离任' if zh else 'left'} {reason}".strip()
    days = more.get("days_before_release")
    if days is not None:
        released = more.get("released_on") or "…"
        many = _range(days, "–")
        yield f"早于摘帽({released}){many} 天" if zh else f"{many} days before delisting ({released})"
    decision = more.get("decision")
    if decision:
        word = terms.word(decision["decision"], told.language)
        by, on, why = (decision.get(name) or "" for name in ("decided_by", "decided_on", "ground"))
        by = told.bodies.get(by, by)
        yield f"{'审批' if zh else 'decision'}: {word} {on} {by} {why}".strip()
    else:
        yield "无审批记录" if zh else "no decision on record"
    if more.get("days_later_than_planned") is not None:
        late = more["days_later_than_planned"]
        yield f"摘帽比计划({more.get('planned_on')})晚 {late} 天" if zh else f"delisted {late} days later than planned"


def _range(value: Any, joined: str) -> str:
    return joined.join(str(one) for one in value) if isinstance(value, list) else str(value)
