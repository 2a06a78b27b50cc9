"""What an event states, in rows under the titles of its kind's fields; corrections stand beside what they correct."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.console.address import page_of, ref
from service.console.amounts import money
from service.console.fields import Field, fields_of
from service.console.naming import ASKED, named
from service.console.visit import Answer, Visit
from service.console.words import name, pick

Doc = Mapping[str, Any]

CORRECTED: Final = "record.corrected"
ANNULLED: Final = "record.annulled"
MOST: Final = 8
"""So many versions of a fact are shown beside each other: the first, and the last ones."""
NAMED: Final = 24
"""So many things named by an event are looked up for their names."""
_BY_FIELD: Final[Mapping[str, str]] = {"project_id": "project", "rectification_id": "rectification"}
"""Fields that name things of a sort which their ids do not tell."""


@dataclass(frozen=True)
class Value:
    """A value as people read it: its text, what is stored where that differs, and the page of what it names."""

    text: str
    raw: str = ""
    href: str | None = None


@dataclass(frozen=True)
class Said:
    """A value before it is told: where it stands, what it is called, and what it names."""

    path: str
    zh: str
    en: str
    field: Field | None
    value: Any


@dataclass(frozen=True)
class Line:
    """One field across the versions of a fact."""

    zh: str
    en: str
    cells: Sequence[Sequence[Value]]
    changed: Sequence[bool]
    """Of each version, whether it says otherwise than the first."""


@dataclass(frozen=True)
class Story:
    """What an entry says, and what each version of the fact it is about states."""

    title: str
    own: Sequence[Line]
    """Of a correction or annulment: why and by whom."""
    versions: Sequence[Answer]
    lines: Sequence[Line]
    left_out: int
    """How many versions are not shown."""


def of_service(log: str) -> bool:
    """Whether a log is one of the service's own, which tell no facts about places: nothing of them is projected."""
    return log == "access" or log.endswith(".index")


async def schema_of(visit: Visit, kind: str) -> Answer:
    """The JSON Schema of a kind, asked for once: it cannot change while the application runs."""
    known: dict[str, Answer] = visit.request.app.state.__dict__.setdefault("schemas_of_console", {})
    if kind not in known:
        known[kind] = await visit.ask(f"/kinds/{ref(kind)}/schema")
    return known[kind]


async def story(visit: Visit, entry: Answer, known_at: str | None = None) -> Story:
    """An entry told: `entry` is the API's answer, with its standing."""
    log, every = entry["log"]["id"], entry["standing"]["versions"]
    fact_kind = every[0]["type"]
    stating = [one for one in every if one["type"] != ANNULLED]
    shown = stating if len(stating) <= MOST else [stating[0], *stating[1 - MOST :]]
    versions = [
        entry
        if one["position"] == entry["position"]
        else await visit.ask(f"/logs/{ref(log)}/events/{one['position']}", known_at=known_at)
        for one in shown
    ]
    schema = await schema_of(visit, fact_kind)
    columns = [list(_read(schema, _stated(one))) for one in versions]
    own: list[Said] = []
    if entry["type"] != fact_kind and entry["event"] is not None:
        data = {key: value for key, value in entry["event"]["data"].items() if key != "corrected_payload"}
        own = list(_read(await schema_of(visit, entry["type"]), data))
    names = await _names(visit, entry["log"], [own, *columns])
    own_schema = await schema_of(visit, entry["type"])
    return Story(
        str(own_schema.get("title_zh") or entry["type"]),
        _lines([own], names, visit.language),
        versions,
        _lines(columns, names, visit.language),
        len(stating) - len(shown),
    )


def _stated(entry: Answer) -> Doc:
    """The data that a version states of its fact."""
    if entry["event"] is None:
        return {}
    data: Doc = entry["event"]["data"]
    return data.get("corrected_payload") or {} if entry["type"] == CORRECTED else data


def _read(schema: Doc, data: Doc) -> Iterator[Said]:
    """Every value in data, in the order of the kind's fields, then what no field describes."""
    yield from _members(fields_of(schema), data, "", "", "")


def _members(fields: Sequence[Field], data: Doc, path: str, zh: str, en: str) -> Iterator[Said]:
    known = {field.name for field in fields}
    rest = [Field(key, key, "", required=False, shape="text") for key in data if key not in known]
    for field in (*fields, *rest):
        if field.name in data:
            label = field.title, field.name.replace("_", " ")
            yield from _each(
                field, data[field.name], f"{path}/{field.name}", _under(zh, label[0]), _under(en, label[1])
            )


def _under(above: str, label: str) -> str:
    return f"{above} · {label}" if above else label


def _each(field: Field, value: Any, path: str, zh: str, en: str) -> Iterator[Said]:
    if isinstance(value, dict):
        yield from _members(field.members, value, path, zh, en)
    elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        inner = field.members[0] if field.members else field
        for index, one in enumerate(value):
            yield from _each(inner, one, f"{path}/{index}", f"{zh} {index + 1}", f"{en} {index + 1}")
    else:
        inner = field.members[0] if isinstance(value, list) and field.members else field
        yield Said(path, zh, en, Field(field.name or inner.name, field.title, "", required=False, shape=inner.shape,
                                       entity=inner.entity, form=inner.form, choices=inner.choices), value)  # fmt: skip


def _lines(columns: Sequence[Sequence[Said]], names: Mapping[str, str], language: str) -> list[Line]:
    """The fields of all versions, each once, in the order in which they first come."""
    by_path = [{said.path: said for said in column} for column in columns]
    order = {said.path: said for column in columns for said in column}
    lines = []
    for path, said in order.items():
        found = [column.get(path) for column in by_path]
        values = [None if one is None else one.value for one in found]
        lines.append(
            Line(
                said.zh,
                said.en,
                [[] if one is None else _values(one, names, language) for one in found],
                [value != values[0] for value in values],
            )
        )
    return lines


def _values(said: Said, names: Mapping[str, str], language: str) -> list[Value]:
    many = said.value if isinstance(said.value, list) else [said.value]
    return [_value(said.field, one, names, language) for one in many]


def _value(field: Field | None, value: Any, names: Mapping[str, str], language: str) -> Value:
    if value is None:
        return Value("—")
    if isinstance(value, bool):
        return Value(name("yes" if value else "no", language))
    raw = str(value)
    page = None if field is None else page_of(_BY_FIELD.get(field.name, field.entity), raw)
    if page is not None:
        called = names.get(raw)
        return Value(called or raw, raw if called else "", page)
    if field is not None and field.form == "money":
        return Value(money(raw))
    chosen = next((one for one in field.choices if one.value == raw), None) if field else None
    text = pick((chosen.zh, chosen.en), language) if chosen else names.get(raw) or name(raw, language)
    return Value(text, raw if text != raw else "")


async def _names(visit: Visit, log: Doc, columns: Sequence[Sequence[Said]]) -> dict[str, str]:
    """The names of what is named by id, as known at the answer's size; what is not on record keeps its id."""
    if of_service(log["id"]):
        return {}
    wanted: dict[str, tuple[str]] = {}
    for said in (one for column in columns for one in column):
        if said.field is not None and said.field.entity in ASKED:
            for one in said.value if isinstance(said.value, list) else [said.value]:
                if isinstance(one, str):
                    wanted.setdefault(one, (said.field.entity,))
    asked = dict(list(wanted.items())[:NAMED])
    return await named(visit, asked, {"log": log["id"], "known_at": f"@{log['size']}"})
