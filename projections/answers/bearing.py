"""What a post lays on its holder over a tenure: each responsibility with the days on which it may have been borne.

A tenure is cut on every day on which something turns that decides it: its own bounds, the days of the post and
of its body, what the place and all above it were called and belonged to, and the dates of the instruments. On
each stretch the holder answers for what the chain says of the post on its first day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from projections.answers.territory import Path, Place, Tree, history_of, nearest, path_in, place_of_post
from projections.answers.turns import turns_of
from projections.policies.matching import Responsibility, Subject, responsibilities_of_post
from projections.policies.pack import Pack
from projections.rows import Found, Reader
from projections.tenure import ALWAYS, NEVER, Bounds, day_before, next_day, on_record


@dataclass(frozen=True, slots=True)
class Office:
    """A post, its body, and its place over time."""

    post: Found
    body: Found | None
    """The body that the post is of; None too where that is not known."""
    place_id: str | None
    tree: Tree
    """The rows of the place and of all that ever stood above it."""

    def place_on(self, day: str) -> dict[str, Any] | None:
        """The place on a day, else as of the nearest; its id alone where it is not known."""
        if self.place_id is None:
            return None
        if self.place_id not in self.tree:
            return {"id": self.place_id, "code": None, "name": None, "level": None}
        return Place(self.place_id, nearest(self.tree[self.place_id], day).doc).brief

    def lays(self, packs: Sequence[Pack], day: str) -> list[Responsibility]:
        """What the post lays on its holder on a day: nothing where it, its body or its place is not on record."""
        doc, path = self.post.doc, Path()
        if not self._on_record(day):
            return []
        if self.place_id is not None and self.place_id in self.tree:
            path = path_in(self.tree, self.place_id, day)
            if not path.places:
                return []
        level = path.places[-1].doc["level"] if path.places else None
        subject = Subject(level, tuple(doc["functions"]), doc["title"], path.codes, doc["body_id"] is not None)
        return responsibilities_of_post(packs, subject, date.fromisoformat(day))

    def turns(self, appointment: Found, packs: Sequence[Pack]) -> list[str]:
        """The days on which what it lays on the holder of an appointment may change, in order."""
        rows = [row for rows in self.tree.values() for row in rows]
        spans = [row.doc for row in (self.post, self.body, *rows) if row is not None]
        return turns_of([*spans, *(span for pack in packs for span in _spans(pack))], [appointment])

    def _on_record(self, day: str) -> bool:
        owners = [self.post] if self.post.doc["body_id"] is None else [self.post, self.body]
        return all(row is not None and on_record(row.doc["from"], row.doc["until"], day) for row in owners)


def _spans(pack: Pack) -> Iterator[Mapping[str, str]]:
    """The first and the last possible day of an instrument's entry into force, and of its end."""
    for span in (pack.start, pack.end):
        yield {"from": span.first.isoformat(), "until": span.last.isoformat()}


async def offices_of(reader: Reader, posts: Collection[Found]) -> dict[str, Office]:
    """Each post by its id, with its body and its place over time."""
    places = {post.entity_id: await place_of_post(reader, post) for post in posts}
    tree = await history_of(reader, {place for place in places.values() if place is not None})
    named = {post.doc["body_id"] for post in posts} - {None}
    bodies = {row.entity_id: row for row in await reader.of("body", named)}
    return {
        post.entity_id: Office(post, bodies.get(post.doc["body_id"]), places[post.entity_id], tree) for post in posts
    }


def days_asked(bounds: Bounds, since: str | None, until: str | None, valid_at: str) -> tuple[str, str]:
    """The days [first, end) of a tenure that are asked about; to `valid_at`, inclusive, while it is open."""
    first, end = min(bounds.s0, bounds.s1), max(bounds.e0, bounds.e1)
    if end >= NEVER and until is None:
        end = next_day(valid_at)
    return max(first, since or ALWAYS), min(end, until or NEVER)


def borne(office: Office, appointment: Found, days: tuple[str, str], packs: Sequence[Pack]) -> list[dict[str, Any]]:
    """What the holder of an appointment answered for on days [first, end), and `from` and `to` of each, inclusive.

    By the first of these days, null where it is not known. What lapsed and came again is there twice.
    """
    bounds, (first, end) = Bounds.of_doc(appointment.doc), days
    cuts = [first, *(day for day in office.turns(appointment, packs) if first < day < end), end]
    found: list[tuple[Responsibility, list[str]]] = []
    going: dict[tuple[Any, ...], list[str]] = {}
    for since, until in pairwise(cuts if first < end else ()):
        laid = office.lays(packs, since) if bounds.certainty(since) != "no" else []
        last, going = going, {}
        for key, one in {tuple(one.values()): one for one in laid}.items():
            going[key] = last.get(key) or [since, until]
            going[key][1] = until
            if key not in last:
                found.append((one, going[key]))
    return [
        {**one, "from": since if since > ALWAYS else None, "to": day_before(until)} for one, (since, until) in found
    ]
