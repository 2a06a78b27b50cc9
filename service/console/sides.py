"""Two states of one chain side by side: each post, body and pairing in lines, and which lines differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.console import telling, words
from service.console.address import page_of

Doc = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """What is said on one side, and whether the other side does not say it."""

    text: str
    differs: bool


@dataclass(frozen=True)
class Row:
    """One thing of a chain on both sides."""

    key: str
    label: str
    href: str | None
    before: Sequence[Line]
    after: Sequence[Line]
    minor: bool = False
    """Whether it need not be shown where nothing differs."""
    alike: int = 0
    """How many letters both sides tell in the same words; they are not listed."""

    @property
    def changed(self) -> bool:
        """Whether the sides differ."""
        return any(line.differs for line in (*self.before, *self.after))


@dataclass(frozen=True)
class Rank:
    """One level of the chain."""

    level: str
    name: str
    href: str | None
    rows: Sequence[Row]


@dataclass
class _Thing:
    label: str
    href: str | None
    said: list[list[str]] = field(default_factory=lambda: [[], []])
    letters: list[list[str]] = field(default_factory=lambda: [[], []])


def sides(before: Doc | None, after: Doc | None, language: str) -> list[Rank]:
    """The chains of one place, both or one of them None where the place was not known."""
    ranks: dict[str, tuple[str, str, dict[str, _Thing]]] = {}
    for side, answer in enumerate((before, after)):
        for level in [] if answer is None else answer["chain"]:
            place = level["jurisdiction"]
            _, _, things = ranks.setdefault(place["id"], (level["level"], place["name"] or place["id"], {}))
            for key, label, href, lines, letters in _things(level, language):
                thing = things.setdefault(key, _Thing(label, href))
                thing.said[side], thing.letters[side] = lines, letters
    order = [one["jurisdiction"]["id"] for answer in (after, before) if answer is not None for one in answer["chain"]]
    return [
        Rank(
            ranks[one][0], ranks[one][1], page_of("jurisdiction", one), [_row(*each) for each in ranks[one][2].items()]
        )
        for one in dict.fromkeys(order)
    ]


def _row(key: str, thing: _Thing) -> Row:
    alike = set(thing.letters[0]) & set(thing.letters[1])
    old, new = (
        [*said, *(one for one in letters if one not in alike)]
        for said, letters in zip(thing.said, thing.letters, strict=True)
    )
    before, after = [Line(one, one not in new) for one in old], [Line(one, one not in old) for one in new]
    return Row(key, thing.label, thing.href, before, after, not key.startswith("post-"), len(alike))


def _things(level: Doc, language: str) -> Iterator[tuple[str, str, str | None, list[str], list[str]]]:
    """Everything of a level: key, label, page, what is said of it, and of its letters."""
    place = level["jurisdiction"]
    label = "区划" if language == "zh" else "place"
    yield f"place-{place['id']}", label, None, [f"{place['name'] or place['id']} {place['code'] or ''}".strip()], []
    for post in level["posts"]:
        yield _post(post, language)
    for body in level["bodies"]:
        told = body["body"]
        on_record = "在册" if language == "zh" else "on record"
        yield f"body-{told['id']}", told["name"] or told["id"], page_of("body", told["id"]), [on_record], []
        for post in body["posts"]:
            yield _post(post, language)
    for pairing in level["assistance"]:
        helper = pairing["helper"]
        label = "结对帮扶" if language == "zh" else "assisted by"
        span = f"{pairing['from'] or '…'} → {pairing['until'] or '…'}"
        said = f"{helper['name'] or helper['id']} · {words.name(pairing['certainty'], language)} · {span}"
        yield f"pairing-{pairing['pairing']}", label, None, [said], []


def _post(post: Doc, language: str) -> tuple[str, str, str | None, list[str], list[str]]:
    """A post: how it stands, each holder, and each letter of theirs that is or may be in force."""
    lines, letters = [telling.post_told({**post, "holders": []}, language)], []
    for held in post["holders"]:
        who = telling.person_of(held, language)
        capacity, certainty = words.name(held["capacity"], language), words.name(held["certainty"], language)
        lines.append(f"{who} · {capacity} · {certainty} · {telling.period(held, language)}")
        letters += [
            f"{letter['number'] or letter['id']} · {telling.letter_told(letter, language)}"
            for letter in held["letters"]
            if letter["in_force"] != "no"
        ]
    told = post["post"]
    return f"post-{told['id']}", told["title"] or told["id"], page_of("post", told["id"]), lines, letters
