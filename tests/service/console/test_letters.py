"""The page of a letter: its sides, signatures and their standing, terms, and what was corrected of it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from service.state import Service
from tests.events.signers import Signer, enveloped
from tests.service.console.visitors import key_of, read, visitor
from tests.service.test_walk import BATCH, TREE, event, posted

pytestmark = pytest.mark.anyio

DAY = "2018-03-05"
BODY = event("7", "body.established", body_id="o", name_zh="市扶贫办", jurisdiction_id="p")
DATA = {
    "letter_id": "l2", "document_number": "宕扶责字〔2018〕7号", "kind": "exit-letter",
    "counterparty": "o", "scope": "c",
    "signatory": {"person_id": "x", "post_id": "s"}, "signed_on": "2018-01-10", "effective_from": "2018-01-01",
    "effective_until": "2019-01-01", "duties": ["减贫 300 户"], "pages": 4,
}  # fmt: skip


def signed(event_id: str, **other: Any) -> dict[str, Any]:
    """The signing of that letter, or of one that differs from it."""
    return event(event_id, "responsibility-letter.signed") | {"data": {**DATA, **other}}


LETTER = signed("8")
COUNTERSIGNED = event(
    "9", "responsibility-letter.countersigned", letter_id="l2", signatory={"person_id": "y"}, role="counterparty",
    signed_on="2018-02-01",
)  # fmt: skip
SIGNING = event("10", "person.registered", person_id="y", name_zh="示例乙")


async def test_a_letter_with_its_sides_days_and_signers(client: httpx.AsyncClient, service: Service) -> None:
    """Number, sides that lead on, days, terms, whether in force, each signer with day and signature, entries."""
    await posted(client, *TREE, BODY, LETTER, COUNTERSIGNED, SIGNING)
    async with visitor(service) as browser:
        page = await read(browser, "/letters/l2", valid_at=DAY)
        after = await read(browser, "/letters/l2", valid_at="2019-01-01")
    assert "责任书 宕扶责字〔2018〕7号" in page.text
    assert "● 当日有效" in page.text
    assert "○ 当日无效" in after.text
    assert "· 已会签" in page.text
    assert "签订晚于生效: 9 天" in page.text
    assert "截止(不含) 2019-01-01" in page.text
    assert "页数 4" in page.text
    assert "减贫 300 户" in page.text
    assert "没有电子签名,也没有扫描件" in page.text
    assert "签订人 示例甲 县委书记 2018-01-10 ✗ 未签 #7" in page.text
    assert "对方会签 示例乙 2018-02-01 ✗ 未签 #8" in page.text
    assert page.links["市扶贫办"] == f"/bodies/o?valid_at={DAY}"
    assert page.links["宕昌县"] == f"/jurisdictions/c?valid_at={DAY}"
    assert page.links["示例甲"] == f"/persons/x?valid_at={DAY}"
    assert page.links["县委书记"] == f"/posts/s/timeline?valid_at={DAY}"
    assert "更正" not in page.text


async def test_whoever_countersigned_is_not_taken_for_the_other_side(
    client: httpx.AsyncClient, service: Service
) -> None:
    """Any countersignature counts, so the letter is told as countersigned; as what is said beside each who signed."""
    beside = [
        COUNTERSIGNED | {"id": f"9{role}", "data": {**COUNTERSIGNED["data"], "letter_id": letter, "role": role}}
        for letter, role in (("l2", "co-principal"), ("l3", "organiser"))
    ]
    post = event("11", "post.established", post_id="m", title_zh="县长", jurisdiction_id="c")
    start = event("12", "appointment.started", appointment_id="b", person_id="y", post_id="m",
                  effective_from="2017-01-01")  # fmt: skip
    await posted(client, *TREE, BODY, SIGNING, post, start, LETTER, signed("13", letter_id="l3"), *beside)
    async with visitor(service) as browser:
        page = await read(browser, "/letters/l2", valid_at=DAY)
        chain = await read(browser, "/jurisdictions/c", valid_at=DAY)
    assert "· 已会签" in page.text
    assert "共同签订 示例乙 2018-02-01" in page.text
    assert "会签他人责任书、当日有效 (1)" in chain.text
    assert "对方会签" not in page.text + chain.text
    assert "对方已" not in page.text + chain.text


async def test_keys_that_signed_are_shown_with_who_vouches(client: httpx.AsyncClient, service: Service) -> None:
    """A signature by the signer's key is verified, with who vouches and how the key stands; a stranger's is none."""
    own, other = Signer(), Signer("k2")
    await posted(client, *TREE, SIGNING)
    sent = [
        own.registered(vouched_by="registrar-1"),
        other.registered(person_id="y"),
        enveloped(signed("20", letter_id="own"), own),
        enveloped(signed("21", letter_id="other"), other),
        own.revoked(),
    ]
    answer = await client.post("/v1/logs/cn-62/events", content=json.dumps(sent), headers=BATCH)
    assert answer.status_code == 200, answer.text
    async with visitor(service) as browser:
        page = await read(browser, "/letters/own", valid_at=DAY)
        assert "✓ 签名已验证" in page.text
        assert (
            "密钥 k1 Ed25519 · 属签订人或其单位 · 由谁担保: 登记人 · 已证明持有私钥 · 事后吊销 #7 吊销 #11" in page.text
        )
        strange = await read(browser, "/letters/other", valid_at=DAY)
        assert "他人密钥,不作数" in strange.text
        assert "✗ 未签" in strange.text
        english = await read(browser, "/letters/own", valid_at=DAY, lang="en")
        assert "vouched for by: a registrar" in english.text


async def test_a_corrected_letter_shows_what_was_believed(client: httpx.AsyncClient, service: Service) -> None:
    """Versions in the order they were recorded, which one stands, and a link to the letter as known before each."""
    corrected = {"corrects_event_id": "8", "corrected_payload": {**DATA, "signed_on": "2018-01-05"}}
    await posted(client, *TREE, BODY, LETTER, event("11", "record.corrected", **corrected))
    async with visitor(service) as browser:
        page = await read(browser, "/letters/l2", valid_at=DAY)
        assert "签订 2018-01-05" in page.text
        assert "此责任书的记录曾被更正" in page.text
        before = [href for href in page.hrefs if href.endswith("known_at=%408")]
        assert before == [f"/letters/l2?valid_at={DAY}&known_at=%408"]
        assert "签订 2018-01-10" in (await read(browser, before[0])).text
    async with visitor(service, await key_of(service, "inspector", jurisdictions=("c",))) as narrow:
        page = await read(narrow, "/letters/l2", valid_at=DAY)
        assert "此责任书的记录曾被更正" in page.text
        assert "现行" in page.text


async def test_a_superseded_letter_leads_to_the_next(client: httpx.AsyncClient, service: Service) -> None:
    """What replaced a letter, why it was discharged, and that it is in force no more."""
    ended = {"letter_id": "l", "new_letter_id": "l2", "effective_from": "2018-01-01", "reason": "renewal"}
    await posted(client, *TREE, BODY, LETTER, event("11", "responsibility-letter.superseded", **ended))
    given = {"letter_id": "l2", "effective_until": "2018-06-01", "reason": "exit-approved"}
    await posted(client, event("12", "responsibility-letter.discharged", **given))
    async with visitor(service) as browser:
        page = await read(browser, "/letters/l", valid_at=DAY)
        assert page.links["l2"] == f"/letters/l2?valid_at={DAY}"
        assert "○ 当日无效" in page.text
        assert "解除 退出获批" in (await read(browser, "/letters/l2", valid_at=DAY)).text


async def test_an_unknown_letter_is_looked_for_by_number(client: httpx.AsyncClient, service: Service) -> None:
    """What is no letter's id leads to the search; a letter outside the grant is refused."""
    await posted(client, *TREE, LETTER)
    async with visitor(service) as browser:
        page = await read(browser, "/letters/宕扶责字[2018]7号", 404)
        found = await read(browser, page.links["按名称查找: 宕扶责字[2018]7号"])
        assert "/letters/l2?log=cn-62" in found.links.values()
    await posted(
        client, event("q", "jurisdiction.registered", jurisdiction_id="q", code="63", name_zh="青", level="province")
    )
    async with visitor(service, await key_of(service, "inspector", jurisdictions=("q",))) as browser:
        assert "不在授权区划内" in (await read(browser, "/letters/l2", 403)).text
