"""What the commands share: how they print, fail, and run what is asynchronous."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from pathlib import Path
from shutil import copymode
from tempfile import TemporaryDirectory
from typing import Annotated, Any, BinaryIO, Final, Never, TypeVar
from unicodedata import normalize

import asyncpg
import orjson
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from events.door import text_faults
from service.embedded import CLUSTER
from service.settings import SettingError, Settings

DataOption = Annotated[Path | None, typer.Option("--data", help="data directory (default ZEREN_DATA or ./.zeren)")]
UrlOption = Annotated[str | None, typer.Option("--url", help="service to ask (default ZEREN_URL, else local data)")]
JsonOption = Annotated[bool, typer.Option("--json", help="print JSON only")]

MIN_WIDTH = 140
UNREACHED: Final = (
    SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError, TimeoutError, socket.gaierror,
)  # fmt: skip
"""What is raised where the database is not there, or does not do as it is told."""
T = TypeVar("T")

out = Console(width=None if sys.stdout.isatty() else MIN_WIDTH, highlight=False, soft_wrap=not sys.stdout.isatty())
err = Console(stderr=True, highlight=False, soft_wrap=True)


def settings_with(data: Path | None = None, url: str | None = None) -> Settings:
    """The settings, with what the command line says of them. Exit 2 where one of the environment is wrong."""
    said: dict[str, Any] = {name: value for name, value in (("data", data), ("url", url)) if value is not None}
    try:
        return Settings(**said)
    except ValidationError as error:
        wrong = [f"ZEREN_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors()]
        fail("\n".join(wrong), 2)


def settings_of(data: Path | None = None, url: str | None = None) -> Settings:
    """The settings, for a command that reads what is there. Exits with 2 where there is nothing."""
    settings = settings_with(data, url)
    is_local = settings.url is None and settings.database_url is None
    try:
        kept = not is_local or (settings.data / CLUSTER / "PG_VERSION").exists()
    except PermissionError as error:
        fail(f"{settings.data} cannot be used: {error.strerror}; run this as the user that `zeren serve` runs as", 2)
    if not kept:
        fail(f"nothing is kept in {settings.data}: name another directory with --data, or start `zeren demo`", 2)
    return settings


def fail(message: str, code: int = 1) -> Never:
    """Say why on stderr and exit: 1 a check failed, 2 usage."""
    err.print(message, style="bold red", markup=False)
    raise typer.Exit(code)


def recordable(option: str, given: str) -> str:
    """A text that is put on record for ever, in NFC. Exit 2 where it has what no event may hold."""
    said = normalize("NFC", given)
    faults = [fault.en for fault in text_faults(said, option)]
    if faults:
        fail(f"{option}: {'; '.join(faults)}", 2)
    return said


def warn(message: str) -> None:
    """Say on stderr what may not be meant; the command goes on."""
    err.print(f"note: {message}", style="yellow", markup=False)


def check_place(output: Path) -> None:
    """Exit 2 where a file to be written has no directory to be in."""
    if not output.parent.is_dir():
        fail(f"{output}: there is no directory {output.parent}", 2)


@contextlib.contextmanager
def made(output: Path) -> Iterator[Path]:
    """A file to fill, which takes the place of `output` once it is whole; a pipe or a device is filled itself."""
    target = output.resolve()
    if target.exists() and not target.is_file():
        yield target
        return
    with replacing(target) as part:
        yield part
        if target.exists():
            copymode(target, part)


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A path beside a target, to make a file or a folder at, which takes its place in the end."""
    with TemporaryDirectory(prefix=".zeren.", dir=target.parent) as beside:
        part = Path(beside) / target.name
        yield part
        part.replace(target)


@contextlib.contextmanager
def opened(output: Path | None) -> Iterator[BinaryIO]:
    """A file to write to, which is there once it is whole, or stdout where there is none."""
    if output is not None:
        with made(output) as part, part.open("wb") as file:
            yield file
        return
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # whoever read it has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None


def print_json(value: Any) -> None:
    """JSON on stdout, and nothing else: in UTF-8 whatever the locale (RFC 8259, section 8.1)."""
    sys.stdout.flush()
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


def table(title: str | None, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table."""
    shown = Table(
        *(Column(name, overflow="fold") for name in columns),
        title=None if title is None else Text(title),
        title_justify="left",
        box=None,
        pad_edge=False,
        header_style="bold",
    )
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))
    out.print(shown, markup=False)


def in_its_words(error: Exception) -> str:
    """What the database or its driver says of a failure, without the statement and what SQLAlchemy adds."""
    said = getattr(error, "orig", None) or error
    return f"{type(said.__cause__ or said).__name__}: {said}"


def wait(work: Coroutine[Any, Any, T], loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None) -> T:
    """Run what is asynchronous to its end. Exit 1 where the database cannot be used, 2 where a file cannot."""
    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            return runner.run(work)
    except UNREACHED as error:
        fail(f"cannot use the database: {in_its_words(error)}")
    except SettingError as error:
        fail(str(error), 2)
    except OSError as error:
        fail(f"{error.filename or 'a file'} cannot be used: {error.strerror or error}", 2)
