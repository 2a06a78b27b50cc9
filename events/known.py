"""How much of a log is believed: an instant, a day or a size, as it is asked and as it is answered.

`known_at` is RFC 3339, or a bare date (the end of that day in Asia/Shanghai), or `@1234` for a log
size.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from events import edtf
from events.clock import day_of, end_of_day, read_stamp, stamp
from events.errors import BadRequest

_SIZE = re.compile(r"@(\d{1,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class KnownAt:
    """A `known_at` as it was asked: an instant or a size."""

    instant: datetime | None = None
    size: int | None = None
    name: str = field(default="known_at", compare=False)
    """The parameter that asked for it, which a refusal names."""

    def __str__(self) -> str:
        """It as it can be asked: `@size`, a day, or an instant."""
        if self.instant is None:
            return f"@{self.size}"
        day = day_of(self.instant)
        return day.isoformat() if self.instant == end_of_day(day) else stamp(self.instant)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A state of knowledge of one log: its first `size` entries, as of the instant `known_at`."""

    log_id: str
    size: int
    known_at: datetime | None
    """None where the log was empty and no instant was asked for."""
    clock: str


def read_known_at(value: str, name: str = "known_at") -> KnownAt:
    """The `known_at` of a request, or another parameter of that form. Raises BadRequest, which names it."""
    found = _SIZE.fullmatch(value)
    if found is not None:
        return KnownAt(size=int(found[1]), name=name)
    try:
        if len(value) == len("2018-01-15"):
            return KnownAt(instant=end_of_day(edtf.parse_day(value)), name=name)
        return KnownAt(instant=read_stamp(value), name=name)
    except ValueError:
        raise BadRequest(
            name=name,
            value=value,
            expected_zh="RFC 3339 时间、日期(当日结束,北京时间)或 @日志条数",
            expected_en="an RFC 3339 instant, a date (the end of that day in Asia/Shanghai) or @size",
        ) from None
