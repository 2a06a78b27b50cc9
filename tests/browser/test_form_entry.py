"""Entering single events in forms: every kind's form makes an event, and faults stand beside their fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import accessible
from tests.service.servers import KEY
from tests.service.test_access import place

FILL: Final = """(whole) => {
    const set = (own, value) => { own.value = value; own.dispatchEvent(new Event('change', { bubbles: true })); };
    const within = (part) => Array.from(part.querySelectorAll('[data-shape]'))
        .filter((one) => one.parentElement.closest('[data-shape], form') === part);
    const plain = { day: '2018-03-05', edtf: '2018-03', timestamp: '2018-03-05T09:30', integer: '2018', map: '甲=乙' };
    const texts = { money: '1250', decimal: '2', ratio: '0.5', code: '990001', sha256: 'a'.repeat(64), base64: 'AAAA' };
    const fill = (part) => {
        const shape = part.dataset.shape;
        if (shape === 'object') within(part).forEach(fill);
        else if (shape === 'list') { part.querySelector(':scope > [data-add]').click(); within(part).forEach(fill); }
        else if (shape === 'choices') part.querySelector('input').click();
        else {
            const own = part.querySelector('[data-own]');
            if (own.tagName === 'SELECT') set(own, own.options[1].value);
            else if (shape === 'id') set(own, 'e-1');
            else set(own, plain[shape] || texts[part.dataset.form] || '甲');
        }
    };
    const form = document.getElementById('entry');
    const must = (one) => one.querySelector(':scope > legend .must, :scope > label .must');
    within(form).filter((one) => whole || must(one)).forEach(fill);
}"""
"""Fills in the required fields of a form, or all of them."""
KINDS: Final = (
    "jurisdiction.registered", "jurisdiction.restructured", "designation.listed", "instrument.issued",
    "post.established", "person.merged", "appointment.started", "transfer.decided", "pairing.started", "outreach.held",
    "budget.appropriated", "ledger-entry.recorded", "record.corrected", "key.registered",
)  # fmt: skip
"""Kinds whose required fields are of every shape there is."""
ABOUT_OTHERS: Final = {"record.corrected", "key.registered"}
"""Kinds whose events name events and keys that there must be."""
ONE_OF: Final = {"post.established", "appointment.started"}
"""Kinds that take one of two fields, of which neither is required by itself."""


@pytest.fixture
def client(demo: str) -> Any:
    """The API of the demo."""
    with httpx.Client(base_url=demo, headers={"Authorization": f"Bearer {KEY}"}, timeout=60) as opened:
        yield opened


def made(client: httpx.Client, log: str) -> str:
    """A log of a test's own."""
    assert client.put(f"/v1/logs/{log}").status_code in (200, 201)
    return log


def checked(page: Page, address: str, whole: bool) -> str:
    """What the check of a filled form says: nothing where it is sound, else what stands above the form."""
    page.goto(address)
    page.evaluate(FILL, whole)
    page.locator("#check").click()
    page.locator("#verdict:not([hidden]), #summary:not([hidden])").wait_for()
    if page.locator("#verdict").is_visible():
        return ""
    for link in page.locator("#summary a").all():
        assert page.locator(f"[id='{(link.get_attribute('href') or '')[1:]}'][aria-invalid=true]").count() == 1
    return page.locator("#summary").inner_text()


def test_a_form_makes_an_event(page: Page, client: httpx.Client) -> None:
    """The required fields of kinds that differ in them make events that pass the check, or faults at fields."""
    log = made(client, "e-every-kind")
    refused = {kind: said for kind in KINDS if (said := checked(page, f"/enter/{kind}?log={log}", whole=False))}
    assert refused.keys() == ABOUT_OTHERS | ONE_OF
    for kind in ONE_OF:
        assert "其一" in refused[kind]


@pytest.mark.parametrize("kind", ["responsibility-letter.signed", "plan.adopted", "outreach.held", "publicity.posted"])
def test_groups_lists_and_choices_are_gathered(page: Page, client: httpx.Client, kind: str) -> None:
    """With every field filled in, groups, lists of groups, times and ticked values pass the check too."""
    assert checked(page, f"/enter/{kind}?log={made(client, 'e-whole')}", whole=True) == ""


