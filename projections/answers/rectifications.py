"""Rectifications: the steps of each, its deadlines, the days charged to each holder, and the register of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from projections.answers import charging
from projections.answers.charging import Assignment
from projections.answers.membership import Membership
from projections.answers.people import People, helpers, ids_of, people
from projections.answers.rectification_state import (
    CLOSED,
    COMPLETED,
    EXTENDED,
    ORDERED,
    REASSIGNED,
    REOPENED,
    VERIFIED,
    Standing,
    Step,
    standing_order,
    status_on,
    steps_until,
)
from projections.answers.territory import Place, nearest, not_found
from projections.answers.whereabouts import places_of, pointers
from projections.folds.matter import as_matters, matter_id, names_any, own_id
from projections.folds.registers import stated
from projections.rows import Found, Reader
from projections.scene import Scene
from projections.tenure import day_before, next_day

REGISTER: Final = "rectification"
STATUSES: Final = ("open", "closed", "overdue", "awaiting_verification")
_SAID: Final[Mapping[str, tuple[str, str | None]]] = {
    ORDERED: ("ordered_on", "ordered_by"),
    EXTENDED: ("extended_on", "approved_by"),
    REASSIGNED: ("handover_on", None),
    COMPLETED: ("completed_on", "completed_by"),
    VERIFIED: ("verified_on", "verified_by"),
    REOPENED: ("reopened_on", "reopened_by"),
    CLOSED: ("closed_on", "closed_by"),
}
"""Kind to the field of its day and the field that says by whom."""
_ACTORS: Final = ("responsible", "from", "to")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rectifications are asked for; all of the log where nothing is given."""

    within: Membership | None = None
    """A place, alone or with all below it."""
    person: str | None = None
    body: str | None = None
    status: str | None = None
    due_before: str | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """The rows behind some rectifications."""

    findings: Mapping[str, Mapping[str, Any]]
    """By the matter's id, what was raised, as it stands, with its evidence."""
    tenures: Mapping[str, Sequence[Found]]
    who: People
    names: Mapping[str, Mapping[str, Any]]
    places: Mapping[str, Place | None]
    """By the rectification's id."""


async def one(scene: Scene, rectification_id: str) -> dict[str, Any]:
    """`GET /rectifications/{id}`. Raises NotFound."""
    rows = await scene.reader.of("matter", [matter_id(REGISTER, rectification_id)])
    if not rows:
        raise not_found(rectification_id, "整改", "rectification")
    return {**scene.header(), **(await described(scene, rows))[0]}


async def described(scene: Scene, rows: Sequence[Found]) -> list[dict[str, Any]]:
    """Rectifications whole, in the order given."""
    stock = await stock_of(scene, rows)
    return [_described(scene.valid_at, row, stock) for row in rows]


async def register(scene: Scene, asked: Asked) -> list[Found]:
    """The rectifications that were ordered by the day and are asked for, in the order of the log."""
    found: list[tuple[Found, Standing]] = []
    for row in await _candidates(scene.reader, asked):
        standing = status_on(row.doc["facts"], scene.valid_at)
        if standing is not None and _fits(standing, asked):
            found.append((row, standing))
    rows = [row for row, _ in sorted(found, key=lambda pair: (position_of(pair[0]), pair[0].entity_id))]
    if asked.body is not None:
        posts = {row.entity_id for row in await scene.reader.by("post", "body_id", [asked.body])}
        rows = [row for row in rows if _borne_by(row, asked.body, posts, scene.valid_at)]
    if asked.person is not None:
        ids = await ids_of(scene.reader, asked.person)
        stock = await stock_of(scene, rows)
        rows = [row for row in rows if names_any(row.doc, ids) or _charges(scene.valid_at, row, stock, ids)]
    return rows


def position_of(row: Found) -> int:
    """The position of the first entry that tells of a rectification."""
    return int(row.doc["evidence"][0]["position"])


async def of_members(reader: Reader, members: Membership) -> list[Found]:
    """The rectifications of a scope: each at its finding, or where no finding places it, at who answers for it."""
    rows = await reader.matters("stands_at", members.ids, [REGISTER])
    known = {row.entity_id for row in rows}
    answering = [row for row in await reader.matters("done_by", members.ids, [REGISTER]) if row.entity_id not in known]
    return [*rows, *await _placed_by_none(reader, answering)]


