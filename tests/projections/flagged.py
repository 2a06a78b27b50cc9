"""The flags of a world of tests as plain JSON: of places, persons, bodies and the whole log."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any, Final

from projections.answers.flags import listing, units
from projections.answers.flags.listing import Flags, Wanted
from projections.answers.territory import known
from projections.scene import Scene

ALL: Final = Wanted()


def asked_of(
    scene: Scene, places: Sequence[str], persons: Sequence[str], bodies: Sequence[str]
) -> dict[str, Awaitable[Any]]:
    """The flags of each of these, and of the log."""
    asked: dict[str, Awaitable[Any]] = {f"flags {place}": _of_place(scene, place) for place in places}
    asked |= {f"flags of {person}": _of(listing.of_person(scene, person, ALL)) for person in persons}
    asked |= {f"flags of body {body}": _of(listing.of_body(scene, body, ALL)) for body in bodies}
    return {**asked, "flags of the log": _of_log(scene)}


def plain(found: Flags) -> list[dict[str, Any]]:
    """Flags as an answer shows them."""
    return [flag.shown(found.ground.brief(flag.place)) for flag in found.flags]


async def _of(found: Awaitable[Flags]) -> Any:
    return plain(await found)


async def _units(scene: Scene, parts: Sequence[units.Unit]) -> list[Any]:
    return [plain(await listing.of_unit(scene, part, ALL)) for part in parts]


async def _of_place(scene: Scene, place: str) -> Any:
    await known(scene.reader, place)
    return await _units(scene, await units.of_place(scene.reader, place, scene.valid_at, subtree=True))


async def _of_log(scene: Scene) -> Any:
    parts = await units.of_log(scene.reader, scene.valid_at)
    return [*await _units(scene, parts), plain(await listing.of_nowhere(scene, ALL))]
