"""What a tracing reader notes is enough: from the entries that name it come the answers of the whole log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import pytest
from hypothesis import event, given
from sqlalchemy.ext.asyncio import AsyncEngine

from events.clock import read_stamp
from events.entry import Entry
from events.known import Knowledge
from events.named import Naming
from projections.answers import (
    bodies,
    chain,
    handovers,
    holders,
    jurisdictions,
    persons,
    projects,
    rectifications,
    state,
    timeline,
)
from projections.memory import MemoryReader
from projections.rows import Reader
from projections.scene import Scene
from projections.tracing import Trace, TracingReader, forms_of_code
from tests.projections.histories import History, histories
from tests.projections.kinds import THINGS
from tests.projections.test_agreement import PACKS, all_flows, filled, letters_found, looks, many, pauses, said

pytestmark = pytest.mark.anyio

Question = Callable[[Scene], Awaitable[Any]]
QUESTIONS: Final[dict[str, Question]] = {
    "chain": lambda scene: chain.of_place(scene, "j2"),
    "chain by code": lambda scene: chain.responsibility(scene, "140900"),
    "place": lambda scene: jurisdictions.one(scene, "j1"),
    "timeline of a place": lambda scene: timeline.of_jurisdiction(scene, "j1", None, None),
    "timeline of a post": lambda scene: timeline.of_post(scene, "s0", None, None),
    "timeline of a person": lambda scene: timeline.of_person(scene, "x1", None, None),
    "holders": lambda scene: holders.holders(scene, "s1", None, None),
    "answered for": lambda scene: persons.answered_for(scene, "x0", None, None),
    "letters": lambda scene: letters_found(scene, places=["j1"]),
    "body": lambda scene: bodies.one(scene, "b0"),
    "state": lambda scene: state.of_place(scene, "j0", subtree=True),
    "money": lambda scene: all_flows(scene, "j0", subtree=True),
    "project": lambda scene: projects.one(scene, THINGS[0]),
    "rectification": lambda scene: rectifications.one(scene, THINGS[0]),
    "handover": lambda scene: handovers.handover(scene, "a0"),
}
ROUNDS: Final = 20


def naming(entries: Sequence[Entry], names: set[str]) -> list[Entry]:
    """The entries that name one of some names, and all versions of the facts that they are about."""
    seen = Naming()
    facts = {
        entry.fact_position
        for entry in entries
        if names & seen.of(entry.position, entry.kind, entry.fact_position, entry.data)
    }
    return [entry for entry in entries if entry.fact_position in facts]


async def answered(question: Question, reader: Reader, day: str) -> Any:
    """What is answered over a reader."""
    known = Knowledge(reader.log_id, reader.size, read_stamp("2020-01-01T00:00:00Z"), "live")
    return await said(question(Scene(reader, known, b"", day, PACKS)))


async def from_what_it_asks(question: Question, log_id: str, entries: Sequence[Entry], size: int, day: str) -> Any:
    """The answer from those entries alone that name what it asks for, as far as that goes."""
    names: set[str] = set()
    for _ in range(ROUNDS):
        trace = Trace()
        answer = await answered(question, TracingReader(log_id, naming(entries, names), size, trace), day)
        assert not trace.looked_up
        if trace.ids <= names:
            event("all entries" if len(naming(entries, names)) == size else "some entries")
            return answer
        names |= trace.ids
    raise AssertionError("an answer asks for ever more")


@given(history=histories(), catching_up=pauses, asked=looks)
@many
async def test_what_an_answer_asks_for_is_all_it_rests_on(
    engine: AsyncEngine, history: History, catching_up: list[bool], asked: list[tuple[int, str]]
) -> None:
    """In every history, from the entries that name what it asks for, each answer is that of the whole log."""
    log = await filled(engine, history, catching_up)
    kept = [entry for entry in await log.entries() if entry.position < len(history.events)]
    for permille, day in asked[:1]:
        size = max(1, len(kept) * permille // 1000)
        for name, question in QUESTIONS.items():
            expected = await answered(question, MemoryReader(log.log_id, kept, size), day)
            found = await from_what_it_asks(question, log.log_id, kept[:size], size, day)
            assert found == expected, f"{name} at {size} on {day}"


def test_what_is_no_name_is_told_apart() -> None:
    """Numbers and texts are noted as what no entry can be found by, codes in all their forms, matters by own id."""
    trace = Trace()
    trace.name(["finding:f1", "urn:x"])
    assert trace.ids == {"finding:f1", "f1", "urn:x"}
    assert forms_of_code("620000") == ["620000", "62", "6200"]
    assert forms_of_code("621200") == ["621200", "6212"]
    assert forms_of_code("621223104") == ["621223104"]


async def test_a_search_and_a_reading_through_are_noted() -> None:
    """What looks at more than names says so."""
    trace = Trace()
    reader = TracingReader("cn-62", [], 0, trace)
    await reader.search("person", "王", limit=5)
    await reader.by("letter", "number", ["厅字〔2016〕33号"])
    assert trace.looked_up == {"person~王", "letter.number=厅字〔2016〕33号"}
    assert not trace.ran
    await reader.run(0, 10)
    await reader.entries([7, -1])
    assert trace.ran
    assert trace.positions == set()
