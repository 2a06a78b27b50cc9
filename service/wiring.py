"""Puts a service together from its settings: the one place where settings are read."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from events.appender import Appender
from events.clock import Clock, SystemClock
from events.credentials import OPERATOR, Grant
from events.database import open_engine
from events.trust import Policy
from migrations.runner import pending
from projections.duties.accepting import usable
from projections.policies.pack import Pack, PackError
from service.databases import Database, database_of
from service.notary import timestamps, witnesses
from service.notary.guarding import Guard
from service.settings import MIN_OPERATOR_KEY, SettingError, Settings
from service.state import Service
from service.verified import STATES

KEY_FILE: Final = "operator.key"


class NotReadyError(Exception):
    """The database is not as the service needs it; the message says what to run."""


def operator_key(settings: Settings) -> str:
    """The operator's key: the one set, else the one kept in the data directory, made the first time."""
    if settings.operator_key is not None:
        return settings.operator_key
    file = settings.data / KEY_FILE
    if file.exists():
        kept = file.read_text(encoding="ascii").strip()
        if len(kept) >= MIN_OPERATOR_KEY:
            return kept
        file.unlink(missing_ok=True)
    _write_private(file, f"zk_operator_{secrets.token_urlsafe(32)}\n")
    return file.read_text(encoding="ascii").strip()


def notary_of(settings: Settings) -> Policy:
    """The policy of witnesses, where one is set. Raises SettingError where it, or a root of time, cannot be used."""
    file = settings.tsa_cert
    try:
        if file is not None:
            timestamps.roots_of(file)
        file = settings.witness_policy
        return witnesses.load(file)
    except (OSError, ValueError) as error:
        raise SettingError(f"{file} cannot be used: {error}") from None


def packs_of() -> dict[str, Pack]:
    """The policy packs. Raises NotReadyError with file and line of all that is wrong with one."""
    try:
        return usable()
    except PackError as error:
        raise NotReadyError(f"the policy packs cannot be used:\n{error}") from None


def _write_private(file: Path, text: str) -> None:
    """Write a whole file that only its owner reads, unless another process was first."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(text)
    with contextlib.suppress(FileExistsError):
        os.link(name, file)
    Path(name).unlink()


@asynccontextmanager
async def opened(
    settings: Settings, *, clock: Clock | None = None, local_runner: bool = False, database: Database | None = None
) -> AsyncIterator[Service]:
    """A wired service; `database` is given by one that serves. Raises NotReadyError where it is not migrated.

    Raises SettingError, too. On an operator's database only a service that serves keeps a key of its own.
    """
    where = database or await database_of(settings)
    engine = open_engine(where.url)
    try:
        behind = await pending(engine)
        if behind is not None:
            raise NotReadyError(f"the database's schema is {behind}")
        ticking = clock or SystemClock()
        appender = Appender(engine, ticking, guard=Guard(engine, settings.notary_directory))
        grant = OPERATOR if where.is_embedded else Grant(roles=("operator",))
        keeps = where.is_embedded or database is not None
        key = operator_key(settings) if keeps else settings.operator_key or secrets.token_urlsafe(32)
        try:
            policy, packs = notary_of(settings), packs_of()
            yield Service(
                engine, appender, ticking, packs, key, grant,
                policy=policy, origins=settings.origin_prefix, verified=settings.data / STATES,
                local_runner=local_runner,
            )  # fmt: skip
        finally:
            await appender.close()
    finally:
        await engine.dispose()
