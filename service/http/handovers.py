"""`/v1/handovers`: what is open at the end of an appointment, and what was handed over."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from projections.answers import handovers
from service.asking import Question, check_reach_of, read_day, scene_for
from service.finding import APPOINTMENT

router = APIRouter(prefix="/handovers", tags=["handovers"])

On = Annotated[str | None, Query(description="the first day out of office, YYYY-MM-DD; default the recorded end")]


@router.get("/{appointment_id}")
async def of_appointment(asked: Question, appointment_id: str, on: On = None) -> Any:
    """The inventory at the end of an appointment; with `on`, prepared before the end is recorded."""
    async with scene_for(asked, APPOINTMENT, appointment_id) as scene:
        await check_reach_of(asked, scene, appointment_id)
        return await handovers.handover(scene, appointment_id, read_day("on", on))
