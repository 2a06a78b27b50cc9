"""The instruments that responsibilities rest on, by their titles."""

from __future__ import annotations

from service.console.visit import Visit


async def titles(visit: Visit) -> dict[str, str]:
    """System to the title of its instrument."""
    return {pack["system"]: pack["title"] for pack in (await visit.ask("/policies"))["items"]}
