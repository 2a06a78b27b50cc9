"""From what a sender posts to offers for the log: parse, check form, check the grant, item by item."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from sqlalchemy.ext.asyncio import AsyncConnection

from events import entries, logs
from events.canonical import Json, NotJson, TwiceKeyed, read_json
from events.catalogue import registry
from events.clock import today
from events.cloudevent import Submission, is_json_type, read_event
from events.dsse import MEDIA_TYPE, is_envelope
from events.entry import Entry
from events.envelope import event_of, read_items
from events.errors import BadRequest, MediaTypeUnknown, NotJsonBody, TooLarge
from events.item_errors import Fault, ItemError, Malformed, OutsideGrant
from events.named import named_ids
from events.receipts import Appended, Offer, Receipt
from events.targets import no_such_event
from projections.reading import PostgresReader
from projections.runner import progress
from service.access import Asker
from service.impact import impact_of
from service.places import check_place
from service.state import Service
from service.waiting import wait_for

MAX_BODY: Final = 8 * 1024 * 1024
MAX_ITEMS: Final = 5000
MAX_LINE: Final = 512 * 1024

STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
NDJSON: Final = "application/x-ndjson"
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
ACCEPTED: Final = f"{STRUCTURED}, {BATCH}, {MEDIA_TYPE}, {NDJSON}, application/json with ce-* headers"
_ELSEWHERE: Final = {
    "data": ("不作为头:数据是请求体", "no header: the data is the body"),
    "datacontenttype": ("不作为头:由 Content-Type 给出", "no header: Content-Type says it"),
}
"""Attributes that binary mode has another place for."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes what one asker sends to one log."""

    service: Service
    asker: Asker
    log_id: str

    async def take(self, values: Sequence[Json], *, dry_run: bool) -> Appended:
        """Offer parsed events to the log; the receipts in the order sent."""
        with self.service.precedence.held(0 if dry_run else len(values)):
            return await self._take(values, dry_run=dry_run)

    async def _take(self, values: Sequence[Json], *, dry_run: bool) -> Appended:
        refused: dict[int, Receipt] = {}
        submissions: dict[int, Submission] = {}
        for index, outcome in enumerate(read_items(values, self.log_id)):
            if isinstance(outcome, Submission):
                submissions[index] = outcome
            else:
                value = event_of(values[index])
                refused[index] = Receipt(_said(value, "id"), _said(value, "source"), "rejected", problem=outcome)
        for index, outside in (await self._outside_grant(submissions)).items():
            sent = submissions.pop(index)
            refused[index] = Receipt(sent.id, sent.source, "rejected", problem=outside)
        credential = self.asker.credential.key_id
        may_correct = self.asker.all_powerful or self.asker.grant.correct
        offers = [Offer(sent, credential, may_correct) for sent in submissions.values()]
        appender = self.service.appender
        appended = await (appender.dry_run if dry_run else appender.append)(self.log_id, offers)
        if not refused:
            return appended
        stood = dict(zip(submissions, appended.receipts, strict=True))
        return Appended(appended.size, [refused.get(index) or stood[index] for index in range(len(values))])

    async def impact(self, values: Sequence[Json], tried: Appended) -> dict[str, Any]:
        """What the events that a dry run accepted would change. Raises Forbidden or NotYetProjected."""
        read = zip(read_items(values, self.log_id), tried.receipts, strict=True)
        accepted = [sent for sent, receipt in read if isinstance(sent, Submission) and receipt.status == "accepted"]
        return await impact_of(self.service, self.asker, self.log_id, accepted)

    async def _outside_grant(self, submissions: Mapping[int, Submission]) -> dict[int, ItemError]:
        if self.asker.all_powerful:
            return {}
        grant = self.asker.grant
        problems: dict[int, ItemError] = {}
        for index, sent in submissions.items():
            if grant.sources and sent.source not in grant.sources:
                problems[index] = OutsideGrant(what_zh="来源", what_en="source", value=sent.source)
            elif (grant.kinds and sent.kind not in grant.kinds) or (
                sent.kind.startswith("key.") and not grant.key_kinds
            ):
                problems[index] = OutsideGrant(what_zh="事件类型", what_en="kind", value=sent.kind)
        for limited, outside in ((grant.kinds, self._outside_kinds), (grant.jurisdictions, self._outside_places)):
            rest = {index: sent for index, sent in submissions.items() if index not in problems}
            if limited and rest:
                problems |= await outside(rest)
        return problems

    async def _outside_kinds(self, submissions: Mapping[int, Submission]) -> dict[int, ItemError]:
        """What corrects or annuls a fact of a kind outside the grant: whoever may not state it may not restate it."""
        problems: dict[int, ItemError] = {}
        if all(sent.target is None for sent in submissions.values()):
            return problems
        async with self.service.engine.connect() as conn:
            earlier: dict[tuple[str, str], Submission] = {}
            for index, sent in submissions.items():
                try:
                    fact = await _fact(conn, self.log_id, sent, earlier)
                    if fact.kind not in self.asker.grant.kinds:
                        raise OutsideGrant(what_zh="事件类型", what_en="kind", value=fact.kind)
                    earlier.setdefault((sent.source, sent.id), sent)
                except ItemError as problem:
                    problems[index] = problem
        return problems

    async def _outside_places(self, submissions: Mapping[int, Submission]) -> dict[int, ItemError]:
        """What names a place outside the grant, by projections as new as this request's arrival."""
        service = self.service
        async with service.engine.connect() as conn:
            size = (await logs.get(conn, self.log_id)).size
        await wait_for(service, self.log_id, size)
        day = today(service.clock).isoformat()
        problems: dict[int, ItemError] = {}
        async with service.engine.connect() as conn:
            state = (await progress(conn, [self.log_id]))[self.log_id]
            reader = PostgresReader(conn, self.log_id, state.generation, state.size)
            earlier: dict[tuple[str, str], Submission] = {}
            for index, sent in submissions.items():
                try:
                    for about, data in await _stated(conn, self.log_id, sent, earlier):
                        await check_place(reader, about, data, self.asker.grant.jurisdictions, day)
                    earlier.setdefault((sent.source, sent.id), sent)
                except OutsideGrant as outside:
                    problems[index] = _told_to(sent, outside)
                except ItemError as problem:
                    problems[index] = problem
        return problems


