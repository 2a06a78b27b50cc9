"""A value of an answer as people read it: words for keys and codes, links for what has a page, no JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from service.console import words
from service.console.address import PAGES, page_of
from service.console.amounts import yuan
from service.console.functions import FUNCTIONS
from service.console.kinds import Catalogue
from service.console.sorts import kind_name
from service.console.terms import KEYS, VALUES

Doc = Mapping[str, Any]

MOST: Final = 20
"""So many of a list are told; how many more there are is said."""
_DAY: Final = re.compile(r"\d{4}(-\d{2}){0,2}")
_SORTS: Final[Mapping[str, str]] = {
    **{sort: sort for sort in PAGES},
    "person_id": "person",
    "post_id": "post",
    "posts": "post",
    "bodies": "body",
    "decided_by": "body",
    "unit": "body",
    "lead_body_id": "body",
    "place": "jurisdiction",
    "member": "jurisdiction",
    "letters": "letter",
    "rectifications": "rectification",
}
"""Key to the sort of what its id names. A text that is no id there (`judged_by`: a person) has no such key."""
_NAMING: Final = frozenset({"id", "name", "title", "code", "level", "kind", "functions"})
"""What of a thing is told by its link."""
_TAKEN_BY: Final = ("经办", "by")
"""What `by` is called where it is who took a step, and no day."""
_IDS: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*\d[A-Za-z0-9._:-]*")
_MONEY: Final = frozenset({"amount", "fund", "revenue", "paid", "settled", "increase", "increase_before"})


@dataclass(frozen=True)
class Told:
    """A text, with a link where there is one; or parts, each under its label; or a list."""

    text: str = ""
    href: str | None = None
    entry: int | None = None
    """The position of an entry of the log."""
    parts: tuple[tuple[str, Told], ...] = ()
    items: tuple[Told, ...] = ()
    more: int = 0
    """How many of a list are not told."""


@dataclass(frozen=True)
class Teller:
    """What tells values in a language; `names` are things known by id, which stand nameless elsewhere."""

    language: str
    catalogue: Catalogue
    names: Mapping[str, str] = field(default_factory=dict)

    def key(self, name: str) -> str:
        """What a key is called."""
        reading, equals, value = name.partition("=")
        if equals:
            return f"{reading} = {self._each(value.split('+'))}"
        if name in KEYS:
            return words.pick(KEYS[name], self.language)
        titled = self.catalogue.fields.get(name) if self._zh else None
        return self.word(name) if titled is None else titled.removesuffix("编号")

    def word(self, value: str, key: str | None = None) -> str:
        """What a code is called; the code itself where it has no name. `not-posted:accepted` is told in both parts."""
        head, colon, tail = value.partition(":")
        if colon and head in VALUES:
            return f"{words.pick(VALUES[head], self.language)}:{self.word(tail, key)}"
        found = FUNCTIONS.get(value) if key in ("function", "functions", "what") else None
        found = found or VALUES.get(value) or FUNCTIONS.get(value)
        if self._zh:
            catalogued = self.catalogue.value(key, value)
            return catalogued or (found[0] if found is not None else words.name(value, self.language))
        if value in self.catalogue.kinds:
            return kind_name(value, self.language)
        return found[1] if found is not None else words.name(value, self.language)

    @property
    def _nobody(self) -> Told:
        return Told(words.pick(("无人", "nobody"), self.language))

    @property
    def _zh(self) -> bool:
        return self.language == "zh"

    @property
    def _and(self) -> str:
        return "、" if self._zh else ", "

    def _each(self, codes: Iterable[str]) -> str:
        return self._and.join(self.word(one) for one in codes)

    def told(self, value: Any, key: str | None = None) -> Told:
        """A value, whatever it is made of; `key` is what it stands under."""
        if value is None:
            return Told("—")
        if isinstance(value, bool):
            return Told(words.name("yes" if value else "no", self.language))
        if isinstance(value, str):
            return self._text(value, key)
        if isinstance(value, Mapping):
            return self._thing(value, key)
        if isinstance(value, Sequence):
            return self._list(value, key)
        return Told(str(value), entry=value if key == "position" else None)

    def _text(self, value: str, key: str | None) -> Told:
        if key is not None and key in _SORTS and _IDS.fullmatch(value):
            return Told(self.names.get(value, value), page_of(_SORTS[key], value))
        if key in _MONEY:
            return Told(yuan(value))
        return Told(self.names.get(value) or self.word(value, key))

    def _thing(self, value: Doc, key: str | None) -> Told:
        """Something with a name and a page, an entry of the log, or parts with labels."""
        if not value:
            return Told("—")
        name = value.get("name") or value.get("title")
        rest = {label: one for label, one in value.items() if label not in _NAMING}
        if "id" in value and ("name" in value or "title" in value):
            linked = Told(str(name or value["id"]), _page(value, key))
            return linked if not rest else Told(parts=(("", linked), *self._parts(rest)))
        if isinstance(value.get("person"), str) and "name" in value:
            person = Told(str(name or value["person"]), page_of("person", value["person"]))
            rest.pop("person")
            return Told(parts=(("", person), *self._parts(rest)))
        if "position" in value and "type" in value:
            said = [self.word(str(value["type"])), *([str(value["on"])] if value.get("on") else [])]
            first = Told(" ".join(said), entry=value["position"])
            rest = {label: one for label, one in value.items() if label not in ("type", "on", "position", "id")}
            return first if not rest else Told(parts=(("", first), *self._parts(rest)))
        return Told(parts=tuple(self._parts(value)))

    def _parts(self, value: Doc) -> Iterable[tuple[str, Told]]:
        shown = {name: one for name, one in value.items() if one not in (None, [], {}) or name == "person"}
        return [
            (self._label(name, one), self.told(one, name) if one is not None else self._nobody)
            for name, one in shown.items()
        ]

    def _label(self, name: str, value: Any) -> str:
        """What a part is called: as its key, but for who took a step, which stands under `by` as a day does."""
        taken = name == "by" and not isinstance(value, str)
        return words.pick(_TAKEN_BY, self.language) if taken else self.key(name)

    def _list(self, value: Sequence[Any], key: str | None) -> Told:
        if not value:
            return Told("—")
        if len(value) == 2 and all(isinstance(one, str) and _DAY.fullmatch(one) for one in value):
            return Told(f"{value[0]} – {value[1]}")
        if len(value) == 2 and all(isinstance(one, int) for one in value) and key in KEYS:
            return Told(f"{value[0]} – {value[1]}")
        told = tuple(self.told(one, key) for one in value[:MOST])
        more = max(0, len(value) - MOST)
        if all(one.text and one.href is None and one.entry is None for one in told) and not more:
            return Told(self._and.join(one.text for one in told))
        return Told(items=told, more=more)


def _page(value: Doc, key: str | None) -> str | None:
    """The page of a thing: as what it says it is, as what its other marks show, else as its key tells."""
    kind = value.get("kind")
    if "title" in value:
        kind = "post"
    elif "level" in value and kind not in PAGES:  # a body and a post told with where they are have one too
        kind = "jurisdiction"
    return page_of(_SORTS.get(str(kind)) or _SORTS.get(key or ""), str(value["id"]))


def names_of(item: Doc) -> dict[str, str]:
    """Names of the things that an item shows anywhere, by id: what else names one of these ids is told by name."""
    found: dict[str, str] = {}

    def look(value: Any) -> None:
        if isinstance(value, Mapping):
            name = value.get("name") or value.get("title")
            own = value.get("id", value.get("person"))
            if name and isinstance(own, str):
                found.setdefault(own, str(name))
            for one in value.values():
                look(one)
        elif isinstance(value, list):
            for one in value:
                look(one)

    look(item)
    return found
