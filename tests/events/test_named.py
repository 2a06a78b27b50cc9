"""The ids that data names, wherever they stand in it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.catalogue.registry import KINDS
from events.fields import Cites
from events.named import Naming, named_ids, names_in, references
from events.standing import CORRECTED
from tests.events.naming import CITED, own_names
from tests.projections.histories import FACTS
from tests.thorough import examples

facts = st.sampled_from(sorted(FACTS)).flatmap(lambda kind: st.tuples(st.just(kind), FACTS[kind]))


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("person.registered", {"person_id": "p1", "name_zh": "张三", "unit": "某局", "aliases": ["三哥"]}, {"p1"}),
        ("appointment.started", {"appointment_id": "a1", "person_id": "p1", "post_id": "o1"}, {"a1", "p1", "o1"}),
        ("jurisdiction.restructured", {"predecessor_ids": ["j1", "j2"], "successor_ids": ["j3"]}, {"j1", "j2", "j3"}),
        (
            "jurisdiction.restructured",
            {"predecessor_ids": [], "duty_succession": [{"id": "l1", "successor_id": "j3"}, {"id": "l2"}]},
            {"l1", "j3", "l2"},
        ),
        (
            "responsibility-letter.signed",
            {
                "letter_id": "l1",
                "signatory": {"person_id": "p1", "capacity": "代理"},
                "targets": ["t1"],
                "duties": ["d1"],
            },
            {"l1", "p1", "t1"},
        ),
        ("report.submitted", {"report_id": "r1", "reporter": "b1"}, {"r1", "b1"}),
        ("report.submitted", {"report_id": "r1", "reporter": {"person_id": "p1", "body_id": "b1"}}, {"r1", "p1", "b1"}),
        ("rectification.reassigned", {"rectification_id": "x1", "from": {"post_id": "o1"}}, {"x1", "o1"}),
        (
            "handover.completed",
            {"handover_id": "h1", "items": [{"id": "f1", "text": "问题一"}, {"text": "其他"}]},
            {"h1", "f1"},
        ),
        ("record.annulled", {"annuls_event_id": "e1", "approved_by": {"person_id": "p1"}}, {"p1"}),
    ],
)
def test_named_ids(kind: str, data: dict[str, Any], expected: set[str]) -> None:
    """Ids are found in fields, lists, objects and lists of objects; texts and codes are not ids."""
    assert named_ids(KINDS[kind], data) == expected


def test_plain_text_of_a_handover_list_is_no_id() -> None:
    """A line of a handover list given as plain text names nothing, unlike a reporter given as a plain id."""
    data = {"handover_id": "h1", "items": ["印章一枚", {"id": "f1"}]}
    assert named_ids(KINDS["handover.completed"], data) == {"h1", "f1"}


@pytest.mark.parametrize("data", [{}, {"person_id": None}, {"person_id": 5}, {"other": "x"}])
def test_data_of_another_form_names_nothing(data: dict[str, Any]) -> None:
    """Nulls, wrong types and unknown fields are passed over."""
    assert named_ids(KINDS["person.registered"], data) == set()


def test_lists_and_objects_of_another_form_name_nothing() -> None:
    """Where a list or an object is expected and something else stands, it is passed over."""
    data = {"letter_id": "l1", "signatory": [1], "targets": "t1"}
    assert named_ids(KINDS["responsibility-letter.signed"], data) == {"l1"}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_every_id_field_of_every_kind(kind: Any) -> None:
    """In every kind a field whose JSON Schema is an id's, at the top, is read."""
    schema = kind.model_json_schema()["properties"]
    for name, field in schema.items():
        options = [field, *field.get("anyOf", [])]
        if any(option.get("maxLength") == 120 and "pattern" in option for option in options):
            assert named_ids(kind, {name: "some-id"}) == {"some-id"}, name


@settings(max_examples=examples(300), deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(facts)
def test_names_of_every_kind(fact: tuple[str, Any]) -> None:
    """In random data of every kind just the ids and citations are names, as the JSON Schema tells them."""
    kind, told = fact
    assert names_in(kind, kind, told) == own_names(kind, kind, told)
    correction = {"corrects_event_id": "e 1", "corrected_payload": told, "approved_by": {"post_id": "s 1"}}
    assert names_in(CORRECTED, kind, correction) == {"e 1", "s 1"} | own_names(kind, kind, told)


@settings(max_examples=examples(100), deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(facts)
def test_references_are_the_ids_with_their_places(fact: tuple[str, Any]) -> None:
    """In random data of every kind just the ids are referred to, each where it stands."""
    kind, told = fact
    found = list(references(KINDS[kind], told))
    assert {one.id for one in found} == named_ids(KINDS[kind], told)
    for one in found:
        value: Any = told
        for step in one.path:
            value = value[step]
        assert value == one.id


def test_references_say_what_is_named() -> None:
    """As the field says it; a plain id that stands for an object is what the object's field would name."""
    told = {"letter_id": "l", "signatory": {"person_id": "x", "post_id": "s"}, "counterparty": "b"}
    assert list(references(KINDS["responsibility-letter.signed"], told)) == [
        (("letter_id",), "letter", "l"),
        (("signatory", "person_id"), "person", "x"),
        (("signatory", "post_id"), "post", "s"),
        (("counterparty",), "any", "b"),
    ]
    reported = {"report_id": "r", "reporter": "b"}
    assert (("reporter",), "body", "b") in list(references(KINDS["report.submitted"], reported))


def test_citations_are_those_of_the_list() -> None:
    """The texts that count as names are just those listed, in whatever kind."""
    marked = {
        (kind, name)
        for kind, model in KINDS.items()
        for name, field in model.model_fields.items()
        if any(isinstance(mark, Cites) for mark in field.metadata) or "Cites(" in repr(field.annotation)
    }
    assert marked == CITED


@pytest.mark.parametrize("told", [None, [], "x", {"corrected_payload": None}, {"corrected_payload": "x"}])
def test_what_is_no_data_names_nothing(told: Any) -> None:
    """Data of another form, and a kind that there is not, name nothing."""
    assert names_in(CORRECTED, "person.registered", told) == set()
    assert names_in("no.kind", "no.kind", {"person_id": "p1"}) == set()


def test_what_corrects_an_unknown_fact_has_its_own_names() -> None:
    """A correction whose fact was not seen names what it names by itself."""
    told = {"corrects_event_id": "e1", "corrected_payload": {"person_id": "p1"}, "approver": "b1"}
    assert Naming().of(5, CORRECTED, 3, told) == {"e1", "b1"}
