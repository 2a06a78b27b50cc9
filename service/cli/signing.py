"""`zeren sign`: keys and envelopes for people without a toolkit. Nothing here needs a service or a database."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Final, Never, get_args

import typer

from events import dsse, signatures
from events.canonical import NotJson, canonical, read_json
from events.clock import SystemClock, stamp, today
from events.dsse import EVENT_TYPE, pae
from events.envelope import read_items
from events.item_errors import ItemError, Malformed
from events.keyring import REGISTERED, possession_message
from events.signatures import SM2, Algorithm, AlgorithmMissing, read_base64
from service.cli.words import fail

sign_app = typer.Typer(help="Make signing keys, and sign events with them.", no_args_is_help=True)

SOURCE: Final = "urn:zeren:keys"
NO_SM2: Final = "SM2 takes the package gmssl-pyx, which this installation has not · 本机未装 gmssl-pyx,不能用 SM2"
LogOption = Annotated[str, typer.Option("--log", help="the log that the key or the event is for")]


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A key as its file keeps it."""

    key_id: str
    algorithm: Algorithm
    signer_id: str | None
    private_key: bytes

    def sign(self, message: bytes) -> bytes:
        """A signature over a message."""
        signer_id = None if self.signer_id is None else self.signer_id.encode()
        return signatures.sign(self.algorithm, self.private_key, message, signer_id)


@sign_app.command("key")
def make_key(
    algorithm: Annotated[str, typer.Option("--algorithm", help="Ed25519 or SM2")],
    out: Annotated[Path, typer.Option("--out", help="file for the private key; must not exist yet")],
    log: LogOption,
    person: Annotated[str | None, typer.Option("--person", help="id of the person whose key it is")] = None,
    body: Annotated[str | None, typer.Option("--body", help="id of the body whose key it is")] = None,
    key_id: Annotated[str | None, typer.Option("--key-id", help="default: holder and a digest of the key")] = None,
    signer_id: Annotated[str | None, typer.Option("--signer-id", help="SM2: the signer's identity")] = None,
    valid_from: Annotated[str | None, typer.Option("--valid-from", help="day or time (today)")] = None,
    valid_until: Annotated[str | None, typer.Option("--valid-until", help="day or time, exclusive (none)")] = None,
    vouched_by: Annotated[str | None, typer.Option("--vouched-by", help="who checked whose key it is")] = None,
    certificate: Annotated[Path | None, typer.Option("--certificate", help="file with a certificate of it")] = None,
) -> None:
    """Make a key. The private key goes into a file of your own; the event that registers the key is printed.

    Keep the file to yourself: whoever has it signs as you. Hand the printed line to whoever keeps the log, who
    records it with `zeren import FILE --log LOG`. 私钥文件请自行保管;所印出的一行交由日志管理员登记。
    """
    if algorithm not in get_args(Algorithm):
        fail(f"--algorithm {algorithm}: expected one of {', '.join(get_args(Algorithm))}", 2)
    if person is None and body is None:
        fail("say whose key it is: --person or --body · 请以 --person 或 --body 指明持有人", 2)
    chosen: Algorithm = "SM2" if algorithm == SM2 else "Ed25519"
    public_key, private_key = _with_sm2(lambda: signatures.generate(chosen))
    public = base64.b64encode(public_key).decode()
    key = PrivateKey(key_id or f"{person or body}-{sha256(public_key).hexdigest()[:8]}", chosen, signer_id, private_key)
    said = {
        "key_id": key.key_id, "person_id": person, "body_id": body, "algorithm": chosen, "public_key": public,
        "signer_id": signer_id, "valid_from": valid_from or today(SystemClock()).isoformat(),
        "valid_until": valid_until, "vouched_by": vouched_by,
        "certificate": None if certificate is None else _read(certificate),
    }  # fmt: skip
    data = {name: value for name, value in said.items() if value is not None}
    data["proof_of_possession"] = base64.b64encode(key.sign(possession_message(log, data))).decode()
    head = {"specversion": "1.0", "id": f"{REGISTERED}/{key.key_id}".replace("/", ":"), "source": SOURCE}
    event = {**head, "type": REGISTERED, "data": data}
    _checked(event, log)
    _write_private(out, key, public)
    typer.echo(canonical(event).decode())


