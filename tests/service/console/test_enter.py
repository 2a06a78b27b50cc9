"""Entering ledgers: what the page offers, and what the preview says of each row; nothing is recorded by it."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import httpx
import pytest
from openpyxl import Workbook

from events.erasing import Order
from service.console import enter
from service.state import Service
from service.tables.template import FAULTS
from tests.service.console.visitors import browser, key_of, read, visitor
from tests.service.test_access import place
from tests.service.test_erasing import erase
from tests.service.test_walk import TREE, posted

pytestmark = pytest.mark.anyio

HEADER = "事件标识(visit.made),走访编号,走访地点编号,开始日期,走访目的"
GOOD = ",v-1,c,2018-03-05,research"


async def preview(
    browser: httpx.AsyncClient, *lines: str, encoding: str = "utf-8", raw: bytes = b"", **asked: str
) -> dict[str, Any]:
    """What the preview says of a file: what was read, its rows by line, how many were checked, the end."""
    content = raw or "".join(f"{line}\r\n" for line in lines).encode(encoding)
    answer = await browser.post("/enter/preview", params={"log": "cn-62", **asked}, content=content)
    assert answer.status_code == 200, answer.text
    said = [json.loads(line) for line in answer.text.splitlines()]
    rows = {row["line"]: row for line in said for row in line.get("rows", ())}
    done = next((line["done"] for line in said if "done" in line), None)
    return {"read": said[0]["read"], "rows": rows, "done": done, "checked": sum(one.get("checked", 0) for one in said)}


async def size(client: httpx.AsyncClient) -> int:
    """How many entries cn-62 has."""
    found: int = (await client.get("/v1/logs/cn-62")).json()["size"]
    return found


async def test_the_page_offers_what_the_key_may_post(client: httpx.AsyncClient, service: Service) -> None:
    """Logs, kinds and sources of the grant, in both languages; the log and kind of the address are chosen."""
    await posted(client, *TREE)
    await client.put("/v1/logs/cn-14")
    key = await key_of(service, "recorder", logs=["cn-62"], kinds=["visit.made"], sources=["urn:example:county"])
    async with visitor(service, key) as opened:
        page = await read(opened, "/enter", log="cn-62", kind="visit.made")
        text = (await opened.get("/enter", params={"kind": "visit.made"})).text
        english = await read(opened, "/enter", lang="en")
    assert 'value="visit.made" selected' in text
    assert "cn-62" in page.text
    assert "cn-14" not in page.text
    assert "urn:example:county" in page.text
    assert "走访调研" in page.text
    assert "会议召开" not in page.text
    assert "新建日志" not in page.text
    assert page.links["走访调研"] == "/enter/visit.made?log=cn-62"
    assert "Preview and try" in english.text


async def test_one_who_may_not_post_is_told_what_to_do(client: httpx.AsyncClient, service: Service) -> None:
    """A reader's key, and a recorder without any log, get a sentence and no form."""
    await posted(client, *TREE)
    async with visitor(service, await key_of(service, "inspector")) as opened:
        page = await read(opened, "/enter")
        refused = await opened.post("/enter/preview", params={"log": "cn-62"}, content=b"")
    assert "您的密钥不能录入" in page.text
    assert "预览并试运行" not in page.text
    assert refused.status_code == 403
    async with visitor(service, await key_of(service, "recorder", logs=["nowhere"])) as opened:
        page = await read(opened, "/enter")
    assert "没有可录入的日志" in page.text


