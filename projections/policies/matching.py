"""What the policy packs lay on one post or body on one day, and what they name at a level of the tree.

Pure: the caller brings the packs and, as a `Subject`, what the log has on record. Every answer lists packs in
the order of their systems and roles in the order of the pack, and leaves out packs that do not apply at the
place or are not in force that day (`policies_of` alone shows the latter too).

What a pack lays on a post depends on little of the day and the place, so it is found once and kept: the roles
in an answer are shared between answers, and callers leave them as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Literal, TypedDict

from projections.policies.pack import InForce, Only, Pack, Pattern, Role

MatchedBy = Literal["function", "title"]

KEPT: Final = 8192
"""How many answers of each kind are kept; titles, which are free text, are the most various part of a question."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A post or a body as the log has it on the day asked about.

    `level` is that of the jurisdiction it belongs to, None where unknown; `codes` are those in force that day
    of that jurisdiction and of all above it; `title` is the title of a post or the name of a body; `in_body`
    is true for bodies and for the posts of bodies.
    """

    level: str | None
    functions: tuple[str, ...]
    title: str | None
    codes: frozenset[str]
    in_body: bool


class ToldRole(TypedDict):
    """A role as its pack has it. Roles of kind `post` name a post without laying anything on it."""

    role: str
    kind: str
    scope: str
    system: str
    rule: str
    article: str
    force: str
    quote: str
    in_force: InForce
    reading: str | None


class Responsibility(ToldRole):
    """A role that the subject bears."""

    matched_by: MatchedBy


class NamedRole(ToldRole):
    """A role that a pack names at a level, whether or not anybody is on record there."""

    bearer: str
    functions: list[str]
    post_holders: str


class UnnamedRole(TypedDict):
    """A word of responsibility that a pack uses and attaches to nobody at a level."""

    role: str
    system: str
    kind: str
    reading: str


class Policy(TypedDict):
    """A pack that applies at a place, in force or not."""

    system: str
    digest: str
    in_force: InForce
    title: str
    status: str


def applies(pack: Pack, codes: frozenset[str]) -> bool:
    """Whether the pack's place holds a jurisdiction that, with all above it, bears these codes."""
    return not pack.place.codes or _within(pack.place.codes, codes)


def responsibilities_of_post(packs: Iterable[Pack], subject: Subject, on: date) -> list[Responsibility]:
    """The roles that the packs lay on a post."""
    return _responsibilities(packs, subject, on, "post")


def responsibilities_of_body(packs: Iterable[Pack], subject: Subject, on: date) -> list[Responsibility]:
    """The roles that the packs lay on a body."""
    return _responsibilities(packs, subject, on, "body")


def unnamed_at(packs: Iterable[Pack], level: str, codes: frozenset[str], on: date) -> list[UnnamedRole]:
    """The words that a pack uses and attaches to nobody at this level of this place."""
    return [said for pack, _ in _holding(tuple(packs), codes, on) for said in _unnamed(pack, level)]


@lru_cache(KEPT)
def _unnamed(pack: Pack, level: str) -> list[UnnamedRole]:
    return [
        {"role": silence.role, "system": pack.system, "kind": silence.kind, "reading": silence.reading}
        for silence in pack.unnamed
        if level in silence.levels
    ]


def named_at(packs: Iterable[Pack], level: str, codes: frozenset[str], on: date) -> list[NamedRole]:
    """The roles that the packs name at this level of this place, whoever bears them.

    Roles that only a title can tell are left out: that nobody is on record for them cannot be said.
    """
    return [
        named
        for pack, in_force in _holding(tuple(packs), codes, on)
        for named in _named(pack, in_force, level, _told_apart(pack, codes))
    ]


@lru_cache(KEPT)
def _named(pack: Pack, in_force: InForce, level: str, codes: frozenset[str]) -> list[NamedRole]:
    return [
        {
            **_told(role, pack, in_force),
            "bearer": role.bearer,
            "functions": list(role.functions),
            "post_holders": role.post_holders,
        }
        for role in pack.roles
        if role.level == level and role.functions and not role.only.titles
        if _allows_place(role.only, level, codes)
    ]


def policies_of(packs: Iterable[Pack], codes: frozenset[str], on: date) -> list[Policy]:
    """The packs that apply at the place, with those not in force that day."""
    return [
        {
            "system": pack.system,
            "digest": pack.digest,
            "in_force": pack.in_force(on),
            "title": pack.instrument.title,
            "status": pack.instrument.status,
        }
        for pack in _ordered(packs)
        if applies(pack, codes)
    ]


