"""A ledger against a log: what the service says of each row, asked over the API in batches; nothing is recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import httpx
import orjson

from service.tables.edits import KINDS, Annulled, Corrections, Edit, Erased
from service.tables.faults import Fault
from service.tables.ledger import Entry, Ledger, fault_of, header_of

ROWS_TOGETHER: Final = 500
BYTES_TOGETHER: Final = 4 * 1024 * 1024
BATCH: Final = "application/cloudevents-batch+json"
ID_TAKEN: Final = "id-taken"

Receipt = dict[str, Any]


Send = Callable[..., Awaitable[httpx.Response]]
"""Sends a method and a path to the API, with what else httpx takes: a client's `request`, or a page's."""


class Unanswered(Exception):
    """The API answered a question with a problem."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(f"{answer.status_code}")
        self.answer = answer


@dataclass(slots=True)
class Outcome:
    """What the service says of the rows of a ledger."""

    accepted: list[Entry] = field(default_factory=list)
    known: list[tuple[Entry, int]] = field(default_factory=list)
    """Rows on record as they stand, with the position of each."""
    edits: list[Edit] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    size: int = 0
    """Of the log."""


def read(answer: httpx.Response) -> Any:
    """The JSON of an answer. Raises Unanswered."""
    if not answer.is_success:
        raise Unanswered(answer)
    return orjson.loads(answer.content)


async def check(send: Send, log: str, ledger: Ledger, outcome: Outcome) -> AsyncIterator[int]:
    """Ask the service about every row, and fill `outcome`; after each batch, how many rows were asked about.

    Raises Unanswered.
    """
    known: list[tuple[Entry, int, list[str]]] = []
    for batch in batches(ledger.entries):
        async for entry, receipt in post(send, log, batch, outcome, dry_run=True):
            problem = receipt.get("problem", {})
            if receipt["status"] == "accepted":
                outcome.accepted.append(entry)
            elif receipt["status"] == "duplicate":
                known.append((entry, receipt["position"], []))
            elif problem.get("code") == ID_TAKEN and "/type" not in problem["differs"]:
                known.append((entry, problem["position"], problem["differs"]))
            else:
                outcome.faults += faults_of(ledger, entry, receipt)
        yield len(batch)
    if known:
        await _compare(send, log, ledger, known, outcome)


async def _compare(
    send: Send, log: str, ledger: Ledger, known: Sequence[tuple[Entry, int, list[str]]], outcome: Outcome
) -> None:
    """Tell rows that are on record as they stand from those that were edited since."""
    corrections = Corrections()
    async for found in _corrections(send, log):
        corrections.add(found)
    for entry, position, differs in known:
        edit = corrections.compare(entry, position, differs)
        if edit is None:
            outcome.known.append((entry, position))
        elif isinstance(edit, Annulled | Erased):
            header = header_of(ledger, entry.kind, ("id",))
            zh, en = ("已作废", "annulled") if isinstance(edit, Annulled) else ("已依法删除", "erased")
            zh, en = f"其事件(位置 {position}){zh}", f"its event, at position {position}, was {en}"
            outcome.faults.append(Fault(entry.line, header, entry.event["id"], zh, en))
        else:
            outcome.edits.append(edit)


async def _corrections(send: Send, log: str) -> AsyncIterator[Mapping[str, Any]]:
    """The corrections and annulments of a log; none for one who may not read entries, who is told of first versions."""
    asked = {"type": ",".join(KINDS), "limit": "1000"}
    after: str | None = ""
    while after is not None:
        more = {"after": after} if after else {}
        answer = await send("GET", f"/v1/logs/{quote(log, safe='')}/events", params={**asked, **more})
        if answer.status_code == httpx.codes.FORBIDDEN:
            return
        page = read(answer)
        for found in page["items"]:
            yield found
        after = page["next"]


async def post(
    send: Send, log: str, batch: Sequence[Entry], outcome: Outcome, *, dry_run: bool
) -> AsyncIterator[tuple[Entry, Receipt]]:
    """Post a batch of rows; each with its receipt, and what was refused with its problem in Chinese too."""
    answer = await _batch(send, log, [entry.event for entry in batch], "en", dry_run=dry_run)
    outcome.size = answer["size"]
    refused = [index for index, receipt in enumerate(answer["receipts"]) if receipt["status"] == "rejected"]
    if refused:
        again = await _batch(send, log, [batch[index].event for index in refused], "zh", dry_run=True)
        for index, receipt in zip(refused, again["receipts"], strict=True):
            answer["receipts"][index]["zh"] = receipt.get("problem")
    for entry, receipt in zip(batch, answer["receipts"], strict=True):
        yield entry, receipt


async def _batch(send: Send, log: str, events: list[Any], language: str, *, dry_run: bool) -> Any:
    headers = {"Content-Type": BATCH, "Accept-Language": language}
    parameters = {"dry_run": "true"} if dry_run else {}
    path = f"/v1/logs/{quote(log, safe='')}/events"
    return read(await send("POST", path, content=orjson.dumps(events), headers=headers, params=parameters))


def batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Entries in batches that a request may hold."""
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        length = len(orjson.dumps(entry.event))
        if batch and (len(batch) == ROWS_TOGETHER or size + length > BYTES_TOGETHER):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += length
    if batch:
        yield batch


def faults_of(ledger: Ledger, entry: Entry, receipt: Receipt) -> list[Fault]:
    """What the service says of a row, said of its cells."""
    problem = receipt["problem"]
    chinese = receipt.get("zh") or problem
    errors = problem.get("errors") or [{"pointer": "/id", "expected": problem["detail"]}]
    in_chinese = {error["pointer"]: error["expected"] for error in chinese.get("errors") or ()}
    return [
        fault_of(
            ledger,
            entry,
            error["pointer"].replace("/data/corrected_payload", "/data"),
            in_chinese.get(error["pointer"], chinese["detail"]),
            error["expected"],
        )
        for error in errors
    ]
