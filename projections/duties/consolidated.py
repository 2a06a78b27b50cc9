"""Consolidated money against its plan: the planned amount, and the day by which it was together and passed on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Literal

from projections.duties.case import Case
from projections.duties.due import Due
from projections.duties.records import Act, Matter
from projections.tenure import NEVER

InPlace = Literal["consolidated", "allocated"]
"""What 落实到位 asks: that the money was consolidated, or consolidated and allocated."""
_KIND = "funds.consolidated"


def of_case(case: Case, plan_kinds: Sequence[str], sources: Sequence[str], in_place: InPlace) -> Iterator[Due]:
    """One for each plan of the subject, and for each consolidation of its place that names no plan on record."""
    dossier, place = case.dossier, case.subject.place or ""
    plans = {
        act.matter: act
        for one in sorted(case.own_ids)
        for act in dossier.about("plan.adopted", one)
        if act.data.get("plan_kind") in plan_kinds
    }
    made = dossier.about(_KIND, place)
    for matter, plan in plans.items():
        own = [act for act in made if dossier.matters[act.matter].part_of == matter]
        yield _due(case, dossier.matters[matter], plan, own, sources, in_place)
    for act in made:
        if dossier.matters[act.matter].part_of not in plans:
            yield _due(case, dossier.matters[act.matter], None, [act], sources, in_place)


def _due(
    case: Case, matter: Matter, plan: Act | None, made: Sequence[Act], sources: Sequence[str], in_place: InPlace
) -> Due:
    items = () if plan is None else plan.data.get("items") or ()
    amounts = [item.get("amount") for item in items]
    planned = sum((Decimal(one) for one in amounts), Decimal(0)) if amounts and None not in amounts else None
    days = [act.data["due_on"] for act in made if act.data.get("due_on") is not None]
    days += [item["due_on"] for item in items if item.get("due_on") is not None]
    due_on = max(days, default=None)
    paid = [act for act in _allocated(case, sources) if plan is None or _covered(plan, act)]
    together, passed_on = _reached(made, planned), _reached(paid, planned)
    done_on = together
    if in_place == "allocated":
        done_on = max(together, passed_on) if together is not None and passed_on is not None else None
    doubt = "no-planned-amount" if planned is None else "no-due-day" if due_on is None else None
    opened = next((act.on for act in (plan, *made) if act is not None), None)
    return Due(
        matter.own_id, opened, due_on, done_on, doubt, {"amount": _text(planned), "by": due_on, "in_place": in_place},
        {"consolidated": _text(_sum(made)), "allocated": _text(_sum(paid)), "consolidated_on": together,
         "allocated_on": passed_on},
        [act for act in (plan, *made, *paid) if act is not None],
    )  # fmt: skip


def _allocated(case: Case, sources: Sequence[str]) -> list[Act]:
    """The allocations of consolidated money to the place or what is below it, or by it."""
    dossier, place = case.dossier, case.subject.place or ""
    found: dict[int, Act] = {}
    for one in sorted({*case.own_ids, place}):
        found |= {act.position: act for act in dossier.done_by("funds.allocated", one)}
    for one in (place, *dossier.below(place)):
        found |= {act.position: act for act in dossier.about("funds.allocated", one)}
    return sorted(
        (act for act in found.values() if act.data.get("source") in sources and act.on is not None),
        key=lambda act: (str(act.on), act.position),
    )


def _covered(plan: Act, act: Act) -> bool:
    return (plan.data.get("covers_from") or "") <= str(act.on) < (plan.data.get("covers_until") or NEVER)


def _reached(acts: Iterable[Act], planned: Decimal | None) -> str | None:
    """The day on which acts together reached the planned amount."""
    total = Decimal(0)
    for act in sorted(acts, key=lambda one: (one.on or "", one.position)):
        total += Decimal(act.data.get("amount") or 0)
        if planned is not None and total >= planned:
            return act.on
    return None


def _sum(acts: Iterable[Act]) -> Decimal:
    return sum((Decimal(act.data.get("amount") or 0) for act in acts), Decimal(0))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
