"""The page of a body: where it stands, what it bears, its posts and holders, and whom it assists."""

from __future__ import annotations

import httpx
import pytest

from service.state import Service
from tests.service.console.visitors import key_of, read, visitor
from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio

DAY = "2018-03-05"
GROUP = [
    event("7", "body.established", body_id="g", name_zh="甘肃省脱贫攻坚领导小组", body_type="leading-group",
          jurisdiction_id="p", leader_rule="dual", functions=["leading-group"], effective_from="2016-01-01"),
    event("8", "post.established", post_id="gl", title_zh="组长", body_id="g", seats=2),
    event("9", "appointment.started", appointment_id="b", person_id="x", post_id="gl", effective_from="2016-03-01",
          capacity="concurrent"),
    event("10", "post.established", post_id="gd", title_zh="副组长", body_id="g"),
    event("11", "pairing.started") | {"data": {"pairing_id": "pg", "kind": "contact-county", "helper": "g",
                                               "assisted": "c", "effective_from": "2016-05-01"}},
    event("12", "body.dissolved", body_id="g", successor_id="n", effective_from="2021-03-01"),
]  # fmt: skip


async def test_a_body_with_posts_holders_and_pairings(client: httpx.AsyncClient, service: Service) -> None:
    """Place, days, what it bears with article and quotation, posts held and vacant, whom it assists, and links."""
    await posted(client, *TREE, *GROUP)
    async with visitor(service) as browser:
        page = await read(browser, "/bodies/g", valid_at=DAY)
        english = await read(browser, "/bodies/g", valid_at=DAY, lang="en")
    assert "领导小组 甘肃省脱贫攻坚领导小组 g" in page.text
    assert "存续 2016-01-01 → 2021-03-01" in page.text
    assert "双组长" in page.text
    assert "甘肃省脱贫攻坚责任制实施办法 第七条" in page.text
    assert "组长 ○ 空缺 2 个席位" in page.text
    assert "示例甲 兼任 ● 确定 2016-03-01 → …" in page.text
    assert "副组长 ○ 空缺" in page.text
    assert "宕昌县 联系县 ● 确定 2016-05-01 → …" in page.text
    query = f"?valid_at={DAY}"
    assert page.links["甘肃省"] == f"/jurisdictions/p{query}"
    assert page.links["示例甲"] == f"/persons/x{query}"
    assert page.links["组长"] == f"/posts/gl/timeline{query}"
    assert page.links["离任交接"] == f"/handovers/b{query}"
    assert page.links["n"] == f"/bodies/n{query}"
    assert page.links["职责"] == f"/duties{query}&body=g"
    assert "two heads" in english.text
    assert "Whom it assists (1)" in english.text


async def test_a_day_on_which_it_was_not_there(client: httpx.AsyncClient, service: Service) -> None:
    """Before it was set up the page says so and what to do; an unknown body and one outside the grant are refused."""
    await posted(client, *TREE, *GROUP)
    async with visitor(service) as browser:
        assert "此机构在该日不在册" in (await read(browser, "/bodies/g", valid_at="2015-12-31")).text
        assert "此编号或代码没有记录" in (await read(browser, "/bodies/nothing", 404)).text
    async with visitor(service, await key_of(service, "inspector", jurisdictions=("c",))) as browser:
        assert "请换用有权限的密钥登录" in (await read(browser, "/bodies/g", 403)).text
