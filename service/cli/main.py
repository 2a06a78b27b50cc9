"""The command `zeren`: its subcommands, and its exit codes (0, 1 a check failed, 2 usage)."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

COMMANDS: Final[Mapping[str, str]] = {
    "serve": "serve:serve",
    "demo": "serve:demo",
    "migrate": "keepers:migrate",
    "import": "importing:import_",
    "export": "exporting:export",
    "ask": "ask:ask",
    "duties": "duties:duties",
    "flags": "flags:flags",
    "bundle": "bundling:bundle",
    "replay": "replay:replay",
    "rebuild": "rebuilding:rebuild",
    "verify": "verifying:verify",
    "erase": "erasing:erase",
    "mirror": "mirroring:mirror",
    "logs": "keepers:list_logs",
    "doctor": "keepers:doctor",
    "recover": "recovering:recover",
    "keys": "keepers:keys_app",
    "notary": "notary:app",
    "policies": "policies:policies_app",
    "sign": "signing:sign_app",
}
"""Each with the module of `service.cli` that has it, and its name there: a function, or an application of its own."""


class Commands(TyperGroup):
    """Imports the module of a command when that is asked for: all of them take longer than most have to do."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        names: dict[str, Any] = dict.fromkeys(COMMANDS)
        self.commands = names  # which help and suggestions take

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  as typer calls it
        """The command of a name; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(f"service.cli.{module}"), name)
        if isinstance(found, typer.Typer):
            group = get_group(found)
            group.name = cmd_name
            return group
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(cmd_name)(found)
        return get_command(alone)


app = typer.Typer(
    cls=Commands,
    name="zeren",
    help="Zeren 责任链: who was responsible, when, on what signed ground, and how we know.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.callback()(lambda: None)


def run() -> None:
    """Run the command line. What the encoding of a terminal lacks, of a rare name say, is told by its code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    app()
