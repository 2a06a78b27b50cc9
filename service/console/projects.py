"""A project: its steps, and its money from the allocation to what came back."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.console.address import ref
from service.console.page import page
from service.console.sliding import slid
from service.console.times import Timed
from service.console.visit import Answer, Visiting

router = APIRouter(include_in_schema=False)


@router.get("/projects/{project}")
async def of_project(visit: Visiting, times: Timed, project: str) -> Response:
    """A project as the API tells it, with every step of its money in the order of their days."""
    answer = await visit.ask(f"/projects/{ref(project)}", **times.params)
    money = moves(answer)
    bounds = await slid(visit, times, answer, [step["on"] for step in (*answer["steps"], *money)])
    return page(visit, "project.html", times, answer, sliders=bounds, moves=money)


def moves(answer: Answer) -> list[Answer]:
    """Every step of a project's money by its day: allocated, approved and paid, settled, recovered."""
    found = [{"step": "allocated", "on": one["allocated_on"], **one} for one in answer["allocations"]]
    found += [
        {"step": "disbursed" if one["paid"] else "approved-unpaid", "on": one["disbursed_on"], **one}
        for one in answer["disbursements"]
    ]
    found += [{"step": "reimbursed", "on": one["reimbursed_on"], **one} for one in answer["reimbursements"]]
    found += [{"step": "recovered", "on": one["recovered_on"], **one} for one in answer["recoveries"]]
    return sorted(found, key=lambda one: str(one["on"]))
