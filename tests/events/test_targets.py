"""Corrections and annulments: what they may name, who may send them, and what they must say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events import store
from events.clock import SystemClock
from events.item_errors import CorrectionForbidden, Malformed, TargetUnknown
from events.receipts import Offer, Receipt

pytestmark = pytest.mark.anyio

Make = Callable[..., Offer]
TOGETHER = pytest.mark.parametrize("together", [True, False], ids=["one batch", "a batch each"])
MINE, THEIRS = "urn:test", "urn:other"


async def send(engine: AsyncEngine, log: str, *offers: Offer, together: bool = True) -> list[Receipt]:
    """The receipts of offers appended in one transaction, or in one each."""
    receipts: list[Receipt] = []
    for batch in [offers] if together else [[offer] for offer in offers]:
        async with engine.begin() as conn:
            receipts += (await store.append(conn, log, batch, SystemClock())).receipts
    return receipts


async def aims(engine: AsyncEngine) -> list[tuple[int | None, int]]:
    """What each entry names, and the fact it is about."""
    async with engine.connect() as conn:
        rows = await conn.execute(text("SELECT target_position, fact_position FROM event ORDER BY position"))
        return [(row.target_position, row.fact_position) for row in rows]


def problems(receipts: list[Receipt]) -> list[type | None]:
    """The class of each receipt's problem."""
    return [None if receipt.problem is None else type(receipt.problem) for receipt in receipts]


