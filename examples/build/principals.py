"""The principals of a place: the two posts at its head, the deputy in charge, and what they sign."""

from __future__ import annotations

from examples.build.ledger import FACTS, Ledger
from examples.build.offices import FIRST_REPORT, FOR_GOOD, Hold, Term, hold, post


def principals(
    led: Ledger, place: str, code: str, titles: tuple[str, str, str], terms: tuple[list[Hold], list[Hold], list[Hold]]
) -> tuple[list[Term], list[Term], list[Term]]:
    """Party principal, government principal and deputy in charge of a place, with their holders."""
    keys = (("secretary", "party-principal"), ("head", "government-principal"), ("deputy", "deputy-in-charge"))
    made = []
    for (key, function), title, holders in zip(keys, titles, terms, strict=True):
        which = post(led, FIRST_REPORT, f"{code}-{key}", title, [function], place=place)
        made.append(hold(led, which, holders))
    return made[0], made[1], made[2]


def dual_leaders(led: Ledger, code: str, name: str, group: str, terms: list[Term]) -> None:
    """Both principals lead the leading group: one post of two seats, held beside their own posts."""
    seat = post(led, FIRST_REPORT, f"{code}-group-leader", f"{name}脱贫攻坚领导小组组长", [], body_id=group, seats=2)
    for term in terms:
        left = None if term.last == FOR_GOOD else term.last[:7]
        ended = f"{left[:4]}-12-21" if left else None
        hold(led, seat, [Hold("2017", "2017-05-06", left, ended, "concurrent", person=term.person)])


def centre(led: Ledger) -> str:
    """The centre as the texts name it: the other side of the provincial letter; its id."""
    which = f"fact-{led.number}-body-centre"
    led.record(
        FIRST_REPORT,
        "body.established",
        {
            "body_id": which,
            "name_zh": "中央",
            "body_type": "unit",
            "basis": "001_4896d481c7ebc254.txt 第171行:省级党委和政府主要负责人向中央签署脱贫责任书",
        },
        FACTS,
    )
    return which


def letter_of_2017(led: Ledger, letter: str, place: str, signer: Term) -> dict[str, object]:
    """Question 3: signed on 20 April, in force from New Year, recorded on 21 April."""
    return {
        "log": led.log,
        "letter": letter,
        "jurisdiction": place,
        "post": signer.post,
        "person": signer.person,
        "signed_on": "2017-04-20",
        "effective_from": "2017-01-01",
        "effective_until": "2018-01-01",
        "recorded_on": "2017-04-21",
        "valid_at": "2017-02-15",
        "days_late": 109,
        "unknown_at": "2017-04-20",
    }
