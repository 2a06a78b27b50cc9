"""Duties: the rules of the packs evaluated for places, a person or a body, with who answers and on what evidence."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from events.errors import BadRequest
from projections.answers.answering import Answering, enough
from projections.answers.people import ids_of
from projections.answers.persons import appointed_places
from projections.answers.territory import ended_within, not_found, place_of_body, resolve
from projections.duties import evaluating
from projections.duties.dossier import Dossier
from projections.duties.evaluating import Duty, Wanted
from projections.duties.gathering import dossier_of
from projections.duties.outcome import SEVERITY
from projections.duties.remembered import Evaluation
from projections.duties.uncollected import uncollected
from projections.giving_way import apart
from projections.rows import Reader
from projections.scene import Scene
from projections.tenure import day_before, days_between, next_day

Item = dict[str, Any]
STATUSES: Final = tuple(SEVERITY)
_YEARS_AHEAD: Final = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """Which duties are asked for. `span`: [first, end) days; None: as of the day of the scene."""

    systems: Collection[str] | None = None
    rules: Collection[str] | None = None
    statuses: Collection[str] | None = None
    span: tuple[str, str] | None = None
    subtree: bool = True
    readings: bool = True
    """Whether results under other readings are worked out too."""


@dataclass(frozen=True, slots=True)
class Found:
    """The duties found, in order, and what they are described with."""

    scene: Scene
    dossier: Dossier
    duties: Sequence[Duty]
    ended: Mapping[str, Dossier] = field(default_factory=dict)
    """Of places that ended within the days asked about: what their duties are described with."""

    def described(self, some: Sequence[Duty]) -> list[Item]:
        """Duties as answered."""
        answering = Answering(self.dossier)
        gone = {id(dossier): Answering(dossier) for dossier in self.ended.values()}
        found = []
        for one in some:
            dossier = self.ended.get(one.subject.place or "", self.dossier)
            found.append(described(one, dossier, gone.get(id(dossier), answering)))
        return found


async def of_places(scene: Scene, place_ids: Sequence[str], asked: Asked) -> Found:
    """The duties of places, with all below them or alone."""
    found = await _evaluation(scene, _Around(tuple(place_ids)), asked)
    return Found(scene, found.dossier, _with_status(found.duties, asked), found.ended)


@dataclass(frozen=True, slots=True)
class _Around:
    """What a dossier is gathered around: places, and units besides, wherever they are."""

    places: tuple[str, ...]
    units: tuple[str, ...] = ()
    helped: tuple[tuple[str, frozenset[str]], ...] = ()
    """Units with the places at which their duties are told: by themselves where none is on record."""
    codes: frozenset[str] = frozenset()


async def _evaluation(scene: Scene, around: _Around, asked: Asked) -> Evaluation:
    """What the rules give, whatever its status: as it is remembered, else worked out."""
    kept, key = scene.evaluations, _key(scene, around, asked)
    found = None if kept is None or key is None else kept.find(key)
    if found is None:
        with uncollected() as held:
            found = await _worked_out(scene, around, replace(asked, statuses=None), held)
        if kept is not None and key is not None:
            kept.keep(key, found)
    return found


async def _worked_out(scene: Scene, around: _Around, asked: Asked, held: list[object]) -> Evaluation:
    """The duties with what is needed to tell them; the rest is held for later."""
    day, given = day_of(scene, asked.span), around.places
    dossier = await dossier_of(scene.reader, given, day, packs=scene.packs, units=around.units, codes=around.codes)
    held.append(dossier)
    places = [one for one in given if one in dossier.places]
    below = {child for one in given for child in dossier.below(one)} if asked.subtree else set[str]()
    inside = {child for one in places for child in dossier.below(one)} - set(places) if asked.subtree else set[str]()
    found = await _evaluated(scene, dossier, [*places, *_in_tree_order(dossier, inside)], asked)
    ended, gone = await _of_ended(scene, dossier, {*given, *below}, asked, found)
    held += ended.values()
    alone = [unit for unit, helped in around.helped if helped.isdisjoint(dossier.places)]
    of_units = {unit: _of_unit(scene, dossier, unit, asked) for unit in alone}
    told = [*found, *(one for duties in of_units.values() for one in duties)]
    little = dossier.of_posts() if asked.subtree else enough(dossier, [*told, *gone])
    return Evaluation(little, found + gone, {place: one.of_posts() for place, one in ended.items()}, of_units)


async def _of_ended(
    scene: Scene, dossier: Dossier, places: Collection[str], asked: Asked, told: Iterable[Duty]
) -> tuple[dict[str, Dossier], list[Duty]]:
    """The duties of places that ended within the days asked about, as they stood on the last day of each.

    Of some places, and of those last below one of them where the tree below is asked about; with the dossier of each.
    """
    if asked.span is None:
        return {}, []
    since, reader = asked.span[0], scene.reader
    ends = await ended_within(reader, places, since, dossier.day, subtree=asked.subtree)
    dossiers: dict[str, Dossier] = {}
    found = {one.key: one for one in told}
    more = []
    for end in sorted(set(ends.values())):
        gone = [place for place in ends if ends[place] == end]
        last = await dossier_of(reader, gone, day_before(end), packs=scene.packs)
        dossiers |= dict.fromkeys(gone, last)
        of_days = replace(asked, span=(since, end))
        told_then = await _evaluated(scene, last, _in_tree_order(last, gone), of_days)
        more += [one for one in told_then if one.key not in found]
    return dossiers, more


def _key(scene: Scene, around: _Around, asked: Asked) -> Hashable | None:
    """All that an evaluation follows from; None where its rows are not stored, and another may have the same."""
    reader = scene.reader
    if reader.generation is None:
        return None
    state = (reader.log_id, reader.generation, reader.size, tuple(scene.stale), tuple(scene.packs))
    systems, rules = (None if some is None else frozenset(some) for some in (asked.systems, asked.rules))
    day = day_of(scene, asked.span)
    return state, around, day, asked.span, systems, rules, asked.subtree, asked.readings


async def of_body(scene: Scene, body_id: str, asked: Asked) -> Found:
    """The duties that a body, or a post of it, owes or answers for; of one without a place those of a unit anywhere.

    Raises NotFound.
    """
    if not await scene.reader.of("body", [body_id]):
        raise not_found(body_id, "机构", "body")
    place = await place_of_body(scene.reader, body_id)
    places = frozenset([place] if place is not None else await _helped(scene.reader, body_id))
    around = _Around(
        tuple(sorted(places)), (body_id,), ((body_id, places),), _codes(scene) if place is None else frozenset()
    )
    found = await _evaluation(scene, around, replace(asked, subtree=False))
    if body_id in found.of_units and not found.ended:
        return Found(scene, found.dossier, _with_status(found.of_units[body_id], asked))
    own = {body_id, *(post.id for post in found.dossier.posts_in(body_id))}
    mine = [one for one in _with_status(found.duties, asked) if not own.isdisjoint(_bearers(one))]
    return Found(scene, found.dossier, mine, found.ended)


def _of_unit(scene: Scene, dossier: Dossier, body_id: str, asked: Asked) -> list[Duty]:
    """The duties of a body that is at no place of the day and helps none, such as a ministry whose organs help."""
    wanted = Wanted((), asked.rules, asked.systems, asked.span)
    alone = evaluating.duties_of_unit(scene.packs, dossier, body_id, wanted) if body_id in dossier.bodies else ()
    return _with_status(alone, asked)


async def _helped(reader: Reader, body_id: str) -> set[str]:
    """The places that a body is or was paired with: where its duties are told if it has no place."""
    assisted = {row.doc["assisted"] for row in await reader.by("pairing", "helper", [body_id])}
    return {row.entity_id for row in await reader.of("jurisdiction", assisted)}


def _codes(scene: Scene) -> frozenset[str]:
    """The codes of the places in which some pack applies."""
    return frozenset(code for pack in scene.packs for code in pack.place.codes)


async def of_person(scene: Scene, person_id: str, asked: Asked) -> Found:
    """The duties that the posts of a person bear or answer for, of the days on which it held them. Raises NotFound."""
    reader = scene.reader
    ids = await ids_of(reader, person_id)
    rows = await reader.by("appointment", "person_id", ids)
    if not rows and not await reader.of("person", ids):
        raise not_found(person_id, "人员", "person")
    posts = {row.doc["post_id"] for row in rows} - {None}
    bodies = {row.doc["body_id"] for row in await reader.of("post", posts)} - {None}
    units = sorted({body for body in bodies if await place_of_body(reader, body) is None})
    helped = {unit: await _helped(reader, unit) for unit in units}
    places = set(await appointed_places(reader, person_id)).union(*helped.values())
    around = _Around(
        tuple(sorted(places)),
        tuple(units),
        tuple((unit, frozenset(helped[unit])) for unit in units),
        _codes(scene) if units else frozenset(),
    )
    found = await _evaluation(scene, around, replace(asked, subtree=False))
    answering, gone = Answering(found.dossier), {place: Answering(last) for place, last in found.ended.items()}
    told = {one.key for one in found.alone}
    here = [one for one in found.duties if one.subject.place not in gone]
    there = [one for one in found.duties if one.subject.place in gone and one.key not in told]
    every = _with_status([*here, *found.alone, *there], asked)
    mine = [
        one
        for one in every
        if any(gone.get(one.subject.place or "", answering).answers(one, each, posts) for each in ids)
    ]
    return Found(scene, found.dossier, mine, found.ended)


async def place_of(scene: Scene, ref: str) -> str:
    """The id of the place that `ref` means. Raises NotFound or Ambiguous."""
    place_id, _ = await resolve(scene.reader, ref, scene.valid_at)
    return place_id


async def topmost(scene: Scene) -> list[str]:
    """The places of a log that stand under none on the day, in the order of their ids."""
    return sorted(row.entity_id for row in await scene.reader.topmost(scene.valid_at))


def day_of(scene: Scene, span: tuple[str, str] | None) -> str:
    """The day as of which duties are told.

    That of the scene; over some days the first after them, on which every window of theirs has ended, if it is earlier.
    Raises BadRequest for a day, or an end of days, after the last that the scene allows.
    """
    name, last = ("valid_at", scene.valid_at) if span is None else ("to", span[1])
    if not are_worked_out(scene, last):
        raise BadRequest(
            name=name, value=last, expected_zh=f"不晚于 {scene.duties_until} 的日期(职责只算到此日)",
            expected_en=f"a day not after {scene.duties_until}, the last one as of which duties are worked out",
        )  # fmt: skip
    return scene.valid_at if span is None else min(scene.valid_at, span[1])


def are_worked_out(scene: Scene, day: str) -> bool:
    """Whether duties are worked out as of a day; on later ones answers that tell more than duties have null."""
    return day <= scene.duties_until


def last_day_of_duties(today: date) -> str:
    """The last day as of which duties are worked out: the last of the tenth year after the present one.

    Each window from the start of an instrument to the day asked about is looked at: a day without bounds would keep
    everybody else waiting.
    """
    return date(min(today.year + _YEARS_AHEAD, date.max.year), 12, 31).isoformat()


def _in_tree_order(dossier: Dossier, places: Collection[str]) -> list[str]:
    depth = {one: len(dossier.above(one)) for one in places}
    return sorted(places, key=lambda one: (depth[one], one))


async def _evaluated(scene: Scene, dossier: Dossier, places: Sequence[str], asked: Asked) -> list[Duty]:
    """What the rules give for some places: of a province it takes many seconds."""
    wanted = Wanted(places, asked.rules, asked.systems, asked.span, readings=asked.readings)
    return await apart(lambda: _with_status(evaluating.duties(scene.packs, dossier, wanted), asked))


def _with_status(found: Iterable[Duty], asked: Asked) -> list[Duty]:
    return [one for one in found if asked.statuses is None or one.status in asked.statuses]


def _bearers(duty: Duty) -> set[str]:
    subject = duty.subject
    own = {subject.id, *(post.id for post in subject.posts), *(body.id for body in subject.bodies)}
    return own | set(duty.outcome.posts)


def described(duty: Duty, dossier: Dossier, answering: Answering) -> Item:
    """One duty as answered."""
    rule, outcome, subject = duty.rule, duty.outcome, duty.subject
    place = dossier.places.get(subject.place or "")
    since, until = outcome.since, outcome.until
    return {
        "duty": duty.id,
        "rule": rule.id,
        "system": duty.pack.system,
        "policy": duty.pack.digest,
        "article": rule.article,
        "quote": rule.quote,
        "act": rule.act,
        "kind": rule.kind,
        "force": rule.force,
        "verdicts": rule.verdicts,
        "in_force": duty.in_force,
        "evaluator": rule.evaluator,
        "jurisdiction": None if place is None else place.brief,
        "bearer": answering.bearer(duty),
        "towards": rule.towards,
        "about": outcome.about,
        "window": {"from": since, "until": until},
        "due_on": outcome.due_on,
        "status": duty.status,
        "would_be": duty.would_be,
        "expected": outcome.expected,
        "actual": outcome.actual,
        "late_days": outcome.late_days,
        "readings": _readings(duty),
        "differs": duty.differs,
        "note": rule.note,
        "same_as": rule.same_as,
        "gaps": [
            {"from": gap.since, "until": gap.until, "days": _days(gap.since, gap.until, dossier.day)}
            | {"cause": gap.cause, "about": gap.about}
            for gap in outcome.gaps
        ],
        "charged": answering.charged(duty),
        "evidence": list(outcome.evidence),
        "changes_on": outcome.changes_on,
        **({"more": dict(outcome.more)} if outcome.more else {}),
    }


def _readings(duty: Duty) -> list[Item]:
    return [
        {
            "name": reading.name,
            "value": reading.default,
            "means": reading.means,
            "others": [
                {"value": one.value, "status": one.status, "differs": one.status not in (None, duty.status)}
                for one in duty.alternatives
                if one.name == reading.name
            ],
        }
        for reading in duty.rule.readings
    ]


def _days(since: str | None, until: str | None, day: str) -> int | None:
    end = min(until, next_day(day)) if until is not None else next_day(day)
    return None if since is None or since > end else days_between(since, end)


def header(scene: Scene, asked: Asked) -> Mapping[str, Any]:
    """What an answer about duties says of itself: the two times, the log, and the days asked about."""
    span = asked.span
    days = {} if span is None else {"from": span[0], "to": span[1]}
    return {**scene.header(), "valid_at": day_of(scene, span), **days}
