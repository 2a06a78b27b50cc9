"""A policy pack: one responsibility system as data (its instrument, place, titles, roles and silences).

Pure: no database, web or logger. The YAML files beside this module are the only source of a pack.
"""

from __future__ import annotations

import gc
import hashlib
import re
from collections.abc import Mapping
from dataclasses import field
from datetime import date
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Final, Literal

import orjson
import yaml
from pydantic import AfterValidator, ConfigDict, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from events.edtf import FIRST_DAY, LAST_DAY, Span, parse
from projections.policies.rule import Force, Function, Level, Rule, RuleLevel, Text, Undecided

InForce = Literal["yes", "no", "unknown"]
Status = Literal["in-force", "guiding", "draft", "advisory", "reported-practice"]

Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
Pattern = re.Pattern[str]

_STRICT = ConfigDict(extra="forbid", strict=True)


def _edtf(text: str) -> str:
    try:
        parse(text)
    except ValueError as error:
        raise ValueError("should be an EDTF date: 2017, 2017-03 or 2017-03-09") from error
    return text


Edtf = Annotated[str, AfterValidator(_edtf)]


Where = tuple[str | int, ...]
"""A way into a pack's file: keys, positions in a list, or the id of one of its items."""


class PackError(ValueError):
    """A policy pack that cannot be used; the message names the pack, the key and the expected form.

    `at` is where in its file, `line` the line where the text itself could not be read.
    """

    def __init__(self, message: str, at: Where = (), line: int | None = None) -> None:
        super().__init__(message)
        self.at = at
        self.line = line


@dataclass(frozen=True, slots=True, config=_STRICT)
class Evidence:
    """An exact day, and what shows it."""

    day: date
    source: Text


@dataclass(frozen=True, slots=True, config=_STRICT)
class Instrument:
    """The text itself.

    `effective_from` and `effective_until` (exclusive) are EDTF level 0; `in_force_by` is a day by
    which it was in force, `not_before` one before which it was not. `invented`: nobody issued it, it shows how a
    pack is written; its duties are counted apart.
    """

    title: Text
    number: Text | None
    issuer: Text
    status: Status
    printed: Edtf | None
    effective_from: Edtf | None
    effective_until: Edtf | None
    not_before: Evidence | None
    in_force_by: Evidence | None
    note: Text | None
    invented: bool = False


@dataclass(frozen=True, slots=True, config=_STRICT)
class Place:
    """Where the instrument applies: the subtrees of these six-digit codes; none means everywhere."""

    codes: frozenset[Code]
    names: tuple[Text, ...]
    reading: Text | None


@dataclass(frozen=True, slots=True, config=_STRICT)
class Only:
    """What narrows a role beyond its functions, as its row says; an empty field narrows nothing."""

    levels: frozenset[Level] = frozenset()
    codes: frozenset[Code] = frozenset()
    titles: tuple[Pattern, ...] = ()


@dataclass(frozen=True, slots=True, config=_STRICT)
class Role:
    """One row: which functions bear which kind of responsibility at which level, under which rule."""

    role: Text
    role_en: Text
    level: RuleLevel
    bearer: Literal["post", "body"]
    functions: tuple[Text, ...]
    post_holders: Text
    kind: Text
    scope: Text
    rule: Text
    article: Text
    force: Force
    reading: Text | None
    quote: Text
    only: Only = field(default_factory=Only)


@dataclass(frozen=True, slots=True, config=_STRICT)
class Unnamed:
    """A word of responsibility that the instrument uses and attaches to nobody at `levels`."""

    role: Text
    kind: Text
    levels: tuple[Level, ...]
    reading: Text


@dataclass(frozen=True, slots=True, config=_STRICT)
class _Document:
    """A pack's file as it stands."""

    system: Text
    instrument: Instrument
    place: Place
    titles: dict[Text, tuple[Pattern, ...]]
    roles: tuple[Role, ...]
    unnamed: tuple[Unnamed, ...]
    functions: dict[Text, Function] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    not_decided: tuple[Undecided, ...] = ()