@TOGETHER
async def test_chains_of_corrections(engine: AsyncEngine, log: str, offer: Make, together: bool) -> None:
    """Corrections and annulments of facts, corrections and annulments all lead back to the fact."""
    offers = [
        offer("record.filed", "other"),
        offer("person.registered", "e1"),
        offer("record.corrected", "c1", corrects_event_id="e1"),
        offer("record.corrected", "c2", corrects_event_id="c1"),
        offer("record.annulled", "a1", annuls_event_id="c2"),
        offer("record.annulled", "a2", annuls_event_id="a1"),
        offer("record.annulled", "a3", annuls_event_id="a2"),
        offer("record.annulled", "a4", annuls_event_id="e1"),
        offer("record.annulled", "a5", annuls_event_id="e1"),
    ]
    assert problems(await send(engine, log, *offers, together=together)) == [None] * len(offers)
    assert await aims(engine) == [(None, 0), (None, 1), (1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (1, 1), (1, 1)]


@TOGETHER
async def test_unknown_targets(engine: AsyncEngine, log: str, offer: Make, together: bool) -> None:
    """Only an event below in the log can be named: not one that is nowhere, comes later, was rejected, or is itself."""
    offers = [
        offer("record.corrected", "c1", corrects_event_id="e1"),
        offer("record.annulled", "a1", annuls_event_id="a1"),
        offer("person.registered", "e1"),
        offer("record.annulled", "a2", annuls_event_id="c1"),
        offer("record.corrected", "c2", corrects_event_id="e1", corrects_event_source=THEIRS),
        offer("record.corrected", "c3", corrects_event_id="e1"),
    ]
    receipts = await send(engine, log, *offers, together=together)
    assert problems(receipts) == [TargetUnknown, TargetUnknown, None, TargetUnknown, TargetUnknown, None]
    assert receipts[0].problem is not None
    assert receipts[0].problem.values["id"] == "e1"
    assert await aims(engine) == [(None, 0), (0, 0)]


@TOGETHER
async def test_an_annulment_cannot_be_corrected(engine: AsyncEngine, log: str, offer: Make, together: bool) -> None:
    """A correction that names an annulment is refused, though it would name a fact's id in the end."""
    offers = [
        offer("person.registered", "e1"),
        offer("record.annulled", "a1"),
        offer("record.corrected", "c1", corrects_event_id="a1"),
    ]
    receipts = await send(engine, log, *offers, together=together)
    assert problems(receipts) == [None, None, TargetUnknown]
    assert "not corrected" in str(receipts[2].problem)


@TOGETHER
async def test_other_sources(engine: AsyncEngine, log: str, offer: Make, together: bool) -> None:
    """Another source corrects and annuls only with a grant that has `correct`."""
    corrected = {"corrects_event_id": "e1", "corrects_event_source": MINE}
    annulled = {"annuls_event_id": "e1", "annuls_event_source": MINE}
    offers = [
        offer("person.registered", "e1", MINE),
        offer("record.corrected", "c1", THEIRS, **corrected),
        offer("record.annulled", "a1", THEIRS, **annulled),
        offer("record.corrected", "c1", THEIRS, may_correct=True, **corrected),
        offer("record.annulled", "a1", THEIRS, may_correct=True, **annulled),
        offer("record.annulled", "a2", THEIRS, annuls_event_id="a1"),
    ]
    receipts = await send(engine, log, *offers, together=together)
    assert problems(receipts) == [None, CorrectionForbidden, CorrectionForbidden, None, None, None]
    assert receipts[1].problem is not None
    assert receipts[1].problem.values == {"source": THEIRS, "target_source": MINE, "id": "e1"}
    assert await aims(engine) == [(None, 0), (0, 0), (0, 0), (2, 0)]


async def test_another_source_s_id_is_not_taken_for_ones_own(engine: AsyncEngine, log: str, offer: Make) -> None:
    """Without a source a correction names its own source's event, also where another has one of that id."""
    offers = [
        offer("person.registered", "e1", THEIRS),
        offer("person.registered", "e1", MINE),
        offer("record.annulled", "a1", MINE),
        offer("record.annulled", "a1", "urn:third"),
    ]
    assert problems(await send(engine, log, *offers)) == [None, None, None, TargetUnknown]
    assert (await aims(engine))[2] == (1, 1)


@TOGETHER
async def test_the_corrected_payload_has_the_fact_s_kind(
    engine: AsyncEngine, log: str, offer: Make, together: bool
) -> None:
    """The payload is held to the kind of the fact, through corrections of corrections too, fault by fault."""
    wrong = {"person_id": "p1", "surprise": 1, "aliases": ["a", 5]}
    filed = {"record_id": "r1", "filed_on": "2018-03-05"}
    offers = [
        offer("person.registered", "e1"),
        offer("record.corrected", "c1", corrected_payload=wrong),
        offer("record.corrected", "c2"),
        offer("record.corrected", "c3", corrects_event_id="c2", corrected_payload=filed),
        offer(
            "record.corrected", "c4", corrects_event_id="c2", corrected_payload={"person_id": "p1", "name_zh": "王五"}
        ),
    ]
    receipts = await send(engine, log, *offers, together=together)
    assert problems(receipts) == [None, Malformed, None, Malformed, None]
    assert isinstance(receipts[1].problem, Malformed)
    assert sorted(fault.pointer for fault in receipts[1].problem.faults) == [
        "/data/corrected_payload/aliases/1",
        "/data/corrected_payload/name_zh",
        "/data/corrected_payload/surprise",
    ]


async def test_nulls_of_a_corrected_payload_mean_absent(engine: AsyncEngine, log: str, offer: Make) -> None:
    """A corrected payload may give null for what is absent, as the fact itself may."""
    payload = {"person_id": "p1", "name_zh": "李四", "born": None}
    offers = [offer("person.registered", "e1"), offer("record.corrected", "c1", corrected_payload=payload)]
    assert problems(await send(engine, log, *offers)) == [None, None]


@TOGETHER
async def test_keys_are_neither_corrected_nor_annulled(
    engine: AsyncEngine, log: str, offer: Make, together: bool
) -> None:
    """The registration of a key and its revocation stay as they are, whatever the grant."""
    public_key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    key = {"key_id": "k1", "person_id": "p1", "algorithm": "Ed25519", "public_key": public_key}
    key["valid_from"] = "2018-03-05"
    offers = [
        offer("key.registered", "e1", **key),
        offer("key.revoked", "e2", key_id="k1"),
        offer("record.corrected", "c1", may_correct=True, corrected_payload=key),
        offer("record.annulled", "a1", may_correct=True),
        offer("record.annulled", "a2", may_correct=True, annuls_event_id="e2"),
    ]
    receipts = await send(engine, log, *offers, together=together)
    assert problems(receipts) == [None, None, TargetUnknown, TargetUnknown, TargetUnknown]


async def test_a_correction_sent_again(engine: AsyncEngine, log: str, offer: Make) -> None:
    """A correction sent again is a duplicate, also by a sender who may not correct any more."""
    named = {"corrects_event_id": "e1", "corrects_event_source": MINE}
    granted = offer("record.corrected", "c1", THEIRS, may_correct=True, **named)
    first = await send(engine, log, offer("person.registered", "e1", MINE), granted)
    (again,) = await send(engine, log, offer("record.corrected", "c1", THEIRS, **named))
    assert (again.status, again.position) == ("duplicate", first[1].position)


async def test_a_correction_of_ones_own_correction_still_takes_the_facts_source(
    engine: AsyncEngine, log: str, offer: Make
) -> None:
    """Who once corrected another's fact under a grant cannot go on without it by naming the own correction."""
    fact = offer("person.registered", "e1", MINE)
    granted = offer(
        "record.corrected", "c1", THEIRS, may_correct=True, corrects_event_id="e1", corrects_event_source=MINE
    )
    without = offer("record.corrected", "c2", THEIRS, corrects_event_id="c1")
    own = offer("record.annulled", "a1", THEIRS, annuls_event_id="c1")
    receipts = await send(engine, log, fact, granted, without, own, together=False)
    assert problems(receipts) == [None, None, CorrectionForbidden, None]
