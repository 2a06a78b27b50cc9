"""The money of a place: from its source down to the village, what is left at each level, who answered for each step."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from events.errors import BadRequest
from service.console import answerable, drawing, sorts, steps, streams
from service.console.address import before, ref
from service.console.amounts import written
from service.console.instruments import titles
from service.console.page import page
from service.console.sliding import slid
from service.console.times import Timed, Times, as_of
from service.console.visit import Answer, Refused, Visit, Visiting
from service.problems import problem

router = APIRouter(include_in_schema=False)

PAGE: Final = 100
MOST_FLAGS: Final = 1000
LEVELS: Final = ("allocated", "passed_on", "disbursed", "recovered", "left")
BESIDE: Final = ("appropriated", "consolidated", "reimbursed", "donated", "approved_not_paid")


@router.get("/jurisdictions/{place}/money")
async def of_place(
    visit: Visiting,
    times: Timed,
    place: str,
    scope: str = "",
    after: str = "",
    at: str = "",
    above: str = "",
    vacant: str = "",
) -> Response:
    """Sums by level, the Sankey, payments approved while a post was vacant, and every dated step."""
    least = _amount(visit, above)
    told: dict[str, Any] = {**times.params, "scope": scope, "after": after, "limit": PAGE}
    answer = await visit.ask(f"/jurisdictions/{ref(place)}/money", **told)
    log, size = answer["log"]["id"], answer["log"]["size"]
    bounds, responsible, flags = await asyncio.gather(
        slid(visit, times, answer), _responsible(visit, log, size, at), _flags(visit, times, answer, scope, vacant)
    )
    return page(
        visit,
        "money.html",
        times,
        answer,
        sliders=bounds,
        steps=steps.steps_of(answer["items"], visit.language),
        streams=streams.streams_of(answer, visit.language),
        levels=LEVELS,
        beside=[(name, answer["totals"][name]) for name in BESIDE if Decimal(answer["totals"][name])],
        at=at,
        responsible=responsible,
        flags=None if flags is None else _above(flags["items"], least),
        flags_more=flags is not None and flags["next"] is not None,
        above=above,
        titles=await titles(visit) if flags is not None else {},
        held_ids=drawing.held_ids(),
        before=before(after, PAGE),
    )


async def _responsible(visit: Visit, log: str, size: int, at: str) -> list[dict[str, Any]] | None:
    """The chain at each dated step of one entry; None where none is asked for."""
    if not at:
        return None
    answer = await visit.ask(f"/logs/{ref(log)}/events/{ref(at)}/responsible", known_at=f"@{size}")
    approver = (answer["event"]["data"].get("approved_by") or {}).get("post_id")
    return [
        {
            "step": step,
            "name": sorts.step_name(step["step"], visit.language),
            "posts": answerable.posts_of(step, approver),
            "bearers": answerable.bearers_of(step),
            "titles": {pack["system"]: pack["title"] for pack in step.get("policies") or []},
        }
        for step in answer["steps"]
    ]


async def _flags(visit: Visit, times: Times, answer: Answer, scope: str, vacant: str) -> Answer | None:
    """The payments approved while a post that supervises the funds had no substantive holder."""
    if not vacant:
        return None
    return await visit.all_of(
        "/flags",
        most=MOST_FLAGS,
        jurisdiction=answer["jurisdiction"]["id"],
        scope=scope,
        flag="approved-while-vacant",
        **{**as_of(times, answer), "valid_at": answer["valid_at"]},
    )


def _amount(visit: Visit, above: str) -> Decimal | None:
    """The amount of the address; None where it says nothing. Raises Refused where it is none: all would be listed."""
    amount = written(above)
    if amount is None and above.strip():
        wrong = BadRequest(
            name="above",
            value=above[:60],
            expected_zh="以元为单位的金额,例如 100000",
            expected_en="an amount in yuan, such as 100000",
        )
        details = problem(wrong, visit.language)
        raise Refused(visit, details["status"], details)
    return amount


def _above(items: list[dict[str, Any]], least: Decimal | None) -> dict[str, Any]:
    """The flags of payments above an amount, and their sum: a payment counts once, whatever posts were vacant."""
    kept = [one for one in items if least is None or Decimal(one["detail"]["amount"]) > least]
    payments = {one["about"]["disbursement"]: Decimal(one["detail"]["amount"]) for one in kept}
    return {"items": kept, "payments": len(payments), "sum": f"{sum(payments.values(), Decimal(0)):.2f}"}