@dataclass(frozen=True, eq=False)
class Pack:
    """One system; two packs are the same only where they are one object, which makes them cheap as keys.

    `digest` is the hex SHA-256 of the canonical JSON of everything its file says; `titles`
    are the patterns by which a post without functions is recognised, by function.
    """

    system: str
    digest: str
    instrument: Instrument
    place: Place
    titles: tuple[tuple[str, tuple[Pattern, ...]], ...]
    roles: tuple[Role, ...]
    unnamed: tuple[Unnamed, ...]
    functions: Mapping[str, Function] = field(default_factory=dict)
    """What function codes mean to its rules, besides those of `functions.yaml`."""
    rules: tuple[Rule, ...] = ()
    not_decided: tuple[Undecided, ...] = ()

    def function(self, code: str) -> Function:
        """What a function code means. Raises KeyError where neither the pack nor `functions.yaml` says."""
        return self.functions.get(code) or shared_functions()[code]

    def has_function(self, code: str) -> bool:
        """Whether it is said what a function code means."""
        return code in self.functions or code in shared_functions()

    @cached_property
    def start(self) -> Span:
        """The first and the last possible day of entry into force; FIRST_DAY and LAST_DAY where unbounded.

        Dates that a draft gives are proposals: nobody knows whether and when it was adopted.
        """
        stated = self.instrument
        if stated.status == "draft":
            return Span(FIRST_DAY, LAST_DAY)
        span = parse(stated.effective_from) if stated.effective_from else Span(FIRST_DAY, LAST_DAY)
        return Span(
            max(span.first, stated.not_before.day) if stated.not_before else span.first,
            min(span.last, stated.in_force_by.day) if stated.in_force_by else span.last,
        )

    @cached_property
    def end(self) -> Span:
        """The first and the last possible day on which it is no longer in force; LAST_DAY where open."""
        until = self.instrument.effective_until
        return parse(until) if until and self.instrument.status != "draft" else Span(LAST_DAY, LAST_DAY)

    @property
    def file_names(self) -> frozenset[str]:
        """What its file may be called: by its system alone, or as an earlier text, with the end that it states."""
        until = self.instrument.effective_until
        earlier = () if until is None else (f"{self.system}-until-{until}.yaml",)
        return frozenset((f"{self.system}.yaml", *earlier))

    @cached_property
    def codes_told_apart(self) -> frozenset[str]:
        """The six-digit codes within which some role is borne and elsewhere not."""
        return frozenset(code for role in self.roles for code in role.only.codes)

    @cached_property
    def tells_titles_apart(self) -> bool:
        """Whether a title may narrow a role for a subject that carries functions."""
        return any(role.only.titles for role in self.roles)

    def in_force(self, on: date) -> InForce:
        """Whether the instrument is in force on the day; `unknown` where its dates do not tell."""
        start, end = self.start, self.end
        if on < start.first or on >= end.last:
            return "no"
        return "yes" if start.last <= on < end.first else "unknown"


_DOCUMENT = TypeAdapter(_Document)
_FUNCTIONS = TypeAdapter(dict[Text, Function])
SHARED = "functions.yaml"


def load(text: str) -> Pack:
    """The pack that a YAML text says. Raises PackError."""
    name = "without a name"
    try:
        raw = _plain(text)
        if isinstance(raw, dict) and isinstance(raw.get("system"), str):
            name = raw["system"]
        canonical = orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)
        read = _DOCUMENT.validate_json(canonical)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        told = f"pack {name}: {key or 'file'}: {first['msg']}, got {first['input']!r:.80}"
        raise PackError(told, first["loc"]) from error
    except (yaml.YAMLError, TypeError, RecursionError) as error:
        told = f"pack {name}: file: should be YAML, with text as keys and each key once: {error}"
        mark = getattr(error, "problem_mark", None)
        raise PackError(told, line=None if mark is None else mark.line + 1) from error
    digest = hashlib.sha256(canonical).hexdigest()
    pack = Pack(
        read.system, digest, read.instrument, read.place, tuple(read.titles.items()), read.roles, read.unnamed,
        read.functions, read.rules, read.not_decided,
    )  # fmt: skip
    _check(pack)
    return pack