async def test_an_operator_makes_a_log_to_enter_into(client: httpx.AsyncClient, service: Service) -> None:
    """A log that is made is chosen on the page; a wrong id is told."""
    async with visitor(service) as opened:
        made = await opened.post("/enter/logs", data={"log": " cn-14 ", "name": "山西"})
        wrong = await opened.post("/enter/logs", data={"log": "No Log"})
        crossed = await opened.post("/enter/logs", data={"log": "cn-11"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (made.status_code, made.headers["location"]) == (303, "/enter?log=cn-14")
    assert (await client.get("/v1/logs/cn-14")).json()["name"] == "山西"
    assert wrong.status_code == 422
    assert crossed.status_code == 403
    assert (await client.get("/v1/logs/cn-11")).status_code == 404


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_each_wrong_row_is_marked_and_nothing_is_recorded(
    client: httpx.AsyncClient, service: Service, encoding: str
) -> None:
    """Faults name line, column, value and the form expected, in Chinese; sound rows come back as events."""
    await posted(client, *TREE)
    before = await size(client)
    lines = (HEADER, GOOD, ",v-2,c,2018-13-05,research", ",v-3,6.2E+11,2018-03-06,玩", ",v-4,c", GOOD)
    async with visitor(service) as opened:
        said = await preview(opened, *lines, encoding=encoding)
    states = {line: row["state"] for line, row in said["rows"].items()}
    assert states == {2: "new", 3: "wrong", 4: "wrong", 5: "wrong", 6: "repeated"}
    assert said["read"]["kind"] == {"type": "visit.made", "title": "走访调研"}
    assert (said["read"]["rows"], said["read"]["repeated"]) == (5, 1)
    assert said["checked"] == said["read"]["entries"] == 2
    (fault,) = said["rows"][3]["faults"]
    assert (fault["line"], fault["column"], fault["value"]) == (3, "开始日期", "2018-13-05")
    assert "确切日期" in fault["expected_zh"]
    assert [one["column"] for one in said["rows"][4]["faults"]] == ["走访地点编号", "走访目的"]
    assert said["rows"][5]["cells"] == ["", "v-4", "c"]
    assert said["rows"][2]["event"]["id"] == "visit.made:v-1"
    assert await size(client) == before


async def test_codes_are_explained_in_chinese(client: httpx.AsyncClient, service: Service) -> None:
    """A value that is none of a list is answered with the values and what they mean."""
    await posted(client, *TREE)
    async with visitor(service) as opened:
        said = await preview(opened, HEADER, ",v-3,c,2018-03-06,玩")
    (fault,) = said["rows"][2]["faults"]
    assert fault["column"] == "走访目的"
    assert "research 调研" in fault["expected_zh"]


async def test_a_file_that_cannot_be_read_says_why(client: httpx.AsyncClient, service: Service) -> None:
    """An unknown column, a file without a kind, an old or broken workbook: told, and no row is asked about."""
    await posted(client, *TREE)
    async with visitor(service) as opened:
        column = await preview(opened, f"{HEADER},天气", f"{GOOD},晴")
        unclear = await preview(opened, "甲,乙", "1,2")
        books = [
            await opened.post("/enter/preview", params={"log": "cn-62"}, content=raw)
            for raw in (b"\xd0\xcf\x11\xe0rest", b"PK\x03\x04rest")
        ]
    for said in (column, unclear):
        assert said["read"]["unreadable"]
        assert said["checked"] == 0
    (fault,) = column["rows"][1]["faults"]
    assert fault["column"] == "天气"
    assert "无法从列名判断事件类型" in unclear["rows"][1]["faults"][0]["expected_zh"]
    assert "另存为 .xlsx 或 CSV" in books[0].text
    assert "完好的 Excel 工作簿" in books[1].text


async def test_a_workbook_is_previewed(client: httpx.AsyncClient, service: Service) -> None:
    """The rows of an Excel file are shown as those of a CSV file, days as days."""
    await posted(client, *TREE)
    book, out = Workbook(), io.BytesIO()
    for row in (HEADER.split(","), GOOD.split(",")):
        book.worksheets[0].append([date.fromisoformat(cell) if cell[:3] == "201" else cell for cell in row])
    book.save(out)
    async with visitor(service) as opened:
        csv, xlsx = await preview(opened, HEADER, GOOD), await preview(opened, raw=out.getvalue(), file="走访.xlsx")
    assert xlsx["read"]["encoding"] == "Excel .xlsx, Sheet"
    assert xlsx["rows"] == csv["rows"]
    assert xlsx["rows"][2]["state"] == "new"


async def test_rows_on_record_and_edited_rows_are_told_apart(client: httpx.AsyncClient, service: Service) -> None:
    """What is there is said with its position; an edited row comes as a correction that the log takes."""
    await posted(client, *TREE)
    async with visitor(service) as opened:
        first = await preview(opened, HEADER, GOOD, ",v-2,c,2018-03-06,research")
        sent = [row["event"] for row in first["rows"].values()]
        receipts = (await posted(client, *sent))["receipts"]
        again = await preview(opened, HEADER, GOOD, ",v-2,c,2018-04-06,research", ",v-9,c,2018-05-01,household")
        known, edited, new = (again["rows"][line] for line in (2, 3, 4))
        assert (known["state"], known["position"]) == ("known", receipts[0]["position"])
        assert (edited["state"], edited["position"]) == ("edited", receipts[1]["position"])
        assert edited["differs"] == ["开始日期"]
        assert new["state"] == "new"
        correction = edited["event"]
        correction["data"]["reason"] = "笔误"
        assert (await posted(client, correction))["receipts"][0]["status"] == "appended"
        after = await preview(opened, HEADER, GOOD, ",v-2,c,2018-04-06,research")
        back = await preview(opened, HEADER, GOOD, ",v-2,c,2018-03-06,research")
    assert {row["state"] for row in after["rows"].values()} == {"known"}
    assert back["rows"][3]["state"] == "edited"


async def test_a_row_of_what_was_erased_is_wrong(
    client: httpx.AsyncClient, service: Service, database_url: str
) -> None:
    """Where a corrected fact was erased, its row says so; the others are shown as ever."""
    at = len((await posted(client, *TREE))["receipts"])
    async with visitor(service) as opened:
        first = await preview(opened, HEADER, GOOD, ",v-2,c,2018-03-06,research")
        await posted(client, *(row["event"] for row in first["rows"].values()))
        edited = await preview(opened, HEADER, ",v-1,c,2018-04-05,research")
        await posted(client, edited["rows"][2]["event"])
        await erase(service, database_url, Order("cn-62", at, "某院决定", "某院", "2026-03-05"))
        again = await preview(opened, HEADER, GOOD, ",v-2,c,2018-03-06,research")
    assert [row["state"] for row in again["rows"].values()] == ["wrong", "known"]
    assert "已依法删除" in again["rows"][2]["faults"][0]["expected_zh"]


async def test_rows_that_were_kept_back_come_again_with_what_was_wrong(
    client: httpx.AsyncClient, service: Service
) -> None:
    """A mended file may keep the column that said what was wrong."""
    await posted(client, *TREE)
    async with visitor(service) as opened:
        said = await preview(opened, f"{HEADER},{FAULTS}", ",v-2,c,2018-03-05,research,原第 3 行 开始日期:应为…")
    assert [row["state"] for row in said["rows"].values()] == ["new"]
    assert said["read"]["faults_header"] == FAULTS


async def test_the_grant_decides_row_by_row(client: httpx.AsyncClient, service: Service) -> None:
    """A row that the key may not post is wrong, and the source is that of the address."""
    await posted(client, *TREE, place("d", "621225", "county", "p"))
    key = await key_of(service, "recorder", jurisdictions=["c"], sources=["urn:example:county"])
    async with visitor(service, key) as opened:
        said = await preview(opened, HEADER, GOOD, ",v-2,d,2018-03-05,research", source="urn:example:county")
        other = await preview(opened, HEADER, GOOD)
    assert [row["state"] for row in said["rows"].values()] == ["new", "wrong"]
    assert said["rows"][2]["event"]["source"] == "urn:example:county"
    assert other["rows"][2]["state"] == "wrong"


async def test_a_county_clerk_sends_a_ledger_again(client: httpx.AsyncClient, service: Service) -> None:
    """A recorder of one place, who may read no entries, is told all the same what is on record and what was edited."""
    await posted(client, *TREE)
    key = await key_of(service, "recorder", jurisdictions=["c"])
    async with visitor(service, key) as opened:
        first = await preview(opened, HEADER, GOOD, ",v-2,c,2018-03-06,research")
        headers = {"Content-Type": "application/cloudevents-batch+json"}
        sent = await opened.post(
            "/v1/logs/cn-62/events", json=[row["event"] for row in first["rows"].values()], headers=headers
        )
        assert sent.status_code == 200, sent.text
        again = await preview(opened, HEADER, GOOD, ",v-2,c,2018-04-06,research")
        correction = again["rows"][3]["event"]
        correction["data"]["reason"] = "笔误"
        corrected = await opened.post("/v1/logs/cn-62/events", json=[correction], headers=headers)
        repeated = await opened.post("/v1/logs/cn-62/events", json=[correction], headers=headers)
    assert [row["state"] for row in again["rows"].values()] == ["known", "edited"]
    assert corrected.json()["receipts"][0]["status"] == "appended", corrected.text
    assert repeated.json()["receipts"][0]["status"] == "duplicate"


async def test_a_preview_is_for_our_own_pages_and_within_the_limits(
    client: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another site, nobody, a log that is not there and a body above the limit are refused before anything is read."""
    await posted(client, *TREE)
    monkeypatch.setattr(enter, "MAX_BODY", 100)
    async with visitor(service) as opened:
        crossed = await opened.post(
            "/enter/preview", params={"log": "cn-62"}, content=b"x", headers={"Sec-Fetch-Site": "cross-site"}
        )
        unknown = await opened.post("/enter/preview", params={"log": "cn-99"}, content=b"x")
        large = await opened.post("/enter/preview", params={"log": "cn-62"}, content=b"x" * 101)
    async with browser(service) as stranger:
        nobody = await stranger.post("/enter/preview", params={"log": "cn-62"}, content=b"x")
    assert [one.status_code for one in (crossed, unknown, large, nobody)] == [403, 404, 413, 401]
