"""`zeren policies`: how much of the packs' duties events decide, and whether a pack can be used."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from projections.duties.accepting import Complaint, checked, usable
from projections.policies import shelf
from projections.policies.coverage import coverage_of, table
from projections.policies.pack import PackError
from projections.proving import failures
from service.cli.words import JsonOption, fail, print_json

policies_app = typer.Typer(
    help="The policy packs: what they cover, and whether they can be used.", no_args_is_help=True
)

PathArgument = Annotated[
    Path | None, typer.Argument(exists=True, help="a pack's file or a folder of them (default: those carried)")
]


@policies_app.command("coverage")
def coverage(json: JsonOption = False) -> None:
    """How many duties of each system events decide, wholly or in part, of all that its text lays down."""
    try:
        packs = usable().values()
    except PackError as error:
        fail(str(error))
    if json:
        print_json(coverage_of(packs))
    else:
        typer.echo("\n".join(table(packs)))


@policies_app.command("check")
def check(path: PathArgument = None, json: JsonOption = False) -> None:
    """Whether packs can be used, with file and line of all that is wrong; runs every example of every rule."""
    folder = shelf.shipped() if path is None else path
    found = checked(folder)
    told = list(found.complaints)
    wrong = {one.file for one in found.complaints}
    for name, pack in found.packs.items():
        if name not in wrong:
            text = shelf.texts(folder)[name]
            told += [Complaint(name, shelf.line_of(text, at), what) for at, what in failures(pack)]
    rules = [rule for pack in found.packs.values() for rule in pack.rules]
    examples = sum(len(rule.examples) for rule in rules)
    if json:
        counts = {"packs": len(found.packs), "rules": len(rules), "examples": examples}
        print_json({**counts, "wrong": [{"file": one.file, "line": one.line, "told": one.told} for one in told]})
    if told or not found.packs:
        fail("\n".join(map(str, told)) or f"no pack in {folder}")
    if json:
        return
    typer.echo(f"{len(found.packs)} packs, {len(rules)} rules, {examples} examples: nothing wrong")
