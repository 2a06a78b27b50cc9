"""Every id by which a row is found is a name that the map of names has for one of the facts behind the row."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.named import names_in
from projections.facts import Fact
from projections.folds.registers import REGISTERS
from projections.registry import BY_KIND, PROJECTIONS
from tests.projections.histories import FACTS
from tests.thorough import examples

NO_NAMES: Final = frozenset({"name", "number", "register", "day", "amount"})
"""Keys of rows that hold no id: look-ups by them are not in the map (docs/completeness.md)."""
STAMP: Final = "2026-01-01T00:00:00.000000Z"

told = st.lists(st.sampled_from(sorted(FACTS)).flatmap(lambda kind: st.tuples(st.just(kind), FACTS[kind])), max_size=8)


def plain(named: str) -> str:
    """An id without the register that a matter's has before it."""
    register, _, plain_id = named.partition(":")
    return plain_id if register in REGISTERS else named


@settings(max_examples=examples(300), deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(told)
def test_rows_are_found_by_names(events: list[tuple[str, dict[str, Any]]]) -> None:
    """An entity's id, and what its rows are looked up by, are names of its facts or the events' own ids."""
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    facts: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for position, (kind, sent) in enumerate(events):
        data = {name: value for name, value in sent.items() if value is not None}
        event_id = f"event {position}"
        fact = Fact(position, STAMP, kind, event_id, data, position, event_id)
        for projection in BY_KIND.get(kind, ()):
            for entity_id in set(projection.named(kind, data, event_id)):
                facts[projection.name, entity_id].append(fact)
                names[projection.name, entity_id] |= names_in(kind, kind, sent) | {event_id}
    for (name, entity_id), behind in facts.items():
        found = {plain(entity_id)}
        for row in PROJECTIONS[name].fold(entity_id, behind):
            found |= {plain(value) for key, value in row.keys.items() if key not in NO_NAMES and value is not None}
        assert found <= names[name, entity_id], (name, entity_id, [fact.kind for fact in behind])