@cache
def shared_functions() -> Mapping[str, Function]:
    """What function codes mean in every pack."""
    raw = _plain(resources.files(__package__).joinpath(SHARED).read_text(encoding="utf-8"))
    return _FUNCTIONS.validate_json(orjson.dumps(raw))


@cache
def load_all() -> dict[str, Pack]:
    """Every pack beside this module, as `read` gives them. Callers leave the answer as it is."""
    return read(resources.files(__package__))


def read(folder: Traversable) -> dict[str, Pack]:
    """The packs of a folder that are in use, by the names of their files without `.yaml` and in this order.

    That is the system, or for an earlier text of it `<system>-until-<end>`, which comes before. Raises PackError.
    """
    packs = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml") and file.name != SHARED:
            pack = load(file.read_text(encoding="utf-8"))
            if file.name not in pack.file_names:
                told = f"pack {pack.system}: system: should be the name of its file, {file.name}"
                raise PackError(told, ("system",))
            packs[file.name.removesuffix(".yaml")] = pack
    return packs


_TEXT: Final = "tag:yaml.org,2002:str"
_MERGED: Final = "tag:yaml.org,2002:merge"
_AS_KEYS: Final = frozenset({_TEXT, "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"})
"""What a key may look like and is taken as written: a day, or `on`, needs no quotes."""


def _plain(text: str) -> Any:
    """What a YAML text says: dates as text, so that quoting one or not makes no other pack. Raises YAMLError.

    A key given twice is refused, of which YAML would keep the last without a word. Values are made from the nodes
    here, which takes half the time of a loader's own way; every start of the service waits for it.
    """
    loader = yaml.CSafeLoader(text)
    collecting = gc.isenabled()
    gc.disable()  # a hundred thousand nodes and no garbage among them: looking for it takes a third of the time
    try:
        node = loader.get_single_node()
        return None if node is None else _value(node, loader)
    finally:
        loader.dispose()
        if collecting:
            gc.enable()


def _value(node: yaml.Node, loader: yaml.CSafeLoader) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, loader) for each in node.value]
    if isinstance(node, yaml.ScalarNode):
        value = node.value if node.tag == _TEXT else loader.construct_object(node)
        return value.isoformat() if isinstance(value, date) else value
    found: dict[Any, Any] = {}
    for named, value in node.value:
        if named.tag == _MERGED:
            told = "a merge key (<<), which hides what a mapping says: write it out"
            raise yaml.constructor.ConstructorError(problem=told, problem_mark=named.start_mark)
        key = named.value if named.tag in _AS_KEYS else loader.construct_object(named, deep=True)
        if key in found:
            raise yaml.constructor.ConstructorError(problem=f"{key} twice", problem_mark=named.start_mark)
        found[key] = _value(value, loader)
    return found


def _check(pack: Pack) -> None:
    """What must hold between keys: a start that is possible, and no title or silence against the roles."""
    if pack.start.first > pack.start.last or pack.start.first >= pack.end.last:
        told = f"pack {pack.system}: instrument.effective_from: should leave a possible day of start"
        raise PackError(told, ("instrument", "effective_from"))
    functions = {function for role in pack.roles for function in role.functions}
    named = {(role.role, role.level) for role in pack.roles}
    for function, _ in pack.titles:
        if function not in functions:
            told = f"pack {pack.system}: titles.{function}: should be a function that some role lists"
            raise PackError(told, ("titles", function))
    for silence in pack.unnamed:
        if any((silence.role, level) in named for level in silence.levels):
            told = f"pack {pack.system}: unnamed.{silence.role}: should leave out levels that a role names"
            raise PackError(told, ("unnamed",))
