"""Filing: each project, household or posting has its documents in its archive, in the order that the text gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass as plain
from itertools import pairwise
from typing import Any, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, evidence
from projections.duties.days import holds
from projections.duties.members import Whom, members
from projections.duties.names import Register
from projections.duties.outcome import SEVERITY, Gap, Outcome
from projections.duties.postings import things
from projections.duties.records import Act, Matter
from projections.policies.rule import Status

_FILED = "record.filed"


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Document:
    """A document: `words` of which its kind must hold one (none: any document); `after`: the steps it follows from."""

    name: str
    words: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`of`: the registers of what has an archive; an archive bears the id of what it is of, or of its project.

    `each`: one outcome for each archive, or one for all. Documents are in the order of the text.
    """

    of: tuple[Register, ...]
    documents: tuple[Document, ...]
    once: tuple[str, ...] = ()
    each: bool = True
    order: Literal["sequence", "filed-on", "none"] = "none"
    """By what the order is read: the number in the archive (where one has none, the day of filing), the day, or not."""
    by_stage: bool = False
    """Whether a document is missing only when the step that it follows from is on record."""


@plain(frozen=True, slots=True)
class _Archive:
    """What is in one archive."""

    filed: Mapping[str, Sequence[Act]]
    missing: Sequence[str]
    """Documents that should be there."""
    later: Sequence[str]
    """Documents that cannot be there yet."""
    disorder: Sequence[tuple[str, str]]
    unclear: Sequence[tuple[str, str]]
    """Pairs of documents whose order the record does not decide."""

    @property
    def status(self) -> Status:
        """A wrong order is worse than a missing document: it was filed, and filed wrongly."""
        if self.disorder:
            return "breached"
        if self.missing:
            return "gap"
        if self.unclear:
            return "undetermined"
        return "due" if self.later else "met"


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for each archive, or one for all of them."""
    found = list(_things(params, case))
    if not found:
        yield Outcome("not-applicable", expected=_expected(params))
        return
    read = [(matter, _archive(params, case, matter)) for matter in found]
    if params.each:
        yield from (_told(params, matter, archive) for matter, archive in read)
        return
    short = [matter.own_id for matter, archive in read if archive.status != "met"]
    acts = [act for _, archive in read for filed in archive.filed.values() for act in filed]
    yield Outcome(
        max((archive.status for _, archive in read), key=lambda status: SEVERITY[status]),
        expected=_expected(params),
        actual={"total": len(found), "complete": len(found) - len(short)},
        gaps=tuple(Gap(None, None, "not-filed", one) for one in short[:100]),
        evidence=evidence(acts),
        more={"incomplete": short[:100], "incomplete_count": len(short)},
    )


def _things(params: Params, case: Case) -> Iterator[Matter]:
    """Matters of the registers; of households, those on the register that day."""
    if "household" in params.of:
        for member in members(Whom("households"), case):
            if holds(member.needed, case.day):
                yield case.dossier.matters[f"household:{member.id}"]
    others = [name for name in params.of if name != "household"]
    yield from things(case, others, params.once, own=False)


def _archive(params: Params, case: Case, matter: Matter) -> _Archive:
    ids = {matter.own_id}
    if matter.part_of is not None:
        ids.add(matter.part_of.partition(":")[2] or matter.part_of)
    records = [act for one in sorted(ids) for act in case.dossier.about(_FILED, one) if act.data.get("archive") == one]
    filed = {document.name: [act for act in records if _is(document, act)] for document in params.documents}
    steps = {act.kind for act in matter.acts}
    absent = [document for document in params.documents if not filed[document.name]]
    later = [one.name for one in absent if params.by_stage and one.after and steps.isdisjoint(one.after)]
    missing = [one.name for one in absent if one.name not in later]
    disorder, unclear = [], []
    there = [document.name for document in params.documents if filed[document.name]]
    if params.order != "none":
        for one, other in pairwise(there):
            before = _before(params, filed[one], filed[other])
            if before is False:
                disorder.append((one, other))
            if before is None:
                unclear.append((one, other))
    return _Archive(filed, missing, later, disorder, unclear)


def _is(document: Document, act: Act) -> bool:
    kind = act.data.get("kind") or ""
    return not document.words or any(word in kind for word in document.words)


def _before(params: Params, one: Sequence[Act], other: Sequence[Act]) -> bool | None:
    """Whether the first of one document stands before the first of another; None where that is not told."""
    if params.order == "sequence" and all(act.data.get("sequence") is not None for act in (*one, *other)):
        first, second = (min(int(act.data["sequence"]) for act in acts) for acts in (one, other))
        return None if first == second else first < second
    filed, then = (min((act.on for act in acts if act.on is not None), default="") for acts in (one, other))
    return None if "" in (filed, then) or filed == then else filed < then


def _told(params: Params, matter: Matter, archive: _Archive) -> Outcome:
    acts = [act for filed in archive.filed.values() for act in filed]
    gaps = [Gap(None, None, f"not-filed:{name}", matter.own_id) for name in archive.missing]
    gaps += [Gap(None, None, f"out-of-order:{one}>{other}", matter.own_id) for one, other in archive.disorder]
    return Outcome(
        archive.status,
        about=matter.own_id,
        expected=_expected(params),
        actual={
            name: [{"record": act.matter.partition(":")[2], "sequence": act.data.get("sequence"), "on": act.on}
                   for act in filed]
            for name, filed in archive.filed.items()
        },
        gaps=tuple(gaps),
        evidence=[*evidence(matter.acts[:1]), *evidence(acts)],
        more={
            "missing": list(archive.missing), "not_yet": list(archive.later),
            "out_of_order": [list(pair) for pair in archive.disorder],
            "order_unclear": [list(pair) for pair in archive.unclear],
        },
    )  # fmt: skip


def _expected(params: Params) -> dict[str, Any]:
    return {"of": list(params.of), "documents": [document.name for document in params.documents], "order": params.order}
