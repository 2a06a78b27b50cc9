"""The order in which independent facts arrive changes no answer at the head.

Kept are the orders that mean something: of events that state the same thing of one entity, of territory changes of
one place, of key events, and of corrections after what they name.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from events.keyring import KEY_KINDS
from projections.answers import chain, duties, state
from projections.policies.pack import load_all
from projections.registry import BY_KIND
from projections.scene import Scene
from tests.projections.histories import DAYS, PLACES, History, Json, histories
from tests.projections.ledger import Ledger
from tests.projections.test_agreement import said
from tests.thorough import examples

pytestmark = pytest.mark.anyio

PACKS: Final = [load_all()[system] for system in ("central-2016", "shanxi")]
TERRITORY: Final = "jurisdiction."
_FACT_OF: Final = {"record.corrected": "corrects_event_id", "record.annulled": "annuls_event_id"}
_ORDER_ONLY: Final = frozenset(
    {"position", "recorded_at", "root", "known_at", "log", "version", "corrected_by", "corrects", "size"}
)
"""Parts of an answer that tell of the order of arrival itself."""


def kept_orders(events: Sequence[Json]) -> dict[int, set[int]]:
    """Position to the positions that must come before it."""
    facts: dict[int, int] = {}
    """Position to that of the fact it is about."""
    positions = {one["id"]: position for position, one in enumerate(events)}
    before: dict[int, set[int]] = {position: set() for position in range(len(events))}
    named: dict[int, set[str]] = {}
    for position, one in enumerate(events):
        target = _FACT_OF.get(one["type"])
        if target is not None:
            aimed = positions[one["data"][target]]
            facts[position] = facts[aimed]
            before[position] |= {aimed} | {at for at in range(position) if facts[at] == facts[aimed]}
        else:
            facts[position] = position
        stated = one["data"].get("corrected_payload", one["data"])
        named.setdefault(facts[position], set()).update(_entities(events[facts[position]], stated))
    for late in range(len(events)):
        for early in range(late):
            first, second = facts[early], facts[late]
            kinds = events[first]["type"], events[second]["type"]
            same = kinds[0] == kinds[1] or all(kind.startswith(TERRITORY) for kind in kinds)
            if (same and named[first] & named[second]) or all(kind in KEY_KINDS for kind in kinds):
                before[late].add(early)
    return before


def _entities(fact: Json, stated: Mapping[str, Any]) -> set[str]:
    """The entities that a version of a fact names, by projection; an event that is its own matter by its id."""
    found: set[str] = set()
    for projection in BY_KIND.get(fact["type"], ()):
        found |= {f"{projection.name}:{one}" for one in projection.named(fact["type"], stated, fact["id"])}
    return found


def shuffled(events: Sequence[Json], chance: random.Random) -> list[Json]:
    """The events in another order that keeps what must be kept."""
    before = kept_orders(events)
    left, order = set(before), []
    while left:
        ready = sorted(position for position in left if not before[position] & left)
        chosen = chance.choice(ready)
        order.append(events[chosen])
        left.remove(chosen)
    return order


def scene_of(events: Sequence[Json], day: str) -> Scene:
    """A question of a day at the head of a log with these events."""
    ledger = Ledger()
    positions: dict[str, int] = {}
    for one in events:
        target = _FACT_OF.get(one["type"])
        at = None if target is None else positions[one["data"][target]]
        positions[one["id"]] = ledger.keep(one["type"], one["data"], at, event_id=one["id"])
    return ledger.scene(day, packs=PACKS)


def timeless(answer: Any) -> Any:
    """An answer without what tells of the order of arrival, its evidence in the order of ids."""
    if isinstance(answer, dict):
        return {name: timeless(value) for name, value in answer.items() if name not in _ORDER_ONLY}
    if isinstance(answer, list):
        plain = [timeless(one) for one in answer]
        return sorted(plain, key=repr)
    return answer


async def answers(scene: Scene) -> dict[str, Any]:
    """Chains, states, duties and flags of the places."""
    found: dict[str, Any] = {}
    for place in PLACES[:3]:
        found[f"chain {place}"] = await said(chain.of_place(scene, place))
        found[f"state {place}"] = await said(state.of_place(scene, place, subtree=True))
        evaluated = await duties.of_places(scene, [place], duties.Asked())
        found[f"duties {place}"] = evaluated.described(evaluated.duties)
    return timeless(found)  # type: ignore[no-any-return]


@given(history=histories(least=14, most=40), seed=st.integers(0, 2**32), day=st.sampled_from(DAYS))
@settings(max_examples=examples(60), deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
async def test_the_order_of_arrival_changes_no_answer(history: History, seed: int, day: str) -> None:
    """Any order that keeps what must be kept gives the same chains, states and duties at the head."""
    events = [{name: value for name, value in one.items() if name != "signedby"} for one in history.events]
    other = shuffled(events, random.Random(seed))
    event(f"moved: {events != other}")
    first, second = await answers(scene_of(events, day)), await answers(scene_of(other, day))
    for name, answer in first.items():
        assert second[name] == answer, name
