"""The little world in which a rule's examples are told: one place a level, with whoever the rule needs. Pure.

Places are named by their level. A function that posts bear makes the post `county.party-principal` of every level,
held since 2015-01-01 by the person `county.party-principal.holder` under the appointment
`county.party-principal.tenure`; one that bodies bear makes the body `county.leading-group`, with those who answer
for it as posts of the place or, for departments and units, of the body.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from events.canonical import canonical
from events.catalogue import registry as kinds
from events.entry import Entry
from projections.folds.jurisdiction import LEVELS
from projections.policies.pack import Pack
from projections.policies.rule import Rule

SINCE: Final = "2015-01-01"
_FIRST: Final = datetime(2014, 1, 1, tzinfo=UTC)
_OF_PLACE: Final = frozenset({"party-principal", "government-principal", "village-party-secretary"})
"""Functions whose posts are a place's own, also where they answer for a body."""

Event = Mapping[str, Any]
"""`{type, data}`."""


def world(pack: Pack, rule: Rule) -> Iterator[Event]:
    """The events of a rule's world."""
    for level, code in zip(LEVELS, codes(pack, rule), strict=True):
        above = LEVELS.index(level) - 1
        parent = {} if above < 0 else {"parent_id": LEVELS[above]}
        yield _event(
            "jurisdiction.registered", jurisdiction_id=level, code=code, name_zh=f"示例{level}", level=level, **parent
        )
    functions = dict.fromkeys(("party-principal", "government-principal", *_needed(rule)))
    for level in LEVELS:
        for code in functions:
            yield from _bearers(pack, level, code)


def codes(pack: Pack, rule: Rule) -> tuple[str, str, str, str, str]:
    """Codes of a place at each level within the pack's own, the lowest of them, or those the rule is narrowed to.

    A code says nothing of what lies above it: that of a county need not begin as that of any city does.
    """
    allowed = rule.only.codes or pack.place.codes
    given = min(allowed, key=lambda code: (code.endswith("00"), code.endswith("0000"), code), default="990000")
    province, city = given[:2], given[2:4] if given[2:4] != "00" else "01"
    county = given[4:] if given[4:] != "00" else "21"
    found = [f"{province}0000", f"{province}{city}00", f"{province}{city}{county}"]
    found[_standing(rule, given)] = given
    return found[0], found[1], found[2], f"{found[2]}101", f"{found[2]}101201"


def _standing(rule: Rule, code: str) -> int:
    """The level, as a place in LEVELS, that bears a six-digit code: as its zeros say, or higher where the rule does."""
    usual = LEVELS.index("province" if code.endswith("0000") else "city" if code.endswith("00") else "county")
    owing = [LEVELS.index(level) for level in rule.levels or (rule.level,) if level in LEVELS]
    return min(usual, max(owing, default=usual))


def _needed(rule: Rule) -> Iterator[str]:
    """The functions that a rule names, as bearer or in its parameters."""
    yield from (code for code in rule.functions if code != "any")
    yield from _named(rule.params)


def _named(value: Any) -> Iterator[str]:
    """The values of keys called `functions` (or that end so), however deep."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name.endswith("functions"):
                yield from ([each] if isinstance(each, str) else each)
            else:
                yield from _named(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _named(each)


def _bearers(pack: Pack, level: str, code: str) -> Iterator[Event]:
    meaning = pack.function(code)
    if meaning.borne_by == "post":
        yield from _post(level, code, {"jurisdiction_id": level})
    if meaning.borne_by == "body":
        body = f"{level}.{code}"
        yield _event(
            "body.established", body_id=body, name_zh=f"示例{body}", jurisdiction_id=level, functions=[code],
            effective_from=SINCE,
        )  # fmt: skip
        for head in meaning.answered_by:
            if head not in _OF_PLACE:
                yield from _post(body, head, {"body_id": body})


def _post(prefix: str, code: str, where: Mapping[str, str]) -> Iterator[Event]:
    post = f"{prefix}.{code}"
    yield _event(
        "post.established", post_id=post, title_zh=f"示例{post}", functions=[code], effective_from=SINCE, **where
    )
    yield _event("person.registered", person_id=f"{post}.holder", name_zh=f"示例{post}")
    yield _event(
        "appointment.started", appointment_id=f"{post}.tenure", person_id=f"{post}.holder", post_id=post,
        effective_from=SINCE,
    )  # fmt: skip


def _event(kind: str, **data: Any) -> Event:
    return {"type": kind, "data": data}


def entries(events: Iterable[Event]) -> Iterator[Entry]:
    """Events as a log would hold them, one a second. Raises ValueError for a kind or data that no log would take."""
    for position, event in enumerate(events):
        kind = kinds.find(event["type"])
        if kind is None:
            raise ValueError(f"type: should be a kind of the catalogue, got {event['type']!r}")
        kind.model_validate(event["data"])
        name = f"example-{position}"
        kept = canonical({"id": name, "source": "example", "type": event["type"], "data": event["data"]})
        at = _FIRST + timedelta(seconds=position)
        yield Entry(position, at, event["type"], kind.VERSION, "example", name, b"", "example", None, position, kept)
