"""`send pull`, `send deliveries`, `send quarantine`: ingest by hand. Counts, reasons and file names; never a value."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Annotated

import duckdb
import typer
from rich.console import Console
from rich.table import Table

from area.call import CALL, day_said
from area.errors import SettingsError
from area.paths import AreaPaths
from area.sql import literal
from ingest.contract import Contract, load_contract, load_contracts
from ingest.delivery import deliveries as delivery_records
from ingest.endpoint import Endpoint
from ingest.freshness import feed_ages
from ingest.pull import pull_feed, read_again

Area = Annotated[str, typer.Option("--area", help="DfE three-digit local authority code.")]
Feed = Annotated[str | None, typer.Option("--feed", help="One feed; all of them when left out.")]
Day = Annotated[str | None, typer.Option("--as-of", help="The night (CCYY-MM-DD); today when left out.")]

app = typer.Typer(help="Extracts: pull them, and see what came.", no_args_is_help=True)
deliveries = typer.Typer(help="What was delivered, and how it went.", no_args_is_help=True)
quarantine = typer.Typer(help="Rows held back because they break their feed's contract.", no_args_is_help=True)


@app.command()
def pull(area: Area, feed: Feed = None, as_of: Day = None) -> None:
    """Pull one feed, or all of them, of an area. Connections are read from AIRFLOW_CONN_… in the environment."""
    console, night = Console(soft_wrap=True), _night(as_of)
    for contract in [_contract(feed)] if feed is not None else load_contracts():
        if not feed and not contract.required and not Endpoint.is_in_environment(contract.connection(area)):
            console.print(f"feed {contract.feed}: passed over, as it has no connection {contract.connection(area)}")
            continue
        endpoint = Endpoint.from_environment(contract.connection(area))
        counts = pull_feed(area, contract.feed, endpoint, as_of=night, received_at=dt.datetime.now(dt.UTC)).counts()
        console.print(", ".join(f"{name} {value}" for name, value in counts.items()), highlight=False)


@deliveries.command("list")
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
    _print_whole(table)


@deliveries.command("late")
def list_late(area: Area, as_of: Day = None) -> None:
    """How old each feed's good data are, and what is allowed."""
    table = Table("Feed", "Last good delivery", "Days old", "Allowed", "Needed", "State")
    for age in feed_ages(area, as_of=_night(as_of)):
        last, days = (age.last.isoformat(), str(age.age_days)) if age.last else ("never", "")
        state = "late" if age.late else "in time"
        allowed = "any" if age.allowed_days is None else str(age.allowed_days)
        table.add_row(age.feed, last, days, allowed, "yes" if age.required else "no", state)
    _print_whole(table)


@deliveries.command("reread")
def reread(
    area: Area, feed: Annotated[str, typer.Option("--feed", help="The feed whose contract has changed.")]
) -> None:
    """Read all landed files of a feed again under today's contract."""
    Console().print(f"{read_again(area, _contract(feed).feed)} file(s) read again")


@quarantine.command("list")
def list_quarantine(area: Area, feed: Feed = None) -> None:
    """Rows in quarantine by feed, table, reason and field. Row numbers and texts are in the Parquet files of
    `quarantine/`."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    folder = AreaPaths.of(area).quarantine
    for path in sorted(folder.glob(f"{feed or '*'}/*/*.parquet")):
        found = duckdb.sql(
            "select _feed, _table, reason, coalesce(field, ''), count(*)"
            f" from read_parquet({literal(path)}) group by all"
        ).fetchall()
        for feed_name, table_name, reason, field, number in found:
            counts[feed_name, table_name, reason, field] += number
    table = Table("Feed", "Table", "Reason", "Field", "Rows")
    for what, number in sorted(counts.items()):
        table.add_row(*what, f"{number:,}")
    _print_whole(table)


def _print_whole(table: Table) -> None:
    """Print a table as wide as what it holds, whatever the terminal's width: a file name or reason is never cut."""
    console = Console(soft_wrap=True)
    unbounded = console.options.update(width=10_000, max_width=10_000)
    console.width = console.measure(table, options=unbounded).maximum
    console.print(table)


def _contract(feed: str) -> Contract:
    """The contract of the feed that was named. Raises SettingsError, naming the feeds there are, for another."""
    known = [contract.feed for contract in load_contracts()]
    if feed not in known:
        raise SettingsError("--feed", expected=f"one of {', '.join(known)}", came=repr(feed), where=CALL)
    return load_contract(feed)


def _night(as_of: str | None) -> dt.date:
    return day_said(as_of) if as_of is not None else dt.datetime.now(dt.UTC).date()


app.add_typer(deliveries, name="deliveries")
app.add_typer(quarantine, name="quarantine")
