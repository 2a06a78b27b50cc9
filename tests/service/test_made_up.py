"""What no service records is found in a mirror and in a bundle, though it is all signed by the log's own key."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from service.bundle.verifying import Report
from service.mirror.checking import check_mirror
from tests.events.signers import Signer, event
from tests.service.bundle.notary import report_of
from tests.service.made_up import LOG, MadeUp

pytestmark = pytest.mark.anyio

JIA = ("2026-01-05", event("a", "person.registered", person_id="a", name_zh="甲"))
YI = ("2026-01-06", event("b", "person.registered", person_id="b", name_zh="乙"))
BING = event("c", "person.registered", person_id="c", name_zh="丙")


def mirrored(log: MadeUp, directory: Path) -> dict[str, Any]:
    """What is found of a mirror of a log by one who trusts its key."""
    return check_mirror(log.mirrored(directory), log.policy)


async def bundled(log: MadeUp, path: str = "/v1/persons/b", known_at: str | None = None) -> Report:
    """What is found of a bundle of a log by one who trusts its key."""
    return await report_of(await log.bundle(path, known_at), log.policy)


def failed(report: Report) -> tuple[str, str]:
    """The first claim that fails, and why."""
    assert report.failed is not None
    return report.failed.name, report.failed.told


@pytest.mark.parametrize("day", ["2026-01-06", "2026-01-07"])
async def test_a_sound_log_holds(tmp_path: Path, day: str) -> None:
    """Entries of one append share their stamp, those of the next have a later one: mirror and bundle are verified."""
    log = MadeUp(JIA, YI, (day, BING))
    found = mirrored(log, tmp_path)
    assert (found["verified"], found["size"], found["unchecked"]) == (True, 3, []), found
    assert (await bundled(log)).holds()


async def test_a_stamp_that_falls(tmp_path: Path) -> None:
    """An entry said to be recorded before the one below it is a lie: else what came later is known earlier."""
    log = MadeUp(JIA, YI, ("2018-01-01", BING))
    found = mirrored(log, tmp_path)
    assert (found["verified"], found["position"]) == (False, 2), found
    assert "recorded_at" in found["lie"]
    name, told = failed(await bundled(log, known_at="2018-06-01T00:00:00.000000Z"))
    assert (name, told.startswith("position 2 ")) == ("knowledge", True), told


async def test_a_key_that_nobody_showed(tmp_path: Path) -> None:
    """A proof of possession that does not verify is a lie in both: answers would say that the key was proved."""
    registered = Signer("k").registered(LOG)
    made_up = {
        **registered,
        "data": {**registered["data"], "proof_of_possession": base64.b64encode(bytes(64)).decode()},
    }
    log = MadeUp(JIA, ("2026-01-06", made_up))
    found = mirrored(log, tmp_path)
    assert (found["verified"], found["position"]) == (False, 1), found
    assert "possession" in found["lie"]
    name, told = failed(await bundled(log, "/v1/persons/a"))
    assert (name, "possession" in told) == ("signatures", True), told


async def test_one_name_twice(tmp_path: Path) -> None:
    """A source and an id name one entry of a log."""
    found = mirrored(MadeUp(JIA, YI, ("2026-01-07", {**JIA[1], "data": YI[1]["data"]})), tmp_path)
    assert (found["verified"], found["position"]) == (False, 2), found


@pytest.mark.parametrize(
    "path", ["/v1/persons/nobody", "/healthz", "/v1/nothing", f"/v1/logs/{LOG}/events/1", "/metrics"]
)
async def test_an_error_is_not_proven(path: str) -> None:
    """What is no answer of a log's entries, or none at all, is not verified, though it comes out the same."""
    name, told = failed(await bundled(MadeUp(JIA, YI), path))
    assert (name, "404" in told or path in told) == ("answer", True), told
