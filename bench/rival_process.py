"""The recorder of the PyPI package `eventsourcing`, driven by lines of JSON: one order in, one answer out.

Runs in an environment of its own (`bench/requirements.lock`) and imports nothing of ours.
    {"do": "insert", "file": ..., "batch": 500, "clients": 1} -> {"events": ..., "seconds": ...}
    {"do": "select", "ids": [...], "times": ...} -> {"events": ..., "seconds": [...]}
"""

from __future__ import annotations

import base64
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any, Final
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

POOL: Final = 32
"""Connections: one for each of the threads that insert at once."""


def _stored(file: str) -> list[StoredEvent]:
    """The events of a file: originator, version, topic and state of each, line by line."""
    events = []
    with open(file, encoding="utf-8") as lines:  # noqa: PTH123  one line at a time
        for line in lines:
            originator, number, topic, state = json.loads(line)
            events.append(StoredEvent(UUID(originator), number, topic, base64.b64decode(state)))
    return events


def insert(recorder: Any, order: dict[str, Any]) -> dict[str, Any]:
    """Insert the events of a file, so many to a call, from as many threads as there are clients."""
    events, batch = _stored(order["file"]), order["batch"]
    batches = [events[start : start + batch] for start in range(0, len(events), batch)]
    with ThreadPoolExecutor(order["clients"]) as threads:
        began = time.perf_counter()
        list(threads.map(recorder.insert_events, batches))
    return {"events": len(events), "seconds": time.perf_counter() - began}


def select(recorder: Any, order: dict[str, Any]) -> dict[str, Any]:
    """Select all events of each originator in turn."""
    ids, taken, events = [UUID(one) for one in order["ids"]], [], 0
    for turn in range(-len(ids), order["times"]):
        began = time.perf_counter()
        found = recorder.select_events(ids[turn % len(ids)])
        if turn >= 0:
            taken.append(time.perf_counter() - began)
            events += len(found)
    return {"events": events, "seconds": taken}


def main() -> None:
    """Make the tables, say the version, and do what is ordered until there is nothing more."""
    user, host, port, name = sys.argv[1:]
    with PostgresDatastore(dbname=name, host=host, port=port, user=user, password="", pool_size=POOL) as datastore:
        recorder = PostgresApplicationRecorder(datastore)
        recorder.create_table()
        print(json.dumps({"version": version("eventsourcing")}), flush=True)
        for line in sys.stdin:
            order = json.loads(line)
            answer = {"insert": insert, "select": select}[order["do"]](recorder, order)
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
