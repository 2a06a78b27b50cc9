"""Items of a timeline as lines of a table and bars of a chart: which lane, which days, which words, where they lead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from service.console import sorts, terms, words
from service.console.address import page_of
from service.console.amounts import money

Doc = Mapping[str, Any]
Days = tuple[str | None, str | None]
Told = tuple[str, list[str], str | None]

STANDINGS: Final = ("vacant", "uncertain", "contested")
REGISTERED: Final = ("jurisdiction", "body", "post")
ALWAYS: Final = (*REGISTERED, "tenure", "letter", "pairing", *STANDINGS)
"""Sorts that hold always where no day is stated."""
TOLD: Final = (
    "content",
    "text",
    "purpose",
    "description",
    "ground",
    "list",
    "name_zh",
    "indicator",
    "title",
    "dataset",
)
"""Fields of which the first that is stated says what a matter is about."""
AMOUNTS: Final = ("amount", "special_fund", "approved_amount", "funds")


@dataclass(frozen=True)
class Line:
    """One item: a line of the table, one bar or sign of the chart."""

    key: str
    sort: str
    lane: str
    rank: int
    tone: str
    label: str
    about: tuple[str, ...]
    """What is told beside it."""
    stated: Days
    """The days as they were stated, exact or not."""
    by: Days
    """The day by which it had begun, and by which it was over, where that is all that is known."""
    certain: Days | None
    possible: Days
    href: str | None
    evidence: Sequence[Doc]
    days: int | None = None

    @property
    def is_point(self) -> bool:
        """Whether it happened on one day."""
        since, until = self.possible
        return None not in (since, until) and _days_between(since, until) == 1

    @property
    def drawn(self) -> bool:
        """Whether the chart has a place for it: what is in the register without dates always was, a matter was not."""
        return not self.holds_no_day and (self.possible != (None, None) or self.sort in ALWAYS)

    @property
    def holds_no_day(self) -> bool:
        """Whether it ended before it began, as it was stated."""
        return self.possible[0] is not None and self.possible[0] == self.possible[1]

    def told_days(self, language: str) -> tuple[str, str]:
        """Since when and until when, in words where it is not known to the day."""
        zh = language == "zh"
        by, none = ("不晚于 " if zh else "by "), _unstated(self.sort, zh=zh)
        since, until = (
            stated or (by + known if known else word)
            for stated, known, word in zip(self.stated, self.by, none, strict=True)
        )
        return since, until

    @property
    def hatched(self) -> list[Days]:
        """The days that are possible and not certain."""
        if self.certain is None:
            return [] if self.holds_no_day else [self.possible]
        parts = [(self.possible[0], self.certain[0]), (self.certain[1], self.possible[1])]
        return [part for part, one in zip(parts, (0, 1), strict=True) if self.possible[one] != self.certain[one]]


def _unstated(sort: str, *, zh: bool) -> tuple[str, str]:
    """What is said of a first and a last day that no record states."""
    if sort in REGISTERED:
        return ("一直在册", "仍在册") if zh else ("always on record", "still on record")
    return ("起始未载明", "未载明结束") if zh else ("start not stated", "no end stated")


def _days_between(since: str | None, until: str | None) -> int:
    return (date.fromisoformat(str(until)) - date.fromisoformat(str(since))).days


def lines_of(items: Iterable[Doc], language: str) -> list[Line]:
    """The lines of a timeline's items by their first day; what always was in the register comes last."""
    lines = [_line(at, item, language) for at, item in enumerate(items)]
    return sorted(lines, key=lambda line: line.sort in REGISTERED and line.possible[0] is None)


def extent(lines: Iterable[Line]) -> Days:
    """The first and the last day that any of some lines names."""
    named = [day for line in lines for span in (line.possible, line.certain or (None, None)) for day in span if day]
    return min(named, default=None), max(named, default=None)


def _line(at: int, item: Doc, language: str) -> Line:
    sort = item["type"]
    group = sorts.group_of(sort)
    label, about, href = _told(item, language)
    post = item.get("post") or {}
    office = sorts.GROUP_OF.get(sort) == "offices"
    lane = str(post.get("title") or post.get("id") or item.get("post_id")) if office else group.name(language)
    certain = item["certain"]
    return Line(
        key=f"{sort}-{at}",
        sort=sort,
        lane=lane,
        rank=sorts.rank(sort),
        tone=sort if sort in STANDINGS else group.tone,
        label=label,
        about=tuple(one for one in about if one),
        stated=(item["from"], item["until"]),
        by=(item.get("held_by"), item.get("gone_by")),
        certain=None if certain is None else (certain["from"], certain["until"]),
        possible=(item["possible"]["from"], item["possible"]["until"]),
        href=href,
        evidence=item["evidence"],
        days=item.get("days"),
    )


