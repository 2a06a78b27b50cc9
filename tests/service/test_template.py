"""`GET /v1/kinds/{type}/template`, and that the columns of every kind hold whatever its data may say."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.catalogue.base import Kind
from events.catalogue.registry import KINDS
from service.tables.columns import Column, columns_of, folded, put, understood
from service.tables.identity import APART, BY_CONTENT, event_id, told_apart_by
from service.tables.ledger import read_ledger
from service.tables.template import ATTRIBUTES, kind_in_header
from service.tables.writing import template
from tests.thorough import examples

CJK = re.compile(r"[\u4e00-\u9fff]")
REPORTED = [kind for kind in KINDS.values() if not kind.SERVICE_ONLY]


@pytest.mark.anyio
async def test_a_template_is_an_empty_ledger(client: httpx.AsyncClient) -> None:
    """The template is one row of Chinese titles in UTF-8 with BOM and CRLF, a column for every field."""
    answer = await client.get("/v1/kinds/responsibility-letter.signed/template", params={"format": "csv"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="responsibility-letter.signed.csv"' in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.content.endswith(b"\r\n")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 1
    assert rows[0][:4] == ["事件标识(responsibility-letter.signed)", "报送来源", "报送时间", "责任书编号"]
    assert {"签订人.人员编号", "签订人.岗位编号", "签订日期", "扫描件 SHA-256"} <= set(rows[0])
    fields = (await client.get("/v1/kinds/responsibility-letter.signed")).json()["fields"]
    assert {header.partition(".")[0] for header in rows[0][3:]} == {field["title"] for field in fields}
    assert (await client.get("/v1/kinds/responsibility-letter.signed/template")).content == answer.content


@pytest.mark.anyio
async def test_what_has_no_template(client: httpx.AsyncClient) -> None:
    """Another format is a bad parameter; a kind that is not there, or that only the service makes, is not found."""
    wrong = await client.get("/v1/kinds/visit.made/template", params={"format": "xlsx"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "bad-parameter")
    assert "csv" in wrong.json()["detail"]
    for name in ("no.kind", "access.recorded"):
        assert (await client.get(f"/v1/kinds/{name}/template")).status_code == 404
    assert (await client.get("/v1/kinds/visit.made/template", headers={"Authorization": ""})).status_code == 401


@pytest.mark.parametrize("kind", REPORTED, ids=lambda kind: kind.NAME)
def test_headers_mean_one_thing(kind: type[Kind]) -> None:
    """No two columns of a kind share a header, in Chinese or in English, and none is taken for the event's own."""
    headers = [column.header for column in columns_of(kind)]
    assert all(CJK.search(header) for header in headers)
    assert len({folded(header) for header in headers}) == len(headers)
    assert not {folded(header) for header in headers} & {folded(header) for header in ATTRIBUTES}
    assert {column.path[0] for column in columns_of(kind)} == {
        info.alias or name for name, info in kind.model_fields.items()
    }
    first = template(kind).decode("utf-8-sig").partition(",")[0]
    assert kind_in_header(first) == ("事件标识", kind.NAME)


@pytest.mark.parametrize("kind", REPORTED, ids=lambda kind: kind.NAME)
def test_ids_are_made_of_what_a_row_is_about(kind: type[Kind]) -> None:
    """What tells the events of a kind apart are fields of it, of which the first is required."""
    fields = told_apart_by(kind)
    names = {info.alias or name: info for name, info in kind.model_fields.items()}
    assert set(fields) <= names.keys()
    assert not fields or names[fields[0]].is_required()
    assert kind.NAME not in APART or kind.NAME not in BY_CONTENT


def test_an_id_ignores_what_may_be_edited() -> None:
    """A row keeps its event's id when its content is edited, unless that content is the day that tells it apart."""
    started, observed = KINDS["appointment.started"], KINDS["appointment.observed"]
    assert event_id(started, {"appointment_id": "a1", "post_id": "s1"}) == "appointment.started:a1"
    assert event_id(started, {"appointment_id": "a1", "post_id": "s2"}) == "appointment.started:a1"
    days = {event_id(observed, {"appointment_id": "a1", "on": day}) for day in ("2018-01-01", "2018-01-02")}
    assert len(days) == 2
    entry = KINDS["ledger-entry.recorded"]
    assert event_id(entry, {"funds": "1.00"}) != event_id(entry, {"funds": "2.00"})
    assert len(event_id(started, {"appointment_id": "长" * 120})) <= 120


texts = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cf")), min_size=1, max_size=12)
plain_texts = texts.filter(lambda text: text[0] not in "[{" and text == text.strip())
ids = st.text('abc-0129;,，；"甲乙', min_size=1, max_size=8)
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "text": plain_texts,
    "id": ids,
    "money": plain_texts,
    "code": st.sampled_from(["62", "6212", "621223", "621223100", "621223100200"]),
    "integer": st.integers(-(2**53) + 1, 2**53 - 1),
    "flag": st.booleans(),
    "json": st.lists(st.dictionaries(ids, st.one_of(texts, st.integers(0, 9), st.lists(texts))), max_size=3),
}


def value_of(column: Column) -> st.SearchStrategy[Any]:
    """Values that a column may hold."""
    if column.shape == "list":
        return st.lists(VALUES[column.items], min_size=1, max_size=3)
    return VALUES[column.shape]


def cell_of(column: Column, value: Any) -> str:
    """How a person writes a value into a cell."""
    if column.shape == "list" and not any(re.search(r"[;\uff1b]|^\[|^\s|\s$", str(item)) for item in value):
        return "；".join(map(str, value))
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


@settings(max_examples=examples(150), deadline=None)
@given(st.data())
def test_a_row_says_what_its_data_says(data: st.DataObject) -> None:
    """Whatever a field may hold can be written into its cell, under either header, and is read as it was."""
    kind = data.draw(st.sampled_from(REPORTED))
    columns = data.draw(st.lists(st.sampled_from(columns_of(kind)), min_size=1, unique=True))
    wanted: dict[str, Any] = {}
    header, row = [f"事件标识({kind.NAME})"], ["e1"]
    for column in columns:
        value = data.draw(value_of(column))
        put(wanted, column.path, value)
        english = data.draw(st.booleans())
        header.append(column.name if english else column.header)
        row.append(cell_of(column, value))
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, row])
    ledger = read_ledger(out.getvalue().encode(data.draw(st.sampled_from(["utf-8", "utf-8-sig"]))))
    assert ledger.faults == []
    assert [entry.event["data"] for entry in ledger.entries] == [wanted]


def test_a_whole_object_may_be_one_cell() -> None:
    """An object, or the plain id that stands for one, may be given in one cell under its own title."""
    kind = KINDS["report.submitted"]
    assert understood(kind)[folded("报告人或报告机构")].whole
    for cell, wanted in (("b1", "b1"), ('{"body_id": "b1"}', {"body_id": "b1"})):
        out = io.StringIO(newline="")
        csv.writer(out).writerows([["id(report.submitted)", "报告编号", "报告人或报告机构"], ["e", "r1", cell]])
        ledger = read_ledger(out.getvalue().encode())
        assert ledger.entries[0].event["data"] == {"report_id": "r1", "reporter": wanted}
