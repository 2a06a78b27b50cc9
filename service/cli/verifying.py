"""`zeren verify`: logs where they are kept, evidence bundles, mirrors, and a service over the network."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs
from events.database import open_engine
from events.errors import LogUnknown
from events.note import NotANote
from events.trust import Policy
from events.verifying.published import KeptNote, kept_note
from migrations.runner import pending
from service.cli.trusting import PolicyOption, read_policy
from service.cli.words import DataOption, JsonOption, err, fail, print_json, settings_of, wait
from service.databases import database_of
from service.settings import Settings
from service.verifying import Unfinished, Verification

POOL: Final = 4
BUNDLE: Final = ".zip"
ARCHIVE: Final = b"PK"
"""What every ZIP archive begins with."""

TargetsArgument = Annotated[
    list[str] | None, typer.Argument(help="logs (default all), files of bundles, or directories of mirrors")
]
AgainstOption = Annotated[
    list[Path] | None, typer.Option("--against", help="a checkpoint kept elsewhere, which must be of a beginning of it")
]
JobsOption = Annotated[int | None, typer.Option("--jobs", min=1, help="processes; default one for each processor")]
FreshOption = Annotated[bool, typer.Option("--fresh", help="begin anew where a run was interrupted")]
EvidenceOption = Annotated[
    bool, typer.Option("--evidence-only", help="leave out what is derived: the map of names, the projections")
]
UrlOption = Annotated[str | None, typer.Option("--url", help="a service to check over the network; with --log")]
LogOption = Annotated[list[str] | None, typer.Option("--log", help="logs of that service")]
NoPolicyOption = Annotated[bool, typer.Option("--no-policy", help="of a bundle: do without a policy")]
AuthorityOption = Annotated[Path | None, typer.Option("--tsa-cert", help="roots (PEM) of the time-stamping authority")]
AbsentOption = Annotated[
    list[str] | None, typer.Option("--absent-pack", help="of a bundle: a policy pack that it may lack")
]
ErasedOption = Annotated[bool, typer.Option("--erased", help="of a bundle: accept entries whose content was erased")]
PackOption = Annotated[list[str] | None, typer.Option("--pack", help="of a bundle: a policy pack's digest to accept")]


def verify(
    targets: TargetsArgument = None,
    against: AgainstOption = None,
    policy: PolicyOption = None,
    url: UrlOption = None,
    log: LogOption = None,
    jobs: JobsOption = None,
    fresh: FreshOption = False,
    evidence_only: EvidenceOption = False,
    no_policy: NoPolicyOption = False,
    tsa_cert: AuthorityOption = None,
    pack: PackOption = None,
    absent: AbsentOption = None,
    erased: ErasedOption = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Re-read every row, hash it again, grow the tree again; name the first lie. Exit 1 where there is one."""
    trusted = read_policy(policy)
    bundles = [target for target in targets or () if _is_bundle(target)]
    if bundles:
        if len(bundles) < len(targets or ()):
            fail("bundles are verified by themselves, not together with logs or mirrors", 2)
        from service.cli.bundling import verify_files  # noqa: PLC0415  the application, which answers again

        verify_files(
            bundles, trusted, without_policy=no_policy, time_roots=tsa_cert, packs=pack or (), absent=absent or (),
            erased=erased, as_json=as_json,
        )  # fmt: skip
        return
    if url is not None:
        if not log or targets:
            fail("--url takes --log, and no other arguments", 2)
        from service.cli.mirroring import verified_remote  # noqa: PLC0415  the folds and all kinds

        told([_printed(verified_remote(url, each, trusted)) for each in log], as_json=as_json)
        return
    places = [target for target in targets or () if "/" in target or any(Path(target).glob("*/checkpoint"))]
    chosen = [target for target in targets or () if target not in places]
    results = []
    if places:
        from service.cli.mirroring import verified_mirrors  # noqa: PLC0415  the folds and all kinds

        results += [result for place in places for result in verified_mirrors(Path(place), trusted)]
    if chosen or not places:
        settings = settings_of(data)
        work = _verify_logs(settings, chosen or None, _notes(against), trusted, jobs, fresh, evidence_only, as_json)
        try:
            results += wait(work)
        except KeyboardInterrupt:
            fail("interrupted: run it again to go on where it was")
    told([_printed(result) for result in results], as_json=as_json)


