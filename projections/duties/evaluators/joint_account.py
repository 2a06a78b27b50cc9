"""Joint account: once someone who was sent is called to account, so is the head of the unit that sent them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, evidence
from projections.duties.outcome import Outcome
from projections.duties.records import Act, Tenure


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`events`: what calls someone to account. `sent_functions`: the posts to which units send people.

    `head_functions`: the posts that head a unit.
    """

    sent_functions: tuple[str, ...]
    head_functions: tuple[str, ...]
    events: tuple[str, ...] = ("accountability-case.opened", "sanction.imposed")


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for each pursuit of someone sent to a place of the subject or below, and the unit that sent them."""
    pursued = _pursued(params, case)
    for (matter, unit), acts in sorted(pursued.items()):
        day = min(str(act.on) for act in acts)
        heads = [
            post.id
            for post in case.dossier.posts_in(unit)
            if not case.functions(post).isdisjoint(params.head_functions)
        ]
        held = {one.person for post in heads for one in case.dossier.holders(post, day, ("certain", "possible"))}
        people = sorted(one for one in held if one is not None)
        answers = {
            act.position: act
            for kind in params.events
            for one in (*heads, *people)
            for act in case.dossier.about(kind, one)
            if act.on is not None and act.on >= day and not _named(case, act).isdisjoint((*heads, *people))
        }
        behind = {act.position: act for act in acts} | answers
        yield Outcome(
            "met" if answers else "gap", since=day, about=matter, expected={"called_to_account": people},
            actual={"count": len(answers)}, evidence=evidence([behind[one] for one in sorted(behind)]),
            more={"unit": unit, "heads": heads},
        )  # fmt: skip
    if not pursued:
        yield Outcome("not-applicable")


def _named(case: Case, act: Act) -> set[str | None]:
    """Whom an act itself names: an act about a person is filed under that person's posts and places too."""
    return {case.dossier.person(one) for one in act.subjects}


def _pursued(params: Params, case: Case) -> dict[tuple[str, str], list[Act]]:
    """By case (or sanction outside any case) and sending unit, what was opened or imposed against those sent."""
    place, dossier = case.subject.place or "", case.dossier
    inside = {place, *dossier.below(place)}
    found: dict[tuple[str, str], list[Act]] = defaultdict(list)
    for kind in params.events:
        for act in dossier.acts(kind):
            if act.on is None or not case.binds(act.on):
                continue
            day = act.data.get("occurred_from") or act.on
            for one in act.subjects:
                for tenure in dossier.offices_of(one, day):
                    if tenure.sending_unit is not None and _sent(params, case, tenure, inside):
                        of = str(act.data.get("case_id") or act.matter.partition(":")[2])
                        found[of, tenure.sending_unit].append(act)
    return found


def _sent(params: Params, case: Case, tenure: Tenure, inside: set[str]) -> bool:
    post = case.dossier.posts.get(tenure.post or "")
    return post is not None and post.place in inside and not case.functions(post).isdisjoint(params.sent_functions)
