"""`/v1/rectifications`: in the making."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/rectifications", tags=["rectifications"])
