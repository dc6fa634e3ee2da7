"""What the commands of ingest share: their options, and tables that are never cut."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from area.call import CALL, day_said
from area.errors import SettingsError
from area.paths import AreaPaths, RunPaths
from ingest.contract.model import Contract, load_contract, load_contracts

Area = Annotated[str, typer.Option("--area", help="DfE three-digit local authority code.")]
Feed = Annotated[str | None, typer.Option("--feed", help="One feed; all of them when left out.")]
Day = Annotated[
    str | None, typer.Option("--as-of", help="The night (CCYY-MM-DD); when left out today, or a pretend area's newest.")
]


def print_whole(table: Table) -> None:
    """Print a table as wide as what it holds, whatever the terminal's width: a file name or reason is never cut."""
    console = Console(soft_wrap=True)
    unbounded = console.options.update(width=10_000, max_width=10_000)
    console.width = console.measure(table, options=unbounded).maximum
    console.print(table)


def contract_named(feed: str, *, area: str | None = None) -> Contract:
    """The contract of the feed that was named, as the area has it where one is. Raises SettingsError, naming the feeds
    there are, for another."""
    known = [contract.feed for contract in load_contracts()]
    if feed not in known:
        raise SettingsError("--feed", expected=f"one of {', '.join(known)}", came=repr(feed), where=CALL)
    return load_contract(feed, area=area)


def night_of(as_of: str | None, *, area: str | None = None) -> dt.date:
    """The night that was named, or today. In a pretend `area` time stands still: there it is the newest night, if
    there is one."""
    if as_of is not None:
        return day_said(as_of)
    if area is not None:
        paths = AreaPaths.of(area)
        manifest = RunPaths(area, paths.current).manifest
        if paths.sandbox.is_dir() and manifest.is_file():
            return dt.date.fromisoformat(json.loads(manifest.read_bytes())["as_of"])
    return dt.datetime.now(dt.UTC).date()
