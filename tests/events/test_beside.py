"""A process beside us: whatever goes in comes out as it was answered, and one that does not stay up is said to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from events.beside import Beside, Ended, serve


def main() -> None:
    """The process of these tests: it gives back what it gets, or ends where it is told to."""

    def answer(request: Any) -> Any:
        if request == "end":
            os._exit(1)
        return request

    serve(answer)


@pytest.fixture
def echo() -> Iterator[Beside]:
    """A process that answers with the request."""
    beside = Beside(__name__)
    yield beside
    beside.close()


def test_values_of_any_size_come_back(echo: Beside) -> None:
    """Nothing at all, text of every plane, bytes with line ends, nested lists, and more than a pipe holds."""
    for value in (None, "", b"", "\U00020000\n\0", [1, (b"\n\r", None), {"a": True}], b"x" * 3_000_000, [-1] * 100_000):
        assert echo.ask(value) == value


def test_one_that_ends_twice_over_a_request_is_told(echo: Beside) -> None:
    """A request that ends the process ends the next one too, which is said; the one after is answered again."""
    assert echo.ask("before") == "before"
    with pytest.raises(Ended, match="ended twice"):
        echo.ask("end")
    assert echo.ask("after") == "after"


def test_one_that_cannot_be_started_is_told() -> None:
    """A module that is not there gives no process."""
    beside = Beside("events.nothing_of_that_name")
    with pytest.raises(Ended):
        beside.ask("x")
    assert beside._process is None
