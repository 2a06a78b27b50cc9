"""What differs between two chains, in words: by level, then by post, body or pairing, one line a statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from service.console import telling, words
from service.console.address import page_of
from service.console.overview import posts_in
from service.console.words import Pair

Doc = Mapping[str, Any]

FIELDS: Final[Mapping[str, Pair]] = {
    "bearer_of": ("责任", "responsibilities"),
    "capacity": ("任职方式", "capacity"),
    "certainty": ("确定性", "certainty"),
    "code": ("代码", "code"),
    "counterparty": ("对方", "counterparty"),
    "countersigned": ("会签", "countersigned"),
    "from": ("起", "from"),
    "functions": ("职能", "functions"),
    "gone_by": ("不晚于此日离任", "gone by"),
    "held_by": ("不晚于此日到任", "in office by"),
    "helper": ("帮扶方", "helper"),
    "in_force": ("当日效力", "in force that day"),
    "jurisdictions": ("隶属路径", "path"),
    "kind": ("种类", "kind"),
    "level": ("层级", "level"),
    "name": ("名称", "name"),
    "of": ("所属", "belongs to"),
    "person": ("任职人", "holder"),
    "post": ("岗位", "post"),
    "responsibilities": ("责任", "responsibilities"),
    "seats": ("席位", "seats"),
    "signed_on": ("签订日期", "signed on"),
    "status": ("状态", "status"),
    "substantive": ("实任状态", "substantive status"),
    "title": ("岗位名称", "title"),
    "until": ("止", "until"),
    "vacancy": ("空缺", "vacancy"),
}
"""What the statements that the API compares are called."""
IMPLIED: Final = frozenset({"post", "of"})
"""Said by where a line stands, so not told of a holder who came or went."""


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
    letters: dict[str, tuple[Doc, Doc, Doc]] = field(default_factory=dict)
    """Letter to the first post it is told under, its holder there, and itself."""
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
            mine = [*self.posts, *self.bodies, *self.pairings, *self.held, *self.letters, place]
            self.place_of |= {one: place for one in mine if one not in self.place_of}

    def _take(self, post: Doc) -> None:
        self.posts[post["post"]["id"]] = post
        for held in post["holders"]:
            self.held[held["appointment"]] = (post, held)
            for letter in held["letters"]:
                if letter["in_force"] != "no":
                    self.letters.setdefault(letter["id"], (post, held, letter))


@dataclass(frozen=True)
class Comparison:
    """Two chains, and the differences the API found between them."""

    before: Side
    after: Side
    titles: Mapping[str, str]
    language: str

    def levels(self, differences: Sequence[Doc]) -> list[tuple[Doc, list[Thing]]]:
        """Each level of either side, from the top down, with the things that differ in it."""
        things: dict[str, dict[str, Thing]] = {}
        for (kind, one), said in _grouped(differences).items():
            found = self._thing(kind, one)
            if found is not None:
                place, thing = found
                kept = things.setdefault(place, {}).setdefault(thing.path or thing.label, thing)
                kept.lines += self._lines(kind, one, said)
        order = self.after.levels | {
            key: one for key, one in self.before.levels.items() if key not in self.after.levels
        }
        return [(level, list(things[place].values())) for place, level in order.items() if place in things]

    def path(self, differences: Sequence[Doc]) -> tuple[list[str], list[str]] | None:
        """The names on the way down on each side, where it is another way."""
        for one in differences:
            if one["kind"] == "chain":
                return self._names(self.before, one["before"]), self._names(self.after, one["after"])
        return None

    def _names(self, side: Side, ids: Sequence[str] | None) -> list[str]:
        return [str(side.levels[one]["jurisdiction"]["name"] or one) for one in ids or () if one in side.levels]

    def _either(self, name: str, one: str) -> Any:
        return getattr(self.after, name).get(one) or getattr(self.before, name).get(one)

    def _thing(self, kind: str, one: str) -> tuple[str, Thing] | None:
        """Where a difference is told: the place of the level, and under what."""
        place = self._either("place_of", one)
        if place is None:
            return None
        if kind in ("appointment", "letter"):
            kind, one = "post", self._either("held" if kind == "appointment" else "letters", one)[0]["post"]["id"]
        if kind == "post":
            post = self._either("posts", one)["post"]
            return place, Thing("post", post["title"] or one, page_of("post", one))
        if kind == "body":
            return place, Thing("body", self._either("bodies", one)["body"]["name"] or one, page_of("body", one))
        if kind == "pairing":
            return place, Thing("pairing", self._zh("结对帮扶", "pairings"), None)
        name = self._either("levels", one)["jurisdiction"]["name"]
        return place, Thing("jurisdiction", name or one, page_of("jurisdiction", one))

    def _lines(self, kind: str, one: str, said: Sequence[Doc]) -> Iterator[Line]:
        if kind == "appointment":
            yield from self._whole(self._zh("任职", "holder"), one, "held", self._held, said)
        elif kind == "letter":
            yield from self._whole(self._zh("责任书", "letter"), one, "letters", self._letter, said)
        elif kind == "pairing":
            yield from self._whole(self._zh("结对", "pairing"), one, "pairings", self._pairing, said)
        else:
            there = [getattr(side, self._of(kind)).get(one) is not None for side in (self.before, self.after)]
            if not all(there):
                gone = [None if not is_there else self._stands(kind, one) for is_there in there]
                yield Line(self._zh("列出", "listed"), gone[0], gone[1])
                return
            for found in said:
                yield Line(
                    self._field(found["field"]),
                    self._value(found["field"], found["before"]),
                    self._value(found["field"], found["after"]),
                )

    def _of(self, kind: str) -> str:
        return {"post": "posts", "body": "bodies", "jurisdiction": "levels"}[kind]

    def _stands(self, kind: str, one: str) -> str:
        if kind == "post":
            return telling.post_told(self._either("posts", one), self.language)
        return self._zh("在册", "on record")

    def _whole(self, what: str, one: str, name: str, tell: Any, said: Sequence[Doc]) -> Iterator[Line]:
        """A holder, letter or pairing: as a whole on each side, so that it is read without a puzzle."""
        if all(found["field"] in IMPLIED for found in said) and len(said) > 1:
            return
        sides = [getattr(side, name).get(one) for side in (self.before, self.after)]
        yield Line(what, *(None if found is None else tell(found) for found in sides))

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

    def _field(self, name: str) -> str:
        return self._zh(*FIELDS.get(name, (name, name)))

    def _value(self, name: str, value: Any) -> str | None:
        if value is None:
            return None
        if name == "vacancy":
            return telling.vacancy_told(value, self.language)
        if name == "responsibilities":
            return self._zh("、", ", ").join(self._roles(value)) or self._zh("无", "none")
        if isinstance(value, bool):
            return words.name("yes" if value else "no", self.language)
        if isinstance(value, list):
            return self._zh("、", ", ").join(map(str, value))
        return words.name(value, self.language)

    def _roles(self, told: Sequence[str]) -> Iterator[str]:
        for one in told:
            system, _, role = one.split(" ", 2)
            yield f"{role}(《{self.titles.get(system, system)}》)"

    def _zh(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en


def _grouped(differences: Sequence[Doc]) -> dict[tuple[str, str], list[Doc]]:
    """The differences of each thing: posts and bodies before what is told under them."""
    order = ("jurisdiction", "post", "body", "appointment", "letter", "pairing")
    groups: dict[tuple[str, str], list[Doc]] = {}
    for found in sorted((one for one in differences if one["kind"] in order), key=lambda one: order.index(one["kind"])):
        groups.setdefault((found["kind"], found["id"]), []).append(found)
    return groups
