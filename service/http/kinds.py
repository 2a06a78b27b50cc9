"""`/v1/kinds`: the catalogue of event kinds, their JSON Schemas and their empty ledgers."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from events.catalogue.base import Kind
from events.catalogue.registry import KINDS
from events.cloudevent import schema_uri
from events.errors import BadRequest, NotFound
from service.access import asker_of
from service.http.paging import Paged, page_of
from service.tables.writing import template

router = APIRouter(prefix="/kinds", tags=["kinds"])

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def _brief(kind: type[Kind]) -> dict[str, Any]:
    return {
        "type": kind.NAME,
        "title": kind.TITLE_ZH,
        "description": (kind.__doc__ or "").strip(),
        "source": kind.SOURCE,
        "version": kind.VERSION,
        "dataschema": schema_uri(kind.NAME, kind.VERSION),
        "service_only": kind.SERVICE_ONLY,
        "schema": f"/v1/kinds/{kind.NAME}/schema",
        "fields": [
            {
                "name": info.alias or name,
                "title": info.title,
                "required": info.is_required(),
                "note": info.description,
            }
            for name, info in kind.model_fields.items()
        ],
    }


@router.get("")
async def every(request: Request, page: Paged) -> Any:
    """Every kind of event that may be recorded."""
    await asker_of(request)
    return page_of({"items": [_brief(kind) for kind in KINDS.values()]}, page)


@router.get("/{kind_name}")
async def one(request: Request, kind_name: str) -> Any:
    """One kind: its titles, source and fields."""
    await asker_of(request)
    return _brief(_kind(kind_name))


@router.get("/{kind_name}/schema")
async def schema(request: Request, kind_name: str) -> Any:
    """The JSON Schema of the `data` of one kind."""
    await asker_of(request)
    kind = _kind(kind_name)
    described = {"title_zh": kind.TITLE_ZH, "x-source": kind.SOURCE, "x-version": kind.VERSION}
    return {"$schema": DIALECT, "$id": schema_uri(kind.NAME, kind.VERSION), **kind.model_json_schema(), **described}


@router.get("/{kind_name}/template")
async def empty_ledger(request: Request, kind_name: str, format: str = "csv") -> Response:
    """An empty ledger of one kind, to be filled in and imported: Chinese headers, UTF-8 with BOM."""
    await asker_of(request)
    kind = _kind(kind_name)
    if kind.SERVICE_ONLY:
        raise NotFound(value=kind.NAME, what_zh="可报送的事件类型", what_en="kind of event that may be reported")
    if format != "csv":
        raise BadRequest(name="format", value=format[:60], expected_zh="csv", expected_en="csv")
    headers = {"Content-Disposition": f'attachment; filename="{kind.NAME}.csv"'}
    return Response(template(kind), headers=headers, media_type="text/csv; charset=utf-8")


def _kind(name: str) -> type[Kind]:
    kind = KINDS.get(name)
    if kind is None:
        raise NotFound(value=name[:200], what_zh="事件类型", what_en="kind of event")
    return kind
