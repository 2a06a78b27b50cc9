"""Signed events over HTTP: what is accepted and kept, what is refused and why, and what is put on record of it."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from events.dsse import pae
from events.refusals import REASONS
from events.verify import verify
from service.state import Service
from tests.events.signers import TIME, Json, Signer, enveloped, event, letter, meant
from tests.service.test_walk import BATCH

pytestmark = pytest.mark.anyio

URL = "/v1/logs/cn-62/events"
DSSE = {"Content-Type": "application/vnd.dsse+json"}
KEPT = text("SELECT kept, envelope, signatures FROM payload WHERE log_id = 'cn-62' AND position = :position")
ACCESS = text("SELECT kept FROM payload WHERE log_id = 'access' ORDER BY position")
ALGORITHMS = pytest.mark.parametrize("signer", [Signer(), Signer("k2", "SM2", "王五")], ids=["Ed25519", "SM2"])


@pytest.fixture(autouse=True)
async def log(client: httpx.AsyncClient) -> str:
    """The log cn-62."""
    assert (await client.put("/v1/logs/cn-62")).status_code == 201
    client.headers["Accept-Language"] = "en"
    return "cn-62"


async def post(client: httpx.AsyncClient, value: Any) -> httpx.Response:
    """Post one envelope, or a plain event."""
    enclosed = "payloadType" in value or not isinstance(value, dict)
    headers = DSSE if enclosed else {"Content-Type": "application/cloudevents+json"}
    return await client.post(URL, content=value if isinstance(value, str) else json.dumps(value), headers=headers)


async def posted(client: httpx.AsyncClient, *values: Json) -> list[Json]:
    """The receipts of a batch."""
    answer = await client.post(URL, content=json.dumps(values), headers=BATCH)
    assert answer.status_code in (200, 207), answer.text
    receipts: list[Json] = answer.json()["receipts"]
    return receipts


def reasons(receipts: list[Json]) -> list[str]:
    """The status of each receipt, or why it was refused."""
    return [r["status"] if "problem" not in r else r["problem"].get("reason", r["problem"]["code"]) for r in receipts]


@ALGORITHMS
async def test_an_envelope_is_kept_as_it_came(client: httpx.AsyncClient, service: Service, signer: Signer) -> None:
    """Payload bytes, envelope and signature are kept, whatever their spacing; the entry shows who signed."""
    key = await post(client, signer.registered(vouched_by="registrar-1"))
    assert key.status_code == 201, key.text
    payload = json.dumps(meant(letter()), indent=2, ensure_ascii=False).encode()
    envelope = enveloped(payload, signer)
    answer = await post(client, envelope)
    assert (answer.status_code, answer.json()["position"]) == (201, 1), answer.text
    async with service.engine.connect() as conn:
        kept = (await conn.execute(KEPT, {"position": 1})).one()
    assert bytes(kept.kept) == payload
    assert json.loads(kept.envelope) == envelope
    sig = envelope["signatures"][0]["sig"]
    assert kept.signatures == [{"key_id": signer.key_id, "registered_at_position": 0, "sig": sig}]
    shown = (await client.get(f"{URL}/1")).json()
    assert shown["event"] == meant(letter())
    (found,) = shown["signatures"]
    assert found == {
        "key_id": signer.key_id, "registered_at_position": 0, "sig": sig, "algorithm": signer.algorithm,
        "signer": {"person_id": "x", "body_id": None}, "verified": True, "key_vouched": "registrar",
        "possession": "proved", "revoked_at_position": None,
    }  # fmt: skip
    assert (await client.get(f"{URL}/0")).json()["signatures"] == []
    assert (await post(client, signer.revoked())).status_code == 201
    assert (await client.get(f"{URL}/1")).json()["signatures"][0]["revoked_at_position"] == 2
    assert (await client.get(f"{URL}/1", params={"known_at": "@2"})).json()["signatures"] == [found]


async def test_events_and_envelopes_mix(client: httpx.AsyncClient) -> None:
    """A batch registers keys and uses them further down; several keys sign one letter; plain events go between."""
    one, two = Signer(), Signer("k2", "SM2")
    receipts = await posted(
        client,
        one.registered(),
        enveloped(letter("a"), one),
        event("p", "person.registered", person_id="x", name_zh="示例甲"),
        enveloped(letter("b"), one, two),
        two.registered(body_id="b"),
        enveloped(letter("b"), one, two),
        one.revoked(),
        enveloped(letter("c"), one),
        enveloped(letter("d"), two),
    )
    assert reasons(receipts) == [
        "appended", "appended", "appended", "unknown-key", "appended", "appended", "appended", "revoked", "appended",
    ]  # fmt: skip
    assert [r["position"] for r in receipts] == [0, 1, 2, None, 3, 4, 5, None, 6]
    shown = (await client.get(f"{URL}/4")).json()["signatures"]
    assert [(one["key_id"], one["registered_at_position"]) for one in shown] == [("k1", 0), ("k2", 3)]
    assert [one["signer"] for one in shown] == [
        {"person_id": "x", "body_id": None},
        {"person_id": None, "body_id": "b"},
    ]
    listed = (await client.get(URL)).json()["items"]
    assert [[s["key_id"] for s in item["signatures"]] for item in listed] == [
        [],
        ["k1"],
        [],
        [],
        ["k1", "k2"],
        [],
        ["k2"],
    ]


async def test_lines_may_be_envelopes(client: httpx.AsyncClient) -> None:
    """In an upload of lines an envelope is a line like any other."""
    signer = Signer()
    lines = [signer.registered(), enveloped(letter("a"), signer), enveloped(letter("b"), Signer()), letter("c")]
    content = "\n".join(json.dumps(line) for line in lines)
    body = (await client.post(URL, content=content, headers={"Content-Type": "application/x-ndjson"})).json()
    assert (body["appended"], body["rejected"]) == (3, 1)
    assert [(p["line"], p["reason"]) for p in body["problems"]] == [(3, "does-not-verify")]


async def test_a_dry_run_verifies_and_keeps_nothing(client: httpx.AsyncClient) -> None:
    """`dry_run` says what would become of an envelope, keys of the same batch included."""
    signer = Signer()
    content = json.dumps([signer.registered(), enveloped(letter(), signer), enveloped(letter("b"), Signer())])
    answer = await client.post(f"{URL}?dry_run=true", content=content, headers=BATCH)
    assert reasons(answer.json()["receipts"]) == ["accepted", "accepted", "does-not-verify"]
    assert (await client.get("/v1/logs/cn-62")).json()["size"] == 0
    assert (await post(client, enveloped(letter(), signer))).json()["reason"] == "unknown-key"


async def test_sent_again_signed_or_not_it_is_a_duplicate(client: httpx.AsyncClient) -> None:
    """The same event is the same whatever its bytes and signatures, a revoked key's and wrong ones too."""
    signer = Signer()
    await posted(client, signer.registered(), enveloped(letter(), signer), signer.revoked())
    spaced = json.dumps(meant(letter()), indent=1, sort_keys=True).encode()
    for again in (enveloped(letter(), signer), enveloped(spaced, Signer()), meant(letter())):
        answer = await post(client, again)
        assert (answer.status_code, answer.json()["status"], answer.json()["position"]) == (200, "duplicate", 1)
    other = await post(client, enveloped(letter(signed_on="2018-03-06"), signer))
    assert (other.status_code, other.json()["differs"]) == (409, ["/data/signed_on"])


