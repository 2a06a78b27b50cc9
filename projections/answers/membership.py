"""What belongs to a scope, and to which of its places: looked up once, asked from many sides."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

from projections.answers.whereabouts import settling
from projections.folds.matter import own_id
from projections.rows import Found, Member, Reader


class Membership:
    """A place, alone or with all below it on a day, and everything that stands there."""

    def __init__(self, members: Iterable[Member]) -> None:
        self.places: dict[str, str | None] = {}
        """Place to its level; None where it is not on record that day."""
        self.bodies: set[str] = set()
        self.posts: set[str] = set()
        self.matters: dict[str, str] = {}
        """Projects, findings, households and plans, as `register:id`, to the day of each."""
        self._at: dict[str, str] = {}
        # In one order whatever the reader's; an id that a matter shares means the body, place or post.
        for member in sorted(members, key=lambda one: (one.kind, one.id)):
            if member.kind == "place":
                self.places[member.id] = member.told
                self._at.pop(member.id, None)
            else:
                self._at[member.id] = str(member.at)
            if member.kind == "body":
                self.bodies.add(member.id)
            if member.kind == "post":
                self.posts.add(member.id)
            if member.kind == "matter":
                self.matters[member.id] = member.told or ""
                self._at.setdefault(own_id(member.id), str(member.at))

    @cached_property
    def ids(self) -> list[str]:
        """Everything at which a matter of the scope may stand; a matter by its plain id too."""
        return [*self.places, *self._at]

    def of(self, register: str) -> list[str]:
        """The matters of a register that others stand at, as `register:id`."""
        return [one for one in self.matters if one.partition(":")[0] == register]

    def place_of(self, one: str | None) -> str | None:
        """The place of the scope to which an id belongs; None where it is outside."""
        seen: set[str] = set()
        at = one
        while at is not None and at not in self.places and at not in seen:
            seen.add(at)
            at = self._at.get(at)
        return at if at in self.places else None

    @cached_property
    def _by_level(self) -> dict[str | None, list[str]]:
        found: dict[str | None, list[str]] = {}
        for one in self.ids:
            found.setdefault(self.places.get(self.place_of(one) or ""), []).append(one)
        return found

    def at_level(self, level: str | None) -> list[str]:
        """Those of `ids` that belong to places of a level."""
        return self._by_level.get(level, [])


async def membership_of(reader: Reader, place_id: str, day: str, *, subtree: bool) -> Membership:
    """What belongs to a place, alone or with everything below it in the tree of a day."""
    return Membership(await reader.members(place_id, day, subtree=subtree))


async def fallen_to(reader: Reader, members: Membership, registers: Collection[str]) -> list[tuple[Found, str]]:
    """The matters of registers in FALLING that stand in a scope by who did them or what they are part of, and there.

    What they name first leads to no place. Those that stand at a member of the scope are not among them.
    """
    doers = [*members.places, *members.bodies, *members.posts]
    rows = await reader.adrift(doers, list(members.matters), registers) if registers else []
    here = set(members.ids)
    rows = sorted(row for row in rows if row.doc["stands_at"] not in here)
    settled = await settling(reader, rows)
    return [(row, at) for row in rows if (at := settled.get(row.entity_id)) in here and at is not None]
