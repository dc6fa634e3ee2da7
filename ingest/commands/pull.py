"""`send pull`: fetch and read by hand. Counts, reasons and file names; never a value."""

from __future__ import annotations

import datetime as dt

from rich.console import Console

from ingest.commands.options import Area, Day, Feed, contract_named, night_of
from ingest.contract.model import load_contracts
from ingest.transports.endpoint import Endpoint
from ingest.watched import watched_pull


def pull(area: Area, feed: Feed = None, as_of: Day = None) -> None:
    """Pull one feed, or all of them, of an area. Connections are read from AIRFLOW_CONN_… in the environment."""
    console, night = Console(soft_wrap=True), night_of(as_of)
    run = f"by hand {dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    for contract in [contract_named(feed, area=area)] if feed is not None else load_contracts(area=area):
        if not contract.pulled:
            console.print(f"feed {contract.feed}: passed over, as the area's settings switch it off (`pulled: false`)")
            continue
        if not feed and not contract.required and not Endpoint.is_in_environment(contract.connection(area)):
            console.print(f"feed {contract.feed}: passed over, as it has no connection {contract.connection(area)}")
            continue
        endpoint = Endpoint.from_environment(contract.connection(area))
        now = dt.datetime.now(dt.UTC)
        counts = watched_pull(area, contract.feed, endpoint, as_of=night, received_at=now, run=run).counts()
        console.print(", ".join(f"{name} {value}" for name, value in counts.items()), highlight=False)
