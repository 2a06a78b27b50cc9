"""Settings, from the environment and the command line; read only where the program is wired."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MIN_OPERATOR_KEY: Final = 24


class Settings(BaseSettings):
    """`ZEREN_*` of the environment."""

    model_config = SettingsConfigDict(env_prefix="ZEREN_", frozen=True, env_ignore_empty=True)

    data: Path = Path(".zeren")
    """Where the embedded server, the operator's key and what else is local are kept."""
    database_url: str | None = None
    """PostgreSQL of the operator's own; the embedded server without it."""
    operator_key: str | None = Field(default=None, min_length=MIN_OPERATOR_KEY)
    url: str | None = None
    """The service that the clients of the command line speak to."""
    key: str | None = None
    """The key they send."""
    log_level: str = "info"
