"""Entries of working ledgers, each due for acceptance by the end of the year it was entered in. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from projections.duties.case import Case
from projections.duties.doing import bearers
from projections.duties.due import Due
from projections.duties.records import Act, Matter
from projections.duties.targets import named


def of_case(case: Case, results: Sequence[str]) -> Iterator[Due]:
    """The entries about the places that the instrument names or the unit is paired with, that name it or no unit."""
    dossier = case.dossier
    own = bearers(case, ())
    names = {dossier.bodies[one].name for one in own if one in dossier.bodies}
    places = {one.assisted for unit in own for one in dossier.pairings_of(unit)} | {*named(case)}
    places |= {below for one in named(case) for below in dossier.below(one)}
    found = {act.position: act for place in places for act in dossier.about("ledger-entry.recorded", place)}
    for act in sorted(found.values(), key=lambda act: act.position):
        if act.data.get("unit") is None or act.data["unit"] in names:
            yield _due(case, act, results)


def _due(case: Case, entry: Act, results: Sequence[str]) -> Due:
    accepted = list(_accepted(case, entry))
    good = [act for act in accepted if act.data.get("result") in results]
    due_on = None if entry.on is None else f"{entry.on[:4]}-12-31"
    doubt = "no-project-name" if entry.data.get("project_name") is None else None
    actual: dict[str, Any] = {"accepted": [{"on": act.on, "result": act.data.get("result")} for act in accepted]}
    done_on = min((act.on for act in good if act.on is not None), default=None)
    return Due(
        case.dossier.matters[entry.matter].own_id, entry.on, due_on, done_on, doubt,
        {"accepted": entry.data.get("project_name"), "by": due_on}, actual, [entry, *accepted],
        more={"project": entry.data.get("project_name"), "unit": entry.data.get("unit")},
    )  # fmt: skip


def _accepted(case: Case, entry: Act) -> Iterator[Act]:
    """The acceptances of a project of the entry's name, at its place or below."""
    dossier, place = case.dossier, entry.data.get("paired_village")
    for one in () if place is None else (place, *dossier.below(place)):
        for act in dossier.about("project.accepted", one):
            of_name = _name(dossier.matters[act.matter]) == entry.data.get("project_name")
            if of_name and act.on is not None and act.on >= str(entry.on)[:4]:
                yield act


def _name(matter: Matter) -> str | None:
    """The name of a project as any of its steps gives it."""
    return next((str(act.data["name_zh"]) for act in matter.acts if act.data.get("name_zh")), None)
