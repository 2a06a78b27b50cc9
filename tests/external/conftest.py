"""`zeren demo`, served once for the tests that look at it from outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import httpx
import pytest

from tests.patience import HANG_SECONDS, looks
from tests.service.servers import KEY, Served

LOGS: Final = ("demo-cn-62", "demo-cn-51", "demo-cn-64")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client with the operator's key of the served sample logs, which sign with both algorithms; all are signed."""
    data = tmp_path_factory.mktemp("demo") / "data"
    running = Served(data, command="demo", ZEREN_OPERATOR_KEY=KEY, ZEREN_NOTARY_SM2="1")
    try:
        running.start()
        keyed = {"Authorization": f"Bearer {KEY}"}
        with httpx.Client(base_url=running.url, headers=keyed, timeout=HANG_SECONDS) as client:
            for _ in looks(running.said):
                if all(client.get(f"/{log}/checkpoint").status_code == 200 for log in LOGS):
                    break
            yield client
        running.stop()
    finally:
        running.close()
