"""What an API key may be made with: the same whether it is asked for over HTTP, on a page or on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from events import credentials
from events.catalogue.registry import KINDS
from events.credentials import Grant
from events.errors import BadRequest
from events.fields import AnyId

Role = Literal["recorder", "inspector", "auditor", "overseer", "operator"]
Source = Annotated[str, Field(min_length=1, max_length=512, pattern=r"^[^\s\x00-\x20\x7f]+$")]


class NewKey(BaseModel):
    """What a key is made with: whose it is, and what it grants. An empty list does not limit."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$")
    roles: list[Role] = Field(min_length=1, max_length=len(credentials.ROLES))
    logs: list[AnyId] = Field(default=[], max_length=1000)
    jurisdictions: list[AnyId] = Field(default=[], max_length=1000)
    kinds: list[AnyId] = Field(default=[], max_length=len(KINDS))
    sources: list[Source] = Field(default=[], max_length=1000)
    correct: bool = False
    key_kinds: bool = False

    @property
    def grant(self) -> Grant:
        """As a grant, each thing once."""
        return Grant(
            _once(self.roles),
            _once(self.logs),
            _once(self.jurisdictions),
            _once(self.kinds),
            _once(self.sources),
            self.correct,
            self.key_kinds,
        )


def check_kinds(grant: Grant) -> None:
    """Raise BadRequest for a kind that the catalogue does not have: a key for it alone could do nothing."""
    for kind in grant.kinds:
        if kind not in KINDS:
            raise BadRequest(
                name="kinds", value=kind, expected_zh="目录中的事件类型", expected_en="kinds of the catalogue"
            )


def _once(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(given))
