"""The command `zeren`: its subcommands, and its exit codes (0, 1 a check failed, 2 usage)."""

from __future__ import annotations

import typer

from service.cli import (
    ask,
    bundling,
    duties,
    erasing,
    flags,
    importing,
    keepers,
    mirroring,
    notary,
    policies,
    recovering,
    replay,
    serve,
    signing,
    transfer,
    verifying,
)

app = typer.Typer(
    name="zeren",
    help="Zeren 责任链: who was responsible, when, on what signed ground, and how we know.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("serve")(serve.serve)
app.command("demo")(serve.demo)
app.command("migrate")(keepers.migrate)
app.command("import")(importing.import_)
app.command("export")(transfer.export)
app.command("ask")(ask.ask)
app.command("duties")(duties.duties)
app.command("flags")(flags.flags)
app.command("bundle")(bundling.bundle)
app.command("replay")(replay.replay)
app.command("rebuild")(keepers.rebuild)
app.command("verify")(verifying.verify)
app.command("erase")(erasing.erase)
app.command("mirror")(mirroring.mirror)
app.command("logs")(keepers.list_logs)
app.command("doctor")(keepers.doctor)
app.command("recover")(recovering.recover)
app.add_typer(keepers.keys_app, name="keys")
app.add_typer(notary.app, name="notary")
app.add_typer(policies.policies_app, name="policies")
app.add_typer(signing.sign_app, name="sign")


def run() -> None:
    """Run the command line."""
    app()
