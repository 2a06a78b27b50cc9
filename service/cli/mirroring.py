"""`zeren mirror`: a copy of a log for an auditor without our database; and what `zeren verify` says of one."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from events.trust import Policy
from events.verifying.lies import LieFound
from service.cli.client import TIMEOUT
from service.cli.trusting import PolicyOption, read_policy
from service.cli.words import JsonOption, err, fail, print_json, settings_with, wait
from service.mirror.checking import check_mirror
from service.mirror.kept import CHECKPOINT, Kept
from service.mirror.mirroring import Mirrored
from service.mirror.mirroring import mirror as bring
from service.mirror.remote import Remote, RemoteFailed


def mirror(
    url: Annotated[str, typer.Argument(help="the service, e.g. https://zeren.example")],
    log: Annotated[str, typer.Argument(help="the log")],
    data: Annotated[Path, typer.Option("--data", help="the mirror's directory")],
    policy: PolicyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy a log, or what it grew by, and check all of it, with an auditor's ZEREN_KEY. Exit 1 on a lie."""
    trusted = read_policy(policy)
    kept = Kept(data, log)

    async def work() -> Mirrored:
        async with _client(url) as client:
            with _bar(as_json) as bar:
                task = bar.add_task(log, total=None)
                return await bring(
                    kept, Remote(client, log), trusted, lambda done, of: bar.update(task, completed=done, total=of)
                )

    try:
        found = wait(work())
    except (LieFound, RemoteFailed) as error:
        if as_json:
            print_json({"log": log, "mirrored": False, "lie": str(error)})
        fail(f"{log}: NOT MIRRORED: {error}")
    size = found.checkpoint.size
    if as_json:
        said = {"log": log, "mirrored": True, "size": size, "fetched": found.fetched, "pinned": found.pinned}
        print_json({**said, "unchecked": found.unchecked})
        return
    if found.pinned:
        keys = ", ".join(kept.vkeys or ())
        typer.echo(
            f"{log}: believed at first use, and from now on: {keys}; compare them with what the operator publishes"
        )
    typer.echo(f"{log}: {size} entries, {found.fetched} of them new, checked and kept in {kept.place}")
    for what in found.unchecked:
        typer.echo(f"{log}: not checked: {what}")


def verified_mirrors(directory: Path, policy: Policy | None) -> list[dict[str, Any]]:
    """What is found of every log in a mirror's directory, or of the one log that a directory is.

    Exit 2 for none, and where a file of it cannot be read.
    """
    try:
        return _verified_mirrors(directory, policy)
    except OSError as error:
        fail(f"{error.filename or directory} cannot be used: {error.strerror or error}", 2)


def _verified_mirrors(directory: Path, policy: Policy | None) -> list[dict[str, Any]]:
    if (directory / CHECKPOINT).exists():
        found = [Kept(directory.parent, directory.name)]
    else:
        found = [Kept(directory, place.parent.name) for place in sorted(directory.glob(f"*/{CHECKPOINT}"))]
    if not found:
        fail(f"{directory}: no mirror of a log, no bundle, and no log's id", 2)
    for kept in found:
        if policy is None and not kept.has_keys:
            fail(f"{kept.place} was mirrored under a policy, and no keys are pinned in it: bring one with --policy", 2)
    return [check_mirror(kept, policy) for kept in found]


def verified_remote(url: str, log: str, policy: Policy | None) -> dict[str, Any]:
    """What is found of a log of a service: mirrored for the moment, checked, and its projections compared."""

    async def work(directory: Path) -> dict[str, Any]:
        async with _client(url) as client:
            remote = Remote(client, log)
            await bring(Kept(directory, log), remote, policy)
            return await remote.described()

    with tempfile.TemporaryDirectory() as place:
        try:
            described = wait(work(Path(place)))
        except LieFound as lied:
            return {
                "log": log, "size": 0, "root": b"", "verified": False, "position": lied.lie.position,
                "lie": lied.lie.what, "checked": [], "unchecked": [], "resumed_at": None, "digest": None,
            }  # fmt: skip
        except RemoteFailed as error:
            fail(f"{url}: {error}")
        found = check_mirror(Kept(Path(place), log), policy)
    projected = described["projected"]
    if found["digest"] is not None and projected["size"] == found["size"] and projected["digest"] != found["digest"]:
        lie = f"the service's projections have the digest {projected['digest']}, its entries give {found['digest']}"
        return {**found, "verified": False, "lie": lie}
    if projected["size"] != found["size"]:
        found["unchecked"].append(f"the service's projections: they are at size {projected['size']}")
    return found


@asynccontextmanager
async def _client(url: str) -> AsyncIterator[httpx.AsyncClient]:
    key = settings_with().key
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=TIMEOUT) as client:
            yield client
    except (httpx.TransportError, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        fail(f"cannot reach {url}: {error!r}")


def _bar(as_json: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=err, disable=as_json, transient=True)
