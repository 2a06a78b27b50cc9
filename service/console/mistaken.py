"""A form of which a field cannot be read: it is shown again as it was filled in, with what is wrong."""

from __future__ import annotations

from datetime import date
from typing import Final

from starlette.responses import Response

from service.console import words
from service.console.refusals import STEPS
from service.console.times import Times
from service.console.visit import Refused

INVALID: Final = 422
"""The status of a page that shows a form again."""


def fault_of(refused: Refused) -> str:
    """What is wrong with a parameter, and what to do next. Raises the refusal where that is not its reason."""
    if refused.status != INVALID:
        raise refused
    step = words.pick(STEPS["bad-parameter"], refused.visit.language)
    return f"{refused.problem.get('detail') or refused.problem.get('title')} {step}"


def shown_again(page: Response) -> Response:
    """The page of such a form, with its status."""
    page.status_code = INVALID
    return page


def readable(times: Times) -> Times:
    """The times that the page around such a form has: the log, and the day where it is one."""
    try:
        day = date.fromisoformat(times.valid_at or "").isoformat()
    except ValueError:
        return Times(log=times.log)
    return Times(valid_at=day, log=times.log)