def _told_to(sent: Submission, outside: OutsideGrant) -> OutsideGrant:
    """The problem of an event outside a grant, which says nothing that its sender did not say."""
    said = named_ids(registry.KINDS[sent.kind], sent.data)
    if outside.values["value"] in {*said, sent.event.get("subject")}:
        return outside
    about = sent.target.id if sent.target is not None else ", ".join(sorted(said))
    return OutsideGrant(what_zh="以下编号所指对象的区划", what_en="place of what is named", value=about)


async def _stated(
    conn: AsyncConnection, log_id: str, sent: Submission, earlier: Mapping[tuple[str, str], Submission]
) -> list[tuple[Submission, Mapping[str, Any]]]:
    """What an event states, each with the submission that gives its kind.

    A correction states what every version of its fact said, and what it says itself. `earlier` are
    those before it in the batch. Raises TargetUnknown.
    """
    if sent.target is None:
        return [(sent, sent.data)]
    fact = await _fact(conn, log_id, sent, earlier)
    said = []
    if isinstance(fact, Entry):
        size = (await logs.get(conn, log_id)).size
        versions = await entries.versions(conn, log_id, [fact.position], size)
        said = [version.data["corrected_payload"] for version in versions if "corrected_payload" in version.data]
        fact = read_event(fact.event)
    if "corrected_payload" in sent.data:
        said.append(sent.data["corrected_payload"])
    return [(fact, data) for data in (fact.data, *said)]


async def _fact(
    conn: AsyncConnection, log_id: str, sent: Submission, earlier: Mapping[tuple[str, str], Submission]
) -> Entry | Submission:
    """The fact that an event is about: an entry of the log, one earlier in the batch, or itself.

    Raises TargetUnknown: what is not found now must not be found, unchecked, when it is appended.
    """
    while sent.target is not None:
        target = sent.target
        named = await entries.fact_named(conn, log_id, target.source, target.id)
        if named is not None:
            return named
        before = earlier.get((target.source, target.id))
        if before is None:
            raise no_such_event(target)
        sent = before
    return sent


