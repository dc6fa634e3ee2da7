"""`send deliveries`: what was delivered, and how it went. Counts and file names; never a value."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from area.paths import AreaPaths
from ingest.commands.options import Area, Day, Feed, contract_named, night_of, print_whole
from ingest.contract import load_contracts
from ingest.delivery import LOADED, SAME
from ingest.delivery import deliveries as delivery_records
from ingest.freshness import feed_ages
from ingest.history import delivery_key, superseded
from ingest.pull import read_again

app = typer.Typer(help="What was delivered, and how it went.", no_args_is_help=True)


@app.command("list")
def list_deliveries(area: Area, feed: Feed = None) -> None:
    """Every attempt, oldest first: file, outcome, bytes, and the balance of its rows. A good delivery that a corrected
    one for the same day has replaced is superseded."""
    table = Table("Feed", "Received (UTC)", "File", "Outcome", "Bytes", "Read", "Loaded", "Quarantined", "Duplicate")
    records = [*delivery_records(AreaPaths.of(area).deliveries, feed)]
    by_feed = [contract for contract in load_contracts() if feed in (None, contract.feed)]
    replaced = {
        (contract.feed, key)
        for contract in by_feed
        for key in superseded(contract, [record for record in records if record.feed == contract.feed])
    }
    for record in records:
        good = record.outcome in (LOADED, SAME)
        outcome = "superseded" if good and (record.feed, delivery_key(record)) in replaced else record.outcome
        sums = [
            sum(getattr(balance, name) for balance in record.tables.values())
            for name in ("read", "loaded", "quarantined", "duplicate")
        ]
        received = record.received_at.isoformat(sep=" ", timespec="seconds")
        cells = [record.feed, received, record.file_name, outcome, f"{record.bytes:,}"]
        table.add_row(*cells, *(f"{number:,}" if record.tables else "" for number in sums))
    print_whole(table)


@app.command("late")
def list_late(area: Area, as_of: Day = None) -> None:
    """How old each feed's good data are, and what is allowed."""
    table = Table("Feed", "Last good delivery", "Days old", "Allowed", "Needed", "State")
    for age in feed_ages(area, as_of=night_of(as_of)):
        last, days = (age.last.isoformat(), str(age.age_days)) if age.last else ("never", "")
        state = "late" if age.late else "in time"
        allowed = "any" if age.allowed_days is None else str(age.allowed_days)
        table.add_row(age.feed, last, days, allowed, "yes" if age.required else "no", state)
    print_whole(table)


@app.command("reread")
def reread(
    area: Area, feed: Annotated[str, typer.Option("--feed", help="The feed whose contract has changed.")]
) -> None:
    """Read all landed files of a feed again under today's contract."""
    Console().print(f"{read_again(area, contract_named(feed).feed)} file(s) read again")
