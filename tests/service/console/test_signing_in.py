"""Signing in and out, the case and the language: what a browser keeps, and what it is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from events import credentials
from events.clock import ScriptedClock
from service import access
from service.app import make_app
from service.session import SESSION_HOURS
from service.state import Service
from tests.service.conftest import OPERATOR_KEY
from tests.service.console.visitors import Page, browser, key_of, read, visitor
from tests.service.test_recording import records
from tests.service.test_walk import TREE, posted

pytestmark = pytest.mark.anyio

CASE = "甘纪立〔2019〕3号"
CROSS = {"Sec-Fetch-Site": "cross-site"}
PAGE = "/jurisdictions/c?valid_at=2018-03-05"


def kept(answer: httpx.Response, name: str) -> str:
    """The line that sets a cookie."""
    (line,) = [line for line in answer.headers.get_list("set-cookie") if line.startswith(f"{name}=")]
    return line


async def test_a_key_is_exchanged_for_a_cookie_out_of_reach(service: Service) -> None:
    """The session is HttpOnly and SameSite=Strict, ends, and over https is Secure; the key is in no answer."""
    async with browser(service) as nobody:
        answer = await nobody.post("/sign-in", data={"key": f" {OPERATOR_KEY} ", "next": PAGE})
        assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
        line = kept(answer, "zeren_session")
        assert {"HttpOnly", "SameSite=strict", f"Max-Age={SESSION_HOURS * 3600}"} <= set(line.split("; "))
        assert "Secure" not in line
        assert OPERATOR_KEY not in str(answer.headers) + answer.text
    transport = httpx.ASGITransport(make_app(service))
    async with httpx.AsyncClient(transport=transport, base_url="https://zeren.test") as secure:
        assert "Secure" in kept(await secure.post("/sign-in", data={"key": OPERATOR_KEY}), "zeren_session")


@pytest.mark.parametrize("key", ["zk_wrong", "", " ", "错", "a" * 10_000])
async def test_a_wrong_key_is_told_with_what_to_do(service: Service, key: str) -> None:
    """The form comes again with what to check, the page wanted is kept, and no cookie is given."""
    async with browser(service) as nobody:
        answer = await nobody.post("/sign-in", data={"key": key, "next": PAGE})
        page = Page(answer)
        assert answer.status_code == 401
        assert "密钥不对或已吊销:核对是否完整复制" in page.text
        assert page.fields["next"] == PAGE
        assert "set-cookie" not in answer.headers
        assert "key" in page.fields
        assert page.fields["key"] == ""


async def test_who_is_not_signed_in_comes_back_to_the_page_they_wanted(
    client: httpx.AsyncClient, service: Service
) -> None:
    """A page leads to the form and the form back to it, in the language chosen; the front page is the form."""
    await posted(client, *TREE)
    async with browser(service) as nobody:
        sent = await nobody.get(PAGE)
        assert (sent.status_code, sent.headers["location"]) == (303, f"/sign-in?next={quote(PAGE, safe='')}")
        form = await read(nobody, sent.headers["location"])
        assert "登录已过期" not in form.text
        entered = await nobody.post("/sign-in", data={"key": OPERATOR_KEY, "next": form.fields["next"]})
        assert "宕昌县" in (await read(nobody, entered.headers["location"])).text
    async with browser(service) as nobody:
        front = await read(nobody, "/?q=宕昌&lang=en")
        assert "Sign in" in front.text
        assert front.fields["next"] == "/?q=%E5%AE%95%E6%98%8C&lang=en"
        assert (await nobody.post("/enter")).status_code in (401, 405)


async def test_an_expired_session_says_so_and_goes_on_afterwards(client: httpx.AsyncClient, service: Service) -> None:
    """After its hours a session leads to the form, which says why; a sealed text that was changed does too."""
    await posted(client, *TREE)
    clock = ScriptedClock(datetime.now(UTC))  # noqa: TID251  beside the stamps of what was posted just now
    async with visitor(replace(service, clock=clock)) as user:
        assert "宕昌县" in (await read(user, PAGE)).text
        clock.instant += timedelta(hours=SESSION_HOURS)
        sent = await user.get(PAGE)
        assert sent.headers["location"] == f"/sign-in?next={quote(PAGE, safe='')}&why=expired"
        form = await read(user, sent.headers["location"])
        assert "登录已过期或由另一服务签发:请再次输入密钥" in form.text
        assert "登录已过期" in (await read(user, "/")).text
        again = await user.post("/sign-in", data={"key": OPERATOR_KEY, "next": form.fields["next"]})
        assert "宕昌县" in (await read(user, again.headers["location"])).text
    async with browser(service) as forged:
        forged.cookies.set("zeren_session", "bm90LXNlYWxlZA")
        assert (await forged.get(PAGE)).headers["location"].endswith("why=expired")


async def test_a_revoked_key_ends_its_sessions(
    client: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sealed with a key is worth nothing once the key is revoked."""
    monkeypatch.setattr(access, "KEY_SECONDS", -1.0)
    await posted(client, *TREE)
    key = await key_of(service, "inspector")
    async with visitor(service, key) as user:
        assert "宕昌县" in (await read(user, PAGE)).text
        async with service.engine.begin() as conn:
            assert await credentials.revoke(conn, key.split("_")[1])
        assert (await user.get(PAGE)).headers["location"].endswith("why=expired")


