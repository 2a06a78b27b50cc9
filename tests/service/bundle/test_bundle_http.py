"""Bundles over HTTP: signed letters in them, who may have one, what has none, and what is put on record of it."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import text

from events import checkpoints, time_token
from events.dsse import MEDIA_TYPE as DSSE
from service.bundle import form, gathering, making, verifying
from service.bundle.check import CHECKED, FAILED, NOT_CHECKED, Trust
from service.bundle.contents import Item, read_items
from tests.authority import OpensslAuthority
from tests.events.signers import Json, Signer, enveloped, event, take_sm2_away
from tests.service.bundle.notary import Bundles, app_once, bundles, report_of, resealed
from tests.service.grants import granted

pytest_plugins = ["tests.service.bundle.notary"]
pytestmark = pytest.mark.anyio

LOG: Final = "cn-62"
LAST: Final = text("SELECT kept FROM payload WHERE log_id = 'access' ORDER BY position DESC LIMIT 1")
CHAIN: Final = "/jurisdictions/p/responsibility?valid_at=2018-06-01"
SIGNERS: Final = [Signer("k1"), Signer("k2", "SM2", "王五")]
LETTER: Final = {
    "letter_id": "l", "signed_on": "2018-03-05", "effective_from": "2018-01-01",
    "signatory": {"person_id": "x", "post_id": "o"},
}  # fmt: skip
EVENTS: Final[Sequence[Json]] = [
    event("1", "jurisdiction.registered", jurisdiction_id="p", code="620000", name_zh="示例省", level="province"),
    event("2", "post.established", post_id="o", title_zh="书记", jurisdiction_id="p", functions=["party-principal"]),
    event("3", "person.registered", person_id="x", name_zh="王五"),
    event("4", "appointment.started", appointment_id="a", person_id="x", post_id="o", effective_from="2017-01-01"),
    event("5", "person.registered", person_id="y", name_zh="无关"),
]


async def post(made: Bundles, sent: Json) -> None:
    kind = DSSE if "payloadType" in sent else "application/cloudevents+json"
    answer = await made.client.post(f"/v1/logs/{LOG}/events", content=json.dumps(sent), headers={"Content-Type": kind})
    assert answer.status_code == 201, answer.text


@pytest.fixture
async def made(database_url: str, tmp_path: Path) -> AsyncIterator[Bundles]:
    """A log with a letter that its signatory signed with two keys, and one of these revoked later."""
    async with bundles(database_url, tmp_path) as opened:
        assert (await opened.client.put(f"/v1/logs/{LOG}")).status_code == 201
        for sent in EVENTS:
            await post(opened, sent)
        for signer in SIGNERS:
            await post(opened, signer.registered())
        await post(opened, enveloped(event("6", "responsibility-letter.signed", **LETTER), *SIGNERS))
        await post(opened, SIGNERS[1].revoked())
        yield opened


def with_item(files: dict[str, bytes], item: Item, **update: Any) -> bytes:
    items = [one.model_copy(update=update) if one.position == item.position else one for one in
             read_items(files[form.ENTRIES])]  # fmt: skip
    return resealed({**files, form.ENTRIES: b"".join(one.line() + b"\n" for one in items)})


async def test_signatures_are_verified_again(made: Bundles) -> None:
    """The signatures of a letter in the chain, Ed25519 and SM2, are verified with the keys that the bundle shows."""
    data = await made.bundle(CHAIN)
    policy = await made.policy(LOG)
    report = await report_of(data, policy)
    assert report.failed is None
    assert report.holds()
    said = {claim.name: claim.told for claim in report.claims}
    assert said["signatures"].startswith("2 signatures of 1 envelopes")
    files = form.extract(data)
    letters = form.read_object("answer", files[form.ANSWER])["chain"][0]["posts"][0]["holders"][0]["letters"]
    assert [letter["signatures"] for letter in letters] == ["verified"]
    items = read_items(files[form.ENTRIES])
    assert {"key.registered", "key.revoked", "responsibility-letter.signed"} <= {item.type for item in items}
    assert not any(item.kept is not None and "无关".encode() in item.kept for item in items)


async def test_without_sm2_a_bundle_is_not_accused(made: Bundles, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where SM2 cannot be verified the key and the letter signed with it are told as not checked."""
    data, policy = await made.bundle(CHAIN), await made.policy(LOG)
    take_sm2_away(monkeypatch)
    report = await report_of(data, policy)
    assert report.failed is None
    said = {claim.name: (claim.status, claim.told) for claim in report.claims}
    assert said["signatures"] == (
        NOT_CHECKED, "1 of 1 envelopes and 1 proofs of possession are of SM2, which this installation has not",
    )  # fmt: skip


