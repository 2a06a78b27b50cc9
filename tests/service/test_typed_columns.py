"""Every kind of the catalogue as a table: its columns, and that its fields keep their names."""

from __future__ import annotations

from events.catalogue.registry import KINDS
from service.exports import registers
from service.exports.beliefs import FACT_COLUMNS, columns_of
from service.exports.typed_columns import bounded, types_of


def test_no_field_is_hidden_by_a_column_that_every_table_has() -> None:
    """The columns of a kind are those of every fact and its own fields, none of one name but for case."""
    for kind in KINDS.values():
        assert types_of(kind).keys().isdisjoint(FACT_COLUMNS)
        assert len({name.lower() for name in columns_of(kind)} | {"log_id"}) == len(columns_of(kind)) + 1
        assert types_of(kind).keys() >= kind.model_json_schema()["properties"].keys()
    for columns in registers.COLUMNS.values():
        assert len({name.lower() for name in columns} | {"log_id"}) == len(columns) + 1


def test_types_are_those_of_the_schema() -> None:
    """Amounts, days, counts, lists, objects and lists of objects; what has no one form is JSON."""
    paid, met, visit = (types_of(KINDS[name]) for name in ("funds.disbursed", "meeting.held", "visit.made"))
    assert (paid["amount"], paid["disbursed_on"]) == ("DECIMAL(18,2)", "DATE")
    assert paid["approved_by"] == 'STRUCT("person_id" VARCHAR, "post_id" VARCHAR)'
    assert visit["visitor"].endswith("[]")
    assert visit["nights"] == "BIGINT"
    assert types_of(KINDS["record.corrected"])["corrected_payload"] == "JSON"
    assert met["held_on"] == "DATE"


def test_an_edtf_date_has_its_first_and_last_day() -> None:
    """Beside the date as stated; nothing beside one that is absent."""
    started = KINDS["appointment.started"]
    assert types_of(started)["effective_from"] == "VARCHAR"
    assert bounded(started, {"effective_from": "2016-02", "held_by": "2016-03-01"}) == {
        "effective_from": "2016-02", "effective_from_first": "2016-02-01", "effective_from_last": "2016-02-29",
        "held_by": "2016-03-01",
    }  # fmt: skip
    assert bounded(started, {"held_by": "2016-03-01"}) == {"held_by": "2016-03-01"}
