"""A log under test with its board, and what the board should be: every place evaluated from scratch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs
from events.appender import Appender
from events.clock import SystemClock
from events.cloudevent import Submission
from events.envelope import read_items
from events.receipts import Offer
from projections.boards import tables
from projections.boards.groups import grouped, line
from projections.boards.keeping import Kept, keep_up
from projections.duties.evaluating import Wanted, duties
from projections.duties.gathering import dossier_of
from projections.duties.tallying import kinds_of
from projections.policies.pack import Pack
from projections.reading import PostgresReader
from projections.runner import catch_up, progress
from tests.projections.histories import Json, sent

LOGS: Final = count()
SINCE: Final = "2016-02-01"
One = tuple[str, str, str, str, str, bool]
"""Place, rule, subject, what it is about, status, whether it counts for another."""


@dataclass(frozen=True, slots=True)
class Log:
    """One log with its board. `most`: how many places a group has."""

    engine: AsyncEngine
    log_id: str
    packs: Sequence[Pack]
    most: int = 2

    async def append(self, batch: Sequence[Json]) -> None:
        """Append a batch and project it."""
        submissions = read_items([sent(one, self.log_id) for one in batch], self.log_id)
        offers = [Offer(one, "test") for one in submissions if isinstance(one, Submission)]
        assert len(offers) == len(batch), submissions
        appended = await Appender(self.engine, SystemClock()).append(self.log_id, offers)
        assert {receipt.status for receipt in appended.receipts} == {"appended"}
        await catch_up(self.engine)

    async def keep(self, day: str) -> Kept | None:
        """Take the board to the head and a day."""
        return await keep_up(self.engine, self.log_id, self.packs, day, most=self.most)

    async def kept(self) -> tuple[Counter[One], dict[Any, Any]]:
        """The duties and tallies on the board."""
        async with self.engine.connect() as conn:
            places = await tables.places(conn, self.log_id)
            stored = await tables.statuses(conn, self.log_id, [*places.parents, "gone"])
            tallies = await tables.tallies(conn, self.log_id, list(places.parents))
        found: Counter[One] = Counter(
            (place, one.kind.rule, one.subject, one.about or "", one.kind.status, one.kind.again)
            for place, duties_of in stored.items()
            for one in duties_of.values()
        )
        return found, {tuple(row)[:4]: tuple(row)[4:] for row in tallies}

    async def scratch(self, day: str, *, alone: bool) -> tuple[Counter[One], dict[Any, Any]]:
        """What they should be: places in the dossiers of their groups, or each in its own `alone`."""
        async with self.engine.connect() as conn:
            here = (await progress(conn, [self.log_id]))[self.log_id]
            board = tables.Board(self.log_id, here.generation, here.size, day, "")
            parents = await tables.tree(conn, board)
            groups = grouped(parents, self.most)
            found: Counter[One] = Counter()
            sums: dict[Any, Any] = {}
            for place in parents:
                head = place if alone else groups.heads[place] or line(parents, place)[-1]
                reader = PostgresReader(conn, self.log_id, here.generation, here.size)
                dossier = await dossier_of(reader, [head], day, packs=self.packs)
                wanted = Wanted([place], readings=False)
                for duty, kind in kinds_of(duties(self.packs, dossier, wanted), dossier):
                    found[place, duty.rule.id, duty.subject.id, duty.outcome.about or "", duty.status, kind.again] += 1
                    for above in line(parents, place):
                        at = above, kind.rule, kind.level, kind.status
                        own, own_again, whole, whole_again = sums.get(at, (0, 0, 0, 0))
                        mine = above == place
                        again = kind.again
                        sums[at] = (
                            own + (mine and not again), own_again + (mine and again), whole + (not again),
                            whole_again + again,
                        )  # fmt: skip
        return found, sums


async def new_log(engine: AsyncEngine, packs: Sequence[Pack], most: int = 2) -> Log:
    """An empty log."""
    log_id = f"cn-board{next(LOGS)}"
    async with engine.begin() as conn:
        assert await logs.create(conn, log_id, name=None, origin=None, clock="live")
    return Log(engine, log_id, packs, most)


def base() -> list[Json]:
    """A county, a township, three villages, with posts, bodies, holders, a household, an exit and a helping unit."""
    events: list[Json] = []

    def told(kind: str, **data: Any) -> None:
        one = {"specversion": "1.0", "id": f"base{len(events)}", "source": "urn:x", "type": kind, "data": data}
        events.append(one)

    tree = [("j4", "140925", "county", None), ("j3", "140925100", "township", "j4")]
    tree += [(f"j{nth}", f"14092510020{nth + 1}", "village", "j3") for nth in range(3)]
    for place, code, level, above in tree:
        parent: Json = {} if above is None else {"parent_id": above}
        told("jurisdiction.registered", jurisdiction_id=place, code=code, name_zh="名", level=level, **parent)
    told("body.established", body_id="b0", name_zh="扶贫办", jurisdiction_id="j4", functions=["leading-group-office"])
    told("body.established", body_id="b1", name_zh="工作队", jurisdiction_id="j1", functions=["work-team"])
    told("body.established", body_id="b2", name_zh="帮扶单位", functions=["assisting-unit"])
    told("post.established", post_id="s0", title_zh="支书", jurisdiction_id="j0", functions=["village-party-secretary"])
    told("post.established", post_id="s1", title_zh="县委书记", jurisdiction_id="j4", functions=["party-principal"])
    told("post.established", post_id="s2", title_zh="队长", body_id="b1", functions=["first-secretary"])
    for nth in range(3):
        told("appointment.started", appointment_id=f"a{nth}", person_id=f"x{nth}", post_id=f"s{nth}", held_by=SINCE)
        told("designation.listed", jurisdiction_id=f"j{nth}", list="poor-village", effective_from=SINCE)
    told("designation.listed", jurisdiction_id="j4", list="poor-county", effective_from=SINCE)
    told("household.identified", household_id="t0", jurisdiction_id="j2", effective_from=SINCE)
    told("pairing.started", pairing_id="r0", helper="b2", assisted="j0", effective_from=SINCE)
    return events