def _told(item: Doc, language: str) -> Told:
    """What an item is called, what is told beside it, and the page it leads to; the entry where that is None."""
    return TELLERS.get(item["type"], _matter)(item, language)


def _tenure(item: Doc, language: str) -> Told:
    zh, person = language == "zh", item["person"] or {}
    seen = (("见于 " if zh else "seen ") + "、".join(item["seen"])) if item["seen"] else ""
    reason = (("离任:" if zh else "left: ") + terms.word(item["reason"], language)) if item["reason"] else ""
    about = [words.name(item["capacity"], language), reason, seen]
    named = person.get("name") or person.get("id") or ("姓名未登记" if zh else "no person named")
    return str(named), about, page_of("person", person["id"]) if person else None


def _standing(item: Doc, language: str) -> Told:
    post = item["post"] or {}
    return sorts.name(item["type"], language), [], page_of("post", post["id"]) if post else None


def _letter(item: Doc, language: str) -> Told:
    zh, late = language == "zh", item["signed_late_days"]
    about = [
        terms.word(item["kind"], language),
        words.name(item["signed_as"], language),
        f"{'签于' if zh else 'signed'} {item['signed_on'] or '?'}",
        (f"晚签 {late} 天" if zh else f"signed {late} days late") if late else "",
        words.name(item["signatures"], language),
    ]
    return str(item["number"] or item["letter"]), about, page_of("letter", item["letter"])


def _pairing(item: Doc, language: str) -> Told:
    sides = [str(one.get("name") or one["id"]) for one in (item["helper"], item["assisted"]) if one]
    reason = terms.word(item["reason"], language) if item["reason"] else ""
    return " → ".join(sides), [terms.word(item["kind"], language), reason], None


def _place(item: Doc, language: str) -> Told:
    return str(item["name"] or item["code"]), [str(item["code"] or ""), words.name(item["level"], language)], None


def _registered(item: Doc, language: str) -> Told:  # noqa: ARG001 - one of the tellers
    one = item[item["type"]]
    return str(one.get("name") or one.get("title") or one["id"]), [], page_of(item["type"], one["id"])


def _matter(item: Doc, language: str) -> Told:
    """A matter: its amount and what it says, each step with its day, and whom it names."""
    data = [step["data"] for step in item["steps"]]
    amount = next((str(one[name]) for one in data for name in AMOUNTS if one.get(name) is not None), None)
    said = next((str(one[name]) for one in data for name in TOLD if isinstance(one.get(name), str)), "")
    parts = [sorts.name(item["type"], language), money(amount) if amount else "", terms.word(said, language)]
    steps = [
        f"{sorts.kind_name(step['type'], language)} {step['on'] or ''}".strip()
        for step in item["steps"]
        if len(item["steps"]) > 1 or step["data"].get("approved_on")
    ]
    approved = next((one["approved_on"] for one in data if one.get("approved_on") and one.get("disbursed_on")), None)
    if approved:
        steps.insert(0, f"{'审批' if language == 'zh' else 'approved'} {approved}")
    named = "、".join(sorted(item["names"].values()))
    return (
        " ".join(one for one in parts if one and one != "—"),
        [*steps, named],
        page_of(item["type"], item["id"]),
    )


TELLERS: Final[Mapping[str, Callable[[Doc, str], Told]]] = {
    "tenure": _tenure,
    **dict.fromkeys(STANDINGS, _standing),
    "letter": _letter,
    "pairing": _pairing,
    "jurisdiction": _place,
    "body": _registered,
    "post": _registered,
}
"""How items that are no matters are told."""


@dataclass(frozen=True)
class Gap:
    """Days on which a seat of a post was empty, or held by too many."""

    status: str
    substantive: bool
    """Empty but for one who acts."""
    since: str | None
    until: str | None
    days: int | None
    persons: Sequence[Doc | None]
    """Before and after, or those who overlap."""


def gaps_of(holders: Doc) -> list[Gap]:
    """The gaps and overlaps of a post in the order of their days; a substantive gap once, where it is no gap anyway."""
    empty = {(gap["from"], gap["until"]) for gap in holders["gaps"]}
    acted = [gap for gap in holders["substantive_gaps"] if (gap["from"], gap["until"]) not in empty]
    found = [_gap(gap, substantive=False) for gap in holders["gaps"]]
    found += [_gap(gap, substantive=True) for gap in acted]
    found += [
        Gap("contested", False, one["from"], one["until"], one["days"], one["persons"]) for one in holders["overlaps"]
    ]
    return sorted(found, key=lambda one: (one.since or "", one.until or ""))


def _gap(gap: Doc, *, substantive: bool) -> Gap:
    persons = [None if one is None else one["person"] for one in (gap["previous"], gap["next"])]
    return Gap("vacant", substantive, gap["from"], gap["until"], gap["days"], persons)
