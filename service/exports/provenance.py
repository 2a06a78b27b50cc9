"""A log as provenance: PROV-DM (W3C Recommendation 2013-04-30), serialized as PROV-JSON (W3C Submission 2013-04-24).

Every entry is an entity, attributed to its source and to who signed it, generated when it was recorded; a correction
is a revision of what it corrects, and what an annulment names is invalidated. An entry that states a fact as it stands
is a bundle of what it says: the activity, who did it (associated with it) in which role, on whose behalf (a person on
that of the post, a post on that of its body), where, what it used, and what it generated. Whom it was done to is an
attribute: an association would make them responsible. What no longer stands says nothing, so that a reader who flattens
the bundles is told what stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

from events.catalogue.base import Kind
from events.catalogue.registry import find
from events.dated import date_fields
from events.named import Reference, references
from events.standing import ANNULLED, CORRECTED, Standing
from projections.answers.territory import nearest
from projections.duties.parties import DOERS
from projections.folds.registers import OWN, REGISTERS
from projections.memory import MemoryReader
from projections.registry import PROJECTIONS
from service.exports.sections import Sections
from service.exports.uris import local, space

_AGENTS: Final[Mapping[str, str]] = {"person": "prov:Person", "body": "prov:Organization", "post": "zeren:Post"}
_PLACE: Final = "jurisdiction"
_TYPED: Final = (*_AGENTS, _PLACE)
_ACTING: Final = frozenset({"attendees", "objector", "scorers", "witness"})
"""Fields of who acts, besides those by which duties find who did something, and those that end in `_by`."""
_NOT_WHEN: Final = frozenset({"covers_from", "covers_until", "gone_by", "held_by", "valid_from"})
"""Dates that say something else than when it was: bounds, periods, another thing's day."""
_DELEGATES: Final = (("person_id", "post_id"), ("person_id", "body_id"), ("post_id", "body_id"))
"""Fields of one object: who acts, and on behalf of whom or what."""


def _opening() -> Iterator[tuple[str, str]]:
    """Kind to the field of what it generates: the first that is told of a letter, a pairing, a tenure or a matter."""
    for name in ("letter", "pairing", "appointment"):
        kind, fields = next(iter(PROJECTIONS[name].touches.items()))
        yield kind, fields[0]
    for register in REGISTERS.values():
        kind, field = next(iter(register.kinds.items()))
        if field not in (OWN, "jurisdiction_id"):
            yield kind, field


_GENERATED: Final = dict(_opening())


class Known(NamedTuple):
    """What a log knows of an id: the kind of thing, and its name."""

    entity: str
    name: str | None


_UNKNOWN: Final = Known("thing", None)


def holders_of(data: Mapping[str, Any]) -> list[Reference]:
    """The person and the body for whom `data` of `key.registered` registers a key."""
    held = (("person_id", "person"), ("body_id", "body"))
    return [Reference((field,), entity, data[field]) for field, entity in held if data.get(field) is not None]


_NAMED: Final = {"jurisdiction": "name", "person": "name", "post": "title", "body": "name"}
"""What has a name, and the field of its rows that is it."""
KINDS: Final = tuple(sorted({kind for one in _NAMED for kind in PROJECTIONS[one].touches}))
"""The kinds of event by which the log knows names."""


def register_of(reader: MemoryReader, day: str) -> dict[str, Known]:
    """The places, persons, posts and bodies of a log by id, as they stand, places by their names of a day."""
    found: dict[str, Known] = {}
    for entity, name in _NAMED.items():
        for one, rows in groupby(reader.every(entity), lambda row: row.entity_id):
            told = list(rows)
            row = nearest(told, day) if entity == _PLACE else told[0]
            found.setdefault(one, Known(entity, row.doc[name]))
    return found


