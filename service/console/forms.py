"""Forms for single events: made from the JSON Schema of their kind, filled in from the address."""

from __future__ import annotations

import secrets

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.console.address import ref
from service.console.fields import fields_of
from service.console.page import page
from service.console.posting import FORM_SOURCE, posting
from service.console.times import Timed
from service.console.visit import Visiting

router = APIRouter(include_in_schema=False)


@router.get("/enter/{kind}")
async def form(request: Request, visit: Visiting, times: Timed, kind: str) -> Response:
    """The form of a kind; parameters of the address that are named as its fields fill them in."""
    may = await posting(visit)
    about = await visit.ask(f"/kinds/{ref(kind)}")
    fields = fields_of(await visit.ask(f"/kinds/{ref(kind)}/schema"))
    allowed = any(one["type"] == about["type"] for one in may.kinds)
    given = {field.name: request.query_params.get(field.name, "") for field in fields}
    return page(
        visit,
        "form.html",
        times,
        may=may,
        about=about,
        fields=fields,
        allowed=allowed,
        given=given,
        sources=may.sources(FORM_SOURCE),
        event_id=f"{about['type']}:{secrets.token_hex(12)}",
    )
