"""The ids that data names, wherever they stand in it."""

from __future__ import annotations

from typing import Any

import pytest

from events.catalogue.registry import KINDS
from events.named import named_ids


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
