"""A log that is not there: a dry run can say of events then whether they have their form, and nothing more.

It is asked as the service is, and answers as that would for a log of no entries, so that a log is made only
once something is to be recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import httpx
import orjson

from events.canonical import Json
from events.cloudevent import Submission
from events.envelope import event_of, read_items
from events.item_errors import ItemError, Malformed
from service import problems
from service.intake import read_line
from service.ledgers import BATCH

UNMADE: Final = (
    "there is no log {log}: it would be made; a dry run makes none, and checks form alone · 日志不存在,仅检查形式"
)


class Unmade:
    """Answers dry runs of batches and of lines into a log that is not there."""

    def __init__(self, log: str) -> None:
        self._log = log

    async def request(
        self, method: str, path: str, *, content: bytes, headers: dict[str, str], params: dict[str, str]
    ) -> httpx.Response:
        """What the service would answer, as far as form goes."""
        assert (method, params) == ("POST", {"dry_run": "true"}), path
        language = problems.language(headers.get("Accept-Language"))
        body: Any
        if headers["Content-Type"] == BATCH:
            values = orjson.loads(content)
            body = {"size": 0, "receipts": [_receipt(found, language) for found in read_items(values, self._log)]}
        else:
            body = self._lines(content.split(b"\n"), language)
        return httpx.Response(httpx.codes.OK, content=orjson.dumps(body))

    def _lines(self, lines: Sequence[bytes], language: str) -> dict[str, Any]:
        values = {number: _value(line) for number, line in enumerate(lines, 1) if line.strip()}
        sound = [number for number, value in values.items() if not isinstance(value, ItemError)]
        read = dict(zip(sound, read_items([values[number] for number in sound], self._log), strict=True))
        told = []
        counts: Counter[str] = Counter()
        for number, value in values.items():
            receipt = _receipt(read.get(number, value), language)
            counts[receipt["status"]] += 1
            if receipt["status"] == "rejected":
                event = event_of(value)
                said = event if isinstance(event, dict) else {}
                about = {name: said.get(name) for name in ("id", "source")}
                told.append({**receipt["problem"], "line": number, **about})
        rejected, accepted = counts["rejected"], counts["accepted"]
        return {"size": 0, "duplicates": 0, "rejected": rejected, "accepted": accepted, "problems": told}


def _value(line: bytes) -> Any:
    """The JSON value of a line, or what is wrong with it."""
    try:
        return read_line(line)
    except Malformed as problem:
        return problem


def _receipt(found: Submission | ItemError | Json, language: str) -> dict[str, Any]:
    if isinstance(found, ItemError):
        return {"status": "rejected", "problem": problems.problem(found, language)}
    return {"status": "accepted"}
