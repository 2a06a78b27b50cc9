"""What an append answers for each event: its receipt.

Made once for every event and changed by nobody; a frozen class would take four times as long to make.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.cloudevent import Submission
from events.item_errors import ItemError

Status = Literal["appended", "duplicate", "rejected", "accepted"]


@dataclass(slots=True)
class Offer:
    """A submission as it is offered to a log, with what its sender may do."""

    submission: Submission
    credential: str
    """The id of the credential that posts it; kept with the event."""
    may_correct: bool = False
    """Whether the grant has `correct`: it may correct facts of other sources."""


@dataclass(slots=True)
class Receipt:
    """What became of one offered event. `position`, `recorded_at` and `leaf_hash` go together."""

    id: str | None
    source: str | None
    status: Status
    position: int | None = None
    recorded_at: datetime | None = None
    leaf_hash: bytes | None = None
    problem: ItemError | None = None


@dataclass(frozen=True, slots=True)
class Appended:
    """The receipts of one append, in the order offered, and the size of the log after it."""

    size: int
    receipts: Sequence[Receipt]
