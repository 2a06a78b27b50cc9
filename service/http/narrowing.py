"""The parameters that narrow a question about duties: `system`, `rule`, `level` and `status`, of names that there are.

A mistyped name would read as "nothing owed": it is refused, with what it may be.
"""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import Annotated, Final

from fastapi import Query

from events.errors import BadRequest
from projections.answers.duties import STATUSES
from projections.folds.jurisdiction import LEVELS
from projections.policies.pack import Pack
from service.asking import Asked

Names = Annotated[str | None, Query(description="names, separated by commas")]
_NEAR: Final = 3
_SHOWN: Final = 60
"""Characters of a wrong name that its problem repeats."""


def systems_of(asked: Asked, text: str | None) -> frozenset[str] | None:
    """The systems named, of packs of the service or of `policies=`; None for all. Raises BadRequest."""
    found = _names("system", text)
    known = {pack.system: None for pack in _packs(asked)}
    _refuse_unknown("system", found, known, ", ".join(known))
    return found


def rules_of(asked: Asked, text: str | None) -> frozenset[str] | None:
    """The rules named, also such as no event decides; None for all. Raises BadRequest, which names the most alike."""
    found = _names("rule", text)
    if found is not None:
        known = {one: None for pack in _packs(asked) for one in _rules(pack)}
        near = get_close_matches(min(found - known.keys(), default="")[:_SHOWN], known, _NEAR, cutoff=0)
        _refuse_unknown("rule", found, known, f"{', '.join(near)}… (/v1/policies/{{system}})")
    return found


def levels_of(text: str | None) -> frozenset[str] | None:
    """The levels named; None for all. Raises BadRequest."""
    found = _names("level", text)
    _refuse_unknown("level", found, LEVELS, ", ".join(LEVELS))
    return found


def statuses_of(text: str | None) -> frozenset[str] | None:
    """The statuses named; None for all. Raises BadRequest."""
    found = _names("status", text)
    _refuse_unknown("status", found, STATUSES, ", ".join(STATUSES))
    return found


def _packs(asked: Asked) -> list[Pack]:
    """The packs whose names are known: those of the service, and those of the answer."""
    return [*asked.service.packs.values(), *asked.packs]


def _rules(pack: Pack) -> list[str]:
    return [rule.id for rule in pack.rules] + [row.id for row in pack.not_decided]


def _names(parameter: str, text: str | None) -> frozenset[str] | None:
    """The names given, separated by commas; None for a parameter that is absent. Raises BadRequest for no name."""
    if text is None:
        return None
    found = frozenset(one.strip() for one in text.split(",") if one.strip())
    if not found:
        raise BadRequest(
            name=parameter, value=text[:_SHOWN], expected_zh="一个或几个名称", expected_en="a name, or several"
        )
    return found


def _refuse_unknown(parameter: str, found: Collection[str] | None, known: Collection[str], expected: str) -> None:
    for one in sorted(found or ()):
        if one not in known:
            raise BadRequest(
                name=parameter, value=one[:_SHOWN], expected_zh=expected, expected_en=f"some of {expected}"
            )
