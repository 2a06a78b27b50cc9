"""What was believed of a fact, one statement after the other: beside the standing decided at each size of the log."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given, settings

from events.standing import CORRECTED, Version, decide
from service.tables.edits import Corrections
from tests.events.test_standing import histories
from tests.thorough import examples


def told(version: Version, fact: int) -> dict[str, Any]:
    """An entry as the API tells it."""
    said = {"said_by": version.position}
    return {
        "position": version.position, "recorded_at": f"t{version.position}", "id": f"e{version.position}",
        "type": version.kind, "about": fact, "names": version.target,
        "event": {"data": {"corrected_payload": said} if version.kind == CORRECTED else said},
    }  # fmt: skip


@given(histories())
@settings(deadline=None, max_examples=examples(300))
def test_beliefs_are_the_standing_at_each_size(versions: list[Version]) -> None:
    """At each entry the belief that reaches over it is what stands then; beliefs follow each other and differ."""
    fact, corrections = versions[0].position, Corrections()
    for version in versions[1:]:
        corrections.add(told(version, fact))
    beliefs = corrections.believed(told(versions[0], fact))
    for count in range(1, len(versions) + 1):
        at = versions[count - 1].position
        stands = decide(versions[:count]).version
        over = [one for one in beliefs if one.since[0] <= at and (one.until is None or at < one.until[0])]
        assert [(one.position, one.data) for one in over] == ([] if stands is None else [(stands, {"said_by": stands})])
    for one, following in pairwise(beliefs):
        assert one.until is not None
        assert one.until <= following.since
        assert one.until < following.since or one.position != following.position


def test_what_was_erased_was_believed_by_nobody_who_can_tell() -> None:
    """Of a fact without content there is no belief."""
    entry = told(Version(3, "person.registered", None), 3) | {"event": None}
    assert Corrections().believed(entry) == []
