"""The fields of forms, for every kind of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from events.catalogue.base import Kind
from events.catalogue.registry import KINDS
from service.console.fields import Field, fields_of

SHAPES = {"text", "id", "day", "edtf", "timestamp", "integer", "flag", "choice", "choices", "object", "list", "map"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
EVERY = [kind for kind in KINDS.values() if not kind.SERVICE_ONLY]
PROPER = {"Ed25519", "SM2"}
"""Values that are proper names."""


def every(fields: Any) -> Iterator[Field]:
    """Fields and all that stands in them."""
    for field in fields:
        yield field
        yield from every(field.members)


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.NAME)
def test_every_field_of_a_kind_is_in_its_form(kind: type[Kind]) -> None:
    """Names, titles and what is required are those of the kind; every value of a list has a Chinese name."""
    fields = fields_of(kind.model_json_schema())
    found = {field.name: (field.title, field.required) for field in fields}
    assert found == {info.alias or name: (info.title, info.is_required()) for name, info in kind.model_fields.items()}
    for field in every(fields):
        assert field.shape in SHAPES, field
        assert field.shape not in ("object", "list") or field.members, field
        assert field.shape not in ("choice", "choices") or field.choices, field
        for choice in field.choices:
            assert choice.value in PROPER or CHINESE.search(choice.zh), (field.name, choice)


def test_what_a_field_holds_is_known_by_its_type() -> None:
    """Ids know what they name, dates their precision, groups and lists what stands in them."""
    found = {field.name: field for field in fields_of(KINDS["responsibility-letter.signed"].model_json_schema())}
    assert (found["signed_on"].shape, found["letter_id"].shape, found["pages"].shape) == ("edtf", "id", "integer")
    assert (found["targets"].shape, found["targets"].members[0].shape) == ("list", "id")
    signer = {field.name: field for field in found["signatory"].members}
    assert (found["signatory"].shape, signer["person_id"].entity) == ("object", "person")
    visit = {field.name: field for field in fields_of(KINDS["visit.made"].model_json_schema())}
    assert {one.value: one.zh for one in visit["purpose"].choices}["unannounced"] == "暗访"
    plan = {field.name: field for field in fields_of(KINDS["plan.adopted"].model_json_schema())}
    assert {field.name: field.form for field in plan["items"].members[0].members}["amount"] == "money"
    assert {one.value: one.zh for one in plan["plan_kind"].choices}["village"] == "村级规划"


def test_a_group_that_may_be_a_plain_text_is_a_group() -> None:
    """Of several forms that the schema allows the form shows the one that says most."""
    found = {field.name: field for field in fields_of(KINDS["handover.completed"].model_json_schema())}
    assert [field.name for field in found["items"].members[0].members] == ["kind", "id", "text", "state"]
