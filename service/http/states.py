"""`/v1/jurisdictions`: in the making."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/jurisdictions", tags=["jurisdictions"])
