"""Parameters of tests that `make test` tries on some of them only; `make test-long` tries them all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def longer(values: Iterable[Any]) -> list[Any]:
    """Values of a parameter that are tried in the long stage alone."""
    return [pytest.param(value, marks=pytest.mark.long) for value in values]