def _responsibilities(packs: Iterable[Pack], subject: Subject, on: date, bearer: str) -> list[Responsibility]:
    found: list[Responsibility] = []
    level, functions, in_body = subject.level, subject.functions, subject.in_body
    for pack, in_force in _holding(tuple(packs), subject.codes, on):
        title = subject.title if pack.tells_titles_apart or not functions else None
        codes = _told_apart(pack, subject.codes)
        found += _laid(pack, in_force, bearer, level, functions, title, codes, in_body)
    return found


@lru_cache(KEPT)
def _laid(
    pack: Pack, in_force: InForce, bearer: str, level: str | None, functions_carried: tuple[str, ...],
    title: str | None, codes: frozenset[str], in_body: bool,
) -> list[Responsibility]:  # fmt: skip
    """The roles of one pack; of the title and the codes it is given what can make a difference."""
    subject = Subject(level, functions_carried, title, codes, in_body)
    functions = frozenset(subject.functions) or _functions_by_title(pack, subject.title)
    matched_by: MatchedBy = "function" if subject.functions else "title"
    return [
        {**_told(role, pack, in_force), "matched_by": matched_by}
        for role in pack.roles
        if role.bearer == bearer and _at_level(role, subject) and _borne(role, subject, functions)
    ]


def _told(role: Role, pack: Pack, in_force: InForce) -> ToldRole:
    return {
        "role": role.role,
        "kind": role.kind,
        "scope": role.scope,
        "system": pack.system,
        "rule": role.rule,
        "article": role.article,
        "force": role.force,
        "quote": role.quote,
        "in_force": in_force,
        "reading": role.reading,
    }


@lru_cache(KEPT)
def functions_of(pack: Pack, carried: tuple[str, ...], title: str | None) -> frozenset[str]:
    """The functions of a post or body under a pack: those it carries, else those its title tells."""
    return frozenset(carried) or _functions_by_title(pack, title)


def holding(packs: Iterable[Pack], codes: frozenset[str], on: date) -> list[tuple[Pack, InForce]]:
    """The packs that apply at the place of these codes and are, or may be, in force that day."""
    return _holding(tuple(packs), codes, on)


def within(place: frozenset[str], codes: frozenset[str]) -> bool:
    """Whether a jurisdiction that, with all above it, bears `codes` lies within one of the six-digit codes."""
    return _within(place, codes)


def _ordered(packs: Iterable[Pack]) -> list[Pack]:
    return sorted(packs, key=lambda pack: pack.system)


@lru_cache(KEPT)
def _holding(packs: tuple[Pack, ...], codes: frozenset[str], on: date) -> list[tuple[Pack, InForce]]:
    """The packs that apply at the place and are, or may be, in force that day."""
    return [
        (pack, in_force) for pack in _ordered(packs) if (in_force := pack.in_force(on)) != "no" and applies(pack, codes)
    ]


def _told_apart(pack: Pack, codes: frozenset[str]) -> frozenset[str]:
    """Of the codes of a place, in six digits, those by which the pack tells places apart."""
    apart = pack.codes_told_apart
    return frozenset(code for code in apart if _within(frozenset((code,)), codes)) if apart else apart


def _within(place: frozenset[str], codes: frozenset[str]) -> bool:
    """Whether one of the codes is of the place; 140000000000 is the twelve-digit form of 140000."""
    return any(code[:6] in place and not code[6:].strip("0") for code in codes)


def _at_level(role: Role, subject: Subject) -> bool:
    if role.level == "person":
        return True
    if role.level == "unit":
        return subject.in_body
    # Organs of the centre stand above the tree that a log holds.
    return role.level != "centre" and role.level == subject.level


def _borne(role: Role, subject: Subject, functions: frozenset[str]) -> bool:
    """Whether the subject is one of those meant.

    A role for which no function code fits is told by its titles, and then, as titles always are, only where
    the subject carries no function.
    """
    if not _allows_place(role.only, subject.level, subject.codes):
        return False
    named = _fits(role.only.titles, subject.title)
    if not role.functions:
        return named and not subject.functions
    return not functions.isdisjoint(role.functions) and (named or not role.only.titles)


def _allows_place(only: Only, level: str | None, codes: frozenset[str]) -> bool:
    return (not only.levels or level in only.levels) and (not only.codes or _within(only.codes, codes))


def _functions_by_title(pack: Pack, title: str | None) -> frozenset[str]:
    return frozenset(function for function, patterns in pack.titles if _fits(patterns, title))


def _fits(patterns: tuple[Pattern, ...], title: str | None) -> bool:
    return title is not None and any(pattern.fullmatch(title) for pattern in patterns)
