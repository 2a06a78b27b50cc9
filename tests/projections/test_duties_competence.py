"""Who was competent for a step is judged by the territory of its day, whatever became of the places since."""

from __future__ import annotations

import pytest

from projections.answers import duties
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio

VILLAGES, HOUSEHOLDS = "shanxi-2016-art33-a", "shanxi-2016-art40-e"
"""The county's leading group verifies and approves exits of villages, the township those of households."""


class Territory(Ledger):
    """Two counties, c and d, each with a leading group and a township with a government; village v and household h."""

    def __init__(self) -> None:
        super().__init__()
        self.county()
        self.place("d", "county", "140926", "p")
        for county, code in (("c", "140925100"), ("d", "140926100")):
            self.place(f"{county}-t", "township", code, county)
            self.body(f"group-{county}", county, "leading-group")
            self.body(f"office-{county}", f"{county}-t", "government")
        self.place("v", "village", "140925100201", "c-t")
        self.record("household.identified", household_id="h", jurisdiction_id="v", effective_from="2014-01-01")

    def body(self, body_id: str, place: str, function: str) -> None:
        """Establish a body of one function."""
        self.record("body.established", body_id=body_id, jurisdiction_id=place, functions=[function], name_zh=body_id)

    def leave(self, subject: str, level: str, by: str, on: str = "2018-03-10") -> None:
        """An exit that one body verifies and approves."""
        name = f"exit-{subject}"
        self.record("exit.proposed", exit_id=name, subject=subject, level=level, proposed_on="2018-01-10")
        self.record("exit.verified", exit_id=name, verifiers=[by], result="confirmed", verified_on="2018-02-10")
        self.record("exit.approved", exit_id=name, approved_by=by, approved_on=on)

    def move(self, how: str) -> None:
        """On the first day of 2019 the village comes under the other county: it is moved, or its county merged."""
        if how == "merged":
            for gone, stays in (("c", "d"), ("c-t", "d-t")):
                self.record(
                    "jurisdiction.restructured", kind="merge", predecessor_ids=[gone], successor_ids=[stays],
                    effective_from="2019-01-01",
                )  # fmt: skip
            self.record("body.dissolved", body_id="group-c", successor_id="group-d", effective_from="2019-01-01")
        self.record("jurisdiction.reparented", jurisdiction_id="v", new_parent_id="d-t", effective_from="2019-01-01")

    async def told(self, rule: str, asked: str, day: str) -> list[tuple[str, str, list[str]]]:
        """Of each exit judged: who owes it, how it stands, and what is wrong with it."""
        found = await duties.of_places(self.scene(day), [asked], duties.Asked(rules={rule}))
        return [
            (one.subject.id, one.status, one.outcome.more["faults"])
            for one in found.duties
            if one.status != "not-applicable"
        ]


@pytest.mark.parametrize("how", ["moved", "merged"])
@pytest.mark.parametrize("day", ["2019-01-01", "2020-06-01"])
async def test_who_was_competent_then_stays_so_after_a_change_of_territory(how: str, day: str) -> None:
    """Approved by the county and township that the village was under: no breach, whoever is asked."""
    made = Territory()
    made.leave("v", "village", "group-c")
    made.leave("h", "household", "office-c")
    made.move(how)
    for asked in ("d", "p"):
        assert await made.told(VILLAGES, asked, day) == [("d", "met", [])]
        assert await made.told(HOUSEHOLDS, asked, day) == [("d-t", "met", [])]
    assert await made.told(VILLAGES, "c", "2018-12-31") == [("c", "met", [])]


@pytest.mark.parametrize("how", ["moved", "merged"])
@pytest.mark.parametrize(("on", "status"), [("2018-12-31", "breached"), ("2019-01-01", "met")])
async def test_who_became_competent_later_was_not_before(how: str, on: str, status: str) -> None:
    """The new county's group approves from the day of the change on; the day before it was the wrong body."""
    made = Territory()
    made.record("exit.proposed", exit_id="x", subject="v", level="village", proposed_on="2018-01-10")
    made.record("exit.verified", exit_id="x", verifiers=["group-c"], result="confirmed", verified_on="2018-02-10")
    made.record("exit.approved", exit_id="x", approved_by="group-d", approved_on=on)
    made.move(how)
    for asked in ("d", "p"):
        faults = ["incompetent-body"] if status == "breached" else []
        assert await made.told(VILLAGES, asked, "2020-06-01") == [("d", status, faults)]


async def test_a_step_before_the_place_was_on_record_is_judged_by_the_tree_asked_about() -> None:
    """No tree of that day knows the village: the one that does decides."""
    made = Territory()
    made.place("w", "village", "140925100202", "c-t", effective_from="2018-06-01")
    made.leave("w", "village", "group-c")
    assert await made.told(VILLAGES, "c", "2018-12-31") == [("c", "met", [])]