def tampered(value: Json, **fields: Any) -> Json:
    """An envelope with other fields."""
    return {**value, **fields}


def resigned(value: Json, **fields: Any) -> Json:
    """An envelope whose only signature has other fields."""
    return {**value, "signatures": [{**value["signatures"][0], **fields}]}


ED, SM = Signer("ed"), Signer("sm", "SM2")
SOUND = enveloped(letter(), ED)
DER = base64.b64decode(enveloped(letter(), SM)["signatures"][0]["sig"])
ZERO = bytes.fromhex("3006020100020101")
REFUSED: dict[str, tuple[Json, str]] = {
    "another payload": (tampered(SOUND, payload=enveloped(letter("m"), ED)["payload"]), "does-not-verify"),
    "another key": (enveloped(letter(), Signer("ed")), "does-not-verify"),
    "another signer id": (enveloped(letter(), Signer("sm", "SM2", "else", SM.keys)), "does-not-verify"),
    "a key of another algorithm": (resigned(SOUND, keyid="sm"), "der"),
    "one of two": (enveloped(letter(), ED, Signer("sm", "SM2")), "does-not-verify"),
    "unknown": (enveloped(letter(), Signer("nobody")), "unknown-key"),
    "before its time": (enveloped(letter(), ED, time="2016-12-31T23:59:59.999999+08:00"), "outside-time"),
    "at its end": (enveloped(letter(), ED, time="2020-01-01T00:00:00+08:00"), "outside-time"),
    "trailing byte": (resigned(enveloped(letter(), SM), sig=base64.b64encode(DER + b"\0").decode()), "der"),
    "r is zero": (resigned(enveloped(letter(), SM), sig=base64.b64encode(ZERO).decode()), "range"),
    "too short": (resigned(SOUND, sig="AAAA"), "length"),
    "s beyond the order": (resigned(SOUND, sig=base64.b64encode(b"\xff" * 64).decode()), "range"),
    "another type": (tampered(SOUND, payloadType="application/vnd.in-toto+json"), "payload-type"),
    "another log": (enveloped(letter(), ED, log="cn-63"), "other-log"),
    "no log": (enveloped(json.dumps({**letter(), "time": TIME}).encode(), ED), "other-log"),
    "no time": (enveloped(json.dumps({**letter(), "log": "cn-62"}).encode(), ED), "no-time"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_what_is_wrong_with_a_signature_is_told(client: httpx.AsyncClient, service: Service, case: str) -> None:
    """Each is 422 with its reason in both languages; nothing is recorded of it but the refusal, in the log access."""
    registered = [each.registered(valid_until="2020-01-01") for each in (ED, SM)]
    assert reasons(await posted(client, *registered)) == ["appended"] * 2
    envelope, reason = REFUSED[case]
    answer = await post(client, envelope)
    assert (answer.status_code, answer.json()["code"], answer.json()["reason"]) == (422, "signature-refused", reason)
    for fault in answer.json().get("errors", []):
        assert fault["expected"] not in REASONS[reason], "the fault is in the detail; here is what should stand there"
    chinese = await client.post(URL, content=json.dumps(envelope), headers={**DSSE, "Accept-Language": "zh"})
    assert chinese.json()["title"] == "签名不予接受"
    assert reasons(await posted(client, envelope, letter("plain"))) == [reason, "appended"]
    assert (await client.get("/v1/logs/cn-62")).json()["size"] == 3
    async with service.engine.connect() as conn:
        records = [json.loads(row.kept)["data"] for row in await conn.execute(ACCESS)]
    assert [(r["outcome"], r["status"], r["reason"], r["log"]) for r in records] == [
        ("refused", status, f"signature-refused: {reason}", "cn-62") for status in (422, 422, 207)
    ]
    assert reasons(await posted(client, SOUND)) == ["appended"]


MALFORMED: dict[str, tuple[Json, str]] = {
    "no payload": ({k: v for k, v in SOUND.items() if k != "payload"}, "/payload"),
    "payload is no base64": (tampered(SOUND, payload="{}"), "/payload"),
    "payload without padding": (tampered(SOUND, payload="e30"), "/payload"),
    "payload is no JSON": (tampered(SOUND, payload="AAAA"), "/payload"),
    "type is no text": (tampered(SOUND, payloadType=None), "/payloadType"),
    "no signatures": (tampered(SOUND, signatures=[]), "/signatures"),
    "signatures are no list": (tampered(SOUND, signatures={}), "/signatures"),
    "too many": (tampered(SOUND, signatures=[{"keyid": str(n), "sig": "AAAA"} for n in range(17)]), "/signatures"),
    "a signature is no object": (tampered(SOUND, signatures=["AAAA"]), "/signatures/0"),
    "no key": (tampered(SOUND, signatures=[{"sig": "AAAA"}]), "/signatures/0/keyid"),
    "no sig": (tampered(SOUND, signatures=[{"keyid": "ed"}]), "/signatures/0/sig"),
    "empty sig": (resigned(SOUND, sig=""), "/signatures/0/sig"),
    "a key twice": (tampered(SOUND, signatures=SOUND["signatures"] * 2), "/signatures/1/keyid"),
    "two alphabets": (resigned(SOUND, sig="+_8="), "/signatures/0/sig"),
    "a surrogate": (resigned(SOUND, keyid="\ud800"), "/signatures/0/keyid"),
    "a fault of the event": (enveloped(letter(signed_on="2018-02-30"), ED), "/payload/data/signed_on"),
    "a key given twice": (enveloped(b'{"log":"cn-62","log":"cn-62"}', ED), "/payload/log"),
    "the payload is a list": (enveloped(b"[]", ED), "/payload"),
}


@pytest.mark.parametrize("case", MALFORMED)
async def test_the_form_of_an_envelope_is_strict(client: httpx.AsyncClient, case: str) -> None:
    """Each fault is 422 and named by its pointer, alone and in a batch."""
    await posted(client, ED.registered())
    envelope, pointer = MALFORMED[case]
    answer = await post(client, envelope)
    if case != "type is no text":
        assert answer.status_code == 422, answer.text
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]
    (receipt,) = await posted(client, envelope)
    assert pointer in [fault["pointer"] for fault in receipt["problem"]["errors"]]
    assert (await client.get("/v1/logs/cn-62")).json()["size"] == 1


async def test_a_key_of_the_envelope_given_twice_is_a_fault(client: httpx.AsyncClient) -> None:
    """An envelope that gives a field twice says nothing that two readers would agree on."""
    await posted(client, ED.registered())
    doubled = json.dumps(SOUND)[:-1] + f', "payload": "{SOUND["payload"]}"}}'
    answer = await post(client, doubled)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/payload")
    assert (await post(client, "{}")).json()["errors"][0]["pointer"] == "/payloadType"


async def test_fields_that_dsse_does_not_know_are_passed_over(client: httpx.AsyncClient, service: Service) -> None:
    """They neither refuse an envelope nor come into the log, whatever they hold; sent without them it is the same."""
    await posted(client, ED.registered())
    more = {"note": {"n": 1.5, "text": "\ud800"}, "": None}
    envelope = {**resigned(SOUND, cert=["x"], **more), **more}
    assert (await post(client, envelope)).status_code == 201
    async with service.engine.connect() as conn:
        statement = text("SELECT envelope FROM payload WHERE log_id = 'cn-62' AND position = 1")
        assert json.loads((await conn.execute(statement)).scalar_one()) == SOUND
        assert (await verify(conn, "cn-62")).lie is None
    assert (await post(client, SOUND)).status_code == 200
    assert reasons(await posted(client, {**enveloped(letter("l2"), ED), **more})) == ["appended"]


async def test_base64_may_be_url_safe(client: httpx.AsyncClient) -> None:
    """Both alphabets of DSSE are read; what was sent is what is shown."""
    await posted(client, ED.registered())
    url_safe = {"+": "-", "/": "_"}
    sig = SOUND["signatures"][0]["sig"].translate(str.maketrans(url_safe))
    answer = await post(
        client, {**resigned(SOUND, sig=sig), "payload": SOUND["payload"].translate(str.maketrans(url_safe))}
    )
    assert answer.status_code == 201, answer.text
    assert (await client.get(f"{URL}/1")).json()["signatures"][0]["sig"] == sig


SMALL_ORDER = base64.b64encode(b"\1" + bytes(31)).decode()
OFF_CURVE = base64.b64encode(bytes(63) + b"\1").decode()
BAD_KEYS: dict[str, tuple[Json, str]] = {
    "small order": (ED.registered(public_key=SMALL_ORDER, proved=False), "bad-key"),
    "short": (ED.registered(public_key="AAAA", proved=False), "bad-key"),
    "off the curve": (SM.registered(public_key=OFF_CURVE, proved=False), "bad-key"),
    "an Ed25519 key as SM2": (ED.registered(algorithm="SM2", proved=False), "bad-key"),
    "empty signer id": (SM.registered(signer_id="", proved=False), "signer-id"),
    "proof by another key": (ED.registered(proof_of_possession=Signer().registered()["data"]["proof_of_possession"],
                                           proved=False), "possession"),
    "proof for another log": (ED.registered("cn-63"), "possession"),
    "proof that is none": (ED.registered(proof_of_possession="AAAA", proved=False), "length"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_KEYS)
async def test_unsound_keys_are_not_registered(client: httpx.AsyncClient, case: str) -> None:
    """A key that is no point of its group, or of whose possession a wrong proof is given, is refused."""
    sent, reason = BAD_KEYS[case]
    answer = await post(client, sent)
    assert (answer.status_code, answer.json()["reason"]) == (422, reason)
    assert (await client.get("/v1/logs/cn-62")).json()["size"] == 0


async def test_a_key_needs_no_proof_and_has_its_forms(client: httpx.AsyncClient) -> None:
    """Without a proof possession is `not-shown`; SM2 keys may begin with 04; certificates outrank registrars."""
    public = base64.b64encode(b"\4" + SM.keys[0]).decode()
    bare = SM.registered(proved=False, public_key=public, certificate="-----BEGIN…", vouched_by="r")
    assert reasons(await posted(client, bare, enveloped(letter(), SM))) == ["appended", "appended"]
    (shown,) = (await client.get(f"{URL}/1")).json()["signatures"]
    assert (shown["possession"], shown["key_vouched"]) == ("not-shown", "certificate")


async def test_the_payload_type_is_part_of_what_is_signed(client: httpx.AsyncClient) -> None:
    """A signature over the payload alone, or under another type, is not one over the event."""
    await posted(client, ED.registered())
    payload = base64.b64decode(SOUND["payload"])
    for message in (payload, pae("text/plain", payload)):
        sig = base64.b64encode(ED.sign(message)).decode()
        assert (await post(client, resigned(SOUND, sig=sig))).json()["reason"] == "does-not-verify"
