"""Trust policies on the command line: `--policy FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from events.trust import NotAPolicy, Policy, parse
from service.cli.words import fail

PolicyOption = Annotated[
    Path | None, typer.Option("--policy", help="a tlog-policy: keys of logs and witnesses that you trust")
]


def read_policy(file: Path | None) -> Policy | None:
    """The trust policy of a file. Exits with 2 where it is none."""
    if file is None:
        return None
    try:
        return parse(file.read_bytes())
    except (OSError, NotAPolicy) as error:
        fail(f"--policy: {error}", 2)
