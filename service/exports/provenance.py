"""A log as provenance: PROV-DM (W3C Recommendation 2013-04-30), serialized as PROV-JSON (W3C Submission 2013-04-24).

Every entry is an entity, attributed to its source and to who signed it, generated when it was recorded; a correction
is a revision of what it corrects, and what an annulment names is invalidated. An entry that states a fact as it stands
is a bundle of what it says: the activity, who was associated with it and in which role, on whose behalf (a person on
that of the post, a post on that of its body), where, what it used, and what it generated. What no longer stands says
nothing, so that a reader who flattens the bundles is told what stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from events.catalogue.base import Kind
from events.catalogue.registry import find
from events.dated import main_day
from events.named import Reference, references
from events.standing import ANNULLED, CORRECTED, Standing
from projections.folds.registers import OWN, REGISTERS
from projections.memory import MemoryReader
from projections.registry import PROJECTIONS
from service.exports.sections import Sections
from service.exports.uris import local, space

_AGENTS: Final[Mapping[str, str]] = {"person": "prov:Person", "body": "prov:Organization", "post": "zeren:Post"}
_PLACE: Final = "jurisdiction"
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


def signer_of(data: Mapping[str, Any]) -> Reference:
    """The person or body for whom `data` of `key.registered` registers a key."""
    field, entity = ("person_id", "person") if data.get("person_id") is not None else ("body_id", "body")
    return Reference((field,), entity, data[field])


_NAMED: Final = {"jurisdiction": "name", "person": "name", "post": "title", "body": "name"}
"""What has a name, and the field of its rows that is it."""
KINDS: Final = tuple(sorted({kind for one in _NAMED for kind in PROJECTIONS[one].touches}))
"""The kinds of event by which the log knows names."""


def register_of(reader: MemoryReader) -> dict[str, Known]:
    """The places, persons, posts and bodies of a log by id, as they stand."""
    return {row.entity_id: Known(one, row.doc[key]) for one, key in _NAMED.items() for row in reader.every(one)}


class Provenance:
    """The provenance of a log's entries, which are added in order."""

    def __init__(
        self, sections: Sections, origin: str, register: Mapping[str, Known], signers: Mapping[str, Reference]
    ) -> None:
        """`signers`: key id to the person or body that it was registered for."""
        self._sections = sections
        self._register = register
        self._signers = signers
        self._seen: set[str] = set()
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
        self._agent(source, {"prov:type": _name("prov:SoftwareAgent"), "prov:label": item["source"]})
        self._relate("wasAttributedTo", {"prov:entity": entity, "prov:agent": source})
        for signature in item["signatures"]:
            signer = self._signers.get(signature["key_id"])
            if signer is not None:
                signed = {"prov:type": _name("zeren:Signature"), "zeren:key": signature["key_id"]}
                self._relate("wasAttributedTo", {"prov:entity": entity, "prov:agent": self._named(signer), **signed})

    def _about(self, entity: str, item: Mapping[str, Any]) -> None:
        """What a correction or an annulment is to what it names."""
        before = f"entry:{item['names']}"
        if item["type"] == CORRECTED:
            revision = {"prov:generatedEntity": entity, "prov:usedEntity": before, "prov:type": _name("prov:Revision")}
            self._relate("wasDerivedFrom", revision)
        elif item["type"] == ANNULLED:
            ended = {"prov:entity": before, "prov:time": item["recorded_at"], "zeren:annulledBy": _name(entity)}
            self._relate("wasInvalidatedBy", ended)

    def _told(self, position: int, kind: type[Kind], data: Mapping[str, Any]) -> dict[str, Any]:
        """The statements of a fact."""
        activity = f"activity:{position}"
        found = list(references(kind, data))
        names = {one: self._named(one) for one in found}
        places = [_name(names[one]) for one in found if self._entity(one) == _PLACE]
        said: dict[str, Any] = {"prov:type": _name(f"zeren:{kind.NAME}"), "prov:label": kind.TITLE_ZH}
        day = main_day(kind, data)
        if day is not None:
            said["zeren:on"] = day
        if places:
            said["prov:location"] = places if len(places) > 1 else places[0]
        named = {one.path[0] for one in found}
        said |= {f"zeren:{name}": value for name, value in data.items() if name not in named and _is_plain(value)}
        told: dict[str, dict[str, Any]] = defaultdict(dict, activity={activity: said})
        generated = _GENERATED.get(kind.NAME)
        for one in found:
            entity, role = self._entity(one), _role(one)
            if entity in _AGENTS:
                acts = {"prov:activity": activity, "prov:agent": names[one], "prov:role": role}
                told["wasAssociatedWith"][self._next()] = acts
            elif one.path == (generated,):
                told["wasGeneratedBy"][self._next()] = {"prov:entity": names[one], "prov:activity": activity}
            elif entity != _PLACE:
                used = {"prov:activity": activity, "prov:entity": names[one], "prov:role": role}
                told["used"][self._next()] = used
        for delegate, responsible in _delegations(found):
            acted = {"prov:delegate": names[delegate], "prov:responsible": names[responsible]}
            told["actedOnBehalfOf"][self._next()] = {**acted, "prov:activity": activity}
        return dict(told)

    def _entity(self, reference: Reference) -> str:
        """What kind of thing is named: as the log knows it, else as the field says it."""
        known = self._register.get(reference.id)
        return reference.entity if known is None else known.entity

    def _named(self, reference: Reference) -> str:
        """The qualified name of an id, which is declared where it was not: an agent, a place, or another entity."""
        name, entity = f"id:{local(reference.id)}", self._entity(reference)
        label = self._register[reference.id].name if reference.id in self._register else None
        said = {"prov:label": label} if label is not None else {}
        if entity in _AGENTS:
            self._agent(name, {"prov:type": _name(_AGENTS[entity]), **said})
        elif name not in self._seen:
            self._seen.add(name)
            kind = {"prov:type": _name("prov:Location")} if entity == _PLACE else {}
            self._sections.add("entity", name, {**kind, **said})
        return name

    def _agent(self, name: str, said: Mapping[str, Any]) -> None:
        if name not in self._seen:
            self._seen.add(name)
            self._sections.add("agent", name, said)

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


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | bool)


def _delegations(found: list[Reference]) -> Iterator[tuple[Reference, Reference]]:
    """Who acted on behalf of whom, of what is named together in one object."""
    together: dict[tuple[str | int, ...], dict[str | int, Reference]] = defaultdict(dict)
    for one in found:
        together[one.path[:-1]][one.path[-1]] = one
    for named in together.values():
        for delegate, responsible in _DELEGATES:
            if delegate in named and responsible in named:
                yield named[delegate], named[responsible]
