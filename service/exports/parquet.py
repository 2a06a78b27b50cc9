"""Tables as Parquet files, which DuckDB writes: the rows wait as lines of JSON in files of their own.

DuckDB is an extra of the distribution (`zeren[parquet]`); it is asked for nothing that needs a network.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import IO, Any, Final, Self

import orjson

MEMORY: Final = "512MB"
"""What DuckDB may hold while it writes a table."""
_WRITE: Final = """
    COPY (SELECT {log_id} AS log_id, * FROM read_json(?, format = 'newline_delimited', columns = {columns}))
    TO {target} (FORMAT parquet, COMPRESSION zstd)
"""


class ParquetMissingError(Exception):
    """DuckDB, which writes Parquet, is not installed."""


class Tables:
    """Tables of a log in the making, by name. Memory does not grow with their rows. Raises ParquetMissingError.

    The first column of each is `log_id`: ids mean something within their log, and files of several are read together.
    """

    def __init__(self, log_id: str) -> None:
        try:
            import duckdb  # noqa: PLC0415  an extra, and large
        except ImportError:
            raise ParquetMissingError("Parquet is written by DuckDB: pip install 'zeren[parquet]'") from None
        self._log_id = log_id
        self._duckdb = duckdb
        self._columns: dict[str, Mapping[str, str]] = {}
        self._files: dict[str, IO[bytes]] = {}
        self.rows: dict[str, int] = {}
        """How many rows each table has."""
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        self._folder = Path(self._opened.enter_context(TemporaryDirectory()))
        settings = {"memory_limit": MEMORY, "autoinstall_known_extensions": "false"}
        self._database = self._opened.enter_context(
            self._duckdb.connect(config={**settings, "temp_directory": str(self._folder)})
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._opened.close()

    def make(self, table: str, columns: Mapping[str, str]) -> None:
        """Make a table of these columns, each with its type."""
        self._columns[table] = columns
        self._files[table] = self._opened.enter_context(self._lines(table).open("wb"))
        self.rows[table] = 0

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Add a row to a table; a column that is not in it is null."""
        self._files[table].write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
        self.rows[table] += 1

    def write(self, table: str, target: Path) -> None:
        """Write a table, whole, to a file. Raises OSError."""
        self._files[table].flush()
        typed = ", ".join(f"{_quoted(name)}: {_quoted(of)}" for name, of in self._columns[table].items())
        statement = _WRITE.format(log_id=_quoted(self._log_id), columns=f"{{{typed}}}", target=_quoted(str(target)))
        try:
            self._database.execute(statement, [str(self._lines(table))])
        except self._duckdb.IOException as error:
            raise OSError(str(error)) from error

    def _lines(self, table: str) -> Path:
        return self._folder / f"{table}.ndjson"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
