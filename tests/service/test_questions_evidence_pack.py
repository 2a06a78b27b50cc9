"""Question 25: every event about a former county head and the county; nothing was taken away since an export."""

from __future__ import annotations

import asyncio
import base64
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import checkpoint, logs, note, store
from events.clock import ScriptedClock, SystemClock
from events.cloudevent import read_event
from events.database import open_engine
from events.proofs import check_consistency
from events.receipts import Offer
from projections.runner import catch_up
from service.bundle import form
from service.bundle.contents import Item, read_items
from service.demo import Line, lines_of
from service.notary.signing import Desk, sign
from tests.conftest import with_database
from tests.service.bundle.notary import Bundles, bundles, report_of
from tests.service.samples import CASES

pytest_plugins = ["tests.service.bundle.notary"]
pytestmark = pytest.mark.anyio

LOG: Final = "demo-cn-62"
COUNTY: Final = "j-621223"
HEAD: Final = CASES["acting"]["post"]
EXPORTED: Final = "2019-03-01"
SINCE, UNTIL = "2017-01-01", "2019-01-01"
PERIOD: Final = f"from={SINCE}&to={UNTIL}&log={LOG}"


@dataclass(frozen=True)
class Exported:
    """The log as it is now, and the signed head that was exported with it on the day."""

    url: str
    directory: Path
    note: str
    checkpoint: checkpoint.Checkpoint


async def _record(engine: AsyncEngine, lines: Sequence[Line]) -> None:
    for recorded_at, group in groupby(lines, key=lambda line: line[0]):
        offers = [Offer(read_event(event), "demo", may_correct=True) for _, event in group]
        async with engine.begin() as conn:
            await store.append(conn, LOG, offers, ScriptedClock(recorded_at))
    await catch_up(engine)


async def _signed(engine: AsyncEngine, directory: Path) -> str:
    async with engine.connect() as conn:
        signed = await sign(Desk(engine, directory, SystemClock()), await logs.get(conn, LOG))
    assert signed is not None
    return signed.note


async def _grown(url: str, directory: Path) -> str:
    """Record the log in two parts, the head signed after each; the note of the first."""
    engine = open_engine(url)
    async with engine.begin() as conn:
        await logs.create(conn, LOG, name=None, origin=None, clock="scripted")
    lines = lines_of(LOG)
    before = [line for line in lines if line[0].date().isoformat() <= EXPORTED]
    await _record(engine, before)
    exported = await _signed(engine, directory)
    await _record(engine, lines[len(before) :])
    await _signed(engine, directory)
    await engine.dispose()
    return exported


