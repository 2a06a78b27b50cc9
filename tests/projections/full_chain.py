"""A small county, and one whose chain shows everything that a chain can show."""

from __future__ import annotations

from tests.projections.ledger import Ledger


def small_county() -> Ledger:
    """A Shanxi county with the post of its party secretary, whom nobody has been appointed to."""
    made = Ledger()
    made.place("p", "province", "14")
    made.place("m", "city", "1409", "p")
    made.place("c", "county", "140925", "m")
    made.post("s", "c", functions=["party-principal"])
    return made


def fullest(ledger: Ledger) -> Ledger:
    """Everything a chain can show: bodies, letters signed by two, keys, portfolios, pairings, restructurings."""
    ledger.record("jurisdiction.restructured", kind="merge", predecessor_ids=["x1"], successor_ids=["c"],
                  effective_from="2010-01-01", duty_succession=[{"id": "d", "successor_id": "c"}])  # fmt: skip
    ledger.record("body.established", body_id="b", jurisdiction_id="c", name_zh="组", functions=["leading-group"])
    ledger.post("t", body_id="b", responsibilities=[{"role": "第一责任人"}], effective_from="2010-01-01")
    ledger.post("v", "m", functions=["party-principal"])
    ledger.start("o", "y", "v", "2016-01-01")
    ledger.end("o", "2017-01-01")
    ledger.record("person.registered", person_id="x", name_zh="甲")
    ledger.start("a", "x", "s", "2016-08-01", sending_unit_id="b")
    ledger.start("k", "z", "t", "2016-08-01")
    ledger.see("a", "2017-01-01")
    ledger.record("portfolio.assigned", appointment_id="a", areas=["扶贫"], effective_from="2017-01-01")
    key = ledger.key("K", person_id="x")
    letter = ledger.sign("l", "2017-01-10", "x", "s", document_number="1号", effective_from="2017-01-01",
                         effective_until="2020-01-01", kind="county", counterparty="m")  # fmt: skip
    ledger.seal(letter, key)
    ledger.record("responsibility-letter.countersigned", letter_id="l", signatory={"person_id": "z", "post_id": "t"},
                  role="organiser", signed_on="2017-01-11")  # fmt: skip
    ledger.record("pairing.started", pairing_id="r", helper="b", assisted="c", kind="unit", effective_from="2017")
    ledger.start("a2", "x", "s", "2017-08-01")
    return ledger
