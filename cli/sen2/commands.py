"""The commands of `send sen2`."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from area.call import require_file_or_nothing, require_folder_or_nothing
from area.errors import SendWarehouseError
from area.settings import load_settings
from cli.sen2.published import Area, published_collection, published_warehouse
from returns.definition import pages
from returns.definition.load import load_definition, require_defined
from returns.kinds import SEN2
from returns.rules import coverage
from returns.rules.book import rules_of
from returns.sen2.files.collect_csv import write_collect_csv
from returns.sen2.files.workbook import write_workbook
from returns.sen2.xml import xsd
from returns.sen2.xml.writer import write_sen2

ERRORS_STAND, REFUSED = 1, 2

app = typer.Typer(
    help="The SEN2 return: check a file, report on a night, list items and rules, write it.", no_args_is_help=True
)
Year = Annotated[int, typer.Option("--year", help="Collection year.")]


@app.command()
def rules(
    year: Year = 2025,
    catalogue: Annotated[bool, typer.Option("--catalogue", help="Print every rule of the year too.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Write the documentation page of all rules again.")] = False,
) -> None:
    """Print what the rules of a year cover, by family and module."""
    if write:
        typer.echo(f"Written: {coverage.write_book_page(SEN2)}")
        return
    try:
        require_defined(SEN2, year, option="--year")
        typer.echo(coverage.coverage_page(SEN2, year))
    except SendWarehouseError as error:
        fail(error, REFUSED)
    if catalogue:
        typer.echo("\n" + pages.rules_page(rules_of(SEN2, year)))


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
        require_defined(SEN2, year, option="--year")
        typer.echo(pages.items_page(load_definition(SEN2, year)))
    except SendWarehouseError as error:
        fail(error, REFUSED)


@app.command(name="xsd")
def write_xsd() -> None:
    """Make the schemas of all years again from their definitions."""
    for path in xsd.write_schemas():
        typer.echo(f"Written: {path}")


class Format(StrEnum):
    """The files a return can be written as."""

    xml = "xml"
    csv = "csv"
    xlsx = "xlsx"


@app.command()
def write(
    area: Area,
    out: Annotated[Path, typer.Option("--out", help="The file to write; for csv the folder to write the files into.")],
    year: Annotated[
        int | None, typer.Option("--year", help="Collection year; that of the published night when left out.")
    ] = None,
    form: Annotated[
        Format,
        typer.Option(
            "--format",
            help="xml: what is submitted; csv: a flat file a module, as COLLECT exports them; xlsx: a workbook laid "
            "out as the DfE template's tables.",
        ),
    ] = Format.xml,
) -> None:
    """Write the return from the area's published night."""
    try:
        if year is not None:
            require_defined(SEN2, year, option="--year")
        (require_folder_or_nothing if form is Format.csv else require_file_or_nothing)(out)
        with published_warehouse(area) as con:
            year = published_collection(con, year, option="--year")
            settings = load_settings(area, collection=year)
            match form:
                case Format.xml:
                    result = write_sen2(con, out, year=year, settings=settings)
                    rows, told = result.rows, f" ({result.bytes:,} bytes, SHA-256 {result.sha256})"
                case Format.csv:
                    files = write_collect_csv(con, out, year=year, exported_on=dt.date.today())
                    rows, told = files.rows, f" ({len(files.paths)} files)"
                case Format.xlsx:
                    rows, told = write_workbook(con, out, year=year), ""
    except SendWarehouseError as error:
        fail(error, ERRORS_STAND)
    counts = ", ".join(f"{name} {count:,}" for name, count in rows.items())
    typer.echo(f"Written: {out}{told}: {counts}")


def fail(error: SendWarehouseError, code: int) -> NoReturn:
    typer.echo(str(error), err=True)
    raise typer.Exit(code)
