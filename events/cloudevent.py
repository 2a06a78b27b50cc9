"""One CloudEvent 1.0 at the door: its attributes and its `data`, checked against its kind.

The result is a `Submission`: what an append needs, decided by form alone. Kept bytes are the
RFC 8785 form of the CloudEvent as it was sent. Sources: CloudEvents 1.0.2 sections 3 and 4,
docs/events.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator, core_schema

from events import fields
from events.canonical import (
    MAX_DEPTH,
    BadNumber,
    Json,
    canonical,
    escape_pointer,
    is_astral,
    sorted_by_code_point,
)
from events.catalogue import registry
from events.catalogue.base import Kind
from events.claim import Claim
from events.door import is_sound, value_faults
from events.item_errors import EventTooLarge, Fault, ItemError, Malformed
from events.keyring import KEY_KINDS
from events.standing import TARGET_FIELDS

SPECVERSION: Final = "1.0"
MAX_PAYLOAD: Final = 64 * 1024
MAX_FAULTS: Final = 100
"""How many faults of one event's text are told at the most."""
SCHEMA_PREFIX: Final = "urn:zeren:kind:"

_SPECIAL: Final = TARGET_FIELDS.keys() | KEY_KINDS
"""Kinds of which more is to be checked than their form."""
_EXTENSION = re.compile(r"[a-z0-9]{1,40}", re.ASCII)
CORE: Final = frozenset(
    {"id", "source", "type", "specversion", "datacontenttype", "dataschema", "subject", "time", "data"}
)
"""The attributes of CloudEvents 1.0.2 section 3.1, and the data; all others are extensions."""
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
    """The bytes that are kept and hashed: its RFC 8785 form, or the payload of an envelope as it came."""
    target: Target | None
    """What it corrects or annuls."""
    claim: Claim | None = None
    """What must be verified with keys before it may be appended."""

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
    return _sound([value])[0] or _judged(value)


def read_events(values: Sequence[Json]) -> list[Submission | ItemError]:
    """What `read_event` gives or raises for each."""
    return [sent or _outcome(value) for sent, value in zip(_sound(values), values, strict=True)]


def _outcome(value: Json) -> Submission | ItemError:
    try:
        return read_event(value)
    except ItemError as problem:
        return problem


def _sound(values: Sequence[Json]) -> Sequence[Submission | None]:
    """The submissions of events that are certainly sound; None where faults must be looked for.

    Their text is looked through at once: it is sound as a whole, or all are to be looked at one by one.
    """
    formed = [_formed(value) for value in values]
    kept = b"".join([sent.kept for sent in formed if sent is not None])
    if is_astral(kept):
        for sent in formed:
            if sent is not None:
                sent.kept = canonical(sent.event)
    return formed if is_sound(kept) else [None] * len(formed)


def _formed(value: Json) -> Submission | None:
    """The submission of an event whose form is certainly sound.

    Its text is not looked through yet, and its bytes are canonical only without characters beyond the BMP.
    """
    name = value.get("type") if isinstance(value, dict) else None
    kind = registry.find(name) if isinstance(name, str) else None
    if kind is None or not _sound_forms(kind)(value):
        return None
    kept = sorted_by_code_point(value)
    if kept is None or len(kept) > MAX_PAYLOAD or kept.count(b"{") + kept.count(b"[") > MAX_DEPTH:
        return None
    if not CORE.issuperset(value) and any(_extension_faults(value)):
        return None
    if name not in _SPECIAL:
        return Submission(value["id"], value["source"], kind.NAME, kind.VERSION, value, kept, None)
    return _submission(kind, value, kept)


def _judged(value: Json) -> Submission:
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
    return _submission(kind, value, kept)


def _submission(kind: type[Kind], value: Mapping[str, Any], kept: bytes) -> Submission:
    claim = Claim() if kind.NAME in KEY_KINDS else None
    return Submission(value["id"], value["source"], kind.NAME, kind.VERSION, value, kept, _target(kind, value), claim)


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


@cache
def _sound_forms(kind: type[Kind]) -> Callable[[Json], bool]:
    """Tells whether the attributes and the data of an event of a kind are sound; never of one that has a fault.

    What is rare it leaves to the search for faults: other names of JSON, nulls where a kind has a default, and times
    near the ends of the calendar.
    """
    core = core_schema
    optional = partial(core.typed_dict_field, required=False)
    text = core.str_schema(strict=True, min_length=1, max_length=_TEXT_MAX)
    version = core.literal_schema([schema_uri(kind.NAME, kind.VERSION)])
    attributes = {
        "id": core.typed_dict_field(TypeAdapter(fields.AnyId).core_schema),
        "source": core.typed_dict_field(core.str_schema(strict=True, max_length=_TEXT_MAX, pattern=r"^\S+$")),
        "type": core.typed_dict_field(core.any_schema()),
        "specversion": core.typed_dict_field(core.literal_schema([SPECVERSION])),
        "data": core.typed_dict_field(TypeAdapter(kind).core_schema),
        "time": optional(core.nullable_schema(fields.PLAIN_TIME)),
        "subject": optional(core.nullable_schema(text)),
        "datacontenttype": optional(core.nullable_schema(core.literal_schema(["application/json"]))),
        "dataschema": optional(core.nullable_schema(version)),
    }
    forms = SchemaValidator(core.typed_dict_schema(attributes, extra_behavior="ignore", strict=True))
    return (lambda _: False) if kind.SERVICE_ONLY else forms.isinstance_python


