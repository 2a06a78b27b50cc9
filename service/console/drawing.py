"""What pages that draw need: Plotly from its package, kept from writing styles into the page itself."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from service.console import assets

_GUARD: Final = re.compile(r'if\(!document\.getElementById\("([0-9a-f]{64})"\)\)')


@cache
def held_ids() -> tuple[str, ...]:
    """The ids of style elements that Plotly adds to a page for parts that we do not draw (maps), unless they are there.

    Elements with these ids in the page leave nothing for it to write, and nothing for our policy to refuse.
    """
    (script,) = (file for name, file in assets.foreign().items() if name.startswith("plotly-"))
    return tuple(dict.fromkeys(_GUARD.findall(script.read_text(encoding="utf-8"))))
