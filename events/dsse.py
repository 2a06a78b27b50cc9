"""DSSE 1.0.2 envelopes: a payload with its type and one or more signatures, read strictly and written plainly.

What is signed is the pre-authentication encoding of type and payload (PAE). Base64 may be standard or
URL-safe, as the protocol allows both; either way padded and canonical. Fields that the protocol does not know
are passed over, as it demands, and not kept: no signature covers them. Stricter than the protocol, each
signature names its key, once.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from events.canonical import Json, TwiceKeyed, canonical, escape_pointer
from events.fields import FORMS, is_id
from events.item_errors import Fault, Malformed, SignatureRefused
from events.signatures import read_base64

MEDIA_TYPE: Final = "application/vnd.dsse+json"
EVENT_TYPE: Final = "application/vnd.zeren.event.v1+json"
"""The payload type of a CloudEvent."""
MAX_SIGNATURES: Final = 16
_MAX_SIG: Final = 512
_FIELDS: Final = ("payload", "payloadType", "signatures")
_SIGNATURE_FIELDS: Final = ("keyid", "sig")
_URL_SAFE: Final = str.maketrans("-_", "+/")


class Signature(NamedTuple):
    """One signature: the id of the key that is said to have made it, and its bytes."""

    key_id: str
    raw: bytes
    text: str
    """The base64 as it was sent."""


class Envelope(NamedTuple):
    """A payload of ours and the signatures over it."""

    payload: bytes
    signatures: tuple[Signature, ...]
    kept: bytes
    """The envelope as JSON (RFC 8785): the fields that DSSE knows, each as it was sent."""


def pae(payload_type: str, payload: bytes) -> bytes:
    """What is signed: the pre-authentication encoding of a payload and its type."""
    encoded = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(encoded), encoded, len(payload), payload)


def is_envelope(value: Json) -> bool:
    """Whether an item is an envelope rather than an event."""
    return isinstance(value, dict) and "payloadType" in value


def read(value: Mapping[str, Any]) -> Envelope:
    """The envelope of a parsed JSON object. Raises Malformed, or SignatureRefused for another payload type."""
    found = _sound(value)
    if found is None:
        raise Malformed(list(_faults(value)))
    if value["payloadType"] != EVENT_TYPE:
        raise SignatureRefused("payload-type", pointer="/payloadType")
    payload, signatures = found
    kept = [{"keyid": one.key_id, "sig": one.text} for one in signatures]
    known = {"payload": value["payload"], "payloadType": EVENT_TYPE, "signatures": kept}
    return Envelope(payload, signatures, canonical(known))


def write(payload: bytes, signatures: Sequence[tuple[str, bytes]], payload_type: str = EVENT_TYPE) -> dict[str, Any]:
    """The envelope of a payload and of signatures as (key id, bytes), as a JSON object."""
    return {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": payload_type,
        "signatures": [{"keyid": key_id, "sig": base64.b64encode(raw).decode()} for key_id, raw in signatures],
    }


def _decoded(text: object) -> bytes | None:
    """The bytes of base64, standard or URL-safe; None where a value is neither."""
    if not isinstance(text, str):
        return None
    if "-" in text or "_" in text:
        if "+" in text or "/" in text:
            return None
        text = text.translate(_URL_SAFE)
    try:
        return read_base64(text)
    except ValueError:
        return None


def _sound(value: Mapping[str, Any]) -> tuple[bytes, tuple[Signature, ...]] | None:
    """Payload and signatures of an envelope without a fault; None where `_faults` finds one."""
    if type(value) is not dict or not value.keys() >= set(_FIELDS) or not isinstance(value["payloadType"], str):
        return None
    payload, given = _decoded(value["payload"]), value["signatures"]
    if payload is None or not isinstance(given, list) or not 1 <= len(given) <= MAX_SIGNATURES:
        return None
    found: dict[str, Signature] = {}
    for one in given:
        if type(one) is not dict or not one.keys() >= set(_SIGNATURE_FIELDS) or not _is_key_id(one["keyid"]):
            return None
        raw = _decoded(one["sig"])
        if not raw or len(raw) > _MAX_SIG:
            return None
        found[one["keyid"]] = Signature(one["keyid"], raw, one["sig"])
    return (payload, tuple(found.values())) if len(found) == len(given) else None


def _faults(value: Mapping[str, Any]) -> Iterator[Fault]:
    yield from _named(value, _FIELDS, "")
    if "payload" in value and _decoded(value["payload"]) is None:
        yield Fault("/payload", *_BASE64)
    if "payloadType" in value and not isinstance(value["payloadType"], str):
        yield Fault("/payloadType", *_TEXT)
    given = value.get("signatures")
    if "signatures" in value and not (isinstance(given, list) and 1 <= len(given) <= MAX_SIGNATURES):
        zh, en = f"1 至 {MAX_SIGNATURES} 个签名的数组", f"an array of 1 to {MAX_SIGNATURES} signatures"
        yield Fault("/signatures", zh, en)
        return
    named: set[str] = set()
    for index, one in enumerate(given or ()):
        at = f"/signatures/{index}"
        if not isinstance(one, dict):
            yield Fault(at, "JSON 对象", "a JSON object")
            continue
        yield from _named(one, _SIGNATURE_FIELDS, at)
        yield from _signature_faults(one, at, named)


def _signature_faults(one: Mapping[str, Any], at: str, named: set[str]) -> Iterator[Fault]:
    if "sig" in one:
        raw = _decoded(one["sig"])
        if not raw or len(raw) > _MAX_SIG:
            yield Fault(f"{at}/sig", *_BASE64)
    key_id = one.get("keyid")
    if "keyid" not in one:
        return
    if not _is_key_id(key_id):
        yield Fault(f"{at}/keyid", *FORMS["id"])
    elif key_id in named:
        yield Fault(f"{at}/keyid", "每个密钥只签一次", "each key once")
    else:
        named.add(str(key_id))


def _is_key_id(value: object) -> bool:
    try:
        return is_id(value) and bool(str(value).encode())
    except UnicodeEncodeError:
        return False


def _named(value: Mapping[str, Any], fields: Sequence[str], at: str) -> Iterator[Fault]:
    """The faults of the names of an object: missing, or given twice."""
    if isinstance(value, TwiceKeyed):
        yield Fault(f"{at}/{escape_pointer(value.twice)}", "每个键只给出一次", "each key given once")
    for name in fields:
        if name not in value:
            yield Fault(f"{at}/{name}", *(_KEY_ID if name == "keyid" else ("必填", "required")))


_BASE64: Final = ("Base64(标准或 URL 安全字母表,带填充)", "base64, standard or URL-safe, with its padding")
_KEY_ID: Final = ("必填:在本日志登记的密钥编号", "required: the id of a key that is registered in the log")
_TEXT: Final = ("非空字符串", "a string that is not empty")
