"""A township: its two bodies, its two principals, the deputy in charge, and their letters."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from examples.build.county import County
from examples.build.ledger import Ledger
from examples.build.offices import FIRST_REPORT, Term, body, post
from examples.build.random_terms import random_terms, yearly_letters
from examples.build.sources import Division
from examples.build.tree import place_id


@dataclass(frozen=True, slots=True)
class Posts:
    """The ids of a township's posts."""

    place: str
    name: str
    secretary: str
    head: str
    deputy: str


def township_posts(led: Ledger, place: str, name: str, code: str) -> Posts:
    """Establish the bodies and posts of a township."""
    for key, title, function in (
        ("committee", f"中共{name}委员会", "party-committee"),
        ("government", f"{name}人民政府", "government"),
    ):
        body(led, FIRST_REPORT, f"{code}-{key}", title, [function], place=place, kind=key)
    chief = f"{name}{'镇' if name.endswith('镇') else '乡'}长"
    return Posts(
        place,
        name,
        post(led, FIRST_REPORT, f"{code}-secretary", f"{name}党委书记", ["party-principal"], place=place),
        post(led, FIRST_REPORT, f"{code}-head", chief, ["government-principal"], place=place),
        post(led, FIRST_REPORT, f"{code}-deputy", f"{name}分管扶贫副职", ["deputy-in-charge"], place=place),
    )


def staff_township(led: Ledger, rng: Random, row: Division, county: County) -> tuple[list[Term], list[Term]]:
    """Fill a township at random, with yearly letters to the county's leading group; both principals."""
    posts = township_posts(led, place_id(row.code), row.name, row.code)
    secretary = random_terms(led, rng, posts.secretary)
    head = random_terms(led, rng, posts.head)
    random_terms(led, rng, posts.deputy, most=1)
    group = county.bodies["group"]
    joint = rng.random() < 0.3
    yearly_letters(led, rng, secretary, group, posts.place, county.secretary, second=head if joint else None)
    if not joint:
        yearly_letters(led, rng, head, group, posts.place, county.head, share=0.6)
    return secretary, head