def _is_bundle(target: str) -> bool:
    """Whether an archive is named: by its content, whatever it is called, or where that is lost, by its name."""
    if target.lower().endswith(BUNDLE):
        return True
    try:
        with Path(target).open("rb") as opened:
            return opened.read(len(ARCHIVE)) == ARCHIVE
    except OSError:
        return False


def _printed(result: dict[str, Any]) -> dict[str, Any]:
    return {**result, "root": base64.b64encode(result["root"]).decode()}


async def _verify_logs(
    settings: Settings, chosen: list[str] | None, against: tuple[KeptNote, ...], policy: Policy | None,
    jobs: int | None, fresh: bool, evidence_only: bool, as_json: bool,
) -> list[dict[str, Any]]:  # fmt: skip
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    where = await database_of(settings)
    async with _engine(where.url) as engine:
        results = []
        chosen_logs = await _logs_of(engine, chosen, against)
        with Progress(*columns, console=err, disable=as_json, transient=True) as bar:
            task = bar.add_task("", total=None)

            def tell(what: str, done: int, of: int) -> None:
                bar.update(task, description=what, completed=done, total=of)

            verification = Verification(
                settings, where.url, jobs or os.cpu_count() or 1, fresh, evidence_only, against, policy, tell
            )
            for log_id in chosen_logs:
                try:
                    result = await verification.of(engine, log_id)
                except Unfinished as error:
                    fail(str(error))
                results.append(result)
            results += await verification.gone(engine) if chosen is None else []
    return results


@asynccontextmanager
async def _engine(url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(url, pool_size=POOL)
    try:
        behind = await pending(engine)
        if behind is not None:
            fail(f"the database's schema is {behind}")
        yield engine
    finally:
        await engine.dispose()


async def _logs_of(engine: AsyncEngine, chosen: list[str] | None, against: Sequence[KeptNote]) -> list[str]:
    async with engine.connect() as conn:
        every = {log.log_id: log for log in await logs.every(conn, service=True)}
    for log_id in chosen or ():
        if log_id not in every:
            fail(str(LogUnknown(log=log_id)), 2)
    origins = {every[log_id].origin for log_id in chosen or every}
    for note in against:
        if note.checkpoint.origin not in origins:
            fail(f"{note.where} is of {note.checkpoint.origin}, which is none of the logs to verify", 2)
    return chosen or list(every)


def _notes(files: Sequence[Path] | None) -> tuple[KeptNote, ...]:
    try:
        return tuple(kept_note(f"the checkpoint {file}", file.read_text(encoding="utf-8")) for file in files or ())
    except (OSError, UnicodeDecodeError, NotANote) as error:
        fail(f"--against: {error}", 2)


def told(results: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    """Print what was found; exit 1 where something lies."""
    if as_json:
        print_json(results)
    else:
        for r in results:
            if r["resumed_at"] is not None:
                typer.echo(
                    f"{r['log']}: went on at {r['resumed_at']}, where a run was interrupted (--fresh begins anew)"
                )
            where = "" if r["position"] is None else f" at position {r['position']}"
            found = f"verified, root {r['root']}" if r["verified"] else f"LIE{where}: {r['lie']}"
            typer.echo(f"{r['log']}: {r['size']} entries, {found}")
            for what in r["unchecked"]:
                typer.echo(f"{r['log']}: not checked: {what}")
    if not all(r["verified"] for r in results):
        raise typer.Exit(1)