async def test_a_forged_signature(made: Bundles) -> None:
    """A signature changed, another's envelope, one taken away: not verified, for the leaf holds the envelope."""
    files = form.extract(await made.bundle(CHAIN))
    policy = await made.policy(LOG)
    letter = next(item for item in read_items(files[form.ENTRIES]) if item.type == "responsibility-letter.signed")
    assert letter.kept is not None
    assert letter.envelope is not None
    envelope = json.loads(letter.envelope)
    raw = bytearray(base64.b64decode(envelope["signatures"][0]["sig"]))
    raw[5] ^= 1
    envelope["signatures"][0]["sig"] = base64.b64encode(raw).decode()
    forged = json.dumps(envelope, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    other = enveloped(letter.kept, Signer("k1"))
    stranger = json.dumps(other, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    for changed in (forged, stranger, None):
        report = await report_of(with_item(files, letter, envelope=changed), policy)
        assert report.failed is not None
        assert report.failed.name == "entries"


@pytest.mark.long
async def test_the_time_of_the_checkpoint(made: Bundles, tmp_path: Path) -> None:
    """A token of somebody else's authority (openssl ts) over the checkpoint is checked against the roots brought."""
    await made.bundle(CHAIN)
    authority, other = OpensslAuthority(tmp_path / "tsa"), OpensslAuthority(tmp_path / "other")
    async with made.service.engine.begin() as conn:
        signed = await checkpoints.published(conn, LOG)
        assert signed is not None
        asked = time_token.request(signed.body).as_bytes()
        token = authority.respond(asked)
        await checkpoints.keep_token(conn, LOG, signed.size, token, made.service.clock.now())
    data, policy = await made.bundle(CHAIN), await made.policy(LOG)
    roots = time_token.read_roots(authority.root.read_bytes())
    for trusted, status in ((roots, CHECKED), (None, NOT_CHECKED)):
        report = await verifying.verify(data, Trust(policy, trusted), app_once)
        assert {claim.name: claim.status for claim in report.claims}["time"] == status
        assert report.holds()
    strangers = time_token.read_roots(other.root.read_bytes())
    report = await verifying.verify(data, Trust(policy, strangers), app_once)
    assert report.failed is not None
    assert report.failed.name == "time"


async def test_who_may_have_a_bundle(made: Bundles) -> None:
    """Inspectors of whole logs and auditors; not those with a narrower grant, nor recorders, who see no answers."""
    headers = {"Accept": form.MEDIA_TYPE}
    expected = [
        (("inspector",), {}, 200), (("auditor",), {}, 200), (("auditor",), {"jurisdictions": ["p"]}, 200),
        (("inspector",), {"jurisdictions": ["p"]}, 403), (("inspector",), {"kinds": ["person.registered"]}, 403),
        (("recorder",), {}, 403),
    ]  # fmt: skip
    for roles, limits, status in expected:
        async with granted(made.service, *roles, **limits) as client:
            answer = await client.get(f"/v1{CHAIN}", headers=headers)
            assert answer.status_code == status, (roles, limits, answer.text[:500])
            if status == 200:
                assert (await report_of(answer.content, await made.policy(LOG))).holds(), (roles, limits)
    assert (await made.client.get(f"/v1{CHAIN}", headers={**headers, "Authorization": "Bearer no"})).status_code == 401


@pytest.mark.long
async def test_a_narrowed_auditor_sees_what_was_withheld(made: Bundles) -> None:
    """The answer of a narrowed grant is derived with the same grant: what was withheld is withheld again."""
    async with granted(made.service, "auditor", jurisdictions=["elsewhere"]) as client:
        answer = await client.get("/v1/persons/x/timeline", headers={"Accept": form.MEDIA_TYPE})
    assert answer.status_code == 200, answer.text
    report = await report_of(answer.content, await made.policy(LOG))
    assert report.holds()
    said = form.read_object("answer", form.extract(answer.content)[form.ANSWER])
    assert said["items"] == []
    assert said["withheld"] > 0


@pytest.mark.long
async def test_what_has_no_bundle(made: Bundles) -> None:
    """Raw entries, the catalogue and the logs have none (406, naming what has); a problem stays the problem it is."""
    for target in (f"/logs/{LOG}", f"/logs/{LOG}/events", f"/logs/{LOG}/events/0", "/kinds", "/policies"):
        answer = await made.ask(target)
        assert (answer.status_code, answer.json()["code"]) == (406, "no-bundle"), target
        assert "jurisdictions" in answer.json()["detail"]
    assert (await made.ask("/jurisdictions/nowhere/responsibility")).status_code == 404
    assert (await made.ask("/jurisdictions/p/responsibility?valid_at=never")).status_code == 422
    assert (await made.client.put("/v1/logs/cn-63")).status_code == 201
    answer = await made.ask("/letters?person=x")
    assert (answer.status_code, answer.json()["code"]) == (406, "no-bundle")
    assert (await made.ask(f"/letters?person=x&log={LOG}")).status_code == 200


async def test_what_is_too_large(made: Bundles, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that rests on more entries than a bundle may hold is refused, saying how many and how many may be."""
    monkeypatch.setattr(gathering, "MAX_ENTRIES", 3)
    answer = await made.ask(CHAIN)
    assert (answer.status_code, answer.json()["code"]) == (422, "bundle-too-large")
    assert "at most 3" in answer.json()["detail"]


async def test_before_a_checkpoint_covers_it(
    database_url: str, made: Bundles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody signs what the answer rests on, there is no bundle yet: 503, to be tried again."""
    monkeypatch.setattr(making, "WAIT_SECONDS", 0.3)
    async with bundles(database_url, tmp_path) as idle:
        made.stop()
        idle.stop()
        await post(made, event("7", "person.registered", person_id="z", name_zh="新人"))
        answer = await made.ask("/persons/z")
    assert (answer.status_code, answer.json()["code"]) == (503, "not-yet-published")
    assert answer.headers["retry-after"] == "1"


async def test_a_bundle_is_on_record_like_any_answer(made: Bundles) -> None:
    """The log `access` has who asked for what, the answer carries its position, and its name says that it is a file."""
    answer = await made.ask(CHAIN)
    assert answer.headers["content-type"] == form.MEDIA_TYPE
    assert answer.headers["zeren-query"].startswith("access/")
    assert "bundle.zip" in answer.headers["content-disposition"]
    async with made.service.engine.connect() as conn:
        kept = json.loads((await conn.execute(LAST)).scalar_one())
    assert (kept["data"]["target"], kept["data"]["outcome"]) == (f"/v1{CHAIN}", "answered")


@pytest.mark.long
async def test_a_bundle_of_another_log_with_the_same_keys(made: Bundles) -> None:
    """The manifest cannot say another log or origin than the checkpoint does."""
    files = form.extract(await made.bundle(CHAIN))
    policy = await made.policy(LOG)
    log = form.read_object("manifest", files[form.MANIFEST])["log"]
    for changed in ({"origin": "zeren.example/cn-63"}, {"id": "cn-63"}, {"clock": "scripted"}, {"name": "another"}):
        report = await report_of(resealed(files, log={**log, **changed}), policy)
        harmless = "name" in changed  # a log's name is nowhere in an answer
        assert harmless or any(claim.status == FAILED for claim in report.claims), changed
