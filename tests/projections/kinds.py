"""Random data of every kind in the catalogue that tells of a matter, read off the types of its fields.

Few ids, days and amounts, as in `histories`: matters of one id in several registers, of places, posts and
persons that other facts name too, and pointers into nowhere.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from pydantic import ValidationError

from events.catalogue.base import Kind, Part
from events.catalogue.registry import KINDS
from events.fields import Dated, Names
from events.keyring import KEY_KINDS
from projections.folds.registers import OF_KIND

Strategy = st.SearchStrategy[Any]

THINGS: Final = ("t0", "t1", "t2")
PLAIN: Final[Mapping[str, tuple[Any, ...]]] = {
    "jurisdiction": ("j0", "j1", "j2", "j3", "j4"),
    "body": ("b0", "b1", "b2"),
    "post": ("s0", "s1", "s2"),
    "person": ("x0", "x1", "x2", "x3"),
    "appointment": ("a0", "a1", "a2"),
    "letter": ("l0", "l1"),
    "pairing": ("r0", "r1"),
    "thing": THINGS,
    "any": ("j0", "j1", "j2", "b0", "s0", "x0", "x1", *THINGS),
}
DAYS: Final = ("2016-01-01", "2016-02-29", "2017-05-31", "2017-07-10", "2018-01-01", "2018-03-05")
DATED: Final = {
    "day": st.sampled_from(DAYS),
    "edtf": st.sampled_from((*DAYS, "2016", "2017-07")),
    "timestamp": st.sampled_from(("2017-07-10T08:00:00+08:00", "2018-01-01T00:30:00Z")),
}
FORMS: Final[Mapping[str, Strategy]] = {
    "money": st.sampled_from(("0.00", "0.01", "1000.00", "170000000.00")),
    "decimal": st.sampled_from(("0", "-1.5", "12.25")),
    "ratio": st.sampled_from(("0", "0.30", "1")),
    "count": st.integers(0, 3),
    "year": st.integers(2016, 2018),
    "flag": st.booleans(),
    "sha256": st.just("0" * 64),
    "map": st.just({"a": "b"}),
    "text": st.sampled_from(("e0", "e1", "甲", "t0")),
}
TELLING: Final[Mapping[str, Any]] = {
    "text": "甲",
    "flag": True,
    "map": {"a": "b"},
    "count": 0,
    "year": 2016,
    "sha256": "0" * 64,
    "decimal": "-1.5",
    "ratio": "0.305",
    "money": "0.00",
}
"""A value that tells a form from all that come after it: a type is the first form whose value it accepts."""


def data_of(kind: type[Kind]) -> Strategy:
    """Data that the catalogue accepts for a kind."""
    return _part(kind).filter(lambda data: _fits(kind, data))


def _fits(model: type[Part], data: Any) -> bool:
    try:
        model.model_validate(data)
    except ValidationError:
        return False
    return True


def _part(model: type[Part]) -> Strategy:
    hints = get_type_hints(model, include_extras=True)
    required: dict[str, Strategy] = {}
    optional: dict[str, Strategy] = {}
    for name, info in model.model_fields.items():
        wanted = required if info.is_required() else optional
        wanted[info.alias or name] = _value(hints[name])
    return st.fixed_dictionaries(required, optional=optional)


def _value(hint: Any) -> Strategy:
    for mark in getattr(hint, "__metadata__", ()):
        if isinstance(mark, Names):
            return st.sampled_from(PLAIN[mark.entity])
        if isinstance(mark, Dated):
            return DATED[mark.form]
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return st.one_of([st.none() if arg is type(None) else _value(arg) for arg in get_args(hint)])
    if origin is Literal:
        return st.sampled_from(get_args(hint))
    if origin is list:
        return st.lists(_value(get_args(hint)[0]), max_size=2)
    if isinstance(hint, type) and issubclass(hint, Part):
        return _part(hint).filter(lambda data: _fits(hint, data))
    return _plain(hint)


def _plain(hint: Any) -> Strategy:
    """The first form whose values a plain type accepts."""

    class One(Part):
        value: hint

    for form, telling in TELLING.items():
        if _fits(One, {"value": telling}):
            return FORMS[form]
    raise AssertionError(f"no values for {hint!r}")


MATTERS: Final[Mapping[str, Strategy]] = {name: data_of(KINDS[name]) for name in OF_KIND if name not in KEY_KINDS}
"""Kind to its data, for every kind that tells of a matter; but keys, which the door takes only where they are sound."""
