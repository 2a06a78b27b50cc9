"""Makes the evidence bundle of an answer: the entries it rests on, and all that proves them to a stranger."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from typing import Any, Final
from urllib.parse import parse_qs

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from events import checkpoints, exhibits, knowledge, logs, name_index, proofs, tiles
from events.checkpoints import Signed
from events.clock import read_stamp, today
from events.errors import NotYetPublished
from events.known import read_known_at
from events.multiproof import multiproof_parts
from events.name_index import Opened as OpenedNames
from events.trust import Policy
from service.access import Asker
from service.bundle import form
from service.bundle.check import INDEX
from service.bundle.contents import Manifest, Names, OfLog, Opened, Record, Request, Root, State, Tree
from service.bundle.deriving import Deriver, Question, plain
from service.bundle.gathering import Gathered, Gathering, item_of, seeds_of
from service.state import Service

WAIT_SECONDS: Final = 3.0
POLL_SECONDS: Final = 0.1
NEAR: Final = 256
"""How many checkpoints that witnesses have cosigned are looked at, from a size on, beside the newest."""
_SNAPSHOT: Final[Mapping[str, Any]] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that a bundle is asked of: the request, who asked, and the answer as it was given."""

    request: Request
    asker: Asker
    log_id: str
    answer: bytes


async def make(service: Service, deriver: Deriver, answered: Answered) -> bytes:
    """The archive. Raises NoBundle, BundleTooLarge, NotYetIndexed or NotYetPublished."""
    told, log_id = orjson.loads(answered.answer), answered.log_id
    asked_on = today(service.clock).isoformat()
    question = Question(answered.request, asked_on, list(answered.asker.grant.jurisdictions), service.packs)
    async with service.source.look(snapshot=True) as view:
        log = await view.log(log_id)
    of_log = OfLog(id=log_id, origin=log.origin, name=log.name, clock="scripted" if log.clock == "scripted" else "live")
    async with _looking(service) as conn:
        states = await _states(conn, log, told, answered.request.query)
    size = max(state.size for state in states)
    await name_index.ensure(service.engine, service.appender.append, log_id, size)
    async with _looking(service) as conn:
        roots = {state.size: await knowledge.root_at(conn, log_id, state.size) for state in states}
        search = Gathering(conn, of_log, question, states, roots, plain(answered.answer), deriver)
        found = await search.gather(seeds_of(answered.request.path, answered.request.query, told))
    proved = await _proved(service, of_log, states, found)
    manifest = Manifest(
        format="zeren-bundle/v1", request=answered.request, log=of_log, size=states[0].size, states=states,
        asked_on=asked_on, jurisdictions=list(question.jurisdictions), made_at=service.clock.now(),
        software=f"zeren {service.version}", entries="all" if found.whole else "named", files={},
    )  # fmt: skip
    shown = {form.ANSWER: plain(answered.answer), **_packs(service), **proved}
    return await asyncio.to_thread(_archive, manifest, shown, found)


def _archive(manifest: Manifest, files: Mapping[str, bytes], found: Gathered) -> bytes:
    entries = b"".join([item.line() + b"\n" for item in found.items])
    return form.archive(form.sealed({**files, form.ENTRIES: entries}, manifest.model_dump(mode="json")))


def _looking(service: Service) -> Any:
    return service.engine.execution_options(**_SNAPSHOT).connect()


def _packs(service: Service) -> dict[str, bytes]:
    shelf = resources.files("projections.policies")
    return {f"{form.PACKS}{name}.yaml": shelf.joinpath(f"{name}.yaml").read_bytes() for name in service.packs}


async def _states(conn: AsyncConnection, log: logs.Log, told: Mapping[str, Any], query: str) -> list[State]:
    """The states of knowledge that an answer rests on, its own first, as it says them itself."""
    given = {name: values[-1] for name, values in parse_qs(query).items()}
    asked, compared = given.get("known_at"), given.get("compared_to")
    if compared is None:
        return [_state(asked, told if isinstance(told.get("log"), dict) else told["logs"][0])]
    # Of the two sides that of `compared_to` has its size; else it was later than the head, which has grown since.
    known = await knowledge.resolve(conn, log.log_id, read_known_at(compared), projected=0, clock=log.clock)
    sides = [told["before"], told["after"]]
    other = next((side for side in sides if side["log"]["size"] == known.size), told["after"])
    own = sides[1] if other is sides[0] else sides[0]
    return [_state(asked, own), _state(compared, other)]


def _state(asked: str | None, ground: Mapping[str, Any]) -> State:
    known_at = ground["known_at"]
    return State(asked=asked, size=ground["log"]["size"], known_at=None if known_at is None else read_stamp(known_at))


