"""Settings, from the environment and the command line; read only where the program is wired."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MIN_OPERATOR_KEY: Final = 24


class SettingError(Exception):
    """A file that a setting names cannot be used; the message says which and why."""


class Settings(BaseSettings):
    """`ZEREN_*` of the environment."""

    model_config = SettingsConfigDict(env_prefix="ZEREN_", frozen=True, env_ignore_empty=True)

    data: Path = Path(".zeren")
    """Where the embedded server, the operator's key and what else is local are kept."""
    database_url: str | None = Field(default=None, pattern=r"^postgres(ql(\+asyncpg)?)?://")
    """PostgreSQL of the operator's own; the embedded server without it."""

    @field_validator("database_url")
    @classmethod
    def _reachable(cls, url: str | None) -> str | None:
        """A URL whose ports there can be: asyncpg leaves that to the operating system, which says it in other words."""
        try:
            hosts = urlsplit(url or "").netloc.rpartition("@")[2]
            ports = [host.rpartition(":")[2] for host in hosts.split(",") if ":" in host and not host.endswith("]")]
            sound = all(0 < int(port) < 1 << 16 for port in ports)
        except ValueError:  # a port, or an address in brackets, that is none: so a password with a slash reads
            sound = False
        if not sound:
            raise ValueError(
                "postgresql://USER:PASSWORD@HOST:PORT/DATABASE with ports from 1 to 65535; "
                "in a password / ? # % are written %2F %3F %23 %25"
            )
        return url and url.replace("postgresql+asyncpg://", "postgresql://", 1)  # as SQLAlchemy writes it, asyncpg not

    operator_key: str | None = Field(default=None, min_length=MIN_OPERATOR_KEY)
    url: str | None = None
    """The service that the clients of the command line speak to."""
    key: str | None = None
    """The key they send."""
    log_level: str = "info"
    origin_prefix: str = Field(
        default="zeren.example", max_length=150, pattern=r"^[^\s\x00-\x20\x7f+]*[^\s\x00-\x20\x7f+/]$"
    )
    """What origins begin with: that of `access`, and of a log that is made without one."""
    notary: Path | None = None
    """Where keys of logs and the outside copies of checkpoints are kept; without it `notary` in the data directory."""
    notary_sm2: bool = False
    """Whether logs sign with an SM2 key too."""
    witness_policy: Path | None = None
    """A tlog-policy file: the witnesses to ask, and the quorum."""
    witness_fail: Literal["open", "closed"] = "open"
    """Whether a checkpoint is served before a quorum has cosigned it (open) or only then (closed)."""
    tsa_url: str | None = Field(default=None, pattern="^https?://")
    """An RFC 3161 authority, which stamps each checkpoint."""
    tsa_cert: Path | None = Field(default=None, validate_default=True)
    """The roots, PEM, that the authority's stamps are verified with."""

    @field_validator("operator_key", "key")
    @classmethod
    def _as_headers_carry_it(cls, value: str | None) -> str | None:
        if value is not None and not (value.isascii() and value.isprintable() and value == value.strip()):
            raise ValueError("a key is of printable ASCII characters, without spaces around it: no other can be sent")
        return value

    @field_validator("tsa_cert")
    @classmethod
    def _with_its_authority(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is None and info.data.get("tsa_url") is not None:
            raise ValueError("ZEREN_TSA_URL takes ZEREN_TSA_CERT, a PEM file of roots: no stamp is kept unverified")
        return value

    @field_validator("witness_fail")
    @classmethod
    def _with_its_policy(cls, value: str, info: ValidationInfo) -> str:
        if value == "closed" and info.data.get("witness_policy") is None:
            raise ValueError("closed takes ZEREN_WITNESS_POLICY: without witnesses nothing would ever be served")
        return value

    @property
    def notary_directory(self) -> Path:
        """Where the notary keeps keys and outside copies."""
        return self.notary or self.data / "notary"
