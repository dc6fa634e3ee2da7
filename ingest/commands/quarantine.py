"""`send quarantine`: rows held back because they break their feed's contract. Reasons and counts; never a value."""

from __future__ import annotations

from collections import Counter

import duckdb
import typer
from rich.table import Table

from area.paths import AreaPaths
from area.sql import literal
from ingest.commands.options import Area, Feed, print_whole

app = typer.Typer(help="Rows held back because they break their feed's contract.", no_args_is_help=True)


@app.command("list")
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
    print_whole(table)
