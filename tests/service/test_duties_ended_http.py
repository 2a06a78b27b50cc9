"""Duties over days within which a place ended: of the body, the person and the unit that owed them there."""

from __future__ import annotations

from typing import Any, Final

import httpx
import pytest

from tests.service.test_duties_live import answer
from tests.service.test_walk import event, posted

pytestmark = pytest.mark.anyio

TOWNSHIPS: Final = [
    event("p", "jurisdiction.registered", jurisdiction_id="p", code="620000", name_zh="甘肃省", level="province"),
    event("c", "jurisdiction.registered", jurisdiction_id="c", code="621223", name_zh="宕昌县", level="county",
          parent_id="p"),
    *(event(town, "jurisdiction.registered", jurisdiction_id=town, code=f"62122310{nth}", name_zh=f"{nth}镇",
            level="township", parent_id="c") for nth, town in enumerate(("t", "t2"))),
    event("b", "body.established", body_id="party", jurisdiction_id="t", name_zh="镇党委",
          functions=["party-committee"]),
    event("u", "body.established", body_id="unit", name_zh="省某厅", functions=["assisting-unit"]),
    event("s", "post.established", post_id="secretary", title_zh="党委书记", body_id="party",
          functions=["party-principal"]),
    event("h", "post.established", post_id="head", title_zh="厅长", body_id="unit", functions=["assisting-unit-head"]),
    event("a", "appointment.started", appointment_id="A", person_id="X", post_id="secretary",
          effective_from="2016-01-01"),
    event("a2", "appointment.started", appointment_id="A2", person_id="Y", post_id="head", effective_from="2016-01-01"),
    event("r", "pairing.started", pairing_id="r", helper="unit", assisted="t", effective_from="2016-01-01"),
    event("m", "jurisdiction.restructured", predecessor_ids=["t"], successor_ids=["t2"], effective_from="2018-12-20"),
]  # fmt: skip
"""A township that became part of another; its Party committee and secretary; a unit of no place that helped it."""
YEAR: Final = {"from": "2018-01-01", "to": "2019-01-01"}


def ids(told: dict[str, Any]) -> list[str]:
    """The duties of an answer."""
    return [one["duty"] for one in told["items"]]


async def test_a_body_owes_what_its_posts_owed_where_the_place_ended(client: httpx.AsyncClient) -> None:
    """Those borne by a post alone, too."""
    await posted(client, *TOWNSHIPS)
    of_body, of_place = [ids(await answer(client, **who, **YEAR)) for who in ({"body": "party"}, {"jurisdiction": "t"})]
    for rule in ("central-2016-art20-a", "central-2016-art20-d", "gansu-2017-art4-c"):
        borne = [one for one in of_place if one.startswith(f"{rule}|t|")]
        assert len(borne) == 1
        assert borne[0] in of_body
    assert set(of_body) < set(of_place)


async def test_a_duty_of_a_unit_is_told_once(client: httpx.AsyncClient) -> None:
    """Where the only place that it helped ended, it is told by itself, and not there as well."""
    await posted(client, *TOWNSHIPS)
    of_y = await answer(client, person="Y", **YEAR)
    assert len(set(ids(of_y))) == of_y["total"] > 0
    assert {str(one["jurisdiction"]) for one in of_y["items"]} == {"None"}
