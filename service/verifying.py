"""One log verified where it is kept: evidence, the map of names, projections; and a run that was interrupted goes on.

What was checked so far stands in `<data>/verify/<log>.json` while a run lasts. It is for an interrupted run alone:
one that ended begins anew the next time, so that what was changed meanwhile is found.
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncEngine

from events import checkpoints, logs, time_token
from events.clock import Clock, SystemClock, stamp
from events.merkle import EMPTY_ROOT
from events.note import NotANote, parse
from events.trust import Policy, QuorumNotMet, Untrusted
from events.trust import parse as parse_policy
from events.verify import Manner, Verdict, verify
from events.verifying.lies import Lie
from events.verifying.published import KeptNote, Outside, kept_note
from events.verifying.tree import Grown, grown_of
from service.notary.kept import COPY
from service.notary.kept import every as every_copy
from service.settings import Settings
from service.verified import STATES, note

SAVE_SECONDS: Final = 2.0
COSIGN_SECONDS: Final = 5.0
"""How long the newest checkpoint is waited for to be cosigned, before a snapshot is taken."""
POLL_SECONDS: Final = 0.1

Told = Callable[[str, int, int], None]
"""Told what is being checked, how much of it is, and of how much."""


class Unfinished(Exception):
    """What is derived could not be held against the entries: they came too fast."""


@dataclass(frozen=True, slots=True)
class Verification:
    """How a log is to be verified, and against what."""

    settings: Settings
    url: str
    """The database's."""
    jobs: int = 1
    fresh: bool = False
    """Whether to begin anew where a run was interrupted."""
    evidence_only: bool = False
    """Whether to leave out what is derived: the map of names, the projections."""
    against: tuple[KeptNote, ...] = ()
    policy: Policy | None = None
    """The verifier's own: keys of logs, witnesses, a quorum."""
    told: Told = field(default=lambda _what, _done, _of: None)
    clock: Clock = field(default_factory=SystemClock)

    async def of(self, engine: AsyncEngine, log_id: str) -> dict[str, Any]:
        """What is found of a log. Raises LogUnknown, Unfinished."""
        state = _State(self.settings.data / STATES / f"{log_id}.json")
        begun = Grown() if self.fresh else state.read()
        since = begun.size
        if self.policy is not None:
            await self._cosigned(engine, log_id, self.policy)
        async with engine.connect() as conn:
            await conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            log = await logs.get(conn, log_id)
            outside, lies = self._outside(log)
            manner = Manner(
                self.url, self.jobs, begun, outside,
                progress=lambda done, of: self.told(log_id, done, of), reached=state.save,
            )  # fmt: skip
            verdict = await verify(conn, log_id, manner)
            if lies and (verdict.lie is None or verdict.lie.position is None):
                verdict = replace(verdict, lie=lies[0])
            newest = await checkpoints.published(conn, log_id)
            if verdict.lie is None and newest is not None and self.policy is not None:
                verdict = replace(verdict, lie=self._untrusted(newest.note))
        checked = ["entries", "tree", "signatures", "checkpoints"]
        if verdict.lie is None and not self.evidence_only and not log.service:
            verdict = await self._derived(engine, verdict, checked)
        state.done()
        told = _as_json(verdict, checked, since)
        root = base64.b64encode(verdict.root).decode()
        note(self.settings.data / STATES, log_id, {**told, "at": stamp(self.clock.now()), "root": root})
        return told

    async def gone(self, engine: AsyncEngine) -> list[dict[str, Any]]:
        """What is found of logs that are there no more: entries without a log, and outside copies of one."""
        from service.notary.belonging import missing  # noqa: PLC0415  it knows all kinds, which evidence does not take

        async with engine.connect() as conn:
            left = await logs.gone(conn)
            known = {log.log_id for log in await logs.every(conn, service=True)}
        directory = self.settings.notary_directory
        lost = {log_id: missing(directory, log_id) for log_id in set(every_copy(directory)) - known}
        lies = {
            log_id: f"the log is gone: {count} entries are there, and no row of table log"
            for log_id, count in left.items()
        }
        lies |= {log_id: f"the log is gone: {why}" for log_id, why in lost.items() if log_id not in left}
        return [
            _as_json(Verdict(log_id, left.get(log_id, 0), EMPTY_ROOT, Lie(None, what)), [], 0)
            for log_id, what in sorted(lies.items())
        ]

    def _outside(self, log: logs.Log) -> tuple[Outside, list[Lie]]:
        """What is kept of a log outside the database, and what cannot be read of it."""
        notes, lies = [each for each in self.against if each.checkpoint.origin == log.origin], []
        with suppress(FileNotFoundError):
            file = self.settings.notary_directory / log.log_id / COPY
            try:
                notes.append(kept_note(f"the outside copy {file}", file.read_text(encoding="utf-8")))
            except (NotANote, UnicodeDecodeError) as error:
                lies.append(Lie(None, f"the outside copy {file} is no checkpoint: {error}"))
        keys = () if self.policy is None else tuple(k.key for k in self.policy.logs if k.key.name == log.origin)
        policy = self.policy
        if policy is None and self.settings.witness_policy is not None:
            policy = parse_policy(self.settings.witness_policy.read_bytes())
        witnesses = () if policy is None else tuple(each.key for each in policy.witnesses.values())
        roots = self.settings.tsa_cert
        authorities = () if roots is None else tuple(time_token.read_roots(roots.read_bytes()))
        return Outside(tuple(notes), keys, witnesses, authorities), lies

    async def _cosigned(self, engine: AsyncEngine, log_id: str, policy: Policy) -> None:
        """Wait while the policy wants nothing but further cosignatures of the newest checkpoint: they may be coming."""
        for _ in range(round(COSIGN_SECONDS / POLL_SECONDS)):
            async with engine.connect() as conn:
                newest = await checkpoints.published(conn, log_id)
            try:
                if newest is not None:
                    policy.accept(parse(newest.note))
            except QuorumNotMet:
                await asyncio.sleep(POLL_SECONDS)
            except (NotANote, Untrusted):
                return
            else:
                return

    def _untrusted(self, text: str) -> Lie | None:
        assert self.policy is not None
        try:
            self.policy.accept(parse(text))
        except (NotANote, Untrusted) as error:
            return Lie(None, f"the newest checkpoint is not trusted by the policy: {error}")
        return None

    async def _derived(self, engine: AsyncEngine, verdict: Verdict, checked: list[str]) -> Verdict:
        """Check what is derived from the entries too. Raises Unfinished."""
        from projections.rebuild import OvertakenError  # noqa: PLC0415  as below
        from service.deriving import Derived  # noqa: PLC0415  the folds and all kinds, which evidence does not take

        derived = Derived(engine, verdict, self.told)
        for what, check in (("names", derived.lie_of_names), ("projections", derived.lie_of_projections)):
            try:
                lie = await check()
            except OvertakenError as error:
                raise Unfinished(str(error)) from None
            if lie is not None:
                return replace(verdict, lie=lie)
            checked.append(what)
        return verdict


class _State:
    """What an interrupted run had checked, in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._saved_at = time.monotonic()

    def read(self) -> Grown:
        """What was checked so far; nothing where no run was interrupted."""
        try:
            return grown_of(json.loads(self._file.read_bytes()))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return Grown()

    def save(self, grown: Grown) -> None:
        """Keep what is checked, now and then."""
        if time.monotonic() - self._saved_at < SAVE_SECONDS:
            return
        self._saved_at = time.monotonic()
        self._file.parent.mkdir(parents=True, exist_ok=True)
        beside = self._file.with_suffix(".new")
        beside.write_text(json.dumps(grown.as_json()))
        beside.replace(self._file)

    def done(self) -> None:
        """The run has ended: the next one begins anew."""
        self._file.unlink(missing_ok=True)


def _as_json(verdict: Verdict, checked: list[str], since: int) -> dict[str, Any]:
    lie = verdict.lie
    return {
        "log": verdict.log_id,
        "size": verdict.size,
        "root": verdict.root,
        "verified": lie is None,
        "position": None if lie is None else lie.position,
        "lie": None if lie is None else lie.what,
        "checked": checked,
        "unchecked": list(verdict.unchecked),
        "resumed_at": since or None,
    }
