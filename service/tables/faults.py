"""What is wrong in a table, said with line, column, value and the form expected, in both languages."""

from __future__ import annotations

from typing import Any, NamedTuple


class Fault(NamedTuple):
    """One thing wrong. `line` counts from 1 as an editor does; it is that on which the row begins."""

    line: int
    column: str | None
    """The header as in the file; None where the whole row or file is meant."""
    value: str | None
    zh: str
    en: str
    file: str | None = None

    def body(self) -> dict[str, Any]:
        """As JSON."""
        said = {} if self.file is None else {"file": self.file}
        return {
            **said,
            "line": self.line,
            "column": self.column,
            "value": self.value,
            "expected_zh": self.zh,
            "expected_en": self.en,
        }

    def text(self) -> str:
        """As a line of text."""
        where = f"line {self.line}" if self.file is None else f"{self.file} line {self.line}"
        column = "" if self.column is None else f", column {self.column}"
        value = "" if self.value is None else f", value {self.value!r}"
        return f"{where}{column}{value}: {self.zh} · {self.en}"
