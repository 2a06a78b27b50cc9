"""Which version stands: the decision against a slow rule that is read off the design."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.standing import ANNULLED, CORRECTED, Standing, Version, decide
from tests.thorough import examples

FACT = Version(0, "person.registered", None)


def slow(versions: list[Version]) -> Standing:
    """A version stands unless a standing annulment names it; the last standing correction applies."""

    def stands(version: Version) -> bool:
        return not any(v.kind == ANNULLED and v.target == version.position and stands(v) for v in versions)

    fact = next(v for v in versions if v.target is None)
    corrections = [v.position for v in versions if v.kind == CORRECTED and stands(v)]
    named = {v.target for v in versions if v.kind == ANNULLED and stands(v) and v.target is not None}
    return Standing(max([fact.position, *corrections]) if stands(fact) else None, frozenset(named))


@st.composite
def histories(draw: st.DrawFn) -> list[Version]:
    """A fact, then corrections and annulments, each of an earlier version; annulments are not corrected."""
    position = draw(st.integers(0, 5))
    versions = [Version(position, "person.registered", None)]
    for annuls in draw(st.lists(st.booleans(), max_size=10)):
        position += draw(st.integers(1, 3))
        may = [v.position for v in versions if annuls or v.kind != ANNULLED]
        versions.append(Version(position, ANNULLED if annuls else CORRECTED, draw(st.sampled_from(may))))
    return versions


@given(histories(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=examples(500))
def test_decision_is_the_slow_one(versions: list[Version], random: object) -> None:
    """On random histories, in any order, the decision is that of the rule as written."""
    expected = slow(versions)
    assert decide(versions) == expected
    random.shuffle(versions)  # type: ignore[attr-defined]
    assert decide(iter(versions)) == expected


@pytest.mark.parametrize(
    ("versions", "stands"),
    [
        ([], 0),
        ([(1, CORRECTED, 0)], 1),
        ([(1, CORRECTED, 0), (2, CORRECTED, 0)], 2),
        ([(1, CORRECTED, 0), (2, CORRECTED, 1)], 2),
        ([(1, CORRECTED, 0), (2, CORRECTED, 1), (3, ANNULLED, 2)], 1),
        ([(1, CORRECTED, 0), (2, CORRECTED, 1), (3, ANNULLED, 1)], 2),
        ([(1, ANNULLED, 0)], None),
        ([(1, ANNULLED, 0), (2, CORRECTED, 0)], None),
        ([(1, ANNULLED, 0), (2, ANNULLED, 1)], 0),
        ([(1, ANNULLED, 0), (2, ANNULLED, 1), (3, ANNULLED, 2)], None),
        ([(1, CORRECTED, 0), (2, ANNULLED, 0), (3, ANNULLED, 2)], 1),
        ([(1, CORRECTED, 0), (2, ANNULLED, 1), (3, ANNULLED, 2)], 1),
        ([(1, ANNULLED, 0), (2, ANNULLED, 0), (3, ANNULLED, 1)], None),
    ],
)
def test_cases(versions: list[tuple[int, str, int]], stands: int | None) -> None:
    """Corrections of corrections, annulled annulments, and annulments of annulled annulments, one by one."""
    history = [FACT, *(Version(*version) for version in versions)]
    assert decide(history).version == stands == slow(history).version


def test_history_is_decided_at_each_size() -> None:
    """What stood at a size stays what it was: later versions do not reach back."""
    history = [
        FACT,
        Version(1, CORRECTED, 0),
        Version(2, ANNULLED, 1),
        Version(3, ANNULLED, 2),
        Version(4, ANNULLED, 0),
    ]
    assert [decide(history[:size]).version for size in range(1, 6)] == [0, 1, 0, 1, None]


def test_annulled_versions_are_named() -> None:
    """Only what a standing annulment names is annulled; an annulled annulment names nothing."""
    history = [FACT, Version(1, CORRECTED, 0), Version(2, ANNULLED, 1), Version(3, ANNULLED, 2)]
    assert decide(history[:3]).annulled == {1}
    assert decide(history).annulled == {2}