class Provenance:
    """The provenance of a log's entries, which are added in order."""

    def __init__(
        self, sections: Sections, origin: str, register: Mapping[str, Known], holders: Mapping[int, Sequence[Reference]]
    ) -> None:
        """`holders`: of keys, by the position of their registration."""
        self._sections = sections
        self._register = register
        self._holders = holders
        self._sources: set[str] = set()
        self._things: dict[str, str] = {}
        """Ids to the kind of thing that they are."""
        self._generated: set[str] = set()
        self._invalidated: set[int] = set()
        self._count = 0
        self.prefixes = {
            "zeren": "urn:zeren:prov:",
            **{name: space(origin, name) for name in ("entry", "activity", "id", "source")},
        }

    def add(self, item: Mapping[str, Any], standing: Standing, data: Mapping[str, Any] | None) -> None:
        """Add an entry as the API tells it, with what holds of its fact, and the data that stands if it is one."""
        position, entity = item["position"], f"entry:{item['position']}"
        said: dict[str, Any] = {
            "prov:type": _name("prov:Bundle")
            if standing.version == position and item["event"]
            else _name("zeren:Entry"),
            "prov:label": item["id"],
            "zeren:kind": {"$": item["dataschema"], "type": "xsd:anyURI"},
            "zeren:leafHash": {"$": item["leaf_hash"], "type": "xsd:base64Binary"},
        }
        said |= {f"zeren:{name}": item[name] for name in ("credential", "clock") if name in item}
        if "erased" in item:
            said |= {"zeren:erasedOn": item["erased"]["on"], "zeren:erasedOnGroundOf": item["erased"]["ground"]}
        self._sections.add("entity", entity, said)
        self._relate("wasGeneratedBy", {"prov:entity": entity, "prov:time": item["recorded_at"]})
        self._attribute(entity, item)
        if item["names"] is not None and position not in standing.annulled:
            self._about(entity, item)
        if data is not None and standing.version is not None:
            kind = find(item["type"])
            assert kind is not None
            self._sections.add("bundle", f"entry:{standing.version}", self._told(position, kind, data))

    def _attribute(self, entity: str, item: Mapping[str, Any]) -> None:
        source = f"source:{local(item['source'])}"
        if source not in self._sources:
            self._sources.add(source)
            self._sections.add("agent", source, {"prov:type": _name("zeren:Source"), "prov:label": item["source"]})
        self._relate("wasAttributedTo", {"prov:entity": entity, "prov:agent": source})
        for signature in item["signatures"]:
            signed = {"prov:type": _name("zeren:Signature"), "zeren:key": signature["key_id"]}
            for holder in self._holders.get(signature["registered_at_position"], ()):
                self._relate("wasAttributedTo", {"prov:entity": entity, "prov:agent": self._named(holder), **signed})

    def _about(self, entity: str, item: Mapping[str, Any]) -> None:
        """What a correction or an annulment is to what it names."""
        before = f"entry:{item['names']}"
        if item["type"] == CORRECTED:
            revision = {"prov:generatedEntity": entity, "prov:usedEntity": before, "prov:type": _name("prov:Revision")}
            self._relate("wasDerivedFrom", revision)
        elif item["type"] == ANNULLED and item["names"] not in self._invalidated:
            self._invalidated.add(item["names"])
            ended = {"prov:entity": before, "prov:time": item["recorded_at"], "zeren:annulledBy": _name(entity)}
            self._relate("wasInvalidatedBy", ended)

    def _told(self, position: int, kind: type[Kind], data: Mapping[str, Any]) -> dict[str, Any]:
        """The statements of a fact."""
        activity = f"activity:{position}"
        found = list(references(kind, data))
        names = {one: self._named(one) for one in found}
        acting = {one for one in found if _acts(kind, one) and self._entity(one) in _AGENTS}
        told: dict[str, dict[str, Any]] = defaultdict(
            dict, activity={activity: self._activity(kind, data, names, acting)}
        )
        generated = _GENERATED.get(kind.NAME)
        for one, name in names.items():
            at = {"prov:activity": activity}
            if one in acting:
                told["wasAssociatedWith"][self._next()] = {**at, "prov:agent": name, "prov:role": _role(one)}
            elif self._entity(one) in _TYPED:
                continue
            elif one.path == (generated,) and name not in self._generated:
                self._generated.add(name)
                told["wasGeneratedBy"][self._next()] = {**at, "prov:entity": name}
            else:
                told["used"][self._next()] = {**at, "prov:entity": name, "prov:role": _role(one)}
        for delegate, responsible in _delegations(acting):
            acted = {"prov:delegate": names[delegate], "prov:responsible": names[responsible]}
            told["actedOnBehalfOf"][self._next()] = {**acted, "prov:activity": activity}
        if kind.NAME == "person.merged":
            given_up, stays = (f"id:{local(data[name])}" for name in ("person_id", "into_person_id"))
            told["alternateOf"][self._next()] = {"prov:alternate1": given_up, "prov:alternate2": stays}
        return dict(told)

    def _activity(
        self, kind: type[Kind], data: Mapping[str, Any], names: Mapping[Reference, str], acting: Collection[Reference]
    ) -> dict[str, Any]:
        """What an activity says of itself: kind, day, places, whom else it names, and its plain fields."""
        said: dict[str, Any] = {"prov:type": _name(f"zeren:{kind.NAME}"), "prov:label": kind.TITLE_ZH}
        day = _when(kind, data)
        if day is not None:
            said["zeren:on"] = day
        more: dict[str, list[Any]] = defaultdict(list)
        for one, name in names.items():
            if self._entity(one) == _PLACE:
                more["prov:location"].append(_name(name))
            elif self._entity(one) in _AGENTS and one not in acting:
                more[f"zeren:{_role(one)}"].append(_name(name))
        scope = data.get("scope")
        if isinstance(scope, str) and self._register.get(scope, _UNKNOWN).entity == _PLACE:  # a text, mostly a place
            more["prov:location"].append(_name(self._named(Reference(("scope",), _PLACE, scope))))
        named = {one.path[0] for one in names}
        said |= {f"zeren:{name}": value for name, value in data.items() if name not in named and _is_plain(value)}
        return said | {name: values if len(values) > 1 else values[0] for name, values in more.items()}

    def _entity(self, reference: Reference) -> str:
        """What kind of thing is named: as the field says it, or where it may name several, as the log knows it."""
        if reference.entity != "any":
            return reference.entity
        return self._register.get(reference.id, _UNKNOWN).entity

    def _named(self, reference: Reference) -> str:
        """The qualified name of an id, which is declared in the end."""
        entity = self._entity(reference)
        if self._things.get(reference.id) not in _TYPED:
            self._things[reference.id] = entity
        return f"id:{local(reference.id)}"

    def finish(self) -> None:
        """Declare what was named: agents, places, and other entities."""
        for one, entity in self._things.items():
            label = self._register[one].name if one in self._register else None
            said: dict[str, Any] = {} if label is None else {"prov:label": label}
            if entity in _AGENTS:
                self._sections.add("agent", f"id:{local(one)}", {"prov:type": _name(_AGENTS[entity]), **said})
            else:
                kind = {"prov:type": _name("prov:Location")} if entity == _PLACE else {}
                self._sections.add("entity", f"id:{local(one)}", {**kind, **said})

    def _relate(self, relation: str, said: Mapping[str, Any]) -> None:
        self._sections.add(relation, self._next(), said)

    def _next(self) -> str:
        """The name of a relation that has none."""
        self._count += 1
        return f"_:r{self._count}"


