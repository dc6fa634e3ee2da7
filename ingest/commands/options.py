"""What the commands of ingest share: their options, and tables that are never cut."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.box import HEAVY_HEAD
from rich.cells import cell_len, set_cell_size
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from area.call import CALL, day_said
from area.errors import SettingsError
from area.paths import AreaPaths, RunPaths
from ingest.contract.model import Contract, load_contract, load_contracts

Area = Annotated[str, typer.Option("--area", help="DfE three-digit local authority code.")]
Feed = Annotated[str | None, typer.Option("--feed", help="One feed; all of them when left out.")]
OneFeed = Annotated[str, typer.Option("--feed", help="The feed.")]
By = Annotated[str, typer.Option("--by", help="Who says so.")]
Why = Annotated[str, typer.Option("--reason", help="Why; name nobody in it.")]
Day = Annotated[
    str | None, typer.Option("--as-of", help="The night (CCYY-MM-DD); when left out today, or a pretend area's newest.")
]


def print_whole(table: Table) -> None:
    """Print a table as wide as what it holds, whatever the terminal's width: a file name or reason is never cut.

    Rich's own printing measures and wraps every cell: ten seconds for a year of deliveries."""
    columns = [[_plain(column.header), *map(_plain, column.cells)] for column in table.columns]
    widths = [max(map(cell_len, cells)) for cells in columns]
    head, *rows = zip(*columns, strict=True)
    outside = [width + 2 for width in widths]
    lines = [HEAVY_HEAD.get_top(outside), _row(head, widths, "┃"), HEAVY_HEAD.get_row(outside, "head")]
    lines += [_row(row, widths, "│") for row in rows]
    if table.title is not None:
        lines.insert(0, _plain(table.title))
    typer.echo("\n".join([*lines, HEAVY_HEAD.get_bottom(outside)]))


def _row(cells: Sequence[str], widths: Sequence[int], border: str) -> str:
    padded = (set_cell_size(cell, width) for cell, width in zip(cells, widths, strict=True))
    return f"{border} {f' {border} '.join(padded)} {border}"


def _plain(cell: RenderableType) -> str:
    """A cell without its markup, on one line."""
    text = str(cell)
    return " ".join((Text.from_markup(text).plain if "[" in text else text).splitlines())


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
