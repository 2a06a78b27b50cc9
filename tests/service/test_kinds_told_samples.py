"""Answers rest on the kinds they are said to tell of: over a log that has no entries of others they are the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import orjson
import pytest

from events import entries
from events.database import open_engine
from events.entry import Entry
from projections.folds.matter import own_id
from projections.memory import MemoryReader
from projections.policies.pack import load_all
from projections.rows import Reader
from service.app import make_app
from service.bundle.contents import OfLog, Request, State
from service.bundle.deriving import Deriver, Question
from service.bundle.shelf import Shelf
from service.kinds_told import ANSWERS, kinds_placing, kinds_told
from tests.longer import longer

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

LOG: Final = "demo-cn-62"
DAYS: Final = ("2018-12-31",)
MOST: Final = 24
"""How many things of a sort are asked about."""
NAMED: Final = {
    "ref": "jurisdiction",
    "person_id": "person",
    "post_id": "post",
    "body_id": "body",
    "letter_id": "letter",
    "appointment_id": "appointment",
    "project_id": "project",
    "rectification_id": "rectification",
}
"""Part of a path to the projection or register of what it names."""
QUERIES: Final = {
    "/jurisdictions": ("q=县", ""),
    "/persons": ("q=王",),
    "/letters": ("jurisdiction=j-621223&scope=subtree", "number=1"),
    "/rectifications": (f"log={LOG}",),
    "/jurisdictions/{ref}/state": ("duties=false",),
    "/jurisdictions/{ref}/changes": ("compared_valid_at=2016-12-31",),
}
"""What is asked of a call, where it needs to be."""
RESTS_ON_ALL: Final = {"/flags", "/duties", "/duties/summary", "/handovers/{appointment_id}", "/logs/{log}/exhibits"}
AT_ENTRIES: Final = "/logs/{log}/events/{position}/responsible"


class Part(Shelf):
    """The log with the entries that a key for some kinds may read, all folded at once."""

    _whole: MemoryReader | None = None

    def reader(self, log_id: str, generation: int, size: int) -> Reader:
        """The reader of these entries."""
        if self._whole is None:
            self._whole = MemoryReader(log_id, self.entries, size)
        return self._whole


SOON: Final = "/letters"
"""The call that `make test` tries."""


def part(every: Sequence[Entry], kinds: Collection[str] | None) -> Part:
    """All of a log, or its entries of some kinds: of a correction or annulment that of its fact too."""
    kind_of = {one.position: one.kind for one in every}
    kept = [one for one in every if kinds is None or {one.kind, kind_of[one.fact_position]} <= set(kinds)]
    state = State(asked=None, size=len(every), known_at=datetime(2026, 1, 1, tzinfo=UTC))
    of_log = OfLog(id=LOG, origin="example.org/log", name=None, clock="scripted")
    return Part(of_log, kept, [state], {len(every): b"root"})


def things(whole: MemoryReader) -> dict[str, list[str]]:
    """Some ids of each projection and register, far apart from each other."""
    rows = whole.everything()
    every = {name: sorted(found) for name, found in rows.items()}
    for one in sorted(rows["matter"]):
        every.setdefault(one.partition(":")[0], []).append(own_id(one))
    return {name: found[:: len(found) // MOST + 1] for name, found in every.items()}


def asked(path: str, named: Mapping[str, Sequence[str]], every: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Questions to a call: path and query."""
    field = path.partition("{")[2].partition("}")[0]
    if path == AT_ENTRIES:
        for position in range(0, len(every), len(every) // MOST):
            yield path.format(log=LOG, position=position), ""
        return
    targets = [path.format(**{field: one}) for one in named[NAMED[field]]] if field else [path]
    for target in targets:
        for day in DAYS:
            for more in QUERIES.get(path, ("",)):
                yield target, "&".join(one for one in (more, f"valid_at={day}") if one)


def plain(answer: bytes) -> Any:
    """An answer without the events behind it, each of which is looked at by itself."""
    told = orjson.loads(answer)
    return {name: value for name, value in told.items() if name not in ("events", "withheld")}


@pytest.mark.parametrize("path", [SOON, *longer(sorted(ANSWERS.keys() - RESTS_ON_ALL - {SOON}))])
async def test_an_answer_rests_on_the_kinds_it_tells_of(samples_url: str, path: str) -> None:
    """What a key must be granted is all that an answer is made of: nothing else on record changes it."""
    engine = open_engine(samples_url)
    async with engine.connect() as conn:
        every = await entries.every(conn, LOG, 0, 10**6, limit=10**6)
    await engine.dispose()
    whole, some, deriver = part(every, None), part(every, kinds_told(path)), Deriver(make_app)
    answered = 0
    for target, query in asked(path, things(MemoryReader(LOG, every, len(every))), every):
        question = Question(Request(path=f"/v1{target}", query=query), "2020-12-31", [], load_all())
        expected = await deriver.derive(question, whole)
        if path == AT_ENTRIES:
            if expected.status != 200:
                continue
            entry = every[int(target.split("/")[4])]
            fact = every[entry.fact_position].kind
            some = part(every, {*kinds_told(path), *kinds_placing(fact), entry.kind, fact})
        found = await deriver.derive(question, some)
        assert (found.status, plain(found.answer)) == (expected.status, plain(expected.answer)), (target, query)
        answered += expected.status == 200
    assert answered
