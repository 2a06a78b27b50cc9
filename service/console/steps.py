"""Dated steps of money as lines of a table: when, what, from whom to whom, how much, and the entry behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.console import sorts, terms
from service.console.address import page_of
from service.console.amounts import money
from service.console.words import pick

Doc = Mapping[str, Any]
Party = tuple[str, str | None]
"""A name, and the page it leads to."""

DAYS: Final = {
    "allocation": "allocated_on",
    "disbursement": "disbursed_on",
    "reimbursement": "reimbursed_on",
    "recovery": "recovered_on",
    "budget": "adopted_on",
    "consolidation": "consolidated_on",
    "donation": "received_on",
}
ACCEPTED: Final = {
    True: ("验收在前", "accepted before"),
    False: ("验收不在前", "not accepted before"),
    None: ("验收结果未载明", "result of acceptance not stated"),
}
"""Whether what was settled had been accepted."""


@dataclass(frozen=True)
class Step:
    """One line."""

    day: str
    sort: str
    amount: str
    from_: Party | None
    to: Party | None
    told: tuple[str, ...]
    approver: tuple[Party, ...]
    evidence: Sequence[Doc]

    @property
    def position(self) -> int | None:
        """The entry whose days are asked about."""
        return self.evidence[0]["position"] if self.evidence else None


def party(told: Doc | None) -> Party | None:
    """Who or what gave or received."""
    if told is None or told.get("id") is None:
        return None
    return str(told.get("name") or told["id"]), page_of(told.get("kind"), told["id"])


def steps_of(items: Iterable[Doc], language: str) -> list[Step]:
    """The lines of some items, in their order."""
    return [_step(item, language) for item in items]


def _step(item: Doc, language: str) -> Step:
    sort = item["type"]
    from_, to = _sides(item, language)
    return Step(
        day=str(item[DAYS[sort]]),
        sort=sorts.name(sort, language),
        amount=str(item["amount"]),
        from_=from_,
        to=to,
        told=tuple(one for one in _told(item, language) if one),
        approver=_approver(item),
        evidence=item["evidence"],
    )


def _sides(item: Doc, language: str) -> tuple[Party | None, Party | None]:
    sort = item["type"]
    if sort == "allocation":
        source = terms.word(item["source"] or "—", language)
        return party(item["from"]) or (source, None), party(item["to"])
    if sort == "disbursement":
        return party(item["payer"]) or party(item["jurisdiction"]), party(item["payee"]) or party(item["project"])
    if sort == "donation":
        return party(item["donor"]), party(item["jurisdiction"])
    return None, party(item.get("project")) or party(item.get("jurisdiction"))


def _told(item: Doc, language: str) -> Iterable[str]:
    zh, sort = language == "zh", item["type"]
    if sort == "allocation":
        yield terms.word(item["source"] or "—", language)
        yield str(item["purpose"] or "")
        yield str(item["document"] or "")
        if item["passed_on"] != "0.00":
            passed, left = money(item["passed_on"]), money(item["left_here"])
            yield f"转下达 {passed},留存 {left}" if zh else f"passed on {passed}, {left} kept"
    elif sort == "disbursement":
        unpaid = "" if item["paid"] else (",当日未付" if zh else ", not yet")
        yield f"{'审批' if zh else 'approved'} {item['approved_on'] or ('未载明' if zh else 'not stated')}"
        yield f"{'拨付' if zh else 'paid'} {item['disbursed_on']}{unpaid}"
    elif sort == "reimbursement":
        yield pick(ACCEPTED[item["accepted_before"]], language)
    elif sort == "budget":
        yield str(item["fund"] or "")
        yield str(item["fiscal_year"] or "")
    elif sort == "consolidation":
        for one in item["sources"] or []:
            yield f"{terms.word(one.get('source') or '—', language)} {money(one.get('amount'))}"
    elif sort == "recovery" and item["finding"]:
        yield f"{'问题' if zh else 'finding'} {item['finding']}"


def _approver(item: Doc) -> tuple[Party, ...]:
    said = item.get("approved_by") or {}
    found: list[Party] = []
    if said.get("person"):
        found.append((str(said["person"]["name"] or said["person"]["id"]), page_of("person", said["person"]["id"])))
    if said.get("post"):
        found.append((str(said["post"]["title"] or said["post"]["id"]), page_of("post", said["post"]["id"])))
    return tuple(found)
