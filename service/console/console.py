"""The console put together: its pages, and what the application must hold for them."""

from __future__ import annotations

from typing import Final

import httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute

from service.console import (
    assets,
    bodies,
    bundle,
    chain,
    compare,
    docs,
    duties,
    enter,
    event,
    find,
    flags,
    forms,
    handovers,
    keys,
    letters,
    logs,
    money,
    persons,
    projects,
    rectifications,
    refusals,
    replay,
    signing_in,
    state,
    timeline,
    tree,
)
from service.console.visit import Refused, SignedOut
from service.session import Sealer
from service.state import Service

PAGES: Final = (
    signing_in,
    assets,
    find,
    tree,
    persons,
    letters,
    bodies,
    projects,
    chain,
    state,
    compare,
    duties,
    rectifications,
    flags,
    handovers,
    enter,
    forms,
    keys,
    docs,
    timeline,
    bundle,
    event,
    money,
    replay,
    logs,
)

ONCE: Final = (signing_in.TICKET,)
"""Pages that use up what leads to them: one who asks for their headers alone must not."""


def install(app: FastAPI, service: Service) -> None:
    """Add the console to an application: its pages, its sessions, and the client with which it asks the API."""
    app.state.sealer = Sealer(service.operator_key, service.clock)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    app.state.console = httpx.AsyncClient(transport=transport, base_url="http://console", trust_env=False)
    app.add_exception_handler(SignedOut, refusals.signed_out)
    app.add_exception_handler(Refused, refusals.refused)
    for module in PAGES:
        for route in module.router.routes:
            if isinstance(route, APIRoute) and route.path not in ONCE and "GET" in (methods := route.methods or set()):
                methods.add("HEAD")
        app.include_router(module.router)
