"""The tables of a sample log asked in SQL, as an auditor would: the same as the API answers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest

from service.cli.exporting_tables import write_tables
from tests.service.samples import CASES, Answer, Samples

pytest_plugins = ["tests.service.samples"]
pytestmark = [pytest.mark.anyio, pytest.mark.long]

LOG: Final = "demo-cn-62"
BELOW: Final = """
    WITH RECURSIVE standing AS (
        SELECT * FROM places
        WHERE (valid_from IS NULL OR valid_from <= $day) AND (valid_until IS NULL OR $day < valid_until)
    ), below AS (
        SELECT jurisdiction_id FROM standing WHERE jurisdiction_id = $place
        UNION
        SELECT standing.jurisdiction_id FROM standing JOIN below ON standing.parent_id = below.jurisdiction_id
    )
"""
"""The places of a subtree, as the tree was on a day."""
PAID: Final = f"""{BELOW}
    SELECT coalesce(sum(amount), 0.00)::DECIMAL(18,2)::VARCHAR FROM funds_disbursed
    WHERE until_position IS NULL AND disbursed_on <= $day AND jurisdiction_id IN (FROM below)
"""
VISITED: Final = f"""{BELOW}
    SELECT count(*), max(started_on)::VARCHAR FROM visit_made
    WHERE until_position IS NULL AND started_on <= $day AND place_id IN (FROM below)
"""
HOLDERS: Final = """
    SELECT appointment_id, CASE WHEN start_last <= $day AND $day < end_first THEN 'certain' ELSE 'possible' END
    FROM tenures WHERE post_id = $post AND start_first <= $day AND $day < end_last
"""


class Tables:
    """The tables of a log, each a view named after it."""

    def __init__(self, folder: Path) -> None:
        self._database = duckdb.connect()
        for path in folder.iterdir():
            name = path.stem.replace(".", "_").replace("-", "_")
            self._database.execute(f"CREATE VIEW {name} AS FROM '{path}'")

    def ask(self, query: str, **asked: str) -> list[tuple[Any, ...]]:
        """The rows of an answer."""
        found: list[tuple[Any, ...]] = self._database.execute(query, asked).fetchall()
        return found


@pytest.fixture
async def tables(samples: Samples, tmp_path: Path) -> Tables:
    """The tables of the sample."""
    size = (await samples.get(f"/logs/{LOG}"))["size"]
    said = await write_tables(samples.client, LOG, f"@{size}", tmp_path / LOG)
    assert said.endswith(f"{size} entries")
    return Tables(tmp_path / LOG)


def posts_in(chain: Answer) -> Iterator[Answer]:
    """Every post of a chain, those of bodies too."""
    for level in chain["chain"]:
        yield from level["posts"]
        for body in level["bodies"]:
            yield from body["posts"]


@pytest.mark.parametrize("day", ["2016-05-31", "2018-03-05", "2019-12-31"])
async def test_sums_and_holders_are_those_of_the_api(samples: Samples, tables: Tables, day: str) -> None:
    """Payments and visits of a county and its subtree, and who held each post of a village's chain, possibly or not."""
    county = (await samples.get("/jurisdictions/621223", valid_at=day, log=LOG))["jurisdiction"]["id"]
    state = await samples.get(f"/jurisdictions/{county}/state", valid_at=day, log=LOG)
    assert tables.ask(PAID, place=county, day=day) == [(state["money"]["disbursed"],)]
    assert tables.ask(VISITED, place=county, day=day) == [(state["visits"]["count"], state["visits"]["last"])]
    chain = await samples.get("/jurisdictions/621223104211/responsibility", valid_at=day, log=LOG)
    compared = 0
    for post in posts_in(chain):
        told = {(one["appointment"], one["certainty"]) for one in post["holders"]}
        assert set(tables.ask(HOLDERS, post=post["post"]["id"], day=day)) == told
        compared += len(told)
    assert compared


async def test_payments_approved_in_a_vacancy(tables: Tables) -> None:
    """The query of docs/import.md lists of question 8's county the payments of the case, and no other."""
    text = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")
    query = text.partition("```sql\n")[2].partition("```")[0]
    for name in ("funds.disbursed", "tenures", "posts"):
        query = query.replace(f"'cn-62/{name}.parquet'", name.replace(".", "_"))
    principals = {f"syn-62-post-621291-{one}" for one in ("secretary", "head")}
    expected = {
        (row["disbursement"], post)
        for row in CASES["q8"]["disbursements"]
        for post in row["without_substantive_holder"]
        if post in principals and Decimal(row["amount"]) > Decimal(CASES["q8"]["threshold"])
    }
    found = {(row[0], row[4]) for row in tables.ask(query)}
    assert {row for row in found if row[1] in principals} == expected
    assert {post for _, post in expected} == principals
