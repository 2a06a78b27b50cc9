"""What a sender posts, CloudEvents and envelopes mixed, as submissions: an envelope's with the claim of its signatures.

The payload of an envelope is one CloudEvent. Its bytes are kept exactly as they came, and pass the door as
every event does; it must say for which log it was signed (`log`) and when (`time`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from events import dsse
from events.canonical import Json, NotJson, read_json
from events.claim import Claim
from events.clock import read_stamp
from events.cloudevent import MAX_PAYLOAD, Submission, read_events
from events.dsse import EVENT_TYPE, Envelope, pae
from events.item_errors import EventTooLarge, Fault, ItemError, Malformed, SignatureRefused


def read_items(values: Sequence[Json], log_id: str) -> list[Submission | ItemError]:
    """The submission of each item, or why there is none; signatures are not verified yet."""
    if not any(dsse.is_envelope(value) for value in values):
        return read_events(values)
    opened = [_opened(value) if dsse.is_envelope(value) else None for value in values]
    told = [each[1] if isinstance(each, tuple) else value for each, value in zip(opened, values, strict=True)]
    sound = [index for index, each in enumerate(opened) if not isinstance(each, ItemError)]
    read = dict(zip(sound, read_events([told[index] for index in sound]), strict=True))
    found: list[Submission | ItemError] = []
    for index, each in enumerate(opened):
        if isinstance(each, ItemError):
            found.append(each)
        elif each is None:
            found.append(read[index])
        else:
            found.append(_claimed(each[0], read[index], log_id))
    return found


def event_of(value: Json) -> Json:
    """The event that an item holds: itself, or an envelope's payload as far as it can be read."""
    if not dsse.is_envelope(value):
        return value
    opened = _opened(value)
    return opened[1] if isinstance(opened, tuple) else None


def _opened(value: Mapping[str, Json]) -> tuple[Envelope, Json] | ItemError:
    """An envelope and the JSON value of its payload, or what is wrong with it."""
    try:
        envelope = dsse.read(value)
        if len(envelope.payload) > MAX_PAYLOAD:
            return EventTooLarge(size=len(envelope.payload), limit=MAX_PAYLOAD)
        return envelope, read_json(envelope.payload)
    except NotJson as error:
        return Malformed([Fault("/payload", f"应为 JSON:{error}", f"JSON: {error}")])
    except ItemError as problem:
        return problem


def _claimed(envelope: Envelope, sent: Submission | ItemError, log_id: str) -> Submission | ItemError:
    """The submission of a payload with the claim of the signatures over it."""
    if isinstance(sent, Malformed):
        return Malformed([Fault(f"/payload{f.pointer}", f.zh, f.en, f.field_zh) for f in sent.faults])
    if isinstance(sent, ItemError):
        return sent
    if sent.event.get("log") != log_id:
        return SignatureRefused("other-log", pointer="/payload/log")
    if sent.event.get("time") is None:
        return SignatureRefused("no-time", pointer="/payload/time")
    sent.kept = envelope.payload
    at = read_stamp(sent.event["time"])
    sent.claim = Claim(envelope.signatures, pae(EVENT_TYPE, envelope.payload), at, envelope.kept)
    return sent