async def _placed_by_none(reader: Reader, rows: Sequence[Found]) -> list[Found]:
    """Those rectifications of which no finding says where they are."""
    at = {row.doc["stands_at"] for row in rows} - {None}
    onward = {row.entity_id: pointers(row) for row in await reader.of("matter", as_matters(at))}
    places = {row.entity_id for row in await reader.of("jurisdiction", at.union(*onward.values()))}
    placed = places | {one for one, pointed in onward.items() if not places.isdisjoint(pointed)}
    # What is left stands at what a post or a body did, at nothing on record, or nowhere: those are few.
    rest = [row for row in rows if placed.isdisjoint(_forms(row.doc["stands_at"]))]
    return [row for row in rest if not await _at_finding(reader, row)]


def _forms(one: str | None) -> set[str]:
    return set() if one is None else {one, *as_matters([one])}


async def _at_finding(reader: Reader, row: Found) -> set[str]:
    return await places_of(reader, [row.doc["stands_at"]]) if row.doc["stands_at"] is not None else set()


async def _place_ids(reader: Reader, row: Found) -> set[str]:
    """Where a rectification stands: at its finding's place, else at that of who answers for it."""
    found = await _at_finding(reader, row)
    if found or row.doc["done_by"] is None:
        return found
    return await places_of(reader, [row.doc["done_by"]])


async def _candidates(reader: Reader, asked: Asked) -> list[Found]:
    """The rectifications among which those asked for are."""
    found: list[dict[str, Found]] = []
    if asked.within is not None:
        found.append({row.entity_id: row for row in await of_members(reader, asked.within)})
    if asked.person is not None:
        ids = await ids_of(reader, asked.person)
        posts = {row.doc["post_id"] for row in await reader.by("appointment", "person_id", ids)} - {None}
        found.append(await _naming(reader, ids | posts))
    if asked.body is not None:
        posts = {row.entity_id for row in await reader.by("post", "body_id", [asked.body])}
        found.append(await _naming(reader, {asked.body} | posts))
    if not found:
        return await reader.by("matter", "register", [REGISTER])
    ids = set.intersection(*(set(rows) for rows in found))
    return [row for one, row in found[0].items() if one in ids]


async def _naming(reader: Reader, ids: Collection[str]) -> dict[str, Found]:
    return {row.entity_id: row for row in await reader.naming(ids) if row.doc["register"] == REGISTER}


def _fits(standing: Standing, asked: Asked) -> bool:
    if asked.due_before is not None and (standing.deadline is None or standing.deadline >= asked.due_before):
        return False
    if asked.status in ("open", "closed"):
        return standing.status == asked.status
    if asked.status == "overdue":
        return standing.overdue
    return asked.status is None or standing.awaiting_verification


def _borne_by(row: Found, body: str, posts: Collection[str], day: str) -> bool:
    """Whether a body leads or answers, itself or by one of its posts."""
    ordered = (standing_order(row.doc["facts"]) or {"data": {}})["data"]
    named = {ordered.get("lead_body_id"), *ordered.get("responsible_body_ids", [])}
    return body in named or any(one.post_id in posts for one in charging.assignments(row.doc["facts"], day))


def _charges(day: str, row: Found, stock: Stock, ids: Collection[str]) -> bool:
    standing = status_on(row.doc["facts"], day)
    assert standing is not None
    days = _charged(standing, day, charging.assignments(row.doc["facts"], day), stock)
    return any(found["person"] is not None and found["person"]["id"] in ids for found in days)


def _charged(standing: Standing, day: str, given: Sequence[Assignment], stock: Stock) -> list[dict[str, Any]]:
    until = standing.closed_on or next_day(day)
    return charging.charged(standing.ordered_on, until, given, stock.tenures, stock.who)


