"""A JSON object of objects, written as its members come: each section waits in a file of its own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, Any, BinaryIO, Final, Self

import orjson

IN_MEMORY: Final = 4 * 1024 * 1024
"""Bytes of a section that need no file."""


class Sections:
    """Members by section, in the order they came. Memory does not grow with them."""

    def __init__(self) -> None:
        self._files: dict[str, IO[bytes]] = {}
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._opened.close()

    def add(self, section: str, name: str, value: Any) -> None:
        """Add a member to a section. A name is to be given once."""
        file = self._files.get(section)
        if file is None:
            file = self._files[section] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  closed with the rest
            self._opened.callback(file.close)
        else:
            file.write(b",\n")
        file.write(orjson.dumps(name) + b":" + orjson.dumps(value))

    def write(self, target: BinaryIO, **first: Mapping[str, Any]) -> None:
        """Write the object: some sections that are given whole, then these by name."""
        target.write(b"{")
        target.write(b",\n".join(orjson.dumps(name) + b":" + orjson.dumps(value) for name, value in first.items()))
        for section, file in sorted(self._files.items()):
            target.write(b",\n" + orjson.dumps(section) + b":{\n")
            file.seek(0)
            shutil.copyfileobj(file, target)
            target.write(b"\n}")
        target.write(b"}\n")
