"""One CloudEvent 1.0 at the door: its attributes and its `data`, checked against its kind.

The result is a `Submission`: what an append needs, decided by form alone. Kept bytes are the
RFC 8785 form of the CloudEvent as it was sent. Sources: CloudEvents 1.0.2 sections 3 and 4,
docs/events.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from pydantic import ValidationError

from events import fields
from events.canonical import MAX_DEPTH, BadNumber, Json, canonical, canonical_of_plain, escape_pointer
from events.catalogue import registry
from events.catalogue.base import Kind
from events.door import is_sound, value_faults
from events.errors import EventTooLarge, Fault, Malformed
from events.standing import ANNULLED, CORRECTED

SPECVERSION: Final = "1.0"
MAX_PAYLOAD: Final = 64 * 1024
MAX_FAULTS: Final = 100
"""How many faults of one event's text are told at the most."""
SCHEMA_PREFIX: Final = "urn:zeren:kind:"
TARGET_FIELDS: Final = {
    CORRECTED: ("corrects_event_id", "corrects_event_source"),
    ANNULLED: ("annuls_event_id", "annuls_event_source"),
}

_EXTENSION = re.compile(r"[a-z0-9]{1,40}", re.ASCII)
_CORE: Final = frozenset(
    {"id", "source", "type", "specversion", "datacontenttype", "dataschema", "subject", "time", "data"}
)
_TEXT_MAX: Final = 512


@dataclass(frozen=True, slots=True)
class Target:
    """The event that a correction or annulment names: id within a source."""

    source: str
    id: str


@dataclass(slots=True)
class Submission:
    """One event whose form is sound, ready to be appended. Nobody changes it; a frozen class takes longer to make."""

    id: str
    source: str
    kind: str
    kind_version: int
    event: Mapping[str, Any]
    """The CloudEvent as sent."""
    kept: bytes
    """The bytes that are kept and hashed: its RFC 8785 form."""
    target: Target | None
    """What it corrects or annuls."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The event's data, as sent."""
        data: Mapping[str, Any] = self.event["data"]
        return data


def schema_uri(name: str, version: int) -> str:
    """The `dataschema` of a version of a kind."""
    return f"{SCHEMA_PREFIX}{name}:{version}"


def read_event(value: Json) -> Submission:
    """The submission of one parsed CloudEvent.

    Raises Malformed with every fault found, or EventTooLarge.
    """
    return _sound_event(value) or _judged_event(value)


def _sound_event(value: Json) -> Submission | None:
    """The submission of an event that is certainly sound; None where its faults must be looked for."""
    name = value.get("type") if type(value) is dict else None
    kind = registry.find(name) if isinstance(name, str) else None
    if kind is None or next(_attribute_faults(value), None) is not None:
        return None
    kept = canonical_of_plain(value)
    if kept is None or len(kept) > MAX_PAYLOAD or not is_sound(kept):
        return None
    data = value["data"]
    try:
        kind.__pydantic_validator__.validate_python(without_nulls(data) if b"null" in kept else data)
    except ValidationError:
        return None
    return Submission(value["id"], value["source"], kind.NAME, kind.VERSION, value, kept, _target(kind, value))


def _judged_event(value: Json) -> Submission:
    """What `read_event` gives, with every fault looked for."""
    if not isinstance(value, dict):
        raise Malformed([Fault("", "应为 JSON 对象形式的 CloudEvent", "a CloudEvent as a JSON object")])
    faults = list(islice(value_faults(value), MAX_FAULTS))
    faults.extend(_attribute_faults(value))
    kind = registry.find(value["type"]) if isinstance(value.get("type"), str) else None
    if kind is not None and not kind.SERVICE_ONLY and not any(fault.pointer == "/data" for fault in faults):
        faults.extend(data_faults(kind, value["data"], "/data"))
    if faults or kind is None:
        raise Malformed(_once(faults))
    kept = canonical(value)
    if len(kept) > MAX_PAYLOAD:
        raise EventTooLarge(size=len(kept), limit=MAX_PAYLOAD)
    return Submission(value["id"], value["source"], kind.NAME, kind.VERSION, value, kept, _target(kind, value))


def _once(faults: list[Fault]) -> list[Fault]:
    seen: dict[str, Fault] = {}
    for fault in faults:
        seen.setdefault(fault.pointer, fault)
    return list(seen.values())


def _target(kind: type[Kind], event: Mapping[str, Any]) -> Target | None:
    names = TARGET_FIELDS.get(kind.NAME)
    if names is None:
        return None
    data = event["data"]
    return Target(data.get(names[1]) or event["source"], data[names[0]])


