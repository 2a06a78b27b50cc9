"""Households: opaque ids, counted persons, no names; identified, paired with a helper, removed."""

from __future__ import annotations

from examples.build.days import told
from examples.build.ledger import Ledger
from examples.build.letters import pair, unpair


def identify(led: Ledger, place: str, persons: int, since: str, on: str | None = None) -> str:
    """A household is registered as of `since`, recorded on the day `on` or some weeks later; its id."""
    which = led.fresh("household")
    data = {"household_id": which, "jurisdiction_id": place, "persons": persons, "effective_from": since}
    led.record(on or told(since, 20), "household.identified", data)
    return which


def remove(led: Ledger, which: str, place: str, persons: int, reason: str, since: str, on: str) -> str:
    """A household is taken off the register as of `since`, recorded on the day `on`; the id of the event."""
    data = {"household_id": which, "jurisdiction_id": place, "persons": persons, "reason": reason}
    return led.record(on, "household.removed", {**data, "effective_from": since})


def help_from(led: Ledger, helper: str, household: str, since: str, late: int = 10) -> str:
    """A helper is designated for a household; the id of the pairing."""
    return pair(led, told(since, late), helper, household, "helper-household", since)


def help_until(led: Ledger, pairing: str, until: str, reason: str, successor: str | None = None) -> str:
    """A helper's pairing ends; the id of the event."""
    return unpair(led, told(until, 10), pairing, until, reason, successor)
