"""What a running service holds: made once where the program is wired, handed to every request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from events.appender import Appender
from events.clock import Clock
from events.credentials import Grant
from events.logs import PREFIX
from events.precedence import Precedence
from events.trust import Policy
from projections.duties.remembered import Evaluations
from projections.policies.pack import Pack
from service.live import Live
from service.source import Source

PROVEN: Final = "zeren.proven"
"""Marks the scope of a request whose answer is derived again from entries: it rests on nothing else."""


@dataclass(frozen=True)
class Service:
    """The parts of a running service."""

    engine: AsyncEngine
    appender: Appender
    clock: Clock
    packs: Mapping[str, Pack]
    operator_key: str
    operator_grant: Grant
    clocks: dict[str, str] = field(default_factory=dict)
    """The clocks of the logs posted to so far: a log is never deleted, and keeps its clock."""
    policy: Policy = field(default_factory=Policy)
    """The witnesses that cosign our checkpoints."""
    origins: str = PREFIX
    """What the origin of a log that is made without one begins with."""
    verified: Path | None = None
    """Where `zeren verify` notes the runs that ended; None where no data directory is known."""
    local_runner: bool = False
    """Whether this process takes the projections forward itself, instead of a runner of its own."""
    version: str = field(default="0.1.0")
    bundled: Source | None = None
    """An evidence bundle from which answers come instead of the database; its reads are not recorded."""
    evaluations: Evaluations = field(default_factory=Evaluations)
    """The duties evaluated within the last minute."""
    precedence: Precedence = field(default_factory=Precedence)
    """Says to the processes beside the service when appends come first."""

    @property
    def source(self) -> Source:
        """Where answers come from."""
        return Live(self.engine) if self.bundled is None else self.bundled