def _attribute_faults(event: Mapping[str, Any]) -> Iterator[Fault]:
    said = event.get
    for name in ("id", "source", "type", "data"):
        if said(name) is None:
            yield Fault(f"/{name}", "必填", "required")
    if said("id") is not None and not fields.is_id(event["id"]):
        yield Fault("/id", *fields.FORMS["id"])
    if said("source") is not None and not _is_source(event["source"]):
        yield Fault(
            "/source",
            f"1 至 {_TEXT_MAX} 个字符、不含空白的 URI 引用",
            f"a URI reference of 1 to {_TEXT_MAX} characters without white space",
        )
    if said("specversion") != SPECVERSION:
        yield Fault("/specversion", '应为 "1.0"', 'the string "1.0"')
    if said("type") is not None and (fault := _kind_fault(event)) is not None:
        yield fault
    content_type = said("datacontenttype")
    if content_type is not None and not is_json_type(content_type):
        yield Fault("/datacontenttype", "应为 application/json", "application/json")
    if said("data") is not None and not isinstance(event["data"], dict):
        yield Fault("/data", *fields.FORMS["map"])
    if said("time") is not None and not fields.is_timestamp(event["time"]):
        yield Fault("/time", *fields.FORMS["timestamp"])
    subject = said("subject")
    if subject is not None and not (isinstance(subject, str) and 1 <= len(subject) <= _TEXT_MAX):
        yield Fault("/subject", f"1 至 {_TEXT_MAX} 个字符的字符串", f"a string of 1 to {_TEXT_MAX} characters")
    if not _CORE.issuperset(event):
        yield from _extension_faults(event)


def _is_source(source: object) -> bool:
    return isinstance(source, str) and 1 <= len(source) <= _TEXT_MAX and source.split() == [source]


def _kind_fault(event: Mapping[str, Any]) -> Fault | None:
    name = event["type"]
    kind = registry.find(name) if isinstance(name, str) else None
    if kind is None or kind.SERVICE_ONLY:
        return Fault("/type", "目录中的事件类型(见 GET /v1/kinds)", "a kind of the catalogue (see GET /v1/kinds)")
    schema = event.get("dataschema")
    if schema is not None and schema != (expected := schema_uri(kind.NAME, kind.VERSION)):
        return Fault("/dataschema", f"{expected}(或省略)", f"{expected} (or absent)")
    return None


def is_json_type(value: object) -> bool:
    """Whether a media type is JSON: `application/json` or a `+json` type."""
    if not isinstance(value, str):
        return False
    essence = value.partition(";")[0].strip().lower()
    return essence in ("application/json", "text/json") or (essence.endswith("+json") and "/" in essence)


def _extension_faults(event: Mapping[str, Any]) -> Iterator[Fault]:
    for name, value in event.items():
        if name in _CORE:
            continue
        pointer = f"/{escape_pointer(name)}"
        if _EXTENSION.fullmatch(name) is None:
            yield Fault(
                pointer, "扩展属性名:小写字母和数字", "an extension attribute name of lower-case letters and digits"
            )
        elif value is not None and not isinstance(value, str | int | bool | BadNumber):
            yield Fault(pointer, "扩展属性值:字符串、整数或布尔值", "a string, an integer or a boolean")


def without_nulls(value: Json, depth: int = 0) -> Json:
    """`value` with every null member of an object left out: null means absent.

    What is nested deeper than the door accepts is left as it is.
    """
    if depth > MAX_DEPTH:
        return value
    if isinstance(value, dict):
        return {key: without_nulls(item, depth + 1) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item, depth + 1) for item in value]
    return value


def data_faults(kind: type[Kind], data: Json, pointer: str) -> Iterator[Fault]:
    """The faults of `data` against its kind, below `pointer`."""
    try:
        kind.model_validate(without_nulls(data))
    except ValidationError as error:
        for found in error.errors(include_url=False, include_input=False):
            yield _fault(kind, pointer, found)


def _fault(kind: type[Kind], pointer: str, error: Mapping[str, Any]) -> Fault:
    steps = [str(step) for step in error["loc"]]
    where = pointer + "".join(f"/{escape_pointer(step)}" for step in steps)
    zh, en = _expected(error)
    top = next((f for n, f in kind.model_fields.items() if steps and steps[0] in (n, f.alias)), None)
    return Fault(where, zh, en, top.title if top is not None else None)


_PLAIN: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("必填", "required"),
    "extra_forbidden": ("该事件类型没有此字段", "no such field in this kind of event"),
    "list_type": ("JSON 数组", "a JSON array"),
    "model_type": ("JSON 对象", "a JSON object"),
    "model_attributes_type": ("JSON 对象", "a JSON object"),
    "dict_type": ("JSON 对象", "a JSON object"),
}


def _expected(error: Mapping[str, Any]) -> tuple[str, str]:
    name = error["type"]
    context = error.get("ctx") or {}
    if name in fields.FORMS:
        return fields.FORMS[name]
    if name in _PLAIN:
        return _PLAIN[name]
    if name == "literal_error":
        return f"取值之一:{context['expected']}", f"one of {context['expected']}"
    if name == "exactly_one_of":
        return f"恰好给出其一:{context['fields']}", f"exactly one of {context['fields']}"
    if name == "at_least_one_of":
        return f"至少给出其一:{context['fields']}", f"at least one of {context['fields']}"
    return str(error["msg"]), str(error["msg"])
