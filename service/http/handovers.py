"""`/v1/handovers`: in the making."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/handovers", tags=["handovers"])