async def stock_of(scene: Scene, rows: Sequence[Found]) -> Stock:
    """Everything that describing these rectifications needs, in a few look-ups for all of them."""
    reader = scene.reader
    findings = await _findings(reader, rows)
    said = [step["data"] for row in rows for step in row.doc["facts"]]
    actors = [data[name] for data in said for name in _ACTORS if name in data]
    posts = {actor["post_id"] for actor in actors if "post_id" in actor}
    posts |= {post for finding in findings.values() for post in finding.get("responsible_posts", [])}
    tenures: dict[str, list[Found]] = {}
    for row in await reader.by("appointment", "post_id", posts):
        tenures.setdefault(row.doc["post_id"], []).append(row)
    ids = posts | {actor["person_id"] for actor in actors if "person_id" in actor}
    for data in said:
        ids |= {data[by] for _, by in _SAID.values() if by is not None and by in data}
        ids |= {data.get("lead_body_id"), *data.get("responsible_body_ids", [])} - {None}
    holders = {row.doc["person_id"] for rows in tenures.values() for row in rows} - {None}
    return Stock(
        findings,
        tenures,
        await people(reader, ids | holders),
        await helpers(reader, ids, scene.valid_at),
        await _places(scene, rows, findings),
    )


async def _findings(reader: Reader, rows: Iterable[Found]) -> dict[str, dict[str, Any]]:
    found = await reader.of("matter", {row.doc["part_of"] for row in rows} - {None})
    return {row.entity_id: _raised(row) for row in found}


def _raised(row: Found) -> dict[str, Any]:
    """What a finding says, as it was raised last, with its evidence."""
    return {**stated(row.doc["facts"]), "evidence": row.doc["evidence"]}


async def places(scene: Scene, rows: Sequence[Found]) -> dict[str, Place | None]:
    """The places of rectifications by the matters' ids."""
    return await _places(scene, rows, await _findings(scene.reader, rows))


async def _places(
    scene: Scene, rows: Iterable[Found], findings: Mapping[str, Mapping[str, Any]]
) -> dict[str, Place | None]:
    """As `places`: one look-up for all of which the findings name the places themselves."""
    named = {one: said.get("jurisdiction_id", said.get("subject_id")) for one, said in findings.items()}
    known: dict[str, list[Found]] = {}
    for found in await scene.reader.of("jurisdiction", {one for one in named.values() if one is not None}):
        known.setdefault(found.entity_id, []).append(found)
    at: dict[str, Place | None] = {}
    for row in rows:
        place_id = named.get(row.doc["part_of"])
        if place_id not in known:
            place_id = min(await _place_ids(scene.reader, row), default=None)
            if place_id is not None and place_id not in known:
                known[place_id] = await scene.reader.of("jurisdiction", [place_id])
        told = known.get(place_id) if place_id is not None else None
        at[row.entity_id] = Place(told[0].entity_id, nearest(told, scene.valid_at).doc) if told else None
    return at


def _described(day: str, row: Found, stock: Stock) -> dict[str, Any]:
    facts = row.doc["facts"]
    standing, given = status_on(facts, day), charging.assignments(facts, day)
    ordered = (standing_order(facts) or {"data": {}})["data"]
    place = stock.places[row.entity_id]
    finding = row.doc["part_of"]
    told = steps_until(facts, day) if standing is not None else []
    return {
        "rectification": own_id(row.entity_id),
        "finding": None if finding is None else own_id(finding),
        "on_record": standing is not None,
        **_stands(standing, told),
        "place": None if place is None else place.brief,
        "responsible": _responsible(charging.governing(given, day), stock) if standing is not None else None,
        "lead_body": _body(ordered.get("lead_body_id"), stock),
        "responsible_bodies": [_body(one, stock) for one in ordered.get("responsible_body_ids", [])],
        "steps": [_step(step, standing_order(facts), stock) for step in told],
        "charged": [] if standing is None else _charged(standing, day, given, stock),
        "at_deadline": _at_deadline(standing, given, stock),
        **_arose(stock.findings.get(finding or ""), given, stock),
        "flags": _flags(told, stock),
        "evidence": row.doc["evidence"],
    }