def _attribute_faults(event: Mapping[str, Any]) -> Iterator[Fault]:
    for name in ("id", "source", "type", "data"):
        if event.get(name) is None:
            yield Fault(f"/{name}", "必填", "required")
    if event.get("id") is not None and not fields.is_id(event["id"]):
        yield Fault("/id", *fields.FORMS["id"])
    yield from _source_faults(event.get("source"))
    if event.get("specversion") != SPECVERSION:
        yield Fault("/specversion", '应为 "1.0"', 'the string "1.0"')
    yield from _kind_faults(event)
    content_type = event.get("datacontenttype")
    if content_type is not None and not is_json_type(content_type):
        yield Fault("/datacontenttype", "应为 application/json", "application/json")
    if event.get("data") is not None and not isinstance(event["data"], dict):
        yield Fault("/data", *fields.FORMS["map"])
    if event.get("time") is not None and not fields.is_timestamp(event["time"]):
        yield Fault("/time", *fields.FORMS["timestamp"])
    subject = event.get("subject")
    if subject is not None and not (isinstance(subject, str) and 1 <= len(subject) <= _TEXT_MAX):
        yield Fault("/subject", f"1 至 {_TEXT_MAX} 个字符的字符串", f"a string of 1 to {_TEXT_MAX} characters")
    yield from _extension_faults(event)


def _source_faults(source: object) -> Iterator[Fault]:
    if source is None:
        return
    if not isinstance(source, str) or not 1 <= len(source) <= _TEXT_MAX or source.split() != [source]:
        yield Fault(
            "/source",
            f"1 至 {_TEXT_MAX} 个字符、不含空白的 URI 引用",
            f"a URI reference of 1 to {_TEXT_MAX} characters without white space",
        )


def _kind_faults(event: Mapping[str, Any]) -> Iterator[Fault]:
    name = event.get("type")
    if name is None:
        return
    kind = registry.find(name) if isinstance(name, str) else None
    if kind is None or kind.SERVICE_ONLY:
        yield Fault("/type", "目录中的事件类型(见 GET /v1/kinds)", "a kind of the catalogue (see GET /v1/kinds)")
        return
    schema = event.get("dataschema")
    expected = schema_uri(kind.NAME, kind.VERSION)
    if schema is not None and schema != expected:
        yield Fault("/dataschema", f"{expected}(或省略)", f"{expected} (or absent)")


def is_json_type(value: object) -> bool:
    """Whether a media type is JSON: `application/json` or a `+json` type."""
    if not isinstance(value, str):
        return False
    essence = value.partition(";")[0].strip().lower()
    return essence in ("application/json", "text/json") or (essence.endswith("+json") and "/" in essence)


def _extension_faults(event: Mapping[str, Any]) -> Iterator[Fault]:
    for name, value in event.items():
        if name in CORE:
            continue
        if _EXTENSION.fullmatch(name) is None:
            wrong = "扩展属性名:小写字母和数字", "an extension attribute name of lower-case letters and digits"
        elif value is not None and not isinstance(value, str | int | bool | BadNumber):
            wrong = "扩展属性值:字符串、整数或布尔值", "a string, an integer or a boolean"
        else:
            continue
        yield Fault(f"/{escape_pointer(name)}", *wrong)


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
    if kind.__pydantic_validator__.isinstance_python(data):  # what is sound, as most is, need not be made a model
        return
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
    if top is not None and error["type"] == "literal_error":
        zh = _explained(zh, top.description or "")
    return Fault(where, zh, en, top.title if top is not None else None)


_PLAIN: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("必填", "required"),
    "extra_forbidden": ("该事件类型没有此字段", "no such field in this kind of event"),
    "list_type": ("JSON 数组", "a JSON array"),
    "model_type": ("JSON 对象", "a JSON object"),
    "model_attributes_type": ("JSON 对象", "a JSON object"),
    "dict_type": ("JSON 对象", "a JSON object"),
}


_QUOTED: Final = re.compile(r"'([^']*)'")


def _explained(zh: str, note: str) -> str:
    """The values that are expected as the note of their field explains them, where it does: `acting 代理`."""
    lead, _, values = zh.partition(":")
    return f"{lead}:{note}" if note and all(f"{value} " in note for value in values.split("、")) else zh


def _expected(error: Mapping[str, Any]) -> tuple[str, str]:
    name = error["type"]
    context = error.get("ctx") or {}
    if name in fields.FORMS:
        return fields.FORMS[name]
    if name in _PLAIN:
        return _PLAIN[name]
    if name == "literal_error":
        values = "、".join(_QUOTED.findall(context["expected"]))
        return f"取值之一:{values}", f"one of {context['expected']}"
    if name == "exactly_one_of":
        return f"恰好给出其一:{context['fields']}", f"exactly one of {context['fields']}"
    if name == "at_least_one_of":
        return f"至少给出其一:{context['fields']}", f"at least one of {context['fields']}"
    return str(error["msg"]), str(error["msg"])
