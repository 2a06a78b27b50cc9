"""What packs answered before is kept: no pack, day, place, level, function or title is answered for another."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from itertools import product
from typing import Any, Final

from projections.policies import matching
from projections.policies.matching import Subject
from projections.policies.pack import Pack, load
from tests.projections.packs import GANSU, HENAN, MAJIANG, SHANXI, WUYI, changed, packs

LANKAO: Final = frozenset({"410000", "410200", "410225"})
LANKAO_IN_TWELVE: Final = frozenset({"410000000000", "410225000000"})
CODES: Final = (HENAN, LANKAO, SHANXI, LANKAO_IN_TWELVE, GANSU, WUYI, MAJIANG)
TITLES: Final = (None, "县委书记", "驻村第一书记", "分管扶贫的副县长", "武邑县教育局", "贤昌镇党委副书记")
FUNCTIONS: Final = ((), ("party-principal",), ("deputy-in-charge",), ("sector-department",), ("first-secretary",))
LEVELS: Final = ("county", "township", "village")
DAYS: Final = (date(2016, 12, 1), date(2018, 3, 5))

Question = tuple[tuple[Pack, ...], Subject, date]


def answer(question: Question) -> list[Any]:
    """Everything that packs say of a subject and its level."""
    asked, subject, day = question
    level = subject.level or "village"
    return [
        matching.responsibilities_of_post(asked, subject, day),
        matching.responsibilities_of_body(asked, subject, day),
        matching.named_at(asked, level, subject.codes, day),
        matching.unnamed_at(asked, level, subject.codes, day),
    ]


def anew(question: Question) -> list[Any]:
    """The same, found without anything kept, from all that is known of the subject."""
    asked, subject, day = question
    level, codes = subject.level or "village", subject.codes
    said: list[Any] = [[], [], [], []]
    for pack, in_force in matching._holding.__wrapped__(asked, codes, day):
        for index, bearer in enumerate(("post", "body")):
            whole = (subject.level, subject.functions, subject.title, codes, subject.in_body)
            said[index] += matching._laid.__wrapped__(pack, in_force, bearer, *whole)
        said[2] += matching._named.__wrapped__(pack, in_force, level, codes)
        said[3] += matching._unnamed.__wrapped__(pack, level)
    return said


def test_what_is_kept_is_what_would_be_found_anew() -> None:
    """Asked one after the other, and once more, questions are answered as if nothing had ever been kept."""
    every = tuple(packs())
    questions = [
        (every, Subject(level, functions, title, codes, in_body), day)
        for level, in_body, title, functions, codes, day in product(
            LEVELS, (False, True), TITLES, FUNCTIONS, CODES, DAYS
        )
    ]
    first = [deepcopy(answer(question)) for question in questions]
    for question, said in zip(questions, first, strict=True):
        assert answer(question) == said == anew(question), question[1:]


def test_packs_of_one_name_are_told_apart() -> None:
    """Two versions of one system, alike but for a kind, each answer for themselves."""
    one, other = load(changed()), load(changed("roles.0.kind", "direct"))
    chief = Subject("county", ("river-chief",), None, frozenset({"330000"}), in_body=False)
    kinds = [
        [found["kind"] for found in matching.responsibilities_of_post([pack], chief, date(2018, 3, 5))]
        for pack in (one, other, one)
    ]
    assert kinds == [["principal"], ["direct"], ["principal"]]