def _name(qualified: str) -> dict[str, str]:
    return {"$": qualified, "type": "prov:QUALIFIED_NAME"}


def _role(reference: Reference) -> str:
    """The fields on the way to an id: `signatory.person_id`."""
    return ".".join(step for step in reference.path if isinstance(step, str))


def _acts(kind: type[Kind], reference: Reference) -> bool:
    """Whether the field that names somebody is of who acts."""
    field = str(reference.path[0])
    return field in DOERS.get(kind.NAME, ()) or field in _ACTING or field.endswith("_by")


def _when(kind: type[Kind], data: Mapping[str, Any]) -> str | None:
    """The day of a fact as stated; None where it says none."""
    given = (one for one in date_fields(kind) if not one.planned and one.name not in _NOT_WHEN)
    return next((one.day(data[one.name]) for one in given if data.get(one.name) is not None), None)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | bool)


def _delegations(found: Collection[Reference]) -> Iterator[tuple[Reference, Reference]]:
    """Who acted on behalf of whom, of what is named together in one object."""
    together: dict[tuple[str | int, ...], dict[str | int, Reference]] = defaultdict(dict)
    for one in found:
        together[one.path[:-1]][one.path[-1]] = one
    for named in together.values():
        for delegate, responsible in _DELEGATES:
            if delegate in named and responsible in named:
                yield named[delegate], named[responsible]