async def _run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def exported(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exported]:
    """A database of its own with the log, and the head of the export."""
    name, directory = f"zeren_exported_{uuid.uuid4().hex[:8]}", tmp_path_factory.mktemp("keys")
    url = with_database(server_url, name)
    asyncio.run(_run(server_url, f"CREATE DATABASE {name} TEMPLATE {template}"))
    text = asyncio.run(_grown(url, directory))
    yield Exported(url, directory, text, checkpoint.parse_body(note.parse(text).text))
    asyncio.run(_run(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


async def get(made: Bundles, path: str) -> Any:
    """The JSON of `/v1` + path."""
    answer = await made.client.get(f"/v1{path}")
    assert answer.status_code == 200, f"{path}: {answer.text}"
    return answer.json()


async def former_head(made: Bundles) -> str:
    """H: who held the post of the county head first in the period, and left within it."""
    held = await get(made, f"/posts/{HEAD}/holders?{PERIOD}")
    first = held["holders"][0]
    assert SINCE < first["until"] < UNTIL
    return str(first["person"]["id"])


async def pack(made: Bundles) -> dict[str, bytes]:
    """The bundles of the case: the person's timeline and duties, the county's timeline."""
    person = await former_head(made)
    targets = (
        f"/persons/{person}/timeline?{PERIOD}",
        f"/jurisdictions/{COUNTY}/timeline?{PERIOD}&scope=own&limit=1000",
    )
    return {target: await made.bundle(target) for target in targets}


def items_of(data: bytes) -> list[Item]:
    """The entries of a bundle."""
    return list(read_items(form.extract(data)[form.ENTRIES]))


async def test_the_export_is_a_beginning_of_todays_log(exported: Exported) -> None:
    """Both heads are signed with the log's key; the proof leads from the one to the other, and from no other head."""
    async with bundles(exported.url, exported.directory) as made:
        shown = await get(made, f"/logs/{LOG}")
        keys = [note.parse_vkey(vkey) for vkey in shown["vkeys"]]
        today = note.parse((await made.client.get(f"/{LOG}/checkpoint")).text)
        assert note.verified_by(note.parse(exported.note), keys) == note.verified_by(today, keys) == keys
        old, new = exported.checkpoint, checkpoint.parse_body(today.text)
        assert old.size < new.size == shown["size"]
        proof = await get(made, f"/logs/{LOG}/consistency?from={old.size}&to={new.size}")
        hashes = [base64.b64decode(each) for each in proof["hashes"]]
        check_consistency(old.size, new.size, hashes, old.root, new.root)
        for other in (new.root, bytes(32)):
            with pytest.raises(ValueError, match=r"root|proof"):
                check_consistency(old.size, new.size, hashes, other, new.root)
        known = await get(made, f"/jurisdictions/{COUNTY}/timeline?{PERIOD}&known_at={EXPORTED}&limit=1")
        assert (known["log"]["size"], base64.b64decode(known["log"]["root"])) == (old.size, old.root)


async def test_the_pack_holds_offline(exported: Exported) -> None:
    """Ordered events with recording times, inclusion and signatures checked: nothing fails, all is derived."""
    async with bundles(exported.url, exported.directory) as made:
        made_now = await pack(made)
        policy = await made.policy(LOG)
        for target, data in made_now.items():
            report = await report_of(data, policy)
            assert report.failed is None, target
            assert report.holds(), target
            items = items_of(data)
            positions = [item.position for item in items]
            assert positions == sorted(set(positions))
            stamps = [item.recorded_at for item in items]
            assert stamps == sorted(stamps)
            answer = form.read_object("answer", form.extract(data)[form.ANSWER])
            cited = {one["position"] for row in answer["items"] for one in row["evidence"]}
            assert cited
            assert cited <= set(positions), target


async def test_a_changed_entry_fails(exported: Exported) -> None:
    """One byte of one event of the pack changed: the archive says so."""
    async with bundles(exported.url, exported.directory) as made:
        data = next(iter((await pack(made)).values()))
        policy = await made.policy(LOG)
        place = data.index(b"appointment.ended")
        report = await report_of(data[:place] + b"appointment.endex" + data[place + 17 :], policy)
        assert not report.holds()


async def test_households_are_no_persons_in_the_pack(exported: Exported) -> None:
    """Easy to get wrong: personal data is minimised: none in the official's pack, counts in the county's."""
    async with bundles(exported.url, exported.directory) as made:
        everything = await get(made, f"/logs/{LOG}/events?type=household.identified&limit=1000")
        assert everything["items"], "the log itself has households"
        of_person, of_county = (items_of(data) for data in (await pack(made)).values())
        kinds = {item.type for item in of_person}
        assert {"appointment.started", "appointment.ended", "responsibility-letter.signed"} <= kinds
        assert not {kind for kind in kinds if kind.startswith("household.")}
        households = [item for item in of_county if item.type == "household.identified"]
        assert len(households) < len(everything["items"])
        for item in households:
            assert item.kept is not None
            data = json.loads(item.kept)["data"]
            assert data.keys() <= {"household_id", "jurisdiction_id", "persons", "effective_from"}
            assert data["household_id"].startswith("syn-62-household-")


async def timeline(made: Bundles, known_at: str | None = None) -> list[dict[str, Any]]:
    """The timeline of the county itself in the period."""
    known = "" if known_at is None else f"&known_at={known_at}"
    page = await get(made, f"/jurisdictions/{COUNTY}/timeline?{PERIOD}&scope=own&limit=1000{known}")
    assert page["next"] is None
    rows: list[dict[str, Any]] = page["items"]
    return rows


def cited(rows: Sequence[dict[str, Any]]) -> dict[int, str]:
    """The positions that some rows rest on, with the kinds of the entries."""
    return {one["position"]: one["type"] for row in rows for one in row["evidence"]}


async def test_what_was_recorded_after_the_export_is_new_and_changes_nothing_old(exported: Exported) -> None:
    """Easy to get wrong: late imports are legitimate, and show as new entries behind the export's, never as changes."""
    size = exported.checkpoint.size
    async with bundles(exported.url, exported.directory) as made:
        then, now = await timeline(made, EXPORTED), await timeline(made)
        assert max(cited(then)) < size
        assert {position: cited(now).get(position) for position in cited(then)} == cited(then)
        changed = [row for row in now if row not in then]
        assert changed
        assert all(max(one["position"] for one in row["evidence"]) >= size for row in changed)
        added = {position for position in cited(changed) if position >= size}
        page = await get(made, f"/logs/{LOG}/back-dated?days=0&after={size - 1}&limit=1000")
        late = {one["position"]: one for one in page["items"] if SINCE <= one["on"] < UNTIL}
        assert page["next"] is None
        assert all(one["recorded_at"][:10] > EXPORTED and one["days_late"] > 0 for one in late.values())
        about = {item["position"] for item in (await of_period(made, sorted(added)))}
        assert about
        assert about <= late.keys(), "what concerns the period and came after the export is listed"


async def of_period(made: Bundles, positions: Sequence[int]) -> list[dict[str, Any]]:
    """The entries among some that tell of a day of the period by a start, an end or an observation."""
    found = []
    for position in positions:
        entry = await get(made, f"/logs/{LOG}/events/{position}")
        data = entry["event"]["data"]
        days = (data.get("effective_until"), data.get("on"), data.get("signed_on"))
        if any(day is not None and len(day) == len(SINCE) and SINCE <= day < UNTIL for day in days):
            found.append(entry)
    return found


async def test_corrections_with_who_approved_them(exported: Exported) -> None:
    """Each correction and annulment names who approved it; what was corrected can be read as it was."""
    async with bundles(exported.url, exported.directory) as made:
        found = []
        for kind in ("record.corrected", "record.annulled"):
            found += (await get(made, f"/logs/{LOG}/events?type={kind}&limit=1000"))["items"]
        assert {one["event"]["id"] for one in found} >= {
            *CASES["correction_of_correction"]["events"][1:],
            CASES["q4"]["annulment_event"],
        }
        for one in found:
            data = one["event"]["data"]
            assert data["approved_by"]["person_id"]
            assert data["reason"]
            target = data.get("corrects_event_id") or data["annuls_event_id"]
            (before,) = [item for item in await _all(made, one["position"]) if item["event"]["id"] == target]
            assert before["position"] < one["position"]


async def _all(made: Bundles, end: int) -> list[dict[str, Any]]:
    """The entries below a position."""
    found: list[dict[str, Any]] = []
    after = -1
    while after + 1 < end:
        page = (await get(made, f"/logs/{LOG}/events?after={after}&limit=1000"))["items"]
        found += page
        after = page[-1]["position"]
    return found


async def test_a_message_sent_twice_is_one_event(exported: Exported) -> None:
    """Easy to get wrong: replaying what an upstream system sent makes no second event and moves no head."""
    async with bundles(exported.url, exported.directory) as made:
        assert (await made.client.put("/v1/logs/upstream")).status_code == 201
        (_, sent), *_ = lines_of(LOG)
        answers = [await _sent(made, sent) for _ in range(2)]
        assert [(one.status_code, one.json()["status"]) for one in answers] == [(201, "appended"), (200, "duplicate")]
        assert (await get(made, "/logs/upstream"))["size"] == 1
        refused = await _sent(made, {**sent, "data": {**sent["data"], "name_zh": "另一内容"}})
        assert (refused.status_code, refused.json()["code"]) == (409, "id-taken")


async def _sent(made: Bundles, sent: dict[str, Any]) -> httpx.Response:
    """The answer to an event that an upstream system sends."""
    headers = {"Content-Type": "application/cloudevents+json"}
    return await made.client.post("/v1/logs/upstream/events", content=json.dumps(sent), headers=headers)
