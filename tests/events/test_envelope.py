"""Items of a batch, events and envelopes mixed: each its own outcome, in order, the payload's bytes untouched."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from events.cloudevent import MAX_PAYLOAD, Submission, read_event
from events.dsse import EVENT_TYPE, pae
from events.envelope import event_of, read_items
from events.item_errors import EventTooLarge, ItemError, Malformed, SignatureRefused
from tests.events.signers import Json, Signer, enveloped, event, letter, meant

SIGNER = Signer()
PERSON = event("p", "person.registered", person_id="x", name_zh="𠮷野")
ITEMS: list[tuple[Any, type]] = [
    (PERSON, Submission),
    (enveloped(letter(), SIGNER), Submission),
    (enveloped(PERSON, SIGNER), Submission),
    (enveloped(letter(signed_on="never"), SIGNER), Malformed),
    (enveloped(letter(), SIGNER, log="cn-63"), SignatureRefused),
    (enveloped(b"", SIGNER), Malformed),
    (enveloped(b"\xff", SIGNER), Malformed),
    ({"payloadType": 1}, Malformed),
    ("text", Malformed),
    ({**PERSON, "data": {}}, Malformed),
]


def outcome(found: Submission | ItemError) -> Any:
    """What can be compared of an outcome."""
    if isinstance(found, Submission):
        claim = found.claim
        return found.kept, found.event, None if claim is None else (claim.message, claim.at, claim.envelope)
    return type(found), str(found)


@given(st.lists(st.sampled_from(ITEMS), max_size=6))
def test_each_item_is_judged_as_if_alone(items: list[tuple[Any, type]]) -> None:
    """Whatever stands beside it, an item has the outcome that it has by itself."""
    values = [value for value, _ in items]
    together = read_items(values, "cn-62")
    assert [type(one) for one in together] == [kind for _, kind in items]
    assert [outcome(one) for one in together] == [outcome(read_items([value], "cn-62")[0]) for value in values]


def test_the_payload_is_kept_byte_for_byte() -> None:
    """Spaces, order and escapes stay; what is said is what a plain event says."""
    spaced = json.dumps(meant(letter()), indent=3, ensure_ascii=True).encode()
    (found,) = read_items([enveloped(spaced, SIGNER)], "cn-62")
    assert isinstance(found, Submission)
    plain = read_event(meant(letter()))
    assert (found.kept, found.event, found.target) == (spaced, plain.event, plain.target)
    assert found.claim is not None
    assert found.claim.message == pae(EVENT_TYPE, spaced)
    assert plain.claim is None


def test_a_payload_has_the_size_of_an_event() -> None:
    """Space counts too: the limit is on the bytes that are kept."""
    padded = json.dumps(meant(letter())).encode()
    padded = padded[:-1] + b" " * (MAX_PAYLOAD - len(padded)) + b"}"
    (fits,) = read_items([enveloped(padded, SIGNER)], "cn-62")
    (above,) = read_items([enveloped(padded + b"\n", SIGNER)], "cn-62")
    assert isinstance(fits, Submission)
    assert isinstance(above, EventTooLarge)


def test_faults_name_the_payload() -> None:
    """The pointer of a fault leads through the envelope."""
    wrong: Json = {**meant(letter()), "Extra": 1.5}
    (found,) = read_items([enveloped(json.dumps(wrong).encode(), SIGNER)], "cn-62")
    assert isinstance(found, Malformed)
    assert [fault.pointer for fault in found.faults] == ["/payload/Extra"]
    assert event_of(enveloped(json.dumps(wrong).encode(), SIGNER))["id"] == "letter-l"
    assert event_of({"payloadType": 1}) is None
    assert event_of(PERSON) is PERSON