async def _proved(service: Service, log: OfLog, states: Sequence[State], found: Gathered) -> dict[str, bytes]:
    """The files that prove entries: checkpoint and tree; and the names opened, unless all entries are here."""
    size = max(state.size for state in states)
    opened = None if found.whole else await name_index.open_keys(service.engine, log.id, found.names)
    covered = size if opened is None else max(size, opened.entry.size)
    signed = await _published(service, log.id, covered)
    files = {form.CHECKPOINT: signed.note.encode()}
    if opened is not None:
        files |= await _names(service, log.id, opened)
    async with _looking(service) as conn:
        sizes = {state.size for state in states} | ({opened.entry.size} if opened is not None else set())
        files[form.TREE] = (await _tree(conn, log.id, signed.size, states, sizes, found)).line()
        token = await checkpoints.token(conn, log.id, signed.size)
    return files if token is None else {**files, form.TOKEN: token}


async def _published(service: Service, log_id: str, size: int) -> Signed:
    """The oldest published checkpoint that covers a size and that our witnesses have cosigned, waited for.

    A quorum may be asked of a bundle for ever, and lines that come later are not in it. Where witnesses are away it is
    the oldest that covers the size. Raises NotYetPublished.
    """
    until = asyncio.get_running_loop().time() + WAIT_SECONDS
    while True:
        async with service.engine.connect() as conn:
            signed = await checkpoints.published_from(conn, log_id, size)
            if signed is not None and _is_cosigned(signed, service.policy):
                return signed
            newest = await checkpoints.published(conn, log_id)
            cosigned = [] if signed is None else await checkpoints.published_cosigned(conn, log_id, size, NEAR)
        late = asyncio.get_running_loop().time() >= until
        if signed is not None and newest is not None:
            found = next((one for one in [*cosigned, newest] if _is_cosigned(one, service.policy)), None)
            if found is not None or late or not _is_awaited(newest, service):
                return found or signed
        if late:
            raise NotYetPublished(log=log_id, position=size - 1, size=0 if newest is None else newest.size)
        await asyncio.sleep(POLL_SECONDS)


def _is_cosigned(signed: Signed, policy: Policy) -> bool:
    """Whether a quorum of our witnesses, and one at least, has cosigned a checkpoint. Their lines were verified."""
    lines = {name: f"\n{checkpoints.line_beginning(each.key)}" for name, each in policy.witnesses.items()}
    names = [name for name, line in lines.items() if line in signed.note]
    return policy.is_met_by(names) and (bool(names) or not lines)


def _is_awaited(newest: Signed, service: Service) -> bool:
    """Whether a checkpoint was signed just now, so that those who have not cosigned it may be about to."""
    return service.clock.now() - newest.signed_at < timedelta(seconds=WAIT_SECONDS)


async def _tree(
    conn: AsyncConnection, log_id: str, size: int, states: Sequence[State], sizes: set[int], found: Gathered
) -> Tree:
    """The multiproof of the entries and of what tells when the states of knowledge were reached, and the roots."""
    held, nodes = {item.position for item in found.items}, tiles.nodes_of(conn, log_id)
    told = {at for state in states for at in (state.size - 1, state.size) if 0 <= at < size} - held
    records = [
        Record(position=at, record=(await tiles.leaves(conn, log_id, at, at + 1))[0].record.decode())
        for at in sorted(told)
    ]
    return Tree(
        size=size,
        hashes=await proofs.assemble(multiproof_parts(sorted(held | told), size), nodes),
        records=records,
        roots=[
            Root(
                size=one,
                root=await knowledge.root_at(conn, log_id, one),
                consistency=await proofs.assemble(proofs.consistency_parts(one, size), nodes),
            )
            for one in sorted(sizes)
        ],
    )


async def _names(service: Service, log_id: str, opened: OpenedNames) -> dict[str, bytes]:
    """The names opened, and the entry of the companion log below a checkpoint of it."""
    index, at = log_id + INDEX, opened.entry.position
    signed = await _published(service, index, at + 1)
    async with _looking(service) as conn:
        entry = (await exhibits.at(conn, index, [at]))[0]
        proof = await proofs.assemble(proofs.inclusion_parts(at, signed.size), tiles.nodes_of(conn, index))
        positions = await name_index.positions(conn, log_id, list(opened.openings), opened.entry.size)
        every = sorted({position for each in positions.values() for position in each})
        leaves = await exhibits.leaves(conn, log_id, every)
    names = Names(
        entry=item_of(entry),
        log=index,
        size=signed.size,
        proof=proof,
        opened=[
            Opened(name=name, opening=opening.as_json(), entries=[(at, leaves[at]) for at in positions[name]])
            for name, opening in sorted(opened.openings.items())
        ],
    )
    return {form.NAMES: names.line(), form.INDEX_CHECKPOINT: signed.note.encode()}
