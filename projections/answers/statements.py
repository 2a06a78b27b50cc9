"""What a chain states, one statement at a time: every field of every thing in it, whatever fields it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

Doc = Mapping[str, Any]

LEFT_OUT: Final = frozenset(
    {"evidence", "position", "recorded_at", "corrected_by", "registered_at_position", "revoked_at_position"}
)
"""Where in the log something is recorded: the same said again by another entry is no difference."""
ROLES: Final = frozenset({"responsibilities", "unregistered", "unnamed"})
"""Fields that list roles of policy packs, each told as system, rule and word: the rest of it stands in its pack."""


class Key(NamedTuple):
    """What a statement is about. The field of a letter is of one holder's signature, for several may have signed it."""

    kind: str
    id: str
    field: str
    appointment: str = ""
    again: int = 0
    """Counts the times that one holder is told a letter before: as who signed it, and as for whose post."""


@dataclass(slots=True)
class Statements:
    """What is said in one answer."""

    said: dict[Key, Any] = field(default_factory=dict)
    facts: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    """(kind, id) to the positions of the entries behind it."""
    holders: dict[str, str] = field(default_factory=dict)
    """Appointment to the id of its person, where one is on record."""
    _told: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, answer: Doc) -> Statements:
        """What an answer of `projections.answers.chain` says, or one with an empty chain alone."""
        found = cls()
        found.said[Key("chain", "path", "jurisdictions")] = [one["jurisdiction"]["id"] for one in answer["chain"]]
        found.said[Key("chain", "path", "flags")] = plain(answer.get("flags", []))
        policies = [f"{one['system']} {one['in_force']}" for one in answer.get("policies", [])]
        found.said[Key("chain", "path", "policies")] = policies
        for level in answer["chain"]:
            found._level(level)
        return found

    def _level(self, level: Doc) -> None:
        place = level["jurisdiction"]["id"]
        self._take("jurisdiction", place, level["jurisdiction"], but=("id",))
        self._take("jurisdiction", place, level, but=("level", "jurisdiction", "posts", "bodies", "assistance"))
        for post in level["posts"]:
            self._post(post, place)
        for body in level["bodies"]:
            self._body(body, place)
        for pairing in level["assistance"]:
            self._take("pairing", pairing["pairing"], {**pairing, "of": place}, but=("pairing",))

    def _body(self, shown: Doc, place: str) -> None:
        body = shown["body"]["id"]
        self._take("body", body, {**shown["body"], "of": place}, but=("id",))
        self._take("body", body, shown, but=("body", "posts"))
        for post in shown["posts"]:
            self._post(post, body)

    def _post(self, shown: Doc, owner: str) -> None:
        post = shown["post"]["id"]
        self._take("post", post, {**shown["post"], "of": owner}, but=("id",))
        self._take("post", post, shown, but=("post", "holders"))
        for held in shown["holders"]:
            self._holder(held, post)

    def _holder(self, held: Doc, post: str) -> None:
        appointment = held["appointment"]
        self._take("appointment", appointment, {**held, "post": post}, but=("appointment", "letters"))
        if held["person"] is not None:
            self.holders[appointment] = held["person"]["id"]
        # A letter that is not in force that day says nothing of it, whenever it was recorded.
        for letter in (found for found in held["letters"] if found["in_force"] != "no"):
            again = self._told[letter["id"], appointment]
            self._told[letter["id"], appointment] += 1
            self._take("letter", letter["id"], letter, but=("id",), appointment=appointment, again=again)

    def _take(
        self, kind: str, one: str, doc: Doc, *, but: Iterable[str], appointment: str = "", again: int = 0
    ) -> None:
        self.facts.setdefault((kind, one), set()).update(entry["position"] for entry in doc.get("evidence", ()))
        for name in doc.keys() - LEFT_OUT - set(but):
            value = [_role(role) for role in doc[name]] if name in ROLES else plain(doc[name])
            self.said[Key(kind, one, name, appointment, again)] = value


def plain(value: Any) -> Any:
    """A value without what is left out, however deep that stands in it."""
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items() if name not in LEFT_OUT}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def _role(role: Doc) -> str:
    return " ".join(role[name] for name in ("system", "rule", "role") if name in role)
