"""The commands of `send sen2`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import duckdb
import typer

from area.errors import NothingPublishedError, SendWarehouseError
from area.paths import AreaPaths, RunPaths
from area.settings import load_settings
from returns.definition import dbt_contract, pages
from returns.definition.load import load_definition
from returns.kinds import SEN2
from returns.rules.book import rules_of
from returns.sen2.xml import xsd
from returns.sen2.xml.writer import write_sen2

ERRORS_STAND, REFUSED = 1, 2

app = typer.Typer(
    help="The SEN2 return: check a file, report on a night, list items and rules, write it.", no_args_is_help=True
)
Year = Annotated[int, typer.Option("--year", help="Collection year.")]


@app.command()
def rules(year: Year = 2025) -> None:
    """Print the catalogue of the rules of a year."""
    try:
        load_definition(SEN2, year)
    except SendWarehouseError as error:
        fail(error, REFUSED)
    typer.echo(pages.rules_page(rules_of(SEN2, year)))


@app.command()
def items(
    year: Year = 2025,
    write: Annotated[bool, typer.Option("--write", help="Write the documentation pages of all years again.")] = False,
) -> None:
    """Print what a year's return holds: modules, items, types, conditions and codes."""
    if write:
        for path in pages.write_pages(SEN2):
            typer.echo(f"Written: {path}")
        return
    try:
        typer.echo(pages.items_page(load_definition(SEN2, year)))
    except SendWarehouseError as error:
        fail(error, REFUSED)


@app.command(name="xsd")
def write_xsd() -> None:
    """Make the schemas of all years again from their definitions."""
    for path in xsd.write_schemas():
        typer.echo(f"Written: {path}")


@app.command()
def contracts(
    write: Annotated[bool, typer.Option("--write", help="Write those that differ; else only name them.")] = False,
) -> None:
    """Make the dbt contracts of the return tables from the definition. Exit code 1: some differ and stay so."""
    if write:
        for path in dbt_contract.write_contracts(SEN2):
            typer.echo(f"Written: {path}")
        return
    differ = [path for path, text in dbt_contract.contract_files(SEN2).items() if not _holds(path, text)]
    for path in differ:
        typer.echo(f"Differs: {path}")
    if differ:
        raise typer.Exit(ERRORS_STAND)


@app.command()
def write(
    area: Annotated[str, typer.Option("--area", help="DfE code of the area.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write.")],
    year: Year = 2025,
) -> None:
    """Write the return from the area's published night."""
    try:
        settings = load_settings(area, collection=year)
        warehouse = RunPaths(area=area, root=AreaPaths.of(area).current).warehouse
        if not warehouse.exists():
            raise NothingPublishedError(area)
        with duckdb.connect(str(warehouse), read_only=True) as con:
            result = write_sen2(con, out, year=year, settings=settings)
    except SendWarehouseError as error:
        fail(error, ERRORS_STAND)
    rows = ", ".join(f"{name} {count:,}" for name, count in result.rows.items())
    typer.echo(f"Written: {out} ({result.bytes:,} bytes, SHA-256 {result.sha256}): {rows}")


def _holds(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


def fail(error: SendWarehouseError, code: int) -> NoReturn:
    typer.echo(str(error), err=True)
    raise typer.Exit(code)