async def test_a_ticket_is_good_once(service: Service) -> None:
    """The link that `zeren demo` prints signs in once; used again, or made up, it says what to do."""
    app = make_app(service)
    ticket = app.state.sealer.ticket(OPERATOR_KEY, "operator")
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test") as user:
        first = await user.get(f"/ticket/{ticket}")
        assert (first.status_code, first.headers["location"]) == (303, "/")
        assert "退出" in (await read(user, "/")).text
    async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test") as other:
        for used in (ticket, "made-up"):
            page = await read(other, f"/ticket/{used}", 401)
            assert "此一次性链接已用过或已过期:请输入密钥" in page.text
        assert "登录" in (await read(other, "/")).text


async def test_other_sites_can_do_nothing(client: httpx.AsyncClient, service: Service) -> None:
    """What a page of another site posts signs nobody in or out, sets no case, and the API takes no session from it."""
    await posted(client, *TREE)
    async with browser(service) as nobody:
        answer = await nobody.post("/sign-in", data={"key": OPERATOR_KEY}, headers=CROSS)
        assert answer.status_code == 403
        assert "请求来自其他站点,未予接受" in Page(answer).text
        assert "set-cookie" not in answer.headers
    async with visitor(service) as user:
        for path, data in (("/sign-out", {}), ("/case", {"case": CASE}), ("/case", {"case": ""})):
            assert "set-cookie" not in (await user.post(path, data=data, headers=CROSS)).headers, path
        for site, status in (("cross-site", 401), ("same-site", 401), ("same-origin", 200), ("none", 200)):
            assert (await user.get("/v1/jurisdictions/c", headers={"Sec-Fetch-Site": site})).status_code == status


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.test",
        "https://evil.test/",
        "/\\evil.test",
        "\\\\evil.test",
        "javascript:alert(1)",
        "evil",
        "///evil.test",
    ],
)
async def test_nobody_is_sent_elsewhere(service: Service, elsewhere: str) -> None:
    """Whatever `next` says, sign-in, case and language lead to a page of this host."""
    async with browser(service) as user:
        answers = [
            await user.post("/sign-in", data={"key": OPERATOR_KEY, "next": elsewhere}),
            await user.post("/case", data={"case": CASE, "next": elsewhere}),
            await user.get("/language/en", params={"next": elsewhere}),
        ]
        assert [(answer.status_code, answer.headers["location"]) for answer in answers] == [(303, "/")] * 3
        assert (await read(user, f"/sign-in?next={quote(elsewhere)}")).fields["next"] == "/"


@pytest.mark.parametrize("broken", ["/a\r\nX: y", "/\t/evil.test", "/\u0085"])
async def test_an_address_is_not_broken_in_two(service: Service, broken: str) -> None:
    """Control characters, which browsers skip or headers end at, make no address to go on to."""
    async with browser(service) as user:
        for path in ("/sign-in", "/case"):
            answer = await user.post(path, data={"key": OPERATOR_KEY, "next": broken})
            assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_signing_out_ends_session_and_case(service: Service) -> None:
    """Afterwards the browser is a stranger's, and the case is forgotten."""
    async with visitor(service) as user:
        await user.post("/case", data={"case": CASE})
        assert (await user.post("/sign-out")).headers["location"] == "/"
        assert "zeren_session" not in user.cookies
        assert "zeren_case" not in user.cookies
        assert "登录" in (await read(user, "/")).text


async def test_a_case_travels_with_every_read(client: httpx.AsyncClient, service: Service) -> None:
    """A Chinese case number is in the field, in the foot, in what scripts send, and in the record of each read."""
    await posted(client, *TREE)
    async with visitor(service) as user:
        chosen = await user.post("/case", data={"case": f" {CASE} ", "next": PAGE})
        assert (chosen.status_code, chosen.headers["location"]) == (303, PAGE)
        answer = await user.get(PAGE)
        page = Page(answer)
        assert page.fields["case"] == CASE
        assert f"案件 {CASE}" in page.text
        assert f'data-case="{quote(CASE)}"' in answer.text
        last = (await records(service.engine))[-1]
        assert (last["case"], last["target"].split("?")[0]) == (CASE, "/v1/jurisdictions/c/responsibility")
        assert f"access/{len(await records(service.engine)) - 1}" in page.text
        await user.post("/case", data={"case": "", "next": PAGE})
        assert "案件 —" in (await read(user, PAGE)).text
        assert (await records(service.engine))[-1].get("case") is None


@pytest.mark.parametrize("case", ["a" * 121, "甘\u0007纪", "案" * 121])
async def test_a_case_that_is_none_is_told(service: Service, case: str) -> None:
    """A number that is too long or holds control characters changes nothing, and the page says what it may be."""
    async with visitor(service) as user:
        await user.post("/case", data={"case": CASE})
        answer = await user.post("/case", data={"case": case, "next": "/enter"})
        assert answer.status_code == 422
        page = Page(answer)
        assert "案件编号无效:1 至 120 个字符" in page.text
        assert page.links["返回"] == "/enter"
        assert (await read(user, "/")).fields["case"] == CASE


async def test_the_language_is_kept(service: Service) -> None:
    """English by the switch stays until Chinese is chosen; `lang` in an address is for that page; another is none."""
    async with visitor(service) as user:
        page = await read(user, "/")
        assert page.links["English"] == "/language/en?next=%2F"
        await user.get(page.links["English"])
        assert "Where to begin" in (await read(user, "/?lang=xx")).text
        assert "从哪里开始" in (await read(user, "/?lang=zh")).text
        assert "set-cookie" not in (await user.get("/language/fr")).headers
        english = await read(user, "/")
        await user.get(english.links["中文"])
        assert "从哪里开始" in (await read(user, "/")).text


async def test_pages_of_strangers_are_closed_too(service: Service) -> None:
    """The form allows nothing inline or from elsewhere, is not framed and not kept."""
    async with browser(service) as nobody:
        headers: Any = (await nobody.get("/sign-in")).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
