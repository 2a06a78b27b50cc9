"""The catalogue of event kinds: closed, complete, titled in Chinese, and strict about what it accepts."""

from __future__ import annotations

import importlib
import pkgutil
import re
import types
import typing
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from pydantic import ValidationError

from events import catalogue, fields
from events.catalogue import posts, registry
from events.catalogue.base import Kind, Part
from events.catalogue.registry import KINDS

# Every kind and the fields it requires, written down a second time on purpose: a change of the
# catalogue is a change of the public surface and has to be made here too.
REQUIRED = {
    "jurisdiction.registered": "jurisdiction_id code name_zh level",
    "jurisdiction.renamed": "jurisdiction_id effective_from",
    "jurisdiction.reparented": "jurisdiction_id new_parent_id effective_from",
    "jurisdiction.restructured": "predecessor_ids effective_from",
    "designation.listed": "list jurisdiction_id effective_from",
    "designation.lifted": "list jurisdiction_id effective_from",
    "instrument.issued": "instrument_id",
    "instrument.superseded": "instrument_id effective_from",
    "body.established": "body_id",
    "body.dissolved": "body_id effective_from",
    "post.established": "post_id title_zh",
    "post.abolished": "post_id effective_from",
    "person.registered": "person_id name_zh",
    "person.merged": "person_id into_person_id",
    "appointment.started": "appointment_id person_id post_id",
    "appointment.ended": "appointment_id",
    "appointment.observed": "appointment_id on",
    "portfolio.assigned": "appointment_id effective_from",
    "transfer.proposed": "person_id proposed_on",
    "transfer.decided": "proposal_event_id decided_on",
    "staffing.adjusted": "body_id effective_from",
    "pairing.started": "pairing_id helper assisted effective_from",
    "pairing.ended": "pairing_id effective_until",
    "handover.completed": "handover_id completed_on",
    "responsibility-letter.signed": "letter_id signed_on",
    "responsibility-letter.countersigned": "letter_id signed_on",
    "responsibility-letter.superseded": "letter_id effective_from",
    "responsibility-letter.discharged": "letter_id effective_until",
    "target.set": "target_id",
    "plan.adopted": "plan_id",
    "plan.revised": "plan_id effective_from",
    "task.assigned": "task_id",
    "task.completed": "task_id completed_on",
    "visit.made": "visit_id started_on",
    "meeting.held": "meeting_id held_on",
    "report.submitted": "report_id submitted_on",
    "report.acknowledged": "report_id received_on",
    "duty-report.delivered": "duty_report_id delivered_on",
    "training.held": "training_id held_on",
    "outreach.held": "outreach_id started_at",
    "issue.escalated": "issue_id raised_on",
    "issue.resolved": "issue_id resolved_on",
    "opinion.received": "opinion_id received_on",
    "opinion.answered": "opinion_id answered_on",
    "inspection.held": "inspection_id started_on",
    "audit.completed": "audit_id completed_on",
    "finding.raised": "finding_id raised_on",
    "rectification.ordered": "rectification_id ordered_on",
    "rectification.extended": "rectification_id deadline extended_on",
    "rectification.reassigned": "rectification_id handover_on",
    "rectification.completed": "rectification_id completed_on",
    "rectification.verified": "rectification_id verified_on",
    "rectification.reopened": "rectification_id reopened_on",
    "rectification.closed": "rectification_id closed_on",
    "interview.held": "interview_id held_on",
    "accountability-case.opened": "case_id opened_on",
    "accountability-case.closed": "case_id closed_on",
    "sanction.imposed": "sanction_id imposed_on",
    "sanction.lifted": "sanction_id lifted_on",
    "evaluation.recorded": "evaluation_id recorded_on",
    "reward.granted": "reward_id granted_on",
    "budget.appropriated": "budget_id special_fund adopted_on",
    "funds.allocated": "allocation_id amount allocated_on",
    "funds.consolidated": "consolidation_id amount consolidated_on",
    "funds.disbursed": "disbursement_id amount disbursed_on",
    "funds.reimbursed": "reimbursement_id amount reimbursed_on",
    "funds.recovered": "recovery_id amount recovered_on",
    "donation.received": "donation_id received_on",
    "project.proposed": "project_id proposed_on",
    "project.reviewed": "project_id reviewed_on",
    "project.registered": "project_id registered_on",
    "project.approved": "project_id approved_on",
    "project.accepted": "project_id accepted_on",
    "ledger-entry.recorded": "entered_on",
    "household.identified": "household_id",
    "household.updated": "household_id effective_from",
    "household.removed": "household_id effective_from",
    "measure.delivered": "measure_id delivered_on",
    "exit.proposed": "exit_id proposed_on",
    "exit.verified": "exit_id verified_on",
    "exit.consented": "exit_id consented_on",
    "exit.publicised": "exit_id notice_from",
    "exit.objected": "exit_id objected_on",
    "exit.reviewed": "exit_id reviewed_on",
    "exit.assessed": "exit_id assessed_on",
    "exit.approved": "exit_id approved_on",
    "exit.rejected": "exit_id rejected_on",
    "exit.recorded": "exit_id recorded_on",
    "exit.reported": "exit_id reported_on",
    "incident.reported": "incident_id reported_on",
    "incident.resolved": "incident_id resolved_on",
    "publicity.posted": "posting_id posted_from",
    "publicity.withdrawn": "posting_id withdrawn_on",
    "record.filed": "record_id filed_on",
    "dataset.attested": "dataset attested_on",
    "record.corrected": "corrects_event_id corrected_payload",
    "record.annulled": "annuls_event_id",
    "key.registered": "key_id algorithm public_key valid_from",
    "key.revoked": "key_id",
    "access.recorded": "at outcome",
    "record.erased": "position erased_on",
    "loss.declared": "log size root reason",
    "index.recorded": "log size root map_root",
}

