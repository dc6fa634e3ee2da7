"""`send history`: what was known on a day, and what had changed since an earlier one. Counts on the screen; versions
themselves only in files that are asked for."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.table import Table

from area.call import CALL, day_said, require_folder_or_nothing
from area.errors import SettingsError
from area.files import private_folder
from area.paths import AreaPaths
from ingest.commands.options import Area, OneFeed, contract_named, print_whole
from ingest.raw.record_history import create_history, known_on, write_versions
from ingest.raw.schema import create_raw


def history(
    area: Area,
    feed: OneFeed,
    on: Annotated[str, typer.Option("--on", help="The day (CCYY-MM-DD).")],
    table: Annotated[str | None, typer.Option("--table", help="One table; all of the feed when left out.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="The earlier day; the day before when left out.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="A folder for every version with known_from and known_to, a Parquet file a table."),
    ] = None,
) -> None:
    """What the deliveries up to a day said: records known, and how many were new, changed or gone since an earlier
    day."""
    contract = contract_named(feed, area=area)
    names = [each.name for each in contract.tables]
    if table not in (None, *names):
        raise SettingsError("--table", expected=f"one of {', '.join(names)}", came=repr(table), where=CALL)
    day = day_said(on, "--on")
    before = day_said(since, "--since") if since is not None else day - dt.timedelta(days=1)
    if before > day:
        raise SettingsError("--since", expected=f"a day up to {day}", came=before.isoformat(), where=CALL)
    if out is not None:
        require_folder_or_nothing(out)
    shown = Table("Table", f"Known on {day}", f"New since {before}", "Changed", "Gone")
    with duckdb.connect() as con:
        create_raw(con, AreaPaths.of(area), as_of=day, contracts=[contract])
        create_history(con, contracts=[contract])
        for each in contract.tables:
            if table in (None, each.name):
                known = known_on(con, each, on=day, since=before)
                shown.add_row(each.name, *(f"{n:,}" for n in (known.records, known.new, known.changed, known.gone)))
                if out is not None:
                    write_versions(con, each, private_folder(out, below=out.parent))
    print_whole(shown)