def _stands(standing: Standing | None, told: Sequence[Step]) -> dict[str, Any]:
    """How it stands; all of it None, False or empty where it was not ordered by the day."""
    verified = [step for step in told if step["type"] == VERIFIED]
    if standing is None:
        days = dict.fromkeys(("ordered_on", "deadline", "completed_on", "verified_on", "closed_on"))
        more = {"overdue": False, "awaiting_verification": False, "deadlines": [], "days_overdue": 0}
        return {"status": None, **days, **more}
    return {
        "status": standing.status,
        "overdue": standing.overdue,
        "awaiting_verification": standing.awaiting_verification,
        "ordered_on": standing.ordered_on,
        "deadline": standing.deadline,
        "deadlines": list(standing.deadlines),
        "days_overdue": standing.days_overdue,
        "completed_on": None if standing.completed is None else standing.completed["on"],
        "verified_on": verified[-1]["on"] if verified else None,
        "closed_on": standing.closed_on,
    }


def _responsible(assigned: Assignment, stock: Stock) -> dict[str, Any]:
    return {"post": _post(assigned.post_id, stock), "person": stock.who.brief(assigned.person_id)}


def _post(post_id: str | None, stock: Stock) -> dict[str, Any] | None:
    return None if post_id is None else {"id": post_id, "title": stock.names[post_id]["name"]}


def _body(body_id: str | None, stock: Stock) -> dict[str, Any] | None:
    return None if body_id is None else {"id": body_id, "name": stock.names[body_id]["name"]}


def _step(step: Step, ordered: Step | None, stock: Stock) -> dict[str, Any]:
    """A step with all that it says, and the names of those whom it names."""
    data = step["data"]
    on, by = _SAID[step["type"]]
    left_out = {"rectification_id", "finding_id", "evidence", on, by, *_ACTORS}
    told = {name: step[name] for name in ("type", "on", "position", "recorded_at")}
    if by is not None:
        told["by"] = stock.names[data[by]] if by in data else None
    if step["type"] == ORDERED:
        told["stands"] = ordered is not None and ordered["position"] == step["position"]
    for name in _ACTORS:
        if name in data:
            told[name] = _responsible(Assignment("", data[name].get("post_id"), data[name].get("person_id")), stock)
    if "evidence" in data:
        told["documents"] = data["evidence"]
    return told | {name: value for name, value in data.items() if name not in left_out}


def _at_deadline(standing: Standing | None, given: Sequence[Assignment], stock: Stock) -> list[dict[str, Any]]:
    """Who held the post on the deadline that answered for it then."""
    if standing is None or standing.deadline is None:
        return []
    day = standing.deadline
    held = charging.bearing(charging.governing(given, day), stock.tenures, day)
    return [charging.shown(one, stock.who) for one in held]


def _arose(finding: Mapping[str, Any] | None, given: Sequence[Assignment], stock: Stock) -> dict[str, Any]:
    """The defect, and who held the responsible posts on the day it arose; nobody where that is not known."""
    said = finding or {}
    until = said.get("occurred_until")
    day = said.get("occurred_from", None if until is None else day_before(until))
    posts = said.get("responsible_posts") or [one.post_id for one in given if one.post_id is not None][:1]
    held = [] if day is None else [one for post in posts for one in charging.holding(post, stock.tenures, day)]
    names = ("category", "source_kind", "subject_id", "raised_on", "occurred_from", "occurred_until", "amount")
    defect = {name: said.get(name) for name in names} | {"arose_on": day, "evidence": said.get("evidence", [])}
    return {
        "arose_under": [charging.shown(one, stock.who) for one in held],
        "defect": None if finding is None else defect | {"posts": [_post(post, stock) for post in posts]},
    }


def _flags(told: Sequence[Step], stock: Stock) -> list[dict[str, Any]]:
    """What is odd: judged, or struck off, by who had reported it done."""
    flags = []
    completed_by: str | None = None
    for step in told:
        by = step["data"].get(_SAID[step["type"]][1] or "")
        if step["type"] == COMPLETED:
            completed_by = by
        if step["type"] in (VERIFIED, CLOSED) and by is not None and completed_by is not None:
            flag = "self-verified" if step["type"] == VERIFIED else "self-closed"
            if stock.who.id_of(by) == stock.who.id_of(completed_by):
                flags.append({"flag": flag, "by": stock.names[by], "position": step["position"]})
    return flags