EXACTLY_ONE = {
    "post.established": ("body_id", "jurisdiction_id"),
    "appointment.started": ("effective_from", "held_by"),
    "appointment.ended": ("effective_until", "gone_by"),
}
AT_LEAST_ONE = {"household.identified": ("effective_from", "registered_on"), "key.registered": ("person_id", "body_id")}

SAMPLES: dict[object, Any] = {
    fields.Text: "文本",
    fields.Day: "2018-03-05",
    fields.EdtfDate: "2018-03",
    fields.Timestamp: "2018-03-05T09:00:00+08:00",
    fields.Money: "170000000.00",
    fields.Decimal: "12.5",
    fields.Ratio: "0.30",
    fields.Count: 3,
    fields.Seats: 1,
    fields.Year: 2018,
    fields.Flag: True,
    fields.Sha256: "0" * 64,
    fields.Base64: "AAAA",
    fields.DivisionCode: "621223",
    fields.Classification: "内部",
    fields.Function: "party-principal",
    fields.FreeMap: {"键": "值"},
}
NUMERIC = (fields.Money, fields.Decimal, fields.Ratio, fields.Count, fields.Seats, fields.Year)
CJK = re.compile(r"[\u4e00-\u9fff]")

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())


def types_of(model: type[Part]) -> dict[str, object]:
    """The annotated type of each field, by the name it has in JSON and without its `None`."""
    hints = typing.get_type_hints(model, include_extras=True)
    return {field.alias or name: without_none(hints[name]) for name, field in model.model_fields.items()}


def without_none(hint: object) -> object:
    """`X` of `X | None`, else the type itself."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(option for option in typing.get_args(hint) if option is not types.NoneType)
    return hint


def sample(hint: object) -> Any:
    """A valid value of a field's type."""
    if typing.get_origin(hint) is list:
        return [sample(typing.get_args(hint)[0])]
    if typing.get_origin(hint) is Literal:
        return typing.get_args(hint)[0]
    if isinstance(hint, type) and issubclass(hint, Part):
        return full(hint)
    # Ids and moments are not listed: a day is a valid one of either.
    return next((value for known, value in SAMPLES.items() if hint == known), "2018-03-05")


def full(model: type[Part]) -> dict[str, Any]:
    """A payload with every field given, but for the second of two that exclude each other."""
    left_out = EXACTLY_ONE.get(model.NAME, ())[1:] if issubclass(model, Kind) else ()
    return {name: sample(hint) for name, hint in types_of(model).items() if name not in left_out}


def minimal(kind: type[Kind]) -> dict[str, Any]:
    """A payload with the required fields alone."""
    one_of = {**EXACTLY_ONE, **AT_LEAST_ONE}.get(kind.NAME, ())[:1]
    return {name: sample(types_of(kind)[name]) for name in (*REQUIRED[kind.NAME].split(), *one_of)}


def parts_of(model: type[Part]) -> Iterator[type[Part]]:
    """The model and every JSON object inside it."""
    yield model
    for hint in types_of(model).values():
        inner = typing.get_args(hint)[0] if typing.get_origin(hint) is list else hint
        if isinstance(inner, type) and issubclass(inner, Part):
            yield from parts_of(inner)


