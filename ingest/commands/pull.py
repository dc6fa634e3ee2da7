"""`send pull`: fetch and read by hand. Counts, reasons and file names; never a value."""

from __future__ import annotations

import datetime as dt
from functools import partial

import typer
from rich.console import Console

from area.errors import SendWarehouseError
from ingest.commands.options import Area, Day, Feed, contract_named, night_of
from ingest.contract.model import load_contracts
from ingest.transports.endpoint import Endpoint
from ingest.watched import watched_pull


def pull(area: Area, feed: Feed = None, as_of: Day = None) -> None:
    """Pull one feed, or all of them, of an area. Connections are read from AIRFLOW_CONN_… in the environment.

    Of all feeds each is asked, whatever became of the others. Exit code 1: one has failed.
    """
    failed: list[str] = []
    unconnected: list[str] = []
    console, night = Console(soft_wrap=True), night_of(as_of, area=area)
    run = f"by hand {dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    for contract in [contract_named(feed, area=area)] if feed is not None else load_contracts(area=area):
        if not contract.pulled:
            console.print(f"feed {contract.feed}: passed over, as the area's settings switch it off (`pulled: false`)")
            continue
        connection, now = contract.connection(area), dt.datetime.now(dt.UTC)
        if feed is None and not contract.required and not Endpoint.is_in_environment(connection):
            console.print(f"feed {contract.feed}: passed over, as it has no connection {connection}")
            unconnected.append(contract.feed)
            continue
        source = partial(Endpoint.from_environment, connection)
        try:
            counts = watched_pull(area, contract.feed, source, as_of=night, received_at=now, run=run).counts()
        except SendWarehouseError as error:
            if feed is not None:
                raise
            failed.append(contract.feed)
            Console(stderr=True, soft_wrap=True, highlight=False).print(str(error), style="red", markup=False)
            continue
        console.print(", ".join(f"{name} {value}" for name, value in counts.items()), highlight=False)
    ends = (("failed", failed), ("passed over, without a connection", unconnected))
    if any(feeds for _, feeds in ends):
        console.print("; ".join(f"{how}: {', '.join(feeds)}" for how, feeds in ends if feeds), highlight=False)
    if failed:
        raise typer.Exit(1)
