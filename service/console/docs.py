"""The API by itself: every call as the OpenAPI document tells it, to read and to try."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.console.page import page
from service.console.visit import Visiting

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def calls(visit: Visiting) -> Response:
    """Swagger UI, from the installed package, over this service's own document."""
    return page(visit, "docs.html")
