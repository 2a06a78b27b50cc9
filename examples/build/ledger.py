"""One sample log: events collected with the day they are reported, written in that order."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FACTS = "urn:zeren:example:facts"
"""Stated in one of the seed texts; `basis` names file, line and phrase."""
PUBLIC = "urn:zeren:example:public"
"""A public fact that no seed text states; `basis` says which."""
DIVISIONS = "urn:zeren:example:divisions"
"""A row of the division tables."""
SYNTHETIC = "urn:zeren:example:synthetic"
"""Invented."""

Data = dict[str, Any]


@dataclass
class Ledger:
    """The events of one log.

    All events of one day share one `recorded_at`: they are one report. Within a day the order of
    the calls stands.
    """

    log: str
    entries: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    counters: dict[str, int] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """The last part of the log's id: the two digits of the province, or a name."""
        return self.log.rpartition("-")[2]

    def fresh(self, what: str, width: int = 4) -> str:
        """The next synthetic id for `what`, such as `syn-62-person-0001`."""
        self.counters[what] = self.counters.get(what, 0) + 1
        return f"syn-{self.number}-{what}-{self.counters[what]:0{width}d}"

    def record(self, on: str, kind: str, data: Data, source: str = SYNTHETIC, time: str | None = None) -> str:
        """Add one event reported on the day `on`; its id."""
        if source == SYNTHETIC:
            event_id = self.fresh("e", 5)
        else:
            event_id = self.fresh(source.rsplit(":", 1)[1], 4).removeprefix("syn-")
        event: dict[str, Any] = {"specversion": "1.0", "id": event_id, "source": source, "type": kind}
        if time is not None:
            event["time"] = time
        event["data"] = {name: value for name, value in data.items() if value is not None}
        self.entries.append((on, event))
        return event_id

    def event(self, event_id: str) -> tuple[str, dict[str, Any]]:
        """The day and the event with the id `event_id`."""
        return next((on, event) for on, event in self.entries if event["id"] == event_id)

    def write(self, folder: Path) -> None:
        """Write the log as NDJSON, ordered by day."""
        lines = [
            json.dumps({"recorded_at": stamp(on), "event": event}, ensure_ascii=False, separators=(",", ":"))
            for on, event in sorted(self.entries, key=lambda entry: entry[0])
        ]
        (folder / f"{self.log}.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")


def stamp(on: str) -> str:
    """The instant of the scripted clock for the report of a day: 10:00 in Shanghai."""
    return f"{on}T02:00:00.000000Z"