def faults(model: type[Part], payload: dict[str, Any]) -> set[tuple[str, str]]:
    """(type of the error, first step of its place) of each fault; empty where the payload is sound."""
    try:
        model.model_validate(payload)
    except ValidationError as error:
        return {(found["type"], str(found["loc"][0]) if found["loc"] else "") for found in error.errors()}
    return set()


def test_catalogue_is_closed() -> None:
    """The catalogue has exactly the kinds written down here, in the catalogue's order."""
    assert list(KINDS) == list(REQUIRED)
    assert registry.find("appointment.started") is KINDS["appointment.started"]
    assert registry.find("appointment.vanished") is None


def test_no_kind_is_left_out() -> None:
    """Every kind defined in any module of the package is in the registry."""
    for module in pkgutil.iter_modules(catalogue.__path__):
        for value in vars(importlib.import_module(f"{catalogue.__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Kind) and value is not Kind:
                assert KINDS[value.NAME] is value


def test_two_kinds_of_one_name_are_refused() -> None:
    """The registry cannot be built where two kinds bear one name."""
    with pytest.raises(ValueError, match=r"two kinds named instrument\.issued"):
        registry.collect(posts, posts)


def test_only_the_service_records_of_itself() -> None:
    """Access, erasure, losses and the map of names are among the few kinds that the door never accepts."""
    alone = {kind.NAME for kind in KINDS.values() if kind.SERVICE_ONLY}
    assert alone == {"access.recorded", "index.recorded", "loss.declared", "record.erased"}


@every_kind
def test_kind_describes_itself(kind: type[Kind]) -> None:
    """Every kind has a dotted name, a Chinese title, a source, a version and a sentence of its own."""
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z]+", kind.NAME)
    assert CJK.search(kind.TITLE_ZH)
    assert kind.SOURCE.startswith(("catalogue of kinds, section ", "kinds added to the catalogue"))
    assert kind.VERSION >= 1
    assert (vars(kind)["__doc__"] or "").endswith(".")


@every_kind
def test_every_field_has_a_chinese_title(kind: type[Kind]) -> None:
    """Forms, templates and exports find a Chinese title on every field, inside objects as well."""
    for part in parts_of(kind):
        for name, field in part.model_fields.items():
            assert CJK.search(field.title or ""), f"{part.__name__}.{name}"


@every_kind
def test_titles_differ_within_a_kind(kind: type[Kind]) -> None:
    """No two fields of one kind share a title, so that a ledger's headers are unambiguous."""
    titles = [field.title for field in kind.model_fields.values()]
    assert len(titles) == len(set(titles))


@every_kind
def test_required_fields(kind: type[Kind]) -> None:
    """A kind requires what the table says and nothing else, and misses each of them by name."""
    required = {field.alias or name for name, field in kind.model_fields.items() if field.is_required()}
    assert required == set(REQUIRED[kind.NAME].split())
    assert faults(kind, minimal(kind)) == set()
    for name in required:
        payload = minimal(kind)
        del payload[name]
        assert faults(kind, payload) == {("missing", name)}


@every_kind
def test_every_field_accepts_a_value_of_its_type(kind: type[Kind]) -> None:
    """A payload with every field given is accepted."""
    assert faults(kind, full(kind)) == set()


@every_kind
def test_null_means_absent(kind: type[Kind]) -> None:
    """Every optional field may be null."""
    nulls = dict.fromkeys(types_of(kind))
    assert faults(kind, {**nulls, **minimal(kind)}) == set()


@every_kind
def test_unknown_fields_are_refused(kind: type[Kind]) -> None:
    """A field that the kind does not have is refused by name, inside objects as well."""
    for part in parts_of(kind):
        assert ("extra_forbidden", "surprise") in faults(part, {**full(part), "surprise": "x"})


@every_kind
def test_no_floats_in_numbers(kind: type[Kind]) -> None:
    """Amounts, ratios, counts and years refuse floats, even whole ones, and counts refuse truth values."""
    for part in parts_of(kind):
        for name, hint in types_of(part).items():
            if any(hint == numeric for numeric in NUMERIC):
                for wrong in (1.5, 2018.0, float("nan"), True):
                    assert {place for _, place in faults(part, {**full(part), name: wrong})} == {name}


@every_kind
def test_json_schema(kind: type[Kind]) -> None:
    """Every kind has a JSON Schema that is closed and titles each field in Chinese."""
    schema = kind.model_json_schema()
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == set(types_of(kind))
    assert all(CJK.search(item["title"]) for item in schema["properties"].values())


@pytest.mark.parametrize("name", EXACTLY_ONE)
def test_exactly_one(name: str) -> None:
    """Of two fields that exclude each other one must be given, and both must not."""
    kind, pair = KINDS[name], EXACTLY_ONE[name]
    both = {**minimal(kind), **{field: sample(types_of(kind)[field]) for field in pair}}
    neither = {field: value for field, value in minimal(kind).items() if field not in pair}
    second = {**neither, pair[1]: both[pair[1]]}
    assert faults(kind, both) == faults(kind, neither) == {("exactly_one_of", "")}
    assert faults(kind, second) == set()


@pytest.mark.parametrize("name", AT_LEAST_ONE)
def test_at_least_one(name: str) -> None:
    """Of two fields that may stand for each other one is enough, and none is not."""
    kind, pair = KINDS[name], AT_LEAST_ONE[name]
    neither = {field: value for field, value in minimal(kind).items() if field not in pair}
    assert faults(kind, neither) == {("at_least_one_of", "")}
    for field in pair:
        assert faults(kind, {**neither, field: sample(types_of(kind)[field])}) == set()


def test_one_id_names_an_actor() -> None:
    """In an object of person, post and body one id is enough; an object without any is refused."""
    kind = KINDS["rectification.ordered"]
    for actor in ({"person_id": "p1"}, {"post_id": "o1"}):
        assert faults(kind, {**minimal(kind), "responsible": actor}) == set()
    assert faults(kind, {**minimal(kind), "responsible": {}}) == {("at_least_one_of", "responsible")}


def test_reporter_is_an_object_or_a_body() -> None:
    """A report may come from a person or post, or from the plain id of a body."""
    kind = KINDS["report.submitted"]
    for reporter in ("b1", {"body_id": "b1"}, {"person_id": "p1"}):
        assert faults(kind, {**minimal(kind), "reporter": reporter}) == set()
    assert faults(kind, {**minimal(kind), "reporter": "b/1"}) == {("id", "reporter")}


def test_handover_items_are_objects_or_text() -> None:
    """A line of a handover list may be plain text."""
    kind = KINDS["handover.completed"]
    assert faults(kind, {**minimal(kind), "items": ["印章一枚", {"id": "f1", "state": "未销号"}]}) == set()
    assert faults(kind, {**minimal(kind), "items": [{"state": "未销号"}]}) == {("at_least_one_of", "items")}


def test_from_is_sent_by_its_own_name() -> None:
    """`from` of a reassignment is its JSON name; the attribute's name is not."""
    kind = KINDS["rectification.reassigned"]
    assert faults(kind, {**minimal(kind), "from": {"person_id": "p1"}}) == set()
    assert faults(kind, {**minimal(kind), "from_": {"person_id": "p1"}}) == {("extra_forbidden", "from_")}


def test_codes_of_a_campaign_are_open() -> None:
    """List names, letter kinds, fund names and their like take any text: policy packs declare them."""
    fields_by_kind = {"designation.listed": "list", "funds.allocated": "source", "budget.appropriated": "fund"}
    kinds = ("responsibility-letter.signed", "pairing.started", "measure.delivered")
    for name, field in {**fields_by_kind, **dict.fromkeys(kinds, "kind")}.items():
        assert faults(KINDS[name], {**full(KINDS[name]), field: "河长制-自定"}) == set()


def test_enums_are_closed() -> None:
    """A value outside an enumeration is refused."""
    kind = KINDS["appointment.started"]
    assert faults(kind, {**minimal(kind), "capacity": "正式"}) == {("literal_error", "capacity")}


@pytest.mark.parametrize("moment", ["2018-03-05", "2018-03-05T00:00:00Z", "2018-03-05T08:00:00.5+08:00"])
def test_keys_are_valid_from_a_day_or_an_instant(moment: str) -> None:
    """The validity of a key may be given as a day or as an instant, never less exactly."""
    kind = KINDS["key.registered"]
    assert faults(kind, {**minimal(kind), "valid_from": moment, "valid_until": moment}) == set()
    assert faults(kind, {**minimal(kind), "valid_from": "2018-03"}) == {("timestamp", "valid_from")}


def test_dates_of_office_may_be_inexact() -> None:
    """Appointments, pairings and letters take EDTF dates; `held_by` and other dates are exact days."""
    started = KINDS["appointment.started"]
    held = {"appointment_id": "a1", "person_id": "p1", "post_id": "o1"}
    assert faults(started, {**held, "effective_from": "2018"}) == set()
    assert faults(started, {**held, "held_by": "2018"}) == {("day", "held_by")}
    assert faults(KINDS["visit.made"], {"visit_id": "v1", "started_on": "2018-03"}) == {("day", "started_on")}