def _said(value: Json, name: str) -> str | None:
    said = value.get(name) if isinstance(value, dict) else None
    return said[:600] if isinstance(said, str) and said.isprintable() else None


def essence(content_type: str | None) -> str:
    """A media type without its parameters, in lower case."""
    return (content_type or "").partition(";")[0].strip().lower()


def read_body(raw: bytes) -> Json:
    """The JSON value of a body. Raises NotJsonBody."""
    try:
        return read_json(raw)
    except NotJson as error:
        raise NotJsonBody(why=str(error)[:200]) from None


def check_once(raw: bytes) -> None:
    """Raise NotJsonBody where an object that is a body gives a key twice: of which a reader would drop one."""
    value = read_body(raw)
    if isinstance(value, TwiceKeyed):
        raise NotJsonBody(why=f"the key {value.twice} is given twice")


def read_envelope(raw: bytes) -> Json:
    """The envelope of a body, as far as it is one. Raises NotJsonBody or Malformed."""
    value = read_body(raw)
    if not is_envelope(value):
        raise Malformed([Fault("/payloadType", "必填:请求体应为 DSSE 信封", "required: the body is a DSSE envelope")])
    return value


def read_batch(raw: bytes) -> list[Json]:
    """The events of a batch. Raises NotJsonBody, Malformed or TooLarge."""
    values = read_body(raw)
    if not isinstance(values, list):
        raise Malformed([Fault("", "应为 CloudEvent 的 JSON 数组", "a JSON array of CloudEvents")])
    if len(values) > MAX_ITEMS:
        raise TooLarge(what_zh="事件条数", what_en="events", limit=MAX_ITEMS)
    return values


def read_line(raw: bytes | None) -> Json:
    """The value of a line of NDJSON; None stands for one that is longer than MAX_LINE. Raises Malformed."""
    error: object = f"longer than {MAX_LINE} bytes"
    if raw is not None and len(raw) <= MAX_LINE:
        try:
            return read_json(raw)
        except NotJson as unread:
            error = unread
    raise Malformed([Fault("", f"每行一个 JSON 对象:{error}", f"one JSON object a line: {error}")])


def read_binary(headers: Mapping[str, str], raw: bytes) -> Json:
    """The CloudEvent of a request in binary mode (CloudEvents HTTP binding 1.0.2 section 3.1).

    Without a Content-Type the data is JSON, as everywhere here. Raises MediaTypeUnknown where there are no `ce-`
    headers or the data is not JSON, and BadRequest where one is given twice, is not UTF-8, or has another place.
    """
    attributes: dict[str, str] = {}
    for name, value in headers.items():
        if name.lower().startswith("ce-"):
            attribute = name.lower().removeprefix("ce-")
            if attribute in attributes:
                raise BadRequest(name=name, value=value[:100], expected_zh="只给出一次", expected_en="given once")
            if attribute in _ELSEWHERE:
                zh, en = _ELSEWHERE[attribute]
                raise BadRequest(name=name, value=value[:100], expected_zh=zh, expected_en=en)
            attributes[attribute] = _said_in(name, value)
    content_type = headers.get("content-type", "application/json")
    if not attributes or not is_json_type(content_type):
        raise MediaTypeUnknown(given=headers.get("content-type", "none")[:100], expected=ACCEPTED)
    return {**attributes, "datacontenttype": essence(content_type), "data": read_body(raw)}


def _said_in(name: str, value: str) -> str:
    """The value of a header: UTF-8, percent-encoded or as it is. Raises BadRequest for what is neither."""
    try:
        return unquote(_unquoted(value.encode("latin-1").decode()), errors="strict")
    except ValueError:
        zh, en = "UTF-8 文本,非 ASCII 字符以百分号编码", "UTF-8, percent-encoded where it is not ASCII"
        shown = value[:100].encode("latin-1", "replace").decode("utf-8", "backslashreplace")
        raise BadRequest(name=name, value=shown, expected_zh=zh, expected_en=en) from None


def _unquoted(value: str) -> str:
    """A header's value without the double quotes and backslashes of a quoted string (RFC 7230 section 3.2.6)."""
    found = _QUOTED.fullmatch(value)
    return value if found is None else re.sub(r"\\(.)", r"\1", found[1])