def test_a_form_is_mended_sent_and_sent_again(
    page: Page, client: httpx.Client, shot: Callable[[Page, str], None]
) -> None:
    """Each fault stands beside its field; what is sent gets a receipt, and the same again is not recorded twice."""
    log = made(client, "e-form")
    page.goto(f"/enter/responsibility-letter.signed?log={log}&letter_id=e-letter")
    page.get_by_label("签订日期 必填").fill("2018年3月")
    targets = page.get_by_role("group", name="所载目标编号")
    targets.get_by_role("button", name="加一项").click()
    targets.get_by_role("textbox", name="所载目标编号").fill("甲/1")
    page.get_by_role("button", name="检查").click()
    summary = page.locator("#summary")
    expect(summary).to_contain_text("有 2 处需要改正")
    expect(summary).to_be_focused()
    expect(page.get_by_label("签订日期 必填")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[id='f-signed_on-told']")).to_contain_text("2018、2018-03 或 2018-03-05")
    expect(targets.locator(".told").nth(1)).to_contain_text("不含控制字符")
    accessible(page)
    shot(page, "form-faults")
    page.get_by_label("从日历选: 签订日期").fill("2018-03-05")
    expect(page.get_by_label("签订日期 必填")).to_have_value("2018-03-05")
    targets.get_by_role("textbox", name="所载目标编号").fill("e-target")
    page.get_by_role("button", name="检查").click()
    expect(page.locator("#verdict")).to_contain_text("检查通过")
    page.get_by_role("button", name="提交").click()
    receipt = page.locator("#receipt")
    expect(receipt).to_contain_text("已记录")
    accessible(page)
    entry = client.get(f"/v1/logs/{log}/events/0").json()
    assert entry["event"]["data"] == {"letter_id": "e-letter", "signed_on": "2018-03-05", "targets": ["e-target"]}
    expect(receipt).to_contain_text(entry["leaf_hash"])
    expect(receipt).to_contain_text(entry["id"])
    page.get_by_role("button", name="提交").click()
    expect(receipt).to_contain_text("此前已在册,未重复记录")
    page.get_by_label("文号").fill("甘责〔2018〕1号")
    page.get_by_role("button", name="提交").click()
    expect(summary).to_contain_text("编号已用于其他内容")
    assert client.get(f"/v1/logs/{log}").json()["size"] == 1
    page.get_by_role("button", name="作为更正提交").click()
    expect(summary).to_contain_text("请先填写更正原因")
    page.get_by_label("更正原因").fill("补文号")
    page.get_by_role("button", name="作为更正提交").click()
    expect(receipt).to_contain_text("已记录")
    expect(receipt.get_by_role("link", name="查看此条记录")).to_have_attribute("href", f"/logs/{log}/events/1")
    standing = client.get(f"/v1/logs/{log}/events/0").json()["standing"]
    assert standing["version"] == 1, standing


def test_a_place_is_searched_by_name(page: Page, client: httpx.Client) -> None:
    """Typing a name offers the ids of places of the log, and an id that is chosen is called by its name."""
    log = made(client, "e-search")
    sent = place("e-search-county", "990002", "county")
    sent["data"]["name_zh"] = "搜寻示例县"
    headers = {"Content-Type": "application/cloudevents+json"}
    assert client.post(f"/v1/logs/{log}/events", json=sent, headers=headers).is_success
    assert client.get("/v1/jurisdictions", params={"q": "搜寻", "log": log}, headers={"Zeren-Wait": "0"}).is_success
    page.goto(f"/enter/funds.disbursed?log={log}")
    field = page.get_by_label("区划编号")
    field.fill("搜寻示例")
    expect(page.locator("#found option[value='e-search-county']")).to_have_count(1)
    field.fill("e-search-county")
    expect(page.locator("[data-name=jurisdiction_id] [data-called]")).to_have_text("搜寻示例县 990002")
    page.get_by_label("金额(元) 必填").fill("1,250,000")
    page.get_by_label("依据").focus()
    expect(page.get_by_label("金额(元) 必填")).to_have_value("1250000.00")
