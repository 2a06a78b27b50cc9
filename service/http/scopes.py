"""The parameter `scope`: a place alone, or with everything below it."""

from __future__ import annotations

from events.errors import BadRequest


def is_subtree(scope: str) -> bool:
    """Whether `scope` takes in what is below a place. Raises BadRequest."""
    if scope not in ("own", "subtree"):
        raise BadRequest(name="scope", value=scope[:60], expected_zh="own 或 subtree", expected_en="own or subtree")
    return scope == "subtree"
