"""The `send` command line. Each part brings its own commands; the pretend area plugs in through an entry point."""

from __future__ import annotations

import importlib.metadata
import os
import sys

import typer
from rich.console import Console

from area.errors import SendWarehouseError
from area.log_safety import log_to_terminal

PLUGINS = "send.commands"


def build_app() -> typer.Typer:
    """All commands of `send`."""
    from cli.backfill import backfill
    from cli.explain import explain
    from cli.inspection import app as inspection
    from cli.nightly import nightly
    from cli.retention import holds, retention
    from cli.sen2 import app as sen2
    from ingest.commands import contracts, deliveries, quarantine, statistics
    from ingest.commands.history import history
    from ingest.commands.pull import pull
    from ingest.commands.upload import upload

    app = typer.Typer(
        name="send",
        help="The SEND data warehouse of a local area: nightly load, statutory returns, board tables.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.command()(nightly)
    app.command()(pull)
    app.command()(upload)
    app.command()(backfill)
    app.command()(history)
    app.command()(explain)
    app.command()(retention)
    app.add_typer(contracts.app, name="contracts")
    app.add_typer(deliveries.app, name="deliveries")
    app.add_typer(quarantine.app, name="quarantine")
    app.add_typer(statistics.app, name="statistics")
    app.add_typer(holds, name="holds")
    app.add_typer(sen2, name="sen2")
    app.add_typer(inspection, name="inspection")
    for plugin in importlib.metadata.entry_points(group=PLUGINS):
        app.add_typer(plugin.load(), name=plugin.name)
    return app


def main() -> None:
    """Run `send`. Our own errors end with their sentence and exit code 1, never with a traceback."""
    os.umask(0o022)
    try:
        log_to_terminal(os.environ.get("SEND_LOG_LEVEL", "INFO"))
        build_app()()
    except SendWarehouseError as error:
        Console(stderr=True, soft_wrap=True, highlight=False).print(str(error), style="red", markup=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
