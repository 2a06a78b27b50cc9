"""A sealed session: opened by this service alone, for some hours; tickets that stand for a key once."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from events.clock import ScriptedClock
from service.session import COOKIE, SESSION_HOURS, TICKET_MINUTES, Expired, Sealer, is_own, key_of

START = datetime(2026, 11, 22, 8, tzinfo=UTC)


def sealer(operator_key: str = "operator-key", now: datetime = START) -> Sealer:
    """A sealer of some operator's key, at an instant."""
    return Sealer(operator_key, ScriptedClock(now))


def request(state: Any = None, **headers: str) -> Request:
    """A request with headers, of an application that has a sealer or none."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    app = SimpleNamespace(state=SimpleNamespace(**({} if state is None else {"sealer": state})))
    return Request({"type": "http", "headers": raw, "app": app})


@given(key=st.text(min_size=1), name=st.text())
def test_what_is_sealed_is_opened(key: str, name: str) -> None:
    """Key and name come back as they were; another process with the same operator's key opens them as well."""
    text = sealer().seal(key, name)
    session = sealer().open(text)
    assert (session.key, session.name) == (key, name)
    assert session.until == int((START + timedelta(hours=SESSION_HOURS)).timestamp())
    assert text.isascii()
    assert not set(text) & set(' ";,\\')


def test_the_key_cannot_be_read_from_the_cookie() -> None:
    """The text holds neither the key nor the same bytes twice."""
    one, two = sealer().seal("zk_1_secret", "1"), sealer().seal("zk_1_secret", "1")
    assert one != two
    assert b"secret" not in base64.urlsafe_b64decode(one + "==")


def test_another_operator_does_not_open_it() -> None:
    """A session of another service, or of this one before its operator's key was changed, is over."""
    with pytest.raises(Expired):
        sealer("another").open(sealer().seal("key", "name"))


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_is_found(at: int, change: int) -> None:
    """Whatever byte of the sealed text is changed, it is refused."""
    raw = bytearray(base64.urlsafe_b64decode(sealer().seal("key", "name") + "=="))
    raw[at % len(raw)] ^= change
    with pytest.raises(Expired):
        sealer().open(base64.urlsafe_b64encode(bytes(raw)).decode())


@given(st.one_of(st.text(), st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("="))))
def test_no_other_text_is_a_session(text: str) -> None:
    """Text that was never sealed is refused, not a fault."""
    with pytest.raises(Expired):
        sealer().open(text)


@pytest.mark.parametrize(
    ("later", "good"), [(timedelta(hours=SESSION_HOURS, seconds=-1), True), (timedelta(hours=8), False)]
)
def test_a_session_ends(later: timedelta, good: bool) -> None:
    """It is good until its last second, and refused from then on."""
    text = sealer().seal("key", "name")
    if good:
        assert sealer(now=START + later).open(text).key == "key"
    else:
        with pytest.raises(Expired):
            sealer(now=START + later).open(text)


def test_a_ticket_is_good_once() -> None:
    """The first use gives the session, the second is refused; so is one never given, and one of another process."""
    here = sealer()
    ticket = here.ticket("key", "name")
    with pytest.raises(Expired):
        sealer().redeem(ticket)
    assert here.redeem(ticket).key == "key"
    for used in (ticket, "never-given", ""):
        with pytest.raises(Expired):
            here.redeem(used)


def test_a_ticket_that_came_too_late_is_spent() -> None:
    """After its minutes a ticket is refused, and does not come back when the clock is set back."""
    clock = ScriptedClock(START)
    here = Sealer("operator-key", clock)
    late, early = here.ticket("key", "late"), here.ticket("key", "early")
    clock.instant = START + timedelta(minutes=TICKET_MINUTES, seconds=-1)
    assert here.redeem(early).name == "early"
    clock.instant = START + timedelta(minutes=TICKET_MINUTES)
    with pytest.raises(Expired):
        here.redeem(late)
    clock.instant = START
    with pytest.raises(Expired):
        here.redeem(late)


def test_secrets_are_not_told() -> None:
    """Neither a key nor a ticket stands in what a sealer or a session prints as, as in a traceback."""
    here = sealer("the-operators-key")
    ticket = here.ticket("the-key", "name")
    for secret in ("the-operators-key", "the-key", ticket):
        assert secret not in repr(here)
    assert "the-key" not in repr(here.redeem(ticket))


@pytest.mark.parametrize(
    ("site", "own"),
    [(None, True), ("same-origin", True), ("none", True), ("same-site", False), ("cross-site", False), ("", False)],
)
def test_pages_of_other_sites_are_told_apart(site: str | None, own: bool) -> None:
    """A session counts for our own pages and for what the user types; a page of another site cannot use it."""
    here = sealer()
    headers = {"cookie": f"{COOKIE}={here.seal('key', 'name')}"} | ({} if site is None else {"sec_fetch_site": site})
    asked = request(here, **headers)
    assert is_own(asked) is own
    assert key_of(asked) == ("key" if own else None)


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ("http://zeren.test:8000", True),
        ("https://zeren.test:8000", True),
        ("http://zeren.test:9000", False),
        ("http://zeren.test", False),
        ("http://elsewhere.test", False),
        ("null", False),
        ("", False),
    ],
)
def test_over_plain_http_the_origin_tells_pages_apart(origin: str, own: bool) -> None:
    """Without `Sec-Fetch-Site` a page of another host or port cannot use a session; behind a proxy its host counts."""
    here = sealer()
    cookie = f"{COOKIE}={here.seal('key', 'name')}"
    for hosts in ({"host": "zeren.test:8000"}, {"host": "backend:1", "x_forwarded_host": "zeren.test:8000"}):
        asked = request(here, cookie=cookie, origin=origin, **hosts)
        assert is_own(asked) is own
        assert key_of(asked) == ("key" if own else None)
    assert is_own(request(here, cookie=cookie, origin="http://elsewhere.test", sec_fetch_site="same-origin"))


def test_no_session_no_key() -> None:
    """Without a cookie, with one that is over, or in an application without a console there is no key."""
    here = sealer()
    text = here.seal("key", "name")
    assert key_of(request(here)) is None
    assert key_of(request(here, cookie=f"{COOKIE}={text}x")) is None
    assert key_of(request(sealer(now=START + timedelta(days=1)), cookie=f"{COOKIE}={text}")) is None
    assert key_of(request(None, cookie=f"{COOKIE}={text}")) is None
