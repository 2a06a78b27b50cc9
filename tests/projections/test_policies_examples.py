"""Every example of every rule of the packs, run."""

from __future__ import annotations

import pytest

from projections.policies.pack import load_all
from projections.proving import failures


@pytest.mark.parametrize("system", sorted(load_all()))
def test_each_example_shows_what_it_says(system: str) -> None:
    """A rule is what its examples show, on each of their days."""
    assert list(failures(load_all()[system])) == []


def test_rules_that_may_be_breached_have_four_statements() -> None:
    """Each has at least one day that meets it, one that does not, and those before and after its boundary."""
    few = {
        rule.id: len([day for example in rule.examples for day in example.on])
        for pack in load_all().values()
        for rule in pack.rules
        if rule.verdicts == "full" and not pack.instrument.invented
    }
    assert len(few) == 99
    assert {one: days for one, days in few.items() if days < 4} == {}
