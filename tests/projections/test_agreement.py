"""The projections in PostgreSQL and the whole log folded in memory give the same rows and answers at every size.

One database serves all examples, each with a log of its own. The oracle shares the folds with the runner and
nothing else: no versions of rows, no increments, no database.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, cast

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events import entries, knowledge, logs
from events.appender import Appender
from events.clock import SystemClock
from events.cloudevent import Submission
from events.entry import Entry
from events.envelope import read_items
from events.errors import Ambiguous, NotFound
from events.known import KnownAt
from events.receipts import Offer
from projections.answers import (
    bodies,
    chain,
    duties,
    handovers,
    holders,
    jurisdictions,
    letters,
    money,
    persons,
    projects,
    rectifications,
    state,
    timeline,
)
from projections.answers import changes as differences
from projections.folds.registers import REGISTERS
from projections.memory import MemoryReader
from projections.policies.pack import load_all
from projections.reading import PostgresReader
from projections.rebuild import digest, memory_digest, rebuild
from projections.registry import PROJECTIONS
from projections.rows import Found, Reader
from projections.runner import Progress, catch_up, progress
from projections.scene import Scene
from tests.projections import flagged
from tests.projections.histories import (
    APPOINTMENTS,
    BODIES,
    CODES,
    DAYS,
    NUMBERS,
    PERSONS,
    PLACES,
    POSTS,
    History,
    Json,
    histories,
    sent,
    signed_history,
)
from tests.projections.kinds import THINGS
from tests.thorough import examples

pytestmark = pytest.mark.anyio

PACKS: Final = [load_all()[system] for system in ("central-2016", "shanxi")]
ASKED_DAYS: Final = (*DAYS, "2014-06-01", "2016-02-15", "2017-07-09", "2018-03-31", "2020-01-01")
SPANS: Final = ((None, None), ("2016-02-15", "2017-07-10"))
LOGS: Final = count()

many = settings(
    max_examples=examples(40),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
looks = st.lists(st.tuples(st.integers(0, 1000), st.sampled_from(ASKED_DAYS)), min_size=2, max_size=3)
pauses = st.lists(st.booleans(), min_size=6, max_size=6)


class Remembering:
    """A reader that asks another one each thing once: at one size of a log no answer of it ever changes."""

    def __init__(self, reader: Reader) -> None:
        self.log_id, self.size = reader.log_id, reader.size
        self._reader = reader
        self._known: dict[Any, Any] = {}

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def once(*given: Any, **more: Any) -> Any:
            asked = (name, *map(_plain, given), *((key, _plain(value)) for key, value in sorted(more.items())))
            if asked not in self._known:
                self._known[asked] = await getattr(self._reader, name)(*given, **more)
            return copy(self._known[asked])

        return once


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    return frozenset((one.entity_id, one.ordinal) if isinstance(one, Found) else one for one in value)


async def said(answer: Awaitable[Any]) -> Any:
    """What an answer says, or how it refuses."""
    try:
        return await answer
    except NotFound as error:
        return ["not found", dict(error.values)]
    except Ambiguous as error:
        return ["ambiguous", error.candidates]


async def letters_found(scene: Scene, **asked: Any) -> Any:
    """Letters of the register, whole."""
    return await letters.described(scene, await letters.register(scene.reader, **asked))


async def _answer(found: Awaitable[differences.Changes]) -> Any:
    return (await found).answer


async def everything(scene: Scene, earlier: Scene) -> dict[str, Any]:
    """Every answer there is about this world, at one size and day; changes are against an earlier scene."""
    asked: dict[str, Awaitable[Any]] = {}
    for place in PLACES:
        asked[f"chain {place}"] = chain.of_place(scene, place)
        asked[f"place {place}"] = jurisdictions.one(scene, place)
        asked[f"children {place}"] = jurisdictions.children(scene, place, 2, "")
        asked[f"changes {place}"] = _answer(differences.changes(earlier, scene, place))
        asked[f"letters of {place}"] = letters_found(scene, places=[place])
    for code in CODES:
        asked[f"code {code}"] = chain.responsibility(scene, code)
    for since, until in SPANS:
        for place in PLACES:
            asked[f"timeline {place} {since}"] = timeline.of_jurisdiction(scene, place, since, until)
        for post in POSTS:
            asked[f"timeline {post} {since}"] = timeline.of_post(scene, post, since, until)
            asked[f"holders {post} {since}"] = holders.holders(scene, post, since, until)
        for person in PERSONS:
            asked[f"timeline {person} {since}"] = timeline.of_person(scene, person, since, until)
            asked[f"answered {person} {since}"] = persons.answered_for(scene, person, since, until)
    for person in PERSONS:
        asked[f"person {person}"] = persons.one(scene, person)
        asked[f"letters of {person}"] = letters_found(scene, person=person)
    for number in NUMBERS:
        asked[f"letters {number}"] = letters_found(scene, number=number)
    for body in BODIES:
        asked[f"body {body}"] = bodies.one(scene, body)
    asked |= of_matters(scene)
    asked |= flagged.asked_of(scene, PLACES[:3], PERSONS[:2], BODIES[:1])
    return {name: await said(answer) for name, answer in asked.items()}


def of_matters(scene: Scene) -> dict[str, Awaitable[Any]]:
    """Every answer about visits, money, findings, exits and handovers."""
    asked: dict[str, Awaitable[Any]] = {}
    for place, subtree in zip(PLACES[:4], (True, False, True, True), strict=True):
        asked[f"state {place}"] = state.of_place(scene, place, subtree=subtree)
        asked[f"money {place}"] = all_flows(scene, place, subtree=subtree)
        asked[f"matters {place}"] = timeline.of_jurisdiction(
            scene, place, None, None, REGISTERS.keys(), subtree=subtree
        )
    for thing in THINGS:
        asked[f"project {thing}"] = projects.one(scene, thing)
        asked[f"rectification {thing}"] = rectifications.one(scene, thing)
    asked["duties j0"] = all_duties(scene, "j0", None)
    asked["duties j1 over two years"] = all_duties(scene, "j1", ("2016-06-01", "2018-06-01"))
    for appointment in APPOINTMENTS:
        asked[f"handover {appointment}"] = handovers.handover(scene, appointment)
    return asked


async def all_duties(scene: Scene, place: str, span: tuple[str, str] | None) -> Any:
    """The duties of a place and of all below it, described."""
    found = await duties.of_places(scene, [place], duties.Asked(span=span))
    return [duties.header(scene, duties.Asked(span=span)), found.described(found.duties)]


async def all_flows(scene: Scene, place: str, *, subtree: bool) -> Any:
    """The money of a place with every flow described."""
    flows = await money.of_place(scene, place, subtree=subtree)
    return [flows.head, await money.described(scene, flows.members, flows.ids)]


@dataclass(frozen=True, slots=True)
class Log:
    """One log under test, in its database."""

    engine: AsyncEngine
    log_id: str

    async def append(self, batch: Sequence[Json]) -> int:
        """Append a batch, of which every event must be accepted; the size after it."""
        submissions = read_items([sent(one, self.log_id) for one in batch], self.log_id)
        offers = [Offer(one, "test") for one in submissions if isinstance(one, Submission)]
        assert len(offers) == len(batch), submissions
        appended = await Appender(self.engine, SystemClock()).append(self.log_id, offers)
        assert {receipt.status for receipt in appended.receipts} == {"appended"}
        return appended.size

    async def entries(self) -> Sequence[Entry]:
        """The whole log, as it is kept."""
        async with self.engine.connect() as conn:
            return await entries.between(conn, self.log_id, 0, 10_000, limit=10_000)

    async def progress(self) -> Progress:
        """How far its projections are."""
        async with self.engine.connect() as conn:
            return (await progress(conn, [self.log_id]))[self.log_id]

    async def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Every version of every row of the live generation."""
        generation = (await self.progress()).generation
        found: dict[str, list[dict[str, Any]]] = {}
        async with self.engine.connect() as conn:
            for name, projection in PROJECTIONS.items():
                columns = ", ".join(["entity_id", "known_from", "ordinal", "known_to", *projection.keys, "doc"])
                where = f"WHERE log_id = '{self.log_id}' AND generation = {generation} ORDER BY 1, 2, 3"
                statement = text(f"SELECT {columns} FROM p_{name} {where}")
                found[name] = [dict(row._mapping) for row in await conn.execute(statement)]
        return found

    async def answers(
        self, size: int, day: str, reader_at: Callable[[AsyncConnection, Progress, int], Reader]
    ) -> dict[str, Any]:
        """Everything said at a size and day, over a reader; changes are against half that size."""
        here = await self.progress()
        async with self.engine.connect() as conn:

            async def scene(at: int) -> Scene:
                asked = KnownAt(size=at)
                known = await knowledge.resolve(conn, self.log_id, asked, projected=here.size, clock="live")
                root = await knowledge.root_at(conn, self.log_id, at)
                return Scene(reader_at(conn, here, at), known, root, day, PACKS)

            return await everything(await scene(size), await scene(size // 2))

    async def projected(self, size: int, day: str) -> dict[str, Any]:
        """Everything said by the projections."""

        def reader_at(conn: AsyncConnection, here: Progress, at: int) -> Reader:
            return cast(Reader, Remembering(PostgresReader(conn, self.log_id, here.generation, at)))

        return await self.answers(size, day, reader_at)

    async def folded(self, size: int, day: str) -> dict[str, Any]:
        """Everything said by the log folded in memory."""
        kept = await self.entries()
        return await self.answers(size, day, lambda _conn, _here, at: MemoryReader(self.log_id, kept, at))


async def new_log(engine: AsyncEngine) -> Log:
    """An empty log."""
    log_id = f"cn-h{next(LOGS)}"
    async with engine.begin() as conn:
        assert await logs.create(conn, log_id, name=None, origin=None, clock="live")
    return Log(engine, log_id)


async def filled(engine: AsyncEngine, history: History, catching_up: Sequence[bool]) -> Log:
    """A log that took a history batch by batch, its projections catching up after some and at the end."""
    log = await new_log(engine)
    for batch, pause in zip(history.batches(), catching_up, strict=False):
        await log.append(batch)
        if pause:
            await catch_up(engine)
    await catch_up(engine)
    assert ((await log.progress()).size, (await log.progress()).failures) == (len(history.events), {})
    return log


@given(history=histories(), catching_up=pauses, asked=looks)
@many
async def test_answers_are_those_of_the_whole_log_folded(
    engine: AsyncEngine, history: History, catching_up: list[bool], asked: list[tuple[int, str]]
) -> None:
    """At the head, at nothing and at sizes inside of batches, every answer is that of the oracle."""
    log = await filled(engine, history, catching_up)
    size = len(history.events)
    questions = [(size * permille // 1000, day) for permille, day in asked] + [(size, asked[0][1])]
    for at, day in [*questions, (0, asked[0][1])]:
        found, expected = await log.projected(at, day), await log.folded(at, day)
        for name, answer in expected.items():
            assert found[name] == answer, f"{name} at {at} on {day}"
        if at == size:
            for name in ("chain j0", "holders s0 None", "answered x0 None"):
                event(f"{name.split()[0]}: {'not found' if isinstance(found[name], list) else 'found'}")
            shown = [letter for one in (*PLACES, *PERSONS) for letter in found[f"letters of {one}"]]
            for letter in shown:
                event(f"signatures: {letter['signatures']}, {sorted(key['standing'] for key in letter['signed_by'])}")


@given(history=histories(), catching_up=pauses)
@many
async def test_rows_are_those_of_the_whole_log_folded(
    engine: AsyncEngine, history: History, catching_up: list[bool]
) -> None:
    """At every single size the rows have the digest of the rows folded in memory."""
    log = await filled(engine, history, catching_up)
    kept, here = await log.entries(), await log.progress()
    async with engine.connect() as conn:
        for size in range(len(kept) + 1):
            found = await digest(conn, log.log_id, here.generation, size)
            assert found == memory_digest(MemoryReader(log.log_id, kept, size).everything()), size


@given(history=histories(), catching_up=pauses)
@many
async def test_a_rebuild_changes_nothing(engine: AsyncEngine, history: History, catching_up: list[bool]) -> None:
    """Rebuilt in one run, every version of every row and the rolling digest are those made batch by batch."""
    log = await filled(engine, history, catching_up)
    rows, before = await log.rows(), await log.progress()
    rebuilt = await rebuild(engine, log.log_id)
    after = await log.progress()
    assert (rebuilt.same, rebuilt.size) == (True, len(history.events))
    assert (after.size, after.digest) == (before.size, before.digest)
    assert after.generation != before.generation
    assert await log.rows() == rows


@given(history=histories(least=16), catching_up=pauses, asked=looks)
@many
async def test_what_was_known_stays(
    engine: AsyncEngine, history: History, catching_up: list[bool], asked: list[tuple[int, str]]
) -> None:
    """Answers for a size of the log are the same before and after more is appended and projected."""
    half = len(history.events) // 2
    log = await filled(engine, History(history.events[:half], [cut for cut in history.cuts if cut < half]), catching_up)
    questions = [(half * permille // 1000, day) for permille, day in asked]
    before = [await log.projected(at, day) for at, day in questions]
    await log.append(history.events[half:])
    await catch_up(engine)
    assert [await log.projected(at, day) for at, day in questions] == before


SIGNED: Final = signed_history()


@pytest.mark.parametrize("size", range(len(SIGNED.events) + 1))
async def test_signed_letters_are_told_alike(engine: AsyncEngine, size: int) -> None:
    """Letters signed by keys of the signatory, the body and others, corrected, revoked: one answer at every size."""
    log = await filled(engine, SIGNED, [True, False, True])
    found, expected = await log.projected(size, "2018-03-05"), await log.folded(size, "2018-03-05")
    assert found == expected
    if size == len(SIGNED.events):
        (letter,) = found["letters of x0"]
        assert [one["signatures"] for one in letter["signers"]] == ["verified", "verified", "none"]
        assert [one["standing"] for one in letter["signed_by"]] == ["revoked-later", "valid"]


async def test_a_log_is_rebuilt_before_it_was_ever_projected(engine: AsyncEngine) -> None:
    """A rebuild of a log that no runner has seen projects it, and leaves it live."""
    log = await new_log(engine)
    await log.append([{"specversion": "1.0", "id": "1", "source": "urn:x", "type": "person.registered",
                       "data": {"person_id": "x", "name_zh": "张三"}}])  # fmt: skip
    assert (await rebuild(engine, log.log_id)).same
    assert (await log.progress()).size == 1
    assert [row["entity_id"] for row in (await log.rows())["person"]] == ["x"]
    assert await catch_up(engine) == 0
