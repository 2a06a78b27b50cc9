"""`zeren bundle`: the evidence of an answer as a file; and what `zeren verify FILE.zip` says of one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
import structlog
import typer
from cryptography.x509 import Certificate

from events import time_token
from events.clock import SystemClock
from events.trust import Policy
from service.app import make_app
from service.bundle import form
from service.bundle.check import CHECKED, FAILED, TITLES, Trust
from service.bundle.verifying import Report, verify_bundle
from service.cli.client import TIMEOUT, client_of, told
from service.cli.words import DataOption, UrlOption, check_place, err, fail, out, print_json, settings_of, wait
from service.notary import witnesses
from service.notary.signing import Desk, Signer
from service.settings import Settings
from service.wiring import opened

SIGN_SECONDS: Final = 0.2
MARKS: Final = {CHECKED: "ok", FAILED: "FAILED"}


def bundle(
    target: Annotated[
        str, typer.Argument(help="path of an answer, e.g. /v1/jurisdictions/ID/responsibility?valid_at=…")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="the file to write; it must not be there yet")],
    url: UrlOption = None,
    data: DataOption = None,
) -> None:
    """Write the evidence bundle of an answer: the answer, the entries it rests on, and what proves them."""
    if not target.startswith("/"):
        fail(f"{target}: expected a path that begins with /v1/", 2)
    if output.exists():
        fail(f"{output} is there already", 2)
    check_place(output)
    path = target if target.startswith("/v1/") else f"/v1{target}"
    settings = settings_of(data, url)

    async def work() -> bytes:
        async with client_of(settings) as client, _notary_of(settings):
            answer = await client.get(path, headers={"Accept": form.MEDIA_TYPE}, timeout=TIMEOUT)
        if not answer.is_success:
            told(answer)
        return answer.content

    raw = wait(work())
    output.write_bytes(raw)
    typer.echo(f"{output}: {len(raw)} bytes; check it with `zeren verify {output} --policy FILE`")


@asynccontextmanager
async def _notary_of(settings: Settings) -> AsyncIterator[None]:
    """Signs the local logs meanwhile and asks their witnesses, as the notary of a service that runs does.

    A remote service has its own.
    """
    if settings.url is not None:
        yield
        return
    async with opened(settings) as service, httpx.AsyncClient() as client:
        publishes, sm2 = witnesses.publishes(settings.witness_fail, service.policy), settings.notary_sm2
        desk = Desk(service.engine, settings.notary_directory, SystemClock(), sm2=sm2, publishes=publishes)
        signer = Signer(desk)
        asked = witnesses.those_asked(desk, service.policy, signer, client)
        works = [_again(signer.sign_all), *(_again(witness.ask_for_all) for witness in asked)]
        tasks = [asyncio.create_task(work) for work in works]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _again(work: Callable[[], Awaitable[object]]) -> None:
    while True:
        await work()
        await asyncio.sleep(SIGN_SECONDS)


def verify_files(
    files: Sequence[str],
    policy: Policy | None,
    *,
    without_policy: bool,
    time_roots: Path | None,
    packs: Sequence[str],
    absent: Sequence[str],
    erased: bool,
    as_json: bool,
) -> None:
    """Say of each bundle, claim by claim, what was checked and what was not. Exit 1 where one does not hold."""
    trust = Trust(policy, _roots(time_roots), frozenset(packs), erased, frozenset(absent))
    reports = [(file, _verified(file, trust)) for file in files]
    if as_json:
        print_json([{"bundle": file, **report.as_json(without_policy=without_policy)} for file, report in reports])
    else:
        for file, report in reports:
            _show(file, report, without_policy=without_policy)
    if not all(report.holds(without_policy=without_policy) for _, report in reports):
        raise typer.Exit(1)


def _verified(file: str, trust: Trust) -> Report:
    try:
        with _quietly():
            return wait(verify_bundle(Path(file), trust, make_app))
    except OSError as error:
        fail(f"{file}: {error}", 2)


@contextmanager
def _quietly() -> Iterator[None]:
    """The application that derives an answer logs nothing: what a forged bundle breaks is told as a claim."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**before)


def _roots(file: Path | None) -> Sequence[Certificate] | None:
    if file is None:
        return None
    try:
        return time_token.read_roots(file.read_bytes())
    except (OSError, ValueError) as error:
        fail(f"--tsa-cert: {error}", 2)


def _show(file: str, report: Report, *, without_policy: bool) -> None:
    if report.evidence is not None:
        asked: Any = report.evidence.manifest.request
        out.print(f"{file}: {asked.path}{'?' if asked.query else ''}{asked.query}", style="bold", markup=False)
    for claim in report.claims:
        zh, en = TITLES[claim.name]
        mark = MARKS.get(claim.status, "not checked")
        out.print(f"  {mark:<11} {zh} · {en}: {claim.told}", markup=False)
    if report.failed is not None:
        err.print(f"{file}: NOT VERIFIED: {report.failed.name}: {report.failed.told}", style="bold red", markup=False)
    elif not report.holds(without_policy=without_policy):
        said = "no policy was given, so nobody known has signed this: --policy FILE, or --no-policy to do without"
        err.print(f"{file}: NOT VERIFIED: {said}", style="bold red", markup=False)
    else:
        out.print(f"{file}: verified", markup=False)
