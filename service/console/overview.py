"""Who answers for a place, at a glance: the few bearers of a chain an inspector asks for first."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Doc = Mapping[str, Any]

HEAVY: Final = frozenset(
    {
        "first",
        "direct",
        "overall",
        "principal",
        "primary-supervision",
        "specific",
        "leadership",
        "village-main",
        "group-overall",
    }
)
"""Kinds of responsibility that say who answers in the first place; the others are told further down."""
OWN: Final = ("signatory", "co-principal")
"""As whom one signs a letter that binds oneself."""


@dataclass(frozen=True)
class Role:
    """A word of responsibility with the articles that lay it on one bearer."""

    word: str
    found: tuple[Doc, ...]


@dataclass(frozen=True)
class Row:
    """One line: a post, or the bodies of a level, with responsibilities; or what instruments leave unnamed."""

    kind: str
    """`post`, `bodies` or `unnamed`."""
    roles: tuple[Role, ...]
    told: tuple[Doc, ...]
    """The post, the bodies, or what is unnamed."""


def overview(answer: Doc) -> list[tuple[Doc, list[Row]]]:
    """Each level with its lines; at the place asked about every post and every body that bears anything."""
    helping, place = helpers(answer), answer["jurisdiction"]["id"]
    return [
        (level, list(_rows(level, helping, whole=level["jurisdiction"]["id"] == place))) for level in answer["chain"]
    ]


def _rows(level: Doc, helping: set[str], *, whole: bool) -> Iterator[Row]:
    yield from (row for post in level["posts"] for row in _of_post(post, whole=whole))
    alike: dict[str, tuple[tuple[Role, ...], list[Doc]]] = {}
    for body in level["bodies"]:
        near = whole or body["body"]["id"] in helping
        if near or body["body"]["body_type"] != "unit":
            yield from (row for post in body["posts"] for row in _of_post(post, whole=near))
            borne = tuple(roles(_shown(body, whole=near)))
            if borne:
                alike.setdefault(repr(borne), (borne, []))[1].append(body)
    yield from (Row("bodies", borne, tuple(bodies)) for borne, bodies in alike.values())
    if level["unnamed"]:
        yield Row("unnamed", (), tuple(level["unnamed"]))


def _of_post(post: Doc, *, whole: bool) -> Iterator[Row]:
    shown = _shown(post, whole=whole)
    if shown or whole:
        yield Row("post", tuple(roles(shown)), (post,))


def _shown(told: Doc, *, whole: bool) -> Sequence[Doc]:
    """The responsibilities that weigh; where none does and all are wanted, all."""
    found: Sequence[Doc] = told["responsibilities"]
    return [one for one in found if one["kind"] in HEAVY] or (found if whole else [])


def roles(found: Sequence[Doc]) -> list[Role]:
    """Responsibilities by their word, in the order of the answer."""
    words: dict[str, list[Doc]] = {}
    for one in found:
        words.setdefault(one["role"], []).append(one)
    return [Role(word, tuple(laid)) for word, laid in words.items()]


def helpers(answer: Doc) -> set[str]:
    """The ids of those who help a place of the chain."""
    return {pairing["helper"]["id"] for level in answer["chain"] for pairing in level["assistance"]}


def posts_in(level: Doc) -> list[Doc]:
    """All posts of a level, those of its bodies too."""
    return [*level["posts"], *(post for body in level["bodies"] for post in body["posts"])]


def sharers(level: Doc, vacant: Doc) -> list[tuple[Role, Doc]]:
    """Who else of this level bears a responsibility of a vacant post, or one that weighs as much."""
    wanted = {(one["system"], one["role"]) for one in vacant["responsibilities"]}
    shared = []
    for post in posts_in(level):
        laid = [
            one
            for one in post["responsibilities"]
            if (one["system"], one["role"]) in wanted or (wanted and one["kind"] in HEAVY)
        ]
        if post["post"]["id"] != vacant["post"]["id"] and post["holders"]:
            shared += [(role, post) for role in roles(laid)]
    return shared


def clauses(answer: Doc) -> list[Doc]:
    """Every rule that the chain cites, once, by instrument and article as the chain first names them."""
    cited: dict[str, dict[str, Any]] = {}
    for level in answer["chain"]:
        bearers = [*posts_in(level), *level["bodies"], {"responsibilities": level["unregistered"]}]
        for found in (one for bearer in bearers for one in bearer["responsibilities"]):
            known = cited.setdefault(found["rule"], {"quote": None, "reading": None, "words": [], **found})
            known |= {name: found[name] for name in ("quote", "reading") if found.get(name)}
            if found["role"] not in known["words"]:
                known["words"].append(found["role"])
    order = [policy["system"] for policy in answer["policies"]]
    return sorted(cited.values(), key=lambda one: order.index(one["system"]) if one["system"] in order else len(order))


def letters_of(holder: Doc) -> tuple[list[Doc], list[Doc], list[Doc]]:
    """A holder's letters: those that bind them that day, those of others they countersigned, those not in force."""
    valid = [one for one in holder["letters"] if one["in_force"] != "no"]
    own = [one for one in valid if one["signed_as"] in OWN]
    theirs = [one for one in valid if one["signed_as"] not in OWN]
    return own, theirs, [one for one in holder["letters"] if one["in_force"] == "no"]


def bearing(letters: Sequence[Doc], path: Container[str]) -> list[Doc]:
    """Of some letters those about a place of the chain, or about no place."""
    return [one for one in letters if one["scope"] is None or one["scope"] in path]


def aside(level: Doc, helping: set[str], place: str) -> tuple[list[Doc], list[Doc]]:
    """The bodies of a level: those that matter for the place asked about, and the others."""
    parted: tuple[list[Doc], list[Doc]] = ([], [])
    for body in level["bodies"]:
        near = _matters(body, helping, own=level["jurisdiction"]["id"] == place)
        parted[0 if near else 1].append(body)
    return parted


def _matters(body: Doc, helping: set[str], *, own: bool) -> bool:
    if own or body["body"]["id"] in helping:
        return True
    if body["body"]["body_type"] == "unit":
        return False
    return any(one["responsibilities"] for one in (body, *body["posts"]))
