"""A run checked as a whole comes to what its entries come to one by one, whatever was done to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.canonical import canonical
from events.leaf import Leaves, PayloadDigests, header_digest, sealing_salt
from events.merkle import leaf_hash
from events.verifying import rows
from events.verifying.lies import Lie, LieFound
from events.verifying.rows import Rows
from events.verifying.runs import sound_run

LOG = "cn-62"
FIRST = 40
AT = datetime(2026, 3, 5, tzinfo=UTC)
SALT_H, SALT_P = bytes(16), b"\x01" * 16
KINDS = ("visit.made", "record.corrected", "record.annulled", "key.registered", "key.revoked")
POSITION, RECORDED_AT, KIND, SOURCE, ID, SALT, LEAF, SHA256, SM3, TARGET, FACT = (0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11)

Row = list[Any]
ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.integers(0, 2),  # seconds after the entry before it
        st.sampled_from(["", "村", "\U00020000"]),  # one is beyond the BMP
        st.sampled_from(["plain", "plain", "plain", "signed", "erased"]),
    ),
    min_size=1,
    max_size=9,
)
LIES: dict[str, Callable[[Row, Row], object]] = {
    "position": lambda event, _: event.__setitem__(POSITION, event[POSITION] + 1),
    "stamp": lambda event, _: event.__setitem__(RECORDED_AT, AT - timedelta(days=1)),
    "kind": lambda event, _: event.__setitem__(KIND, "record.filed"),
    "source": lambda event, _: event.__setitem__(SOURCE, "urn:other"),
    "id": lambda event, _: event.__setitem__(ID, "other"),
    "salt": lambda event, _: event.__setitem__(SALT, b"\x02" * 16),
    "leaf": lambda event, _: event.__setitem__(LEAF, bytes(32)),
    "sha256": lambda event, _: event.__setitem__(SHA256, bytes(32)),
    "sm3": lambda event, _: event.__setitem__(SM3, bytes(32)),
    "target": lambda event, _: event.__setitem__(TARGET, 3),
    "fact": lambda event, _: event.__setitem__(FACT, 3),
    "kept": lambda _, payload: payload.__setitem__(2, payload[2] + b" "),
    "forged": lambda event, payload: forged(event, payload, b" " + payload[2]),
    "forged pair": lambda event, payload: forged(event, payload, payload[2] + b"," + payload[2]),
    "forged keys": lambda event, payload: forged(event, payload, b'{"type":"x",' + payload[2][1:]),
    "no object": lambda event, payload: forged(event, payload, b"[]"),
    "encrypted": lambda _, payload: payload.__setitem__(5, "k"),
    "signed later": lambda _, payload: payload.__setitem__(3, b"{}"),
    "sealed in another": lambda event, payload: event.__setitem__(SALT, sealing_salt(payload[1], b"[]")),
    "paid elsewhere": lambda _, payload: payload.__setitem__(0, payload[0] + 1),
}


def forged(event: Row, payload: Row, kept: bytes) -> None:
    """Put other bytes in the place of the kept ones, with digests and a leaf hash that fit."""
    payload[2] = kept
    event[SHA256], event[SM3] = PayloadDigests.of(SALT_P, kept)
    event[LEAF] = leaf_of(event)


def leaf_of(event: Row) -> bytes:
    """The leaf hash of what the columns of an entry say."""
    header = header_digest(event[SALT], source=event[SOURCE], event_id=event[ID], kind=event[KIND], kind_version=1)
    return leaf_hash(Leaves(LOG, event[RECORDED_AT]).record(event[POSITION], header, event[SHA256], event[SM3]))


def made(entries: list[tuple[str, int, str, str]]) -> tuple[list[Row], list[Row], frozenset[int]]:
    """The rows of `event` and `payload` that honest entries have, and which of them were erased."""
    events, payloads, erased, at = [], [], set(), AT
    for position, (kind, later, text, manner) in enumerate(entries, FIRST):
        at += timedelta(seconds=later)
        data = {"corrects_event_id": "e", "annuls_event_id": "e", "note": text}
        event = {"data": data, "id": f"e{position}", "source": "urn:test", "specversion": "1.0", "type": kind}
        kept = orjson.dumps(event) if manner == "signed" else canonical(event)
        digests = PayloadDigests.of(SALT_P, kept)
        target = 1 if kind.startswith("record.") else None
        salt = sealing_salt(SALT_P, b"{}") if manner == "signed" else SALT_H
        row = [position, at, kind, 1, "urn:test", f"e{position}", salt, b"", *digests, target, target or position]
        row[LEAF] = leaf_of(row)
        events.append(row)
        if manner == "erased":
            erased.add(position)
        else:
            payloads.append([position, SALT_P, kept, b"{}" if manner == "signed" else None, None, None])
    return events, payloads, frozenset(erased)


def outcome(check: Callable[[Rows], object], erased: frozenset[int]) -> tuple[Any, ...]:
    """What a check comes to: what it keeps for the checks after it, and the lie that ended it."""
    found, lie = Rows(LOG, FIRST, erased), None
    try:
        check(found)
    except LieFound as lied:
        lie = lied.lie
    kept = found.end, found.leaves, found.stamps, found.aims, found.key_acts, found.signed, found.gone
    return lie, *(kept if lie is None else kept[:0])


@given(ENTRIES, st.sampled_from([None, *LIES]), st.data())
def test_together_or_one_by_one_is_the_same(
    entries: list[tuple[str, int, str, str]], lie: str | None, data: st.DataObject
) -> None:
    """A run that is sound as a whole is sound entry by entry, and comes to the same; a lie is named as before."""
    events, payloads, erased = made(entries)
    if lie is not None:
        index = data.draw(st.integers(0, len(events) - 1))
        own = [payload for payload in payloads if payload[0] == events[index][0]]
        if own:
            LIES[lie](events[index], own[0])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rows, "TOGETHER", data.draw(st.integers(1, 10)))
        together = outcome(lambda found: found.check(events, payloads), erased)
    assert together == outcome(lambda found: found._judge(events, payloads), erased)


def test_an_honest_run_is_sound_as_a_whole() -> None:
    """What has nothing rare is not looked at one by one: else the property above would say nothing."""
    events, payloads, _ = made([(kind, 1, "村", "plain") for kind in KINDS])
    run = sound_run(LOG, FIRST, events, payloads)
    assert run is not None
    assert run.leaves == [event[LEAF] for event in events]
    assert [position for position, _ in run.stamps] == [event[POSITION] for event in events]


@pytest.mark.parametrize("lie", LIES)
def test_no_lie_is_sound(lie: str) -> None:
    """Each lie is one, and no run with it is sound."""
    events, payloads, erased = made([("visit.made", 1, "村", "plain")] * 3)
    LIES[lie](events[1], payloads[1])
    assert sound_run(LOG, FIRST, events, payloads) is None
    found = outcome(lambda each: each.check(events, payloads), erased)
    assert isinstance(found[0], Lie)


@pytest.mark.parametrize(
    ("manner", "envelope"), [("signed", None), ("signed", b'{"signatures":[]}'), ("plain", b"{}")],
    ids=["stripped", "changed", "signed later"],
)  # fmt: skip
def test_an_envelope_is_the_one_that_the_leaf_holds(manner: str, envelope: bytes | None) -> None:
    """An envelope taken away, changed or added is a lie, whatever form the kept bytes have."""
    events, payloads, erased = made([("visit.made", 0, "", "plain"), ("visit.made", 0, "", manner)])
    payloads[1][2] = canonical(orjson.loads(payloads[1][2]))
    forged(events[1], payloads[1], payloads[1][2])
    assert outcome(lambda rows: rows.check(events, payloads), erased)[0] is None
    payloads[1][3] = envelope
    lie = outcome(lambda rows: rows.check(events, payloads), erased)[0]
    assert lie == Lie(FIRST + 1, "the envelope is not the one that its leaf holds, or none")