@sign_app.command("event")
def sign_events(
    file: Annotated[Path, typer.Argument(help="a CloudEvent, an envelope to add signatures to, or lines of them")],
    key: Annotated[list[Path], typer.Option("--key", help="private key of `zeren sign key`; may be given again")],
    log: LogOption,
    time: Annotated[str | None, typer.Option("--time", help="signing time, where the event has none (now)")] = None,
) -> None:
    """Sign events: an envelope a line on stdout, ready for `zeren import`.

    An event gets the attributes `log` and `time` where it lacks them. To an envelope signatures are added: so
    several persons sign one letter, each at their own desk. 对信封再签即追加签名,可由多人先后签同一份责任书。
    """
    keys = [_private_key(one) for one in key]
    for value in _values(file):
        typer.echo(canonical(_signed(value, keys, log, time or stamp(SystemClock().now()))).decode())


def _signed(value: Any, keys: Sequence[PrivateKey], log: str, time: str) -> dict[str, Any]:
    """The envelope of an event, or an envelope with more signatures; what the log would refuse is refused here."""
    before: list[tuple[str, bytes]] = []
    if dsse.is_envelope(value):
        try:
            envelope = dsse.read(value)
        except ItemError as problem:
            _refuse(problem)
        payload, before = envelope.payload, [(one.key_id, one.raw) for one in envelope.signatures]
    elif isinstance(value, dict):
        named = value.get("log")
        if named not in (None, log):
            fail(f"the event names the log {named}, not {log}: an event is signed for one log", 2)
        payload = canonical({**value, "log": log, "time": value.get("time") or time})
    else:
        fail("expected a CloudEvent or an envelope, as a JSON object · 应为 JSON 对象", 2)
    message = pae(EVENT_TYPE, payload)
    added = [(one.key_id, _with_sm2(lambda one=one: one.sign(message))) for one in keys]  # type: ignore[misc]
    made = dsse.write(payload, [*before, *added])
    _checked(made, log)
    return made


def _checked(item: dict[str, Any], log: str) -> None:
    """Exit 1 where the log would refuse an item for its form."""
    (outcome,) = read_items([item], log)
    if isinstance(outcome, ItemError):
        _refuse(outcome)


def _refuse(problem: ItemError) -> Never:
    lines = [f"{problem.message('en')} · {problem.message('zh')}"]
    if isinstance(problem, Malformed):
        lines += [f"  {fault.pointer or '/'}: {fault.en} · {fault.zh}" for fault in problem.faults]
    fail("\n".join(lines))


def _values(file: Path) -> list[Any]:
    """The values of a file: one JSON value, a list of them, or one a line."""
    text = _read(file)
    try:
        whole = read_json(text.encode())
    except NotJson:
        return [_value(file, number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    return whole if isinstance(whole, list) else [whole]


def _value(file: Path, number: int, line: str) -> Any:
    try:
        return read_json(line.encode())
    except NotJson as error:
        fail(f"{file}, line {number}: no JSON: {error}", 2)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"cannot read {file}: {error}", 2)


def _private_key(file: Path) -> PrivateKey:
    try:
        said = json.loads(_read(file))
        algorithm: Algorithm = "SM2" if said["algorithm"] == SM2 else "Ed25519"
        return PrivateKey(said["key_id"], algorithm, said.get("signer_id"), read_base64(said["private_key"]))
    except (ValueError, KeyError, TypeError):
        fail(f"{file} is no private key of `zeren sign key` · 不是 zeren sign key 所作的私钥文件", 2)


def _write_private(file: Path, key: PrivateKey, public_key: str) -> None:
    """Write a key's file, which only its owner may read and nothing may replace."""
    said = {
        "key_id": key.key_id, "algorithm": key.algorithm, "signer_id": key.signer_id, "public_key": public_key,
        "private_key": base64.b64encode(key.private_key).decode(),
    }  # fmt: skip
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        fail(f"{file} is there already: a key is never written over · 文件已存在,不覆盖私钥", 2)
    except OSError as error:
        fail(f"cannot write {file}: {error.strerror}", 2)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(json.dumps(said, ensure_ascii=False, indent=1) + "\n")


def _with_sm2(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except AlgorithmMissing:
        fail(NO_SM2)


def sm2_here() -> tuple[str, bool, str]:
    """The line of `zeren doctor` about SM2: what it is, that nothing is wrong, and what was found."""
    return "SM2 signatures", True, "available" if signatures.sm2_available else f"refused: {NO_SM2}"
