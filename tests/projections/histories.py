"""Random histories of a small world: few ids, codes and days, so that everything collides with everything.

A history is a list of CloudEvents in order of arrival and a way to cut it into batches. Facts arrive
before what they rest on as often as after; corrections and annulments name any event before them.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from hypothesis import strategies as st

from events.keyring import KEY_KINDS, REGISTERED, REVOKED
from events.signatures import ED25519, public_key_of
from events.standing import ANNULLED, CORRECTED
from tests.events.signers import Signer, enveloped
from tests.projections.kinds import MATTERS

Json = dict[str, Any]
Strategy = st.SearchStrategy[Any]

PLACES: Final = ("j0", "j1", "j2", "j3", "j4")
BODIES: Final = ("b0", "b1", "b2")
POSTS: Final = ("s0", "s1", "s2")
PERSONS: Final = ("x0", "x1", "x2", "x3")
APPOINTMENTS: Final = ("a0", "a1", "a2", "a3")
LETTERS: Final = ("l0", "l1")
PAIRINGS: Final = ("r0", "r1")
CODES: Final = ("14", "1409", "140925", "140926", "140925100", "140925100201", "62")
NUMBERS: Final = ("厅字[2016]33号", "厅字〔2016〕33号", "晋办发（2017）1号")
DAYS: Final = ("2015-12-31", "2016-01-01", "2016-02-29", "2017-05-31", "2017-07-10", "2018-01-01", "2018-03-05")
DATES: Final = (*DAYS, "2016", "2016-02", "2017", "2017-07", "2018-03")
CAPACITIES: Final = ("substantive", "acting", "concurrent", "seconded")
FUNCTIONS: Final = ("party-principal", "government-principal", "deputy-in-charge", "leading-group")

days, dates = st.sampled_from(DAYS), st.sampled_from(DATES)
places, bodies, posts = st.sampled_from(PLACES), st.sampled_from(BODIES), st.sampled_from(POSTS)
persons, appointments = st.sampled_from(PERSONS), st.sampled_from(APPOINTMENTS)
letters, pairings, codes = st.sampled_from(LETTERS), st.sampled_from(PAIRINGS), st.sampled_from(CODES)
names = st.sampled_from(["甲", "乙", "丙"])
SIGNERS: Final = {
    key_id: Signer(key_id, ED25519, None, (public_key_of(ED25519, bytes([seed] * 32)), bytes([seed] * 32)))
    for seed, key_id in enumerate(("k0", "k1", "k2"), 1)
}
SIGNED_BY: Final = "signedby"
"""An attribute of events that are to be sent in an envelope: the ids of the keys that sign it."""
functions = st.lists(st.sampled_from(FUNCTIONS), max_size=2)


def shape(required: Mapping[str, Strategy], **optional: Strategy) -> Strategy:
    """Data with these fields; an optional one may be absent, or null, which means the same."""
    return st.fixed_dictionaries(dict(required), optional={name: st.none() | one for name, one in optional.items()})


def either(*shapes: Strategy) -> Strategy:
    """One of several shapes of data."""
    return st.one_of(*shapes)


registered = shape(
    {
        "jurisdiction_id": places,
        "code": codes,
        "name_zh": names,
        "level": st.sampled_from(["province", "city", "county", "township", "village"]),
    },
    parent_id=places,
    effective_from=days,
    aliases=st.lists(names, max_size=2),
)
established = {"post_id": posts, "title_zh": st.sampled_from(["县委书记", "县长", "副县长"])}
established_with = {"functions": functions, "seats": st.integers(1, 3), "effective_from": days}
started = {"appointment_id": appointments, "person_id": persons, "post_id": posts}
ended = {"appointment_id": appointments}
signatory = either(
    st.fixed_dictionaries({"person_id": persons}),
    st.fixed_dictionaries({"post_id": posts}),
    st.fixed_dictionaries({"person_id": persons, "post_id": posts}),
)
anyone = st.sampled_from([*PERSONS, *BODIES, *POSTS, *PLACES])

FACTS: Final[Mapping[str, Strategy]] = {
    "jurisdiction.registered": registered,
    "jurisdiction.renamed": shape(
        {"jurisdiction_id": places, "effective_from": days}, new_name_zh=names, new_code=codes
    ),
    "jurisdiction.reparented": shape(
        {"jurisdiction_id": places, "new_parent_id": places, "effective_from": days}, new_code=codes
    ),
    "jurisdiction.restructured": shape(
        {"predecessor_ids": st.lists(places, min_size=1, max_size=2), "effective_from": days},
        kind=st.sampled_from(["merge", "split", "abolish"]),
        successor_ids=st.lists(places, max_size=2),
    ),
    "post.established": either(
        shape({**established, "jurisdiction_id": places}, **established_with),
        shape({**established, "body_id": bodies}, **established_with),
    ),
    "post.abolished": shape({"post_id": posts, "effective_from": days}, successor_post_id=posts),
    "body.established": shape(
        {"body_id": bodies},
        name_zh=names,
        jurisdiction_id=places,
        unit_id=bodies,
        functions=functions,
        effective_from=days,
    ),
    "body.dissolved": shape({"body_id": bodies, "effective_from": days}, successor_id=bodies),
    "person.registered": shape({"person_id": persons, "name_zh": names}, aliases=st.lists(names, max_size=1)),
    "person.merged": shape({"person_id": persons, "into_person_id": persons}),
    "appointment.started": either(
        shape({**started, "effective_from": dates}, capacity=st.sampled_from(CAPACITIES)),
        shape({**started, "held_by": days}, capacity=st.sampled_from(CAPACITIES)),
    ),
    "appointment.ended": either(shape({**ended, "effective_until": dates}), shape({**ended, "gone_by": days})),
    "appointment.observed": shape(
        {"appointment_id": appointments, "on": days},
        person_id=persons,
        post_id=posts,
        capacity=st.sampled_from(CAPACITIES),
    ),
    "portfolio.assigned": shape(
        {"appointment_id": appointments, "effective_from": dates},
        areas=st.lists(st.sampled_from(["扶贫", "农业"]), max_size=2),
    ),
    "pairing.started": shape({"pairing_id": pairings, "helper": anyone, "assisted": places, "effective_from": dates}),
    "pairing.ended": shape({"pairing_id": pairings, "effective_until": dates}),
    "responsibility-letter.signed": shape(
        {"letter_id": letters, "signed_on": dates},
        signatory=signatory,
        counterparty=st.sampled_from([*BODIES, *PLACES]),
        scope=places,
        effective_from=dates,
        effective_until=dates,
        document_number=st.sampled_from(NUMBERS),
    ),
    "responsibility-letter.countersigned": shape(
        {"letter_id": letters, "signed_on": dates},
        signatory=signatory,
        role=st.sampled_from(["counterparty", "co-principal"]),
    ),
    "responsibility-letter.superseded": shape({"letter_id": letters, "effective_from": dates}, new_letter_id=letters),
    "responsibility-letter.discharged": shape({"letter_id": letters, "effective_until": dates}),
    **MATTERS,
    REGISTERED: st.builds(
        lambda signer, holder, **more: {**_key(signer), **holder, **more},
        st.sampled_from(list(SIGNERS.values())),
        either(st.fixed_dictionaries({"person_id": persons}), st.fixed_dictionaries({"body_id": bodies})),
        vouched_by=st.none() | st.sampled_from(PERSONS),
        certificate=st.none() | st.just("证书"),
    ),
    REVOKED: shape({"key_id": st.sampled_from(list(SIGNERS))}, revoked_on=days),
}
"""Kind to its data."""

COMMON: Final = ("jurisdiction.registered", "post.established", "appointment.started", "responsibility-letter.signed")
"""Drawn more often, for without them there is little to see."""
CHAIN: Final = [kind for kind in FACTS if kind not in MATTERS]
KINDS: Final = [*CHAIN, *CHAIN, *CHAIN, *COMMON, *COMMON, *COMMON, *COMMON, *MATTERS, *[REGISTERED] * 4]
SIGNABLE: Final = ("responsibility-letter.signed", "responsibility-letter.countersigned")


def _key(signer: Signer) -> Json:
    public_key = base64.b64encode(signer.keys[0]).decode()
    return {"key_id": signer.key_id, "algorithm": ED25519, "public_key": public_key, "valid_from": "2000-01-01"}


def sent(event: Json, log_id: str) -> Json:
    """An event as it is sent to a log: in an envelope where it says who signs it."""
    signers = [SIGNERS[key_id] for key_id in event.get(SIGNED_BY, "").split()]
    return enveloped(event, *signers, log=log_id) if signers else event


@dataclass(slots=True)
class History:
    """CloudEvents in order of arrival; `cuts` are the sizes at which a batch ends."""

    events: list[Json] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)

    def batches(self) -> list[list[Json]]:
        """The events, batch by batch."""
        ends = [*sorted(self.cuts), len(self.events)]
        found = [self.events[start:end] for start, end in zip([0, *ends], ends, strict=False)]
        return [batch for batch in found if batch]


@st.composite
def histories(draw: st.DrawFn, *, least: int = 12, most: int = 45) -> History:
    """A history of `least` to `most` events, a fifth of them corrections and annulments."""
    events: list[Json] = []
    kinds: list[str] = []
    """The kind of the fact that each event is about."""
    for position in range(draw(st.integers(least, most))):
        what = draw(st.sampled_from(["fact"] * 8 + ["correct", "annul"])) if position else "fact"
        target = draw(st.integers(0, position - 1)) if what != "fact" else 0
        if what != "fact" and kinds[target] in KEY_KINDS:
            what = "fact"  # what is said of keys stays as it is
        if what == "correct" and events[target]["type"] == ANNULLED:
            what = "annul"  # an annulment can be annulled, never corrected
        if what == "fact":
            kind = draw(st.sampled_from([*KINDS, *[REGISTERED] * (0 if position else len(KINDS))]))
            kinds.append(kind)
            data = draw(FACTS[kind])
        else:
            kinds.append(kinds[target])
            kind = CORRECTED if what == "correct" else ANNULLED
            data = {"corrects_event_id" if what == "correct" else "annuls_event_id": f"e{target}"}
            if what == "correct":
                data["corrected_payload"] = draw(FACTS[kinds[target]])
        event = {"specversion": "1.0", "id": f"e{position}", "source": "urn:x", "type": kind, "data": data}
        keys = usable(events) if kinds[-1] in SIGNABLE and kind != ANNULLED else []
        signers = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=2, unique=True)) if keys else []
        if len(signers) > 1 and draw(st.booleans()):
            signers = []
        events.append(event | ({SIGNED_BY: " ".join(signers)} if signers else {}))
    return History(events, draw(st.lists(st.integers(1, len(events)), max_size=5, unique=True)))


def usable(events: Sequence[Json]) -> list[str]:
    """The keys that may sign the next event: registered, and never revoked."""
    registered = {event["data"]["key_id"] for event in events if event["type"] == REGISTERED}
    return sorted(registered - {event["data"]["key_id"] for event in events if event["type"] == REVOKED})


def signed_history() -> History:
    """A letter signed by its signatory and the body of the post, countersigned twice, corrected; a key is revoked."""
    person, body = (_key(SIGNERS[one]) for one in ("k0", "k1"))
    signed = {"letter_id": "l0", "signatory": {"person_id": "x0", "post_id": "s0"}, "signed_on": "2017-04-20"}
    counter = {"letter_id": "l0", "signed_on": "2017-04-21"}
    told: list[tuple[str, Json, str]] = [
        (
            "jurisdiction.registered",
            {"jurisdiction_id": "j0", "code": CODES[0], "name_zh": "县", "level": "county"},
            "",
        ),
        ("body.established", {"body_id": "b0", "jurisdiction_id": "j0"}, ""),
        ("post.established", {"post_id": "s0", "title_zh": "县委书记", "body_id": "b0"}, ""),
        (
            "appointment.started",
            {"appointment_id": "a0", "person_id": "x0", "post_id": "s0", "held_by": "2016-01-01"},
            "",
        ),
        (REGISTERED, {**person, "person_id": "x1", "vouched_by": "x3"}, ""),
        (REGISTERED, {**body, "body_id": "b0"}, "k0"),
        (SIGNABLE[0], signed, "k0"),
        (SIGNABLE[1], {**counter, "signatory": {"post_id": "s0"}}, "k1"),
        (SIGNABLE[1], {**counter, "signatory": {"person_id": "x2"}}, "k0 k1"),
        ("person.merged", {"person_id": "x1", "into_person_id": "x0"}, ""),
        (CORRECTED, {"corrects_event_id": "e6", "corrected_payload": {**signed, "signed_on": "2017-04-22"}}, "k0 k1"),
        (REVOKED, {"key_id": "k0"}, ""),
    ]
    events = [
        {"specversion": "1.0", "id": f"e{position}", "source": "urn:x", "type": kind, "data": data}
        | ({SIGNED_BY: by} if by else {})
        for position, (kind, data, by) in enumerate(told)
    ]
    return History(events, [5, 8])
