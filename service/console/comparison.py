"""What differs between two chains, in words: by level, then by post, body or pairing, one line a statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from service.console import telling, words
from service.console.address import page_of
from service.console.overview import posts_in
from service.console.wording import Wording

Doc = Mapping[str, Any]

WHOLE: Final[Mapping[str, frozenset[str]]] = {
    "appointment": frozenset({"person", "capacity", "certainty", "from", "until", "held_by", "gone_by"}),
    "letter": frozenset({"number", "in_force", "signed_on", "effective_from", "effective_until", "signatures"}),
    "pairing": frozenset({"helper", "kind", "certainty", "from", "until"}),
}
"""What is told of a holder, letter or pairing in one line; other fields have lines of their own."""


@dataclass(frozen=True)
class Line:
    """One statement as it stood on each side; None where there was none."""

    what: str
    before: str | None
    after: str | None


@dataclass
class Thing:
    """A post, body, pairing or place with what differs of it; `path` is its page."""

    kind: str
    label: str
    path: str | None
    gone: bool = False
    """Whether the later side does not tell of it."""
    lines: list[Line] = field(default_factory=list)


@dataclass
class Side:
    """One of the two chains, looked up by id."""

    chain: Sequence[Doc]
    levels: dict[str, Doc] = field(default_factory=dict)
    posts: dict[str, Doc] = field(default_factory=dict)
    bodies: dict[str, Doc] = field(default_factory=dict)
    held: dict[str, tuple[Doc, Doc]] = field(default_factory=dict)
    """Appointment to its post and itself."""
    letters: dict[tuple[str, str], tuple[Doc, Doc, Doc]] = field(default_factory=dict)
    """Letter and the appointment it is told under to post, holder and letter."""
    pairings: dict[str, Doc] = field(default_factory=dict)
    place_of: dict[str, str] = field(default_factory=dict)
    """Anything of it to the place of its level."""

    def __post_init__(self) -> None:
        for level in self.chain:
            place = level["jurisdiction"]["id"]
            self.levels[place] = level
            self.bodies |= {body["body"]["id"]: body for body in level["bodies"]}
            self.pairings |= {one["pairing"]: one for one in level["assistance"]}
            for post in posts_in(level):
                self._take(post)
            mine = [*self.posts, *self.bodies, *self.pairings, *self.held, place]
            self.place_of |= {one: place for one in mine if one not in self.place_of}

    def _take(self, post: Doc) -> None:
        self.posts[post["post"]["id"]] = post
        for held in post["holders"]:
            self.held[held["appointment"]] = (post, held)
            for letter in held["letters"]:
                if letter["in_force"] != "no":
                    self.letters.setdefault((letter["id"], held["appointment"]), (post, held, letter))

    @property
    def names(self) -> dict[str, str]:
        """What is called by a name in this chain, by id."""
        things = [level["jurisdiction"] for level in self.levels.values()]
        things += [{"id": one["post"]["id"], "name": one["post"]["title"]} for one in self.posts.values()]
        things += [body["body"] for body in self.bodies.values()]
        things += [one["helper"] for one in self.pairings.values()]
        things += [held["person"] for _, held in self.held.values() if held["person"] is not None]
        return {one["id"]: one["name"] for one in things if one["name"]}


@dataclass
class Comparison:
    """Two chains, and the differences the API found between them."""

    before: Side
    after: Side
    titles: Mapping[str, str]
    language: str

    def levels(self, differences: Sequence[Doc]) -> list[tuple[Doc, list[Thing]]]:
        """Each level of either side, from the top down, with the things that differ in it."""
        things: dict[str, dict[str, Thing]] = {}
        for (kind, one, appointment), said in _grouped(differences).items():
            found = self._thing(kind, one, appointment)
            if found is not None:
                place, thing = found
                kept = things.setdefault(place, {}).setdefault(thing.path or thing.label, thing)
                kept.lines += self._lines(kind, one, appointment, said)
        order = self.after.levels | {
            key: one for key, one in self.before.levels.items() if key not in self.after.levels
        }
        return [(level, list(things[place].values())) for place, level in order.items() if place in things]

    def whole(self, differences: Sequence[Doc]) -> list[Line]:
        """What is said of the chain as a whole, but for the way down it."""
        said = [one for one in differences if one["kind"] == "chain" and one["field"] != "jurisdictions"]
        return [self._line(one) for one in said]

    def path(self, differences: Sequence[Doc]) -> tuple[list[str], list[str]] | None:
        """The names on the way down on each side, where it is another way."""
        for one in differences:
            if one["kind"] == "chain" and one["field"] == "jurisdictions":
                return self._names(self.before, one["before"]), self._names(self.after, one["after"])
        return None

    def _names(self, side: Side, ids: Sequence[str] | None) -> list[str]:
        return [str(side.levels[one]["jurisdiction"]["name"] or one) for one in ids or () if one in side.levels]

    def _either(self, name: str, one: Any) -> Any:
        return getattr(self.after, name).get(one) or getattr(self.before, name).get(one)

    def _thing(self, kind: str, one: str, appointment: str) -> tuple[str, Thing] | None:
        """Where a difference is told: the place of the level, and under what."""
        if kind in ("appointment", "letter"):
            held = self._either("held", appointment or one)
            if held is None:
                return None
            kind, one = "post", held[0]["post"]["id"]
        place = self._either("place_of", one)
        if place is None:
            return None
        if kind == "pairing":
            return place, Thing("pairing", self._zh("结对帮扶", "pairings"), None)
        if kind == "post":
            name = self._either("posts", one)["post"]["title"]
        elif kind == "body":
            name = self._either("bodies", one)["body"]["name"]
        else:
            name = self._either("levels", one)["jurisdiction"]["name"]
        return place, Thing(kind, name or one, page_of(kind, one), gone=one not in self.after.place_of)

    def _lines(self, kind: str, one: str, appointment: str, said: Sequence[Doc]) -> Iterator[Line]:
        if kind == "appointment":
            yield from self._told(self._zh("任职", "holder"), kind, said, self._sides("held", one))
        elif kind == "letter":
            yield from self._told(self._zh("责任书", "letter"), kind, said, self._sides("letters", (one, appointment)))
        elif kind == "pairing":
            yield from self._told(self._zh("结对", "pairing"), kind, said, self._sides("pairings", one))
        else:
            there = [side is not None for side in self._sides(self._of(kind), one)]
            if not all(there):
                gone = [None if not is_there else self._stands(kind, one) for is_there in there]
                yield Line(self._zh("列出", "listed"), gone[0], gone[1])
                return
            values = {found["field"]: (found["before"], found["after"]) for found in said}
            for found in said:
                # Without stand-ins the substantive vacancy is the vacancy: it is told once.
                if found["field"] != "substantive_vacancy" or values.get("vacancy") != values["substantive_vacancy"]:
                    yield self._line(found)

    def _sides(self, name: str, one: Any) -> list[Any]:
        return [getattr(side, name).get(one) for side in (self.before, self.after)]

    def _of(self, kind: str) -> str:
        return {"post": "posts", "body": "bodies", "jurisdiction": "levels"}[kind]

    def _stands(self, kind: str, one: str) -> str:
        if kind == "post":
            return telling.post_told(self._either("posts", one), self.language)
        return self._zh("在册", "on record")

    def _told(self, what: str, kind: str, said: Sequence[Doc], sides: Sequence[Any]) -> Iterator[Line]:
        """A holder, letter or pairing: as a whole on each side, so that it is read without a puzzle; then the rest."""
        ways: Mapping[str, Callable[[Any], str]] = {
            "appointment": self._held, "letter": self._letter, "pairing": self._pairing,
        }  # fmt: skip
        tell = ways[kind]
        rest = [found for found in said if found["field"] not in WHOLE[kind]]
        if None in sides or len(rest) < len(said):
            yield Line(what, *(None if found is None else tell(found) for found in sides))
        if None not in sides:
            named = self._named(kind, sides[1])
            for found in rest:
                line = self._line(found)
                yield Line(f"{what} {named} · {line.what}", line.before, line.after)

    def _named(self, kind: str, found: Any) -> str:
        if kind == "appointment":
            return telling.person_of(found[1], self.language)
        if kind == "letter":
            return str(found[2]["number"] or found[2]["id"])
        return str(found["helper"]["name"] or found["helper"]["id"])

    def _line(self, found: Doc) -> Line:
        before, after = self._words.sides(found["field"], found["before"], found["after"])
        return Line(self._words.field(found["field"]), before, after)

    @cached_property
    def _words(self) -> Wording:
        return Wording(self.language, self.titles, {**self.before.names, **self.after.names})

    def _held(self, found: tuple[Doc, Doc]) -> str:
        held = found[1]
        parts = (words.name(held["capacity"], self.language), words.name(held["certainty"], self.language))
        return " · ".join((telling.person_of(held, self.language), *parts, telling.period(held, self.language)))

    def _letter(self, found: tuple[Doc, Doc, Doc]) -> str:
        _, held, letter = found
        named = letter["number"] or letter["id"]
        by = telling.person_of(held, self.language)
        return f"{named} ({by}) · {telling.letter_told(letter, self.language)}"

    def _pairing(self, found: Doc) -> str:
        helper, kind = found["helper"], words.name(found["kind"], self.language)
        certain = words.name(found["certainty"], self.language)
        return (
            f"{helper['name'] or helper['id']} · {kind} · {certain} · {found['from'] or '…'} → {found['until'] or '…'}"
        )

    def _zh(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en


def _grouped(differences: Sequence[Doc]) -> dict[tuple[str, str, str], list[Doc]]:
    """The differences of each thing, by kind, id and, of a letter, appointment; posts before what is told there."""
    order = ("jurisdiction", "post", "body", "appointment", "letter", "pairing")
    groups: dict[tuple[str, str, str], list[Doc]] = {}
    for found in sorted((one for one in differences if one["kind"] in order), key=lambda one: order.index(one["kind"])):
        groups.setdefault((found["kind"], found["id"], found.get("appointment", "")), []).append(found)
    return groups
