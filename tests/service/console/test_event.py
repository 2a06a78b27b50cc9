"""The page of one entry: what it states in words, whether it stands, its bytes, and who was responsible."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from events.canonical import canonical
from events.erasing import Order
from service.state import Service
from tests.service.console.visitors import key_of, read, visitor
from tests.service.test_erasing import erase
from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio

AT = "/logs/cn-62/events"
POST = event("7", "post.established", post_id="h", title_zh="县长", jurisdiction_id="c")
RIGHT = {"appointment_id": "a", "person_id": "x", "post_id": "h", "effective_from": "2016-09"}
CORRECTION = event("8", "record.corrected", corrects_event_id="5", corrected_payload=RIGHT, reason="岗位录入有误")
ANNULMENT = event("9", "record.annulled", annuls_event_id="6", reason="重复录入")
PAID = event(
    "10", "funds.disbursed", disbursement_id="d", jurisdiction_id="c", amount="1250000.00", approved_on="2018-03-01",
    disbursed_on="2018-03-05", approved_by={"person_id": "x", "post_id": "s"},
)  # fmt: skip


@pytest.fixture
async def log(client: httpx.AsyncClient) -> None:
    """A log of ten entries: a wrong appointment corrected, a letter annulled, a payment."""
    await posted(client, *TREE, POST)
    for late in (CORRECTION, ANNULMENT, PAID):
        await posted(client, late)


async def test_an_entry_is_told_in_the_words_of_its_kind(log: None, service: Service) -> None:
    """Titles of fields instead of keys, names with links instead of ids, amounts with their thousands apart."""
    async with visitor(service) as browser:
        page = await read(browser, f"{AT}/9")
    assert "资金拨付 #9" in page.text
    assert "● 有效" in page.text
    assert "金额(元) 1,250,000.00" in page.text
    assert "审批人 · 人员编号 示例甲 x" in page.text
    assert "审批日期 2018-03-01" in page.text
    assert page.links["示例甲"] == "/persons/x?log=cn-62"
    assert page.links["宕昌县"] == "/jurisdictions/c?log=cn-62"
    assert page.links["县委书记"] == "/posts/s/timeline?log=cn-62"
    assert page.links["‹ 前一条 #8"] == f"{AT}/8"
    assert not any("后一条" in text for text in page.links)


async def test_a_correction_stands_beside_what_it_corrects(log: None, service: Service) -> None:
    """Both pages show both versions, mark what differs, say which applies, and lead to each other."""
    async with visitor(service) as browser:
        wrong, right = await read(browser, f"{AT}/4"), await read(browser, f"{AT}/7")
        then = await read(browser, f"{AT}/4", known_at="@5")
    for page in (wrong, right):
        assert re.search(r"原记录 #4 – 不再适用 .*更正为 #7 ● 现行", page.text)
        assert "岗位编号 县委书记 s 变 县长 h" in page.text
        assert "任职起始日期 2016-08 变 2016-09" in page.text
        assert "任职编号 a a" in page.text
        assert {page.links["#4"], page.links["#7"]} == {f"{AT}/4", f"{AT}/7"}
    assert "✎ 已更正 已被更正,现行的是 #7" in wrong.text
    assert "● 有效 此条针对 #4" in right.text
    assert "更正原因 岗位录入有误" in right.text
    assert "● 有效" in then.text
    assert "县长" not in then.text


async def test_an_annulment_and_what_it_annuls(log: None, service: Service) -> None:
    """What was annulled says so and by which entry; the annulment says why, and shows the fact."""
    async with visitor(service) as browser:
        gone, why = await read(browser, f"{AT}/5"), await read(browser, f"{AT}/8")
    assert "✗ 已撤销 已被撤销,由 #8" in gone.text
    assert "撤销原因 重复录入" in why.text
    assert "签订日期 2017-04-20" in why.text
    assert "此条针对 #5" in why.text


async def test_the_bytes_are_shown_as_kept(log: None, service: Service) -> None:
    """The page holds the kept text character for character, its bytes on demand, and gives them as a file."""
    kept = canonical(TREE[1])
    async with visitor(service) as browser:
        answer = await browser.get(f"{AT}/1")
        dump = await read(browser, f"{AT}/1", bytes="1")
        file = await browser.get(f"{AT}/1/kept")
    found = re.search(r'<pre id="kept"[^>]*>([^<]*)</pre>', answer.text)
    assert found is not None
    assert html.unescape(found[1]).encode() == kept
    assert f"00000000 {kept[:16].hex(' ')}" in dump.text
    assert file.content == kept
    assert 'filename="cn-62-1.json"' in file.headers["content-disposition"]
    assert '<script type="module"' in answer.text
    assert not re.search(r"<script(?![^>]* src=)", answer.text)


async def test_who_was_responsible(log: None, service: Service) -> None:
    """Each dated step has the chain of its day, with holders; an annulled fact has none, and that is said."""
    async with visitor(service) as browser:
        paid = await read(browser, f"{AT}/9/responsible")
        gone = await read(browser, f"{AT}/5/responsible")
    assert "审批日期 2018-03-01" in paid.text
    assert "拨付日期 2018-03-05" in paid.text
    assert "县长 ● 在任 示例甲" in paid.text
    assert paid.links["宕昌县"] == "/jurisdictions/c?valid_at=2018-03-01&log=cn-62"
    assert "没有可据以推断的日期" in gone.text


async def test_in_english(log: None, service: Service) -> None:
    """The page's own words are English; names and titles stay as they were recorded."""
    async with visitor(service) as browser:
        page = await read(browser, f"{AT}/7", lang="en")
    assert "As first recorded #4 – no longer applies" in page.text
    assert "post id 县委书记 s differs 县长 h" in page.text
    assert "Inclusion: checked by your browser" in page.text


async def test_what_may_not_be_read_says_so(log: None, service: Service) -> None:
    """A position that is not there, and one that the key does not reach, each say what to do next."""
    async with visitor(service) as browser:
        none = await read(browser, f"{AT}/99", 404)
    assert "没有记录" in none.text
    async with visitor(service, await key_of(service, "inspector", kinds=("person.registered",))) as browser:
        assert "示例甲" in (await read(browser, f"{AT}/3")).text
        refused = await read(browser, f"{AT}/4", 403)
    assert "密钥不含此权限" in refused.text


async def test_the_bytes_are_a_file_or_a_page_that_says_why_not(log: None, service: Service, database_url: str) -> None:
    """The kept bytes are downloaded; what the key may not read, what is not there and what was erased is told."""
    async with visitor(service) as browser:
        answer = await browser.get(f"{AT}/3/kept")
        assert answer.headers["content-disposition"] == 'attachment; filename="cn-62-3.json"'
        assert b"person" in answer.content
        for path in (f"{AT}/99/kept", "/logs/%E5%8F%B2/events/3/kept", "/logs/a%22;x/events/3/kept"):
            await read(browser, path, 404)
    async with visitor(service, await key_of(service, "inspector", kinds=("person.registered",))) as browser:
        assert "密钥不含此权限" in (await read(browser, f"{AT}/4/kept", 403)).text
    await erase(service, database_url, Order("cn-62", 3, "某令", "某法院", "2026-03-05"))
    async with visitor(service) as browser:
        answer = await browser.get(f"{AT}/3/kept")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{AT}/3")
        assert "某令" in (await read(browser, f"{AT}/3")).text
