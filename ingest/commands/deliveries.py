"""`send deliveries`: what was delivered, and how it went. Counts and file names; never a value."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from area.paths import AreaPaths
from ingest.commands.options import Area, By, Day, Feed, OneFeed, Why, contract_named, night_of, print_whole
from ingest.contract.model import load_contracts
from ingest.landing.accept import accept
from ingest.landing.delivery import HELD, LOADED, SAME
from ingest.landing.delivery import deliveries as delivery_records
from ingest.landing.drift import held_still
from ingest.pull import read_again
from ingest.raw.deliveries import delivery_key, superseded
from ingest.status.feeds import feed_statuses
from ingest.status.freshness import feed_ages
from ingest.status.page import write_feeds_page
from ingest.status.unlisted import drift_command

app = typer.Typer(help="What was delivered, and how it went.", no_args_is_help=True)


@app.command("list")
def list_deliveries(area: Area, feed: Feed = None) -> None:
    """Every attempt, oldest first: file, outcome, bytes, the balance of its rows, and where it came from. A good
    delivery that a corrected one for the same day has replaced is superseded."""
    counts = ("Bytes", "Read", "Loaded", "Quarantined", "Duplicate")
    table = Table("Feed", "Received (UTC)", "File", "Outcome", *counts, "From")
    records = [*delivery_records(AreaPaths.of(area).deliveries, feed)]
    by_feed = [contract for contract in load_contracts(area=area) if feed in (None, contract.feed)]
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
        numbers = (f"{number:,}" if record.tables else "" for number in sums)
        table.add_row(*cells, *numbers, escape(record.source))
    print_whole(table)


@app.command("late")
def list_late(area: Area, as_of: Day = None) -> None:
    """How old each feed's good data are, and what is allowed."""
    night = night_of(as_of, area=area)
    table = Table("Feed", "Last good delivery", "Days old", "Allowed", "Needed", "State", title=f"On {night}")
    for age in feed_ages(area, as_of=night):
        last, days = (age.last.isoformat(), str(age.age_days)) if age.last else ("never", "")
        allowed = "any" if age.allowed_days is None else str(age.allowed_days)
        table.add_row(age.feed, last, days, allowed, "yes" if age.required else "no", age.state)
    print_whole(table)


@app.command("status")
def show_status(area: Area, as_of: Day = None) -> None:
    """What came, what did not, and what to do: the feeds page in the terminal, which is made anew too."""
    night = night_of(as_of, area=area)
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
        if feed.unlisted and feed.connected:
            words = f"{feed.feed}: values outside the code lists, loaded as they came: "
            words += "; ".join(map(str, feed.unlisted))
            console.print(f"{words}. `{drift_command(area, feed.feed)}` lists what may be named.", markup=False)
    console.print(f"Page: {write_feeds_page(area, as_of=night)}", markup=False)


@app.command("drift")
def list_drift(area: Area, feed: Feed = None) -> None:
    """What has changed at the sources, by delivery: columns, codes, types, numbers of rows, the year's layout. And what
    is held for it, waiting for a person."""
    records = [*delivery_records(AreaPaths.of(area).deliveries, feed)]
    waiting = {(record.feed, record.sha256) for record in held_still(records)}
    table = Table("Feed", "Received (UTC)", "File", "SHA-256", "Table", "Change", "What", "State")
    for record in records:
        state = record.outcome
        if record.outcome == HELD:
            state = "held: waits for an answer" if (record.feed, record.sha256) in waiting else "held; another counts"
        if record.accepted is not None:
            state = f"accepted by {record.accepted.by}"
        received = record.received_at.isoformat(sep=" ", timespec="seconds")
        for each in record.drift:
            cells = [record.feed, received, record.file_name, (record.sha256 or "")[:12], each.table]
            table.add_row(*map(escape, [*cells, each.kind.replace("_", " "), each.said, state]))
    print_whole(table)
    if waiting:
        Console(soft_wrap=True).print(
            f"{len(waiting)} held: ask the feed's owner; then `send deliveries accept`, or have it delivered again."
        )


@app.command("accept")
def accept_held(
    area: Area,
    feed: OneFeed,
    file: Annotated[str, typer.Option("--file", help="The held file's SHA-256, or its beginning.")],
    by: By,
    reason: Why,
) -> None:
    """Let a held delivery count: somebody has asked, and it is right. Who, why and when go on record."""
    record = accept(area, contract_named(feed).feed, file, by=by, reason=reason)
    rows = sum(balance.loaded for balance in record.tables.values())
    Console(soft_wrap=True).print(f"{record.file_name} counts now: {rows:,} row(s)", highlight=False, markup=False)


@app.command("reread")
def reread(
    area: Area, feed: Annotated[str, typer.Option("--feed", help="The feed whose contract has changed.")]
) -> None:
    """Read all landed files of a feed again under today's contract."""
    Console().print(f"{read_again(area, contract_named(feed).feed)} file(s) read again")
