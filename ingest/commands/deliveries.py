"""`send deliveries`: what was delivered, and how it went. Counts and file names; never a value."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from area.paths import AreaPaths
from ingest.commands.options import Area, Day, Feed, contract_named, night_of, print_whole
from ingest.delivery import deliveries as delivery_records
from ingest.freshness import feed_ages
from ingest.pull import read_again
from ingest.status import feed_statuses
from ingest.status_page import write_feeds_page

app = typer.Typer(help="What was delivered, and how it went.", no_args_is_help=True)


@app.command("list")
def list_deliveries(area: Area, feed: Feed = None) -> None:
    """Every attempt, oldest first: file, outcome, bytes, and the balance of its rows."""
    table = Table("Feed", "Received (UTC)", "File", "Outcome", "Bytes", "Read", "Loaded", "Quarantined", "Duplicate")
    for record in delivery_records(AreaPaths.of(area).deliveries, feed):
        sums = [
            sum(getattr(balance, name) for balance in record.tables.values())
            for name in ("read", "loaded", "quarantined", "duplicate")
        ]
        received = record.received_at.isoformat(sep=" ", timespec="seconds")
        cells = [record.feed, received, record.file_name, record.outcome, f"{record.bytes:,}"]
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


@app.command("status")
def show_status(area: Area, as_of: Day = None) -> None:
    """What came, what did not, and what to do: the feeds page in the terminal, which is made anew too."""
    night = night_of(as_of)
    feeds = feed_statuses(area, as_of=night)
    table = Table("Feed", "State", "Newest extract", "Days old", "Allowed", "Next expected", "Rows", "Usual", "Who")
    for feed in feeds:
        age = feed.age
        table.add_row(
            feed.feed,
            feed.state,
            age.last.isoformat() if age.last else "never",
            "" if age.age_days is None else str(age.age_days),
            "any" if age.allowed_days is None else str(age.allowed_days),
            feed.next_expected.isoformat() if feed.next_expected else "",
            f"{feed.loaded:,}" if feed.tables else "",
            "" if feed.usual is None else f"{feed.usual:,}",
            feed.who,
        )
    print_whole(table)
    console = Console(soft_wrap=True, highlight=False)
    for feed in feeds:
        for problem in feed.problems if feed.connected else ():
            console.print(f"{feed.feed}: {problem.kind}. {problem.what} {problem.do}", markup=False)
    console.print(f"Page: {write_feeds_page(area, as_of=night)}", markup=False)


@app.command("reread")
def reread(
    area: Area, feed: Annotated[str, typer.Option("--feed", help="The feed whose contract has changed.")]
) -> None:
    """Read all landed files of a feed again under today's contract."""
    Console().print(f"{read_again(area, contract_named(feed).feed)} file(s) read again")
