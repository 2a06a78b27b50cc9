"""How many examples a property is tried on: some in `make test`, all in `make test-long`."""

from __future__ import annotations

import os
from typing import Final

ALL: Final = os.environ.get("ZEREN_LONG") == "1"
"""Whether this is the long stage."""
PART: Final = 6
FEWEST: Final = 4


def examples(every: int) -> int:
    """So many of `every` examples as this stage tries."""
    return every if ALL else min(every, max(FEWEST, every // PART))
