"""Answers of every sort have bundles that hold: derived again, they are the same byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from service.bundle import form
from service.bundle.contents import Manifest, read_items
from tests.longer import longer
from tests.service.bundle.notary import Bundles, bundles, report_of
from tests.service.samples import CASES

pytest_plugins = ["tests.service.samples", "tests.service.bundle.notary"]
pytestmark = pytest.mark.anyio

LOG: Final = CASES["q4"]["log"]
PLACE: Final = CASES["q4"]["jurisdiction"]
FIELDS: Final = ("person_id", "post_id", "body_id", "letter_id", "project_id", "rectification_id", "appointment_id")
OF_PLACES: Final = [
    f"/jurisdictions/{PLACE}/responsibility?valid_at=2018-03-05",
    f"/jurisdictions/{PLACE}/state?valid_at=2018-03-05&duties=false",
    f"/jurisdictions/{PLACE}/timeline",
    f"/jurisdictions/{PLACE}/money?valid_at=2018-03-05",
    f"/jurisdictions/{PLACE}",
    f"/jurisdictions/{PLACE}/children",
    f"/letters?jurisdiction={PLACE}&scope=subtree",
    "/jurisdictions/620000/responsibility",
]
OF_KNOWLEDGE: Final = [
    f"/jurisdictions/{PLACE}/responsibility?valid_at=2017-01-01&known_at=2017-05-05",
    f"/jurisdictions/{PLACE}/changes?compared_to=@3000",
    f"/jurisdictions/{PLACE}/responsibility?valid_at=2017-01-01&known_at=@3100",
    f"/jurisdictions/{PLACE}/responsibility?valid_at=2017-01-01&known_at=2030-01-01",
    f"/jurisdictions/{PLACE}/changes?known_at=@3000&compared_to=2019-01-01",
    f"/jurisdictions/{PLACE}/changes?compared_valid_at=2016-01-01&valid_at=2018-01-01",
]
WHOLE: Final = ["/persons?q=%E5%BC%A0", "/letters?number=x", "/rectifications?status=open"]
"""What is looked up by no name rests on the whole log."""


async def ids_of(made: Bundles) -> dict[str, Any]:
    """The first id that the log gives in each field, and the first position of each kind."""
    found: dict[str, Any] = {}
    page = (await made.client.get(f"/v1/logs/{LOG}/events", params={"limit": 1000, "after": 3000})).json()
    for item in page["items"]:
        found.setdefault(item["type"], item["position"])
        for name in FIELDS:
            if isinstance(item["event"]["data"].get(name), str):
                found.setdefault(name, item["event"]["data"][name])
    return found


async def proven(made: Bundles, target: str) -> Manifest:
    """The manifest of the bundle of an answer, which holds and has the answer that is given without one."""
    log = "" if target.startswith("/logs/") else ("&" if "?" in target else "?") + f"log={LOG}"
    data = await made.bundle(target + log)
    report = await report_of(data, await made.policy(LOG))
    assert report.failed is None, f"{target}: {report.failed}"
    assert report.holds(), target
    assert report.evidence is not None
    given = await made.client.get(f"/v1{target}{log}")
    assert given.headers["content-type"] == "application/json"
    answer = form.extract(data)[form.ANSWER]
    assert form.read_object(form.ANSWER, answer) == given.json()
    return report.evidence.manifest


@pytest.mark.parametrize("target", [*OF_PLACES[:2], *OF_KNOWLEDGE[:1], *longer(OF_PLACES[2:] + OF_KNOWLEDGE[1:])])
async def test_answers_about_a_place(samples_url: str, notary_directory: Path, target: str) -> None:
    """Every answer about a place, on any day and in any state of knowledge, is derived from what names it rests on."""
    async with bundles(samples_url, notary_directory) as made:
        manifest = await proven(made, target)
        assert manifest.entries == "named"


@pytest.mark.parametrize("target", [WHOLE[0], *longer(WHOLE[1:])])
async def test_answers_to_a_search(samples_url: str, notary_directory: Path, target: str) -> None:
    """A search is proven by the whole log: that nothing else fits can be shown by nothing less."""
    async with bundles(samples_url, notary_directory) as made:
        manifest = await proven(made, target)
        assert manifest.entries == "all"


@pytest.mark.long
async def test_answers_about_people_posts_and_matters(samples_url: str, notary_directory: Path) -> None:
    """Persons, posts, bodies, letters, projects, rectifications, handovers, and who was responsible for an event."""
    async with bundles(samples_url, notary_directory) as made:
        ids = await ids_of(made)
        person, post = ids["person_id"], ids["post_id"]
        targets = [
            f"/persons/{person}", f"/persons/{person}/responsibility", f"/persons/{person}/timeline",
            f"/posts/{post}/holders", f"/posts/{post}/timeline", f"/bodies/{ids['body_id']}",
            f"/letters/{ids['letter_id']}", f"/projects/{ids['project_id']}",
            f"/handovers/{ids['appointment_id']}?on=2018-01-01",
            f"/logs/{LOG}/events/{ids['funds.disbursed']}/responsible", f"/logs/{LOG}/back-dated?days=100",
            f"/rectifications/{ids['rectification_id']}",
        ]  # fmt: skip
        for target in targets:
            await proven(made, target)


async def test_only_what_is_needed_is_shown(samples_url: str, notary_directory: Path) -> None:
    """The bundle of a small answer holds few entries, none above the answer's size, and the same bytes each time."""
    target = f"/posts/syn-62-post-620000-secretary/holders?log={LOG}&known_at=@4000"
    async with bundles(samples_url, notary_directory) as made:
        first, second = form.extract(await made.bundle(target)), form.extract(await made.bundle(target))
    items = read_items(first[form.ENTRIES])
    assert 0 < len(items) < 40
    assert all(item.position < 4000 for item in items)
    made_anew = {form.MANIFEST, form.DIGEST}
    assert {name: raw for name, raw in first.items() if name not in made_anew} == {
        name: raw for name, raw in second.items() if name not in made_anew
    }
