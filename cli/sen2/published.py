"""The published night that commands of `send sen2` work against."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import duckdb
import typer

from area.call import CALL
from area.errors import NothingPublishedError, SettingsError
from area.paths import AreaPaths, RunPaths
from area.settings import load_settings
from returns.definition.load import require_defined
from returns.definition.tables import SCHEMA
from returns.kinds import SEN2

Area = Annotated[str, typer.Option("--area", help="DfE code of the area.")]
Collection = Annotated[int | None, typer.Option("--collection", help="Collection year; the area's own when left out.")]
By = Annotated[str, typer.Option("--by", default_factory=getpass.getuser, help="Who says so; you, when left out.")]
HIDDEN = "(hidden; --names shows it)"
NEXT_NIGHT = "takes effect with the next night (`send nightly`)"


def collection_of(area: str, collection: int | None) -> int:
    """The collection a command is about. Raises SettingsError for a year that is not defined, or an area or year
    without settings."""
    if collection is not None:
        require_defined(SEN2, collection, option="--collection")
    return load_settings(area, collection=collection).collection


def published_collection(con: duckdb.DuckDBPyConnection, asked: int | None, *, option: str = "--collection") -> int:
    """The collection the published night `con` is of. Raises SettingsError, naming the option, when another one was
    asked for: one year's data in another's layout would be a wrong return."""
    (own,) = con.execute(f"select max(year) from {SCHEMA}.{SEN2.name}_header").fetchone() or (None,)
    if own is None or asked not in (None, own):
        raise SettingsError(
            option, expected=f"the collection of the published night, {own}", came=str(asked), where=CALL
        )
    return int(own)


@contextmanager
def published_warehouse(area: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published night's file, for reading. Raises NothingPublishedError where there is none."""
    warehouse = RunPaths(area=area, root=AreaPaths.of(area).current).warehouse
    if not warehouse.exists():
        raise NothingPublishedError(area)
    con = duckdb.connect(str(warehouse), read_only=True)
    try:
        yield con
    finally:
        con.close()
