"""`/v1/logs/{log}`: answers about entries: who was responsible when one happened, and which came late."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/logs", tags=["logs"])
